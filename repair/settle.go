package repair

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"hubgraph/hubspot"
)

// settle names the outcome of an operation that was to be sent: by what reading back
// showed, and by the answer only where that shows nothing. It returns the rows of the pair
// that came, or went.
func (a *applier) settle(op *Operation, s *sending, live, after *state, unread error) []Row {
	r, e := a.result(op), op.ends()
	whyNot, unsent := s.unsent[e]
	if unread == nil {
		for _, l := range []list{e.list(), e.reversed().list()} {
			if why, is := after.unread[l]; is {
				unread = fmt.Errorf("the %s of %s cannot be read: %s", l.to, l.of, why)
			}
		}
	}
	switch {
	case unread != nil && unsent:
	case unread != nil:
		r.is(Unknown, fmt.Sprintf("it was sent, and not read back: %v", unread))
		return nil
	case after.shows(op):
		r.is(Applied, "")
		return a.seen(op, live, after)
	}
	switch {
	case unsent && whyNot == nil:
	case unsent:
		r.is(Failed, whyNot.Error())
	case s.refused[e] != "":
		r.is(Failed, s.refused[e])
	case s.unsure[e] != nil:
		r.is(Unknown, s.unsure[e].Error())
	case after.settled(op):
		r.is(Failed, fmt.Sprintf("HubSpot answered that it was done, and %s still says otherwise on reading back", e.to))
	default:
		r.is(Failed, "HubSpot answered that it was done, and it is not so on reading back")
	}
	if unread != nil {
		return nil
	}
	return a.seen(op, live, after)
}

// seen are the rows of the pair that came with an operation, or went.
func (a *applier) seen(op *Operation, live, after *state) []Row {
	var rows []Row
	expected := a.expected(live, op)
	for _, e := range []ends{op.ends(), op.ends().reversed()} {
		more, fewer := after.types(e), live.types(e)
		if op.Action == Remove {
			more, fewer = fewer, more
		}
		for _, t := range sorted(more) {
			if !slices.Contains(fewer, t) && (slices.Contains(expected, e.row(t)) || a.partnerless(op, e, live)) {
				rows = append(rows, e.row(t))
			}
		}
	}
	return rows
}

// outcomes count what became of the operations of a batch that was sent.
type outcomes struct{ all, failed, unknown int }

// partnerless reports whether a type whose inverse is not known was written, so that any
// row on the way back may be its inverse.
func (a *applier) partnerless(op *Operation, e ends, live *state) bool {
	own := op.ends()
	return op.Action == Add && e == own.reversed() && slices.ContainsFunc(live.sent(op), func(t Type) bool {
		_, known := a.inverse(own.from.Type, own.to.Type, t)
		return !known
	})
}

// judgeBatch stops the run on what the answers to a batch say, and on what became of it.
// What nobody knows the outcome of may still come, so that nothing is built on much of it.
func (a *applier) judgeBatch(s *sending, batch outcomes) error {
	failed, of := batch.failed+batch.unknown, batch.all
	for _, err := range s.unsent {
		if errors.Is(err, hubspot.ErrUnauthorized) || errors.Is(err, hubspot.ErrScope) || errors.Is(err, hubspot.ErrDailyLimit) {
			return err
		}
	}
	a.failedInRow++
	if failed < of {
		a.failedInRow = 0
	}
	if len(a.pending()) == 0 && !a.more {
		return nil // there is nothing left to stop
	}
	many := func(n int) bool { return n > fewRefused && float64(n) >= mostRefusedShare*float64(of) }
	switch n := len(s.refused); {
	case s.strange != nil:
		return tripped("HubSpot refuses for a reason that is not known here: %v", s.strange)
	case many(n):
		return tripped("HubSpot refused %d of the %d operations of a batch", n, of)
	case many(batch.unknown):
		return tripped("of %d of the %d operations of a batch nobody knows whether they were done", batch.unknown, of)
	case many(failed):
		return tripped("%d of the %d operations of a batch failed", failed, of)
	case a.failedInRow >= mostFailedInRow:
		return tripped("%d batches in a row failed", a.failedInRow)
	case len(s.unsent) > 0:
		return tripped("a batch was not sent to its end")
	}
	return nil
}

// unplanned stops the run where a touched record has a row more or less than the
// operations account for.
func (a *applier) unplanned(before, after *state, ops []*Operation, touched []list) error {
	coming, going := map[Row]bool{}, map[Row]bool{}
	loose := map[ends]bool{}
	for _, op := range ops {
		rows := coming
		if op.Action == Remove {
			rows = going
		}
		for _, r := range a.expected(before, op) {
			rows[r] = true
		}
		if back := op.ends().reversed(); a.partnerless(op, back, before) {
			loose[back] = true
		}
	}
	var odd []string
	for _, l := range touched {
		if _, unread := after.unread[l]; unread {
			continue
		}
		for _, r := range difference(l, before.lists[l], after.lists[l]) {
			if !going[r] {
				odd = append(odd, fmt.Sprintf("%s is gone", r))
			}
		}
		for _, r := range difference(l, after.lists[l], before.lists[l]) {
			if !coming[r] && !loose[r.ends()] {
				odd = append(odd, fmt.Sprintf("%s came", r))
			}
		}
	}
	if len(odd) == 0 {
		return nil
	}
	n := len(odd)
	return tripped("%d rows of the records that were written to changed beside what was planned, by somebody else or by HubSpot: %s", n, strings.Join(odd[:min(n, 3)], ", "))
}

// difference are the rows that one state of a list has and the other has not.
func difference(l list, has, lacks listing) []Row {
	var rows []Row
	for id, types := range has {
		for _, t := range types {
			if !slices.Contains(lacks[id], t) {
				rows = append(rows, Row{l.of.Type, l.of.ID, l.to, id, t.Category, t.TypeID})
			}
		}
	}
	slices.SortFunc(rows, compareRows)
	return rows
}

// lookTwice reads the canary again after a while: HubSpot may change what was written.
func (a *applier) lookTwice(ctx context.Context, before, first *state, ops []*Operation, touched []list) error {
	select {
	case <-time.After(a.options.Pause):
	case <-ctx.Done():
		return ctx.Err()
	}
	wanted := map[list]bool{}
	for _, l := range touched {
		wanted[l] = true
	}
	again := &state{unread: map[any]string{}, facts: before.facts, inverse: before.inverse}
	var err error
	if again.lists, err = a.portal.readLists(ctx, wanted, again.unread); err != nil {
		return fmt.Errorf("read the first batch a second time: %w", err)
	}
	for _, op := range ops {
		if first.shows(op) && !again.shows(op) {
			a.result(op).is(Failed, "it was done, and a moment later it was not so any more")
			return errors.Join(a.journal.write(Entry{Event: outcome, Operations: []JournalRow{a.row(op, nil)}}), tripped("operation %d was done, and a moment later it was not so any more", op.N))
		}
	}
	return a.unplanned(before, again, ops, touched)
}
