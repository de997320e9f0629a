package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"hubgraph/internal/terminal"
	"hubgraph/queries"
)

const (
	// mostFindings is how many findings of a check a person is shown.
	mostFindings = 5
	// shownEvidence is how many characters of a finding's evidence are.
	shownEvidence = 100
)

// text writes an audit for a person: what was compared, which checks could not run and
// why, what was found with a few findings each, and the SQL that shows the rest.
type text struct {
	w       io.Writer
	most    int  // findings shown of a check; none: a line for each check
	brief   bool // checks that are ok are not shown, and of lists only how long they are
	options Options
	err     error
	table   rows // of a list

	left    int // findings of the current check that may still be shown
	hidden  int // of the current check
	skipped []skipped
}

// skipped are the checks that were skipped for one reason, which is one line: a scope
// that is missing skips many. All that need what was not to be crawled are one, too.
type skipped struct {
	cause    queries.Cause
	reasons  []string
	severity queries.Severity
	ids      []string
}

// reason is the reason of all. Of object types that were not crawled each is named once.
func (s skipped) reason() string {
	if len(s.reasons) == 1 {
		return s.reasons[0]
	}
	var types, others []string
	for _, reason := range s.reasons {
		reason = strings.TrimPrefix(reason, "out of scope: ")
		list, ok := strings.CutSuffix(reason, " were not crawled")
		if !ok {
			others = append(others, reason)
			continue
		}
		for name := range strings.SplitSeq(list, ", ") {
			if !slices.Contains(types, name) {
				types = append(types, name)
			}
		}
	}
	if types != nil {
		others = append([]string{strings.Join(types, ", ") + " were not crawled"}, others...)
	}
	return "out of scope: " + strings.Join(others, "; ")
}

func (t *text) Write(e Event) error {
	switch e := e.(type) {
	case Crawl:
		t.err = errors.Join(t.err, e.WriteText(t.w))
	case Begin:
		t.begin(e)
	case Check:
		t.rest()
		if t.brief && e.Status == queries.OK {
			break
		}
		if e.Status == queries.Skip {
			t.skip(e)
			break
		}
		t.reasons()
		t.check(e)
	case Finding:
		t.finding(e)
	case End:
		t.rest()
		t.reasons()
		t.end(e)
	default:
		t.list(e)
	}
	return t.err
}

func (t *text) line(format string, args ...any) {
	if t.err == nil {
		_, t.err = io.WriteString(t.w, strings.TrimRight(terminal.Printable(fmt.Sprintf(format, args...)), " ")+"\n")
	}
}

func (t *text) begin(b Begin) {
	s := b.Snapshot
	complete := "complete"
	switch {
	case s.Complete:
	case !b.Readable:
		complete = "INCOMPLETE"
	case b.Unread == 0:
		complete = "complete but for the owners"
	default:
		complete = fmt.Sprintf("complete but for %s, whose findings stay as they were", terminal.Count(b.Unread, "record"))
	}
	t.line("snapshot %s of portal %d: %d records, %d associations, %s", s.SnapshotID, s.PortalID, s.Objects, s.Associations, complete)
	if b.Baseline == nil {
		t.line("compared with nothing: %s", strings.TrimPrefix(b.NoBaseline, "no baseline: "))
	} else {
		t.line("compared with %s: %d records, %d associations", b.Baseline.SnapshotID, b.Baseline.Objects, b.Baseline.Associations)
	}
	if b.Aside != "" {
		t.line("this audit does not enter the register of findings: %s", b.Aside)
	}
}

// skip remembers a check that was skipped.
func (t *text) skip(c Check) {
	reason, cause := "", queries.Cause("")
	if c.SkipReason != nil {
		reason = *c.SkipReason
	}
	if c.SkipCause != nil {
		cause = *c.SkipCause
	}
	for i := range t.skipped {
		s := &t.skipped[i]
		known := slices.Contains(s.reasons, reason)
		if known || cause == queries.OutOfScope && s.cause == cause {
			s.ids = append(s.ids, c.CheckID)
			if !known {
				s.reasons = append(s.reasons, reason)
			}
			return
		}
	}
	t.skipped = append(t.skipped, skipped{cause, []string{reason}, c.Severity, []string{c.CheckID}})
}

// reasons prints the checks that were skipped, a line for each reason.
func (t *text) reasons() {
	for _, s := range t.skipped {
		if len(s.ids) == 1 {
			t.line("%-5s  %-8s  %-*s  %s", queries.Skip, s.severity, idWidth, s.ids[0], s.reason())
		} else {
			t.line("%-5s  %d checks: %s", queries.Skip, len(s.ids), s.reason())
			t.line("         %s", strings.Join(s.ids, ", "))
		}
	}
	t.skipped = nil
}

// idWidth is the room for the id of a check.
const idWidth = 32

