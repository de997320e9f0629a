package graphmodel

import "slices"

// Measures are what the graph as a whole says of one record.
type Measures struct {
	// Degree counts the distinct records that it is linked with, in either
	// direction.
	Degree int32
	// Component numbers the weakly connected part of the graph that it lies in,
	// from 1, in the order of the smallest key of each part.
	Component int32
	// HierarchyDepth counts the steps to the top along the longest chain of
	// parents: 0 for a record that only has children. It is nil outside of any
	// hierarchy, and on a cycle or below one.
	HierarchyDepth *int32
	// HierarchyCycle is true where the chain of parents returns to the record.
	HierarchyCycle bool
	// CycleID is the smallest id of the records whose chains of parents lead to each
	// other; nil of a record on no cycle.
	CycleID *int64
}

// Measure computes the measures of all nodes, in the order of Nodes. The graph
// must be sealed. The function says of a type on an edge whether it makes To the
// parent of From (up), or From the parent of To (down).
func (g *Graph) Measure(parent func(from, to string, t Type) (up, down bool)) []Measures {
	g.store.mustBeSealed("Measure")
	s := g.store
	measures := make([]Measures, len(s.ids))
	s.degrees(measures)
	s.components(measures)
	k := s.kinship(parent)
	k.depths(measures)
	k.cycles(s, measures)
	return measures
}

// degrees merges the sorted targets and sources of each vertex.
func (s *store) degrees(measures []Measures) {
	for v := range measures {
		out, in := s.targets[s.starts[v]:s.starts[v+1]], s.sources[s.ends[v]:s.ends[v+1]]
		both := 0
		for i, j := 0, 0; i < len(out) && j < len(in); {
			switch {
			case out[i] < in[j]:
				i++
			case out[i] > in[j]:
				j++
			default:
				both, i, j = both+1, i+1, j+1
			}
		}
		measures[v].Degree = int32(len(out) + len(in) - both)
		if _, self := slices.BinarySearch(out, uint32(v)); self {
			measures[v].Degree-- // a record is not its own neighbor
		}
	}
}

// components joins the ends of every edge (union-find with path halving). The
// smallest vertex of a part is its root, so roots come in the order of keys.
func (s *store) components(measures []Measures) {
	root := make([]uint32, len(s.ids))
	for v := range root {
		root[v] = uint32(v)
	}
	find := func(v uint32) uint32 {
		for root[v] != v {
			root[v] = root[root[v]]
			v = root[v]
		}
		return v
	}
	for f := range uint32(len(s.ids)) {
		for _, t := range s.targets[s.starts[f]:s.starts[f+1]] {
			a, b := find(f), find(t)
			root[max(a, b)] = min(a, b)
		}
	}
	count := int32(0)
	for v := range measures {
		if r := find(uint32(v)); r == uint32(v) {
			count++
			measures[v].Component = count
		} else {
			measures[v].Component = measures[r].Component
		}
	}
}
