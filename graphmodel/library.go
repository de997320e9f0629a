package graphmodel

import (
	"errors"
	"fmt"

	"github.com/dominikbraun/graph"
)

// ErrSealed is what the store answers to every change after it was sealed,
// before it looks whether the record or edge is there.
var ErrSealed = errors.New("the graph is sealed and does not change any more")

// ErrUnsupported is what the store answers to properties that it cannot hold:
// attributes, weights, and edge data that is not []Type.
var ErrUnsupported = errors.New("the store holds association types only, no attributes or weights")

// libraryStore is the store in the shape that github.com/dominikbraun/graph
// wants: the ten methods of v0.23.0, and EdgeCount, which came after it.
type libraryStore struct{ *store }

// AddVertex adds a record, and refuses one that is there.
func (s libraryStore) AddVertex(k Key, n Node, p graph.VertexProperties) error {
	if err := s.changeable(len(p.Attributes), p.Weight); err != nil {
		return err
	}
	if _, ok := s.find(k); ok {
		return graph.ErrVertexAlreadyExists
	}
	n.Key = k
	s.put(n)
	return nil
}

func (s libraryStore) changeable(attributes, weight int) error {
	if s.sealed {
		return ErrSealed
	}
	if attributes > 0 || weight != 0 {
		return ErrUnsupported
	}
	return nil
}

// Vertex finds a record.
func (s libraryStore) Vertex(k Key) (Node, graph.VertexProperties, error) {
	v, ok := s.find(k)
	if !ok {
		return Node{}, graph.VertexProperties{}, graph.ErrVertexNotFound
	}
	return s.node(v), graph.VertexProperties{Attributes: map[string]string{}}, nil
}

// RemoveVertex removes a record that has no edges. It looks at every edge.
func (s libraryStore) RemoveVertex(k Key) error {
	if s.sealed {
		return ErrSealed
	}
	v, ok := s.find(k)
	if !ok {
		return graph.ErrVertexNotFound
	}
	for p := range s.byPair() {
		if p.from == v || p.to == v {
			return graph.ErrVertexHasEdges
		}
	}
	s.removed[v] = true
	return nil
}

// ListVertices lists the records in the order of their keys.
func (s libraryStore) ListVertices() ([]Key, error) {
	order := s.order()
	keys := make([]Key, len(order))
	for i, v := range order {
		keys[i] = s.key(v)
	}
	return keys, nil
}

// VertexCount counts the records.
func (s libraryStore) VertexCount() (int, error) { return s.vertexCount(), nil }

// AddEdge adds an edge between two records that are there, and refuses one that
// is there.
func (s libraryStore) AddEdge(from, to Key, e graph.Edge[Key]) error {
	if s.sealed {
		return ErrSealed
	}
	p, _, exists, err := s.ends(from, to)
	if err == nil && exists {
		err = graph.ErrEdgeAlreadyExists
	}
	if err != nil {
		return err
	}
	return s.setEdge(p, e)
}

// UpdateEdge gives an edge that is there other types.
func (s libraryStore) UpdateEdge(from, to Key, e graph.Edge[Key]) error {
	if s.sealed {
		return ErrSealed
	}
	p, _, exists, err := s.ends(from, to)
	if err != nil || !exists {
		return graph.ErrEdgeNotFound
	}
	return s.setEdge(p, e)
}

func (s libraryStore) setEdge(p pair, e graph.Edge[Key]) error {
	if err := s.changeable(len(e.Properties.Attributes), e.Properties.Weight); err != nil {
		return err
	}
	types, ok := e.Properties.Data.([]Type)
	if !ok && e.Properties.Data != nil {
		return fmt.Errorf("%w: edge data is %T", ErrUnsupported, e.Properties.Data)
	}
	s.byPair()[p] = s.sets.of(types)
	return nil
}

// ends finds the ends of an edge, and what stands between them.
func (s libraryStore) ends(from, to Key) (p pair, set uint32, exists bool, err error) {
	f, okFrom := s.find(from)
	t, okTo := s.find(to)
	if !okFrom || !okTo {
		return pair{}, 0, false, graph.ErrVertexNotFound
	}
	set, exists = s.set(f, t)
	return pair{f, t}, set, exists, nil
}

// RemoveEdge removes an edge.
func (s libraryStore) RemoveEdge(from, to Key) error {
	if s.sealed {
		return ErrSealed
	}
	p, _, exists, err := s.ends(from, to)
	if err != nil || !exists {
		return graph.ErrEdgeNotFound
	}
	delete(s.byPair(), p)
	return nil
}

// Edge finds the edge from one record to another.
func (s libraryStore) Edge(from, to Key) (graph.Edge[Key], error) {
	_, set, exists, err := s.ends(from, to)
	if err != nil || !exists {
		return graph.Edge[Key]{}, graph.ErrEdgeNotFound
	}
	return s.libraryEdge(from, to, set), nil
}

func (s libraryStore) libraryEdge(from, to Key, set uint32) graph.Edge[Key] {
	return graph.Edge[Key]{Source: from, Target: to, Properties: graph.EdgeProperties{
		Attributes: map[string]string{}, Data: s.sets.sets[set]}}
}

// ListEdges lists the edges in the order of their ends' keys.
func (s libraryStore) ListEdges() ([]graph.Edge[Key], error) {
	list := make([]graph.Edge[Key], 0, s.edgeCount())
	s.edges(func(f, t, set uint32) bool {
		list = append(list, s.libraryEdge(s.key(f), s.key(t), set))
		return true
	})
	return list, nil
}

// EdgeCount counts the edges.
func (s libraryStore) EdgeCount() (int, error) { return s.edgeCount(), nil }
