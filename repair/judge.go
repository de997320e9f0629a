package repair

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"hubgraph/graphmodel"
)

// verdict is what becomes of an operation that is not sent; none: it may be.
type verdict struct {
	outcome Outcome
	cause   string
}

func stale(format string, args ...any) verdict { return verdict{Stale, fmt.Sprintf(format, args...)} }
func blocked(format string, args ...any) verdict {
	return verdict{Blocked, fmt.Sprintf(format, args...)}
}

// judge says why an operation must not be sent, if so.
func (s *state) judge(op *Operation) verdict {
	if v := s.readable(op); v.outcome != "" {
		return v
	}
	for _, r := range op.Require {
		if r.That != IsLive || s.living[r.record()] {
			continue
		}
		if op.Class == Given {
			return verdict{Stale, absent(r.record())}
		}
		return stale("%s is archived, merged or gone", r.record())
	}
	if s.settled(op) {
		return verdict{Satisfied, ""}
	}
	for _, r := range op.Require {
		if op.writesAgain(r) {
			continue
		}
		if v := s.holds(r); v.outcome != "" {
			return v
		}
	}
	if v := s.only(op.Require); v.outcome != "" {
		return v
	}
	if op.Action == Remove {
		return s.judgeRemoval(op)
	}
	return s.judgeAddition(op)
}

// readable says of an operation that what it rests on could not be read.
func (s *state) readable(op *Operation) verdict {
	if len(s.unread) == 0 {
		return verdict{}
	}
	n := needsOf([]*Operation{op})
	for typ, ids := range n.records {
		for id := range ids {
			if why, is := s.unread[graphmodel.Key{Type: typ, ID: id}]; is {
				return blocked("%s:%d cannot be read: %s", typ, id, why)
			}
		}
	}
	for l := range n.lists {
		if why, is := s.unread[l]; is {
			return blocked("the %s of %s cannot be read: %s", l.to, l.of, why)
		}
	}
	return verdict{}
}

// settled reports whether there is nothing left to do.
func (s *state) settled(op *Operation) bool {
	own := s.types(op.ends())
	if op.Action == Remove {
		return !slices.ContainsFunc(op.Types, func(t Type) bool { return slices.Contains(own, t) })
	}
	return containsAll(own, op.Types)
}

// writesAgain reports whether a requirement is that the pair lacks a type that the operation
// writes: where another operation of the batch brings it, or a part of several is there
// already, it is written once more and changes nothing.
func (o *Operation) writesAgain(r Requirement) bool {
	return o.Action == Add && r.That == LacksType && r.typ() != nil && slices.Contains(o.Types, *r.typ()) && ends{r.record(), r.other()} == o.ends()
}

// holds says of a requirement other than IsLive, HasOnly and IsAmong that it does not hold.
func (s *state) holds(r Requirement) verdict {
	switch r.That {
	case HasType, LacksType:
		e := ends{r.record(), r.other()}
		if has := s.hasAny(e, r.typ()); has != (r.That == HasType) {
			return stale("the association from %s to %s has changed since: it %s %s", e.from, e.to,
				map[bool]string{true: "has", false: "lacks"}[has], s.named(e.from.Type, e.to.Type, r.typ()))
		}
	case IsVacant:
		return s.vacant(ends{r.record(), r.other()}, *r.typ())
	case IsBelow:
		return s.below(r)
	case IsDefined:
		return s.isDefined(r)
	}
	return verdict{}
}

func (s *state) hasAny(e ends, t *Type) bool {
	own := s.coming(e)
	if t == nil {
		return len(own) > 0
	}
	return slices.Contains(own, *t)
}

func (s *state) vacant(e ends, t Type) verdict {
	for _, id := range s.carrying(e.list(), t) {
		if id != e.to.ID {
			return blocked("%s has %s already towards %s, which would lose it", e.from, s.named(e.from.Type, e.to.Type, &t), graphmodel.Key{Type: e.to.Type, ID: id})
		}
	}
	return verdict{}
}

func (s *state) below(r Requirement) verdict {
	n, with := s.neighbors(r.list()), ""
	if t := r.typ(); t != nil {
		n, with = len(s.carrying(r.list(), *t)), " with "+s.named(*r.Type, *r.ToType, t)
	}
	if int64(n) < *r.Limit {
		return verdict{}
	}
	return blocked("%s has %d %s%s, and the limit is %d", r.record(), n, *r.ToType, with, *r.Limit)
}

