package graphmodel

import "slices"

// kinship lists the parents and the children of each record of a hierarchy. A
// parent stands there twice where both directions list it, which changes
// nothing below.
type kinship struct{ parents, children map[uint32][]uint32 }

func (s *store) kinship(parent func(from, to string, t Type) (up, down bool)) kinship {
	k := kinship{parents: map[uint32][]uint32{}, children: map[uint32][]uint32{}}
	s.edges(func(f, t, set uint32) bool {
		for _, typ := range s.sets.sets[set] {
			up, down := parent(s.typeNames[s.kinds[f]], s.typeNames[s.kinds[t]], typ)
			if up {
				k.add(f, t)
			}
			if down {
				k.add(t, f)
			}
		}
		return true
	})
	return k
}

func (k kinship) add(child, parent uint32) {
	k.parents[child] = append(k.parents[child], parent)
	k.children[parent] = append(k.children[parent], child)
}

// depths walks down from the tops (Kahn's order): a record's depth is known when
// all its parents' are. What is never reached lies on a cycle or below one.
func (k kinship) depths(measures []Measures) {
	depth := map[uint32]int32{}
	waiting := map[uint32]int{} // parents whose depth is not known yet
	var ready []uint32
	for v := range k.children {
		if len(k.parents[v]) == 0 {
			ready = append(ready, v)
		}
	}
	for v, of := range k.parents {
		waiting[v] = len(of)
	}
	for len(ready) > 0 {
		v := ready[len(ready)-1]
		ready = ready[:len(ready)-1]
		d := depth[v]
		measures[v].HierarchyDepth = &d
		for _, child := range k.children[v] {
			depth[child] = max(depth[child], d+1)
			if waiting[child]--; waiting[child] == 0 {
				ready = append(ready, child)
			}
		}
	}
}

// cycles marks, among the records without a depth, those that share a strongly
// connected part with another one or are their own parent. The parts are found
// in two walks (Kosaraju): down the children, then, from the record that was
// finished last, up the parents.
func (k kinship) cycles(s *store, measures []Measures) {
	open := map[uint32]bool{} // on a cycle or below one, and in no part yet
	for v := range k.parents {
		open[v] = measures[v].HierarchyDepth == nil
	}
	for _, v := range slices.Backward(k.finished(open)) {
		part := k.part(v, open)
		if len(part) > 1 || slices.Contains(k.parents[v], v) {
			first := s.ids[v]
			for _, member := range part {
				first = min(first, s.ids[member])
			}
			for _, member := range part {
				measures[member].HierarchyCycle, measures[member].CycleID = true, &first
			}
		}
	}
}

// finished lists the open records in the order in which a walk down the children
// leaves them.
func (k kinship) finished(open map[uint32]bool) []uint32 {
	type visit struct {
		vertex  uint32
		leaving bool
	}
	var stack []visit
	for v, is := range open {
		if is {
			stack = append(stack, visit{vertex: v})
		}
	}
	var order []uint32
	entered := map[uint32]bool{}
	for len(stack) > 0 {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if at.leaving {
			order = append(order, at.vertex)
			continue
		}
		if entered[at.vertex] {
			continue
		}
		entered[at.vertex] = true
		stack = append(stack, visit{at.vertex, true})
		for _, child := range k.children[at.vertex] {
			stack = append(stack, visit{vertex: child})
		}
	}
	return order
}

// part takes the open records that are reached up the parents from a record, and
// closes them.
func (k kinship) part(v uint32, open map[uint32]bool) []uint32 {
	var part []uint32
	stack := []uint32{v}
	for len(stack) > 0 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if open[v] {
			open[v] = false
			part = append(part, v)
			stack = append(stack, k.parents[v]...)
		}
	}
	return part
}
