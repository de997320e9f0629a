package graphmodel_test

import (
	"fmt"

	"github.com/dominikbraun/graph"

	"hubgraph/graphmodel"
)

var (
	primary = graphmodel.Type{Category: "HUBSPOT_DEFINED", ID: 5, Label: "Primary"}
	back    = graphmodel.Type{Category: "HUBSPOT_DEFINED", ID: 6}
	up      = graphmodel.Type{Category: "HUBSPOT_DEFINED", ID: 14}

	deal   = graphmodel.Key{Type: "deals", ID: 1}
	acme   = graphmodel.Key{Type: "companies", ID: 10}
	parent = graphmodel.Key{Type: "companies", ID: 11}
)

// portal is a deal of a company that has a parent; the deal's company lacks the
// link back from its parent, and the parent was never listed itself.
func portal() *graphmodel.Graph {
	g := graphmodel.New()
	g.Put(graphmodel.Node{Key: deal, Seen: true})
	g.Put(graphmodel.Node{Key: acme, Seen: true})
	g.Link(deal, acme, primary)
	g.Link(acme, deal, back)
	g.Link(acme, parent, up)
	g.Seal()
	return g
}

func Example() {
	g := portal()
	for n := range g.Nodes() {
		fmt.Println(n.Key, n.Seen)
	}
	for e := range g.Edges() {
		fmt.Println(e.From, "->", e.To, e.Types)
	}
	// Output:
	// companies:10 true
	// companies:11 false
	// deals:1 true
	// companies:10 -> companies:11 [{HUBSPOT_DEFINED 14 }]
	// companies:10 -> deals:1 [{HUBSPOT_DEFINED 6 }]
	// deals:1 -> companies:10 [{HUBSPOT_DEFINED 5 Primary}]
}

func ExampleGraph_Rows() {
	inverses := map[int32]int32{5: 6, 6: 5, 14: 13}
	rows := portal().Rows(func(_, _ string, t graphmodel.Type) (graphmodel.Type, bool) {
		id, known := inverses[t.ID]
		return graphmodel.Type{Category: t.Category, ID: id}, known
	}, nil)
	for r := range rows {
		fmt.Print(r.From, " ", r.To, " ", r.Type.ID)
		if r.HasInverse != nil {
			fmt.Print(" ", *r.HasInverse)
		}
		fmt.Println()
	}
	// Output:
	// companies:10 companies:11 14
	// companies:10 deals:1 6 true
	// deals:1 companies:10 5 true
}

func ExampleGraph_Measure() {
	g := portal()
	measures := g.Measure(func(_, _ string, t graphmodel.Type) (up, down bool) { return t.ID == 14, t.ID == 13 })
	i := 0
	for n := range g.Nodes() {
		m := measures[i]
		fmt.Print(n.Key, ": degree ", m.Degree, ", component ", m.Component)
		if m.HierarchyDepth != nil {
			fmt.Print(", depth ", *m.HierarchyDepth)
		}
		fmt.Println()
		i++
	}
	// Output:
	// companies:10: degree 2, component 1, depth 1
	// companies:11: degree 1, component 1, depth 0
	// deals:1: degree 1, component 1
}

// The library's algorithms run on a selection.
func ExampleGraph_Library() {
	selection := portal().Neighborhood(deal, 2)
	path, err := graph.ShortestPath(selection.Library(), deal, parent)
	fmt.Println(path, err)
	// Output: [deals:1 companies:10 companies:11] <nil>
}

func ExampleGraph_Subgraph() {
	companies := portal().Subgraph(func(e graphmodel.Edge) bool { return e.From.Type == e.To.Type })
	fmt.Println(companies.Order(), "records,", companies.Size(), "edge")
	// Output: 2 records, 1 edge
}

func ExampleEvidence_Learn() {
	g := graphmodel.New()
	for id := range int64(20) {
		contact := graphmodel.Key{Type: "contacts", ID: id}
		g.Link(contact, acme, graphmodel.Type{Category: "USER_DEFINED", ID: 30, Label: "Works for"})
		g.Link(acme, contact, graphmodel.Type{Category: "USER_DEFINED", ID: 31, Label: "Employs"})
	}
	custom := func(k graphmodel.TypeKey) bool { return k.Category == "USER_DEFINED" }
	for _, l := range g.Evidence(custom).Learn(custom, 20, 0.8) {
		fmt.Println(l.Type.ID, l.Inverse.ID, l.Support, l.Overlap)
	}
	// Output:
	// 31 30 20 1
	// 30 31 20 1
}

func ExampleParseKey() {
	k, err := graphmodel.ParseKey("deals:123")
	fmt.Println(k.Type, k.ID, err)
	_, err = graphmodel.ParseKey("123")
	fmt.Println(err)
	// Output:
	// deals 123 <nil>
	// "123" is no record: write it as TYPE:ID, such as deals:123
}
