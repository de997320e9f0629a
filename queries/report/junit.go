package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"hubgraph/internal/terminal"
	"hubgraph/queries"
)

// junit writes a stream as JUnit XML, which the servers of continuous integration read: a
// test case for each check, for each finding of the register, or for each kind of
// difference. Only what fails an audit, and a finding that is open and not waived, is a
// failure.
type junit struct {
	w     io.Writer
	suite suite
	shown int // findings of the current case
}

type suite struct {
	XMLName    xml.Name   `xml:"testsuite"`
	Name       string     `xml:"name,attr"`
	Tests      int        `xml:"tests,attr"`
	Failures   int        `xml:"failures,attr"`
	Errors     int        `xml:"errors,attr"`
	Skipped    int        `xml:"skipped,attr"`
	Time       string     `xml:"time,attr"`
	Timestamp  string     `xml:"timestamp,attr"`
	Properties []property `xml:"properties>property"`
	Cases      []testcase `xml:"testcase"`
	total      time.Duration
}

type property struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type testcase struct {
	Class   string  `xml:"classname,attr"`
	Name    string  `xml:"name,attr"`
	Time    string  `xml:"time,attr"`
	Failure *result `xml:"failure"`
	Error   *result `xml:"error"`
	Skipped *result `xml:"skipped"`
	Out     string  `xml:"system-out,omitempty"`
}

type result struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// suites is the document.
type suites struct {
	XMLName  xml.Name `xml:"testsuites"`
	Name     string   `xml:"name,attr"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Errors   int      `xml:"errors,attr"`
	Skipped  int      `xml:"skipped,attr"`
	Suites   []suite
}

func (j *junit) Write(e Event) error {
	switch e := e.(type) {
	case Begin:
		j.begin("audit", e.Snapshot, "audit_id", e.AuditID)
		if e.Baseline != nil {
			j.suite.Properties = append(j.suite.Properties, property{"baseline_id", e.Baseline.SnapshotID})
		}
	case Check:
		j.check(e)
	case Finding:
		j.finding(e)
	case Register:
		j.begin("findings", e.Snapshot, "audit_id", e.AuditID)
	case Owned:
		j.owned(e)
	case Whole:
		j.begin("finding", e.Snapshot, "audit_id", e.LastAuditID)
		j.owned(Owned{e.Registered})
		return j.end()
	case Group:
		j.add(testcase{Class: "findings." + e.By, Name: e.Name, Out: strings.Join(grouped(e), " ")})
	case Nights:
		j.begin("diff", e.New, "baseline_id", e.Old.SnapshotID)
		for _, c := range e.Counts {
			j.add(testcase{Class: "diff." + c.Section, Name: c.Change, Out: terminal.Count(c.Count, "difference")})
		}
	case End, Done:
		return j.end()
	}
	return nil
}

func (j *junit) begin(name string, s queries.SnapshotRow, key, value string) {
	j.suite.Name, j.suite.Timestamp = "hubgraph "+name, s.StartedAt.UTC().Format("2006-01-02T15:04:05")
	j.suite.Properties = []property{{"portal_id", fmt.Sprint(s.PortalID)}, {"snapshot_id", s.SnapshotID}, {key, value}}
}

func (j *junit) add(c testcase) {
	j.shown = 0
	if c.Time == "" {
		c.Time = "0.000"
	}
	j.suite.Cases = append(j.suite.Cases, c)
}

func (j *junit) check(c Check) {
	took := time.Duration(c.DurationMS) * time.Millisecond
	j.suite.total += took
	tc := testcase{Class: "hubgraph." + string(c.Severity), Name: c.CheckID, Time: fmt.Sprintf("%.3f", took.Seconds())}
	reason := terminal.Printable(textOf(c.SkipReason))
	switch c.Status {
	case queries.Fail:
		tc.Failure = &result{Message: c.Title + ": " + tally(c), Type: "gate " + c.Gate}
	case queries.Error:
		tc.Error = &result{Message: reason, Type: "query"}
	case queries.Skip:
		tc.Skipped = &result{Message: reason}
	case queries.Warn:
		tc.Out = tally(c) + "\n"
	}
	j.add(tc)
}

// finding adds a line to the check before it.
func (j *junit) finding(f Finding) {
	if !f.Open() {
		return
	}
	c := &j.suite.Cases[len(j.suite.Cases)-1]
	to := &c.Out
	if c.Failure != nil {
		to = &c.Failure.Text
	}
	j.shown++
	switch {
	case j.shown <= mostListed:
		*to += terminal.Printable(line(f.Finding)) + "\n"
	case j.shown == mostListed+1:
		*to += "…\n"
	}
}

// line is a finding in a line.
func line(f queries.Finding) string {
	parts := []string{string(f.Severity), string(f.State), Subject(f)}
	if m := MoneyOf(f); m != nil {
		parts = append(parts, m.String())
	}
	if f.WaivedUntil != nil {
		parts = append(parts, "waived until "+f.WaivedUntil.Format(time.DateOnly))
	}
	if f.URL != nil {
		parts = append(parts, *f.URL)
	}
	return strings.TrimSpace(strings.Join(parts, "  ") + "  " + gist(f.Evidence))
}

func (j *junit) owned(o Owned) {
	c := testcase{Class: "findings." + o.CheckID, Name: terminal.Printable(Subject(o.Finding)) + " " + short(o.Fingerprint)}
	text := terminal.Printable(line(o.Finding))
	switch {
	case !o.Open():
		c.Out = text
	case o.WaivedUntil != nil:
		c.Skipped = &result{Message: terminal.Printable(fmt.Sprintf("waived until %s: %s", o.WaivedUntil.Format(time.DateOnly), textOf(o.WaivedReason)))}
	default:
		c.Failure = &result{Message: text, Type: string(o.Severity)}
	}
	j.add(c)
}

func (j *junit) end() error {
	s := &j.suite
	s.Tests, s.Time = len(s.Cases), fmt.Sprintf("%.3f", s.total.Seconds())
	for _, c := range s.Cases {
		switch {
		case c.Failure != nil:
			s.Failures++
		case c.Error != nil:
			s.Errors++
		case c.Skipped != nil:
			s.Skipped++
		}
	}
	if _, err := io.WriteString(j.w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(j.w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(suites{Name: "hubgraph", Tests: s.Tests, Failures: s.Failures, Errors: s.Errors, Skipped: s.Skipped, Suites: []suite{*s}}); err != nil {
		return err
	}
	_, err := io.WriteString(j.w, "\n")
	return err
}
