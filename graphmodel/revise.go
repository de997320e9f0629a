package graphmodel

import (
	"cmp"
	"slices"
	"strings"
)

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
	v := &revising{was: g.store, flags: slices.Clone(g.store.flags), numbers: map[Key]uint32{}, rows: map[uint32][]link{}}
	for _, n := range r.Nodes {
		v.put(n)
	}
	v.change(r)
	return &Graph{store: v.lay()}
}

// revising makes a sealed store of another one, whose arrays it copies but for the
// rows that change: a revision is of few records among millions. The vertices of the
// other store have their numbers while it works, and those that are new the next ones.
type revising struct {
	was     *store
	added   []Key
	numbers map[Key]uint32 // of the added ones
	flags   []uint8
	rows    map[uint32][]link // by vertex: what it links to, where that changes; in order, once rowsInOrder is done
}

func (v *revising) vertex(k Key) uint32 {
	if i, ok := v.was.find(k); ok {
		return i
	}
	i, ok := v.numbers[k]
	if !ok {
		i = uint32(len(v.flags))
		v.numbers[k] = i
		v.added = append(v.added, k)
		v.flags = append(v.flags, 0)
	}
	return i
}

func (v *revising) key(i uint32) Key {
	if n := uint32(len(v.was.ids)); i >= n {
		return v.added[i-n]
	}
	return v.was.key(i)
}

func (v *revising) put(n Node) {
	i := v.vertex(n.Key)
	v.flags[i] = n.flags()
}

// change finds the rows that change: what is replaced goes, and what is added comes
// behind what stays.
func (v *revising) change(r Revision) {
	replaced := map[uint32][]string{} // by record: the types of which its listings are dropped
	for l := range r.Replaced {
		if from, ok := v.was.find(l.From); ok {
			replaced[from] = append(replaced[from], l.To)
		}
	}
	for from, types := range replaced {
		v.rows[from] = slices.DeleteFunc(v.row(from), func(k link) bool { return slices.Contains(types, v.was.typeNames[v.was.kinds[k.to]]) })
	}
	for _, e := range r.Edges {
		from, to := v.vertex(e.From), v.vertex(e.To)
		if _, changes := v.rows[from]; !changes {
			v.rows[from] = v.row(from)
		}
		v.rows[from] = append(v.rows[from], link{pair{from, to}, v.was.sets.of(e.Types)})
	}
}

// row lists what a vertex linked to.
func (v *revising) row(from uint32) (row []link) {
	if int(from) >= len(v.was.ids) {
		return nil
	}
	for i := v.was.starts[from]; i < v.was.starts[from+1]; i++ {
		row = append(row, link{pair{from, v.was.targets[i]}, v.was.labels[i]})
	}
	return row
}

// lay lays the new store out.
func (v *revising) lay() *store {
	s := &store{sealed: true, sets: v.was.sets, typeIndex: map[string]uint16{}}
	sources := v.sources()
	order := v.order(sources)
	place := make([]uint32, len(v.flags))
	for i, n := range order {
		place[n] = uint32(i)
	}
	v.rowsInOrder(place)
	v.layVertices(s, order)
	v.layRows(s, order, place)
	v.laySources(s, order, place, sources)
	return s
}

// sources finds what links to a vertex, where that changes.
func (v *revising) sources() map[uint32]map[uint32]bool {
	changed := map[uint32]map[uint32]bool{}
	touch := func(to uint32) map[uint32]bool {
		if changed[to] == nil {
			changed[to] = map[uint32]bool{}
			if int(to) < len(v.was.ids) {
				for _, from := range v.was.sources[v.was.ends[to]:v.was.ends[to+1]] {
					changed[to][from] = true
				}
			}
		}
		return changed[to]
	}
	for from, row := range v.rows {
		listed := map[uint32]bool{}
		for _, k := range row {
			listed[k.to] = true
		}
		for _, k := range v.row(from) {
			if !listed[k.to] {
				delete(touch(k.to), from)
			}
			delete(listed, k.to)
		}
		for to := range listed { // they were not before
			touch(to)[from] = true
		}
	}
	return changed
}

