package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"

	"github.com/google/go-cmp/cmp"

	"hubgraph/crawl"
	"hubgraph/export/lake"
	"hubgraph/graphmodel"
	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
	"hubgraph/internal/nightly"
	"hubgraph/queries"
)

// TestPlantedDefectsAreFound crawls and audits generated portals over three nights or four, in
// which records are merged and archived, a record or a whole list is not read, and a type
// comes into the scope or leaves it. What the audit finds is held against what is wrong:
// every defect that the crawl could see is found by its check and by no other, and nothing
// else is found. Nothing is new that was so in the baseline, and nothing is resolved that
// is so still.
func TestPlantedDefectsAreFound(t *testing.T) {
	var table tally
	t.Run("seed", func(t *testing.T) {
		for seed := uint64(1); seed <= 50; seed++ {
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				portal := sim.Generate(sim.Spec{Seed: seed, Contacts: 100})
				if err := portal.Use("merge=" + []string{"new-id", "primary"}[seed/2%2]); err != nil {
					t.Fatal(err)
				}
				a := &audited{portal: portal, version: []string{"v4", hubspot.DefaultAPIVersion}[seed%2], data: openData(t), table: &table}
				first, gap, last := sight{}, sight{}, sight{}
				switch seed % 4 {
				case 0, 1:
					first.without = "p_machines" // it comes in the second night
				case 2:
					gap.refused = [2]string{"deals", "contacts"}
				case 3:
					gap.refused = [2]string{"deals", "line_items"}
				}
				a.compare(t, first)
				portal.Night(seed)
				a.compare(t, sight{})
				portal.Night(100 + seed)
				if gap.refused[0] == "" {
					gap.poisoned = a.troubled(t)
				}
				a.compare(t, gap)
				if seed > 20 { // enough have seen what comes after a night with gaps
					return
				}
				if gap.refused[0] == "" { // else the next whole night is compared with the same one
					portal.Night(200 + seed)
					last.without = "tickets"
				}
				a.compare(t, last)
			})
		}
		t.Run("mass", func(t *testing.T) { plantMassLoss(t, &table) })
	})
	t.Logf("20 portals, four nights each, 30 of three nights, and a larger one that loses much at once:\n%s", &table)
	for _, check := range plantedChecks {
		if table.planted[check] == 0 {
			t.Errorf("nothing was planted for %s", check)
		}
	}
	for _, what := range []string{"went on", "new", "resolved", "under another id", "not seen"} {
		if table.lives[what] == 0 {
			t.Errorf("there was nothing that was %s: %v", what, table.lives)
		}
	}
}

// plantedChecks are the checks that the simulator plants defects for.
var plantedChecks = []string{
	"association_definition_changed", "deal_fully_orphaned", "deal_without_company", "deal_without_contact",
	"edge_endpoint_absent", "edge_label_changed", "inverse_label_missing", "inverse_pair_missing",
	"label_without_default", "primary_missing", "deal_contact_company_open", "domain_match_unlinked",
	"edge_removed", "newly_orphaned", "mass_disassociation",
}

// plantedRules are the rules by which only the checks of plantedChecks are run.
func plantedRules() nightly.Rules {
	rules := nightly.DefaultRules()
	rules.Overrides = map[string]queries.Override{}
	for _, c := range queries.All() {
		rules.Overrides[c.ID] = queries.Override{Off: !slices.Contains(plantedChecks, c.ID)}
	}
	return rules
}

// sight is what a crawl does not see of a portal; the zero value is that it sees all.
type sight struct {
	without  string    // object type that is not in its scope
	poisoned int64     // deal whose lists are not answered
	refused  [2]string // object types between which no list is answered, in this direction
}

// faults make the portal answer so.
func (s sight) faults() []sim.Fault {
	var list []sim.Fault
	if s.poisoned != 0 {
		list = append(list, sim.Fault{Name: "poison", On: "associations-read", Param: fmt.Sprintf("deals:%d", s.poisoned)})
	}
	if ids := map[string]string{"deals": "0-3", "contacts": "0-1", "line_items": "0-8"}; s.refused[0] != "" {
		for _, base := range []string{"/crm/*/associations/", "/crm/associations/*/"} {
			list = append(list, sim.Fault{Name: "403", On: fmt.Sprintf("POST %s%s/%s/batch/read", base, ids[s.refused[0]], ids[s.refused[1]])})
		}
	}
	return list
}

// types are those that are crawled.
func (s sight) types() []string {
	return slices.DeleteFunc([]string{"contacts", "companies", "deals", "tickets", "line_items", "p_machines"}, func(name string) bool { return name == s.without })
}

