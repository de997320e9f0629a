package queries

import "time"

// Waiver marks findings that somebody has decided to live with for a time: those of a
// fingerprint, or those whose columns have all the given values.
type Waiver struct {
	Check       string            // id of a check
	Fingerprint string            // or the beginning of one; empty: Where says which
	Where       map[string]string // columns of findings and their values
	Reason, By  string
	Expires     time.Time // the last day that it counts, UTC
	Line        int       // of waivers.yaml
}

// String names what is waived.
func (w Waiver) String() string { return w.Check }
