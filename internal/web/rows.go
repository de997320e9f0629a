package web

import (
	"bytes"
	"cmp"
	"html/template"
	"regexp"
	"slices"
	"strings"
	"time"

	"hubgraph/export/draw"
	"hubgraph/queries"
	"hubgraph/queries/report"
)

// row is a finding in a table.
type row struct {
	Severity, State, Check, Subject, Link, Money, Since, Evidence, Fingerprint string
}

// digits is how many of a fingerprint tell it from others.
const digits = 10

func (p *page) row(f queries.Finding) row {
	r := row{Severity: string(f.Severity), State: p.state(f), Check: f.CheckID, Subject: shown(report.Subject(f)), Since: f.FirstSeen.UTC().Format(time.DateOnly),
		Evidence: evidence(f), Fingerprint: f.Fingerprint[:min(digits, len(f.Fingerprint))]}
	if m := report.MoneyOf(f); m != nil {
		r.Money = shown(m.String())
	}
	if f.URL != nil {
		r.Link = draw.Link(*f.URL)
	}
	if p.facts.Live {
		r.Link = cmp.Or(pageOf(f), r.Link)
	}
	return r
}

// pageOf is the explorer's page of the record that a finding is about, or starts from.
func pageOf(f queries.Finding) string {
	switch {
	case f.SubjectType != nil && f.SubjectID != nil:
		return draw.Page(*f.SubjectType, *f.SubjectID)
	case f.FromType != nil && f.FromID != nil:
		return draw.Page(*f.FromType, *f.FromID)
	}
	return ""
}

// state says in words where a finding stands.
func (p *page) state(f queries.Finding) string {
	text := string(f.State)
	if p.facts.Fresh[f.Fingerprint] && f.State == queries.Event {
		text += ", new"
	}
	if f.WaivedUntil != nil && f.Open() {
		text += ", waived"
	}
	if f.State == queries.Resolved && f.Cause != nil {
		text += ", " + shown(*f.Cause)
	}
	return text
}

// moment is a time as evidence writes it.
var moment = regexp.MustCompile(`([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}):[0-9]{2}(\.[0-9]+)?Z`)

// evidence is that of a finding, for people: an id whose name stands beside it is left out,
// and times end with the minute.
func evidence(f queries.Finding) string {
	facts := report.Facts(f.Evidence)
	named := map[string]bool{}
	for _, fact := range facts {
		key, _, _ := strings.Cut(fact, " ")
		named[key+"_id"] = true
	}
	facts = slices.DeleteFunc(facts, func(fact string) bool {
		key, _, _ := strings.Cut(fact, " ")
		return named[key]
	})
	return moment.ReplaceAllString(shown(strings.Join(facts, ", ")), "$1 $2")
}

// rank orders findings: new, open, waived, resolved.
func (p *page) rank(f queries.Finding) int { return report.Turn(f, p.facts.Fresh[f.Fingerprint]) }

var severities = []queries.Severity{queries.Critical, queries.High, queries.Medium, queries.Low}

// inOrder are the findings as a person reads them: the new ones first, then by severity;
// those of a check that are alike stand together, as they came.
func (p *page) inOrder() []queries.Finding {
	place := map[string]int{}
	for _, f := range p.findings {
		if _, ok := place[f.CheckID]; !ok {
			place[f.CheckID] = len(place)
		}
	}
	return slices.SortedStableFunc(slices.Values(p.findings), func(a, b queries.Finding) int {
		return cmp.Or(p.rank(a)-p.rank(b), slices.Index(severities, a.Severity)-slices.Index(severities, b.Severity), place[a.CheckID]-place[b.CheckID],
			strings.Compare(p.state(a), p.state(b)), -strings.Compare(a.FirstSeen.UTC().Format(time.DateOnly), b.FirstSeen.UTC().Format(time.DateOnly)))
	})
}

// group are findings of a check that came the same day and are as severe and in the same
// state: what they share stands once.
type group struct {
	row
	Rows []template.HTML
}

// shorter writes what only an attribute needs written otherwise as it is. The only attributes
// of a row are words of ours and links of draw.Link, which hold none of it.
var shorter = strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&#43;", "+")

// html is a template of ours about a row, as HTML.
func (r row) html(name string) template.HTML {
	var b bytes.Buffer
	if err := templates().ExecuteTemplate(&b, name, r); err != nil {
		panic("the template " + name + " is wrong: " + err.Error()) // it writes to memory
	}
	return template.HTML(shorter.Replace(b.String()))
}

// fill makes the groups of all findings in so many bytes. Where these do not do, the last
// findings come without evidence, and where that does not do either, the last ones are left
// out; the page says so.
func (p *page) fill(findings []queries.Finding, room int) {
	p.Groups, p.Bare, p.LeftOut = nil, 0, 0
	rows := make([]row, len(findings))
	texts := make([]template.HTML, len(findings))
	used := 0
	for i, f := range findings {
		rows[i] = p.row(f)
		texts[i] = rows[i].html("member")
		used += len(texts[i])
		if i == 0 || !rows[i].alike(rows[i-1]) {
			used += len(rows[i].html("group"))
		}
	}
	for i := len(rows) - 1; i >= 0 && used > room; i-- {
		used -= len(texts[i])
		rows[i].Evidence = "…"
		texts[i] = rows[i].html("member")
		used += len(texts[i])
		p.Bare++
	}
	for used > room && len(texts) > 0 {
		last := len(texts) - 1
		used -= len(texts[last])
		texts = texts[:last]
		p.LeftOut++
	}
	p.Bare = max(0, p.Bare-p.LeftOut)
	for i, text := range texts {
		if i == 0 || !rows[i].alike(rows[i-1]) {
			p.Groups = append(p.Groups, group{row: rows[i]})
		}
		g := &p.Groups[len(p.Groups)-1]
		g.Rows = append(g.Rows, text)
	}
}

// alike reports whether two findings share what stands at the head of a group.
func (r row) alike(o row) bool {
	return r.Severity == o.Severity && r.State == o.State && r.Check == o.Check && r.Since == o.Since
}

// Foremost are, of each check that found something, the finding that a person looks at
// first: the one that the page shows a picture of, where there is one.
func Foremost(r *queries.Report, fresh map[string]bool) []queries.Finding {
	p := &page{facts: &Facts{Fresh: fresh}}
	for e := range report.Events(r, report.Options{}) {
		if f, ok := e.(report.Finding); ok && f.Open() {
			p.findings = append(p.findings, f.Finding)
		}
	}
	var first []queries.Finding
	for _, f := range p.inOrder() {
		if !slices.ContainsFunc(first, func(o queries.Finding) bool { return o.CheckID == f.CheckID }) {
			first = append(first, f)
		}
	}
	return first
}
