package sim

import (
	"math/rand/v2"
	"slices"
	"strconv"
)

// planter changes a portal at random and notes in its truth where it did what
// should not be.
type planter struct {
	*rand.Rand
	portal                                         *Portal
	now                                            int64 // when it does so, milliseconds since 1970
	contacts, companies, deals, tickets, lineItems *objectType
	used                                           map[*record]bool // by one change, so that no other gets mixed up with it
	known                                          *inverses
}

func newPlanter(p *Portal, source rand.Source, now int64) planter {
	return planter{Rand: rand.New(source), portal: p, now: now, used: map[*record]bool{}, known: p.inverses(),
		contacts: p.typeOf("contacts"), companies: p.typeOf("companies"), deals: p.typeOf("deals"),
		tickets: p.typeOf("tickets"), lineItems: p.typeOf("line_items")}
}

// chance is true so many times in a hundred.
func (g *planter) chance(percent int) bool { return g.IntN(100) < percent }

// oneOf draws one of a list that is not empty.
func oneOf[E any](g *planter, list []E) E { return list[g.IntN(len(list))] }

// share is so many thousandths of the records of a type, and two more.
func share(t *objectType, thousandths int) int { return 2 + len(t.sorted)*thousandths/1000 }

// mostTries is how many records are looked at for one that fits: what a portal
// has almost none of is not searched for in all of it each time.
const mostTries = 2000

// pick draws a live record that nothing has used and that fits; nil where none
// is found.
func (g *planter) pick(t *objectType, fits func(*record) bool) *record {
	if len(t.sorted) == 0 {
		return nil
	}
	first := g.IntN(len(t.sorted))
	for i := range min(len(t.sorted), mostTries) {
		r := t.sorted[(first+i)%len(t.sorted)]
		if r.life == live && !g.used[r] && fits(r) {
			return r
		}
	}
	return nil
}

// manyNeighbors is the number from which a record is a hub: what is drawn among
// the neighbors of a record is not drawn among those of a hub.
const manyNeighbors = 60

// pickPair draws two unused records that list each other as they should, and
// whose association fits; nil where there are none.
func (g *planter) pickPair(from, to *objectType, fits func(there []link) bool) (a, b *record) {
	a = g.pick(from, func(r *record) bool {
		links := r.towards(to)
		if len(links) == 0 || len(links) > manyNeighbors {
			return false
		}
		groups := grouped(links)
		first := g.IntN(len(groups))
		for i := range groups {
			there := groups[(first+i)%len(groups)]
			o := there[0].to
			if o.life == live && !g.used[o] && fits(there) && g.portal.whole(r, o) {
				b = o
				return true
			}
		}
		return false
	})
	return a, b
}

// take marks records as used.
func (g *planter) take(records ...*record) {
	for _, r := range records {
		g.used[r] = true
	}
}

func all(*associationType) bool { return true }

// strip takes from a deal all records of some types, as a user does.
func (g *planter) strip(deal *record, types ...*objectType) {
	for _, t := range types {
		for _, l := range slices.Clone(deal.towards(t)) {
			dissociate(deal, l.to)
		}
	}
	g.portal.watchDeal(deal)
	g.take(deal)
}

// complete reports whether a deal has a contact and a company that live.
func (g *planter) complete(deal *record) bool {
	return deal.lists(g.contacts) && deal.lists(g.companies)
}

// halve takes away all that one record lists of another, in one direction. No
// deal loses its last contact or company by it: that would be another defect.
func (g *planter) halve(a, b *record) {
	if g.chance(50) {
		a, b = b, a
	}
	if !g.spares(b, a) {
		a, b = b, a
	}
	if !g.spares(b, a) {
		return
	}
	b.drop(a, all)
	g.portal.watchPair(a, b)
	g.take(a, b)
}

func (g *planter) spares(loser, neighbor *record) bool {
	needed := loser.typ == g.deals && (neighbor.typ == g.contacts || neighbor.typ == g.companies)
	return !needed || loser.neighbors(neighbor.typ) > 1
}

// labelOf finds a label on an association that has to stand on both sides, and
// whose name on the other can be known.
func (g *planter) labelOf(there []link) *associationType {
	for _, l := range there {
		if !l.typ.plain() && g.known.of(l.typ) {
			return l.typ
		}
	}
	return nil
}

// unmirror takes a label away on the way back.
func (g *planter) unmirror(a, b *record, t *associationType) {
	b.drop(a, func(o *associationType) bool { return o == t.inverse })
	g.portal.watchPair(a, b)
	g.take(a, b)
}

// dangle lists a record that is not there.
func (g *planter) dangle(r, missing *record) {
	r.put(missing, g.portal.pair(r.typ, missing.typ).plain())
	g.portal.watchPair(r, missing)
	g.take(r, missing)
}

// nobody gives an id that no record of a type has, as a record that is not
// there.
func (g *planter) nobody(t *objectType) *record {
	id := oneOf(g, t.sorted).id + 1
	for t.records[id] != nil {
		id++
	}
	r := t.newRecord(id, timeOf(g.now))
	r.life = absent
	return r
}

// anyOwner draws the id of a user of the portal.
func (g *planter) anyOwner() string {
	if len(g.portal.owners) == 0 {
		return ""
	}
	return strconv.FormatInt(oneOf(g, g.portal.owners).id, 10)
}
