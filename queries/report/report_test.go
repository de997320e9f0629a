package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"hubgraph/queries"
)

var night = time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)

func ptr[T any](v T) *T { return &v }

// orphan is a finding of a deal with an amount.
func orphan(id int64, state queries.State, days int, units int64, currency string) queries.Finding {
	f := queries.Finding{Fingerprint: fmt.Sprint(id), CheckID: "orphans", Kind: queries.StateKind, Severity: queries.High, State: state,
		FirstSeen: night.AddDate(0, 0, -days), LastSeen: night, SubjectType: ptr("deals"), SubjectID: &id, Evidence: `{}`}
	if currency != "" {
		f.Amount, f.Currency = ptr(units*10_000), &currency
	}
	if state == queries.Resolved {
		f.ResolvedAt = &night
	}
	return f
}

// audit is a report with results of all kinds.
func audit() *queries.Report {
	result := func(id string, status queries.Status) queries.CheckResult {
		return queries.CheckResult{AuditID: "20261122T030000Z", SnapshotID: "20261122T020000Z", CheckID: id, Title: "Title of " + id, Kind: queries.StateKind,
			Severity: queries.High, Gate: "new", Status: status, CellsLeftOut: []string{}, Version: ptr("v"), Admitted: true}
	}
	skip := func(id, reason string) queries.CheckResult {
		c := result(id, queries.Skip)
		c.SkipReason, c.SkipCause = &reason, ptr(queries.NoEvidence)
		return c
	}
	count := func(c queries.CheckResult, violations, universe, opened, resolved, waived int64) queries.CheckResult {
		c.Violations, c.Universe, c.New, c.Resolved, c.Waived, c.Percent = &violations, &universe, &opened, &resolved, &waived, ptr(100*float64(violations)/float64(universe))
		return c
	}
	broken := result("broken", queries.Error)
	broken.SkipReason = ptr("Binder Error: no\ncolumn\tx\x1b[2J")
	partly := count(result("partly", queries.Warn), 1, 4, 0, 0, 1)
	partly.CellsLeftOut = []string{"types deals contacts", "types deals tickets", "types tickets deals", "objects tickets"}
	partly.Note = ptr("the check has changed")
	label := queries.Finding{Fingerprint: "label", CheckID: "partly", Kind: queries.EventKind, Severity: queries.Medium, State: queries.Event, FirstSeen: night.AddDate(0, 0, -2), LastSeen: night,
		FromType: ptr("deals"), FromID: ptr(int64(1)), ToType: ptr("companies"), ToID: ptr(int64(2)), Category: ptr("USER_DEFINED"), TypeID: ptr(int32(21)),
		WaivedUntil: ptr(night.AddDate(0, 0, 9)), URL: ptr("https://app.example/1"), Evidence: `{"from_name":"Acme \u202eren\u001b[31mewal","to_name":"Acme","label":"Partner"}`}
	r := &queries.Report{AuditID: "20261122T030000Z", FailOn: queries.High, Unread: 2, Readable: true, Notes: []string{"a waiver has expired"},
		Snapshot: queries.SnapshotRow{SnapshotID: "20261122T020000Z", PortalID: 7, StartedAt: night, FinishedAt: night, Objects: 9, Associations: 12},
		Baseline: &queries.SnapshotRow{SnapshotID: "20261121T020000Z", PortalID: 7, Complete: true, Objects: 8, Associations: 11},
		Results: []queries.CheckResult{result("fine", queries.OK), skip("blind", "no evidence: objects tickets"), count(result("orphans", queries.Fail), 7, 20, 2, 1, 0),
			partly, skip("deaf", "no evidence: objects tickets"), broken, skip("mute", "other")},
		Findings: []queries.Finding{label,
			orphan(1, queries.Ongoing, 9, 1000, "EUR"), orphan(2, queries.Ongoing, 3, 9000, "JPY"), orphan(3, queries.New, 0, 10, "USD"), orphan(4, queries.Ongoing, 4, 2000, "EUR"),
			orphan(5, queries.Ongoing, 8, 0, ""), orphan(6, queries.Ongoing, 80, 0, ""), orphan(7, queries.Reopened, 30, 1_234_567, "EUR"), orphan(8, queries.Resolved, 5, 77, "EUR"),
			orphan(9, queries.Resolved, 5, 77, "EUR"), orphan(10, queries.Resolved, 5, 77, "EUR")},
	}
	r.Results[0] = count(r.Results[0], 0, 5, 0, 0, 0)
	r.Findings[9].MergedInto = ptr("1")
	r.Findings[10].Cause = ptr("dropped")
	r.Findings[1].SubjectName = ptr("Renewal 2027")
	return r
}

