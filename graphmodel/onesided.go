package graphmodel

import "iter"

// OneSided yields the edges that the edge leading back does not answer, in the
// order of From, then To. What answers is for the caller to say: it is asked once
// for each combination of object types and of the association types there and
// back, which are none where no edge leads back. The graph must be sealed.
func (g *Graph) OneSided(answers func(from, to string, there, back []Type) bool) iter.Seq[Edge] {
	g.store.mustBeSealed("OneSided")
	return func(yield func(Edge) bool) {
		s := g.store
		known := map[sides]bool{}
		var last sides // of the edge before, which mostly are the same
		answered, asked := false, false
		next := append([]uint32{}, s.starts...) // by vertex: the first of its edges that is still ahead
		for from := range uint32(len(s.ids)) {
			for i := s.starts[from]; i < s.starts[from+1]; i++ {
				to := s.targets[i]
				pair := sides{s.kinds[from], s.kinds[to], s.labels[i], 0}
				// The rows are sorted by target, and from only grows: each is walked once.
				for next[to] < s.starts[to+1] && s.targets[next[to]] < from {
					next[to]++
				}
				if at := next[to]; at < s.starts[to+1] && s.targets[at] == from {
					pair.back = s.labels[at]
				}
				if pair != last || !asked {
					var ok bool
					if answered, ok = known[pair]; !ok {
						answered = answers(s.typeNames[pair.from], s.typeNames[pair.to], s.sets.sets[pair.there], s.sets.sets[pair.back])
						known[pair] = answered
					}
					last, asked = pair, true
				}
				if !answered && !yield(s.edge(from, to, pair.there)) {
					return
				}
			}
		}
	}
}

// sides are the object types at the ends of an edge, and the sets of types of it
// and of the edge that leads back.
type sides struct {
	from, to    uint16
	there, back uint32
}
