package web

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hubgraph/internal/hostile"
	"hubgraph/queries"
	"hubgraph/queries/report"
)

// night is when the tests' audit was.
var night = time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)

func to[T any](v T) *T { return &v }

// audit is one with so many findings of deals, whose foreign texts are all one text.
func audit(n int, text string) (*queries.Report, *Facts) {
	word := text
	if word == "" {
		word = "words of somebody"
	}
	r := &queries.Report{AuditID: "20261122T020500Z", ToolVersion: "1", Readable: true, Notes: []string{word}, Aside: word,
		Snapshot: queries.SnapshotRow{SnapshotID: "20261122T020000Z", PortalID: 7654321, StartedAt: night, Complete: true, Objects: 5, Associations: 6},
		Baseline: &queries.SnapshotRow{SnapshotID: "20261121T020000Z", PortalID: 7654321, StartedAt: night.Add(-24 * time.Hour)}}
	r.Results = []queries.CheckResult{
		{CheckID: "deal_fully_orphaned", Title: word, Severity: queries.Critical, Gate: "new", Status: queries.Fail, Violations: to(int64(n)), Universe: to(int64(9 * n)), Percent: to(11.11), New: to(int64(1)), Note: &word},
		{CheckID: "label_conflict", Title: "Conflict", Severity: queries.Medium, Status: queries.Skip, SkipReason: &word, CellsLeftOut: []string{word}},
		{CheckID: "self_association", Title: "Self", Severity: queries.Medium, Status: queries.OK, Violations: to(int64(0))},
	}
	f := &Facts{Fresh: map[string]bool{}, Catalog: queries.All(), Nights: []time.Time{night.Add(-24 * time.Hour), night}, Pictures: map[string][]byte{},
		Results:  map[string][]*int64{"deal_fully_orphaned": {nil, to(int64(n))}, "self_association": {to(int64(3)), to(int64(0))}},
		Coverage: []Cell{{Kind: "objects", From: word, Verdict: "complete", Reason: word}, {Kind: "associations", From: word, To: word, Reason: word}},
		Gaps:     []Gap{{Kind: "objects", From: word, To: word, ID: to(int64(7)), Reason: word}}, AllGaps: 3,
		Changed: []queries.Difference{{Section: "definitions", Change: "renamed", FromType: word, ToType: &word, Before: []string{word}, After: []string{"new"}}},
		Counts:  []queries.DiffCount{{Section: "definitions", Change: "renamed", Count: 1}}}
	evidence := `{"pipeline_id":"default","pipeline":"Sales","stage":"Qualified To Buy","close_date":"2026-03-08T01:40:43.198Z","owner_id":60770918}`
	if text != "" {
		evidence = `{"why":` + string(quoted(text)) + `,"owner_id":60770918}`
	}
	for i := range n {
		id := int64(20000000000 + i)
		d := queries.Finding{Fingerprint: fmt.Sprintf("%064x", uint64(i+1)*0x9e3779b97f4a7c15), CheckID: "deal_fully_orphaned", Kind: queries.StateKind, Severity: queries.Critical, State: queries.Ongoing,
			FirstSeen: night.AddDate(0, 0, -i%30), LastSeen: night, SubjectType: to("deals"), SubjectID: &id, SubjectName: to(fmt.Sprintf("Eagle Wines %d", i)),
			Amount: to(int64(i) * 12_3450), Currency: to([]string{"EUR", "CHF"}[i%2]), URL: to(fmt.Sprintf("https://app.hubspot.com/contacts/7654321/record/0-3/%d", id)), Evidence: evidence}
		if text != "" {
			d.SubjectName = &text
		}
		if text == "" && i%2 == 1 { // as people, whose names are not read
			d.SubjectName = nil
		}
		if i%3 != 0 { // as what is no deal
			d.Amount, d.Currency = nil, nil
		}
		switch i {
		case 0:
			d.State = queries.New
			r.Changes = append(r.Changes, queries.Change{Fingerprint: d.Fingerprint, Change: queries.Opened})
			f.Fresh[d.Fingerprint] = true
			f.Pictures[d.Fingerprint] = []byte(`<svg viewBox="0 0 9 9"><g id="f1-a"></g></svg>`)
		case 1:
			d.WaivedUntil, d.WaivedBy, d.WaivedReason = to(night.AddDate(0, 1, 0)), &word, &word
		case 2:
			d.URL = &word
		}
		r.Findings = append(r.Findings, d)
	}
	return r, f
}

// quoted is a text in JSON.
func quoted(s string) []byte {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return b
}

// made is the page of an audit.
func made(t testing.TB, r *queries.Report, f *Facts) []byte { return madeIn(t, r, f, MostBytes) }

