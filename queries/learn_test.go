package queries_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"hubgraph/export/duckdb"
	"hubgraph/hubspot/sim"
	"hubgraph/internal/nightly"
	"hubgraph/internal/settings"
	"hubgraph/queries"
)

// TestLearn plants policies in portals, some with an exception or two, beside what nearly
// holds, what holds for too few, and what is as chance has it. What is planted is proposed,
// and nothing else.
func TestLearn(t *testing.T) {
	for seed := uint64(1); seed <= 3; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			policies := learned(t, portalOfPolicies(seed))
			var text strings.Builder
			if err := queries.WriteLearned(&text, policies); err != nil {
				t.Fatal(err)
			}
			const want = `# What holds for at least 99 % of at least 200 records. Nothing was written: what is meant
# so can be copied into hubgraph.yaml.
checks:
  required_labels:
    # holds for 240 of 240 (100.00 %)
    sales-budget: {type: "deals", pipeline: "Sales", from_amount: 10000, to: "contacts", labels: ["Budget"]}
    # holds for 418 of 420 (99.52 %), not for deals:30181, deals:30182
    sales-decision-maker: {type: "deals", pipeline: "Sales", from_stage: "Offer sent", to: "contacts", labels: ["Decision maker"]}
  exclusive_labels:
    # holds for 998 of 1000 (99.80 %), not for contacts:10001 -> companies:20001, contacts:10002 -> companies:20002
    - ["Employee", "Former employee"]
  pipelines_without_contact:
    # holds for 249 of 250 (99.60 %), not for deals:31001
    - "Shop"
`
			if diff := cmp.Diff(want, text.String()); diff != "" {
				t.Errorf("- planted, + proposed:\n%s", diff)
			}
			if _, err := settings.Parse("hubgraph.yaml", []byte(text.String()), settings.NewCatalog(&cobra.Command{}, nil)); err != nil {
				t.Errorf("the proposal cannot be a settings file: %v", err)
			}
		})
	}
}

// TestLearnNothing has a portal that keeps to nothing.
func TestLearnNothing(t *testing.T) {
	policies := learned(t, "contacts 101 -> companies 201 primary\ndeals 301 -> contacts 101\n")
	var text strings.Builder
	if err := queries.WriteLearned(&text, policies); err != nil || text.String() != "# No policy holds for 99 % of at least 200 records.\n" {
		t.Errorf("%q, %v", text.String(), err)
	}
}

// learned crawls a portal, and learns its policies.
func learned(t *testing.T, portal string) []queries.Learned {
	t.Helper()
	p, err := sim.Parse("portal", portal)
	if err != nil {
		t.Fatal(err)
	}
	r := newReader(t, "v4", []string{"contacts", "companies", "deals"})
	s := &stage{portal: p, readers: []*reader{r}}
	s.serve(t, nil)
	night, err := nightly.Crawl(t.Context(), r.Crawling, nightly.DefaultRules())
	if err != nil {
		t.Fatal(err)
	}
	db, err := duckdb.Open(night.DuckDB.Path, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	policies, err := queries.Learn(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	return policies
}

// portalOfPolicies is a portal with what TestLearn wants to be proposed.
func portalOfPolicies(seed uint64) string {
	random := rand.New(rand.NewPCG(seed, 0x6c6561726e))
	var b strings.Builder
	b.WriteString(`
pipeline deals sales "Sales"
stage deals sales open "Open" isClosed=false
stage deals sales offer "Offer sent" isClosed=false
stage deals sales won "Won" isClosed=true probability=1.0
stage deals sales lost "Lost" isClosed=true probability=0.0
pipeline deals shop "Shop"
stage deals shop cart "Cart" isClosed=false
pipeline deals fair "Fair"
stage deals fair met "Met" isClosed=false
pipeline deals pilot "Pilot"
stage deals pilot begun "Begun" isClosed=false
label deals 31 "Decision maker" contacts 31 "Decision maker"
label deals 33 "Champion" contacts 33 "Champion"
label deals 35 "Budget" contacts 35 "Budget"
label contacts 41 "Employee" companies 41 "Employee"
label contacts 43 "Former employee" companies 43 "Former employee"
label contacts 45 "Advisor" companies 45 "Advisor"
`)
	deal := func(id int, stage string, amount int, labels ...string) {
		pipeline, name, _ := strings.Cut(stage, ".")
		fmt.Fprintf(&b, "deals %d pipeline=%s dealstage=%s amount=%d deal_currency_code=EUR\n", id, pipeline, name, amount)
		fmt.Fprintf(&b, "deals %d -> contacts %d", id, 10001+random.IntN(400))
		for _, label := range labels {
			fmt.Fprintf(&b, " %q", label)
		}
		b.WriteString("\n")
	}
	some := func(share float64, label string) []string {
		if random.Float64() < share {
			return []string{label}
		}
		return nil
	}
	// Of the pipeline Sales, 180 deals are open, with a decision maker by chance; 420 have come
	// further, and have one, but for two. Those of 10,000 and more have a budget, others by chance.
	for i := range 600 {
		stage := "sales.open"
		labels := some(0.7, "Decision maker")
		if i >= 180 {
			stage = []string{"sales.offer", "sales.won"}[i%2]
			labels = []string{"Decision maker"}
		}
		id := 30001 + i
		if id == 30181 || id == 30182 {
			labels = nil
		}
		amount := 1_000 + random.IntN(9_000)
		budget := some(0.6, "Budget")
		if i%5 < 2 {
			amount, budget = 10_000+random.IntN(40_000), []string{"Budget"}
		}
		deal(id, stage, amount, append(append(labels, budget...), some(0.8, "Champion")...)...)
	}
	for i := range 50 { // lost ones need nobody
		deal(30801+i, "sales.lost", 20_000)
	}
	for i := range 250 { // of the shop one has a contact
		fmt.Fprintf(&b, "deals %d pipeline=shop dealstage=cart\n", 31001+i)
	}
	b.WriteString("deals 31001 -> contacts 10001\n")
	for i := range 240 { // a fair has eight decision makers and eight contacts too few, or too many
		if i < 8 {
			deal(32001+i, "fair.met", 500)
		} else {
			fmt.Fprintf(&b, "deals %d pipeline=fair dealstage=met\n", 32001+i)
		}
	}
	for i := range 190 { // all have a champion, and they are too few to say so
		deal(33001+i, "pilot.begun", 500, "Champion")
	}
	// 1,000 pairs have one of two labels, and two have both; an advisor is anything.
	for i := range 1000 {
		labels := []string{[]string{"Employee", "Former employee"}[i%2]}
		if i < 2 {
			labels = []string{"Employee", "Former employee"}
		}
		labels = append(labels, some(0.1, "Advisor")...)
		fmt.Fprintf(&b, "contacts %d -> companies %d", 10001+i, 20001+i%100)
		for _, label := range labels {
			fmt.Fprintf(&b, " %q", label)
		}
		b.WriteString("\n")
	}
	return b.String()
}
