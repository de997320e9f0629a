package queries

import (
	"fmt"
	"strconv"
	"strings"
)

// Gate says which findings make a check fail. Kind is one of
//
//	any           one finding
//	new           one that was not open in the audit of an earlier snapshot;
//	              none where there is no such audit
//	percent > X   more findings than X percent of the universe
//	never         none
//
// Only findings at or above the severity that can fail the audit count.
type Gate struct {
	Kind    string
	Percent float64
}

// String gives the form that a header holds.
func (g Gate) String() string {
	if g.Kind == "percent" {
		return "percent > " + strconv.FormatFloat(g.Percent, 'f', -1, 64)
	}
	return g.Kind
}

func parseGate(s string) (Gate, error) {
	words := strings.Fields(s)
	if len(words) == 3 && words[0] == "percent" && words[1] == ">" {
		x, err := strconv.ParseFloat(words[2], 64)
		if err == nil && x >= 0 && x < 100 {
			return Gate{"percent", x}, nil
		}
	}
	if s == "any" || s == "new" || s == "never" {
		return Gate{Kind: s}, nil
	}
	return Gate{}, fmt.Errorf("%q is no gate: write any, new, never, or percent > X with X from 0 to below 100", s)
}

// status holds the findings at or above a severity against the gate.
func (g Gate) status(failOn Severity, findings []Finding, r *CheckResult) Status {
	if *r.Violations == 0 {
		return OK
	}
	t := tally{universe: r.Universe}
	for _, f := range findings {
		if f.State == Resolved || rank(f.Severity) < rank(failOn) {
			continue
		}
		t.open++
		if f.State != Ongoing && *r.New > 0 { // without an earlier audit nothing counts as new
			t.opened++
		}
	}
	if g.exceeded(t) {
		return Fail
	}
	return Warn
}

// tally counts what a gate looks at.
type tally struct {
	open, opened int64  // findings, and those of them that were not open before
	universe     *int64 // nil: not known
}

// exceeded reports whether the findings are more than the gate allows.
func (g Gate) exceeded(t tally) bool {
	switch g.Kind {
	case "any":
		return t.open > 0
	case "new":
		return t.opened > 0
	case "percent":
		return t.open > 0 && (t.universe == nil || float64(t.open)*100 > g.Percent*float64(*t.universe))
	}
	return false
}
