package graphmodel

import (
	"cmp"
	"slices"
	"strings"
)

// TypeKey names an association type of an ordered pair of object types.
type TypeKey struct {
	From, To string
	Category string
	ID       int32
}

func (k TypeKey) compare(l TypeKey) int {
	return cmp.Or(strings.Compare(k.From, l.From), strings.Compare(k.To, l.To), strings.Compare(k.Category, l.Category), cmp.Compare(k.ID, l.ID))
}

// Learned is an inverse that the links themselves show.
type Learned struct {
	Type, Inverse TypeKey
	Support       int64   // links that carry the type, with the inverse on the way back
	Overlap       float64 // Jaccard overlap of the two types' transposed links, 0 to 1
}

// Evidence is what links say of association types: how many carry each, and how
// many carry one there and another back. The zero value says nothing.
type Evidence struct {
	links map[TypeKey]int64
	both  map[[2]TypeKey]int64
}

// Evidence counts the links that carry the types that candidate admits.
func (g *Graph) Evidence(candidate func(TypeKey) bool) *Evidence {
	links, both := g.store.cooccurrence(candidate)
	return &Evidence{links, both}
}

// Both is the number of links that carry a there and b back.
func (e *Evidence) Both(a, b TypeKey) int64 { return e.both[[2]TypeKey{a, b}] }

// What links must show to contradict an inverse: so many of each of the two types,
// and of the rarer one's less than one in so many with the other one on the way back.
const (
	contradictLinks = 8
	contradictShare = 4
)

// Contradicts reports whether the links say that two types are not each other's
// inverse: both are in use, and hardly ever on the same links. It is the rarer
// type that counts, so that a portal that lost the rows of one of the two, be it most
// of them, contradicts nothing: those that are left are answered by the other. Where
// three in ten rows of both were lost, seven in ten of what is left are answered.
func (e *Evidence) Contradicts(a, b TypeKey) bool {
	rarer := min(e.links[a], e.links[b])
	return rarer >= contradictLinks && contradictShare*e.Both(a, b) < rarer
}

// Learn finds, among the types that candidate admits, those that are each other's
// best match: the links of one are those of the other turned around, by a Jaccard
// overlap of at least overlap and at least support links. A type that has half that
// overlap is a rival: where two labels go together, and some rows of one are lost, its
// own inverse may overlap less than the other label's. Between rivals the neighboring
// id of the same category wins, because HubSpot numbers the two sides of a label one
// after the other; where that decides nothing, or a label between records of one type
// may be its own inverse, nothing is learned. The result is ordered by Type; whenever
// b is a's inverse, a is b's.
func (e *Evidence) Learn(candidate func(TypeKey) bool, support int64, overlap float64) []Learned {
	matches := map[TypeKey][]Learned{}
	for types, n := range e.both {
		a, b := types[0], types[1]
		l := Learned{Type: a, Inverse: b, Support: n, Overlap: float64(n) / float64(e.links[a]+e.links[b]-n)}
		if l.Overlap >= overlap/2 && candidate(a) && candidate(b) {
			matches[a] = append(matches[a], l)
		}
	}
	best := map[TypeKey]Learned{}
	for key, rivals := range matches {
		if l, ok := choose(rivals); ok && l.Support >= support && l.Overlap >= overlap {
			best[key] = l
		}
	}
	var learned []Learned
	for _, l := range best {
		if best[l.Inverse].Inverse == l.Type {
			learned = append(learned, l)
		}
	}
	slices.SortFunc(learned, func(a, b Learned) int { return a.Type.compare(b.Type) })
	return learned
}

// choose picks one of the types that could be the inverse.
func choose(rivals []Learned) (Learned, bool) {
	if len(rivals) == 1 {
		return rivals[0], true
	}
	if slices.ContainsFunc(rivals, func(l Learned) bool { return l.Inverse == l.Type }) {
		return Learned{}, false
	}
	rivals = slices.DeleteFunc(rivals, func(l Learned) bool {
		distance := l.Type.ID - l.Inverse.ID
		return l.Type.Category != l.Inverse.Category || distance != 1 && distance != -1
	})
	if len(rivals) == 1 {
		return rivals[0], true
	}
	return Learned{}, false
}

// cooccurrence counts the links of each candidate, and for each two of them how
// often one is on the way there and the other on the way back.
func (s *store) cooccurrence(candidate func(TypeKey) bool) (count map[TypeKey]int64, both map[[2]TypeKey]int64) {
	count, both = map[TypeKey]int64{}, map[[2]TypeKey]int64{}
	type sides struct {
		from, to  uint16
		set, back uint32
	}
	seen := map[sides]int64{} // few distinct ones: the keys are made once for each
	s.edges(func(f, t, set uint32) bool {
		back, _ := s.set(t, f)
		seen[sides{s.kinds[f], s.kinds[t], set, back}]++
		return true
	})
	for e, n := range seen {
		there := s.candidates(candidate, s.typeNames[e.from], s.typeNames[e.to], e.set)
		back := s.candidates(candidate, s.typeNames[e.to], s.typeNames[e.from], e.back)
		for a := range there {
			count[a] += n
			for b := range back {
				both[[2]TypeKey{a, b}] += n
			}
		}
	}
	return count, both
}

func (s *store) candidates(candidate func(TypeKey) bool, from, to string, set uint32) map[TypeKey]bool {
	keys := map[TypeKey]bool{}
	for _, t := range s.sets.sets[set] {
		if k := (TypeKey{from, to, t.Category, t.ID}); candidate(k) {
			keys[k] = true
		}
	}
	return keys
}
