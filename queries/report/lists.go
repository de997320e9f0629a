package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"hubgraph/internal/terminal"
	"hubgraph/queries"
)

// mostRows is how many rows of a list a person is shown.
const mostRows = 40

// rows are those of a list that is printed as a table, and how many are not shown.
type rows struct {
	terminal.Table
	section string // of a comparison
	hidden  int
}

// list writes the events of streams that are none of an audit.
func (t *text) list(e Event) {
	switch e := e.(type) {
	case Register:
		t.register(e)
	case Owned:
		t.row(owned(e)...)
	case Group:
		t.row(grouped(e)...)
	case Whole:
		t.whole(e)
	case Nights:
		t.nights(e)
	case Difference:
		if e.Section != t.table.section {
			t.flush()
			t.table.section, t.table.Header = e.Section, []string{"CHANGE", strings.ToUpper(strings.TrimSuffix(e.Section, "s")), "WAS => IS"}
		}
		t.row(e.Change, e.Subject(), e.Was())
	case Done:
		t.flush()
	}
}

// row keeps a row for the table, as long as a person would read it.
func (t *text) row(cells ...string) {
	switch {
	case t.brief:
	case len(t.table.Rows) < mostRows || t.options.All:
		t.table.Rows = append(t.table.Rows, cells)
	default:
		t.table.hidden++
	}
}

// flush prints the table and begins another.
func (t *text) flush() {
	if len(t.table.Rows) > 0 && t.err == nil {
		t.table.Width, t.table.More = t.options.Width, "--format csv"
		_, t.err = io.WriteString(t.w, t.table.String())
	}
	if t.table.hidden > 0 {
		t.line("… and %d more: --all shows them", t.table.hidden)
	}
	t.table = rows{}
}

func (t *text) register(r Register) {
	open, fresh, resolved, waived, money := tallies(r.Findings)
	var parts []string
	for _, c := range []struct {
		n    int
		text string
	}{{open, "open"}, {fresh, "new"}, {waived, "waived"}, {resolved, "resolved"}} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c.n, c.text))
		}
	}
	text := fmt.Sprintf("%s of portal %d as of snapshot %s", terminal.Count(int64(len(r.Findings)), "finding"), r.Snapshot.PortalID, r.Snapshot.SnapshotID)
	if len(parts) > 0 {
		text += ": " + strings.Join(parts, ", ")
	}
	for i, m := range money {
		text += map[bool]string{true: "; ", false: " + "}[i == 0] + m.String()
	}
	t.line("%s", text)
	if r.By != "" {
		t.table.Header = []string{strings.ToUpper(r.By), "FINDINGS", "OPEN", "NEW", "WAIVED", "MONEY"}
		return
	}
	t.table.Header = []string{"FINGERPRINT", "SEVERITY", "STATE", "CHECK", "ABOUT", "MONEY", "SINCE", "OWNER", "WAIVED UNTIL", "RESOLVED"}
}

// shownDigits is how many digits of a fingerprint distinguish it from others.
const shownDigits = 12

// owned are the cells of a finding in a table.
func owned(o Owned) []string {
	money, until, resolved := "", "", ""
	if m := MoneyOf(o.Finding); m != nil {
		money = m.String()
	}
	if o.WaivedUntil != nil {
		until = o.WaivedUntil.Format(time.DateOnly)
	}
	if o.ResolvedAt != nil {
		resolved = o.ResolvedAt.Format(time.DateOnly)
		if o.Cause != nil {
			resolved += " " + *o.Cause
		}
	}
	return []string{short(o.Fingerprint), string(o.Severity), string(o.State), o.CheckID, Subject(o.Finding), money, o.FirstSeen.Format(time.DateOnly), ownerOf(o.Registered, ""), until, resolved}
}

func short(fingerprint string) string { return fingerprint[:min(len(fingerprint), shownDigits)] }

func grouped(g Group) []string {
	var money []string
	for _, m := range g.Money {
		money = append(money, m.String())
	}
	return []string{g.Name, strconv.Itoa(g.Findings), strconv.Itoa(g.Open), strconv.Itoa(g.New), strconv.Itoa(g.Waived), strings.Join(money, " + ")}
}

// whole prints all that is known of a finding.
func (t *text) whole(w Whole) {
	t.line("%s", w.Fingerprint)
	for _, f := range facts(w) {
		t.line("%-10s  %s", f[0], f[1])
	}
	t.line("")
	t.line("history")
	for _, h := range w.History {
		t.line("  %s  %-8s  %s", h.At.Format(time.DateTime), h.Change, caused(h))
	}
	if w.Check != nil {
		t.line("")
		if advice := w.advice(); advice != "" {
			t.line("advice      %s", t.options.commands(advice))
		}
		t.line("SQL")
		for line := range strings.Lines(strings.TrimSpace(w.Check.SQL)) {
			t.line("  %s", strings.TrimRight(line, "\n"))
		}
		t.line("show it: %s", t.options.Command("sql \""+w.Query()+"\""))
	}
}

func caused(c queries.Change) string {
	if c.Change == queries.FailedTheRun {
		return "it made its check fail"
	}
	if c.Cause == nil {
		return ""
	}
	if c.Change == queries.MergedAway {
		return "into " + short(*c.Cause)
	}
	return *c.Cause
}

// facts are what is known of a finding, each with its name.
func facts(w Whole) [][2]string {
	var all [][2]string
	add := func(name, text string) {
		if text != "" {
			all = append(all, [2]string{name, text})
		}
	}
	title := w.CheckID
	if w.Check != nil {
		title += ": " + w.Check.Title
	}
	cells := owned(Owned{w.Registered})
	add("check", title)
	add("about", cells[4])
	add("severity", cells[1])
	add("state", cells[2])
	add("money", cells[5])
	add("owner", cells[7])
	add("first seen", w.FirstSeen.Format(time.DateTime))
	add("last seen", w.LastSeen.Format(time.DateTime))
	add("resolved", cells[9])
	if w.WaivedUntil != nil {
		text := "until " + cells[8]
		if w.WaivedBy != nil && *w.WaivedBy != "" {
			text += " by " + *w.WaivedBy
		}
		if w.WaivedReason != nil {
			text += ": " + *w.WaivedReason
		}
		add("waived", text)
	}
	if w.MergedInto != nil {
		add("merged", "into "+*w.MergedInto)
	}
	if w.URL != nil {
		add("record", *w.URL)
	}
	if w.Family != nil {
		add("family", *w.Family+", "+*w.FamilyRule)
	}
	for _, fact := range Facts(w.Evidence) {
		add("evidence", fact)
	}
	return all
}

func (t *text) nights(n Nights) {
	for _, s := range []struct {
		name  string
		night queries.SnapshotRow
	}{{"old", n.Old}, {"new", n.New}} {
		t.line("%s %s: %d records, %d associations", s.name, s.night.SnapshotID, s.night.Objects, s.night.Associations)
	}
	for _, section := range queries.Sections {
		t.line("%-11s  %s", section, kinds(n.Diff, section))
	}
	if len(n.NotCompared) > 0 {
		t.line("not compared, since the two nights did not both read it: %s", shorten(n.NotCompared))
	}
}
