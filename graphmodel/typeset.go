package graphmodel

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
)

// Type is an association type as a link carries it. Category and ID identify it
// within an ordered pair of object types; Label is the text that came with it.
type Type struct {
	Category string
	ID       int32
	Label    string // empty for the plain association
}

func (t Type) compare(u Type) int {
	return cmp.Or(strings.Compare(t.Category, u.Category), cmp.Compare(t.ID, u.ID))
}

// typeSets numbers the sets of types that links carry. A portal has millions of
// links and few distinct sets: what is kept here grows by sets, not by links.
// Number 0 is the empty set.
type typeSets struct {
	sets   [][]Type             // sorted, unique by category and id
	number map[string]uint32    // of a list of types, by the numbers of its types in their order
	types  map[Type]uint32      // number of a type
	unions map[[2]uint32]uint32 // number of the union of two sets
}

// What is kept to save work: lists of the same types in another order for each
// set, and unions.
const (
	mostOrders = 4
	mostUnions = 1 << 16
)

func newTypeSets() *typeSets {
	return &typeSets{sets: [][]Type{nil}, number: map[string]uint32{"": 0}, types: map[Type]uint32{}, unions: map[[2]uint32]uint32{}}
}

// of numbers the set of the given types, in whatever order they come.
// Of types that are equal but for their labels it keeps the first.
func (s *typeSets) of(types []Type) uint32 {
	var buffer [64]byte
	key := s.key(buffer[:0], types)
	if n, ok := s.number[string(key)]; ok {
		return n // without an allocation: this is asked for every link
	}
	n := s.sorted(slices.Clone(types))
	if len(s.number) < mostOrders*len(s.sets) {
		s.number[string(key)] = n
	}
	return n
}

// sorted is of for a list that may be changed.
func (s *typeSets) sorted(types []Type) uint32 {
	slices.SortStableFunc(types, Type.compare)
	types = slices.CompactFunc(types, func(a, b Type) bool { return a.compare(b) == 0 })
	key := s.key(nil, types)
	n, ok := s.number[string(key)]
	if !ok {
		n = uint32(len(s.sets))
		s.sets = append(s.sets, slices.Clone(types))
		s.number[string(key)] = n
	}
	return n
}

// key appends the numbers of the types to a key.
func (s *typeSets) key(key []byte, types []Type) []byte {
	for _, t := range types {
		n, ok := s.types[t]
		if !ok {
			n = uint32(len(s.types))
			s.types[t] = n
		}
		key = binary.LittleEndian.AppendUint32(key, n)
	}
	return key
}

// union numbers the union of two sets. Where both hold a type, the second's
// label stands: it was read later.
func (s *typeSets) union(old, added uint32) uint32 {
	if old == added || added == 0 {
		return old
	}
	if old == 0 {
		return added
	}
	pair := [2]uint32{old, added}
	n, ok := s.unions[pair]
	if !ok {
		n = s.sorted(slices.Concat(s.sets[added], s.sets[old])) // sorted keeps the first of equals
		if len(s.unions) < mostUnions {
			s.unions[pair] = n
		}
	}
	return n
}

// unionOf is the union of sets in the order in which they were read. The unions
// on the way to it are not kept, which would take the square of the memory.
func (s *typeSets) unionOf(sets []uint32) uint32 {
	sets = slices.Compact(sets)
	switch len(sets) {
	case 1:
		return sets[0]
	case 2:
		return s.union(sets[0], sets[1])
	}
	var types []Type
	for _, set := range slices.Backward(sets) {
		types = append(types, s.sets[set]...)
	}
	return s.sorted(types)
}
