package repair

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"hubgraph/hubspot"
	"hubgraph/internal/terminal"
)

// What an operation defines.
const (
	CreateLabel = "create" // a label, with a type for each direction
	UpdateLabel = "update" // the texts of one
	DeleteLabel = "delete" // one, from all associations that carry it: nothing brings it back
	SetLimit    = "limit"  // how many records one may have with a type
)

// Defining is what an operation of the action Define does to the association types from one
// object type to another.
type Defining struct {
	What    string  `json:"what"`
	Name    *string `json:"name"`          // internal, of a label to create
	Label   *string `json:"label"`         // of a label to create or update
	Inverse *string `json:"inverse_label"` // its text on the way back; null: the same
	Max     *int64  `json:"max"`           // of a limit; null: it is taken away
	Were    *Were   `json:"were"`          // what stands before, of all but a label to create
}

// Were is what an association type was like.
type Were struct {
	Label   *string `json:"label"`
	Inverse *string `json:"inverse_label"`
	Max     *int64  `json:"max"`
}

// objectTypes are the object types that an operation is about.
func (o *Operation) objectTypes() [2]string { return [2]string{o.FromType, o.ToType} }

// undefined is vacuous of an operation that defines.
func (o Operation) undefined() error {
	d := o.Define
	if d == nil || !slices.Contains([]string{CreateLabel, UpdateLabel, DeleteLabel, SetLimit}, d.What) {
		return errors.New("does not say what it defines")
	}
	if (len(o.Types) == 0) != (d.What == CreateLabel) || len(o.Types) > 1 {
		return errors.New("names no association type, or several")
	}
	demanded := map[string]bool{}
	for _, r := range o.Require {
		if err := r.complete(); err != nil {
			return fmt.Errorf("cannot be judged: %w", err)
		}
		if r.ID != nil || *r.Type != o.FromType || *r.ToType != o.ToType {
			return fmt.Errorf("cannot be judged: the requirement %q is about something else", r.That)
		}
		demanded[r.That] = true
	}
	switch need := map[string]string{CreateLabel: LacksType, UpdateLabel: IsDefined, DeleteLabel: IsBelow, SetLimit: IsDefined}[d.What]; {
	case !demanded[need], d.What == DeleteLabel && !demanded[IsDefined]:
		return fmt.Errorf("demands nothing of what is defined")
	case (d.What == CreateLabel || d.What == UpdateLabel) && textOf(d.Label) == "":
		return errors.New("names no label")
	case d.What == CreateLabel && textOf(d.Name) == "":
		return errors.New("gives the label no name")
	}
	return nil
}

