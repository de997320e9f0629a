package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/crawl"
	"hubgraph/export/lake"
	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
	"hubgraph/internal/nightly"
	config "hubgraph/internal/settings"
	"hubgraph/queries"
)

// bed is what plants grow in: object types, labels and pipelines that no generated portal
// has.
const bed = `
object p_plants 2-9001
object p_sprouts 2-9002
object p_weeds 2-9003
object p_herbs 2-9004
object p_mosses 2-9005
object p_trees 2-9006
object p_shrubs 2-9007
label p_plants 101 "" contacts 102 ""
label p_sprouts 105 "" contacts 106 ""
label p_weeds 111 "" contacts 112 ""
label p_herbs 121 "" contacts 122 ""
label p_mosses 123 "" contacts 124 ""
label p_trees 125 "" contacts 126 ""
label p_shrubs 127 "" contacts 128 ""
label p_plants 131 "" companies 132 ""
label p_plants 141 "" deals 142 ""
label p_plants 143 "" tickets 144 ""
label p_plants 181 "Watered by" contacts 181 "Watered by"
limit p_plants contacts "Watered by" 2
label p_plants 191 "" leads 192 ""
limit p_plants leads plain 10
label contacts 201 "Planter" companies 201 "Planter"
label contacts 203 "Former planter" companies 203 "Former planter"
label deals 205 "Buyer of plants" contacts 205 "Buyer of plants"
pipeline deals beds "Beds"
stage deals beds seed "Seed" isClosed=false
stage deals beds green "Green" isClosed=false
stage deals beds sold "Sold" isClosed=true probability=1.0
`

// bedSettings are those under which the plants are looked at.
const bedSettings = `
checks:
  page_size: 3
  skew_minutes: 0
  unused_days: 0
  mass_edges: 8
  mass_removed: 4
  hub_floor: 8
  exclusive_labels:
    - [Planter, Former planter]
  required_labels:
    buyer: {type: deals, pipeline: Beds, from_stage: Green, from_amount: 100, to: contacts, labels: [Buyer of plants]}
`

// bedTypes are the object types that are crawled.
var bedTypes = []string{"contacts", "companies", "deals", "tickets", "line_items", "quotes", "orders", "invoices", "subscriptions", "carts", "leads", "calls", "notes",
	"p_machines", "p_plants", "p_sprouts", "p_weeds", "p_herbs", "p_mosses", "p_trees", "p_shrubs"}

// pastBed and pastSettings are bed and bedSettings of the plants that grow for nights.
const (
	pastBed = `
object p_plants 2-9001
object p_sprouts 2-9002
label p_plants 101 "" contacts 102 ""
label p_sprouts 105 "" contacts 106 ""
`
	pastSettings = `
checks:
  volume_edges: 20
  volume_growth: 8
`
)

// pastTypes are the object types that are crawled then, and pastChecks the checks that run in
// the nights before the last, which are all that matters to it.
var (
	pastTypes  = []string{"contacts", "companies", "tickets", "p_plants", "p_sprouts"}
	pastChecks = []string{"contact_without_company", "ticket_without_requester"}
)

// TestPlantsAreFound adds something wrong for every check to generated portals, in records and
// object types of their own, beside what only looks so. Of these, exactly what each plant lists
// is found. Those of plantedChecks may be left to the simulator.
func TestPlantsAreFound(t *testing.T) {
	var table tally
	t.Run("seed", func(t *testing.T) {
		for seed := uint64(1); seed <= 6; seed++ {
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				grow(t, seed, &table)
			})
		}
		t.Run("nights", func(t *testing.T) {
			t.Parallel()
			growOn(t, &table)
		})
	})
	t.Logf("6 portals of two nights, and one of nine:\n%s", &table)
}

// TestEveryCheckIsPlanted demands of every check that something is planted for it, which it
// finds.
func TestEveryCheckIsPlanted(t *testing.T) {
	f := &field{Rand: rand.New(rand.NewPCG(1, 1))}
	want := map[string][]string{}
	for check, p := range f.plants() {
		want[check] = p.want
	}
	for check, p := range f.pasts() {
		want[check] = p.want
	}
	for _, c := range queries.All() {
		finds := slices.ContainsFunc(want[c.ID], func(name string) bool { return strings.HasPrefix(name, c.ID+" ") })
		if !finds && !slices.Contains(plantedChecks, c.ID) {
			t.Errorf("nothing is planted for %s", c.ID)
		}
	}
}

// grow plants in one portal, and holds what is found against that.
func grow(t *testing.T, seed uint64, table *tally) {
	f := &field{Rand: rand.New(rand.NewPCG(seed, 0x706c616e74))}
	portal, night, faults := strings.Builder{}, strings.Builder{}, strings.Builder{}
	portal.WriteString(sim.Generate(sim.Spec{Seed: seed, Contacts: 60}).String() + bed)
	var want []string
	plants := f.plants()
	for _, check := range slices.Sorted(maps.Keys(plants)) {
		p := plants[check]
		portal.WriteString(p.portal + "\n")
		night.WriteString(p.night + "\n")
		faults.WriteString(strings.Join(p.faults, "\n") + "\n")
		want = append(want, p.want...)
	}
	p, err := sim.Parse("planted", portal.String())
	if err != nil {
		t.Fatal(err)
	}
	wrong, err := sim.ParseFaultFile("faults", faults.String())
	if err != nil {
		t.Fatal(err)
	}
	rules := rulesOf(t, bedSettings)
	looked := looking{data: openData(t), version: []string{"v4", hubspot.DefaultAPIVersion}[seed%2], types: bedTypes}
	looked.audit(t, p, rules, nil)
	if err := p.Script("night", strings.TrimSpace(night.String())); err != nil {
		t.Fatal(err)
	}
	report := looked.audit(t, p, rules, wrong)
	for _, r := range report.Results {
		if r.Status == queries.Error || r.Status == queries.Skip {
			t.Errorf("%s has status %s: %s", r.CheckID, r.Status, deref(r.SkipReason))
		}
	}
	judgePlants(t, want, report, table, ofPlants)
}

