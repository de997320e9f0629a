package repair

import (
	"context"
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
	var open []*Operation
	for i := range a.plan.Operations {
		if op := &a.plan.Operations[i]; h.Operations[op.N] != nil && h.Operations[op.N].unsettled() {
			open = append(open, op)
		}
	}
	for _, group := range grouped(open) {
		if group[0].Action == Define {
			continue // what is done already is found to be satisfied
		}
		for chunk := range slices.Chunk(group, batchSize) {
			if err := a.settleChunk(ctx, h, chunk); err != nil {
				return err
			}
		}
	}
	return a.firstLook(ctx)
}

func (a *applier) settleChunk(ctx context.Context, h *History, ops []*Operation) error {
	now, err := a.look(ctx, ops)
	if err != nil {
		return err
	}
	var rows []JournalRow
	for _, op := range ops {
		if now.readable(op).outcome != "" || !now.settled(op) {
			continue
		}
		a.result(op).is(Applied, "")
		if !now.shows(op) {
			a.result(op).is(Failed, "it was sent, and "+op.ends().to.String()+" says otherwise on reading back")
		}
		rows = append(rows, a.row(op, a.seen(op, h.Operations[op.N].before(op, a), now)))
	}
	if len(rows) == 0 {
		return nil
	}
	return a.journal.write(Entry{Event: outcome, Operations: rows})
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
