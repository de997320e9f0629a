package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"hubgraph/internal/terminal"
	"hubgraph/queries"
)

// markdown writes a stream for where Markdown with tables is shown, such as the summary of
// a job or a ticket.
type markdown struct {
	w    io.Writer
	text strings.Builder

	check   string   // the current one; empty: its findings are not shown
	shown   int      // of its findings, or of a list
	hidden  int      // the rest
	section string   // of a comparison
	lists   []string // the findings of the checks
}

// mostListed is how many findings of a check, or rows of a list, Markdown shows.
const mostListed = 20

func (m *markdown) Write(e Event) error {
	switch e := e.(type) {
	case Begin:
		m.begin(e)
	case Check:
		m.outcome(e)
	case Finding:
		m.finding(e)
	case End:
		m.end(e)
		return m.flush()
	case Register:
		m.register(e)
	case Owned:
		m.listed(owned(e)...)
	case Group:
		m.listed(grouped(e)...)
	case Whole:
		m.whole(e)
		return m.flush()
	case Nights:
		m.nights(e)
	case Difference:
		if e.Section != m.section {
			m.more()
			m.section, m.shown = e.Section, 0
			m.line("\n## %s\n", strings.ToUpper(e.Section[:1])+e.Section[1:])
			m.header("Change", strings.TrimSuffix(e.Section, "s"), "Was ⇒ is")
		}
		m.listed(e.Change, e.Subject(), e.Was())
	case Done:
		m.more()
		return m.flush()
	}
	return nil
}

func (m *markdown) flush() error {
	_, err := io.WriteString(m.w, m.text.String())
	return err
}

// line writes a line of Markdown.
func (m *markdown) line(format string, args ...any) { fmt.Fprintf(&m.text, format+"\n", args...) }

func (m *markdown) header(names ...string) {
	m.line("| %s |", strings.Join(names, " | "))
	m.line("|%s", strings.Repeat(" --- |", len(names)))
}

// row is a row of a table, of foreign texts.
func row(cells ...string) string {
	for i, c := range cells {
		cells[i] = terminal.Markdown(c)
	}
	return "| " + strings.Join(cells, " | ") + " |"
}

// listed writes a row of a list, as long as there are not too many.
func (m *markdown) listed(cells ...string) {
	if m.shown == mostListed {
		m.hidden++
		return
	}
	m.shown++
	m.line("%s", row(cells...))
}

// more says how many rows of the list are not shown.
func (m *markdown) more() {
	if m.hidden > 0 {
		m.line("\n… and %d more.", m.hidden)
	}
	m.hidden = 0
}

func (m *markdown) begin(b Begin) {
	m.line("# HubSpot portal %d\n", b.Snapshot.PortalID)
	complete := "complete"
	if !b.Snapshot.Complete {
		complete = "**incomplete**"
		if b.Readable {
			complete = "complete but for " + terminal.Count(b.Unread, "record")
		}
	}
	m.line("Snapshot %s: %d records, %d associations, %s.", b.Snapshot.SnapshotID, b.Snapshot.Objects, b.Snapshot.Associations, complete)
	if b.Baseline != nil {
		m.line("Compared with %s.", b.Baseline.SnapshotID)
	}
	if b.Aside != "" {
		m.line("This audit does not enter the register of findings: %s.", terminal.Markdown(b.Aside))
	}
	m.line("")
	m.header("Status", "Severity", "Check", "Open", "New", "Resolved", "Money", "Note")
}

func (m *markdown) outcome(c Check) {
	m.rest()
	m.check, m.shown = "", 0
	if c.Status == queries.Fail || c.Status == queries.Warn {
		m.check = c.CheckID
	}
	var money, notes []string
	for _, sum := range c.Money {
		money = append(money, sum.String())
	}
	for _, note := range []*string{c.SkipReason, c.Note} {
		if note != nil {
			notes = append(notes, *note)
		}
	}
	if len(c.CellsLeftOut) > 0 {
		notes = append(notes, "not judged: "+shorten(c.CellsLeftOut))
	}
	m.line("%s", row(string(c.Status), string(c.Severity), c.CheckID, textOf(c.Violations), textOf(c.New), textOf(c.Resolved), strings.Join(money, " + "), strings.Join(notes, "; ")))
}

func (m *markdown) finding(f Finding) {
	if m.check == "" || !f.Open() {
		return
	}
	if m.shown == mostListed {
		m.hidden++
		return
	}
	if m.shown == 0 {
		m.lists = append(m.lists, fmt.Sprintf("\n## %s\n\n| State | About | Money | Since | Evidence |\n| --- | --- | --- | --- | --- |", terminal.Markdown(m.check)))
	}
	m.shown++
	money := ""
	if sum := MoneyOf(f.Finding); sum != nil {
		money = sum.String()
	}
	state := string(f.State)
	if f.WaivedUntil != nil {
		state += ", waived until " + f.WaivedUntil.Format(time.DateOnly)
	}
	m.lists = append(m.lists, row(state, Subject(f.Finding), money, f.FirstSeen.Format(time.DateOnly), gist(f.Evidence)))
}

// rest says how many findings of the current check are not shown.
func (m *markdown) rest() {
	if m.hidden > 0 {
		m.lists = append(m.lists, fmt.Sprintf("\n… and %d more.", m.hidden))
	}
	m.hidden = 0
}

func (m *markdown) end(e End) {
	m.rest()
	m.causes(e.Causes)
	for _, note := range e.Notes {
		m.line("\nNote: %s.", terminal.Markdown(note))
	}
	for _, line := range m.lists {
		m.line("%s", line)
	}
}

func (m *markdown) register(r Register) {
	open, fresh, resolved, waived, money := tallies(r.Findings)
	var sums []string
	for _, sum := range money {
		sums = append(sums, sum.String())
	}
	m.line("# Findings of HubSpot portal %d\n", r.Snapshot.PortalID)
	m.line("%s as of snapshot %s: %d open, %d new, %d waived, %d resolved. %s\n", terminal.Count(int64(len(r.Findings)), "finding"), r.Snapshot.SnapshotID, open, fresh, waived, resolved, terminal.Markdown(strings.Join(sums, " + ")))
	if r.By != "" {
		m.header(strings.ToUpper(r.By[:1])+r.By[1:], "Findings", "Open", "New", "Waived", "Money")
		return
	}
	m.header("Fingerprint", "Severity", "State", "Check", "About", "Money", "Since", "Owner", "Waived until", "Resolved")
}

func (m *markdown) whole(w Whole) {
	m.line("# Finding %s\n", short(w.Fingerprint))
	m.header("Fact", "Value")
	for _, f := range facts(w) {
		m.line("%s", row(f[0], f[1]))
	}
	m.line("\n## History\n")
	m.header("Night", "Change", "Cause")
	for _, h := range w.History {
		m.line("%s", row(h.At.Format(time.DateTime), h.Change, caused(h)))
	}
	if w.Check != nil {
		m.line("\n## SQL\n\n```sql\n%s\n```", strings.TrimSpace(w.Check.SQL)) // ours, and not foreign
	}
}

func (m *markdown) nights(n Nights) {
	m.line("# HubSpot portal %d: %s to %s\n", n.New.PortalID, n.Old.SnapshotID, n.New.SnapshotID)
	m.header("Section", "Differences")
	for _, section := range queries.Sections {
		m.line("%s", row(section, kinds(n.Diff, section)))
	}
	if len(n.NotCompared) > 0 {
		m.line("\nNot compared, since the two nights did not both read it: %s.", terminal.Markdown(shorten(n.NotCompared)))
	}
}
