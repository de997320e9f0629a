package crawl

import (
	"slices"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// systematic is the part of the records of a pair from which one-sided
// associations are how the portal is, not how it changed during the crawl: from
// one in so many records. They are then not read again, so that a second look
// takes a tenth of the calls of the first at most, or one.
const systematic = 10

// oneSided has both ends of the associations read again that one record lists and
// the other, of which all was read, does not, or not with the inverse type. HubSpot
// keeps both sides alike, so either the association changed between the two reads, or
// something is wrong with it in the portal, or with one of the answers.
func (w *worklist) oneSided() {
	suspects := map[[2]string]*suspicion{}
	for e := range w.graph.OneSided(w.answers()) {
		if !w.suspect(e) {
			continue
		}
		key := [2]string{e.From.Type, e.To.Type}
		if suspects[key] == nil {
			suspects[key] = &suspicion{most: w.mostSuspects(key)}
		}
		suspects[key].add(e)
	}
	for _, of := range suspects {
		if of.records > of.most {
			continue
		}
		for _, e := range of.edges {
			w.readBothSides(e)
		}
	}
}

// suspicion gathers the one-sided associations of an ordered pair of types.
type suspicion struct {
	edges   []graphmodel.Edge // ordered by From
	records int64             // that they start from
	most    int64
}

func (u *suspicion) add(e graphmodel.Edge) {
	if n := len(u.edges); n == 0 || u.edges[n-1].From != e.From {
		u.records++
	}
	if u.records > u.most {
		u.edges = nil // and count on
	}
	u.edges = append(u.edges, e)
}

func (w *worklist) mostSuspects(pair [2]string) int64 {
	return max(hubspot.MaxBatchRead, w.ledger.requested(cell{pair[0], pair[1]})/systematic)
}

// suspect reports whether a one-sided association may be one because the portal
// changed: both records are there, and the other one's answer is known.
func (w *worklist) suspect(e graphmodel.Edge) bool {
	to := w.current(e.To)
	if !w.isLive(e.From) || !w.isLive(to) || !w.ledger.read(cell{to.Type, e.From.Type}, to.ID) {
		return false
	}
	if to != e.To { // a merged-away id: what is the record now may list it
		_, listed := w.graph.Edge(to, e.From)
		return !listed
	}
	return true
}

func (w *worklist) readBothSides(e graphmodel.Edge) {
	to := w.current(e.To)
	w.readListing(graphmodel.Listing{From: e.From, To: to.Type}, false)
	w.readListing(graphmodel.Listing{From: to, To: e.From.Type}, false)
}

// answers says whether what a record lists of another is answered by what that
// one lists of it: by the inverse of each type or, where an inverse is not known,
// by as many types.
func (w *worklist) answers() func(from, to string, there, back []graphmodel.Type) bool {
	inverses := w.inverses()
	return func(from, to string, there, back []graphmodel.Type) bool {
		if w.ledger.broken(cell{from, to}) != "" || w.ledger.broken(cell{to, from}) != "" {
			return true // nothing is known of the other side
		}
		for _, t := range there {
			inverse, known := inverses[graphmodel.TypeKey{From: from, To: to, Category: t.Category, ID: t.ID}]
			if known && !slices.ContainsFunc(back, func(b graphmodel.Type) bool { return b.Category == inverse.Category && b.ID == inverse.ID }) ||
				!known && len(back) != len(there) {
				return false
			}
		}
		return len(back) > 0
	}
}

// inverses are those that are known before anything is learned from the links.
func (w *worklist) inverses() map[graphmodel.TypeKey]graphmodel.Type {
	defs := slices.Clone(w.plan.Definitions)
	resolveInverses(defs, sources{configured: w.options.Inverses, remembered: w.options.Remembered, unlisted: w.plan.unlisted()})
	inverses := map[graphmodel.TypeKey]graphmodel.Type{}
	for _, d := range defs {
		if d.InverseSource != "" {
			inverses[keyOf(d)] = graphmodel.Type{Category: d.InverseCategory, ID: d.InverseTypeID}
		}
	}
	return inverses
}

// compare finds the tasks that follow from a listing that was read again: records
// that nothing is known of, and what the other ends say of what came or went since.
// They are looked up, too, unless nothing was known before that it could differ from.
func (w *worklist) compare(l graphmodel.Listing, first bool) {
	was, is := map[graphmodel.Key]bool{}, map[graphmodel.Key]bool{}
	for e := range w.graph.Out(l.From) {
		if e.To.Type == l.To {
			was[e.To] = true
		}
	}
	for _, e := range w.listed[l] {
		is[e.To] = true
		w.meet(e.To)
	}
	if w.failed[l] {
		return
	}
	for _, lists := range [][2]map[graphmodel.Key]bool{{was, is}, {is, was}} {
		for k := range lists[0] {
			if lists[1][k] {
				continue
			}
			now := w.current(k)
			if !first {
				w.lookUp(l.From)
				w.lookUp(now)
			}
			if w.lists(now, l.From) != is[k] {
				w.readListing(graphmodel.Listing{From: now, To: l.From.Type}, false)
			}
		}
	}
}

// lists reports whether a record lists another, as far as is known now.
func (w *worklist) lists(from, to graphmodel.Key) bool {
	l := graphmodel.Listing{From: from, To: to.Type}
	if w.reread[l] {
		return slices.ContainsFunc(w.listed[l], func(e graphmodel.Edge) bool { return e.To == to })
	}
	_, ok := w.graph.Edge(from, to)
	return ok
}