func (s *state) isDefined(r Requirement) verdict {
	label, defined := s.facts[[2]string{*r.Type, *r.ToType}].labels[*r.typ()]
	want := ""
	if r.Label != nil {
		want = *r.Label
	}
	switch {
	case !defined:
		return blocked("the portal defines no association type %s from %s to %s", r.typ(), *r.Type, *r.ToType)
	case label != want:
		return blocked("the association type %s from %s to %s is called %q now, and was called %q", r.typ(), *r.Type, *r.ToType, label, want)
	}
	return verdict{}
}

// only judges the groups of HasOnly and IsAmong.
func (s *state) only(require []Requirement) verdict {
	types, records := map[ends][]Type{}, map[list][]int64{}
	amongTypes, among := map[ends][]Type{}, map[list][]int64{}
	var pairs []ends // in the order of the requirements
	for _, r := range require {
		if r.Category != nil && (r.That == IsAmong || r.That == HasOnly) {
			pairs = append(pairs, ends{r.record(), r.other()})
		}
		switch {
		case r.That == IsAmong && r.Category != nil:
			e := ends{r.record(), r.other()}
			amongTypes[e] = append(amongTypes[e], *r.typ())
		case r.That == IsAmong:
			among[r.list()] = append(among[r.list()], *r.ToID)
		case r.That != HasOnly:
		case r.Category != nil:
			e := ends{r.record(), r.other()}
			types[e] = append(types[e], *r.typ())
		case r.ToID == nil:
			records[r.list()] = []int64{}
		default:
			records[r.list()] = append(records[r.list()], *r.ToID)
		}
	}
	for _, e := range slices.Compact(pairs) {
		own := s.coming(e)
		if want, is := types[e]; is && !(containsAll(own, want) && containsAll(want, own)) {
			return stale("the association from %s to %s has changed since: it has %s, and had %s", e.from, e.to, s.allNamed(e, own), s.allNamed(e, want))
		}
		if want, is := amongTypes[e]; is && !containsAll(want, own) {
			return stale("the association from %s to %s has changed since: it has %s, and may have %s", e.from, e.to, s.allNamed(e, own), s.allNamed(e, want))
		}
	}
	for _, l := range slices.SortedFunc(maps.Keys(records), list.compare) {
		want := records[l]
		for _, id := range want {
			if s.lists[l][id] == nil && s.planned[l][id] == nil {
				return stale("%s no longer lists %s:%d", l.of, l.to, id)
			}
		}
		if v := s.besides(l, want); v.outcome != "" {
			return v
		}
	}
	for _, l := range slices.SortedFunc(maps.Keys(among), list.compare) {
		if v := s.besides(l, among[l]); v.outcome != "" {
			return v
		}
	}
	return verdict{}
}

// besides says that a list has, or is going to have, a record that is none of those.
func (s *state) besides(l list, those []int64) verdict {
	for _, has := range []listing{s.lists[l], s.planned[l]} {
		for _, id := range slices.Sorted(maps.Keys(has)) {
			if !slices.Contains(those, id) {
				return stale("%s lists %s:%d, too, since the plan was made", l.of, l.to, id)
			}
		}
	}
	return verdict{}
}

// judgeAddition looks at all that HubSpot is going to write: whatever the plan
// demands, nothing is taken from another record, no limit is run into, and no label
// is lost because its inverse is not known.
func (s *state) judgeAddition(op *Operation) verdict {
	e := op.ends()
	if e.from == e.to {
		return blocked("%s cannot be associated with itself", e.from)
	}
	for _, t := range s.types(e.reversed()) {
		if _, known := s.inverse(e.to.Type, e.from.Type, t); !known {
			return blocked("%s has %s towards %s, whose inverse is not known: writing could take it away", e.to, s.named(e.to.Type, e.from.Type, &t), e.from)
		}
	}
	if v := s.legacyTakes(op); v.outcome != "" {
		return v
	}
	for _, r := range s.written(op) {
		at := r.ends()
		if single(at.from.Type, at.to.Type, r.typ()) {
			if v := s.vacant(at, r.typ()); v.outcome != "" {
				return v
			}
		}
		if v := s.room(at, r.typ()); v.outcome != "" {
			return v
		}
	}
	return verdict{}
}

