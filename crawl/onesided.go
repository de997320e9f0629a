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

// oneSided lists the associations that one record lists and the other, of which
// all was read, does not, or not with the inverse type. HubSpot keeps both sides
// alike, so either the association changed between the two reads, or something is
// wrong with it in the portal.
func (s *settling) oneSided() []graphmodel.Edge {
	var all []graphmodel.Edge
	suspects := map[[2]string]*suspicion{}
	for e := range s.c.graph.OneSided(s.answers()) {
		if !s.suspect(e) {
			continue
		}
		key := [2]string{e.From.Type, e.To.Type}
		if suspects[key] == nil {
			suspects[key] = &suspicion{most: s.mostSuspects(key)}
		}
		suspects[key].add(e)
	}
	for _, of := range suspects {
		if of.records <= of.most {
			all = append(all, of.edges...)
		}
	}
	return all
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

func (s *settling) mostSuspects(pair [2]string) int64 {
	return max(hubspot.MaxBatchRead, s.c.cell("associations", pair[0], pair[1]).Requested/systematic)
}

// answers says whether what a record lists of another is answered by what that
// one lists of it: by the inverse of each type or, where an inverse is not known,
// by as many types.
func (s *settling) answers() func(from, to string, there, back []graphmodel.Type) bool {
	inverses := s.inverses()
	return func(from, to string, there, back []graphmodel.Type) bool {
		if !s.readWhole(from, to) || !s.readWhole(to, from) {
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
func (s *settling) inverses() map[graphmodel.TypeKey]graphmodel.Type {
	defs := slices.Clone(s.run.plan.Definitions)
	resolveInverses(defs, sources{configured: s.run.options.Inverses, remembered: s.run.options.Remembered})
	inverses := map[graphmodel.TypeKey]graphmodel.Type{}
	for _, d := range defs {
		if d.InverseSource != "" {
			inverses[keyOf(d)] = graphmodel.Type{Category: d.InverseCategory, ID: d.InverseTypeID}
		}
	}
	return inverses
}

func (s *settling) readWhole(from, to string) bool {
	of := s.c.cell("associations", from, to)
	return of != nil && of.Complete
}

// suspect reports whether a one-sided association may be one because the portal
// changed: both records are there, and it was not read again yet.
func (s *settling) suspect(e graphmodel.Edge) bool {
	to := s.current(e.To)
	if !s.isLive(e.From) || !s.isLive(to) || s.twice[listing{e.From, to.Type}] && s.twice[listing{to, e.From.Type}] {
		return false
	}
	if to != e.To { // a merged-away id: what is the record now may list it
		_, listed := s.c.graph.Edge(to, e.From)
		return !listed
	}
	return true
}