const wantText = `snapshot 20261122T020000Z of portal 7: 9 records, 12 associations, complete but for 2 records, whose findings stay as they were
compared with 20261121T020000Z: 8 records, 11 associations
error  high      broken                            Binder Error: no column x[2J
skip   2 checks: no evidence: objects tickets
         blind, deaf
skip   high      mute                              other
fail   high      orphans                           7 of 20 (35 %), 2 new, 1 resolved: 1,237,567.00 EUR + 9,000.00 JPY + 10.00 USD
         high      reopened  deals:7  1,234,567.00 EUR  since 2026-10-23
         high      new       deals:3  10.00 USD
         high      ongoing   deals:4  2,000.00 EUR  since 2026-11-18
         high      ongoing   deals:1 "Renewal 2027"  1,000.00 EUR  since 2026-11-13
         high      ongoing   deals:2  9,000.00 JPY  since 2026-11-19
         … and 2 more
warn   high      partly                            1 of 4 (25 %), 1 waived
         not judged: types deals contacts, types deals tickets, types tickets deals and 1 more
         the check has changed
         medium    event     deals:1 "Acme ren[31mewal" -> companies:2 "Acme" USER_DEFINED:21  since 2026-11-20  waived until 2026-12-01  https://app.example/1  label Partner
ok     high      fine                              0 of 5
note: a waiver has expired
1 failed, 1 warned, 1 ok, 3 skipped, 1 broke
open findings: hubgraph sql "FROM findings WHERE state <> 'resolved'"
`

// TestText shows what is not known first, the newest findings and most money of each
// currency, and lets no text of the portal steer the terminal.
func TestText(t *testing.T) {
	var b strings.Builder
	if err := Write(&b, "text", audit(), Options{}); err != nil || b.String() != wantText {
		t.Errorf("%s\nwant\n%s%v", b.String(), wantText, err)
	}
	b.Reset()
	if err := Write(&b, "summary", audit(), Options{}); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if !strings.Contains(wantText, line) || strings.Contains(line, "deals:") {
			t.Errorf("the summary has the line %q", line)
		}
	}
	if strings.Count(b.String(), "\n") != 14 {
		t.Errorf("the summary is\n%s", b.String())
	}
	first := &queries.Report{NoBaseline: "no baseline: it is the first", Aside: "it is of chosen checks"}
	b.Reset()
	if err := Write(&b, "text", first, Options{}); err != nil || !strings.Contains(b.String(), "compared with nothing: it is the first\n") || !strings.Contains(b.String(), "does not enter the register of findings: it is of chosen checks\n") {
		t.Errorf("%s %v", b.String(), err)
	}
}

