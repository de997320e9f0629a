package repair

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"hubgraph/hubspot"
)

// Apply looks at every operation of a plan again and, given a journal, sends
// those that still hold. Without a journal it writes nothing. The plan must have
// passed Check and Caps. An error means that the run stopped early: the journal and
// the results so far say where.
func Apply(ctx context.Context, c *hubspot.Client, p *Plan, journal *Journal, o ApplyOptions) (*Run, error) {
	run := &Run{Operations: make([]Result, len(p.Operations))}
	for i, op := range p.Operations {
		run.Operations[i].N = op.N
	}
	a := &applier{portal: newPortal(c, p.PortalID), plan: p, journal: journal, run: run, options: o, inverse: p.inverses()}
	if journal == nil {
		return run, a.lookAt(ctx, a.pending())
	}
	run.RunID, run.Executed = &journal.id, true
	if journal.history == nil {
		if err := a.firstLook(ctx); err != nil {
			return run, err
		}
	}
	if err := a.begin(); err != nil {
		return run, err
	}
	err := a.all(p.allow(ctx))
	last := Entry{Event: ended}
	if err != nil {
		last = Entry{Event: stopped, Cause: err.Error()}
	}
	if failed := journal.write(last); err == nil {
		err = failed
	}
	return run, err
}

// applier is one application of a plan.
type applier struct {
	portal  *portal
	plan    *Plan
	journal *Journal // nil: look, do not write
	run     *Run
	options ApplyOptions
	inverse func(from, to string, t Type) (Type, bool)

	batches     int // that were sent
	gone        int // operations that no longer held
	failedInRow int

	first int  // operations of the run in parts of it before this plan
	more  bool // other parts come behind it
	// judged takes in an operation that was judged and, where it was sent, was read back; nil: nobody
	// asks. Where it was not sent, after is nil.
	judged func(op *Operation, live, after *state)
}

// begin writes the first line, or takes in what the journal knows already.
func (a *applier) begin() error {
	h := a.journal.history
	if h == nil {
		p := a.plan
		return a.journal.write(Entry{Event: started, Run: &RunHead{a.journal.id, p.PortalID, p.SnapshotID, p.BaselineID, p.AuditID, p.Digest, len(p.Operations), p.Definitions, p.NoFile}})
	}
	for i := range a.plan.Operations {
		if op := &a.plan.Operations[i]; h.done(op.N) {
			a.result(op).is(h.Operations[op.N].Outcome, h.Operations[op.N].Cause)
		}
	}
	return a.journal.write(Entry{Event: resumed})
}

// pending are the operations that are not done, in their order.
func (a *applier) pending() []*Operation {
	var ops []*Operation
	for i := range a.plan.Operations {
		if op := &a.plan.Operations[i]; a.result(op).Outcome == nil {
			ops = append(ops, op)
		}
	}
	return ops
}

func (a *applier) result(op *Operation) *Result { return &a.run.Operations[op.N-1-a.first] }

func (a *applier) show(op *Operation, live, after *state) {
	if a.judged != nil {
		a.judged(op, live, after)
	}
}

// kind is what the operations of a batch have in common.
type kind struct{ action, from, to string }

// grouped are operations by their kind, in the order in which these come.
func grouped(ops []*Operation) (groups [][]*Operation) {
	places := map[kind]int{}
	for _, op := range ops {
		k := kind{op.Action, op.FromType, op.ToType}
		i, known := places[k]
		if !known {
			i, places[k] = len(groups), len(groups)
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], op)
	}
	return groups
}

