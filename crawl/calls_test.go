package crawl

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

// TestCallsAreThoseOfTheFormula counts, from the text of a portal alone, the
// calls that a crawl needs, and holds them against what the simulator was asked.
func TestCallsAreThoseOfTheFormula(t *testing.T) {
	const pageSize = 10
	b := newPortalText("object p_cars 2-1001\nlabel deals p_cars\nlabel contacts p_cars\n")
	records := map[string]int{"contacts": 2345, "companies": 1000, "deals": 101, "tickets": 0, "line_items": 100, "p_cars": 7}
	for name, n := range records {
		for id := 1; id <= n; id++ {
			b.line("%s %d", name, id)
		}
	}
	// Of 1,500 contacts each has 25 companies: three pages. One has exactly a
	// page. The companies' own lists follow from those.
	for contact := 1; contact <= 1500; contact++ {
		for k := range 25 {
			b.link("contacts", contact, "companies", 1+(contact*7+k)%1000)
		}
	}
	for company := 1; company <= pageSize; company++ {
		b.link("contacts", 2000, "companies", company)
	}
	// 250 ends that no list returns: three look-ups among the live, three among
	// the archived.
	for id := 1; id <= 250; id++ {
		b.line("deals %d absent", 9000+id)
		b.line("contacts %d ->> deals %d 4", id, 9000+id)
	}

	// Metadata is also how many records there are: once for all types before the
	// crawl, but for a type without any, which HubSpot leaves out there, and by a
	// search for each type after it.
	want := map[string]int{"account": 1, "schemas": 1, "schema": 5, "pipelines": 2, "limits-records": 1}
	for _, n := range records {
		want["search"]++
		if n == 0 {
			want["search"]++
		}
		want["list"] += max(1, ceil(n, 100))
	}
	for pair := range b.defined(records) {
		want["labels"]++
		want["associations-read"] += ceil(records[pair[0]], 1000)
		for page := 1; ; page++ { // all records with more than so many pages share the calls of a pass
			more := b.withMore(pair, page*pageSize)
			if more == 0 {
				break
			}
			want["associations-read"] += ceil(more, 1000)
		}
	}
	want["read"] = 2 * ceil(250, 100)
	p, err := sim.Parse("portal", b.String())
	if err != nil {
		t.Fatal(err)
	}

	bothVersions(t, func(t *testing.T, version string) {
		s := servePortal(t, version, p, sim.Options{PageSize: pageSize})
		result := s.crawl(t, Scope{})
		if !result.Complete {
			t.Errorf("the crawl is incomplete: %+v", gapsOf(result.Snapshot))
		}
		got := map[string]int{}
		for _, r := range s.server.Requests() {
			got[r.Operation]++
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("calls by operation, - the formula, + the simulator's log:\n%s", diff)
		}
		total := 0
		for _, n := range want {
			total += n
		}
		if result.Requests != int64(total) {
			t.Errorf("the snapshot counts %d requests, the formula %d", result.Requests, total)
		}
	})
}

// portalText is a portal in the simulator's language, with a count of its own.
type portalText struct {
	strings.Builder
	neighbors map[[2]string]map[int]int
}

func newPortalText(head string) *portalText {
	b := &portalText{neighbors: map[[2]string]map[int]int{}}
	b.WriteString(head)
	return b
}

func (b *portalText) line(format string, args ...any) { fmt.Fprintf(b, format+"\n", args...) }

// link associates two records that were not associated before.
func (b *portalText) link(from string, fromID int, to string, toID int) {
	b.line("%s %d -> %s %d", from, fromID, to, toID)
	for pair, id := range map[[2]string]int{{from, to}: fromID, {to, from}: toID} {
		if b.neighbors[pair] == nil {
			b.neighbors[pair] = map[int]int{}
		}
		b.neighbors[pair][id]++
	}
}

// withMore counts the records of an ordered pair that have more neighbors than n.
func (b *portalText) withMore(pair [2]string, n int) int {
	count := 0
	for _, neighbors := range b.neighbors[pair] {
		if neighbors > n {
			count++
		}
	}
	return count
}

// defined are the ordered pairs of crawled types with an association type: those
// that HubSpot documents, and those of the portal's label lines.
func (b *portalText) defined(crawled map[string]int) map[[2]string]bool {
	pairs := map[[2]string]bool{{"deals", "p_cars"}: true, {"p_cars", "deals"}: true, {"contacts", "p_cars"}: true, {"p_cars", "contacts"}: true}
	for _, d := range hubspot.DocumentedTypes() {
		_, from := crawled[d.From]
		_, to := crawled[d.To]
		if from && to {
			pairs[[2]string{d.From, d.To}] = true
		}
	}
	return pairs
}

func ceil(n, size int) int { return (n + size - 1) / size }

// TestEveryPageIsRead has one record with many pages and one with exactly one.
func TestEveryPageIsRead(t *testing.T) {
	var portal strings.Builder
	portal.WriteString("companies 1\ncompanies 2\n")
	for id := 1; id <= 1200; id++ {
		fmt.Fprintf(&portal, "contacts %d\ncontacts %d -> companies 1\n", id, id)
		if id <= 500 {
			fmt.Fprintf(&portal, "contacts %d -> companies 2\n", id)
		}
	}
	bothVersions(t, func(t *testing.T, version string) {
		s := serve(t, version, portal.String(), sim.Options{})
		result := s.crawl(t, Scope{Types: []string{"contacts", "companies"}})
		count := map[string]int{}
		for e := range result.Graph.Edges() {
			count[e.From.String()]++
			if e.To.Type == "companies" {
				count["to "+e.To.String()]++
			}
		}
		for key, want := range map[string]int{"companies:1": 1200, "companies:2": 500, "to companies:1": 1200, "to companies:2": 500} {
			if count[key] != want {
				t.Errorf("%s has %d links, want %d", key, count[key], want)
			}
		}
		c := cellOf(t, result.Snapshot, "associations", "companies", "contacts")
		if !c.Complete || c.Requested != 2 || c.Received != 2 {
			t.Errorf("coverage %+v", c)
		}
	})
}

// TestResultDoesNotHangOnTheOrderOfAnswers crawls the same portal several times:
// the simulator answers in another order each time.
func TestResultDoesNotHangOnTheOrderOfAnswers(t *testing.T) {
	p := sim.Generate(sim.Spec{Seed: 3, Contacts: 300})
	var first string
	for range 3 {
		bothVersions(t, func(t *testing.T, version string) {
			s := servePortal(t, version, p, sim.Options{PageSize: 7})
			got := text(t, s.crawl(t, Scope{}).Snapshot)
			if first == "" {
				first = got
			}
			if got != first {
				t.Errorf("the snapshot differs from the first one:\n%s", cmp.Diff(strings.Split(first, "\n"), strings.Split(got, "\n")))
			}
		})
	}
	if !slices.ContainsFunc(strings.Split(first, "\n"), func(s string) bool { return strings.Contains(s, "USER_DEFINED") }) {
		t.Error("the portal has no labels: it shows nothing")
	}
}

// TestRequestsAreThoseOfTheCrawl has two crawls of one client.
func TestRequestsAreThoseOfTheCrawl(t *testing.T) {
	s := serve(t, "2026-09", small, sim.Options{})
	first, second := s.crawl(t, Scope{}), s.crawl(t, Scope{})
	if n := int64(len(s.server.Requests())); first.Requests+second.Requests != n || first.Requests != second.Requests {
		t.Errorf("two crawls count %d and %d requests, the server %d", first.Requests, second.Requests, n)
	}
}
