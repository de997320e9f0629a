package sim

import (
	"maps"
	"strings"

	"hubgraph/hubspot"
)

// inverses knows which association types have an inverse that follows from what a
// portal shows. HubSpot documents those of its own types. Of a user's label an
// equal text on the way back shows it, where the ids agree or there is no other label,
// or the links themselves do.
type inverses struct {
	portal *Portal
	links  map[*associationType]bool // learned; nil: not asked for so far
}

func (p *Portal) inverses() *inverses { return &inverses{portal: p} }

// of reports whether the inverse of t can be known.
func (v *inverses) of(t *associationType) bool {
	switch {
	case t.inverse == nil:
		return false
	case t.category == hubspot.HubSpotDefined, v.sameText(t):
		return true
	}
	return v.learned()[t]
}

// sameText reports whether the text of t says which type is its inverse: it stands
// once in each direction, and either no other label is there that t could be half of,
// or the ids of all follow one another two by two. Between records of one type only a
// label that is alone is its own inverse for sure.
func (v *inverses) sameText(t *associationType) bool {
	there, back := v.portal.pair(t.from, t.to), v.portal.pair(t.to, t.from)
	if !strings.EqualFold(t.label, t.inverse.label) || there.alike(t) != 1 || back.alike(t) != 1 {
		return false
	}
	alone := there.texts(t.category) == 1 && back.texts(t.category) == 1
	return t.plain() || alone || t.from != t.to && followed(there, back, t)
}

// texts counts the labels of a pair and category.
func (of *pair) texts(category string) (n int) {
	for _, o := range of.types {
		if o.category == category && !o.plain() {
			n++
		}
	}
	return n
}

// followed reports whether the id of t's inverse stands beside its own where the ids
// without a hole around it are taken two by two, one of each direction.
func followed(there, back *pair, t *associationType) bool {
	ids := map[int]*pair{}
	for _, of := range []*pair{there, back} {
		for _, o := range of.types {
			if o.category != t.category {
				continue
			}
			if ids[o.id] != nil {
				return false
			}
			ids[o.id] = of
		}
	}
	first := t.id
	for ids[first-1] != nil {
		first--
	}
	mate := t.id - 1
	if (t.id-first)%2 == 0 {
		mate = t.id + 1
	}
	for id := first; ids[id] != nil; id += 2 {
		if ids[id+1] == nil || ids[id] == ids[id+1] {
			return false
		}
	}
	return t.inverse.id == mate
}

// alike counts the types of a pair with the category and text of t.
func (of *pair) alike(t *associationType) (n int) {
	for _, o := range of.types {
		if o.category == t.category && strings.EqualFold(o.label, t.label) {
			n++
		}
	}
	return n
}

// What an inverse must rest on to be learned from links.
const (
	learnSupport = 20 // links that carry both types
	learnPercent = 80 // of the links that carry either
)

// learned lists the types whose inverse the links show, or have shown before a
// night: of at least 20 links that carry one on the way there and the other on
// the way back, these make up four fifths.
func (v *inverses) learned() map[*associationType]bool {
	if v.links != nil {
		return v.links
	}
	count, both := map[*associationType]int{}, map[*associationType]int{}
	for _, t := range v.portal.types {
		for _, r := range t.sorted {
			if r.life != live {
				continue
			}
			for _, l := range r.links {
				if l.typ.category == hubspot.HubSpotDefined || l.typ.plain() || l.typ.inverse == nil {
					continue
				}
				count[l.typ]++
				if l.to.life == live && l.to.has(r, l.typ.inverse) {
					both[l.typ]++
				}
			}
		}
	}
	v.links = maps.Clone(v.portal.truth.learned)
	if v.links == nil {
		v.links = map[*associationType]bool{}
	}
	for t, n := range both {
		if either := count[t] + count[t.inverse] - n; n >= learnSupport && 100*n >= learnPercent*either {
			v.links[t] = true
		}
	}
	return v.links
}
