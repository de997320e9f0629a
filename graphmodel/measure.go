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
}

// Measure computes the measures of all nodes, in the order of Nodes. The graph
// must be sealed. The function says of a type on an edge whether it makes To the
// parent of From (up), or From the parent of To (down).
func (g *Graph) Measure(parent func(from, to string, t Type) (up, down bool)) []Measures {
	s := g.store
	measures := make([]Measures, len(s.ids))
	s.degrees(measures)
	s.components(measures)
	s.hierarchy(measures, parent)
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

// hierarchy walks down from the tops, level by level (Kahn's order): a record's
// depth is known when all its parents' are. What is never reached lies on a
// cycle or below one.
func (s *store) hierarchy(measures []Measures, parent func(from, to string, t Type) (up, down bool)) {
	parents, children := s.kinship(parent)
	depth := map[uint32]int32{}
	waiting := map[uint32]int{} // parents whose depth is not known yet
	var ready []uint32
	for v := range children {
		if len(parents[v]) == 0 {
			ready = append(ready, v)
		}
	}
	for v, of := range parents {
		waiting[v] = len(of)
	}
	for len(ready) > 0 {
		v := ready[len(ready)-1]
		ready = ready[:len(ready)-1]
		d := depth[v]
		measures[v].HierarchyDepth = &d
		for _, child := range children[v] {
			depth[child] = max(depth[child], d+1)
			if waiting[child]--; waiting[child] == 0 {
				ready = append(ready, child)
			}
		}
	}
	for v := range parents {
		if measures[v].HierarchyDepth == nil {
			measures[v].HierarchyCycle = reaches(parents, v)
		}
	}
}

// kinship lists the parents and children of each record of a hierarchy, each
// once, though a pair of rows tells of them twice.
func (s *store) kinship(parent func(from, to string, t Type) (up, down bool)) (parents, children map[uint32][]uint32) {
	parents, children = map[uint32][]uint32{}, map[uint32][]uint32{}
	add := func(child, top uint32) {
		if !slices.Contains(parents[child], top) {
			parents[child] = append(parents[child], top)
			children[top] = append(children[top], child)
		}
	}
	s.edges(func(f, t, set uint32) bool {
		for _, typ := range s.sets.sets[set] {
			up, down := parent(s.typeNames[s.kinds[f]], s.typeNames[s.kinds[t]], typ)
			if up {
				add(f, t)
			}
			if down {
				add(t, f)
			}
		}
		return true
	})
	return parents, children
}

// reaches reports whether the chains of parents of a record lead back to it.
func reaches(parents map[uint32][]uint32, start uint32) bool {
	seen := map[uint32]bool{}
	stack := slices.Clone(parents[start])
	for len(stack) > 0 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if v == start {
			return true
		}
		if !seen[v] {
			seen[v] = true
			stack = append(stack, parents[v]...)
		}
	}
	return false
}
