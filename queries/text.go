package queries

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strings"
	"unicode"
)

const (
	// shownFindings is how many findings of a check are shown to a person.
	shownFindings = 5
	// shownEvidence is how many characters of a finding's evidence are.
	shownEvidence = 100
)

// shown is the order in which a person reads the outcomes: first what is not
// known, then what is wrong.
var shown = []Status{Skip, Error, Fail, Warn, OK}

// WriteText writes the report for a person: what was compared, which checks could
// not run and why, what was found with a few findings each, those with the most
// money first, and the SQL that shows the rest.
func (r *Report) WriteText(w io.Writer) error {
	return r.write(w, func(t *text, i int) {
		if status := r.Results[i].Status; status == Fail || status == Warn {
			t.findings(r.of(i))
		}
	})
}

// WriteSummary writes the report without findings, a line for each check.
func (r *Report) WriteSummary(w io.Writer) error {
	return r.write(w, func(*text, int) {})
}

func (r *Report) write(w io.Writer, more func(t *text, result int)) error {
	t := &text{w: w}
	t.snapshots(r)
	order := make([]int, len(r.Results))
	width := 0
	for i, result := range r.Results {
		order[i] = i
		width = max(width, len(result.CheckID))
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return slices.Index(shown, r.Results[a].Status) - slices.Index(shown, r.Results[b].Status)
	})
	for _, i := range order {
		t.result(r.Results[i], width)
		more(t, i)
	}
	t.line("%s", r.counts())
	t.line(`all findings: hubgraph sql "SELECT * FROM findings WHERE audit_id = '%s' AND state <> 'resolved'"`, r.AuditID)
	return t.err
}

// of are the open findings of a result's check, those with the most money first.
func (r *Report) of(result int) []Finding {
	type valued struct {
		Finding
		amount *big.Rat
	}
	var open []valued
	for _, f := range r.Findings {
		if f.CheckID == r.Results[result].CheckID && f.State != Resolved {
			amount := amountOf(f.Evidence)
			if amount == nil {
				amount = new(big.Rat)
			}
			open = append(open, valued{f, amount})
		}
	}
	slices.SortStableFunc(open, func(a, b valued) int { return cmp.Or(b.amount.Cmp(a.amount), compareFindings(a.Finding, b.Finding)) })
	findings := make([]Finding, len(open))
	for i, v := range open {
		findings[i] = v.Finding
	}
	return findings
}

func (r *Report) counts() string {
	count := map[Status]int{}
	for _, result := range r.Results {
		count[result.Status]++
	}
	text := fmt.Sprintf("%d failed, %d warned, %d ok", count[Fail], count[Warn], count[OK])
	if count[Skip] > 0 {
		text += fmt.Sprintf(", %d skipped for lack of evidence", count[Skip])
	}
	if count[Error] > 0 {
		text += fmt.Sprintf(", %d broke", count[Error])
	}
	return text
}

// text writes lines until the first error.
type text struct {
	w   io.Writer
	err error
}

func (t *text) line(format string, args ...any) {
	if t.err == nil {
		_, t.err = io.WriteString(t.w, printable(fmt.Sprintf(format, args...))+"\n")
	}
}

func (t *text) snapshots(r *Report) {
	s := r.Snapshot
	complete := "complete"
	switch {
	case s.Complete:
	case r.Unread > 0:
		complete = fmt.Sprintf("INCOMPLETE: %d records were not read, and their findings stay as they were", r.Unread)
	default:
		complete = "INCOMPLETE"
	}
	t.line("snapshot %s of portal %d: %d records, %d associations, %s", s.SnapshotID, s.PortalID, s.Objects, s.Associations, complete)
	if r.Baseline == nil {
		t.line("compared with nothing: there is no baseline")
	} else {
		t.line("compared with %s: %d records, %d associations", r.Baseline.SnapshotID, r.Baseline.Objects, r.Baseline.Associations)
	}
}

func (t *text) result(r CheckResult, width int) {
	outcome := ""
	switch {
	case r.SkipReason != nil:
		outcome = *r.SkipReason
	case r.Violations != nil:
		outcome = r.tally()
	}
	t.line("%-5s  %-8s  %-*s  %s", r.Status, r.Severity, width, r.CheckID, outcome)
}

// tally tells the counts of a result.
func (r CheckResult) tally() string {
	text := fmt.Sprint(*r.Violations)
	if r.Universe != nil {
		text += fmt.Sprintf(" of %d", *r.Universe)
	}
	if r.Percent != nil && *r.Violations > 0 {
		text += fmt.Sprintf(" (%g %%)", *r.Percent)
	}
	if *r.New > 0 {
		text += fmt.Sprintf(", %d new", *r.New)
	}
	if *r.Resolved > 0 {
		text += fmt.Sprintf(", %d resolved", *r.Resolved)
	}
	return text
}

func (t *text) findings(findings []Finding) {
	for _, f := range findings[:min(len(findings), shownFindings)] {
		t.line("         %-8s  %-8s  %s  %s", f.Severity, f.State, f.subject(), gist(f.Evidence))
	}
	if more := len(findings) - shownFindings; more > 0 {
		t.line("         … and %d more", more)
	}
}

// subject names what a finding is about.
func (f Finding) subject() string {
	if f.SubjectType != nil {
		return end(f.SubjectType, f.SubjectID)
	}
	text := end(f.FromType, f.FromID) + " -> " + end(f.ToType, f.ToID)
	if f.Category != nil && f.TypeID != nil {
		text += fmt.Sprintf(" %s:%d", *f.Category, *f.TypeID)
	}
	return text
}

func end(typ *string, id *int64) string {
	switch {
	case typ == nil:
		return "?"
	case id == nil:
		return *typ
	}
	return fmt.Sprintf("%s:%d", *typ, *id)
}

// gist is the beginning of a finding's evidence.
func gist(evidence string) string {
	parts := facts(evidence)
	length := 0
	for i, part := range parts {
		if length += len([]rune(part)) + 2; length > shownEvidence {
			parts = parts[:i]
			break
		}
	}
	return strings.Join(parts, ", ")
}

// facts are a finding's evidence in its order, as texts "key value".
func facts(evidence string) []string {
	d := json.NewDecoder(strings.NewReader(evidence))
	if _, err := d.Token(); err != nil { // the opening brace
		return nil
	}
	var parts []string
	for d.More() {
		var value json.RawMessage
		key, err := d.Token()
		if err := errors.Join(err, d.Decode(&value)); err != nil {
			return nil
		}
		parts = append(parts, fmt.Sprintf("%v %s", key, plain(value)))
	}
	return parts
}

// plain is a JSON value as a person would write it.
func plain(value json.RawMessage) string {
	var s string
	if json.Unmarshal(value, &s) == nil {
		return s
	}
	return string(bytes.ReplaceAll(value, []byte(`"`), nil))
}

// printable takes out what would move a terminal's cursor, color it, or turn the
// direction of writing: texts come from the portal. Breaks of lines and tabs
// become blanks.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s)
}
