package graphmodel

import (
	"iter"
	"slices"
)

// Row is one association type of an edge: what HubSpot's batch read lists, and
// what the associations table holds. Its ends are named as they were listed; what it
// says of the way back holds for the records that they were merged into, if they were.
type Row struct {
	From, To Key
	Type     Type
	// Live says that both ends, as they are named, are records that were seen and are not
	// archived: an id that was merged away is none.
	Live bool
	// HasReverse says whether the other record links to this one, by whatever type,
	// and HasInverse whether by the inverse of Type; nil where that type is not known.
	// Both are nil where the other record is not live, so that nobody asked for its
	// links, and none to this one came.
	HasReverse, HasInverse *bool
}

// Rows yields a row for each type of each edge, ordered by From, To, category
// and id. The function names the inverse of a type on an ordered pair of object
// types, where it is known; it is asked once for each pair and type, and again for
// records with merged ids.
func (g *Graph) Rows(inverse func(from, to string, t Type) (Type, bool), merged []Alias) iter.Seq[Row] {
	s := g.store
	return func(yield func(Row) bool) {
		b := &backward{store: s, united: s.unite(merged), inverse: inverse, known: map[sides][]*bool{}, yes: true}
		s.edges(func(f, t, set uint32) bool {
			types := s.sets.sets[set]
			if len(types) == 0 {
				return true
			}
			row := Row{From: s.key(f), To: s.key(t)}
			inverses := b.look(f, t, set, &row)
			for i, typ := range types {
				row.Type = typ
				if row.HasReverse != nil {
					row.HasInverse = inverses[i]
				}
				if !yield(row) {
					return false
				}
			}
			return true
		})
	}
}

// backward finds what leads back along an edge.
type backward struct {
	*store
	united
	inverse func(from, to string, t Type) (Type, bool)
	known   map[sides][]*bool // of edges without merged ids: the answers of inverses
	yes, no bool              // what answers point to
}

// look fills in what the row of an edge says of its ends, and says of each of its
// types whether the inverse leads back; nil where that is not known.
func (b *backward) look(f, t, set uint32, row *Row) (inverses []*bool) {
	if b.united.has(f) || b.united.has(t) {
		return b.lookAround(f, t, set, row)
	}
	back, linked := b.set(t, f) // the empty set where there is no such edge
	b.judge(row, b.live(f), b.live(t), linked)
	pair := sides{b.kinds[f], b.kinds[t], set, back}
	inverses, ok := b.known[pair]
	if !ok {
		inverses = b.inverses(row, b.sets.sets[set], b.sets.sets[back])
		b.known[pair] = inverses
	}
	return inverses
}

// lookAround is look where an end has several ids.
func (b *backward) lookAround(f, t, set uint32, row *Row) (inverses []*bool) {
	from, to := b.united.ids(f), b.united.ids(t)
	var back [][]Type
	for _, t := range to {
		for _, f := range from {
			if set, ok := b.set(t, f); ok {
				back = append(back, b.sets.sets[set])
			}
		}
	}
	b.judge(row, slices.ContainsFunc(from, b.live), slices.ContainsFunc(to, b.live), len(back) > 0)
	row.Live = b.live(f) && b.live(t)
	return b.inverses(row, b.sets.sets[set], back...)
}

func (b *backward) judge(row *Row, from, to, linked bool) {
	row.Live = from && to
	if linked {
		row.HasReverse = &b.yes
	} else if to {
		row.HasReverse = &b.no
	}
}

func (b *backward) inverses(row *Row, types []Type, back ...[]Type) []*bool {
	answered := make([]*bool, len(types))
	for i, t := range types {
		want, known := b.inverse(row.From.Type, row.To.Type, t)
		if !known {
			continue
		}
		answered[i] = &b.no
		if slices.ContainsFunc(back, func(set []Type) bool { return contains(set, want) }) {
			answered[i] = &b.yes
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

func (s *store) live(v uint32) bool { return s.flags[v]&(seenFlag|archivedFlag) == seenFlag }

// united are the vertices that are one record since ids were merged.
type united struct {
	groups map[uint32][]uint32 // by each vertex of a group
	in     []bool              // by vertex: whether it is one of a group; nil where there is no group
}

// unite finds the vertices whose ids were merged. An id that is no vertex says
// nothing: no edge names it.
func (s *store) unite(merged []Alias) united {
	byRecord := map[Key][]uint32{}
	for _, a := range merged {
		if v, ok := s.find(Key{a.ObjectType, a.OldID}); ok {
			k := Key{a.ObjectType, a.CurrentID}
			byRecord[k] = append(byRecord[k], v)
		}
	}
	u := united{groups: map[uint32][]uint32{}}
	for k, group := range byRecord {
		if v, ok := s.find(k); ok {
			group = append(group, v)
		}
		if len(group) < 2 {
			continue
		}
		if u.in == nil {
			u.in = make([]bool, len(s.ids))
		}
		for _, v := range group {
			u.groups[v], u.in[v] = group, true
		}
	}
	return u
}

func (u *united) has(v uint32) bool { return u.in != nil && u.in[v] }

// ids are the vertices of a record, of which v is one.
func (u *united) ids(v uint32) []uint32 {
	if u.has(v) {
		return u.groups[v]
	}
	return []uint32{v}
}
