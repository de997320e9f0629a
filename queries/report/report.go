// Package report prints audits. An audit is one stream of events, and each format has
// one writer of them; an audit that was stored gives the same stream as the audit did.
package report

import (
	"cmp"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"hubgraph/queries"
)

// Event is a part of what an audit found: Begin, then for each check a Check and a
// Finding for each of its findings, then End.
type Event interface{ event() }

// Begin says what was audited.
type Begin struct {
	*queries.Report // without results and findings
}

// Check is the outcome of a check.
type Check struct {
	queries.CheckResult
	Advice string // what to do about findings, with the commands in backquotes; empty where the catalogue has no such check
	Repair string // the command that plans the repair; empty where there is none
	// Findings counts those that follow; Money is what the open ones are about.
	Findings int
	Money    []Money
}

// Finding is a finding of the check before it.
type Finding struct{ queries.Finding }

// End ends the stream.
type End struct {
	Outcome queries.Outcome
	Counts  map[queries.Status]int // of the checks
	Notes   []string
	Command string // that prints all open findings
}

func (Begin) event()   {}
func (Check) event()   {}
func (Finding) event() {}
func (End) event()     {}

// Events is the stream of an audit. Checks come in the order in which a person wants to
// read them: first what is not known, then what is wrong; a check's findings with those
// first that are new, then by currency, money and age. What became one with another
// finding, or is not what the check finds any more, is none.
func Events(r *queries.Report, o Options) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		head := *r
		head.Results, head.Findings, head.Changes, head.Judged = nil, nil, nil, nil
		if !yield(Begin{&head}) {
			return
		}
		end := End{Outcome: r.Outcome(), Counts: map[queries.Status]int{}, Notes: r.Notes, Command: o.Command(`sql "FROM findings WHERE state <> 'resolved'"`)}
		of := map[string][]queries.Finding{}
		for _, f := range r.Findings {
			if f.Open() || f.Ended() {
				of[f.CheckID] = append(of[f.CheckID], f)
			}
		}
		for _, c := range ordered(r.Results) {
			end.Counts[c.Status]++
			findings := of[c.CheckID]
			slices.SortStableFunc(findings, compare)
			advice, repair := o.about(c.CheckID, findings)
			if !yield(Check{c, advice, repair, len(findings), sums(findings)}) {
				return
			}
			for _, f := range findings {
				if !yield(Finding{f}) {
					return
				}
			}
		}
		yield(end)
	}
}

// about is what to do about findings of a check, and the command that plans their repair.
// The night to restore from is the earliest that the open ones were compared with: it
// still had all of them.
func (o Options) about(id string, findings []queries.Finding) (advice, repair string) {
	checks, err := queries.SelectFrom(queries.With(o.Own...), id)
	if err != nil { // of an older catalogue
		return "", ""
	}
	night := ""
	for _, f := range findings {
		if f.Open() && f.BaselineID != nil && (night == "" || queries.CompareIDs(*f.BaselineID, night) < 0) {
			night = *f.BaselineID
		}
	}
	marked := strings.NewReplacer(queries.NightMark, cmp.Or(night, "last-complete"))
	if repair = checks[0].RepairCommand(); repair != "" {
		repair = o.Command(marked.Replace(repair))
	}
	return o.commands(marked.Replace(checks[0].Advice)), repair
}

// shown is the order in which a person reads the outcomes.
var shown = []queries.Status{queries.Error, queries.Skip, queries.Fail, queries.Warn, queries.OK}

func ordered(results []queries.CheckResult) []queries.CheckResult {
	return slices.SortedStableFunc(slices.Values(results), func(a, b queries.CheckResult) int {
		return slices.Index(shown, a.Status) - slices.Index(shown, b.Status)
	})
}

// Writer writes a stream in one format. It writes nothing after an error, which End
// returns.
type Writer interface{ Write(Event) error }

// formats are the formats by name.
var formats = map[string]func(io.Writer) Writer{
	"text":    func(w io.Writer) Writer { return &text{w: w, most: mostFindings} },
	"summary": func(w io.Writer) Writer { return &text{w: w} },
	"json":    func(w io.Writer) Writer { return newJSON(w) },
}

// Formats lists the names of the formats.
func Formats() []string { return []string{"text", "summary", "json"} }

// ErrFormat is an unknown format.
type ErrFormat string

func (e ErrFormat) Error() string {
	return fmt.Sprintf("--format %q is not known: choose %s", string(e), strings.Join(Formats(), " or "))
}

// Write writes an audit in a format.
func Write(w io.Writer, format string, r *queries.Report, o Options) error {
	open, ok := formats[format]
	if !ok {
		return ErrFormat(format)
	}
	to := open(w)
	for e := range Events(r, o) {
		if err := to.Write(e); err != nil {
			return err
		}
	}
	return nil
}
