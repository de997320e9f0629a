package crawl

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"hubgraph/graphmodel"
	"hubgraph/hubspot/sim"
)

// A portal answers plausibly and says less than there is. Either the crawl finds out
// what is missing, and the snapshot is that of the portal; or it is incomplete and
// names each record that differs. There is no third outcome.

// unnamed lists the differences between a snapshot and that of the same portal
// without faults, of records that no gap names.
func unnamed(t *testing.T, calm, got *graphmodel.Snapshot) []string {
	t.Helper()
	lines := func(s *graphmodel.Snapshot) map[string]bool {
		set := map[string]bool{}
		for line := range strings.Lines(text(t, s)) {
			set[strings.TrimSpace(line)] = true
		}
		return set
	}
	named := map[string]bool{}
	for _, g := range got.Gaps {
		if g.ID != nil {
			named[fmt.Sprintf("%s %s:%d %s", g.Kind, g.From, *g.ID, g.To)] = true
		} else {
			named[fmt.Sprintf("%s %s %s", g.Kind, g.From, g.To)] = true
		}
	}
	isNamed := func(line string) bool {
		words := strings.Fields(line)
		typ, _, _ := strings.Cut(words[0], ":")
		if named["objects "+words[0]+" "] || named["objects "+typ+" "] {
			return true
		}
		if len(words) < 3 || words[1] != "->" {
			return false
		}
		to, _, _ := strings.Cut(words[2], ":")
		return named["associations "+words[0]+" "+to] || named["associations "+typ+" "+to] || named["types "+typ+" "+to]
	}
	var differ []string
	want, is := lines(calm), lines(got)
	for line := range want {
		if !is[line] && !isNamed(line) {
			differ = append(differ, "- "+line)
		}
	}
	for line := range is {
		if !want[line] && !isNamed(line) {
			differ = append(differ, "+ "+line)
		}
	}
	slices.Sort(differ)
	return differ
}

// lessPortal is small, and has what the faults need: pages of associations, orphans,
// labels, merged and archived records.
const lessPortal = `
label contacts 21 "Champion" companies 22 "Championed by"
contacts 101
contacts 102
contacts 103
contacts 104 merged=103
companies 201
companies 202
companies 203
companies 204
companies 205
deals 301 amount=10
deals 302 amount=20
deals 303 amount=30
deals 304 archived
contacts 101 -> companies 201 "Champion"
contacts 101 -> companies 202
contacts 101 -> companies 203
contacts 101 -> companies 204
contacts 101 -> companies 205
contacts 102 -> companies 201
deals 301 -> contacts 101
deals 301 -> companies 201
deals 302 -> companies 202
`

var lessScope = Scope{Types: []string{"contacts", "companies", "deals"}}

