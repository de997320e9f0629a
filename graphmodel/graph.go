package graphmodel

import (
	"iter"

	"github.com/dominikbraun/graph"
)

// Node is a record as a vertex.
type Node struct {
	Key
	Seen     bool // the portal returned the record itself, not only a link to it
	Archived bool
}

// Edge is what links one record to another, in one direction.
type Edge struct {
	From, To Key
	Types    []Type // sorted by category and id, each once; not to be modified
}

// Graph is a directed labelled graph of records. Until it is sealed it belongs to
// one goroutine, reading included; a sealed graph may be read by many. To ask for
// its edges before that costs a hash table of all of them. It holds fewer than
// 2^32 records and calls of Link.
type Graph struct {
	store *store
}

// New returns an empty graph to fill.
func New() *Graph { return &Graph{store: newStore()} }

// Put adds a record, or adds to what is known of it: Seen and Archived stay
// true once they were. It panics on a sealed graph.
func (g *Graph) Put(n Node) {
	g.store.mustFill("Put")
	g.store.put(n)
}

// Link adds association types from one record to another; an end that was never
// Put becomes a node that is not Seen. Where a type comes again with another
// label, the later one stands. It panics on a sealed graph.
func (g *Graph) Link(from, to Key, types ...Type) {
	g.store.mustFill("Link")
	f, t := g.store.source(from), g.store.vertex(to)
	g.store.log.add(link{pair{f, t}, g.store.sets.of(types)})
}

// Seal turns what was filled in into sorted arrays. A sealed graph stays as it
// is; sealing it again does nothing.
func (g *Graph) Seal() { g.store.seal() }

// Order is the number of nodes.
func (g *Graph) Order() int { return g.store.vertexCount() }

// Size is the number of edges, that is, of ordered pairs of records.
func (g *Graph) Size() int { return g.store.edgeCount() }

// Node finds a record.
func (g *Graph) Node(k Key) (Node, bool) {
	v, ok := g.store.find(k)
	if !ok {
		return Node{}, false
	}
	return g.store.node(v), true
}

// Edge finds what links one record to another.
func (g *Graph) Edge(from, to Key) (Edge, bool) {
	f, ok := g.store.find(from)
	t, ok2 := g.store.find(to)
	if !ok || !ok2 {
		return Edge{}, false
	}
	set, ok := g.store.set(f, t)
	if !ok {
		return Edge{}, false
	}
	return g.store.edge(f, t, set), true
}

// Nodes yields the nodes in the order of their keys.
func (g *Graph) Nodes() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for _, v := range g.store.order() {
			if !yield(g.store.node(v)) {
				return
			}
		}
	}
}

// Edges yields the edges in the order of From, then To.
func (g *Graph) Edges() iter.Seq[Edge] {
	return func(yield func(Edge) bool) {
		g.store.edges(func(f, t, set uint32) bool { return yield(g.store.edge(f, t, set)) })
	}
}

// Out yields the edges that leave a record, in the order of To. The graph must
// be sealed.
func (g *Graph) Out(k Key) iter.Seq[Edge] {
	g.store.mustBeSealed("Out")
	return g.around(k, func(v uint32, yield func(f, t, set uint32) bool) {
		for i := g.store.starts[v]; i < g.store.starts[v+1]; i++ {
			if !yield(v, g.store.targets[i], g.store.labels[i]) {
				return
			}
		}
	})
}

// In yields the edges that reach a record, in the order of From. The graph must
// be sealed.
func (g *Graph) In(k Key) iter.Seq[Edge] {
	g.store.mustBeSealed("In")
	return g.around(k, func(v uint32, yield func(f, t, set uint32) bool) {
		for _, f := range g.store.sources[g.store.ends[v]:g.store.ends[v+1]] {
			set, _ := g.store.set(f, v)
			if !yield(f, v, set) {
				return
			}
		}
	})
}

// around yields the edges that each finds at a record.
func (g *Graph) around(k Key, each func(v uint32, yield func(f, t, set uint32) bool)) iter.Seq[Edge] {
	return func(yield func(Edge) bool) {
		if v, ok := g.store.find(k); ok {
			each(v, func(f, t, set uint32) bool { return yield(g.store.edge(f, t, set)) })
		}
	}
}

// Library gives the graph to github.com/dominikbraun/graph. Its algorithms copy
// the whole graph: call them on a selection. An edge's types are the Data of its
// properties, as []Type.
func (g *Graph) Library() graph.Graph[Key, Node] {
	return graph.NewWithStore(func(n Node) Key { return n.Key }, graph.Store[Key, Node](libraryStore{g.store}), graph.Directed())
}
