package graphmodel

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestOneSidedIsThatOfTheDefinition compares with asking for each edge's way back.
func TestOneSidedIsThatOfTheDefinition(t *testing.T) {
	keys := []Key{{"companies", 1}, {"companies", 2}, {"contacts", 1}, {"contacts", 2}, {"contacts", 3}, {"deals", 1}}
	types := [][]Type{{{"A", 1, ""}}, {{"A", 1, ""}, {"B", 2, "x"}}, {{"B", 2, "x"}}}
	answers := func(_, to string, there, back []Type) bool {
		return to == "deals" || len(back) > 0 && there[0] == back[0]
	}
	rapid.Check(t, func(t *rapid.T) {
		g := New()
		for range rapid.IntRange(0, 30).Draw(t, "links") {
			from, to := rapid.SampledFrom(keys).Draw(t, "from"), rapid.SampledFrom(keys).Draw(t, "to")
			g.Link(from, to, rapid.SampledFrom(types).Draw(t, "types")...)
		}
		g.Seal()
		var want []Edge
		for e := range g.Edges() {
			back, _ := g.Edge(e.To, e.From)
			if !answers(e.From.Type, e.To.Type, e.Types, back.Types) {
				want = append(want, e)
			}
		}
		if diff := cmp.Diff(want, slices.Collect(g.OneSided(answers))); diff != "" {
			t.Error(diff)
		}
	})
}

func TestOneSidedAsksOnceAndStops(t *testing.T) {
	g := New()
	for id := range int64(100) {
		g.Link(Key{"contacts", id}, Key{"companies", 1}, Type{"A", 1, ""})
	}
	g.Seal()
	asked := 0
	for e := range g.OneSided(func(from, to string, there, back []Type) bool {
		asked++
		if got := fmt.Sprint(from, to, there, back); got != "contactscompanies[{A 1 }] []" {
			t.Errorf("asked about %s", got)
		}
		return false
	}) {
		if e.From.ID == 9 {
			break
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times about 10 edges that are alike", asked)
	}
}
