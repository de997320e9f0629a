package graphmodel

import "slices"

// Listing is what one record lists of the records of one object type.
type Listing struct {
	From Key
	To   string
}

// Revision is what became known of parts of a graph after it was sealed.
type Revision struct {
	Nodes    []Node           // in the place of what was known of these records
	Replaced map[Listing]bool // what these records listed is dropped
	Edges    []Edge           // are added
}

// Revised returns a sealed graph with the revision made. A record that nobody has
// Seen stays in it only as the end of an edge. The graph itself must be sealed, and
// stays as it is.
func (g *Graph) Revised(r Revision) *Graph {
	g.store.mustBeSealed("Revised")
	revised := &Graph{store: g.store.reopened()}
	s := revised.store
	for _, n := range r.Nodes {
		s.flags[s.vertex(n.Key)] = 0
		s.put(n)
	}
	replaced := map[uint32][]uint16{} // by record: the types of which its listings are dropped
	for l := range r.Replaced {
		from, ok := s.find(l.From)
		if to, also := s.typeIndex[l.To]; ok && also {
			replaced[from] = append(replaced[from], to)
		}
	}
	g.store.edges(func(f, t, set uint32) bool {
		if !slices.Contains(replaced[f], s.kinds[t]) {
			s.log.add(link{pair{f, t}, set})
		}
		return true
	})
	for _, e := range r.Edges {
		revised.Link(e.From, e.To, e.Types...)
	}
	s.removeLoose()
	revised.Seal()
	return revised
}

// reopened is a store to fill that has the vertices of a sealed one, under their
// numbers, and none of its edges.
func (s *store) reopened() *store {
	o := newStore()
	o.sets = s.sets
	o.ids, o.kinds, o.flags = slices.Clone(s.ids), slices.Clone(s.kinds), slices.Clone(s.flags)
	for _, name := range s.typeNames {
		o.kind(name)
	}
	for v, id := range o.ids {
		o.numbers[o.kinds[v]][id] = uint32(v)
	}
	return o
}

// removeLoose removes the vertices that nobody has seen and nothing links.
func (s *store) removeLoose() {
	linked := make([]bool, len(s.ids))
	for k := range s.log.all() {
		linked[k.from], linked[k.to] = true, true
	}
	for v, flags := range s.flags {
		if flags&seenFlag == 0 && !linked[v] {
			s.removed[uint32(v)] = true
		}
	}
}
