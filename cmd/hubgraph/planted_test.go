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

	"hubgraph/export/lake"
	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
	"hubgraph/internal/nightly"
	"hubgraph/queries"
)

// TestPlantedDefectsAreFound crawls and audits generated portals before and after
// a night, and holds what the audit finds against what was planted: every defect
// is found by its check and by no other, and nothing else is found.
func TestPlantedDefectsAreFound(t *testing.T) {
	var table tally
	t.Run("seed", func(t *testing.T) {
		for seed := uint64(1); seed <= 20; seed++ {
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				portal := sim.Generate(sim.Spec{Seed: seed, Contacts: 300})
				a := newAudited(t, portal, []string{"v4", hubspot.DefaultAPIVersion}[seed%2])
				table.add(a.compare(t))
				if err := portal.Use("merge=" + []string{"new-id", "primary"}[seed/2%2]); err != nil {
					t.Fatal(err)
				}
				portal.Night(seed)
				table.add(a.compare(t))
			})
		}
	})
	t.Logf("20 portals, two nights each:\n%s", &table)
	for _, check := range plantedChecks {
		if table.planted[check] == 0 {
			t.Errorf("nothing was planted for %s", check)
		}
	}
}

// plantedChecks are the checks that the simulator plants defects for.
var plantedChecks = []string{
	"association_definition_changed", "deal_fully_orphaned", "deal_without_company", "deal_without_contact",
	"edge_endpoint_absent", "edge_label_changed", "inverse_label_missing", "inverse_pair_missing",
}

// audited is a portal that is crawled and audited, night after night.
type audited struct {
	portal *sim.Portal
	client *hubspot.Client
	data   *lake.Data
	nights int
}

func newAudited(t *testing.T, portal *sim.Portal, version string) *audited {
	t.Helper()
	url, stop, err := sim.NewServer(portal, sim.Options{Token: "token", PageSize: 50}).Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	client, err := hubspot.New("token", hubspot.Options{BaseURL: url, APIVersion: version, SearchRate: unhurried})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	data, unlock, err := locked(lake.Open(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(unlock)
	return &audited{portal: portal, client: client, data: data}
}

// compare crawls and audits, and returns what was planted and what was found, as
// lists of names.
func (a *audited) compare(t *testing.T) (planted, found []string) {
	t.Helper()
	a.nights++
	_, report, err := nightly.Run(t.Context(), nightly.Crawling{Client: a.client, Data: a.data}, nightly.Auditing{Rules: nightly.DefaultRules()})
	if err != nil {
		t.Fatal(err)
	}
	identity := map[string][]string{}
	for i, c := range queries.All() {
		identity[c.ID] = c.Identity
		status := report.Results[i].Status
		if first := a.nights == 1 && slices.ContainsFunc(c.Needs, func(n queries.Need) bool { return n.Kind == "baseline" }); first != (status == queries.Skip) || status == queries.Error {
			t.Errorf("night %d: %s has status %s", a.nights, c.ID, status)
		}
	}
	for _, d := range a.portal.Truth() {
		planted = append(planted, nameOf(d, identity[d.Check]))
	}
	for _, f := range report.Findings {
		if f.State != queries.Resolved && f.LastAuditID == report.AuditID {
			found = append(found, nameOf(defectOf(f), identity[f.CheckID]))
		}
	}
	slices.Sort(planted)
	slices.Sort(found)
	if diff := cmp.Diff(planted, found); diff != "" {
		t.Errorf("night %d: - planted, + found:\n%s", a.nights, diff)
	}
	return planted, found
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
	planted, found, strays map[string]int
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
	fmt.Fprintln(w, "check\tplanted\tfound\tfalse\t")
	all := map[string]int{}
	maps.Copy(all, c.planted)
	maps.Copy(all, c.strays)
	for _, id := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t\n", id, c.planted[id], c.found[id], c.strays[id])
	}
	_ = w.Flush() // into memory
	return b.String()
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
