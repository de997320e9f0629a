package sim_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"hubgraph/hubspot"
)

// typeKey names an association type of an ordered pair of object types.
type typeKey struct {
	from, to string
	category string
	id       int
}

// end is a record.
type end struct {
	typ string
	id  int
}

// modelRow is a row that a record lists.
type modelRow struct {
	from, to end
	typ      typeKey
}

func (r modelRow) String() string {
	return listed{r.from.typ, r.from.id, r.to.typ, r.to.id, r.typ.category, r.typ.id}.String()
}

// model is what a portal should hold: written from HubSpot's documentation, not
// from the simulator's code.
type model struct {
	inverse map[typeKey]typeKey
	plain   map[[2]string]typeKey
	single  map[typeKey]bool
	custom  []typeKey // labels that the test has made: the forward types
	names   int
	rows    map[modelRow]bool
	add     bool // labels add up
}

var modelTypes = []string{"contacts", "companies", "deals", "p_cars"}

// newModel knows HubSpot's documented types, and the plain types of cars.
func newModel(add bool) *model {
	m := &model{inverse: map[typeKey]typeKey{}, plain: map[[2]string]typeKey{}, single: map[typeKey]bool{}, rows: map[modelRow]bool{}, add: add}
	byID := map[int]hubspot.DocumentedType{}
	for _, d := range hubspot.DocumentedTypes() {
		byID[d.TypeID] = d
	}
	for _, d := range hubspot.DocumentedTypes() {
		if !slices.Contains(modelTypes, d.From) || !slices.Contains(modelTypes, d.To) {
			continue
		}
		key := typeKey{d.From, d.To, "HUBSPOT_DEFINED", d.TypeID}
		m.inverse[key] = typeKey{d.To, d.From, "HUBSPOT_DEFINED", d.Inverse}
		if d.Kind == "default" {
			m.plain[[2]string{d.From, d.To}] = key
		}
		m.single[key] = d.Kind == "primary" && d.To == "companies" || d.Kind == "child_to_parent"
	}
	m.define(typeKey{"deals", "p_cars", "USER_DEFINED", 41}, typeKey{"p_cars", "deals", "USER_DEFINED", 42}, true)
	m.define(typeKey{"p_cars", "p_cars", "USER_DEFINED", 43}, typeKey{"p_cars", "p_cars", "USER_DEFINED", 43}, true)
	return m
}

func (m *model) define(there, back typeKey, plain bool) {
	m.inverse[there], m.inverse[back] = back, there
	if plain {
		m.plain[[2]string{there.from, there.to}], m.plain[[2]string{back.from, back.to}] = there, back
	}
}

// types lists the types of a pair, in a fixed order.
func (m *model) types(from, to string) []typeKey {
	var list []typeKey
	for key := range m.inverse {
		if key.from == from && key.to == to {
			list = append(list, key)
		}
	}
	slices.SortFunc(list, func(a, b typeKey) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return list
}

// pairs lists the pairs that have types.
func (m *model) pairs() [][2]string {
	pairs := slices.Collect(maps.Keys(m.plain))
	slices.SortFunc(pairs, func(a, b [2]string) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return pairs
}

// write is a write of types from one record to another.
func (m *model) write(from, to end, types []typeKey) {
	plain := m.plain[[2]string{from.typ, to.typ}]
	if labelled := slices.ContainsFunc(types, func(t typeKey) bool { return t != plain }); labelled && !m.add {
		m.drop(func(r modelRow) bool {
			return r.from == from && r.to == to && r.typ != plain && !slices.Contains(types, r.typ)
		})
	}
	for _, t := range append([]typeKey{plain}, types...) {
		m.put(modelRow{from, to, t})
	}
}

// put lists a row and its inverse; what a record can have towards one record
// only, moves.
func (m *model) put(r modelRow) {
	for _, r := range []modelRow{r, m.mirror(r)} {
		if m.single[r.typ] {
			m.drop(func(o modelRow) bool { return o.from == r.from && o.typ == r.typ && o.to != r.to })
		}
	}
	m.rows[r], m.rows[m.mirror(r)] = true, true
}

func (m *model) mirror(r modelRow) modelRow { return modelRow{r.to, r.from, m.inverse[r.typ]} }

// drop removes rows with their inverses.
func (m *model) drop(gone func(modelRow) bool) {
	for r := range m.rows {
		if gone(r) {
			delete(m.rows, r)
			delete(m.rows, m.mirror(r))
		}
	}
}

// remove is the removal of a type between two records: the plain one takes all.
func (m *model) remove(from, to end, t typeKey) {
	all := t == m.plain[[2]string{from.typ, to.typ}]
	m.drop(func(r modelRow) bool { return r.from == from && r.to == to && (all || r.typ == t) })
}