// lookAt judges operations without sending any.
func (a *applier) lookAt(ctx context.Context, ops []*Operation) error {
	for _, group := range grouped(ops) {
		for chunk := range slices.Chunk(group, batchSize) {
			if chunk[0].Action == Define {
				if err := a.lookAtDefinitions(ctx, chunk); err != nil {
					return err
				}
				continue
			}
			live, err := a.look(ctx, chunk)
			if err != nil {
				return err
			}
			for _, op := range chunk {
				v := live.judge(op)
				if v.outcome != "" {
					a.result(op).is(v.outcome, v.cause)
				}
				a.show(op, live, nil)
				if v.outcome == "" {
					live.plan(a.expected(live, op))
				}
			}
		}
	}
	return nil
}

func (a *applier) look(ctx context.Context, ops []*Operation) (*state, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	live, err := a.portal.look(ctx, ops, a.inverse)
	if err != nil {
		return nil, fmt.Errorf("look again at %s to %s before writing: %w", ops[0].FromType, ops[0].ToType, err)
	}
	return live, nil
}

// expected are the rows that may come with an operation, or go.
func (a *applier) expected(live *state, op *Operation) []Row {
	if op.Action == Add {
		return append(live.written(op), op.Effects...)
	}
	var rows []Row
	e := op.ends()
	for _, t := range op.Types {
		rows = append(rows, e.row(t))
		if inverse, known := a.inverse(e.from.Type, e.to.Type, t); known {
			rows = append(rows, e.reversed().row(inverse))
		}
	}
	return append(rows, op.Effects...)
}

// all settles what an earlier part of the run left open, and takes the operations in
// batches of one kind: few, then more.
func (a *applier) all(ctx context.Context) error {
	if err := a.settleOpen(ctx); err != nil {
		return err
	}
	for _, group := range grouped(a.pending()) {
		if group[0].Action == Define {
			if err := a.defineAll(ctx, group); err != nil {
				return err
			}
			continue
		}
		for len(group) > 0 {
			n := apart(group[:min(len(group), a.size())])
			if err := a.batch(ctx, group[:n]); err != nil {
				return err
			}
			group = group[n:]
		}
	}
	return nil
}

// apart is how many operations come before one on the same two records in the other direction.
// Both are written, and what one call writes HubSpot may take for the whole set: the second is
// judged by what the first has left.
func apart(ops []*Operation) int {
	met := map[ends]bool{}
	for i, op := range ops {
		if met[op.ends().reversed()] {
			return i
		}
		met[op.ends()] = true
	}
	return len(ops)
}

// size is how many operations the next batch may have.
func (a *applier) size() int {
	switch {
	case a.options.NoCanary || a.batches > 1:
		return batchSize
	case a.batches == 1:
		return secondSize
	}
	return canarySize
}

// firstLook judges a plan before anything of it is sent: all of it, or of a large one
// as many operations as one batch has, spread evenly. Where too many no longer hold
// the snapshot is too old for all of them.
func (a *applier) firstLook(ctx context.Context) error {
	ops := a.pending()
	if len(ops) <= fewGone {
		return nil
	}
	var some []*Operation
	for i := range min(len(ops), batchSize) {
		some = append(some, ops[i*len(ops)/min(len(ops), batchSize)])
	}
	probe := *a
	probe.run = &Run{Operations: make([]Result, len(a.run.Operations))}
	if err := probe.lookAt(ctx, some); err != nil {
		return err
	}
	gone := 0
	for _, op := range some {
		if o := probe.result(op).Outcome; o != nil && (*o == Stale || *o == Blocked) {
			gone++
		}
	}
	if gone > fewGone && float64(gone) > mostGone*float64(len(some)) {
		return sentenceGone(gone, len(some))
	}
	return nil
}

func sentenceGone(gone, of int) error {
	return tripped("%d of the %d operations that were looked at no longer hold, which is more than 20%%: the snapshot is too old; crawl, audit and plan again, or plan a part with --only", gone, of)
}

