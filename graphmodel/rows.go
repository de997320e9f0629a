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
// types, where it is known.
func (g *Graph) Rows(inverse func(from, to string, t Type) (Type, bool)) iter.Seq[Row] {
	s := g.store
	yes, no := true, false
	return func(yield func(Row) bool) {
		s.edges(func(f, t, set uint32) bool {
			types := s.sets.sets[set]
			if len(types) == 0 {
				return true
			}
			from, to := s.key(f), s.key(t)
			reverse, _ := s.set(t, f) // the empty set where there is no such edge
			back := s.sets.sets[reverse]
			for _, typ := range types {
				row := Row{From: from, To: to, Type: typ}
				if want, known := inverse(from.Type, to.Type, typ); known {
					row.HasInverse = &no
					if contains(back, want) {
						row.HasInverse = &yes
					}
				}
				if !yield(row) {
					return false
				}
			}
			return true
		})
	}
}

func contains(types []Type, want Type) bool {
	for _, t := range types {
		if t.compare(want) == 0 {
			return true
		}
	}
	return false
}