// growOn plants what takes nights in a portal of its own, and holds what is found in the last
// against that.
func growOn(t *testing.T, table *tally) {
	f := &field{Rand: rand.New(rand.NewPCG(1, 0x70617374))}
	portal := pastBed
	var nights [9]string
	var want []string
	pasts := f.pasts()
	for _, check := range slices.Sorted(maps.Keys(pasts)) {
		p := pasts[check]
		portal += p.portal
		want = append(want, p.want...)
		for i, night := range p.nights {
			nights[i] += night
		}
	}
	p, err := sim.Parse("planted", portal)
	if err != nil {
		t.Fatal(err)
	}
	rules, before := rulesOf(t, pastSettings), rulesOf(t, pastSettings)
	before.Overrides = map[string]queries.Override{}
	for _, c := range queries.All() {
		before.Overrides[c.ID] = queries.Override{Off: !slices.Contains(pastChecks, c.ID)}
	}
	looked := looking{data: openData(t), version: hubspot.DefaultAPIVersion, types: pastTypes}
	var report *nightly.Audited
	for i, night := range nights {
		if err := p.Script("night", strings.TrimSpace(night)); err != nil {
			t.Fatal(err)
		}
		if i == len(nights)-1 {
			report = looked.audit(t, p, rules, nil)
		} else {
			looked.audit(t, p, before, nil)
		}
	}
	judgePlants(t, want, report, table, func(string) bool { return true })
}

// rulesOf are the rules under some settings.
func rulesOf(t *testing.T, settings string) nightly.Rules {
	t.Helper()
	catalog := config.NewCatalog((&app{env: &env{}}).root(), flagChecks)
	file, err := config.Parse("settings", []byte(settings), catalog)
	if err != nil {
		t.Fatal(err)
	}
	rules := nightly.DefaultRules()
	rules.Settings = file.Audit.Rows(catalog)
	return rules
}

// judgePlants holds what an audit found of what is planted against what is wanted.
func judgePlants(t *testing.T, want []string, report *nightly.Audited, table *tally, planted func(name string) bool) {
	t.Helper()
	identities := map[string][]string{}
	for _, c := range queries.All() {
		identities[c.ID] = c.Identity
	}
	var found []string
	for _, g := range report.Findings {
		if name := plantName(g, identities[g.CheckID]); g.Open() && g.LastAuditID == report.AuditID && planted(name) {
			found = append(found, name)
		}
	}
	slices.Sort(want)
	slices.Sort(found)
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("- planted, + found:\n%s", diff)
	}
	table.add(want, found)
}

// looking is how a portal is looked at, night after night.
type looking struct {
	data    *lake.Data
	version string // of HubSpot's API
	types   []string
}

// audit crawls and audits a portal that answers with some faults.
func (l looking) audit(t *testing.T, p *sim.Portal, rules nightly.Rules, faults []sim.Fault) *nightly.Audited {
	t.Helper()
	url, stop, err := sim.NewServer(p, sim.Options{Token: "token", Faults: faults}).Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	client, err := hubspot.New("token", hubspot.Options{BaseURL: url, APIVersion: l.version, SearchRate: unhurried})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	_, audited, err := nightly.Run(t.Context(), nightly.Crawling{Client: client, Data: l.data, Scope: crawl.Scope{Types: l.types}}, nightly.Auditing{Rules: rules, Experimental: true})
	if err != nil {
		t.Fatal(err)
	}
	return audited
}

// plantName names a finding as the plants do.
func plantName(f queries.Finding, identity []string) string {
	name := []string{f.CheckID}
	var evidence map[string]json.RawMessage
	_ = json.Unmarshal([]byte(f.Evidence), &evidence) // the program wrote it
	if slices.Equal(identity, []string{queries.Ends}) {
		ends := []string{fmt.Sprintf("%s %d", *f.FromType, *f.FromID), fmt.Sprintf("%s %d", *f.ToType, *f.ToID)}
		slices.Sort(ends)
		return strings.Join(append(name, ends...), " ")
	}
	text := func(of *string) string { return deref(of) }
	id := func(of *int64) string {
		if of == nil {
			return ""
		}
		return fmt.Sprint(*of)
	}
	for _, column := range identity {
		value := ""
		switch column {
		case "subject_type":
			value = text(f.SubjectType)
		case "subject_id":
			value = id(f.SubjectID)
		case "from_type":
			value = text(f.FromType)
		case "from_id":
			value = id(f.FromID)
		case "to_type":
			value = text(f.ToType)
		case "to_id":
			value = id(f.ToID)
		case "category":
			value = text(f.Category)
		case "type_id":
			if f.TypeID != nil {
				value = fmt.Sprint(*f.TypeID)
			}
		default:
			value = strings.NewReplacer(`"`, "", "[", "", "]", "").Replace(string(evidence[column]))
		}
		name = append(name, value)
	}
	return strings.Join(slices.DeleteFunc(name, func(s string) bool { return s == "" }), " ")
}

// ofPlants reports whether a finding is of a planted record or object type.
func ofPlants(name string) bool {
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == ':' || r == ',' }) {
		if len(word) == len(fmt.Sprint(firstPlanted)) && strings.HasPrefix(word, "90000") {
			return true
		}
	}
	return slices.ContainsFunc([]string{"p_plants", "p_sprouts", "p_weeds", "p_herbs", "p_mosses", "p_trees", "p_shrubs"}, func(of string) bool { return strings.Contains(name, of) })
}
