package graphmodel

import (
	"iter"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// view is all that a graph says of itself but for its measures.
type view struct {
	Order, Size int
	Nodes       []Node
	Edges       []Edge
	Rows        []Row
}

func look(g *Graph) view {
	return view{g.Order(), g.Size(), slices.Collect(g.Nodes()), slices.Collect(g.Edges()), slices.Collect(g.Rows(inverse, nil))}
}

// inverse knows the inverses of some types of the pool.
func inverse(_, _ string, t Type) (Type, bool) {
	switch t.Label = ""; t {
	case childToParent:
		return parentToChild, true
	case parentToChild:
		return childToParent, true
	case Type{Category: "USER_DEFINED", ID: 28}:
		return Type{Category: "USER_DEFINED", ID: 29}, true
	}
	return Type{}, false
}

func viewOf(r reference) view {
	v := view{Order: len(r.nodes), Size: len(r.edges), Nodes: r.sortedNodes(), Edges: r.sortedEdges()}
	v.Rows = r.rows(nil)
	return v
}

func TestGraphEqualsReferenceFilledAndSealed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := steps(true).Draw(t, "steps")
		want := viewOf(referTo(s))
		g := fill(s)
		if rapid.Bool().Draw(t, "asked while filling") {
			compare(t, "filled", want, look(g))
		}
		g.Seal()
		compare(t, "sealed", want, look(g))
		g.Seal()
		compare(t, "sealed twice", want, look(g))
	})
}

func compare(t rapid.TB, what string, want, got any) {
	t.Helper()
	if diff := gocmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

// TestFindingEqualsListing asks for every record and edge one by one, and for
// some that are not there.
func TestFindingEqualsListing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := steps(true).Draw(t, "steps")
		filled, sealed, r := fill(s), sealed(s), referTo(s)
		keys := []Key{{"companies", 4}, {"zebras", 1}, {}}
		for k := range r.nodes {
			keys = append(keys, k)
		}
		for _, k := range keys {
			n, ok := r.nodes[k]
			for _, g := range []*Graph{filled, sealed} {
				if got, found := g.Node(k); got != n || found != ok {
					t.Fatalf("Node(%v) = %+v, %v; want %+v, %v", k, got, found, n, ok)
				}
			}
			edges := r.sortedEdges()
			compare(t, "Out", filter(edges, func(e Edge) bool { return e.From == k }), slices.Collect(sealed.Out(k)))
			compare(t, "In", filter(edges, func(e Edge) bool { return e.To == k }), slices.Collect(sealed.In(k)))
			for _, l := range keys {
				want := filter(edges, func(e Edge) bool { return e.From == k && e.To == l })
				compare(t, "Edge filled", want, found(filled.Edge(k, l)))
				compare(t, "Edge sealed", want, found(sealed.Edge(k, l)))
			}
		}
	})
}

func filter(edges []Edge, keep func(Edge) bool) []Edge {
	return slices.DeleteFunc(slices.Clone(edges), func(e Edge) bool { return !keep(e) })
}

func found(e Edge, ok bool) []Edge {
	if !ok {
		return nil
	}
	return []Edge{e}
}

// TestOrderOfArrivalDoesNotMatter holds where links agree on the labels of types;
// where they do not, the later label stands.
func TestOrderOfArrivalDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := steps(false).Draw(t, "steps")
		shuffled := rapid.Permutation(s).Draw(t, "shuffled")
		a, b := sealed(s), sealed(shuffled)
		compare(t, "shuffled", look(a), look(b))
		compare(t, "measures shuffled", a.Measure(hierarchy), b.Measure(hierarchy))
	})
}

// TestIterationStops breaks off every iterator after its first value.
func TestIterationStops(t *testing.T) {
	t.Parallel()
	s := []step{{From: ann, To: acme, Types: []Type{plain, partner}}, {From: ann, To: bob}, {From: bob, To: acme, Types: []Type{plain}}}
	for _, g := range []*Graph{fill(s), sealed(s)} {
		stop(t, "Nodes", g.Nodes())
		stop(t, "Edges", g.Edges())
		stop(t, "Rows", g.Rows(inverse, nil))
	}
	stop(t, "Out", sealed(s).Out(ann))
	stop(t, "In", sealed(s).In(acme))
}

// stop panics, as the language has it, if the iterator goes on after the break.
func stop[V any](t *testing.T, name string, values iter.Seq[V]) {
	t.Helper()
	n := 0
	for range values {
		n++
		break
	}
	if n != 1 {
		t.Errorf("%s yields nothing", name)
	}
}

// TestLogOfManyChunks links more often than a chunk of the log holds, every pair
// twice, so that sealing merges what lies far apart.
func TestLogOfManyChunks(t *testing.T) {
	t.Parallel()
	const pairs = chunkSize + 10
	g := New()
	for _, typ := range []Type{plain, partner} {
		for i := range int64(pairs) {
			g.Link(Key{"contacts", i % 1000}, Key{"companies", i / 1000}, typ)
		}
	}
	g.Seal()
	if g.Size() != pairs {
		t.Errorf("Size %d, want %d", g.Size(), pairs)
	}
	for e := range g.Edges() {
		if !slices.Equal(e.Types, []Type{plain, partner}) {
			t.Fatalf("edge %v", e)
		}
	}
	if spare := cap(g.store.targets) - pairs; spare > pairs/8 {
		t.Errorf("room for %d edges that are not there", spare)
	}
}

// TestWrongPhase names the method that was called too early or too late.
func TestWrongPhase(t *testing.T) {
	t.Parallel()
	done := sealed([]step{{From: ann, To: acme}})
	for want, call := range map[string]func(){
		"Put on a sealed graph":                      func() { done.Put(Node{Key: ann}) },
		"Link on a sealed graph":                     func() { done.Link(ann, acme) },
		"Out on a graph that is not sealed":          func() { New().Out(ann) },
		"In on a graph that is not sealed":           func() { New().In(ann) },
		"Measure on a graph that is not sealed":      func() { New().Measure(hierarchy) },
		"Neighborhood on a graph that is not sealed": func() { New().Neighborhood(ann, 1) },
		"more than 65535 object types":               func() { fill(manyTypes(1 << 16)) },
	} {
		func() {
			defer func() {
				if got, _ := recover().(string); !strings.Contains(got, want) {
					t.Errorf("panic %q, want one with %q", got, want)
				}
			}()
			call()
		}()
	}
}

// TestMostObjectTypes holds that the last type there may be is found.
func TestMostObjectTypes(t *testing.T) {
	t.Parallel()
	steps := manyTypes(1<<16 - 1)
	g := sealed(steps)
	for _, s := range steps {
		if n, ok := g.Node(s.Put.Key); n != s.Put || !ok {
			t.Fatalf("Node(%v) = %+v, %v", s.Put.Key, n, ok)
		}
	}
}

// manyTypes puts one record of each of many object types.
func manyTypes(n int) []step {
	steps := make([]step, n)
	for i := range steps {
		steps[i].Put = Node{Key: Key{"p_" + strconv.Itoa(i), int64(i)}, Seen: true}
	}
	return steps
}
