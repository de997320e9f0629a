package graphmodel

import (
	"cmp"
	"errors"
	"slices"
	"testing"

	"github.com/dominikbraun/graph"
	gocmp "github.com/google/go-cmp/cmp"
)

// countingStore is graph.Store with the method that joined it after v0.23.0.
type countingStore interface {
	graph.Store[Key, Node]
	EdgeCount() (int, error)
}

// throughGraph reaches a store through the library's graph. That is the only way
// to the library's own store, which is not exported; and it is the graph, not that
// store, that answers with the errors which graph.Store documents.
type throughGraph struct{ graph.Graph[Key, Node] }

func (g throughGraph) AddVertex(_ Key, n Node, p graph.VertexProperties) error {
	return g.Graph.AddVertex(n, func(own *graph.VertexProperties) { *own = p })
}

func (g throughGraph) Vertex(k Key) (Node, graph.VertexProperties, error) {
	return g.VertexWithProperties(k)
}

func (g throughGraph) ListVertices() ([]Key, error) {
	adjacency, err := g.AdjacencyMap()
	keys := make([]Key, 0, len(adjacency))
	for k := range adjacency {
		keys = append(keys, k)
	}
	return keys, err
}

func (g throughGraph) VertexCount() (int, error) { return g.Order() }

func (g throughGraph) AddEdge(from, to Key, e graph.Edge[Key]) error {
	return g.Graph.AddEdge(from, to, func(own *graph.EdgeProperties) { *own = e.Properties })
}

func (g throughGraph) UpdateEdge(from, to Key, e graph.Edge[Key]) error {
	return g.Graph.UpdateEdge(from, to, func(own *graph.EdgeProperties) { *own = e.Properties })
}

func (g throughGraph) Edge(from, to Key) (graph.Edge[Key], error) {
	e, err := g.Graph.Edge(from, to)
	return graph.Edge[Key]{Source: e.Source.Key, Target: e.Target.Key, Properties: e.Properties}, err
}

func (g throughGraph) ListEdges() ([]graph.Edge[Key], error) { return g.Edges() }

func (g throughGraph) EdgeCount() (int, error) { return g.Size() }

func libraryGraph() graph.Graph[Key, Node] {
	return graph.New(func(n Node) Key { return n.Key }, graph.Directed())
}

// stores are what the contract holds for.
var stores = []struct {
	name string
	make func() countingStore
}{
	{"library", func() countingStore { return throughGraph{libraryGraph()} }},
	{"ours", func() countingStore { return libraryStore{newStore()} }},
	{"ours through the library", func() countingStore { return throughGraph{New().Library()} }},
}

var (
	acme, ann, bob = Key{"companies", 1}, Key{"contacts", 1}, Key{"contacts", 2}
	nobody         = Key{"contacts", 99}
	plain, partner = Type{"HUBSPOT_DEFINED", 279, ""}, Type{"USER_DEFINED", 28, "Partner"}
)

// edge is what AddEdge and UpdateEdge take.
func edge(from, to Key, types ...Type) graph.Edge[Key] {
	return graph.Edge[Key]{Source: from, Target: to, Properties: graph.EdgeProperties{Data: types}}
}

// three is a store of three records and no edge.
func three(t *testing.T, s countingStore) countingStore {
	t.Helper()
	for _, k := range []Key{ann, acme, bob} {
		if err := s.AddVertex(k, Node{Key: k, Seen: true, Archived: k == bob}, graph.VertexProperties{}); err != nil {
			t.Fatalf("AddVertex(%v): %v", k, err)
		}
	}
	return s
}

func wantError(t *testing.T, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: error %v, want %v", what, got, want)
	}
}

// wantEdges compares all that a store says of its edges.
func wantEdges(t *testing.T, s countingStore, want ...graph.Edge[Key]) {
	t.Helper()
	if n, err := s.EdgeCount(); n != len(want) || err != nil {
		t.Errorf("EdgeCount: %d, %v; want %d", n, err, len(want))
	}
	list, err := s.ListEdges()
	if err != nil {
		t.Errorf("ListEdges: %v", err)
	}
	if diff := gocmp.Diff(plainEdges(want), plainEdges(list)); diff != "" {
		t.Errorf("ListEdges (-want +got):\n%s", diff)
	}
	for _, e := range want {
		got, err := s.Edge(e.Source, e.Target)
		if err != nil {
			t.Errorf("Edge(%v, %v): %v", e.Source, e.Target, err)
		}
		if diff := gocmp.Diff(plainEdge(e), plainEdge(got)); diff != "" {
			t.Errorf("Edge (-want +got):\n%s", diff)
		}
	}
}

// plainEdge is an edge as a store may be compared by: from, to, sorted types.
func plainEdge(e graph.Edge[Key]) Edge {
	types, _ := e.Properties.Data.([]Type)
	types = append([]Type(nil), types...) // nil where there are none
	slices.SortFunc(types, Type.compare)
	return Edge{e.Source, e.Target, types}
}

func plainEdges(list []graph.Edge[Key]) []Edge {
	edges := make([]Edge, len(list))
	for i, e := range list {
		edges[i] = plainEdge(e)
	}
	slices.SortFunc(edges, func(a, b Edge) int { return cmp.Or(a.From.Compare(b.From), a.To.Compare(b.To)) })
	return edges
}