// blind reports whether a check cannot judge anything.
func (s sight) blind(check string) bool {
	return strings.HasPrefix(check, "deal_") && (s.refused[1] == "contacts" || s.refused[1] == "companies")
}

// sees reports whether a crawl can see a defect.
func (s sight) sees(d sim.Defect) bool {
	for _, end := range []struct {
		of string
		id int64
	}{{d.SubjectType, d.SubjectID}, {d.FromType, d.FromID}, {d.ToType, d.ToID}} {
		if end.of != "" && end.of == s.without || s.poisoned != 0 && end.of == "deals" && end.id == s.poisoned {
			return false
		}
	}
	there, back := [2]string{d.FromType, d.ToType}, [2]string{d.ToType, d.FromType}
	switch {
	case d.Check == "newly_orphaned":
		return !slices.Contains(s.refused[:], d.SubjectType) || d.SubjectType == "contacts" // which need no deals
	case d.SubjectType != "":
		return !s.blind(d.Check)
	case d.Check == "association_definition_changed":
		return true
	case d.Check == "edge_endpoint_absent":
		return there != s.refused
	}
	return there != s.refused && back != s.refused
}

// audited is a portal that is crawled and audited, night after night.
type audited struct {
	portal  *sim.Portal
	version string
	data    *lake.Data
	table   *tally
	nights  int
	before  map[string]crawled // by snapshot
}

// crawled is what was wrong in a night, and how it was seen.
type crawled struct {
	sight
	truth []sim.Defect
}

// troubled is a deal that has a defect.
func (a *audited) troubled(t *testing.T) int64 {
	t.Helper()
	for _, d := range a.portal.Truth() {
		if d.SubjectType == "deals" {
			return d.SubjectID
		}
	}
	t.Fatal("no deal has a defect")
	return 0
}

// run crawls and audits.
func (a *audited) run(t *testing.T, s sight) (*nightly.Night, *nightly.Audited) {
	t.Helper()
	url, stop, err := sim.NewServer(a.portal, sim.Options{Token: "token", PageSize: 50, Faults: s.faults()}).Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	client, err := hubspot.New("token", hubspot.Options{BaseURL: url, APIVersion: a.version, SearchRate: unhurried})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	night, report, err := nightly.Run(t.Context(), nightly.Crawling{Client: client, Data: a.data, Scope: crawl.Scope{Types: s.types()}}, nightly.Auditing{Rules: plantedRules()})
	if err != nil {
		t.Fatal(err)
	}
	return night, report
}

// compare crawls and audits, and holds what is found against what is wrong, by names.
func (a *audited) compare(t *testing.T, s sight) {
	t.Helper()
	a.nights++
	night, report := a.run(t, s)
	ids := today(night.Snapshot.Aliases)
	checks := map[string]queries.Check{}
	for _, c := range queries.All() {
		checks[c.ID] = c
		i := slices.IndexFunc(report.Results, func(r queries.CheckResult) bool { return r.CheckID == c.ID })
		if !slices.Contains(plantedChecks, c.ID) {
			continue
		}
		status := report.Results[i].Status
		skips := s.blind(c.ID) || report.Baseline == nil && c.Kind == queries.EventKind
		if skips != (status == queries.Skip) || status == queries.Error {
			t.Errorf("night %d: %s has status %s, %s", a.nights, c.ID, status, deref(report.Results[i].SkipReason))
		}
	}
	name := func(d sim.Defect) string { return nameOf(ids.of(d), checks[d.Check].Identity) }
	truth := slices.Concat(a.portal.Truth(), a.portal.Consequences())
	base := crawled{}
	if report.Baseline != nil {
		base = a.before[report.Baseline.SnapshotID]
		base.poisoned = ids.id("deals", base.poisoned)
	}
	holds, held := map[string]bool{}, map[string]bool{}
	var planted, found []string
	for _, d := range truth {
		holds[name(d)] = true
		if event := checks[d.Check].Kind == queries.EventKind; s.sees(d) && (!event || base.sees(d)) {
			planted = append(planted, name(d))
		} else {
			a.table.note("not seen")
		}
	}
	for _, d := range base.truth {
		if base.poisoned == 0 || base.sees(d) { // what of the record was so then, nobody knows
			held[name(d)] = true
		}
	}
	for _, f := range report.Findings {
		named := name(defectOf(f))
		if named != nameOf(defectOf(f), checks[f.CheckID].Identity) {
			a.table.note("under another id")
		}
		switch {
		case f.State == queries.New || f.State == queries.Reopened:
			a.table.note("new")
			if held[named] {
				t.Errorf("night %d: %s is %s, and was so in the baseline", a.nights, named, f.State)
			}
		case f.State == queries.Ongoing:
			a.table.note("went on")
		case f.Ended():
			a.table.note("resolved")
			if holds[named] {
				t.Errorf("night %d: %s is resolved, and is so still", a.nights, named)
			}
		}
		if f.Open() && f.LastAuditID == report.AuditID {
			found = append(found, named)
		}
	}
	slices.Sort(planted)
	slices.Sort(found)
	if diff := cmp.Diff(planted, found); diff != "" {
		t.Errorf("night %d: - planted, + found:\n%s", a.nights, diff)
	}
	a.table.add(planted, found)
	if a.before == nil {
		a.before = map[string]crawled{}
	}
	a.before[night.Snapshot.ID] = crawled{s, truth}
}

