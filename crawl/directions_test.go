package crawl

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/graphmodel"
	"hubgraph/hubspot/sim"
)

// TestSmallerReadsEachPairOnce reads from the side with fewer records, and says
// of the other side that nothing is known of it.
func TestSmallerReadsEachPairOnce(t *testing.T) {
	t.Parallel()
	bothVersions(t, func(t *testing.T, version string) {
		p := sim.Generate(sim.Spec{Seed: 5, Contacts: 200})
		both := servePortal(t, version, p, sim.Options{}).crawl(t, Scope{})
		s := servePortal(t, version, p, sim.Options{})
		result := s.crawl(t, Scope{Directions: Smaller})
		if !result.Complete || result.ScopeHash == both.ScopeHash {
			t.Errorf("complete: %t; the scope is %s, and %s in both directions", result.Complete, result.ScopeHash, both.ScopeHash)
		}
		size := map[string]int64{}
		for _, c := range result.Coverage {
			if c.Kind == "objects" {
				size[c.From] = c.Received
			}
		}
		read := map[[2]string]bool{}
		for _, c := range result.Coverage {
			back := [2]string{c.To, c.From}
			switch {
			case c.Kind != "associations":
			case c.Verdict == graphmodel.VerdictOutOfScope:
				if c.Complete || c.Gap() || c.Requested != 0 || c.From == c.To || size[c.From] < size[c.To] || !strings.Contains(c.Reason, c.To) {
					t.Errorf("%+v is out of scope", c)
				}
			case read[back] && c.From != c.To:
				t.Errorf("%s and %s are read from both sides", c.From, c.To)
			default:
				read[[2]string{c.From, c.To}] = true
			}
		}
		if diff := cmp.Diff(edgesOf(both.Snapshot, read), edgesOf(result.Snapshot, read)); diff != "" {
			t.Errorf("- in both directions, + in the smaller one:\n%s", diff)
		}
		if len(edgesOf(result.Snapshot, read)) != result.Graph.Size() {
			t.Error("there are edges of a direction that is out of scope")
		}
	})
}

// edgesOf are the edges of some ordered pairs of object types.
func edgesOf(s *graphmodel.Snapshot, pairs map[[2]string]bool) []graphmodel.Edge {
	var edges []graphmodel.Edge
	for e := range s.Graph.Edges() {
		if pairs[[2]string{e.From.Type, e.To.Type}] {
			edges = append(edges, e)
		}
	}
	return edges
}

// TestSmallerDoesWithoutNumbers has a portal that does not say how many records
// there are.
func TestSmallerDoesWithoutNumbers(t *testing.T) {
	t.Parallel()
	s := serve(t, "2026-09", contacts(5), sim.Options{Faults: []sim.Fault{{Name: "403", On: "search"}, {Name: "400", On: "limits-records"}}})
	plan, err := NewPlan(t.Context(), s.client, Scope{Types: contactScope.Types, Directions: Smaller})
	if err != nil {
		t.Fatal(err)
	}
	var pairs []string
	for _, pair := range plan.Pairs {
		pairs = append(pairs, pair.From.Name+" "+pair.To.Name)
	}
	slices.Sort(pairs)
	if diff := cmp.Diff([]string{"companies companies", "companies contacts", "contacts contacts"}, pairs); diff != "" {
		t.Error(diff)
	}
	if e := plan.Estimate(s.client.Allowance(), LanesList); e.Records != 0 || e.Requests != 0 || e.Types[0].Records != nil {
		t.Errorf("of unknown numbers the estimate is %+v", e)
	}
}

func TestScopesThatCannotBe(t *testing.T) {
	s := Scope{Directions: "larger"}
	if err := s.Check(); err == nil {
		t.Errorf("%+v is taken", s)
	}
	if _, err := NewPlan(t.Context(), nil, s); err == nil {
		t.Errorf("a plan is made of %+v", s)
	}
	if err := (Scope{Types: []string{"deals", "p_cars"}, Directions: Both}).Check(); err != nil {
		t.Error(err)
	}
}
