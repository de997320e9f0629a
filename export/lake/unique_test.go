package lake

import (
	"context"
	"slices"
	"strings"
	"testing"

	"hubgraph/graphmodel"
	"hubgraph/internal/nights"
)

// TestDoubleKeysAreRefused publishes nights in which a row comes twice, which would
// break what joins by its key: the error names the table and the key.
func TestDoubleKeysAreRefused(t *testing.T) {
	t.Parallel()
	id := int64(77)
	for want, spoil := range map[string]func(*nights.Night){
		"write association_types: |two rows have the key [deals companies HUBSPOT_DEFINED 341]": func(n *nights.Night) { n.Defined = append(n.Defined, n.Defined[0]) },
		"write coverage: |two rows have the key [associations deals companies]":                 func(n *nights.Night) { n.Cells = append(n.Cells, n.Cells[1]) },
		"write gaps: |two rows have the key [objects deals 77 ]": func(n *nights.Night) {
			gap := graphmodel.Gap{Kind: "objects", From: "deals", ID: &id}
			n.Gaps = append(n.Gaps, gap, gap)
		},
		"write id_alias: |two rows have the key [companies 9]": func(n *nights.Night) {
			n.Aliases = append(n.Aliases, graphmodel.Alias{ObjectType: "companies", OldID: 9, CurrentID: 11})
		},
		"write pipelines: |two rows have the key [deals default won]":        func(n *nights.Night) { again := n.Stages[0]; again.Position = 7; n.Stages = append(n.Stages, again) },
		"write object_types: |two rows have the key deals":                   func(n *nights.Night) { n.Types = append(n.Types, n.Types[1]) },
		"write objects: |record deals:3 is not in the graph, or comes twice": func(n *nights.Night) { n.Records = append(n.Records[:5:5], n.Records[4:]...) },
	} {
		n := nights.First()
		spoil(n)
		if _, err := openData(t).Publish(context.Background(), n.Snapshot("20261122T020000Z")); err == nil || !containsAll(err.Error(), strings.Split(want, "|")) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func containsAll(text string, parts []string) bool {
	return !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(text, part) })
}