// madeIn is the page of an audit that has so much room.
func madeIn(t testing.TB, r *queries.Report, f *Facts, most int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := NewReport(&b, f, report.Options{Data: "night's data"})
	w.(*writer).page.most = most
	for e := range report.Events(r, report.Options{Data: "night's data"}) {
		if err := w.Write(e); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

// element is what a parser finds: a name, with attributes, and the text before the next.
type element struct {
	name  string
	attrs map[string]string
	text  string
}

// parsed reads a page with a parser. The pages close no cell and no row, which it mends.
func parsed(t testing.TB, page []byte) (all []element) {
	t.Helper()
	ended := false
	d := xml.NewDecoder(bytes.NewReader(page))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) || err != nil && strings.Contains(err.Error(), "unexpected EOF") {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := element{name: token.Name.Local, attrs: map[string]string{}}
			for _, a := range token.Attr {
				e.attrs[a.Name.Local] = a.Value
			}
			all, ended = append(all, e), false
		case xml.EndElement:
			ended = ended || token.Name.Local == all[len(all)-1].name
		case xml.CharData:
			if len(all) > 0 && !ended {
				all[len(all)-1].text += string(token)
			}
		}
	}
}

// structure counts the elements of a page by name and names of attributes.
func structure(all []element) map[string]int {
	counts := map[string]int{}
	for _, e := range all {
		counts[e.name+" "+strings.Join(slices.Sorted(maps.Keys(e.attrs)), " ")]++
	}
	return counts
}

// TestForeignTextsAreText puts a text wherever a portal or a user has some, and finds with a
// parser the same elements as with a harmless text, and the text as text.
func TestForeignTextsAreText(t *testing.T) {
	all := hostile.Texts()
	if len(all) != 200 {
		t.Fatalf("%d texts", len(all))
	}
	r, f := audit(4, "harmless")
	want := structure(parsed(t, made(t, r, f)))
	if want["tr "] < 10 || want["script "] != 1 {
		t.Fatalf("the parser found %v", want)
	}
	for i, s := range all {
		r, f := audit(4, s)
		page := parsed(t, made(t, r, f))
		if diff := cmp.Diff(want, structure(page)); diff != "" {
			t.Errorf("text %d, %q, breaks out (-harmless +text):\n%s", i, s, diff)
		}
		name := strings.Join(strings.Fields(shown(s)), " ")
		found := 0
		for _, e := range page {
			if name != "" && strings.Contains(strings.Join(strings.Fields(e.text), " "), name) {
				found++
			}
			for key, value := range e.attrs {
				if key == "href" && !strings.HasPrefix(value, "#") && !strings.HasPrefix(value, "https://app.hubspot.com/contacts/7654321/") && value != "data:," {
					t.Errorf("text %d, %q, is a link: %q", i, s, value)
				}
			}
		}
		if name != "" && found < 8 {
			t.Errorf("text %d, %q, is text %d times", i, s, found)
		}
	}
}

// TestThePageIsWhole: it loads nothing, may run nothing but its own script, and has an id
// once.
func TestThePageIsWhole(t *testing.T) {
	r, f := audit(9, "")
	page := parsed(t, made(t, r, f))
	policy, ids := "", map[string]bool{}
	for _, e := range page {
		for _, loads := range []string{"src", "srcset", "style", "action", "onclick", "poster", "data"} {
			if value, ok := e.attrs[loads]; ok {
				t.Errorf("<%s> has %s=%q", e.name, loads, value)
			}
		}
		if id := e.attrs["id"]; id != "" {
			if ids[id] {
				t.Errorf("the id %s stands twice", id)
			}
			ids[id] = true
		}
		if e.attrs["http-equiv"] == "Content-Security-Policy" {
			policy = e.attrs["content"]
		}
	}
	for _, e := range page {
		if to, ok := strings.CutPrefix(e.attrs["href"], "#"); ok && !ids[to] {
			t.Errorf("the link to #%s leads nowhere", to)
		}
		if (e.name == "style" || e.name == "script") && !strings.Contains(policy, "'sha256-"+digest(e.text)+"'") {
			t.Errorf("the policy does not allow the page's own %s: %s", e.name, policy)
		}
	}
	if !strings.HasPrefix(policy, "default-src 'none'; ") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
		t.Errorf("the policy is %q", policy)
	}
}

// TestAllFindingsInFiveMegabytes: 20,000 findings, with evidence as long and names and money
// as frequent as in the demo, have all that is known of them in 5 MB,
// without a script; of more the page says what it leaves out.
func TestAllFindingsInFiveMegabytes(t *testing.T) {
	r, f := audit(20_000, "")
	page := made(t, r, f)
	if len(page) > 5_000_000 || bytes.Contains(page, []byte("To keep this file small")) {
		t.Errorf("the page has %d bytes", len(page))
	}
	text := map[string]bool{}
	rows := 0
	for _, e := range parsed(t, page) {
		text[strings.TrimSpace(e.text)] = true
		if e.name == "tr" {
			rows++
		}
	}
	if rows < 20_000 {
		t.Errorf("%d rows", rows)
	}
	for _, d := range r.Findings {
		for _, fact := range []string{report.Subject(d), moneyText(d), d.Fingerprint[:digits], "pipeline Sales, stage Qualified To Buy, close_date 2026-03-08 01:40, owner_id 60770918"} {
			if !text[fact] && !(d.SubjectID != nil && *d.SubjectID == 20000000002) { // that one has no link
				t.Fatalf("the page lacks %q", fact)
			}
		}
	}
}