// order lists the vertices by key, without those that nobody has seen and nothing
// links.
func (v *revising) order(sources map[uint32]map[uint32]bool) []uint32 {
	loose := func(i uint32) bool {
		if v.flags[i]&seenFlag != 0 {
			return false
		}
		links, linked := 0, 0
		if int(i) < len(v.was.ids) {
			links, linked = int(v.was.starts[i+1]-v.was.starts[i]), int(v.was.ends[i+1]-v.was.ends[i])
		}
		if row, changes := v.rows[i]; changes {
			links = len(row)
		}
		if of, changes := sources[i]; changes {
			linked = len(of)
		}
		return links+linked == 0
	}
	added := make([]uint32, len(v.added))
	for i := range added {
		added[i] = uint32(len(v.was.ids) + i)
	}
	slices.SortFunc(added, func(a, b uint32) int { return v.key(a).Compare(v.key(b)) })
	order := make([]uint32, 0, len(v.flags))
	for i := range uint32(len(v.was.ids)) {
		for len(added) > 0 && v.key(added[0]).Compare(v.was.key(i)) < 0 {
			order, added = append(order, added[0]), added[1:]
		}
		order = append(order, i)
	}
	return slices.DeleteFunc(append(order, added...), loose)
}

// rowsInOrder makes one link of those of each pair, which are united in the order in
// which they came, and sorts the rows by target.
func (v *revising) rowsInOrder(place []uint32) {
	for from, row := range v.rows {
		slices.SortStableFunc(row, func(a, b link) int { return cmp.Compare(place[a.to], place[b.to]) })
		kept := row[:0]
		for i := 0; i < len(row); {
			next, sets := i, []uint32(nil)
			for ; next < len(row) && row[next].to == row[i].to; next++ {
				sets = append(sets, row[next].set)
			}
			kept = append(kept, link{row[i].pair, v.was.sets.unionOf(sets)})
			i = next
		}
		v.rows[from] = kept
	}
}

// layVertices puts the vertices into their order, under the types of now.
func (v *revising) layVertices(s *store, order []uint32) {
	s.typeNames = slices.Clone(v.was.typeNames)
	for _, k := range v.added {
		s.typeNames = append(s.typeNames, k.Type)
	}
	slices.SortFunc(s.typeNames, strings.Compare)
	s.typeNames = slices.Compact(s.typeNames)
	for kind, name := range s.typeNames {
		s.typeIndex[name] = uint16(kind)
	}
	kinds := make([]uint16, len(v.was.typeNames)) // now, of each of those before
	for kind, name := range v.was.typeNames {
		kinds[kind] = s.typeIndex[name]
	}
	s.ids, s.kinds, s.flags = make([]int64, len(order)), make([]uint16, len(order)), make([]uint8, len(order))
	s.ranges = make([]uint32, len(s.typeNames)+1)
	for at, i := range order {
		if int(i) < len(v.was.ids) {
			s.ids[at], s.kinds[at] = v.was.ids[i], kinds[v.was.kinds[i]]
		} else {
			k := v.key(i)
			s.ids[at], s.kinds[at] = k.ID, s.typeIndex[k.Type]
		}
		s.flags[at] = v.flags[i]
		s.ranges[s.kinds[at]+1]++
	}
	sumUp(s.ranges)
}

// layRows lays the edges out by source.
func (v *revising) layRows(s *store, order, place []uint32) {
	size := len(v.was.targets)
	for _, row := range v.rows {
		size += len(row)
	}
	s.starts = make([]uint32, len(order)+1)
	s.targets, s.labels = make([]uint32, 0, size), make([]uint32, 0, size)
	for at, i := range order {
		if row, changes := v.rows[i]; changes {
			for _, k := range row {
				s.targets, s.labels = append(s.targets, place[k.to]), append(s.labels, k.set)
			}
		} else if int(i) < len(v.was.ids) {
			first, end := v.was.starts[i], v.was.starts[i+1]
			for _, to := range v.was.targets[first:end] {
				s.targets = append(s.targets, place[to])
			}
			s.labels = append(s.labels, v.was.labels[first:end]...)
		}
		s.starts[at+1] = uint32(len(s.targets))
	}
}

// laySources lays the edges out by target.
func (v *revising) laySources(s *store, order, place []uint32, changed map[uint32]map[uint32]bool) {
	s.ends = make([]uint32, len(order)+1)
	s.sources = make([]uint32, 0, len(s.targets))
	for at, i := range order {
		first := len(s.sources)
		if of, changes := changed[i]; changes {
			for from := range of {
				s.sources = append(s.sources, place[from])
			}
			slices.Sort(s.sources[first:])
		} else if int(i) < len(v.was.ids) {
			for _, from := range v.was.sources[v.was.ends[i]:v.was.ends[i+1]] {
				s.sources = append(s.sources, place[from])
			}
		}
		s.ends[at+1] = uint32(len(s.sources))
	}
}
