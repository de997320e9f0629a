package sim

import "slices"

// associate writes association types from one record to another, as HubSpot
// does: with their inverses, with the plain type of the pair, and moving what a
// record can have only one of. The caller has checked the types.
func (p *Portal) associate(from, to *record, types []*associationType) {
	labelled := slices.ContainsFunc(types, func(t *associationType) bool { return !t.plain() })
	if labelled && p.switches.LabelWrite == "replace" || !labelled && p.switches.PlainWrite == "replace" {
		from.drop(to, func(t *associationType) bool { return !t.plain() && !slices.Contains(types, t) })
		to.drop(from, func(t *associationType) bool {
			return !t.plain() && t.inverse != nil && !slices.Contains(types, t.inverse)
		})
	}
	p.writeAll(from, to, types)
}

// writeAll lists types and the plain type of the pair, with their inverses.
func (p *Portal) writeAll(from, to *record, types []*associationType) {
	if plain := p.pair(from.typ, to.typ).plain(); plain != nil {
		write(from, to, plain)
	}
	for _, t := range types {
		write(from, to, t)
	}
	if p.switches.AutoPrimary == "on" {
		p.makePrimary(from, to)
		p.makePrimary(to, from)
	}
}

// write lists one type on one record, and its inverse on the other.
func write(from, to *record, t *associationType) {
	moveOnly(from, to, t)
	from.put(to, t)
	if t.inverse != nil {
		moveOnly(to, from, t.inverse)
		to.put(from, t.inverse)
	}
}

// moveOnly takes from a record what it can have towards one record only, before
// it has it towards another.
func moveOnly(from, to *record, t *associationType) {
	if !t.single() {
		return
	}
	for _, l := range slices.Clone(from.towards(t.to)) {
		if l.typ == t && l.to != to {
			unlabel(from, l.to, t)
		}
	}
}

// makePrimary makes a record's first company its primary one.
func (p *Portal) makePrimary(from, to *record) {
	types := p.pair(from.typ, to.typ).types
	i := slices.IndexFunc(types, func(t *associationType) bool { return t.primary && t.to.Name == "companies" })
	if i >= 0 && from.carrying(types[i]) == 0 {
		write(from, to, types[i])
	}
}

// dissociate removes every association between two records.
func dissociate(a, b *record) {
	all := func(*associationType) bool { return true }
	a.drop(b, all)
	b.drop(a, all)
}

// unlabel removes one type between two records, with its inverse. Without the
// plain type there is no association, so removing that one removes all.
func unlabel(from, to *record, t *associationType) {
	if t.plain() {
		dissociate(from, to)
		return
	}
	from.drop(to, func(o *associationType) bool { return o == t })
	to.drop(from, func(o *associationType) bool { return o == t.inverse })
}