// definedNow reads what a portal defines for the types of an operation, in both directions,
// anew.
func (p *portal) definedNow(ctx context.Context, op *Operation) (*state, error) {
	s := &state{facts: map[[2]string]pairFacts{}}
	for _, of := range [][2]string{op.objectTypes(), {op.ToType, op.FromType}} {
		delete(p.pairs, of)
		var err error
		if s.facts[of], err = p.facts(ctx, of); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// showsDefined reports whether what an operation defines is so.
func (s *state) showsDefined(op *Operation) bool {
	facts, d := s.facts[op.objectTypes()], op.Define
	if d.What == CreateLabel {
		return false // a label of the same text may be another one
	}
	t := op.Types[0]
	label, defined := facts.labels[t]
	switch d.What {
	case UpdateLabel:
		return defined && label == *d.Label && s.hasLabel([2]string{op.ToType, op.FromType}, textOf(orElse(d.Inverse, d.Label)))
	case DeleteLabel:
		return !defined
	}
	if d.Max == nil {
		return facts.limits[t] == 0
	}
	return int64(facts.limits[t]) == *d.Max
}

func orElse(a, b *string) *string {
	if a != nil {
		return a
	}
	return b
}

func (s *state) hasLabel(of [2]string, text string) bool {
	for _, label := range s.facts[of].labels {
		if label == text {
			return true
		}
	}
	return false
}

// redefined says of what stands where an operation defines that somebody has changed it since:
// the text on the way back, or a limit. The text of the type itself is a requirement.
func (s *state) redefined(op *Operation, inverse func(from, to string, t Type) (Type, bool)) verdict {
	were := op.Define.Were
	if were == nil {
		return verdict{}
	}
	t := op.Types[0]
	if op.Define.What == SetLimit {
		if now, then := limitText(s.facts[op.objectTypes()].limit(t)), limitText(were.Max); now != then {
			return blocked("%s from %s to %s has %s now, and had %s", s.named(op.FromType, op.ToType, &t), op.FromType, op.ToType, now, then)
		}
		return verdict{}
	}
	if were.Inverse == nil {
		return verdict{}
	}
	back := [2]string{op.ToType, op.FromType}
	if other, known := inverse(op.FromType, op.ToType, t); known {
		return s.isDefined(Defined(back[0], back[1], other, were.Inverse))
	}
	if !s.hasLabel(back, *were.Inverse) {
		return blocked("there is no label %q from %s to %s any more, which was that of the way back", *were.Inverse, back[0], back[1])
	}
	return verdict{}
}

// judgeDefined says why an operation that defines must not be sent, if so.
func (a *applier) judgeDefined(ctx context.Context, op *Operation, s *state) (verdict, error) {
	if s.showsDefined(op) {
		return verdict{Satisfied, ""}, nil
	}
	if v := s.redefined(op, a.inverse); v.outcome != "" {
		return v, nil
	}
	for _, r := range op.Require {
		switch r.That {
		case IsDefined:
			if v := s.isDefined(r); v.outcome != "" {
				return v, nil
			}
		case LacksType:
			for t, label := range s.facts[op.objectTypes()].labels {
				if strings.EqualFold(label, *r.Label) {
					return blocked("there is a label %q from %s to %s already: it is %s", label, op.FromType, op.ToType, t), nil
				}
			}
		case IsBelow:
			var back *Type
			if inverse, known := a.inverse(op.FromType, op.ToType, *r.typ()); known {
				back = &inverse
			}
			n, err := a.portal.carried(ctx, op.FromType, op.ToType, *r.typ(), back, nil)
			if err != nil {
				return verdict{}, err
			}
			if n >= *r.Limit {
				return blocked("%s from %s to %s is on %s, which would lose it for good, and at most %d were expected", s.named(op.FromType, op.ToType, r.typ()), op.FromType, op.ToType, terminal.Count(n, "association"), *r.Limit-1), nil
			}
		}
	}
	return verdict{}, nil
}

// lookAtDefinitions judges operations that define, without sending any.
func (a *applier) lookAtDefinitions(ctx context.Context, ops []*Operation) error {
	for _, op := range ops {
		s, err := a.portal.definedNow(ctx, op)
		if err != nil {
			return err
		}
		v, err := a.judgeDefined(ctx, op, s)
		if err != nil {
			return err
		}
		if v.outcome != "" {
			a.result(op).is(v.outcome, v.cause)
		}
	}
	return nil
}

// defineAll takes operations that define through the same steps as others, one by one: look
// again, write to the journal, send, read back, write to the journal.
func (a *applier) defineAll(ctx context.Context, ops []*Operation) error {
	for _, op := range ops {
		if err := ctx.Err(); err != nil {
			return err
		}
		before, err := a.portal.definedNow(ctx, op)
		if err != nil {
			return err
		}
		v, err := a.judgeDefined(ctx, op, before)
		if err != nil {
			return err
		}
		var seen []Row
		if v.outcome != "" {
			a.result(op).is(v.outcome, v.cause)
		} else if seen, err = a.sendDefined(context.WithoutCancel(ctx), op, before); err != nil {
			return err
		}
		if err := a.journal.write(Entry{Event: outcome, Operations: []JournalRow{a.row(op, seen)}}); err != nil {
			return err
		}
	}
	return nil
}

// sendDefined sends an operation, reads back, and returns the types that it made or changed.
func (a *applier) sendDefined(ctx context.Context, op *Operation, before *state) ([]Row, error) {
	own := *op
	own.Require = nil
	if err := a.journal.write(Entry{Event: intent, Operations: []JournalRow{{N: op.N, Operation: &own}}}); err != nil {
		return nil, err
	}
	a.batches++
	made, sent := a.portal.define(hubspot.BeforeRepeat(ctx, func(ctx context.Context) error {
		now, err := a.portal.definedNow(ctx, op)
		if err != nil {
			return err
		}
		v, err := a.judgeDefined(ctx, op, now)
		if err == nil && v.outcome != "" {
			err = changedMeanwhile(fmt.Sprintf("what is defined from %s to %s", op.FromType, op.ToType))
		}
		return err
	}), op, before)
	e := Entry{Event: answer, Operations: []JournalRow{{N: op.N}}}
	if sent != nil {
		e.Cause = sent.Error()
	}
	if err := a.journal.write(e); err != nil {
		return nil, err
	}
	shown, err := a.readDefined(ctx, op, made, sent)
	switch {
	case err != nil:
		a.result(op).is(Unknown, fmt.Sprintf("it was sent, and not read back: %v", err))
	case shown:
		a.result(op).is(Applied, "")
		a.result(op).Made = made
		return op.defined(made), nil
	case errors.Is(sent, hubspot.ErrUnclear):
		a.result(op).is(Unknown, sent.Error())
	case sent != nil:
		a.result(op).is(Failed, sent.Error())
		if errors.Is(sent, hubspot.ErrUnauthorized) || errors.Is(sent, hubspot.ErrScope) || errors.Is(sent, hubspot.ErrDailyLimit) {
			return nil, errors.Join(sent, a.journal.write(Entry{Event: outcome, Operations: []JournalRow{a.row(op, nil)}}))
		}
	default:
		a.result(op).is(Failed, "HubSpot answered that it was done, and it is not so on reading back")
	}
	return nil, nil
}

// defined are the types that an operation made or changed, as rows of no records.
func (o *Operation) defined(made []Type) []Row {
	if len(made) == 0 {
		made = o.Types
	}
	rows := []Row{{FromType: o.FromType, ToType: o.ToType, Category: made[0].Category, TypeID: made[0].TypeID}}
	for _, t := range made[1:] {
		rows = append(rows, Row{FromType: o.ToType, ToType: o.FromType, Category: t.Category, TypeID: t.TypeID})
	}
	return rows
}

// definedBacks are the waits between readings: lists of labels were seen to settle within 5 s.
var definedBacks = [...]time.Duration{0, 500 * time.Millisecond, 2 * time.Second, 5 * time.Second}

// readDefined reads whether an operation was done, again after a while where it is not so that
// HubSpot did not refuse.
func (a *applier) readDefined(ctx context.Context, op *Operation, made []Type, sent error) (bool, error) {
	for _, wait := range definedBacks {
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return false, ctx.Err()
		}
		now, err := a.portal.definedNow(ctx, op)
		if err != nil {
			return false, err
		}
		if op.Define.What == CreateLabel && len(made) > 0 && now.facts[op.objectTypes()].labels[made[0]] == *op.Define.Label || now.showsDefined(op) {
			return true, nil
		}
		if sent != nil && !errors.Is(sent, hubspot.ErrUnclear) {
			return false, nil
		}
	}
	return false, nil
}

// define is the call of an operation. Of a label that was created it returns the types.
func (p *portal) define(ctx context.Context, op *Operation, before *state) ([]Type, error) {
	from, to, err := p.typeIDs(ctx, op.FromType, op.ToType)
	if err != nil {
		return nil, err
	}
	d := op.Define
	label := hubspot.NewLabel{Name: textOf(d.Name), Label: textOf(d.Label), Inverse: textOf(d.Inverse)}
	if d.What == CreateLabel {
		pair, err := p.client.CreateLabel(ctx, from, to, label)
		if err != nil {
			return nil, err
		}
		return []Type{{pair.There.Category, int32(pair.There.TypeID)}, {pair.Back.Category, int32(pair.Back.TypeID)}}, nil
	}
	t := op.Types[0]
	switch {
	case d.What == UpdateLabel:
		return nil, p.client.UpdateLabel(ctx, from, to, t.TypeID, label)
	case d.What == DeleteLabel:
		return nil, p.client.DeleteLabel(ctx, from, to, t.TypeID)
	case d.Max == nil:
		batch, err := p.client.PurgeLimits(ctx, from, to, []hubspot.LinkType{{Category: t.Category, ID: t.TypeID}})
		if err == nil && len(batch.Failed) > 0 {
			err = errors.New(batch.Failed[0].Message)
		}
		return nil, err
	}
	set := p.client.CreateLimits
	if before.facts[op.objectTypes()].limits[t] > 0 {
		set = p.client.UpdateLimits
	}
	batch, err := set(ctx, from, to, []hubspot.Limit{{Category: t.Category, TypeID: t.TypeID, Max: int(*d.Max)}})
	if err == nil && len(batch.Failed) > 0 {
		err = errors.New(batch.Failed[0].Message)
	}
	return nil, err
}

// carried counts the associations from one object type to another that carry a type, on either
// end: back is the type of the way back, which goes with it, nil where it is not known. It lists
// all records of both object types and reads what they list. HubSpot has no shorter way that is
// exact.
func (p *portal) carried(ctx context.Context, from, to string, t Type, back *Type, report func(done, total int)) (int64, error) {
	ways := []directed{{from, to, t}}
	if back != nil {
		ways = append(ways, directed{to, from, *back})
	}
	fromID, toID, err := p.typeIDs(ctx, from, to)
	if err != nil {
		return 0, err
	}
	total := 0
	if report != nil {
		counts, err := p.client.RecordCounts(ctx)
		if err == nil { // else nobody knows how many there are
			total = int(counts[fromID])
			if back != nil && from != to {
				total += int(counts[toID])
			}
		}
	}
	done := 0
	carry := map[[2]int64]bool{} // ids from and to
	for i, way := range ways {
		if from == to && i > 0 {
			break // the lists of these records were read
		}
		err := p.listAll(ctx, way.from, way.to, func(lists map[list]listing) {
			for l, has := range lists {
				for id, types := range has {
					for _, w := range ways {
						switch {
						case !slices.Contains(types, w.Type) || l.of.Type != w.from || l.to != w.to:
						case w == ways[0]:
							carry[[2]int64{l.of.ID, id}] = true
						default:
							carry[[2]int64{id, l.of.ID}] = true
						}
					}
				}
			}
			if done += len(lists); report != nil {
				report(done, max(total, done))
			}
		})
		if err != nil {
			return 0, fmt.Errorf("count what carries %s: %w", way.Type, err)
		}
	}
	return int64(len(carry)), nil
}

// listAll reads what all records of an object type list of another, some records at a time.
func (p *portal) listAll(ctx context.Context, from, to string, take func(map[list]listing)) error {
	id, err := p.typeID(ctx, from)
	if err != nil {
		return err
	}
	wanted := map[list]bool{}
	read := func() error {
		unread := map[any]string{}
		lists, err := p.readLists(ctx, wanted, unread)
		if err != nil {
			return err
		}
		for l, why := range unread {
			return fmt.Errorf("%v: %s", l, why)
		}
		take(lists)
		clear(wanted)
		return nil
	}
	for page, err := range p.client.Objects(ctx, id, hubspot.ObjectQuery{}) {
		if err != nil {
			return fmt.Errorf("list the %s: %w", from, err)
		}
		for _, o := range page.Objects {
			wanted[list{key(from, o.ID), to}] = true
		}
		if len(wanted) >= hubspot.MaxBatchRead {
			if err := read(); err != nil {
				return err
			}
		}
	}
	return read()
}

// define plans to take back what a run defined.
func (u *undoing) define(ctx context.Context, p *portal, ops []*Operation, h *History) error {
	for _, op := range ops {
		now, err := p.definedNow(ctx, op)
		if err != nil {
			return fmt.Errorf("look at what the run defined: %w", err)
		}
		seen := h.Operations[op.N].Seen
		t := seen[0].typ()
		o := *op
		o.Class, o.Source, o.Types, o.Reason = Undone, u.run, []Type{t}, "it was defined by the run "+u.run
		d := *op.Define
		o.Define = &d
		if d.What == DeleteLabel {
			u.plan.Blocked = append(u.plan.Blocked, Refused{o, "a label that was deleted is gone for good: `hubgraph label create` makes another one with its texts, and no association gets it back"})
			continue
		}
		if _, defined := now.facts[op.objectTypes()].labels[t]; !defined {
			continue // somebody took it back already
		}
		text := op.Define.Were.label() // of the type, as the run left it
		switch d.What {
		case CreateLabel:
			text = op.Define.Label
			d = Defining{What: DeleteLabel, Were: &Were{Label: op.Define.Label, Inverse: orElse(op.Define.Inverse, op.Define.Label)}}
			u.know(op, seen)
		case UpdateLabel:
			text = op.Define.Label
			d = Defining{What: UpdateLabel, Label: op.Define.Were.Label, Inverse: op.Define.Were.Inverse, Were: &Were{Label: op.Define.Label, Inverse: orElse(op.Define.Inverse, op.Define.Label)}}
		case SetLimit:
			d = Defining{What: SetLimit, Max: op.Define.Were.Max, Were: &Were{Label: text, Max: op.Define.Max}}
		}
		o.Require = []Requirement{Defined(op.FromType, op.ToType, t, text)}
		if d.What == DeleteLabel {
			o.Require = append(o.Require, Carried(op.FromType, op.ToType, t, 1))
		}
		v := now.isDefined(o.Require[0])
		if v.outcome == "" {
			v = now.redefined(&o, u.plan.inverses())
		}
		switch {
		case d.What == UpdateLabel && d.Inverse == nil:
			u.plan.Blocked = append(u.plan.Blocked, Refused{o, "what the text of the way back was before the run is not known: give both with `hubgraph label update`"})
		case d.What != DeleteLabel && now.showsDefined(&o): // somebody took it back already
		case u.earlier[seen[0]] != "":
			u.plan.Blocked = append(u.plan.Blocked, Refused{o, fmt.Sprintf("kept: the run %s took it back already, and it came again since", u.earlier[seen[0]])})
		case v.outcome != "":
			u.plan.Blocked = append(u.plan.Blocked, Refused{o, "kept: " + v.cause})
		default:
			u.plan.Operations = append(u.plan.Operations, o)
		}
	}
	return nil
}

func (w *Were) label() *string {
	if w == nil {
		return nil
	}
	return w.Label
}

// know adds the two types of a label that the run created to the definitions: they are the
// inverses of each other.
func (u *undoing) know(op *Operation, seen []Row) {
	there, back := seen[0], seen[len(seen)-1]
	text := orElse(op.Define.Inverse, op.Define.Label)
	list := slices.Clip(u.plan.Definitions)
	list = append(list, Definition{FromType: op.FromType, ToType: op.ToType, Category: there.Category, TypeID: there.TypeID, Label: op.Define.Label, InverseCategory: &back.Category, InverseTypeID: &back.TypeID})
	if back.typ() != there.typ() {
		list = append(list, Definition{FromType: op.ToType, ToType: op.FromType, Category: back.Category, TypeID: back.TypeID, Label: text, InverseCategory: &there.Category, InverseTypeID: &there.TypeID})
	}
	u.plan.Definitions = list
}