// TestWhatHasNoRoomIsNamed: of more findings than have room the page says what it leaves out.
func TestWhatHasNoRoomIsNamed(t *testing.T) {
	r, f := audit(2000, "")
	whole := len(made(t, r, f))
	for _, c := range []struct {
		room     int
		bare     string // what the page says of findings without evidence
		leftOut  string // and of those that it does not list
		evidence bool   // some have it
	}{
		{whole - 50_000, `the evidence of ([0-9,]+) findings is left out`, "", true},
		{whole - 350_000, `the evidence of ([0-9,]+) findings is left out`, `([0-9,]+) findings at the end of the list are left out`, false},
	} {
		page := madeIn(t, r, f, c.room)
		if len(page) > c.room {
			t.Errorf("the page has %d bytes, and room for %d", len(page), c.room)
		}
		bare := bytes.Count(page, []byte("<td>…<td>"))
		if n := said(page, c.bare); n != bare || bare == 0 {
			t.Errorf("%d findings have no evidence, and the page says that of %d", bare, n)
		}
		if got := bytes.Contains(page, []byte("owner_id 60770918<td>")); got != c.evidence {
			t.Errorf("that findings have evidence is %t", got)
		}
		if c.leftOut != "" {
			if n := said(page, c.leftOut); n != 2000-bare || n == 0 {
				t.Errorf("%d findings are listed, and the page says that %d are not", bare, n)
			}
		}
	}
}

// said is the number that a page says somewhere.
func said(page []byte, pattern string) int {
	found := regexp.MustCompile(pattern).FindSubmatch(page)
	if found == nil {
		return -1
	}
	n, _ := strconv.Atoi(strings.ReplaceAll(string(found[1]), ",", "")) // the pattern has digits only
	return n
}

func moneyText(f queries.Finding) string {
	if m := report.MoneyOf(f); m != nil {
		return m.String()
	}
	return ""
}

// TestEqualAuditsMakeEqualPages to the byte.
func TestEqualAuditsMakeEqualPages(t *testing.T) {
	r, f := audit(500, "")
	again, facts := audit(500, "")
	if !bytes.Equal(made(t, r, f), made(t, again, facts)) {
		t.Error("two pages of one audit differ")
	}
}

// TestTheVerdictIsOneLine for each outcome, with the money of what is new.
func TestTheVerdictIsOneLine(t *testing.T) {
	r, f := audit(3, "")
	want := map[string]func(){
		"1 check failed; 1 new finding":                 func() {},
		"1 check failed; 1 new finding about 12.34 EUR": func() { r.Findings[0].Amount = to(int64(12_3400)) },
		"No check failed; 1 new finding": func() {
			r.Results[0].Status, r.Results[1].SkipCause, r.Results[1].CellsLeftOut = queries.Warn, to(queries.OutOfScope), nil
		},
		"No check failed, but 1 check could not be judged in full; nothing new was found": func() {
			f.Fresh, r.Results[0].Status, r.Results[1].SkipCause = nil, queries.Warn, to(queries.NoEvidence)
		},
		"1 check broke; 1 new finding": func() { r.Results[0].Status = queries.Error },
		"No check failed, and nothing new was found": func() {
			f.Fresh, r.Results[0].Status, r.Results[1].SkipCause, r.Results[1].CellsLeftOut = nil, queries.OK, to(queries.OutOfScope), nil
		},
	}
	for line, change := range want {
		r, f = audit(3, "")
		change()
		for _, e := range parsed(t, made(t, r, f)) {
			if e.name == "title" {
				got, _, _ := strings.Cut(strings.ReplaceAll(e.text, "\u00a0", " "), " – HubSpot portal ")
				if got != line && strings.HasSuffix(e.text, "2026") {
					t.Errorf("the verdict is %q, want %q", got, line)
				}
			}
		}
	}
}

// TestASparkHasItsFigures in its title, and a gap where nothing is known.
func TestASparkHasItsFigures(t *testing.T) {
	nights := []time.Time{night.AddDate(0, 0, -3), night.AddDate(0, 0, -2), night.AddDate(0, 0, -1), night}
	got := string(spark(nights, []*int64{to(int64(0)), to(int64(4)), nil, to(int64(2))}))
	want := `<svg class="spark" role="img" width="96" height="22" viewBox="0 0 96 22"><title>Open: 19 Nov 0, 20 Nov 4, 21 Nov not known, 22 Nov 2</title><polyline points="3.0,19.0 33.0,3.0"/><circle cx="93.0" cy="11.0" r="2.5"/></svg>`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := spark(nights, nil); got != "" {
		t.Errorf("a check without a history has %s", got)
	}
}
