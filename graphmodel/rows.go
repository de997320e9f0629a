package graphmodel

import "iter"

// Row is one association type of an edge: what HubSpot's batch read lists, and
// what the associations table holds.
type Row struct {
	From, To Key
	Type     Type
	// HasInverse says whether the other direction carries the inverse type; nil
	// where that type is not known.
	HasInverse *bool
}

// Rows yields a row for each type of each edge, ordered by From, To, category
// and id. The function names the inverse of a type on an ordered pair of object
// types, where it is known; it is asked once for each pair and type.
func (g *Graph) Rows(inverse func(from, to string, t Type) (Type, bool)) iter.Seq[Row] {
	s := g.store
	told := map[sides][]*bool{} // whether the edge back has the inverse of each type
	return func(yield func(Row) bool) {
		s.edges(func(f, t, set uint32) bool {
			types := s.sets.sets[set]
			if len(types) == 0 {
				return true
			}
			back, _ := s.set(t, f) // the empty set where there is no such edge
			pair := sides{s.kinds[f], s.kinds[t], set, back}
			answered, ok := told[pair]
			if !ok {
				answered = s.inverses(pair, inverse)
				told[pair] = answered
			}
			from, to := s.key(f), s.key(t)
			for i, typ := range types {
				if !yield(Row{From: from, To: to, Type: typ, HasInverse: answered[i]}) {
					return false
				}
			}
			return true
		})
	}
}

// inverses says of each type of an edge whether the edge back has its inverse; nil
// where that is not known.
func (s *store) inverses(of sides, inverse func(from, to string, t Type) (Type, bool)) []*bool {
	types := s.sets.sets[of.there]
	answered := make([]*bool, len(types))
	for i, t := range types {
		if want, known := inverse(s.typeNames[of.from], s.typeNames[of.to], t); known {
			has := contains(s.sets.sets[of.back], want)
			answered[i] = &has
		}
	}
	return answered
}

func contains(types []Type, want Type) bool {
	for _, t := range types {
		if t.compare(want) == 0 {
			return true
		}
	}
	return false
}
