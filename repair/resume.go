package repair

import (
	"context"
	"maps"
	"slices"
)

// settleOpen reads what became of the operations that an earlier part of the run was
// about to send, or sent without knowing what came of it. What is there is applied, and
// is not sent again; what is not is judged like any other.
func (a *applier) settleOpen(ctx context.Context) error {
	h := a.journal.history
	if h == nil {
		return nil
	}
	open := map[int][]*Operation{}
	for i := range a.plan.Operations {
		op := &a.plan.Operations[i]
		if past := h.Operations[op.N]; past != nil && past.unsettled() && op.Action != Define { // which is found to be satisfied
			open[past.batch] = append(open[past.batch], op)
		}
	}
	for _, batch := range slices.Sorted(maps.Keys(open)) {
		if err := a.settleBatch(ctx, h, open[batch]); err != nil {
			return err
		}
	}
	return a.firstLook(ctx)
}

// settleBatch settles what is open of one batch. What stands there now may be somebody else's, who
// wrote it after the run had ended, and what does not they may have taken away again.
func (a *applier) settleBatch(ctx context.Context, h *History, ops []*Operation) error {
	now, err := a.look(ctx, ops)
	if err != nil {
		return err
	}
	served := a.served(h, ops, now)
	var rows []JournalRow
	for _, op := range ops {
		past := h.Operations[op.N]
		switch done := now.settled(op); {
		case now.readable(op).outcome != "" || !served(op):
			continue
		case done && !now.shows(op):
			a.result(op).is(Failed, "it was sent, and "+op.ends().to.String()+" says otherwise on reading back")
		case done:
			a.result(op).is(Applied, "")
		case past.unknown():
			a.result(op).is(Stale, "it was sent before the run ended, and it is not so any more: somebody else may have changed it since")
			rows = append(rows, a.row(op, nil))
			continue
		default: // it was not there before the run ended, either
			continue
		}
		rows = append(rows, a.row(op, a.seen(op, past.before(op, a), now)))
	}
	if len(rows) == 0 {
		return nil
	}
	return a.journal.write(Entry{Event: outcome, Operations: rows})
}

// served says of operations of a batch whether HubSpot did what it was sent. Where it has not
// answered, that shows in the other operations of the same call: it served all of them or none, so
// that it did where most are done.
func (a *applier) served(h *History, ops []*Operation, now *state) func(*Operation) bool {
	whole := func(op *Operation) bool { // of what is removed, whole pairs go in a call of their own
		return op.Action == Remove && h.Operations[op.N].before(op, a).removesPair(op)
	}
	all, done := map[bool]int{}, map[bool]int{}
	for _, op := range ops {
		if h.Operations[op.N].taken {
			continue
		}
		call := whole(op)
		if all[call]++; now.settled(op) {
			done[call]++
		}
	}
	return func(op *Operation) bool {
		call := whole(op)
		return h.Operations[op.N].taken || 2*done[call] > all[call]
	}
}

// before is what the pair of an operation had when it was about to be sent.
func (p *Past) before(op *Operation, a *applier) *state {
	e := op.ends()
	s := &state{lists: map[list]listing{}, inverse: a.inverse}
	if p.Before != nil {
		s.lists[e.list()] = listing{e.to.ID: p.Before.Forward}
		s.lists[e.reversed().list()] = listing{e.from.ID: p.Before.Inverse}
	}
	return s
}
