package repair

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"hubgraph/hubspot"
)

// batchSize is the number of operations that are looked at, sent and read back
// together: as many as one objects batch read takes.
const batchSize = hubspot.MaxBatchObjects

// Outcome says what became of an operation.
type Outcome string

// The outcomes. In a run that does not execute, what would be sent has none.
const (
	Applied   Outcome = "applied"   // sent, and there on reading back
	Satisfied Outcome = "satisfied" // nothing to do: the pair has what it lacked
	Stale     Outcome = "stale"     // the portal no longer looks as the plan says
	Blocked   Outcome = "blocked"   // the portal does not allow it
	Failed    Outcome = "failed"    // sent and refused
	Unknown   Outcome = "unknown"   // sent without a clear answer, and not there on reading back
)

// Result is what became of one operation.
type Result struct {
	N        int      `json:"n"`
	Outcome  *Outcome `json:"outcome"`  // null: it would be sent, and was not
	Verified bool     `json:"verified"` // the types were there on reading back
	Cause    *string  `json:"cause"`
}

func (r *Result) is(o Outcome, cause string) {
	r.Outcome = &o
	if cause != "" {
		r.Cause = &cause
	}
}

// Run is what became of a plan.
type Run struct {
	RunID      *string  `json:"run_id"` // of the journal; null where nothing was to be written
	Executed   bool     `json:"executed"`
	Operations []Result `json:"operations"`
}

// Done reports whether every operation was applied or needed nothing; in a run
// that did not execute, whether every one could be sent.
func (r *Run) Done() bool {
	for _, op := range r.Operations {
		if op.Outcome == nil && r.Executed || op.Outcome != nil && *op.Outcome != Applied && *op.Outcome != Satisfied {
			return false
		}
	}
	return true
}

// Apply looks at every operation of a plan again and, given a journal, sends
// those that still hold. Without a journal it writes nothing. The plan must have
// passed Check. An error means that the run stopped early: the journal and the
// results so far say where.
func Apply(ctx context.Context, c *hubspot.Client, p *Plan, journal *Journal) (*Run, error) {
	run := &Run{Operations: make([]Result, len(p.Operations))}
	for i, op := range p.Operations {
		run.Operations[i].N = op.N
	}
	a := &applier{portal: newPortal(c, p.PortalID), plan: p, journal: journal, run: run}
	if journal == nil {
		return run, a.all(ctx)
	}
	run.RunID, run.Executed = &journal.id, true
	err := journal.write(Entry{Event: "start", RunID: journal.id, Digest: p.Digest, PortalID: p.PortalID})
	if err == nil {
		err = a.all(hubspot.AllowCreates(ctx))
	}
	return run, errors.Join(err, journal.write(Entry{Event: "end"}))
}

// applier is one application of a plan.
type applier struct {
	portal  *portal
	plan    *Plan
	journal *Journal // nil: look, do not write
	run     *Run
}

// all takes the operations in batches of one ordered pair of object types.
func (a *applier) all(ctx context.Context) error {
	groups := map[[2]string][]*Operation{}
	var order [][2]string
	for i := range a.plan.Operations {
		op := &a.plan.Operations[i]
		pair := [2]string{op.FromType, op.ToType}
		if groups[pair] == nil {
			order = append(order, pair)
		}
		groups[pair] = append(groups[pair], op)
	}
	for _, pair := range order {
		for batch := range slices.Chunk(groups[pair], batchSize) {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := a.batch(ctx, batch); err != nil {
				return fmt.Errorf("repair %s to %s: %w", pair[0], pair[1], err)
			}
		}
	}
	return nil
}

func (a *applier) result(op *Operation) *Result { return &a.run.Operations[op.N-1] }

// batch takes a batch through its steps: look again, tell the journal, send,
// read back, tell the journal.
func (a *applier) batch(ctx context.Context, ops []*Operation) error {
	live, err := a.portal.look(ctx, ops)
	if err != nil {
		return fmt.Errorf("look again before writing: %w", err)
	}
	var send []*Operation
	for _, op := range ops {
		if outcome, cause := live.judge(op); outcome != "" {
			a.result(op).is(outcome, cause)
			a.result(op).Verified = outcome == Satisfied
			continue
		}
		send = append(send, op)
	}
	if a.journal == nil || len(send) == 0 {
		return nil
	}
	inputs, intent := live.inputs(send)
	if err := a.journal.write(intent); err != nil {
		return err
	}
	// From here on the batch is finished even if the run is asked to stop:
	// what was sent is read back, and the journal says what came of it.
	ctx = context.WithoutCancel(ctx)
	refused, sendErr := a.portal.create(ctx, send[0], inputs)
	after, err := a.portal.readBack(ctx, send, refused)
	if err != nil {
		err = fmt.Errorf("read back what was written: %w", err)
	}
	entry := Entry{Event: "outcome"}
	for _, op := range send {
		r := a.result(op)
		r.Verified = err == nil && after.has(op)
		outcome, cause := settle(r.Verified, refused[op.ends()], sendErr)
		r.is(outcome, cause)
		entry.Operations = append(entry.Operations, JournalRow{N: op.N, Outcome: outcome, Cause: cause})
	}
	return errors.Join(err, a.journal.write(entry), stops(sendErr))
}

// settle names an outcome by what reading back showed, and by the answer only
// where that shows nothing.
func settle(verified bool, refused string, sendErr error) (Outcome, string) {
	switch {
	case verified:
		return Applied, ""
	case refused != "":
		return Failed, refused
	case sendErr == nil:
		return Failed, "HubSpot answered that it was created, and it is not there on reading back"
	case errors.Is(sendErr, hubspot.ErrUnclear):
		return Unknown, sendErr.Error()
	}
	return Failed, sendErr.Error()
}

// stops passes on the errors after which nothing more can be sent.
func stops(err error) error {
	if errors.Is(err, hubspot.ErrUnauthorized) || errors.Is(err, hubspot.ErrScope) || errors.Is(err, hubspot.ErrDailyLimit) {
		return err
	}
	return nil
}
