package repair

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"hubgraph/hubspot"
)

// Undo plans to take back what a run did: exactly the rows of each pair that came with it and
// are still there go, and those that went and are still missing come back. What cannot be
// taken back alone is kept, and is listed as blocked with the cause.
func Undo(ctx context.Context, c *hubspot.Client, h *History, now time.Time) (*Plan, error) {
	now = now.UTC().Truncate(time.Second)
	p := &Plan{PortalID: h.Run.PortalID, SnapshotID: h.Run.SnapshotID, BaselineID: h.Run.BaselineID, AuditID: h.Run.AuditID,
		CreatedAt: now, ExpiresAt: now.Add(MaxAge), Definitions: h.Run.Definitions}
	u := &undoing{plan: p, run: h.Run.RunID, inverse: p.inverses(), earlier: h.undone, begun: h.begun}
	portal := newPortal(c, h.Run.PortalID)
	for _, group := range grouped(u.traces(h)) {
		for chunk := range slices.Chunk(group, batchSize) {
			if chunk[0].Action == Define {
				if err := u.define(ctx, portal, chunk, h); err != nil {
					return nil, err
				}
				continue
			}
			live, err := portal.look(ctx, chunk, u.inverse)
			if err != nil {
				return nil, fmt.Errorf("look at what the run did: %w", err)
			}
			for _, op := range chunk {
				if op.Action == Remove {
					u.putBack(op, u.removed[op.ends()], live)
				} else {
					u.pair(op, u.added[op.ends()], live)
				}
			}
		}
	}
	if err := u.unsettled(ctx, portal, h); err != nil {
		return nil, err
	}
	p.Seal()
	return p, nil
}

// unsettled lists as kept what the run was about to send, or sent, without anybody reading
// what came of it, as far as it is so now: it may be of the run, or of somebody else.
func (u *undoing) unsettled(ctx context.Context, portal *portal, h *History) error {
	a := &applier{inverse: u.inverse}
	notKnown := "kept: whether it is the run's is not known, since nobody read back what came of it: look at it and decide by hand"
	if !h.Run.NoFile {
		notKnown += ", or go on with the run first (`hubgraph repair apply --resume`)"
	}
	var open []*Operation
	for _, n := range slices.Sorted(maps.Keys(h.Operations)) {
		past := h.Operations[n]
		switch {
		case past.Operation == nil || !past.unsettled() || len(past.Seen) > 0:
		case past.Operation.Action == Define:
			u.plan.Blocked = append(u.plan.Blocked, Refused{*past.Operation, notKnown})
		default:
			open = append(open, past.Operation)
		}
	}
	for _, group := range grouped(open) {
		for chunk := range slices.Chunk(group, batchSize) {
			live, err := portal.look(ctx, chunk, u.inverse)
			if err != nil {
				return fmt.Errorf("look at what the run may have done: %w", err)
			}
			for _, op := range chunk {
				if rows := a.seen(op, h.Operations[op.N].before(op, a), live); len(rows) > 0 {
					u.keep(op, op.ends(), op.Types, notKnown)
				}
			}
		}
	}
	return nil
}

// undoing is an undo that is being planned.
type undoing struct {
	plan    *Plan
	run     string
	inverse func(from, to string, t Type) (Type, bool)
	added   map[ends][]Row // by pair, in the direction of its first operation
	removed map[ends][]Row // the same of removals
	earlier map[Row]string // rows that runs, by their ids, took back of it before
	begun   map[Row]string // rows of which it is not known whether they did
}

// others says that some rows are not the run's any more, or may not be: an earlier undo took them
// back, so that what stands now came later, or a label of users has another text than it had then.
func (u *undoing) others(rows []Row, live *state, again string) string {
	for _, r := range rows {
		if run := u.earlier[r]; run != "" {
			return fmt.Sprintf("kept: the run %s %s", run, again)
		}
		if run := u.begun[r]; run != "" {
			return fmt.Sprintf("kept: the run %s ended before it had read whether it took this back: look at it and decide by hand, or go on with that run first (`hubgraph repair apply --resume`)", run)
		}
		d := slices.IndexFunc(u.plan.Definitions, func(d Definition) bool {
			return d.FromType == r.FromType && d.ToType == r.ToType && d.Category == r.Category && d.TypeID == r.TypeID
		})
		if d < 0 || r.Category == hubspot.HubSpotDefined {
			continue
		}
		then := textOf(u.plan.Definitions[d].Label)
		if now, defined := live.facts[[2]string{r.FromType, r.ToType}].labels[r.typ()]; defined && then != "" && now != then {
			return "kept: " + renamed(r, then, now)
		}
	}
	return ""
}

