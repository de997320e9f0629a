package graphmodel

import (
	"errors"
	"fmt"

	"github.com/dominikbraun/graph"
)

// ErrSealed is what the store answers to a change after it was sealed.
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

// RemoveVertex removes a record that has no edges.
func (s libraryStore) RemoveVertex(k Key) error {
	if s.sealed {
		return ErrSealed
	}
	v, ok := s.find(k)
	if !ok {
		return graph.ErrVertexNotFound
	}
	for pair := range s.pairs {
		if uint32(pair>>32) == v || uint32(pair) == v {
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
func (s libraryStore) VertexCount() (int, error) { return len(s.ids) - len(s.removed), nil }

// AddEdge adds an edge between two records that are there, and refuses one that
// is there.
func (s libraryStore) AddEdge(from, to Key, e graph.Edge[Key]) error {
	pair, _, exists, err := s.pair(from, to)
	if err == nil && exists {
		err = graph.ErrEdgeAlreadyExists
	}
	if err != nil {
		return err
	}
	return s.setEdge(pair, e)
}

// UpdateEdge gives an edge that is there other types.
func (s libraryStore) UpdateEdge(from, to Key, e graph.Edge[Key]) error {
	pair, _, exists, err := s.pair(from, to)
	if err != nil || !exists {
		return graph.ErrEdgeNotFound
	}
	return s.setEdge(pair, e)
}

func (s libraryStore) setEdge(pair uint64, e graph.Edge[Key]) error {
	if err := s.changeable(len(e.Properties.Attributes), e.Properties.Weight); err != nil {
		return err
	}
	types, ok := e.Properties.Data.([]Type)
	if !ok && e.Properties.Data != nil {
		return fmt.Errorf("%w: edge data is %T", ErrUnsupported, e.Properties.Data)
	}
	s.pairs[pair] = s.sets.of(types)
	return nil
}

// pair finds the ends of an edge, and what stands between them.
func (s libraryStore) pair(from, to Key) (pair uint64, set uint32, exists bool, err error) {
	f, okFrom := s.find(from)
	t, okTo := s.find(to)
	if !okFrom || !okTo {
		return 0, 0, false, graph.ErrVertexNotFound
	}
	set, exists = s.set(f, t)
	return uint64(f)<<32 | uint64(t), set, exists, nil
}

// RemoveEdge removes an edge.
func (s libraryStore) RemoveEdge(from, to Key) error {
	if s.sealed {
		return ErrSealed
	}
	pair, _, exists, err := s.pair(from, to)
	if err != nil || !exists {
		return graph.ErrEdgeNotFound
	}
	delete(s.pairs, pair)
	return nil
}

// Edge finds the edge from one record to another.
func (s libraryStore) Edge(from, to Key) (graph.Edge[Key], error) {
	_, set, exists, err := s.pair(from, to)
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
	count, _ := s.EdgeCount()
	list := make([]graph.Edge[Key], 0, count)
	s.edges(func(f, t, set uint32) bool {
		list = append(list, s.libraryEdge(s.key(f), s.key(t), set))
		return true
	})
	return list, nil
}

// EdgeCount counts the edges.
func (s libraryStore) EdgeCount() (int, error) {
	if s.sealed {
		return len(s.targets), nil
	}
	return len(s.pairs), nil
}
