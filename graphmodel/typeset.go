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
// links and few distinct sets. Number 0 is the empty set.
type typeSets struct {
	sets   [][]Type             // sorted, unique by category and id
	number map[string]uint32    // of a list of types, by the numbers of its types in their order
	types  map[Type]uint32      // number of a type
	unions map[[2]uint32]uint32 // number of the union of two sets
}

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
	sorted := slices.Clone(types)
	slices.SortStableFunc(sorted, Type.compare)
	sorted = slices.CompactFunc(sorted, func(a, b Type) bool { return a.compare(b) == 0 })
	canonical := string(s.key(nil, sorted))
	n, ok := s.number[canonical]
	if !ok {
		n = uint32(len(s.sets))
		s.sets = append(s.sets, sorted)
		s.number[canonical] = n
	}
	s.number[string(key)] = n
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
		n = s.of(slices.Concat(s.sets[added], s.sets[old])) // of keeps the first of equals
		s.unions[pair] = n
	}
	return n
}
