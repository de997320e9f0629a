package web

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"time"

	"hubgraph/queries"
	"hubgraph/queries/report"
)

const (
	// MostBytes is how large the report is at most: what mail takes as an attachment.
	MostBytes = 5_000_000
	// mostFamilies is how many causes are listed.
	mostFamilies = 50
	// mostNews is how many new findings stand at the beginning.
	mostNews = 25
)

// page is the report as its template shows it.
type page struct {
	layout
	Verdict, Tone, Standing, Read, Compared string
	Night                                   time.Time
	Portal                                  int64
	Snapshot, Audit, Tool, Aside            string
	Notes                                   []string
	Open, New, Resolved, Waived             int64
	Money, NewMoney                         []string
	News                                    []template.HTML
	MoreNews                                int64
	Checks                                  []checkView // that found something or broke
	Passed                                  []checkView
	Skipped                                 []skipView
	SkippedChecks                           int64
	Causes                                  string // how many there are; empty where none was found
	Families                                []familyView
	MoreFamilies                            int64
	Map                                     template.HTML
	Findings                                int64
	Groups                                  []group
	Bare, LeftOut                           int64
	States, CheckIDs                        []string
	Facts                                   *Facts
	Changes                                 []report.Difference
	Objects, Links                          []Cell
	Waivers                                 []waiver
	Repairs                                 []repairView
	Figures                                 []figure
	AllFindings, ShowFinding, Apply, Diff   string // commands
	Ask                                     string
	PassedChecks, MoreGaps                  int64

	facts    *Facts
	most     int // bytes of the page
	options  report.Options
	findings []queries.Finding
	money    []report.Money
	newMoney []report.Money
	lacking  int64 // checks that could not be judged in full
	checks   []report.Check
	begun    *queries.Report
}

// checkView is a check with what it found.
type checkView struct {
	report.Check
	Title, Description, Advice, Note, SQL, Money, Gate, Reason string
	Share                                                      string
	OpenCount, NewCount, ResolvedCount, WaivedCount            int64
	LeftOut                                                    []string
	Spark                                                      template.HTML
	Picture                                                    template.HTML
	Pictured                                                   string // the finding of the picture
	Expanded                                                   bool
}

// skipView are the checks that were skipped for one reason.
type skipView struct {
	Reason string
	Checks []checkView
}

// familyView is the findings of one cause.
type familyView struct {
	report.Family
	Rule, Checks, Money string
	Count               int64
}

// waiver is what somebody has waived, in the same words until the same day.
type waiver struct {
	By, Until, Reason string
	Checks            []string
	Findings          int64
}

// repairView is what plans the repair of what a check found.
type repairView struct {
	Title, Command string
	Open           int64
}

// writer makes the report of a stream.
type writer struct {
	w    io.Writer
	page *page
}

// NewReport returns what writes the report of an audit's stream, with some more facts, when
// the stream ends.
func NewReport(w io.Writer, facts *Facts, o report.Options) report.Writer {
	return &writer{w, &page{facts: facts, Facts: facts, options: o, most: MostBytes}}
}

func (w *writer) Write(e report.Event) error {
	p := w.page
	switch e := e.(type) {
	case report.Begin:
		p.begun = e.Report
	case report.Check:
		p.checks = append(p.checks, e)
	case report.Finding:
		p.findings = append(p.findings, e.Finding)
	case report.End:
		p.end(e)
		return p.write(w.w)
	}
	return nil
}