// traces are the first operations of the run on each pair of records that it changed.
func (u *undoing) traces(h *History) []*Operation {
	u.added, u.removed = map[ends][]Row{}, map[ends][]Row{}
	var firsts []*Operation
	for _, n := range slices.Sorted(maps.Keys(h.Operations)) {
		past := h.Operations[n]
		if past.Operation == nil || len(past.Seen) == 0 {
			continue
		}
		op := past.Operation
		rows := u.added
		switch op.Action {
		case Define:
			firsts = append(firsts, op)
			continue
		case Remove:
			rows = u.removed
		}
		e := op.ends()
		if _, known := rows[e.reversed()]; known {
			e = e.reversed()
		} else if _, known := rows[e]; !known {
			firsts = append(firsts, op)
		}
		for _, r := range past.Seen {
			if !slices.Contains(rows[e], r) {
				rows[e] = append(rows[e], r)
			}
		}
	}
	return firsts
}

// putBack plans to add again what the run took from a pair of records.
func (u *undoing) putBack(op *Operation, removed []Row, live *state) {
	e := op.ends()
	missing := func(e ends) (types []Type) {
		for _, r := range removed {
			if r.ends() == e && !slices.Contains(live.types(e), r.typ()) {
				types = append(types, r.typ())
			}
		}
		return sorted(types)
	}
	there, back := missing(e), missing(e.reversed())
	if cause := u.others(append(rowsOf(e, there), rowsOf(e.reversed(), back)...), live, "put it back already, and somebody took it away again"); cause != "" {
		o := u.turned(op, e, there)
		o.Action, o.Reason = Add, "it was removed by the run "+u.run
		u.plan.Blocked = append(u.plan.Blocked, Refused{o, cause})
		return
	}
	back = slices.DeleteFunc(back, func(t Type) bool { // it comes with its inverse
		inverse, known := u.inverse(e.to.Type, e.from.Type, t)
		return known && slices.Contains(there, inverse)
	})
	for _, way := range []struct {
		ends
		types []Type
	}{{e, there}, {e.reversed(), back}} {
		if len(way.types) == 0 {
			continue
		}
		o := u.operation(op, way.ends, way.types, live)
		o.Action, o.Reason = Add, "it was removed by the run "+u.run
		facts := live.facts[[2]string{way.from.Type, way.to.Type}].labels
		for _, t := range way.types {
			if _, defined := facts[t]; !defined {
				u.plan.Blocked = append(u.plan.Blocked, Refused{o, fmt.Sprintf("the portal defines no association type %s from %s to %s any more", t, way.from.Type, way.to.Type)})
				return
			}
			o.Require = append(o.Require, Lacks(way.from, way.to, &t))
			if inverse, known := u.inverse(way.from.Type, way.to.Type, t); known {
				o.Effects = append(o.Effects, way.reversed().row(inverse))
			}
		}
		for _, d := range []ends{way.ends, way.reversed()} { // HubSpot adds the plain type
			for t, label := range live.facts[[2]string{d.from.Type, d.to.Type}].labels {
				if row := d.row(t); label == "" && !slices.Contains(o.Effects, row) && (d != way.ends || !slices.Contains(o.Types, t)) {
					o.Effects = append(o.Effects, row)
				}
			}
		}
		slices.SortFunc(o.Effects, compareRows)
		o.Require = append(o.Require, effectsDefined(o.Effects, live.label)...)
		u.plan.Operations = append(u.plan.Operations, o)
	}
}

func rowsOf(e ends, types []Type) []Row {
	rows := make([]Row, len(types))
	for i, t := range types {
		rows[i] = e.row(t)
	}
	return rows
}

// pair plans for one pair of records, of which these rows were added.
func (u *undoing) pair(op *Operation, added []Row, live *state) {
	e := op.ends()
	own := func(e ends) (still []Type) {
		for _, t := range sorted(live.types(e)) {
			if slices.Contains(added, e.row(t)) {
				still = append(still, t)
			}
		}
		return still
	}
	there, back := own(e), own(e.reversed())
	if len(there)+len(back) == 0 {
		return // somebody took it back already
	}
	if cause := u.others(append(rowsOf(e, there), rowsOf(e.reversed(), back)...), live, "took it back already, and it came again since"); cause != "" {
		if len(there) == 0 {
			e, there = e.reversed(), back
		}
		u.keep(op, e, there, cause)
		return
	}
	if v := live.readable(op); v.outcome != "" {
		u.keep(op, e, there, v.cause)
		return
	}
	for _, k := range []ends{e, e.reversed()} {
		if !live.living[k.from] {
			u.keep(op, e, there, fmt.Sprintf("%s is archived, merged or gone", k.from))
			return
		}
	}
	if len(there) == len(live.types(e)) && len(back) == len(live.types(e.reversed())) {
		if len(there) == 0 {
			e, there, back = e.reversed(), back, there
		}
		u.whole(op, e, there, back, live)
		return
	}
	taken := map[Row]bool{}
	for _, way := range []ends{e, e.reversed()} {
		u.labels(op, way, own(way), added, live, taken)
	}
}

