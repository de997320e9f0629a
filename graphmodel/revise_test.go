package graphmodel

import (
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// contents is all that a graph says.
type contents struct {
	Nodes   []Node
	Edges   []Edge
	In      [][]Edge // of each node
	OneSide []Edge
}

func contentsOf(g *Graph) (c contents) {
	c.Nodes, c.Edges = slices.Collect(g.Nodes()), slices.Collect(g.Edges())
	for _, n := range c.Nodes {
		c.In = append(c.In, slices.Collect(g.In(n.Key)))
	}
	c.OneSide = slices.Collect(g.OneSided(func(_, _ string, there, back []Type) bool { return len(there) == len(back) }))
	return c
}

// rebuilt is the graph that Revised describes, filled anew from the beginning.
func rebuilt(g *Graph, r Revision) *Graph {
	nodes := map[Key]Node{}
	for n := range g.Nodes() {
		nodes[n.Key] = n
	}
	for _, n := range r.Nodes {
		nodes[n.Key] = n
	}
	again, ends := New(), map[Key]bool{}
	link := func(e Edge) {
		again.Link(e.From, e.To, e.Types...)
		ends[e.From], ends[e.To] = true, true
	}
	for e := range g.Edges() {
		if !r.Replaced[Listing{e.From, e.To.Type}] {
			link(e)
		}
	}
	for _, e := range r.Edges {
		link(e)
	}
	for k, n := range nodes {
		if n.Seen || ends[k] {
			again.Put(n)
		}
	}
	again.Seal()
	return again
}

// TestRevisedIsWhatWouldBeBuiltAnew draws graphs and revisions of them, of records
// that are there or not, of types that are new, and of edges that stay, come, go and
// gain types.
func TestRevisedIsWhatWouldBeBuiltAnew(t *testing.T) {
	key := rapid.Custom(func(t *rapid.T) Key {
		return Key{rapid.SampledFrom([]string{"companies", "contacts", "deals", "a_new_type"}).Draw(t, "type"), int64(rapid.IntRange(1, 5).Draw(t, "id"))}
	})
	node := rapid.Custom(func(t *rapid.T) Node {
		return Node{key.Draw(t, "key"), rapid.Bool().Draw(t, "seen"), rapid.Bool().Draw(t, "archived")}
	})
	drawn := rapid.Custom(func(t *rapid.T) Edge {
		return Edge{key.Draw(t, "from"), key.Draw(t, "to"), rapid.SliceOfN(rapid.SampledFrom(pool), 0, 3).Draw(t, "types")}
	})
	rapid.Check(t, func(t *rapid.T) {
		g := New()
		for _, n := range rapid.SliceOfN(node, 0, 12).Draw(t, "nodes") {
			if n.Key.Type != "a_new_type" {
				g.Put(n)
			}
		}
		for _, e := range rapid.SliceOfN(drawn, 0, 25).Draw(t, "edges") {
			if e.From.Type != "a_new_type" && e.To.Type != "a_new_type" {
				g.Link(e.From, e.To, e.Types...)
			}
		}
		g.Seal()
		before := contentsOf(g)
		r := Revision{Nodes: rapid.SliceOfN(node, 0, 4).Draw(t, "new nodes"), Replaced: map[Listing]bool{}, Edges: rapid.SliceOfN(drawn, 0, 6).Draw(t, "new edges")}
		for range rapid.IntRange(0, 5).Draw(t, "listings") {
			r.Replaced[Listing{key.Draw(t, "of"), rapid.SampledFrom([]string{"companies", "contacts", "deals"}).Draw(t, "to type")}] = true
		}
		revised := g.Revised(r)
		if diff := gocmp.Diff(contentsOf(rebuilt(g, r)), contentsOf(revised)); diff != "" {
			t.Errorf("- built anew, + revised:\n%s", diff)
		}
		if diff := gocmp.Diff(before, contentsOf(g)); diff != "" {
			t.Errorf("the graph itself changes:\n%s", diff)
		}
		if again := revised.Revised(r); gocmp.Diff(contentsOf(rebuilt(revised, r)), contentsOf(again)) != "" {
			t.Errorf("revised once more, it is another graph")
		}
	})
}

// TestARevisionCopiesArraysAlone revises one record among many: what that allocates
// does not grow with the records, but for the arrays, of which each is made once.
func TestARevisionCopiesArraysAlone(t *testing.T) {
	allocations := func(records int64) float64 {
		g := New()
		for id := int64(1); id <= records; id++ {
			contact, company := Key{"contacts", id}, Key{"companies", id / 10}
			g.Put(Node{contact, true, false})
			g.Link(contact, company, pool[0])
			g.Link(company, contact, pool[1])
		}
		g.Seal()
		e := Edge{Key{"contacts", 7}, Key{"companies", 8}, pool[:1]}
		return testing.AllocsPerRun(3, func() { g.Revised(Revision{Edges: []Edge{e}}) })
	}
	if few, many := allocations(1000), allocations(50_000); many > few+10 || many > 100 {
		t.Errorf("%v allocations for a revision of one record among 1,000, %v among 50,000", few, many)
	}
}
