package sim

import (
	"slices"
	"strconv"
	"strings"

	"hubgraph/hubspot"
)

// labels changes what labels there are: two are renamed, one of them on one side
// only, two come, two go, and two limits change.
func (n *night) labels() {
	p := n.portal
	list := n.userLabels()
	n.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	next := func(fits func(*associationType) bool) *associationType {
		i := slices.IndexFunc(list, fits)
		if i < 0 {
			return nil
		}
		t := list[i]
		list = slices.Delete(list, i, i+1)
		return t
	}
	paired := func(t *associationType) bool { return t.label != t.inverse.label }
	if t := next(func(t *associationType) bool { return !paired(t) }); t != nil {
		text := n.text()
		t.rename(text)
		t.inverse.rename(text)
	}
	if t := next(paired); t != nil {
		t.rename(n.text())
	}
	for _, inUse := range []bool{true, false} {
		if t := next(func(t *associationType) bool { return p.uses(t) == inUse }); t != nil {
			p.undefine(t)
		}
	}
	n.bringLabels()
	for range 2 {
		n.changeLimit()
	}
}

// userLabels lists the labels that users have defined, each once.
func (n *night) userLabels() []*associationType {
	var list []*associationType
	for _, of := range n.portal.pairsInOrder() {
		for _, t := range of.types {
			if t.category != hubspot.HubSpotDefined && !t.plain() && !slices.Contains(list, t.inverse) {
				list = append(list, t)
			}
		}
	}
	return list
}

// text is one that no label of the portal has or begins with.
func (n *night) text() string {
	taken := func(text string) bool {
		for _, of := range n.portal.pairs {
			if slices.ContainsFunc(of.types, func(t *associationType) bool { return strings.HasPrefix(t.label, text) }) {
				return true
			}
		}
		return false
	}
	text := oneOf(&n.planter, newLabels)
	name := text
	for i := 2; taken(name); i++ {
		name = text + " " + strconv.Itoa(i)
	}
	return name
}

// uses reports whether any record lists a type.
func (p *Portal) uses(t *associationType) bool {
	return slices.ContainsFunc(t.from.sorted, func(r *record) bool { return r.carrying(t) > 0 })
}

// bringLabels defines two labels, and puts one of them on associations that were
// there before: they carry more than the night before, and their roles are the
// same.
func (n *night) bringLabels() {
	text := n.text()
	single := n.portal.defineLabel(n.contacts, text, n.companies, text)
	there := n.text()
	n.portal.defineLabel(n.deals, there, n.contacts, there+" of")
	for range 3 {
		if a, b := n.pickPair(n.contacts, n.companies, anyLinks); a != nil {
			n.portal.writeAll(a, b, []*associationType{single})
			n.take(a, b)
		}
	}
}

// changeLimit sets how many records one may have, of a type whose number no
// other of its pair has: a schema names numbers only.
func (n *night) changeLimit() {
	var list []*associationType
	for _, ends := range n.linked() {
		types := n.portal.pair(ends[0], ends[1]).types
		for _, t := range types {
			namesake := func(o *associationType) bool { return o != t && o.id == t.id }
			if !t.isPrimary() && !t.single() && !slices.ContainsFunc(types, namesake) {
				list = append(list, t)
			}
		}
	}
	t := oneOf(&n.planter, list)
	most := 10 * (1 + n.IntN(100))
	if most == t.max {
		most++
	}
	t.max = most
}

// relabel gives some associations another role: a label less, one more, or one
// for another.
func (n *night) relabel() {
	for range share(n.contacts, 3) {
		ends := oneOf(&n.planter, n.labelled())
		if a, b := n.pickPair(ends[0], ends[1], anyLinks); a != nil {
			n.portal.notePair(a, b)
			n.recast(a, b, n.roles(ends))
			n.take(a, b)
		}
	}
}

// roles are the labels of a pair that were there before the night and are still.
func (n *night) roles(ends [2]*objectType) []*associationType {
	types := n.portal.pair(ends[0], ends[1]).types
	return slices.DeleteFunc(slices.Clone(types), func(t *associationType) bool {
		_, then := n.portal.truth.dusk.definitions[t.key()]
		return !then || t.plain() || t.isPrimary() || t.single() || t.inverse == nil || t.inverse.single()
	})
}

// recast changes the labels between two records.
func (n *night) recast(a, b *record, roles []*associationType) {
	i := slices.IndexFunc(roles, func(t *associationType) bool { return a.has(b, t) })
	if i >= 0 {
		unlabel(a, b, roles[i])
		if n.chance(50) {
			return
		}
		roles = slices.Delete(roles, i, i+1)
	}
	roles = slices.DeleteFunc(roles, func(t *associationType) bool { return a.has(b, t) })
	if len(roles) > 0 {
		n.portal.writeAll(a, b, []*associationType{oneOf(&n.planter, roles)})
	}
}

// revert changes things and changes them back: nothing is left to be found.
func (n *night) revert() {
	p := n.portal
	if list := n.userLabels(); len(list) > 0 {
		t := oneOf(&n.planter, list)
		before := t.label
		t.rename(n.text())
		t.rename(before)
	}
	text := n.text()
	p.undefine(p.defineLabel(n.contacts, text, n.companies, text))
	for range share(n.contacts, 1) {
		ends := oneOf(&n.planter, n.linked())
		if a, b := n.pickPair(ends[0], ends[1], anyLinks); a != nil {
			types := typesOf(slices.Clone(a.between(b)))
			dissociate(a, b)
			p.writeAll(a, b, types)
			n.take(a, b)
		}
	}
}