// write writes the page: once without the findings, to see how much room they have.
func (p *page) write(w io.Writer) error {
	var b bytes.Buffer
	if err := templates().ExecuteTemplate(&b, "report.html", p); err != nil {
		return err
	}
	const sentences = 1000 // about what has no room
	p.fill(p.inOrder(), p.most-b.Len()-sentences)
	b.Reset()
	if err := templates().ExecuteTemplate(&b, "report.html", p); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// causes fills in the families of findings.
func (p *page) causes(c report.Causes) {
	p.Causes = c.String()
	for _, f := range c.Families[:min(len(c.Families), mostFamilies)] {
		p.Families = append(p.Families, familyView{f, shown(f.Rule), strings.Join(f.Checks, ", "), amounts(f.Money), int64(len(f.Findings))})
	}
	p.MoreFamilies = int64(len(c.Families) - len(p.Families))
}

// end fills in the page, once all is known.
func (p *page) end(e report.End) {
	b := p.begun
	p.Portal, p.Snapshot, p.Audit, p.Tool, p.Aside, p.Night = b.Snapshot.PortalID, b.Snapshot.SnapshotID, b.AuditID, b.ToolVersion, shown(b.Aside), b.Snapshot.StartedAt
	for _, n := range e.Notes {
		p.Notes = append(p.Notes, shown(n))
	}
	p.count()
	for _, c := range p.checks {
		p.check(c)
	}
	p.sortChecks()
	p.Verdict, p.Tone = p.verdict(e.Outcome, e.Counts)
	p.Standing, p.Read, p.Compared = p.standing(), p.read(b), compared(b)
	p.layout = newLayout(p.Verdict+" – HubSpot portal "+whole(p.Portal)+", "+day(p.Night), "report.js")
	if p.facts.Live {
		p.layout = newLayoutOf(p.Title, "report.js", "'self'")
	}
	p.Map = template.HTML(p.facts.Map)
	p.causes(e.Causes)
	p.waivers()
	for _, d := range p.facts.Changed {
		p.Changes = append(p.Changes, report.Difference{Difference: d})
	}
	for _, c := range p.facts.Coverage {
		switch c.Kind {
		case "objects":
			p.Objects = append(p.Objects, c)
		case "associations":
			p.Links = append(p.Links, c)
		}
	}
	p.Figures = figures(p.Audit)
	p.AllFindings, p.ShowFinding = p.options.Command("findings --all"), p.options.Command("findings FINGERPRINT")
	p.Apply, p.Diff, p.Ask = p.options.Command("repair apply plan.json"), p.options.Command("diff"), p.options.Command(`sql "…"`)
	p.PassedChecks, p.MoreGaps = int64(len(p.Passed)), p.facts.AllGaps-int64(len(p.facts.Gaps))
}

// count counts the findings, and adds up their money.
func (p *page) count() {
	var fresh []queries.Finding
	for _, f := range p.findings {
		if p.facts.Fresh[f.Fingerprint] {
			fresh = append(fresh, f)
		}
		switch {
		case !f.Open():
			p.Resolved++
			continue
		case f.WaivedUntil != nil:
			p.Waived++
		}
		p.Open++
	}
	p.Findings, p.New = int64(len(p.findings)), int64(len(fresh))
	p.money, p.newMoney = report.Sums(p.findings), report.Sums(fresh)
	for _, m := range p.money {
		p.Money = append(p.Money, rounded([]report.Money{m}))
	}
	for _, m := range p.newMoney {
		p.NewMoney = append(p.NewMoney, rounded([]report.Money{m}))
	}
	for i, f := range p.inOrder() {
		if i == mostNews || p.rank(f) > 0 {
			break
		}
		p.News = append(p.News, p.row(f).html("row"))
	}
	p.MoreNews = p.New - int64(len(p.News))
	words := map[string]bool{}
	ids := map[string]bool{}
	for _, f := range p.findings {
		for w := range strings.SplitSeq(p.state(f), ", ") {
			words[w] = true
		}
		ids[f.CheckID] = true
	}
	p.States, p.CheckIDs = sorted(words), sorted(ids)
}

func sorted(set map[string]bool) []string {
	var all []string
	for s := range set {
		all = append(all, s)
	}
	slices.Sort(all)
	return all
}

// check files a check where it is shown.
func (p *page) check(c report.Check) {
	v := checkView{Check: c, Title: shown(c.CheckResult.Title), Advice: c.Advice, Note: shownOr(c.Note), Money: amounts(c.Money), Gate: c.CheckResult.Gate, Reason: shownOr(c.SkipReason)}
	v.Share = share(c)
	v.OpenCount, v.NewCount, v.ResolvedCount, v.WaivedCount = known(c.Violations), known(c.New), known(c.Resolved), known(c.Waived)
	for _, cell := range c.CellsLeftOut {
		v.LeftOut = append(v.LeftOut, shown(cell))
	}
	if at := slices.IndexFunc(p.facts.Catalog, func(k queries.Check) bool { return k.ID == c.CheckID }); at >= 0 {
		v.Description, v.SQL = p.facts.Catalog[at].Description, strings.TrimSpace(p.facts.Catalog[at].SQL)
	}
	v.Spark = spark(p.facts.Nights, p.facts.Results[c.CheckID])
	for _, f := range p.findings {
		if picture := p.facts.Pictures[f.Fingerprint]; picture != nil && f.CheckID == c.CheckID {
			v.Picture, v.Pictured = template.HTML(picture), shown(report.Subject(f))
			break
		}
	}
	v.Expanded = c.Status == queries.Fail || c.Status == queries.Error
	if len(c.CellsLeftOut) > 0 || c.Status == queries.Skip && (c.SkipCause == nil || *c.SkipCause == queries.NoEvidence || *c.SkipCause == queries.NoBaseline) {
		p.lacking++
	}
	switch {
	case c.Status == queries.Skip:
		p.skip(v)
	case c.Status == queries.OK:
		p.Passed = append(p.Passed, v)
	default:
		p.Checks = append(p.Checks, v)
	}
	if c.Repair != "" && known(c.Violations) > 0 {
		p.Repairs = append(p.Repairs, repairView{v.Title, c.Repair, v.OpenCount})
	}
}

// known is a count, 0 where it is not known.
func known(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

// share is how large a part of what a check looked at is not as it should be.
func share(c report.Check) string {
	switch {
	case c.Percent == nil || known(c.Violations) == 0:
		return ""
	case *c.Percent < 0.01:
		return "< 0.01 %"
	}
	return fmt.Sprintf("%g %%", *c.Percent)
}

// skip files a check with those that were skipped for the same reason.
func (p *page) skip(v checkView) {
	p.SkippedChecks++
	at := slices.IndexFunc(p.Skipped, func(s skipView) bool { return s.Reason == v.Reason })
	if at < 0 {
		at = len(p.Skipped)
		p.Skipped = append(p.Skipped, skipView{Reason: v.Reason})
	}
	p.Skipped[at].Checks = append(p.Skipped[at].Checks, v)
}

// sortChecks puts what broke and what failed first, then what is worst.
func (p *page) sortChecks() {
	turn := []queries.Status{queries.Error, queries.Fail, queries.Warn}
	slices.SortStableFunc(p.Checks, func(a, b checkView) int {
		return cmp.Or(slices.Index(turn, a.Status)-slices.Index(turn, b.Status), slices.Index(severities, a.Severity)-slices.Index(severities, b.Severity))
	})
}

// waivers gathers what was waived.
func (p *page) waivers() {
	for _, f := range p.findings {
		if !f.Open() || f.WaivedUntil == nil {
			continue
		}
		w := waiver{By: shownOr(f.WaivedBy), Until: f.WaivedUntil.UTC().Format(time.DateOnly), Reason: shownOr(f.WaivedReason)}
		at := slices.IndexFunc(p.Waivers, func(o waiver) bool { return o.By == w.By && o.Until == w.Until && o.Reason == w.Reason })
		if at < 0 {
			at = len(p.Waivers)
			p.Waivers = append(p.Waivers, w)
		}
		o := &p.Waivers[at]
		o.Findings++
		if !slices.Contains(o.Checks, f.CheckID) {
			o.Checks = append(o.Checks, f.CheckID)
		}
	}
	slices.SortStableFunc(p.Waivers, func(a, b waiver) int { return strings.Compare(a.Until, b.Until) })
}