// batch takes operations through their steps: look again, write to the journal, send,
// read back, write to the journal.
func (a *applier) batch(ctx context.Context, ops []*Operation) error {
	live, err := a.look(ctx, ops)
	if err != nil {
		return err
	}
	var send []*Operation
	var rows []JournalRow
	for _, op := range ops {
		v := live.judge(op)
		if v.outcome == "" {
			live.plan(a.expected(live, op))
			send = append(send, op)
			continue
		}
		a.result(op).is(v.outcome, v.cause)
		a.show(op, live, nil)
		rows = append(rows, a.row(op, nil))
		if v.outcome != Satisfied {
			a.gone++
		}
	}
	// What was planned without a snapshot does not rest on an old one.
	if a.plan.SnapshotID != "" && a.gone > fewGone && float64(a.gone) > mostGone*float64(len(a.plan.Operations)) {
		return errors.Join(sentenceGone(a.gone, len(a.plan.Operations)), a.journal.write(Entry{Event: outcome, Operations: rows}))
	}
	if len(send) == 0 {
		return a.journal.write(Entry{Event: outcome, Operations: rows})
	}
	// From here on the batch is finished even if the run is asked to stop:
	// what was sent is read back, and the journal says what came of it.
	return a.write(context.WithoutCancel(ctx), live, send, rows)
}

// write sends what was judged.
func (a *applier) write(ctx context.Context, live *state, ops []*Operation, rows []JournalRow) error {
	touched := touchedBy(ops)
	if err := a.journal.write(a.intent(live, ops, touched)); err != nil {
		return err
	}
	a.batches++
	s, journalErr := a.send(ctx, live, ops)
	after, err := a.readBack(ctx, live, ops, s, touched)
	if err != nil {
		err = fmt.Errorf("read back what was written: %w", err)
	}
	batch := outcomes{all: len(ops)}
	for _, op := range ops {
		seen := a.settle(op, s, live, after, err)
		a.show(op, live, after)
		if o := a.result(op).Outcome; o != nil {
			rows = append(rows, a.row(op, seen))
			switch *o {
			case Applied:
			case Unknown:
				batch.unknown++
			default:
				batch.failed++
			}
		}
	}
	if journalErr == nil {
		journalErr = a.journal.write(Entry{Event: outcome, Operations: rows})
	}
	if err := errors.Join(journalErr, err); err != nil {
		return err
	}
	if err := a.judgeBatch(s, batch); err != nil {
		return err
	}
	if err := a.unplanned(live, after, ops, touched); err != nil {
		return err
	}
	if a.batches == 1 && !a.options.NoCanary {
		return a.lookTwice(ctx, live, after, ops, touched)
	}
	return nil
}

// send sends operations, each in its way.
func (a *applier) send(ctx context.Context, live *state, ops []*Operation) (*sending, error) {
	all := &sending{portal: a.portal, forms: a.options.Forms, refused: map[ends]string{}, unsure: map[ends]error{}, unsent: map[ends]error{}}
	all.answer = func(part []input, refused map[ends]string, err error) error {
		e := Entry{Event: answer}
		if err != nil {
			e.Cause = err.Error()
		}
		for _, in := range part {
			for _, op := range in.ops {
				e.Operations = append(e.Operations, JournalRow{N: op.N, Cause: refused[in.ends]})
			}
		}
		return a.journal.write(e)
	}
	all.again = a.stillSo
	named := map[ends]bool{} // pairs for which a type has to be named: one call writes all of a pair
	for _, op := range ops {
		named[op.ends()] = named[op.ends()] || live.how(op, a.options.Forms) == creating
	}
	for _, how := range []string{creating, defaulting, archiving, unlabeling} {
		of := slices.DeleteFunc(slices.Clone(ops), func(op *Operation) bool {
			own := live.how(op, a.options.Forms)
			if own == defaulting && named[op.ends()] {
				own = creating
			}
			return own != how
		})
		all.how = how
		for inputs := range slices.Chunk(live.inputsOf(of), a.options.Forms.most()) {
			if err := all.send(ctx, inputs, len(ops)); err != nil {
				return all, err
			}
		}
	}
	return all, nil
}