func (t *text) check(c Check) {
	t.left = 0
	if c.Status == queries.Fail || c.Status == queries.Warn {
		t.left = t.most
	}
	outcome := ""
	switch {
	case c.SkipReason != nil:
		outcome = *c.SkipReason
	case c.Violations != nil:
		outcome = tally(c)
	}
	t.line("%-5s  %-8s  %-*s  %s", c.Status, c.Severity, idWidth, c.CheckID, outcome)
	if len(c.CellsLeftOut) > 0 {
		t.line("         not judged: %s", shorten(c.CellsLeftOut))
	}
	if c.Note != nil {
		t.line("         %s", *c.Note)
	}
	if t.left > 0 && c.Advice != "" {
		t.line("         %s", c.Advice)
	}
	if t.left > 0 && c.Repair != "" {
		t.line("         repair: %s", c.Repair)
	}
}

// mostCells is how many cells are named one by one.
const mostCells = 3

func shorten(names []string) string {
	text := strings.Join(names[:min(len(names), mostCells)], ", ")
	if more := len(names) - mostCells; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// tally gives the counts of a result.
func tally(c Check) string {
	text := fmt.Sprint(*c.Violations)
	if c.Universe != nil {
		text += fmt.Sprintf(" of %d", *c.Universe)
	}
	if c.Percent != nil && *c.Violations > 0 {
		text += fmt.Sprintf(" (%g %%)", *c.Percent)
	}
	for _, count := range []struct {
		n    *int64
		name string
	}{{c.New, "new"}, {c.Resolved, "resolved"}, {c.Waived, "waived"}} {
		if count.n != nil && *count.n > 0 {
			text += fmt.Sprintf(", %d %s", *count.n, count.name)
		}
	}
	for i, m := range c.Money {
		text += map[bool]string{true: ": ", false: " + "}[i == 0] + m.String()
	}
	return text
}

func (t *text) finding(f Finding) {
	if !f.Open() {
		return
	}
	if t.left == 0 {
		t.hidden++
		return
	}
	t.left--
	parts := []string{Subject(f.Finding)}
	if m := MoneyOf(f.Finding); m != nil {
		parts = append(parts, m.String())
	}
	if f.State != queries.New {
		parts = append(parts, "since "+f.FirstSeen.Format(time.DateOnly))
	}
	if f.WaivedUntil != nil {
		parts = append(parts, "waived until "+f.WaivedUntil.Format(time.DateOnly))
	}
	if f.URL != nil {
		parts = append(parts, *f.URL)
	}
	t.line("         %-8s  %-8s  %s  %s", f.Severity, f.State, strings.Join(parts, "  "), gist(f.Evidence))
}

// rest says how many findings of the current check were not shown.
func (t *text) rest() {
	if t.hidden > 0 && t.most > 0 {
		t.line("         … and %d more", t.hidden)
	}
	t.hidden = 0
}

func (t *text) end(e End) {
	t.causes(e.Causes)
	for _, note := range e.Notes {
		t.line("note: %s", note)
	}
	count := e.Counts
	text := fmt.Sprintf("%d failed, %d warned, %d ok", count[queries.Fail], count[queries.Warn], count[queries.OK])
	if count[queries.Skip] > 0 {
		text += fmt.Sprintf(", %d skipped", count[queries.Skip])
	}
	if count[queries.Error] > 0 {
		text += fmt.Sprintf(", %d broke", count[queries.Error])
	}
	t.line("%s", text)
	t.line("open findings: %s", e.Command)
}

// Subject names what a finding is about.
func Subject(f queries.Finding) string {
	if f.SubjectType != nil {
		name := ""
		if f.SubjectName != nil {
			name = *f.SubjectName
		}
		return named(end(f.SubjectType, f.SubjectID), name)
	}
	var names struct {
		From string `json:"from_name"`
		To   string `json:"to_name"`
	}
	_ = json.Unmarshal([]byte(f.Evidence), &names) // without names there are still ids
	text := named(end(f.FromType, f.FromID), names.From) + " -> " + named(end(f.ToType, f.ToID), names.To)
	if f.Category != nil && f.TypeID != nil {
		text += fmt.Sprintf(" %s:%d", *f.Category, *f.TypeID)
	}
	return text
}

func named(record, name string) string {
	if name == "" {
		return record
	}
	return record + " \"" + name + "\""
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
	parts := Facts(evidence)
	length := 0
	for i, part := range parts {
		if length += len([]rune(part)) + 2; length > shownEvidence {
			parts = parts[:i]
			break
		}
	}
	return strings.Join(parts, ", ")
}

// Facts are a finding's evidence in its order, as texts "key value".
func Facts(evidence string) []string {
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
		if key == "from_name" || key == "to_name" { // which the subject names
			continue
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
