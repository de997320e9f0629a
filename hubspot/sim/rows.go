package sim

import (
	"cmp"
	"slices"
)

// link is one association type that is listed on a record, towards another.
type link struct {
	to  *record
	typ *associationType
}

func (l link) compare(m link) int {
	return cmp.Or(l.before(m.to.typ.index, m.to.id), cmp.Compare(l.typ.order, m.typ.order))
}

// before orders links by their other ends alone.
func (l link) before(index int, id int64) int {
	if c := cmp.Compare(l.typ.to.index, index); c != 0 { // the types of links are few, and near at hand
		return c
	}
	return cmp.Compare(l.to.id, id)
}

// towards are the links of a record with records of one object type.
func (r *record) towards(t *objectType) []link { return towards(r.links, t) }

func towards(links []link, t *objectType) []link {
	links = links[ahead(links, t.index):]
	return links[:ahead(links, t.index+1)]
}

// ahead counts the links with object types before one, by halving.
func ahead(links []link, index int) int {
	first, end := 0, len(links)
	for first < end {
		if middle := (first + end) / 2; links[middle].typ.to.index < index {
			first = middle + 1
		} else {
			end = middle
		}
	}
	return first
}

// span is where the links of a record with one other record stand.
func (r *record) span(o *record) (first, end int) {
	first, _ = slices.BinarySearchFunc(r.links, o, func(l link, o *record) int { return l.before(o.typ.index, o.id) })
	end = first
	for end < len(r.links) && r.links[end].to == o {
		end++
	}
	return first, end
}

// between are the links of a record with one other record.
func (r *record) between(o *record) []link {
	first, end := r.span(o)
	return r.links[first:end]
}

// has reports whether a record lists an association type towards another.
func (r *record) has(o *record, t *associationType) bool {
	_, ok := slices.BinarySearchFunc(r.links, link{o, t}, link.compare)
	return ok
}

// put lists one row, and nothing else: no inverse, no plain type.
func (r *record) put(o *record, t *associationType) {
	l := link{o, t}
	if at, ok := slices.BinarySearchFunc(r.links, l, link.compare); !ok {
		r.remember()
		r.links = slices.Insert(r.links, at, l)
	}
}

// drop removes the rows towards another record that gone admits.
func (r *record) drop(o *record, gone func(*associationType) bool) {
	first, end := r.span(o)
	if slices.ContainsFunc(r.links[first:end], func(l link) bool { return gone(l.typ) }) {
		r.remember()
		kept := slices.DeleteFunc(r.links[first:end:end], func(l link) bool { return gone(l.typ) })
		r.links = slices.Delete(r.links, first+len(kept), end)
	}
}

// neighbors counts the records of one object type that a record lists.
func (r *record) neighbors(t *objectType) int {
	n := 0
	var last *record
	for _, l := range r.towards(t) {
		if l.to != last {
			n++
			last = l.to
		}
	}
	return n
}

// carrying counts the records towards which a record lists one type.
func (r *record) carrying(t *associationType) int {
	n := 0
	for _, l := range r.towards(t.to) {
		if l.typ == t {
			n++
		}
	}
	return n
}
