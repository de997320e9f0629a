package graphmodel

import (
	"slices"
	"testing"

	"github.com/dominikbraun/graph"
	"pgregory.net/rapid"
)

// parents lists the parents of a record.
func (r reference) parents(k Key) map[Key]bool {
	found := map[Key]bool{}
	for ends, types := range r.edges {
		for t := range types {
			up, down := hierarchy(ends[0].Type, ends[1].Type, t)
			if up && ends[0] == k {
				found[ends[1]] = true
			}
			if down && ends[1] == k {
				found[ends[0]] = true
			}
		}
	}
	return found
}

// depth is the length of the longest chain of parents; there must be no cycle
// above.
func (r reference) depth(k Key) int32 {
	deepest := int32(0)
	for p := range r.parents(k) {
		deepest = max(deepest, r.depth(p)+1)
	}
	return deepest
}

// measures are those of all records, each computed on its own by definition.
func (r reference) measures() []Measures {
	var all []Measures
	component := map[Key]int32{}
	for _, n := range r.sortedNodes() {
		neighbors := r.neighbors(n.Key)
		delete(neighbors, n.Key)
		m := Measures{Degree: int32(len(neighbors)), Component: component[n.Key]}
		if m.Component == 0 { // the smallest key of its part
			m.Component = int32(1)
			for _, c := range component {
				m.Component = max(m.Component, c+1)
			}
			component[n.Key] = m.Component
			for k := range reached(n.Key, r.neighbors) {
				component[k] = m.Component
			}
		}
		above := reached(n.Key, r.parents)
		if m.HierarchyCycle = above[n.Key]; m.HierarchyCycle {
			m.CycleID = new(n.ID)
			for k := range above {
				if k.ID < *m.CycleID && reached(k, r.parents)[n.Key] {
					*m.CycleID = k.ID
				}
			}
		}
		under := m.HierarchyCycle
		for k := range above {
			under = under || reached(k, r.parents)[k]
		}
		if !under && (len(above) > 0 || r.isParent(n.Key)) {
			m.HierarchyDepth = new(r.depth(n.Key))
		}
		all = append(all, m)
	}
	return all
}

func (r reference) isParent(k Key) bool {
	for child := range r.nodes {
		if r.parents(child)[k] {
			return true
		}
	}
	return false
}

func TestMeasuresEqualReference(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := steps(true).Draw(t, "steps")
		compare(t, "measures", referTo(s).measures(), sealed(s).Measure(hierarchy))
	})
}

// TestHierarchiesEqualReference is the same on graphs that are all hierarchy, so
// that some are deep, and some cycles touch.
func TestHierarchiesEqualReference(t *testing.T) {
	t.Parallel()
	company := rapid.Custom(func(t *rapid.T) Key { return Key{"companies", rapid.Int64Range(1, 12).Draw(t, "id")} })
	rapid.Check(t, func(t *rapid.T) {
		links := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) step {
			types := [][]Type{{childToParent}, {childToParent}, {parentToChild}, {plain}}
			return step{From: company.Draw(t, "from"), To: company.Draw(t, "to"), Types: rapid.SampledFrom(types).Draw(t, "types")}
		}), 0, 24).Draw(t, "links")
		compare(t, "measures", referTo(links).measures(), sealed(links).Measure(hierarchy))
	})
}

// TestMeasuresOfOneGraph spells the measures out for a graph that can be drawn.
func TestMeasuresOfOneGraph(t *testing.T) {
	t.Parallel()
	company := func(id int64) Key { return Key{"companies", id} }
	up := func(child, parent int64) step {
		return step{From: company(child), To: company(parent), Types: []Type{childToParent}}
	}
	down := func(parent, child int64) step {
		return step{From: company(parent), To: company(child), Types: []Type{parentToChild}}
	}
	g := sealed([]step{
		up(2, 1), down(1, 2), up(3, 2), up(3, 1), // 1 over 2 over 3, and 1 over 3
		up(4, 5), up(5, 6), down(6, 5), up(6, 4), up(7, 4), // a ring of 4, 5, 6 with 7 below it
		up(8, 8), up(9, 8), // its own parent, with 9 below it
		{Put: Node{Key: company(10)}},
		{From: ann, To: company(10), Types: []Type{plain}}, {From: company(10), To: ann, Types: []Type{plain, partner}},
	})
	depth := func(d int32) *int32 { return &d }
	want := []Measures{
		{Degree: 2, Component: 1, HierarchyDepth: depth(0)},
		{Degree: 2, Component: 1, HierarchyDepth: depth(1)},
		{Degree: 2, Component: 1, HierarchyDepth: depth(2)},
		{Degree: 3, Component: 2, HierarchyCycle: true, CycleID: new(int64(4))},
		{Degree: 2, Component: 2, HierarchyCycle: true, CycleID: new(int64(4))},
		{Degree: 2, Component: 2, HierarchyCycle: true, CycleID: new(int64(4))},
		{Degree: 1, Component: 2},
		{Degree: 1, Component: 3, HierarchyCycle: true, CycleID: new(int64(8))},
		{Degree: 1, Component: 3},
		{Degree: 1, Component: 4},
		{Degree: 1, Component: 4}, // contacts:1
	}
	compare(t, "measures", want, g.Measure(hierarchy))
}

