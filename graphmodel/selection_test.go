package graphmodel

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestSubgraph(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := steps(true).Draw(t, "steps")
		keep := func(e Edge) bool { return e.From.Type != "contacts" && len(e.Types) > 0 }
		r := referTo(s)
		wantEdges := filter(r.sortedEdges(), keep)
		ends := map[Key]bool{}
		for _, e := range wantEdges {
			ends[e.From], ends[e.To] = true, true
		}
		wantNodes := slices.DeleteFunc(r.sortedNodes(), func(n Node) bool { return !ends[n.Key] })
		for _, g := range []*Graph{fill(s), sealed(s)} {
			sub := g.Subgraph(keep)
			compare(t, "nodes", wantNodes, slices.Collect(sub.Nodes()))
			compare(t, "edges", wantEdges, slices.Collect(sub.Edges()))
			sub.Put(Node{Key: nobody}) // a selection can be added to
			if _, ok := g.Node(nobody); ok || sub.Order() != len(wantNodes)+1 {
				t.Fatalf("after Put to the selection: %d nodes in it", sub.Order())
			}
		}
	})
}

func TestNeighborhood(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := steps(true).Draw(t, "steps")
		center, hops := aKey().Draw(t, "center"), rapid.IntRange(-1, 4).Draw(t, "hops")
		r := referTo(s)
		near := map[Key]bool{}
		if _, ok := r.nodes[center]; ok {
			near[center] = true
		}
		for range hops {
			wider := map[Key]bool{}
			for k := range near {
				wider[k] = true
				for n := range r.neighbors(k) {
					wider[n] = true
				}
			}
			near = wider
		}
		sub := sealed(s).Neighborhood(center, hops)
		compare(t, "nodes", slices.DeleteFunc(r.sortedNodes(), func(n Node) bool { return !near[n.Key] }), slices.Collect(sub.Nodes()))
		compare(t, "edges", filter(r.sortedEdges(), func(e Edge) bool { return near[e.From] && near[e.To] }), slices.Collect(sub.Edges()))
	})
}