// TestLessThanThereIsIsFoundOut has one such answer after another. What passes, or is
// reported in another way, changes nothing; what lasts is a gap of just that record.
func TestLessThanThereIsIsFoundOut(t *testing.T) {
	t.Parallel()
	calm := serve(t, "2026-09", lessPortal, sim.Options{PageSize: 2}).crawl(t, lessScope)
	reads := "POST /crm/associations/*/0-1/0-2/batch/read"
	cases := map[string]struct {
		fault sim.Fault
		gaps  string // "": the snapshot is that of the portal
	}{}
	add := func(name, param, on, gaps string) {
		cases[name+" "+param] = struct {
			fault sim.Fault
			gaps  string
		}{sim.Fault{Name: name, Param: param, On: on}, gaps}
	}
	const once, twice = "101 x1", "101 x2"
	for _, name := range []string{"next-bare", "to-missing", "to-null", "split", "item-too", "item-nameless", "item-other", "silent", "trimmed-over", "later-none",
		"type-no-category", "type-no-id", "types-empty", "types-missing", "target-missing", "poison"} {
		add(name, once, reads, "")
		add(name, twice, reads, "")
		add(name, "101", reads, "associations contacts:101 companies")
	}
	add("to-empty", once, reads, "")
	for _, name := range []string{"stranger", "too-many"} {
		add(name, "101", reads, "")
	}
	for _, kind := range []string{"504", "cut", "html", "not-json", "status 400", "huge 80000000"} {
		add("poison", "101 "+kind, reads, "associations contacts:101 companies")
		add("poison", "101 x1 "+kind, reads, "")
	}
	for _, name := range []string{"list-ends", "search-lacks", "search-counts", "search-empty"} {
		param := map[string]string{"search-lacks": "301,302"}[name]
		add(name, param, "", "")
	}
	add("list-lacks", "deals:301,302,303", "", "")
	add("list-lacks", "companies:205,103", "", "")
	add("row-null", "303", "list", "")
	add("id-missing", "303", "list", "")
	add("id-missing", "303", "", "associations deals companies; associations deals contacts; associations deals deals; objects deals ")
	add("properties-null", "303", "list", "")
	add("properties-null", "303", "", "objects deals:303 ")
	add("unheard-of-keys", "", "", "")
	add("clock", "3h", "", "")
	add("clock", "-3h", "", "")
	add("most-inputs", "2", "associations-read", "")
	add("most-inputs", "1 400", "associations-read", "")
	add("most-inputs", "1 huge 80000000", reads, "")
	const each = "associations contacts:101 companies; associations contacts:102 companies; associations contacts:103 companies"
	add("status", "400", reads, each) // too few to say that it is the pair
	add("status", "413", reads, each)
	add("403", "", reads, "associations contacts companies")
	atOnce(t, cases, func(t *testing.T, tt struct {
		fault sim.Fault
		gaps  string
	}) {
		s := serve(t, "2026-09", lessPortal, sim.Options{PageSize: 2, Faults: []sim.Fault{tt.fault}})
		result := s.crawl(t, lessScope)
		if !slices.ContainsFunc(s.server.Requests(), func(r sim.Request) bool { return r.Fault != "" }) {
			t.Error("no request met the fault: this tests nothing")
		}
		var gaps []string
		for _, g := range result.Gaps {
			id := ""
			if g.ID != nil {
				id = fmt.Sprintf(":%d", *g.ID)
			}
			gaps = append(gaps, fmt.Sprintf("%s %s%s %s", g.Kind, g.From, id, g.To))
		}
		if got := strings.Join(gaps, "; "); got != tt.gaps || result.Complete != (tt.gaps == "") {
			t.Errorf("complete: %t, the gaps are %q, want %q; %+v", result.Complete, got, tt.gaps, gapsOf(result.Snapshot))
		}
		if differ := unnamed(t, calm.Snapshot, result.Snapshot); len(differ) > 0 {
			t.Errorf("what differs and is not named:\n%s", strings.Join(differ, "\n"))
		}
	})
}

// TestAPoisonedRecordIsAllThatIsLost has a record that no list, no look-up and no batch
// read of several pairs is answered with.
func TestAPoisonedRecordIsAllThatIsLost(t *testing.T) {
	t.Parallel()
	var faults []sim.Fault
	for _, on := range []string{"list", "read", "associations-read"} {
		faults = append(faults, sim.Fault{Name: "poison", Param: "contacts:101", On: on})
	}
	calm := serve(t, "2026-09", lessPortal, sim.Options{PageSize: 2}).crawl(t, lessScope)
	result := serve(t, "2026-09", lessPortal, sim.Options{PageSize: 2, Faults: faults}).crawl(t, lessScope)
	if len(result.Gaps) != 1 || result.Gaps[0].Kind != "objects" || result.Gaps[0].ID == nil || *result.Gaps[0].ID != 101 {
		t.Errorf("the gaps are %+v", result.Gaps)
	}
	if differ := unnamed(t, calm.Snapshot, result.Snapshot); len(differ) > 0 {
		t.Errorf("what differs and is not named:\n%s", strings.Join(differ, "\n"))
	}
}