// TestCommands has the commands of a report as they can be pasted.
func TestCommands(t *testing.T) {
	r := audit()
	r.Results[2].CheckID = "inverse_pair_missing"
	for _, f := range r.Findings[1:] {
		f.CheckID = r.Results[2].CheckID
	}
	for _, tt := range []struct {
		options    Options
		want, last string
	}{
		{Options{}, "hubgraph repair plan --check inverse_pair_missing --output plan.json", `hubgraph sql "FROM findings WHERE state <> 'resolved'"`},
		{Options{Data: "/var/lib/hub", Self: "go run ./cmd/hubgraph"}, "go run ./cmd/hubgraph repair plan --check inverse_pair_missing --output plan.json --data /var/lib/hub",
			`go run ./cmd/hubgraph sql "FROM findings WHERE state <> 'resolved'" --data /var/lib/hub`},
		{Options{Data: "it's mine"}, `--output plan.json --data 'it'\''s mine'`, `<> 'resolved'" --data 'it'\''s mine'`},
	} {
		for _, format := range []string{"text", "brief", "summary", "json"} {
			var b strings.Builder
			if err := Write(&b, format, r, tt.options); err != nil {
				t.Fatal(err)
			}
			text := strings.ReplaceAll(b.String(), `\\`, `\`) // in JSON
			if format != "summary" && format != "brief" && !strings.Contains(text, tt.want) || format != "json" && !strings.HasSuffix(text, tt.last+"\n") {
				t.Errorf("%s with %+v:\n%s", format, tt.options, text)
			}
		}
	}
}

func keys(m any) string { return strings.Join(slices.Sorted(maps.Keys(m.(map[string]any))), " ") }

// TestJSON holds the report to the keys that scripts rely on.
func TestJSON(t *testing.T) {
	var b strings.Builder
	if err := Write(&b, "json", audit(), Options{}); err != nil {
		t.Fatal(err)
	}
	if strings.Count(b.String(), "\n") != 1 || !strings.HasSuffix(b.String(), "}\n") {
		t.Errorf("the report is not one line: %q", b.String())
	}
	var got map[string]any
	d := json.NewDecoder(strings.NewReader(b.String()))
	d.UseNumber()
	if err := d.Decode(&got); err != nil {
		t.Fatal(err)
	}
	checks, findings := got["checks"].([]any), got["findings"].([]any)
	const ofCheck = "advice cells_left_out gate id kind new note percent repair reran_baseline resolved severity skip_cause skip_reason status title universe version violations waived"
	for _, tt := range []struct {
		name string
		in   any
		want string
	}{
		{"the report", got, "aside audit_id baseline checks crawl fail_on families findings no_baseline notes snapshot unread"},
		{"a check", checks[3], ofCheck},
		{"a skipped check", checks[1], ofCheck},
		{"a finding", findings[0], "amount category cause check currency evidence family fingerprint first_seen from_id from_type kind last_seen resolved_at severity state subject_id subject_name subject_type to_id to_type type_id url waived_by waived_reason waived_until"},
	} {
		if got := keys(tt.in); got != tt.want {
			t.Errorf("%s has the keys\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
	if len(checks) != 7 || len(findings) != 9 { // the merged and the dropped ones are none
		t.Errorf("%d checks, %d findings", len(checks), len(findings))
	}
	first, failed := findings[0].(map[string]any), checks[4].(map[string]any)
	for _, tt := range []struct{ got, want any }{
		{first["subject_id"], json.Number("7")}, {first["amount"], json.Number("1234567.0000")}, {first["currency"], "EUR"}, {first["state"], "reopened"},
		{first["first_seen"], "2026-10-23T02:00:00Z"}, {first["url"], nil}, {failed["id"], "orphans"}, {failed["violations"], json.Number("7")},
		{checks[0].(map[string]any)["violations"], nil}, {got["no_baseline"], nil}, {got["audit_id"], "20261122T030000Z"},
	} {
		if tt.got != tt.want {
			t.Errorf("%v, want %v", tt.got, tt.want)
		}
	}
	b.Reset()
	if err := Write(&b, "json", &queries.Report{}, Options{}); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"baseline":null`, `"checks":[]`, `"findings":[]`, `"notes":[]`} {
		if !strings.Contains(b.String(), part) {
			t.Errorf("%s lacks %s", b.String(), part)
		}
	}
}

func TestFormats(t *testing.T) {
	var unknown ErrFormat
	if err := Write(nil, "xml", audit(), Options{}); !errors.As(err, &unknown) {
		t.Error(err)
	}
	for file, want := range map[string]string{"a.txt": "text", "A.JSON": "json", "x.ndjson": "ndjson", "b.md": "markdown", "b.junit.xml": "junit", "b.xml": "", "b.prom": "prometheus", "csv": "", "a.csv": "csv", "a.brief": "", "a.": ""} {
		if got := FormatOf(file); got != want {
			t.Errorf("%s is %q, want %q", file, got, want)
		}
	}
	if ForPeople("json") || !ForPeople("brief") || ForPeople("xml") {
		t.Error("which formats are for people")
	}
}

func TestSubject(t *testing.T) {
	for _, tt := range []struct {
		finding queries.Finding
		want    string
	}{
		{queries.Finding{SubjectType: ptr("deals"), SubjectID: ptr(int64(1)), FromType: ptr("contacts")}, "deals:1"},
		{queries.Finding{FromType: ptr("deals"), FromID: ptr(int64(1)), ToType: ptr("contacts"), ToID: ptr(int64(2))}, "deals:1 -> contacts:2"},
		{queries.Finding{FromType: ptr("deals"), ToType: ptr("contacts"), Category: ptr("USER_DEFINED"), TypeID: ptr(int32(21))}, "deals -> contacts USER_DEFINED:21"},
		{queries.Finding{}, "? -> ?"},
	} {
		if got := Subject(tt.finding); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

func TestGist(t *testing.T) {
	long := strings.Repeat("x", 90)
	for evidence, want := range map[string]string{
		`{}`: "", ``: "", `[`: "", `{"a":1`: "a 1", `{"a":`: "", `{"a":"b","c":[1,2]}`: "a b, c [1,2]", `{"from_name":"x","a":1}`: "a 1",
		fmt.Sprintf(`{"a":"%s","b":"%s"}`, long, long): "a " + long,
	} {
		if got := gist(evidence); got != want {
			t.Errorf("the gist of %s is %q, want %q", evidence, got, want)
		}
	}
}

func TestMoney(t *testing.T) {
	for units, want := range map[int64]string{0: "0.00 EUR", 5000: "0.50 EUR", -12_345_600: "-1,234.56 EUR", 9_999_990_000: "999,999.00 EUR", 10_000_000_000: "1,000,000.00 EUR"} {
		f := queries.Finding{Amount: &units, Currency: ptr("eur")}
		if got := MoneyOf(f).String(); got != want {
			t.Errorf("%d is %s, want %s", units, got, want)
		}
	}
	if got := MoneyOf(queries.Finding{Amount: ptr(int64(10_000))}).String(); got != "1.00" {
		t.Error(got)
	}
}

// TestSumsCountARecordOnce finds one deal four times, by its id and at either end of a link, and
// others, of the same amount, beside it.
func TestSumsCountARecordOnce(t *testing.T) {
	deal, other := ptr(int64(301)), ptr(int64(302))
	found := func(f queries.Finding, currency string) queries.Finding {
		f.State, f.Amount, f.Currency = queries.Ongoing, ptr(int64(50_000_000)), &currency
		return f
	}
	findings := []queries.Finding{
		found(queries.Finding{SubjectType: ptr("deals"), SubjectID: deal}, "EUR"),
		found(queries.Finding{SubjectType: ptr("deals"), SubjectID: deal}, "eur"),
		found(queries.Finding{FromType: ptr("deals"), FromID: deal, ToType: ptr("contacts"), ToID: other}, "EUR"),
		found(queries.Finding{FromType: ptr("contacts"), FromID: other, ToType: ptr("deals"), ToID: deal}, "EUR"),
		found(queries.Finding{SubjectType: ptr("deals"), SubjectID: other}, "EUR"),
		found(queries.Finding{SubjectType: ptr("quotes"), SubjectID: deal}, "EUR"),
		found(queries.Finding{SubjectType: ptr("deals"), SubjectID: deal}, "USD"),
		found(queries.Finding{Fingerprint: "a"}, "CHF"),
		found(queries.Finding{Fingerprint: "b"}, "CHF"),
	}
	var got []string
	for _, m := range Sums(findings) {
		got = append(got, m.String())
	}
	if want := []string{"10,000.00 CHF", "15,000.00 EUR", "5,000.00 USD"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// full is a disk that takes a few bytes more.
type full struct{ left int }

var errFull = errors.New("no space left on device")

func (f *full) Write(b []byte) (int, error) {
	if f.left -= len(b); f.left < 0 {
		return 0, errFull
	}
	return len(b), nil
}

func TestWriteErrorsAreReturned(t *testing.T) {
	for _, room := range []int{0, 100, 500} {
		for _, format := range Formats() {
			if err := Write(&full{room}, format, audit(), Options{}); !errors.Is(err, errFull) {
				t.Errorf("%s into %d bytes: %v", format, room, err)
			}
		}
	}
}

// TestNightToRestoreFrom names the earliest night that open losses were compared with, so
// that it has all of them.
func TestNightToRestoreFrom(t *testing.T) {
	loss := func(state queries.State, night string) queries.Finding {
		return queries.Finding{CheckID: "edge_removed", State: state, BaselineID: &night}
	}
	for want, findings := range map[string][]queries.Finding{
		"20261120T020000Z": {loss(queries.Event, "20261121T020000Z"), loss(queries.Event, "20261120T020000Z"), loss(queries.Resolved, "20261101T020000Z")},
		"last-complete":    nil,
	} {
		advice, repair := Options{Data: "d"}.about("edge_removed", findings)
		if repair != "hubgraph repair plan --restore-from "+want+" --output plan.json --data d" || !strings.Contains(advice, want) {
			t.Errorf("%s\n%s", advice, repair)
		}
	}
}
