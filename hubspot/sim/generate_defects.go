package sim

import "slices"

// defects plants what the checks have to find. A record has part in one defect
// at most, so that each is found by one check and by no other.
func (g *generator) defects() {
	open := func(r *record) bool { return g.complete(r) && !r.closed() }
	for range share(g.deals, 12) {
		g.stripOne(g.complete, g.contacts, g.companies)
		g.stripOne(open, g.contacts)
		g.stripOne(open, g.companies)
	}
	for range share(g.deals, 6) {
		g.haunt(oneOf(&g.planter, []*objectType{g.contacts, g.companies}))
	}
	for range share(g.contacts, 6) {
		g.halveOne(oneOf(&g.planter, g.linked()))
		g.unmirrorOne(oneOf(&g.planter, g.labelled()))
	}
	for range share(g.contacts, 2) {
		g.dangleOne()
	}
}

// decoys make what looks like a defect and is none.
func (g *generator) decoys() {
	closed := func(r *record) bool { return g.complete(r) && r.closed() }
	for range share(g.deals, 10) {
		g.stripOne(closed, g.contacts)
		g.stripOne(closed, g.companies)
	}
	for range share(g.contacts, 1) {
		g.remains(archived)
		g.remains(merged)
	}
	// No portal shows which label is the inverse of one that reads otherwise.
	for range 2 {
		a, b := g.pickPair(g.contacts, g.companies, func(there []link) bool { return slices.Contains(typesOf(there), g.label.referredBy) })
		if a != nil {
			g.unmirror(a, b, g.label.referredBy)
		}
	}
	for range share(g.contacts, 3) {
		g.bareOne(oneOf(&g.planter, g.labelled()))
	}
}

// bareOne takes the plain association from under a label, on both records.
func (g *planter) bareOne(ends [2]*objectType) {
	plain := (*associationType).plain
	a, b := g.pickPair(ends[0], ends[1], func(there []link) bool { return g.labelOf(there) != nil })
	if a != nil {
		a.drop(b, plain)
		b.drop(a, plain)
		g.portal.watchPair(a, b)
		g.take(a, b)
	}
}

// linked are pairs of object types whose records are linked.
func (g *planter) linked() [][2]*objectType {
	pairs := [][2]*objectType{{g.contacts, g.companies}, {g.contacts, g.companies}, {g.deals, g.contacts}, {g.deals, g.companies},
		{g.contacts, g.contacts}, {g.companies, g.companies}, {g.tickets, g.contacts}, {g.tickets, g.companies}, {g.deals, g.lineItems}}
	for _, t := range g.portal.types {
		if t.Custom() {
			pairs = append(pairs, [2]*objectType{t, g.companies}, [2]*objectType{t, g.deals})
		}
	}
	return slices.DeleteFunc(pairs, func(ends [2]*objectType) bool { return g.portal.pair(ends[0], ends[1]).plain() == nil })
}

// labelled are those of them whose associations carry labels.
func (g *planter) labelled() [][2]*objectType {
	return slices.DeleteFunc(g.linked(), func(ends [2]*objectType) bool { return len(g.portal.pair(ends[0], ends[1]).types) < 2 })
}

func (g *planter) stripOne(fits func(*record) bool, types ...*objectType) {
	if deal := g.pick(g.deals, fits); deal != nil {
		g.strip(deal, types...)
	}
}

// halveOne takes from one of two records what it lists of the other: more often
// than not where there is a label as well.
func (g *planter) halveOne(ends [2]*objectType) {
	least := 1 + g.IntN(3)
	if a, b := g.pickPair(ends[0], ends[1], func(there []link) bool { return len(there) >= least }); a != nil {
		g.halve(a, b)
	}
}

func (g *planter) unmirrorOne(ends [2]*objectType) {
	if g.chance(50) {
		ends[0], ends[1] = ends[1], ends[0]
	}
	a, b := g.pickPair(ends[0], ends[1], func(there []link) bool { return g.labelOf(there) != nil })
	if a != nil {
		g.unmirror(a, b, g.labelOf(a.between(b)))
	}
}

// dangleOne lists a record that never was, on one record or on two.
func (g *planter) dangleOne() {
	ends := oneOf(g, g.linked())
	if len(ends[0].sorted) == 0 || len(ends[1].sorted) == 0 {
		return
	}
	missing := g.nobody(ends[1])
	for range 1 + g.IntN(2) {
		if r := g.pick(ends[0], anyRecord); r != nil {
			g.dangle(r, missing)
		}
	}
}

func anyRecord(*record) bool { return true }

// remains leaves a row towards a record that was archived, which is no defect, or merged
// into one that lives and does not list the deal, which is one.
func (g *planter) remains(of life) {
	gone := g.gone(oneOf(g, []*objectType{g.contacts, g.companies}), of)
	if gone == nil {
		return
	}
	if r := g.pick(g.deals, func(r *record) bool { return g.complete(r) && len(r.listing(gone.final())) == 0 }); r != nil {
		g.dangle(r, gone)
		g.take(gone.final())
	}
}

// haunt leaves an open deal with nobody of a type but a record of the recycle bin.
func (g *planter) haunt(t *objectType) {
	deal := g.pick(g.deals, func(r *record) bool { return g.complete(r) && !r.closed() })
	if gone := g.gone(t, archived); gone != nil && deal != nil {
		g.strip(deal, t)
		g.dangle(deal, gone)
	}
}

// gone finds an unused record of a type that was archived, or merged into one that lives.
func (g *planter) gone(t *objectType, of life) *record {
	i := slices.IndexFunc(t.sorted, func(r *record) bool { return r.life == of && !g.used[r] && (of == archived || r.final().life == live) })
	if i < 0 {
		return nil
	}
	return t.sorted[i]
}

// mergeTwo merges two records that few others list. Parents are left alone: a
// company keeps one of two, and would be associated otherwise than before.
func (g *planter) mergeTwo(t *objectType) {
	fits := func(r *record) bool {
		related := slices.ContainsFunc(r.links, func(l link) bool { return l.typ.parent || l.typ.inverse != nil && l.typ.inverse.parent })
		return len(r.links) < manyNeighbors && len(r.from) == 0 && !related
	}
	a := g.pick(t, fits)
	if a == nil {
		return
	}
	g.take(a)
	if b := g.pick(t, fits); b != nil {
		g.take(b, g.portal.merge(a, b, g.now))
	}
}