// stillSo looks at operations again that were judged, and not taken by HubSpot, which asked to
// wait: what is sent then must still be right, and all that the pairs have.
func (a *applier) stillSo(ctx context.Context, inputs []input) error {
	var ops []*Operation
	for _, in := range inputs {
		ops = append(ops, in.ops...)
	}
	now, err := a.look(ctx, ops)
	if err != nil {
		return err
	}
	for _, op := range ops {
		if v := now.judge(op); v.outcome != "" {
			return changedMeanwhile(op.ends().String())
		}
		now.plan(a.expected(now, op))
	}
	again := now.inputsOf(ops)
	for i, in := range inputs {
		if !slices.Equal(in.types, again[i].types) {
			return changedMeanwhile(in.ends.String())
		}
	}
	return nil
}

func changedMeanwhile(what string) error {
	return fmt.Errorf("%s has changed while HubSpot asked to wait, and was not sent", what)
}

// intent is the journal's entry of what is about to be sent.
func (a *applier) intent(live *state, ops []*Operation, touched []list) Entry {
	e := Entry{Event: intent, Lists: sets(live.lists, touched)}
	for _, in := range live.inputsOf(ops) {
		for _, op := range in.ops {
			own := *op
			own.Require = nil
			e.Operations = append(e.Operations, JournalRow{N: op.N, Operation: &own, Sent: in.types,
				Before: &Before{Forward: sorted(live.types(in.ends)), Inverse: sorted(live.types(in.ends.reversed()))}})
		}
	}
	return e
}

// row is the journal's row of what became of an operation.
func (a *applier) row(op *Operation, seen []Row) JournalRow {
	r := a.result(op)
	row := JournalRow{N: op.N, Outcome: *r.Outcome, Verified: r.Verified, Seen: seen}
	if r.Cause != nil {
		row.Cause = *r.Cause
	}
	return row
}

// touchedBy are the lists that operations change, each once.
func touchedBy(ops []*Operation) []list {
	var touched []list
	for _, op := range ops {
		touched = append(touched, op.ends().list(), op.ends().reversed().list())
	}
	slices.SortFunc(touched, list.compare)
	return slices.Compact(touched)
}

// readBacks are the waits between readings, for a portal whose reads lag
// behind its writes: no delay is documented, and none is usual.
var readBacks = [...]time.Duration{0, 500 * time.Millisecond, 2 * time.Second}

// readBack reads the lists that operations change, again after a while where something
// is not there that HubSpot did not refuse.
func (a *applier) readBack(ctx context.Context, live *state, ops []*Operation, s *sending, touched []list) (*state, error) {
	wanted := map[list]bool{}
	for _, l := range touched {
		wanted[l] = true
	}
	var after *state
	for _, wait := range readBacks {
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		next := &state{unread: map[any]string{}, facts: live.facts, inverse: live.inverse}
		var err error
		if next.lists, err = a.portal.readLists(ctx, wanted, next.unread); err != nil {
			return nil, err
		}
		after = next
		if !slices.ContainsFunc(ops, func(op *Operation) bool { return s.mayHaveHappened(op) && !after.shows(op) }) {
			break
		}
	}
	return after, nil
}

// mayHaveHappened reports whether an operation was sent, and not refused.
func (s *sending) mayHaveHappened(op *Operation) bool {
	_, unsent := s.unsent[op.ends()]
	return !unsent && s.refused[op.ends()] == ""
}

// shows reports whether both ends say of an operation that it was done.
func (s *state) shows(op *Operation) bool {
	if !s.settled(op) {
		return false
	}
	e := op.ends()
	for _, t := range op.Types {
		inverse, known := s.inverse(e.from.Type, e.to.Type, t)
		if known && slices.Contains(s.types(e.reversed()), inverse) != (op.Action == Add) {
			return false
		}
	}
	return true
}
