package graphmodel

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

const (
	seenFlag = 1 << iota
	archivedFlag
)

// store keeps the graph in one of two shapes. While it is filled, a vertex has
// the number of its arrival, found by a map, and what was linked is a log, or a
// map once somebody asks for an edge. Sealed, vertices are numbered in the order
// of their keys and found by binary search, and edges are rows of sorted arrays.
// It has no lock: one writer by design.
type store struct {
	sealed    bool
	typeNames []string
	typeIndex map[string]uint16
	sets      *typeSets

	// Vertices, by number.
	ids   []int64
	kinds []uint16 // index into typeNames
	flags []uint8

	// While filling.
	numbers []map[int64]uint32 // by type: the number of a record
	linking uint32             // the record that was linked to another last
	removed map[uint32]bool    // vertices that were taken out again, so few that they keep their numbers
	log     linkLog            // what was linked and is not among pairs yet
	pairs   map[pair]uint32    // the set of types of each edge

	// When sealed: starts[v]:starts[v+1] are the places of v's edges in targets
	// and labels, their sets of types; sources[ends[v]:ends[v+1]] are the vertices
	// that link to v.
	starts, ends     []uint32
	targets, sources []uint32
	labels           []uint32
	ranges           []uint32 // first vertex of each type, in the order of typeNames
}

func newStore() *store {
	return &store{typeIndex: map[string]uint16{}, sets: newTypeSets(), pairs: map[pair]uint32{}, removed: map[uint32]bool{}}
}

func (s *store) mustFill(method string) {
	if s.sealed {
		panic("graphmodel: " + method + " on a sealed graph")
	}
}

func (s *store) mustBeSealed(method string) {
	if !s.sealed {
		panic("graphmodel: " + method + " on a graph that is not sealed")
	}
}

// vertexCount is the number of vertices that are there.
func (s *store) vertexCount() int { return len(s.ids) - len(s.removed) }

// edgeCount is the number of ordered pairs that are linked.
func (s *store) edgeCount() int {
	if s.sealed {
		return len(s.targets)
	}
	return len(s.byPair())
}

func (s *store) kind(name string) uint16 {
	k, ok := s.typeIndex[name]
	if !ok {
		if len(s.typeNames) == math.MaxUint16 {
			panic(fmt.Sprintf("graphmodel: more than %d object types", math.MaxUint16))
		}
		k = uint16(len(s.typeNames))
		s.typeIndex[name] = k
		s.typeNames = append(s.typeNames, name)
		s.numbers = append(s.numbers, map[int64]uint32{})
	}
	return k
}

// vertex finds the number of a record, and makes it a vertex if it is none.
func (s *store) vertex(k Key) uint32 {
	kind := s.kind(k.Type)
	v, ok := s.numbers[kind][k.ID]
	if !ok {
		v = uint32(len(s.ids))
		s.numbers[kind][k.ID] = v
		s.ids = append(s.ids, k.ID)
		s.kinds = append(s.kinds, kind)
		s.flags = append(s.flags, 0)
	} else if s.removed[v] {
		delete(s.removed, v)
		s.flags[v] = 0
	}
	return v
}

// source is vertex for a record that is linked to another: mostly it is the one that
// was before, too.
func (s *store) source(k Key) uint32 {
	if v := s.linking; int(v) >= len(s.ids) || s.key(v) != k || s.removed[v] {
		s.linking = s.vertex(k)
	}
	return s.linking
}

func (s *store) put(n Node) { s.flags[s.vertex(n.Key)] |= n.flags() }

// flags are what is kept of a node beside its key.
func (n Node) flags() (flags uint8) {
	if n.Seen {
		flags |= seenFlag
	}
	if n.Archived {
		flags |= archivedFlag
	}
	return flags
}

func (s *store) find(k Key) (uint32, bool) {
	kind, ok := s.typeIndex[k.Type]
	if !ok {
		return 0, false
	}
	if !s.sealed {
		v, ok := s.numbers[kind][k.ID]
		return v, ok && !s.removed[v]
	}
	first := s.ranges[kind]
	i, ok := slices.BinarySearch(s.ids[first:s.ranges[kind+1]], k.ID)
	return first + uint32(i), ok
}

func (s *store) key(v uint32) Key { return Key{s.typeNames[s.kinds[v]], s.ids[v]} }

func (s *store) node(v uint32) Node {
	return Node{Key: s.key(v), Seen: s.flags[v]&seenFlag != 0, Archived: s.flags[v]&archivedFlag != 0}
}

func (s *store) edge(from, to, set uint32) Edge {
	return Edge{s.key(from), s.key(to), s.sets.sets[set]}
}

// set finds the types of an edge.
func (s *store) set(from, to uint32) (uint32, bool) {
	if !s.sealed {
		set, ok := s.byPair()[pair{from, to}]
		return set, ok
	}
	first := s.starts[from]
	i, ok := slices.BinarySearch(s.targets[first:s.starts[from+1]], to)
	if !ok {
		return 0, false
	}
	return s.labels[first+uint32(i)], true
}

// order lists the vertices by key.
func (s *store) order() []uint32 {
	order := make([]uint32, 0, len(s.ids))
	for v := range uint32(len(s.ids)) {
		if !s.removed[v] {
			order = append(order, v)
		}
	}
	if s.sealed {
		return order
	}
	rank := s.typeRanks()
	slices.SortFunc(order, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(rank[s.kinds[a]], rank[s.kinds[b]]), cmp.Compare(s.ids[a], s.ids[b]))
	})
	return order
}

// typeRanks gives each type its place in the order of names.
func (s *store) typeRanks() []uint16 {
	byName := make([]uint16, len(s.typeNames))
	for i := range byName {
		byName[i] = uint16(i)
	}
	slices.SortFunc(byName, func(a, b uint16) int { return strings.Compare(s.typeNames[a], s.typeNames[b]) })
	ranks := make([]uint16, len(byName))
	for rank, kind := range byName {
		ranks[kind] = uint16(rank)
	}
	return ranks
}

// edges calls yield with from, to and set of each edge, ordered by the keys of
// from and to, until it returns false.
func (s *store) edges(yield func(f, t, set uint32) bool) {
	if !s.sealed {
		for _, p := range s.sortedPairs() {
			if !yield(p.from, p.to, s.pairs[p]) {
				return
			}
		}
		return
	}
	for f := range uint32(len(s.ids)) {
		for i := s.starts[f]; i < s.starts[f+1]; i++ {
			if !yield(f, s.targets[i], s.labels[i]) {
				return
			}
		}
	}
}