// TestStoreContract holds our store to what graph.Store documents, as the
// library's own store does.
func TestStoreContract(t *testing.T) {
	for _, store := range stores {
		t.Run(store.name, func(t *testing.T) {
			t.Parallel()
			t.Run("vertices", func(t *testing.T) { vertexContract(t, three(t, store.make())) })
			t.Run("edges", func(t *testing.T) { edgeContract(t, three(t, store.make())) })
			t.Run("removal", func(t *testing.T) { removalContract(t, three(t, store.make())) })
			t.Run("empty", func(t *testing.T) {
				s := store.make()
				wantEdges(t, s)
				wantVertices(t, s)
			})
		})
	}
}

// wantVertices compares the list of vertices and their number.
func wantVertices(t *testing.T, s countingStore, want ...Key) {
	t.Helper()
	list, err := s.ListVertices()
	slices.SortFunc(list, Key.Compare)
	if !slices.Equal(list, want) || err != nil {
		t.Errorf("ListVertices: %v, %v; want %v", list, err, want)
	}
	if n, err := s.VertexCount(); n != len(want) || err != nil {
		t.Errorf("VertexCount: %d, %v; want %d", n, err, len(want))
	}
}

func vertexContract(t *testing.T, s countingStore) {
	wantVertices(t, s, acme, ann, bob)
	for _, want := range []Node{{ann, true, false}, {bob, true, true}} {
		if n, _, err := s.Vertex(want.Key); n != want || err != nil {
			t.Errorf("Vertex(%v): %+v, %v; want %+v", want.Key, n, err, want)
		}
	}
	n, _, err := s.Vertex(nobody)
	wantError(t, "Vertex of a stranger", err, graph.ErrVertexNotFound)
	if n != (Node{}) {
		t.Errorf("Vertex of a stranger: %+v, want the zero Node", n)
	}
	wantError(t, "AddVertex again", s.AddVertex(ann, Node{Key: ann, Archived: true}, graph.VertexProperties{}), graph.ErrVertexAlreadyExists)
	if n, _, _ := s.Vertex(ann); n.Archived {
		t.Error("a refused AddVertex changed the vertex")
	}
}

func edgeContract(t *testing.T, s countingStore) {
	for _, e := range []graph.Edge[Key]{edge(ann, acme, partner, plain), edge(acme, ann), edge(bob, bob, plain)} {
		wantError(t, "AddEdge", s.AddEdge(e.Source, e.Target, e), nil)
	}
	wantEdges(t, s, edge(ann, acme, partner, plain), edge(acme, ann), edge(bob, bob, plain))
	wantError(t, "AddEdge again", s.AddEdge(ann, acme, edge(ann, acme)), graph.ErrEdgeAlreadyExists)
	wantError(t, "AddEdge from a stranger", s.AddEdge(nobody, ann, edge(nobody, ann)), graph.ErrVertexNotFound)
	wantError(t, "AddEdge to a stranger", s.AddEdge(ann, nobody, edge(ann, nobody)), graph.ErrVertexNotFound)

	for _, ends := range [][2]Key{{ann, bob}, {bob, acme}, {ann, nobody}, {nobody, ann}} {
		_, err := s.Edge(ends[0], ends[1])
		wantError(t, "Edge that is not there", err, graph.ErrEdgeNotFound)
		wantError(t, "UpdateEdge that is not there", s.UpdateEdge(ends[0], ends[1], edge(ends[0], ends[1])), graph.ErrEdgeNotFound)
	}
	wantError(t, "UpdateEdge", s.UpdateEdge(ann, acme, edge(ann, acme, plain)), nil)
	wantError(t, "UpdateEdge", s.UpdateEdge(acme, ann, edge(acme, ann, partner)), nil)
	wantEdges(t, s, edge(ann, acme, plain), edge(acme, ann, partner), edge(bob, bob, plain))
	wantVertices(t, s, acme, ann, bob)
}

func removalContract(t *testing.T, s countingStore) {
	wantError(t, "AddEdge", s.AddEdge(ann, acme, edge(ann, acme, plain)), nil)
	wantError(t, "AddEdge", s.AddEdge(bob, acme, edge(bob, acme, plain)), nil)
	wantError(t, "RemoveVertex with an edge that leaves", s.RemoveVertex(ann), graph.ErrVertexHasEdges)
	wantError(t, "RemoveVertex with an edge that arrives", s.RemoveVertex(acme), graph.ErrVertexHasEdges)
	wantError(t, "RemoveVertex of a stranger", s.RemoveVertex(nobody), graph.ErrVertexNotFound)
	wantError(t, "RemoveEdge against its direction", s.RemoveEdge(acme, ann), graph.ErrEdgeNotFound)
	wantError(t, "RemoveEdge of a stranger", s.RemoveEdge(nobody, ann), graph.ErrEdgeNotFound)

	wantError(t, "RemoveEdge", s.RemoveEdge(ann, acme), nil)
	wantError(t, "RemoveEdge again", s.RemoveEdge(ann, acme), graph.ErrEdgeNotFound)
	wantEdges(t, s, edge(bob, acme, plain))
	wantError(t, "RemoveVertex", s.RemoveVertex(ann), nil)
	wantError(t, "RemoveVertex again", s.RemoveVertex(ann), graph.ErrVertexNotFound)
	wantVertices(t, s, acme, bob)
	wantError(t, "AddEdge from what was removed", s.AddEdge(ann, acme, edge(ann, acme)), graph.ErrVertexNotFound)

	wantError(t, "AddVertex after removal", s.AddVertex(ann, Node{Key: ann, Archived: true}, graph.VertexProperties{}), nil)
	if n, _, err := s.Vertex(ann); n != (Node{Key: ann, Archived: true}) || err != nil {
		t.Errorf("Vertex after it was removed and added: %+v, %v", n, err)
	}
	wantVertices(t, s, acme, ann, bob)
	wantEdges(t, s, edge(bob, acme, plain))
}
