package repair

import (
	"slices"
	"strings"
)

// Outcome says what became of an operation.
type Outcome string

// The outcomes. In a run that does not execute, what would be sent has none.
const (
	Applied   Outcome = "applied"   // sent, and as it should be on reading back both ends
	Satisfied Outcome = "satisfied" // nothing to do: the pair is as it should be
	Stale     Outcome = "stale"     // the portal no longer looks as the plan says
	Blocked   Outcome = "blocked"   // it would take something away, or the portal does not allow it
	Failed    Outcome = "failed"    // sent and refused
	Unknown   Outcome = "unknown"   // sent, and what came of it could not be read
)

// Result is what became of one operation.
type Result struct {
	N        int      `json:"n"`
	Outcome  *Outcome `json:"outcome"`  // null: it would be sent, and was not
	Verified bool     `json:"verified"` // the types were as they should be on reading back
	Cause    *string  `json:"cause"`
	Made     []Type   `json:"-"` // the types of a label that was created: there, and back
}

func (r *Result) is(o Outcome, cause string) {
	r.Outcome, r.Cause, r.Verified = &o, nil, o == Applied || o == Satisfied
	if cause = strings.ToValidUTF8(cause, "?"); cause != "" {
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
	return !slices.ContainsFunc(r.Operations, func(op Result) bool {
		return op.Outcome == nil && r.Executed || op.Outcome != nil && *op.Outcome != Applied && *op.Outcome != Satisfied
	})
}