// whole takes the pair apart: all that it has came with the run.
func (u *undoing) whole(op *Operation, e ends, there, back []Type, live *state) {
	o := u.operation(op, e, there, live)
	o.Require = append(o.Require, OnlyTypes(e.from, e.to, there...)...)
	if len(back) == 0 {
		o.Require = append(o.Require, Lacks(e.to, e.from, nil))
	}
	o.Require = append(o.Require, OnlyTypes(e.to, e.from, back...)...)
	for _, t := range back {
		o.Effects = append(o.Effects, e.reversed().row(t))
	}
	o.Require = append(o.Require, effectsDefined(o.Effects, live.label)...)
	u.plan.Operations = append(u.plan.Operations, o)
}

// labels takes labels off a pair that keeps others.
func (u *undoing) labels(op *Operation, e ends, there []Type, added []Row, live *state, taken map[Row]bool) {
	var types []Type
	var effects []Row
	for _, t := range there {
		if taken[e.row(t)] {
			continue
		}
		inverse, known := u.inverse(e.from.Type, e.to.Type, t)
		row := e.reversed().row(inverse)
		listed := known && slices.Contains(live.types(e.reversed()), inverse)
		switch {
		case live.facts[[2]string{e.from.Type, e.to.Type}].labels[t] == "":
			u.keep(op, e, []Type{t}, fmt.Sprintf("kept: the pair has more than the run added (%s; on the way back %s), and would lose that with it",
				live.allNamed(e, live.types(e)), live.allNamed(e.reversed(), live.types(e.reversed()))))
			if listed {
				taken[row] = true
			}
		case !known:
			u.keep(op, e, []Type{t}, "kept: what goes with it on the way back is not known")
		case listed && !slices.Contains(added, row):
			u.keep(op, e, []Type{t}, fmt.Sprintf("kept: %s had %s towards %s before the run, and would lose it", e.to, live.named(e.to.Type, e.from.Type, &inverse), e.from))
		default:
			types = append(types, t)
			if listed {
				taken[row] = true
				effects = append(effects, row)
			}
		}
	}
	if len(types) == 0 {
		return
	}
	o := u.operation(op, e, types, live)
	for _, t := range types {
		o.Require = append(o.Require, Has(e.from, e.to, &t))
	}
	for _, r := range effects {
		t := r.typ()
		o.Require = append(o.Require, Has(e.to, e.from, &t))
	}
	o.Effects = effects
	o.Require = append(o.Require, effectsDefined(effects, live.label)...)
	u.plan.Operations = append(u.plan.Operations, o)
}

// operation is a removal in the direction of e, with what every one requires.
func (u *undoing) operation(op *Operation, e ends, types []Type, live *state) Operation {
	o := u.turned(op, e, types)
	o.Before = Before{Forward: sorted(live.types(e)), Inverse: sorted(live.types(e.reversed()))}
	o.Require = []Requirement{Live(e.from), Live(e.to)}
	o.Labels = nil
	for _, t := range types {
		var label *string
		if text := live.facts[[2]string{e.from.Type, e.to.Type}].labels[t]; text != "" {
			label = &text
		}
		o.Require = append(o.Require, Defined(e.from.Type, e.to.Type, t, label))
		o.Labels = append(o.Labels, live.facts[[2]string{e.from.Type, e.to.Type}].labels[t])
	}
	return o
}

// label is the text of a row's type, by the portal; empty: it has none.
func (s *state) label(r Row) string {
	return s.facts[[2]string{r.FromType, r.ToType}].labels[r.typ()]
}

// turned is the removal of types in the direction of e, for an operation of the run in
// either direction.
func (u *undoing) turned(op *Operation, e ends, types []Type) Operation {
	o := Operation{Action: Remove, Class: Undone, Source: u.run, Check: op.Check, Fingerprint: op.Fingerprint,
		FromType: e.from.Type, FromID: e.from.ID, ToType: e.to.Type, ToID: e.to.ID, Types: types,
		FromName: op.FromName, ToName: op.ToName, Amount: op.Amount, Currency: op.Currency,
		Reason: "it was added by the run " + u.run}
	if e != op.ends() {
		o.FromName, o.ToName = op.ToName, op.FromName
	}
	return o
}

func (u *undoing) keep(op *Operation, e ends, types []Type, cause string) {
	u.plan.Blocked = append(u.plan.Blocked, Refused{u.turned(op, e, types), cause})
}
