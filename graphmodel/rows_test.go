package graphmodel

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestRowsAfterMerges compares rows with those of a graph whose ids were replaced.
func TestRowsAfterMerges(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := steps(true).Draw(t, "steps")
		var merged []Alias
		for _, kind := range []string{"companies", "contacts"} {
			left := rapid.SampledFrom([]int64{10, 77}).Draw(t, "left") // 77 is never among the vertices
			for _, old := range rapid.SliceOfDistinct(rapid.Int64Range(1, 4), rapid.ID[int64]).Draw(t, "old") {
				merged = append(merged, Alias{ObjectType: kind, OldID: old, CurrentID: left})
			}
		}
		want := referTo(s).rows(merged)
		compare(t, "filled", want, slices.Collect(fill(s).Rows(inverse, merged)))
		compare(t, "sealed", want, slices.Collect(sealed(s).Rows(inverse, merged)))
	})
}

// TestRowsOfMergedRecords has company 9 merged into company 10: the deal lists the
// one, and the other lists the deal.
func TestRowsOfMergedRecords(t *testing.T) {
	t.Parallel()
	advises, advised := Type{Category: "USER_DEFINED", ID: 28}, Type{Category: "USER_DEFINED", ID: 29}
	deal, gone, left := Key{"deals", 1}, Key{"companies", 9}, Key{"companies", 10}
	for _, test := range []struct {
		name    string
		lists   Key
		back    []Type
		merged  []Alias
		reverse *bool
		inverse *bool
		live    bool
	}{
		{"not merged, an id of no record", gone, []Type{advised}, nil, nil, nil, false},
		{"merged, both under the old id", gone, []Type{advised}, []Alias{{"companies", 9, 10}}, ptr(true), ptr(true), false},
		{"merged, back with another type", gone, []Type{partner}, []Alias{{"companies", 9, 10}}, ptr(true), ptr(false), false},
		{"merged, nothing back", gone, nil, []Alias{{"companies", 9, 10}}, ptr(false), ptr(false), false},
		{"another record was merged", left, []Type{advised}, []Alias{{"companies", 8, 11}}, ptr(true), ptr(true), true},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := New()
			g.Put(Node{Key: deal, Seen: true})
			g.Put(Node{Key: left, Seen: true})
			g.Link(deal, test.lists, advises)
			if test.back != nil {
				g.Link(left, deal, test.back...)
			}
			g.Seal()
			for r := range g.Rows(inverse, test.merged) {
				if r.From == deal {
					compare(t, "row", Row{deal, test.lists, advises, test.live, test.reverse, test.inverse}, r)
				}
			}
		})
	}
}

func ptr[T any](v T) *T { return &v }