// TestLongHierarchies would run into the test's time limit if each record were
// walked up from by itself.
func TestLongHierarchies(t *testing.T) {
	t.Parallel()
	const n = 100_000
	for name, top := range map[string]int64{"chain": -1, "ring": n - 1, "below its own parent": 0} {
		g := New()
		for i := range int64(n) {
			parent := i - 1
			if i == 0 {
				parent = top
			}
			if parent >= 0 {
				g.Link(Key{"companies", i}, Key{"companies", parent}, childToParent)
			}
		}
		g.Seal()
		cycles, deepest := 0, int32(-1)
		for _, m := range g.Measure(hierarchy) {
			if m.HierarchyCycle {
				cycles++
			}
			if m.HierarchyDepth != nil {
				deepest = max(deepest, *m.HierarchyDepth)
			}
		}
		want := map[string][2]int{"chain": {0, n - 1}, "ring": {n, -1}, "below its own parent": {1, -1}}[name]
		if got := [2]int{cycles, int(deepest)}; got != want {
			t.Errorf("%s: %d on a cycle, deepest %d; want %v", name, cycles, deepest, want)
		}
	}
}

// TestComponentsEqualTheLibrarys compares with the strongly connected parts that
// the library finds in a selection with every edge turned around as well.
func TestComponentsEqualTheLibrarys(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := sealed(steps(false).Draw(t, "steps"))
		selection := g.Subgraph(func(Edge) bool { return true })
		for e := range g.Edges() {
			selection.Link(e.To, e.From, e.Types...)
		}
		want := parts(t, selection)
		byNumber := map[int32][]Key{}
		measures, i := g.Measure(hierarchy), 0
		for n := range g.Nodes() {
			if selectionHas(selection, n) {
				c := measures[i].Component
				byNumber[c] = append(byNumber[c], n.Key)
			}
			i++
		}
		var got [][]Key
		for _, part := range byNumber {
			got = append(got, part)
		}
		compare(t, "components", want, sortParts(got))
	})
}

func selectionHas(g *Graph, n Node) bool {
	_, ok := g.Node(n.Key)
	return ok
}

// TestCyclesEqualTheLibrarys compares with the strongly connected parts of the
// hierarchy alone.
func TestCyclesEqualTheLibrarys(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := sealed(steps(false).Draw(t, "steps"))
		selection := New()
		ownParent := map[Key]bool{}
		for e := range g.Edges() {
			for _, typ := range e.Types {
				up, down := hierarchy(e.From.Type, e.To.Type, typ)
				if up {
					selection.Link(e.From, e.To)
				}
				if down {
					selection.Link(e.To, e.From)
				}
				if (up || down) && e.From == e.To {
					ownParent[e.From] = true
				}
			}
		}
		want := map[Key]bool{}
		for _, part := range parts(t, selection) {
			for _, k := range part {
				if len(part) > 1 || ownParent[k] {
					want[k] = true
				}
			}
		}
		got := map[Key]bool{}
		measures, i := g.Measure(hierarchy), 0
		for n := range g.Nodes() {
			if measures[i].HierarchyCycle {
				got[n.Key] = true
			}
			i++
		}
		compare(t, "cycles", want, got)
	})
}

// parts are the strongly connected parts by the library, in order.
func parts(t *rapid.T, g *Graph) [][]Key {
	found, err := graph.StronglyConnectedComponents(g.Library())
	if err != nil {
		t.Fatal(err)
	}
	return sortParts(found)
}

func sortParts(parts [][]Key) [][]Key {
	for _, p := range parts {
		slices.SortFunc(p, Key.Compare)
	}
	slices.SortFunc(parts, func(a, b []Key) int { return a[0].Compare(b[0]) })
	return parts
}