// TestUnheardOfCategoriesAreKept has an association type of a category that is not
// documented.
func TestUnheardOfCategoriesAreKept(t *testing.T) {
	t.Parallel()
	result := serve(t, "2026-09", lessPortal, sim.Options{Faults: []sim.Fault{{Name: "type-strange", Param: "contacts:102 201"}}}).crawl(t, lessScope)
	e, _ := result.Graph.Edge(graphmodel.Key{Type: "contacts", ID: 102}, graphmodel.Key{Type: "companies", ID: 201})
	if !result.Complete || len(e.Types) != 1 || e.Types[0].Category != "UNHEARD_OF" {
		t.Errorf("complete: %t, %+v", result.Complete, e)
	}
}

// lessCase is a random portal with random faults.
type lessCase struct {
	portal string
	faults []sim.Fault
}

// lessCases draws portals of up to 60 records, with up to three faults.
var lessCases = rapid.Custom(func(t *rapid.T) lessCase {
	var b strings.Builder
	b.WriteString("label contacts 21 \"Champion\" companies 22 \"Championed by\"\n")
	types := []string{"contacts", "companies", "deals"}
	ids := map[string][]int{}
	for i, typ := range types {
		for n := range rapid.IntRange(1, 20).Draw(t, typ) {
			ids[typ] = append(ids[typ], 100*(i+1)+n)
			fmt.Fprintf(&b, "%s %d\n", typ, 100*(i+1)+n)
		}
	}
	for range rapid.IntRange(0, 60).Draw(t, "links") {
		from, to := rapid.SampledFrom(types[:2]).Draw(t, "from"), rapid.SampledFrom(types[1:]).Draw(t, "to")
		if from != to {
			fmt.Fprintf(&b, "%s %d -> %s %d\n", from, rapid.SampledFrom(ids[from]).Draw(t, "id"), to, rapid.SampledFrom(ids[to]).Draw(t, "id"))
		}
	}
	c := lessCase{portal: b.String()}
	for range rapid.IntRange(1, 3).Draw(t, "faults") {
		typ := rapid.SampledFrom(types).Draw(t, "type")
		f := sim.Fault{Name: rapid.SampledFrom([]string{"list-ends", "list-lacks", "search-lacks", "search-counts", "search-empty", "silent", "trimmed-over", "item-too", "item-nameless",
			"item-other", "later-none", "next-bare", "to-missing", "to-null", "split", "type-no-category", "type-no-id", "types-empty", "types-missing", "target-missing",
			"poison", "poison", "row-null", "id-missing", "properties-null", "stranger", "too-many", "most-inputs"}).Draw(t, "fault")}
		switch f.Name {
		case "list-ends", "search-counts", "search-empty":
		case "most-inputs":
			f.Param = "3"
		default:
			f.Param = fmt.Sprintf("%s:%d", typ, rapid.SampledFrom(ids[typ]).Draw(t, "record"))
			if f.Name != "list-lacks" && f.Name != "search-lacks" {
				f.Param += rapid.SampledFrom([]string{"", " x1", " x2"}).Draw(t, "times")
			}
			if f.Name == "poison" {
				f.Param += rapid.SampledFrom([]string{"", " 504", " cut", " html", " empty"}).Draw(t, "kind")
			}
		}
		c.faults = append(c.faults, f)
	}
	return c
})

// TestThereIsNoThirdOutcome holds random portals and faults to it.
func TestThereIsNoThirdOutcome(t *testing.T) {
	t.Parallel()
	const cases = 200
	limit := make(chan struct{}, 24) // at once: they mostly wait
	var all sync.WaitGroup
	for n := range cases {
		all.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			c := lessCases.Example(n)
			t.Run(fmt.Sprint(n), func(t *testing.T) {
				calm := serve(t, "2026-09", c.portal, sim.Options{PageSize: 2}).crawl(t, lessScope)
				result := serve(t, "2026-09", c.portal, sim.Options{PageSize: 2, Faults: c.faults}).crawl(t, lessScope)
				differ := unnamed(t, calm.Snapshot, result.Snapshot)
				if len(differ) > 0 || result.Complete && text(t, calm.Snapshot) != text(t, result.Snapshot) {
					t.Errorf("complete: %t, %+v\nfaults %v\n%s\n%s", result.Complete, result.Gaps, c.faults, c.portal, strings.Join(differ, "\n"))
				}
			})
		})
	}
	all.Wait()
}
