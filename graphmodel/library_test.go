package graphmodel

import (
	"testing"

	"github.com/dominikbraun/graph"
)

func TestSealedStoreRefusesChanges(t *testing.T) {
	t.Parallel()
	g := sealed([]step{{From: ann, To: acme, Types: []Type{plain}}, {Put: Node{Key: bob}}})
	s := libraryStore{g.store}
	before := contentOf(t, s)
	for _, k := range []Key{ann, bob, nobody} {
		wantError(t, "AddVertex", s.AddVertex(k, Node{Key: k}, graph.VertexProperties{}), ErrSealed)
		wantError(t, "RemoveVertex", s.RemoveVertex(k), ErrSealed)
		for _, l := range []Key{acme, bob, nobody} {
			wantError(t, "AddEdge", s.AddEdge(k, l, edge(k, l, partner)), ErrSealed)
			wantError(t, "UpdateEdge", s.UpdateEdge(k, l, edge(k, l, partner)), ErrSealed)
			wantError(t, "RemoveEdge", s.RemoveEdge(k, l), ErrSealed)
		}
	}
	compare(t, "after refused changes", before, contentOf(t, s))
}

// TestSealedThroughTheLibrary finds ErrSealed behind the library's own errors.
func TestSealedThroughTheLibrary(t *testing.T) {
	t.Parallel()
	g := sealed([]step{{From: ann, To: acme, Types: []Type{plain}}}).Library()
	wantError(t, "AddVertex", g.AddVertex(Node{Key: bob}), ErrSealed)
	wantError(t, "AddEdge", g.AddEdge(acme, ann), ErrSealed)
	wantError(t, "UpdateEdge", g.UpdateEdge(ann, acme), ErrSealed)
	wantError(t, "RemoveEdge", g.RemoveEdge(ann, acme), ErrSealed)
	wantError(t, "RemoveVertex", g.RemoveVertex(ann), ErrSealed)
}

func TestStoreRefusesWhatItCannotHold(t *testing.T) {
	t.Parallel()
	source := fill([]step{{From: ann, To: acme, Types: []Type{plain}}, {Put: Node{Key: bob}}})
	g := source.Library()
	before := look(source)
	for name, err := range map[string]error{
		"vertex attribute": g.AddVertex(Node{Key: nobody}, graph.VertexAttribute("color", "red")),
		"vertex weight":    g.AddVertex(Node{Key: nobody}, graph.VertexWeight(1)),
		"edge attribute":   g.AddEdge(ann, bob, graph.EdgeAttribute("color", "red")),
		"edge weight":      g.AddEdge(ann, bob, graph.EdgeWeight(1)),
		"edge data":        g.AddEdge(ann, bob, graph.EdgeData("red")),
		"updated weight":   g.UpdateEdge(ann, acme, graph.EdgeWeight(1)),
		"one more":         g.UpdateEdge(ann, acme, graph.EdgeAttribute("color", "red")),
	} {
		wantError(t, name, err, ErrUnsupported)
	}
	compare(t, "after refused changes", before, look(source))
}

// TestOrderLeavesOutWhatWasRemoved counts after the library took a record out.
func TestOrderLeavesOutWhatWasRemoved(t *testing.T) {
	t.Parallel()
	g := fill([]step{{Put: Node{Key: ann}}, {Put: Node{Key: bob}}})
	wantError(t, "RemoveVertex", g.Library().RemoveVertex(ann), nil)
	if g.Order() != 1 {
		t.Errorf("Order %d, want 1", g.Order())
	}
	if n, ok := g.Node(ann); ok {
		t.Errorf("Node finds %+v", n)
	}
	g.Seal()
	if n, ok := g.Node(bob); g.Order() != 1 || !ok || n.Key != bob {
		t.Errorf("sealed: Order %d, Node(%v) = %+v, %v", g.Order(), bob, n, ok)
	}
}

// TestLibraryClones copies a graph into the library's own store and compares.
func TestLibraryClones(t *testing.T) {
	t.Parallel()
	source := []step{{From: ann, To: acme, Types: []Type{plain, partner}}, {From: acme, To: ann}, {Put: Node{bob, true, true}}}
	for _, g := range []*Graph{fill(source), sealed(source)} {
		clone, err := g.Library().Clone()
		if err != nil {
			t.Fatal(err)
		}
		compare(t, "clone", contentOf(t, libraryStore{g.store}), contentOf(t, throughGraph{clone}))
	}
}
