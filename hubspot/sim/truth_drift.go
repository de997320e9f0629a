package sim

import (
	"slices"
)

// dusk is what a comparison with the portal before a night has to know of it.
type dusk struct {
	definitions map[definitionKey]definitionState
	pairs       []listed
	records     []livesOf // what lives
}

// livesOf are the records of a type, and what state they were in.
type livesOf struct {
	records []*record
	lives   []life
}

type definitionKey struct {
	from, to *objectType
	category string
	id       int
}

type definitionState struct {
	label string
	max   int
}

// listed is what one record listed of another.
type listed struct {
	from, to *record
	types    []*associationType
}

// nightfall begins a night: what is compared from now on is compared with the
// portal as it is here.
func (p *Portal) nightfall() {
	p.truth.nights++
	p.truth.learned = p.inverses().learned()
	p.truth.dusk = &dusk{definitions: p.definitionStates()}
	for _, t := range p.types {
		of := livesOf{records: slices.Clone(t.sorted)}
		for _, r := range t.sorted {
			of.lives = append(of.lives, r.life)
		}
		p.truth.dusk.records = append(p.truth.dusk.records, of)
	}
	p.history.dusk = map[*record][]link{}
}

func (p *Portal) definitionStates() map[definitionKey]definitionState {
	states := map[definitionKey]definitionState{}
	for _, of := range p.pairs {
		for _, t := range of.types {
			states[t.key()] = definitionState{t.label, t.max}
		}
	}
	return states
}

func (t *associationType) key() definitionKey { return definitionKey{t.from, t.to, t.category, t.id} }

// notePair notes what two records list of each other before that changes.
func (p *Portal) notePair(a, b *record) {
	for _, l := range []listed{{from: a, to: b}, {from: b, to: a}} {
		l.types = typesOf(l.from.between(l.to))
		p.truth.dusk.pairs = append(p.truth.dusk.pairs, l)
	}
}

func typesOf(links []link) []*associationType {
	types := make([]*associationType, len(links))
	for i, l := range links {
		types[i] = l.typ
	}
	return types
}

// drift lists what has changed since a night began.
func (p *Portal) drift(d *dusk) []Defect {
	var list []Defect
	now := p.definitionStates()
	changed := func(key definitionKey) {
		list = append(list, Defect{Check: definitionChanged, FromType: key.from.Name, ToType: key.to.Name, Category: key.category, TypeID: key.id})
	}
	for key, state := range now {
		if before, ok := d.definitions[key]; !ok || before != state {
			changed(key)
		}
	}
	for key := range d.definitions {
		if _, ok := now[key]; !ok {
			changed(key)
		}
	}
	for _, l := range d.pairs {
		if d.relabelled(l, now) {
			from, to := l.from.final(), l.to.final()
			list = append(list, Defect{Check: associationRelabelled, FromType: from.typ.Name, FromID: from.id, ToType: to.typ.Name, ToID: to.id})
		}
	}
	return list
}

// relabelled reports whether one record still lists another, in another role.
// Labels that the portal has gained or lost as a whole say nothing of two
// records, and neither do a primary company that moved and a plain association.
func (d *dusk) relabelled(before listed, now map[definitionKey]definitionState) bool {
	from, to := before.from.final(), before.to.final()
	types := typesOf(from.between(to))
	if from.life != live || to.life != live || len(types) == 0 || len(before.types) == 0 {
		return false
	}
	counts := func(t *associationType) bool {
		_, then := d.definitions[t.key()]
		_, still := now[t.key()]
		return then && still && !t.isPrimary() && !t.plain()
	}
	differs := func(types, others []*associationType) bool {
		return slices.ContainsFunc(types, func(t *associationType) bool { return counts(t) && !slices.Contains(others, t) })
	}
	return differs(types, before.types) || differs(before.types, types)
}