// room says of a row that is going to be written that a limit leaves no place for it.
func (s *state) room(e ends, t Type) verdict {
	facts := s.facts[[2]string{e.from.Type, e.to.Type}]
	if n := s.neighbors(e.list()); facts.most > 0 && len(s.coming(e)) == 0 && n >= facts.most {
		return blocked("%s has %d %s, and the limit is %d", e.from, n, e.to.Type, facts.most)
	}
	most := facts.limits[t]
	if most == 0 || facts.labels[t] == "" || slices.Contains(s.coming(e), t) {
		return verdict{}
	}
	if n := len(s.carrying(e.list(), t)); n >= most {
		return blocked("%s has %d %s with %s, and the limit is %d", e.from, n, e.to.Type, s.named(e.from.Type, e.to.Type, &t), most)
	}
	return verdict{}
}

// judgeRemoval makes sure that nothing goes but what the operation names: the types
// of the pair and the effects that it expects.
func (s *state) judgeRemoval(op *Operation) verdict {
	if s.removesPair(op) {
		return verdict{}
	}
	e := op.ends()
	for _, t := range op.Types {
		if !slices.Contains(s.types(e), t) {
			continue
		}
		if s.facts[[2]string{e.from.Type, e.to.Type}].labels[t] == "" {
			return blocked("kept: without %s the pair would lose all that it has: %s; and on the way back %s", t, s.allNamed(e, s.types(e)), s.allNamed(e.reversed(), s.types(e.reversed())))
		}
		inverse, known := s.inverse(e.from.Type, e.to.Type, t)
		if !known {
			return blocked("kept: what goes with %s on the way back is not known", s.named(e.from.Type, e.to.Type, &t))
		}
		if back := e.reversed(); slices.Contains(s.types(back), inverse) && !slices.Contains(op.Effects, back.row(inverse)) {
			return blocked("kept: %s has %s towards %s, which would go with it", back.from, s.named(back.from.Type, back.to.Type, &inverse), back.to)
		}
	}
	return verdict{}
}

// removesPair reports whether an operation names all that the pair has, both ways.
func (s *state) removesPair(op *Operation) bool {
	e := op.ends()
	named := func(r Row) bool {
		return slices.Contains(op.Effects, r) || r.ends() == e && slices.Contains(op.Types, r.typ())
	}
	for _, e := range []ends{e, e.reversed()} {
		if slices.ContainsFunc(s.types(e), func(t Type) bool { return !named(e.row(t)) }) {
			return false
		}
	}
	return true
}

// sent are the types that are written for an operation: those that the pair has, the
// inverses of what it lists on the way back, and those that it lacks. HubSpot may take
// what is written for the whole set.
func (s *state) sent(op *Operation) []Type {
	e := op.ends()
	union := slices.Clone(sorted(s.types(e)))
	put := func(t Type) {
		if !slices.Contains(union, t) {
			union = append(union, t)
		}
	}
	for _, t := range sorted(s.types(e.reversed())) {
		if inverse, known := s.inverse(e.to.Type, e.from.Type, t); known {
			put(inverse)
		}
	}
	for _, t := range op.Types {
		put(t)
	}
	return union
}

// written are the rows that sending an operation asks for, in both directions.
func (s *state) written(op *Operation) []Row {
	e := op.ends()
	var rows []Row
	for _, t := range s.sent(op) {
		rows = append(rows, e.row(t))
		if inverse, known := s.inverse(e.from.Type, e.to.Type, t); known {
			rows = append(rows, e.reversed().row(inverse))
		}
	}
	return rows
}

// named is a type with its label, as the portal calls it; nil: any.
func (s *state) named(from, to string, t *Type) string {
	if t == nil {
		return "association types"
	}
	if label := s.facts[[2]string{from, to}].labels[*t]; label != "" {
		return fmt.Sprintf("%s %q", t, label)
	}
	return t.String()
}

func (s *state) allNamed(e ends, types []Type) string {
	if len(types) == 0 {
		return "nothing"
	}
	var names []string
	for _, t := range sorted(types) {
		names = append(names, s.named(e.from.Type, e.to.Type, &t))
	}
	return strings.Join(names, ", ")
}
