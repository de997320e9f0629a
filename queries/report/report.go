// Package report prints audits, findings of the register, and comparisons of nights. What
// is printed is one stream of events, and each format has one writer of them; an audit
// that was stored gives the same stream as the audit did.
package report

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"hubgraph/queries"
)

// Event is a part of what is printed. Of an audit that is Begin, before it Crawl where it
// crawled, too, then for each check a Check and a Finding for each of its findings, then
// End. Of the register it is Register, then each an Owned, or each a Group, or one Whole;
// of a comparison Nights, then each a Difference; and behind these Done.
type Event interface{ event() }

// Crawl is what a crawl read.
type Crawl struct{ Night }

// Night is the crawl of a night, for people and for scripts.
type Night interface {
	WriteText(io.Writer) error
	json.Marshaler
}

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
	Causes  Causes
	Notes   []string
	Command string // that prints all open findings
}

// Done ends a stream that is none of an audit.
type Done struct{}

func (Crawl) event()   {}
func (Begin) event()   {}
func (Check) event()   {}
func (Finding) event() {}
func (End) event()     {}
func (Done) event()    {}

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
		end := End{Outcome: r.Outcome(), Counts: map[queries.Status]int{}, Causes: o.causes(r), Notes: r.Notes, Command: o.Command(`sql "FROM findings WHERE state <> 'resolved'"`)}
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
			if !yield(Check{c, advice, repair, len(findings), Sums(findings)}) {
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
// still had all of them but links that came later, which the plan then lists.
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
	if repair = checks[0].RepairCommand(night); repair != "" {
		repair = o.Command(repair)
	}
	return o.commands(checks[0].Advice(night)), repair
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

// format is a way to write a stream.
type format struct {
	name   string
	ending string // of files in it; empty: it is none for files
	people bool   // it is for people, who want nothing where nothing is new
	open   func(io.Writer, Options) Writer
}

// formats are the formats in the order in which they are listed.
var formats = []format{
	{"text", "txt", true, func(w io.Writer, o Options) Writer { return &text{w: w, most: mostFindings, options: o} }},
	{"brief", "", true, func(w io.Writer, o Options) Writer { return &text{w: w, brief: true, options: o} }},
	{"summary", "", true, func(w io.Writer, o Options) Writer { return &text{w: w, options: o} }},
	{"json", "json", false, func(w io.Writer, _ Options) Writer { return newJSON(w) }},
	{"ndjson", "ndjson", false, func(w io.Writer, _ Options) Writer { return newLines(w) }},
	{"csv", "csv", false, func(w io.Writer, o Options) Writer { return newCSV(w, o) }},
	{"markdown", "md", true, func(w io.Writer, _ Options) Writer { return &markdown{w: w} }},
	{"junit", "junit.xml", false, func(w io.Writer, _ Options) Writer { return &junit{w: w} }},
	{"prometheus", "prom", false, func(w io.Writer, _ Options) Writer { return &prometheus{w: w} }},
}

// Formats lists the names of the formats.
func Formats() []string {
	var names []string
	for _, f := range formats {
		names = append(names, f.name)
	}
	return names
}

// Endings lists the endings of files that have a format.
func Endings() []string {
	var endings []string
	for _, f := range formats {
		if f.ending != "" {
			endings = append(endings, f.ending)
		}
	}
	return endings
}

// FormatOf is the format that the ending of a file's name asks for; empty where none does.
func FormatOf(file string) string {
	for _, f := range formats {
		if f.ending != "" && strings.HasSuffix(strings.ToLower(file), "."+f.ending) {
			return f.name
		}
	}
	return ""
}

// ForPeople reports whether a format is for people, and not for programs.
func ForPeople(name string) bool {
	return slices.ContainsFunc(formats, func(f format) bool { return f.name == name && f.people })
}

// Open opens a writer of a format, which must be one of Formats.
func Open(w io.Writer, name string, o Options) (Writer, error) {
	for _, f := range formats {
		if f.name == name {
			return f.open(w, o), nil
		}
	}
	return nil, ErrFormat(name)
}

// ErrFormat is an unknown format.
type ErrFormat string

func (e ErrFormat) Error() string {
	return fmt.Sprintf("--format %q is not known: choose %s", string(e), strings.Join(Formats(), " or "))
}

// Write writes an audit in a format.
func Write(w io.Writer, format string, r *queries.Report, o Options) error {
	to, err := Open(w, format, o)
	if err != nil {
		return err
	}
	for e := range Events(r, o) {
		if err := to.Write(e); err != nil {
			return err
		}
	}
	return nil
}
