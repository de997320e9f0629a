package export

import (
	"context"
	"slices"
	"strings"
	"testing"

	"hubgraph/graphmodel"
)

// TestDoubleKeysAreRefused publishes nights in which a row comes twice, which would
// break what joins by its key: the error names the table and the key.
func TestDoubleKeysAreRefused(t *testing.T) {
	t.Parallel()
	for want, spoil := range map[string]func(*night){
		"write association_types: |two rows have the key [deals companies HUBSPOT_DEFINED 341]": func(n *night) { n.defined = append(n.defined, n.defined[0]) },
		"write coverage: |two rows have the key [associations deals companies]":                 func(n *night) { n.cells = append(n.cells, n.cells[1]) },
		"write gaps: |two rows have the key [objects deals 77 ]": func(n *night) {
			gap := graphmodel.Gap{Kind: "objects", From: "deals", ID: ptr(int64(77))}
			n.gaps = append(n.gaps, gap, gap)
		},
		"write id_alias: |two rows have the key [companies 9]": func(n *night) {
			n.aliases = append(n.aliases, graphmodel.Alias{ObjectType: "companies", OldID: 9, CurrentID: 11})
		},
		"write pipelines: |two rows have the key [deals default won]":        func(n *night) { again := n.stages[0]; again.Position = 7; n.stages = append(n.stages, again) },
		"write object_types: |two rows have the key deals":                   func(n *night) { n.types = append(n.types, n.types[1]) },
		"write objects: |record deals:3 is not in the graph, or comes twice": func(n *night) { n.records = append(n.records[:5:5], n.records[4:]...) },
	} {
		n := firstNight()
		spoil(n)
		if _, err := openData(t).Publish(context.Background(), n.snapshot("20261122T020000Z")); err == nil || !containsAll(err.Error(), strings.Split(want, "|")) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func containsAll(text string, parts []string) bool {
	return !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(text, part) })
}

func TestSameKeyOfAssociations(t *testing.T) {
	t.Parallel()
	row := Association{FromType: "deals", FromID: 1, ToType: "companies", ToID: 2, Category: "USER_DEFINED", TypeID: 3}
	for name, change := range map[string]func(*Association){
		"from type": func(r *Association) { r.FromType = "tickets" }, "from": func(r *Association) { r.FromID++ },
		"to type": func(r *Association) { r.ToType = "contacts" }, "to": func(r *Association) { r.ToID++ },
		"category": func(r *Association) { r.Category = "WORK" }, "type": func(r *Association) { r.TypeID++ },
	} {
		other := row
		change(&other)
		if row.sameKey(&other) {
			t.Errorf("a row has the key of one with another %s", name)
		}
	}
	other := row
	if other.HasReverse = ptr(true); !row.sameKey(&other) {
		t.Error("a row has another key than its double")
	}
}