// today are the ids that records have after merges, by object type and old id.
type aliases map[string]map[int64]int64

func today(list []graphmodel.Alias) aliases {
	ids := aliases{}
	for _, a := range list {
		if ids[a.ObjectType] == nil {
			ids[a.ObjectType] = map[int64]int64{}
		}
		ids[a.ObjectType][a.OldID] = a.CurrentID
	}
	return ids
}

func (a aliases) id(of string, id int64) int64 {
	if current, ok := a[of][id]; ok {
		return current
	}
	return id
}

func (a aliases) of(d sim.Defect) sim.Defect {
	d.SubjectID, d.FromID, d.ToID = a.id(d.SubjectType, d.SubjectID), a.id(d.FromType, d.FromID), a.id(d.ToType, d.ToID)
	return d
}

func defectOf(f queries.Finding) sim.Defect {
	d := sim.Defect{Check: f.CheckID, SubjectType: deref(f.SubjectType), FromType: deref(f.FromType), ToType: deref(f.ToType), Category: deref(f.Category)}
	for to, id := range map[*int64]*int64{&d.SubjectID: f.SubjectID, &d.FromID: f.FromID, &d.ToID: f.ToID} {
		if id != nil {
			*to = *id
		}
	}
	if f.TypeID != nil {
		d.TypeID = int(*f.TypeID)
	}
	return d
}

// nameOf names a defect by the columns that make it the same one over the nights.
func nameOf(d sim.Defect, identity []string) string {
	columns := map[string]string{
		"subject_type": d.SubjectType, "subject_id": fmt.Sprint(d.SubjectID),
		"from_type": d.FromType, "from_id": fmt.Sprint(d.FromID), "to_type": d.ToType, "to_id": fmt.Sprint(d.ToID),
		"category": d.Category, "type_id": fmt.Sprint(d.TypeID),
	}
	name := []string{d.Check}
	for _, column := range identity {
		name = append(name, columns[column])
	}
	if slices.Equal(identity, []string{queries.Ends}) {
		ends := []string{fmt.Sprintf("%s %d", d.FromType, d.FromID), fmt.Sprintf("%s %d", d.ToType, d.ToID)}
		slices.Sort(ends)
		name = append(name[:1], ends...)
	}
	return strings.Join(name, " ")
}

// tally counts over all portals, by check.
type tally struct {
	mu                     sync.Mutex
	planted, found, strays map[string]int // by check
	lives                  map[string]int // by what became of findings
}

func (c *tally) note(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lives == nil {
		c.lives = map[string]int{}
	}
	c.lives[what]++
}

func (c *tally) add(planted, found []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.planted == nil {
		c.planted, c.found, c.strays = map[string]int{}, map[string]int{}, map[string]int{}
	}
	check := func(name string) string { return name[:strings.IndexByte(name, ' ')] }
	for _, name := range planted {
		c.planted[check(name)]++
	}
	for _, name := range found {
		if slices.Contains(planted, name) {
			c.found[check(name)]++
		} else {
			c.strays[check(name)]++
		}
	}
}

// String is a table.
func (c *tally) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "check\tplanted\tfound\tfalse\tprecision\trecall\t")
	all := map[string]int{}
	maps.Copy(all, c.planted)
	maps.Copy(all, c.strays)
	for _, id := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%s\t%s\t\n", id, c.planted[id], c.found[id], c.strays[id], shareOf(c.found[id], c.found[id]+c.strays[id]), shareOf(c.found[id], c.planted[id]))
	}
	_ = w.Flush() // into memory
	if c.lives != nil {
		fmt.Fprintln(&b, c.lives)
	}
	return b.String()
}

// shareOf is a part of a whole, rounded down, so that 1.000 is all; of nothing it is all.
func shareOf(part, whole int) string {
	if whole == 0 {
		part, whole = 1, 1
	}
	thousandths := 1000 * part / whole
	return fmt.Sprintf("%d.%03d", thousandths/1000, thousandths%1000)
}

// openData opens a folder of its own.
func openData(t *testing.T) *lake.Data {
	t.Helper()
	data, unlock, err := locked(lake.Open(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(unlock)
	return data
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
