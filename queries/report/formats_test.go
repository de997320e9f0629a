package report

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"iter"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hubgraph/queries"
)

// written is a stream in a format.
func written(t *testing.T, format string, o Options, events iter.Seq[Event]) string {
	t.Helper()
	var b strings.Builder
	w, err := Open(&b, format, o)
	if err != nil {
		t.Fatal(err)
	}
	for e := range events {
		if err := w.Write(e); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// register has the findings of the audit, of which some are owned.
func register() *queries.Register {
	r := &queries.Register{AuditID: "20261122T030000Z", Snapshot: audit().Snapshot}
	for i, f := range audit().Findings {
		f.Fingerprint += strings.Repeat("0", 64-len(f.Fingerprint))
		known := queries.Registered{Finding: f, Fresh: f.State == queries.New || f.State == queries.Reopened}
		if i%2 == 1 {
			known.OwnerID, known.Owner = ptr(int64(7)), ptr(`=HYPERLINK("http://x";"y")`)
		}
		r.Findings = append(r.Findings, known)
	}
	return r
}

// compared is a comparison with a difference of each section.
func compared(yield func(Event) bool) {
	d := &queries.Diff{Old: *audit().Baseline, New: audit().Snapshot, NotCompared: []string{"objects tickets"},
		Counts: []queries.DiffCount{{Section: "definitions", Change: "renamed", Count: 1}, {Section: "links", Change: "gone", Count: 1}, {Section: "records", Change: "merged", Count: 1}}}
	for _, e := range []Event{
		Nights{d},
		Difference{queries.Difference{Section: "definitions", Change: "renamed", FromType: "deals", ToType: ptr("contacts"), Category: ptr("USER_DEFINED"), TypeID: ptr(int32(21)), Before: []string{"A|B"}, After: []string{"@sum"}}},
		Difference{queries.Difference{Section: "links", Change: "gone", FromType: "deals", FromID: ptr(int64(1)), FromName: ptr("=1+1"), ToType: ptr("contacts"), ToID: ptr(int64(2)), Before: []string{"HUBSPOT_DEFINED:3"}}},
		Difference{queries.Difference{Section: "records", Change: "merged", FromType: "contacts", FromID: ptr(int64(3)), ToType: ptr("contacts"), ToID: ptr(int64(2)), Before: []string{"degree 1"}, After: []string{"degree 2"}}},
		Done{},
	} {
		if !yield(e) {
			return
		}
	}
}

// TestBrief leaves out what is ok, and all findings.
func TestBrief(t *testing.T) {
	got := written(t, "brief", Options{}, Events(audit(), Options{}))
	for line := range strings.Lines(wantText) {
		want := !strings.HasPrefix(line, "ok ") && !strings.Contains(line, "deals:") && !strings.Contains(line, "2 more")
		if strings.Contains(got, line) != want {
			t.Errorf("%v: %s", want, line)
		}
	}
	if got := written(t, "brief", Options{}, compared); strings.Count(got, "\n") != 6 || strings.Contains(got, "deals") {
		t.Error(got)
	}
}

// TestCSV is read back by encoding/csv: all findings are there, and no cell is a formula.
func TestCSV(t *testing.T) {
	for _, tt := range []struct {
		name   string
		events iter.Seq[Event]
		rows   int
		header string
	}{
		{"audit", Events(audit(), Options{}), 9, "check"},
		{"register", RegisterEvents(register(), "all", ""), 11, "check"},
		{"groups", RegisterEvents(register(), "all", "owner"), 2, "by"},
		{"diff", compared, 3, "section"},
	} {
		for _, raw := range []bool{false, true} {
			text := written(t, "csv", Options{RawCSV: raw}, tt.events)
			rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
			if err != nil || len(rows) != tt.rows+1 || rows[0][0] != tt.header {
				t.Fatalf("%s: %v, %d rows\n%s", tt.name, err, len(rows), text)
			}
			formulas := 0
			for _, cell := range slices.Concat(rows...) {
				if _, err := strconv.ParseFloat(cell, 64); err != nil && strings.ContainsAny(strings.TrimSpace(cell)[:min(1, len(strings.TrimSpace(cell)))], "=+-@") {
					formulas++
				}
			}
			if formulas > 0 && !raw || formulas == 0 && raw && tt.name != "audit" {
				t.Errorf("%s, raw %v: %d cells are formulas\n%s", tt.name, raw, formulas, text)
			}
		}
	}
}

// TestLines reads each line as JSON: they hold what the one document does.
func TestLines(t *testing.T) {
	for _, tt := range []struct {
		name   string
		events iter.Seq[Event]
		want   map[string]int
	}{
		{"audit", Events(audit(), Options{}), map[string]int{"audit": 1, "check": 7, "finding": 9, "end": 1}},
		{"register", RegisterEvents(register(), "all", ""), map[string]int{"register": 1, "finding": 11}},
		{"groups", RegisterEvents(register(), "all", "age"), map[string]int{"register": 1, "group": 4}},
		{"diff", compared, map[string]int{"diff": 1, "difference": 3}},
	} {
		got := map[string]int{}
		for line := range strings.Lines(written(t, "ndjson", Options{}, tt.events)) {
			var v struct{ Type string }
			if err := json.Unmarshal([]byte(line), &v); err != nil {
				t.Fatalf("%s: %v: %s", tt.name, err, line)
			}
			got[v.Type]++
		}
		for typ, n := range tt.want {
			if got[typ] != n || len(got) != len(tt.want) {
				t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
			}
		}
	}
}

// TestJSONLists reads the documents of lists.
func TestJSONLists(t *testing.T) {
	var found struct {
		Open, New, Waived, Resolved int
		Findings                    []struct {
			Fingerprint string
			New         bool
			Amount      json.Number
			OwnerID     *int64 `json:"owner_id"`
		}
		Groups []struct {
			Name  string
			Money []struct{ Amount json.Number }
		}
	}
	read := func(events iter.Seq[Event], to any) {
		t.Helper()
		if err := json.Unmarshal([]byte(written(t, "json", Options{}, events)), to); err != nil {
			t.Fatal(err)
		}
	}
	read(RegisterEvents(register(), "all", ""), &found)
	if found.Open != 8 || found.New != 2 || found.Waived != 1 || found.Resolved != 3 || len(found.Findings) != 11 || found.Findings[0].Amount != "1234567.0000" || *found.Findings[0].OwnerID != 7 {
		t.Errorf("%+v", found)
	}
	read(RegisterEvents(register(), "all", "check"), &found)
	if len(found.Groups) != 2 || found.Groups[0].Name != "orphans" || found.Groups[0].Money[0].Amount != "1237567.0000" {
		t.Errorf("%+v", found.Groups)
	}
	var diff struct {
		Old, New struct {
			SnapshotID string `json:"snapshot_id"`
		}
		Counts      []struct{ Count int }
		Differences []struct {
			Section       string
			Before, After []string
		}
	}
	read(compared, &diff)
	if diff.Old.SnapshotID != "20261121T020000Z" || diff.New.SnapshotID != "20261122T020000Z" || len(diff.Counts) != 3 || len(diff.Differences) != 3 || diff.Differences[0].After[0] != "@sum" {
		t.Errorf("%+v", diff)
	}
	read(func(yield func(Event) bool) { _ = yield(Nights{&queries.Diff{}}) && yield(Done{}) }, &diff)
	if len(diff.Differences) != 0 {
		t.Errorf("%+v", diff)
	}
}

type counted struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
	Skipped  int `xml:"skipped,attr"`
}

// jUnit is the part of JUnit's XML that servers read, in structs of our own choice.
type jUnit struct {
	counted
	Suites []struct {
		counted
		Timestamp string `xml:"timestamp,attr"`
		Cases     []struct {
			Name    string `xml:"name,attr"`
			Time    string `xml:"time,attr"`
			Failure *struct {
				Message string `xml:"message,attr"`
				Text    string `xml:",chardata"`
			} `xml:"failure"`
			Error   *struct{} `xml:"error"`
			Skipped *struct {
				Message string `xml:"message,attr"`
			} `xml:"skipped"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

// TestJUnit counts the test cases of each stream and what became of them.
func TestJUnit(t *testing.T) {
	for _, tt := range []struct {
		name                             string
		events                           iter.Seq[Event]
		tests, failures, errors, skipped int
	}{
		{"audit", Events(audit(), Options{}), 7, 1, 1, 3},
		{"register", RegisterEvents(register(), "all", ""), 11, 7, 0, 1},
		{"groups", RegisterEvents(register(), "all", "money"), 4, 0, 0, 0},
		{"diff", compared, 3, 0, 0, 0},
	} {
		text := written(t, "junit", Options{}, tt.events)
		var got jUnit
		decoder := xml.NewDecoder(strings.NewReader(text))
		if err := decoder.Decode(&got); err != nil || len(got.Suites) != 1 {
			t.Fatalf("%s: %v\n%s", tt.name, err, text)
		}
		s := got.Suites[0]
		failures, errors, skipped := 0, 0, 0
		for _, c := range s.Cases {
			if _, err := strconv.ParseFloat(c.Time, 64); err != nil || c.Name == "" {
				t.Errorf("%s: case %q takes %q", tt.name, c.Name, c.Time)
			}
			switch {
			case c.Failure != nil:
				failures++
			case c.Error != nil:
				errors++
			case c.Skipped != nil:
				skipped++
			}
		}
		want := [4]int{tt.tests, tt.failures, tt.errors, tt.skipped}
		if [4]int{len(s.Cases), failures, errors, skipped} != want || s.counted != (counted{want[0], want[1], want[2], want[3]}) || got.counted != s.counted {
			t.Errorf("%s: want %v\n%s", tt.name, want, text)
		}
		if tt.name == "audit" && (s.Timestamp != "2026-11-22T02:00:00" || !strings.Contains(s.Cases[4].Failure.Text, `deals:1 "Renewal 2027"`)) {
			t.Error(text)
		}
	}
}

// TestListText has the register and a comparison as a person reads them.
func TestListText(t *testing.T) {
	got := written(t, "text", Options{Width: 100}, RegisterEvents(register(), "all", ""))
	lines := strings.Split(got, "\n")
	if lines[0] != "11 findings of portal 7 as of snapshot 20261122T020000Z: 8 open, 2 new, 1 waived, 3 resolved; 1,237,567.00 EUR + 9,000.00 JPY + 10.00 USD" || len(lines) < 13 {
		t.Error(got)
	}
	for _, line := range lines[1:] {
		if len([]rune(line)) > 100 {
			t.Errorf("%d characters: %s", len([]rune(line)), line)
		}
	}
	got = written(t, "text", Options{}, compared)
	for _, want := range []string{"old 20261121T020000Z: 8 records, 11 associations\n", "\nlinks        1 gone\n", "\nnot compared, since the two nights did not both read it: objects tickets\n", "\nrenamed  deals -> contacts USER_DEFINED:21  A|B => @sum\n", "\nmerged  contacts:3 -> contacts:2  degree 1 => degree 2\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s lacks %q", got, want)
		}
	}
	many := &queries.Register{}
	for range mostRows + 3 {
		many.Findings = append(many.Findings, register().Findings[1])
	}
	for _, tt := range []struct {
		all  bool
		rows int
	}{{false, mostRows + 3}, {true, mostRows + 5}} {
		got := written(t, "text", Options{All: tt.all}, RegisterEvents(many, "open", ""))
		if strings.Count(got, "\n") != tt.rows || strings.Contains(got, "\n… and 3 more: --all shows them\n") == tt.all {
			t.Errorf("all %v: %d lines\n%s", tt.all, strings.Count(got, "\n"), got)
		}
	}
}

// TestGroups orders ages from the oldest on, and all else by how much there is.
func TestGroups(t *testing.T) {
	for by, want := range map[string]string{"age": "30 to 89 days, 7 to 29 days, 1 to 6 days, this night", "check": "orphans, partly", "money": "EUR, no money, JPY, USD", "owner": `nobody, =HYPERLINK("http://x";"y")`} {
		var names []string
		for e := range RegisterEvents(register(), "all", by) {
			if g, ok := e.(Group); ok {
				names = append(names, g.Name)
			}
		}
		if got := strings.Join(names, ", "); got != want {
			t.Errorf("by %s: %s, want %s", by, got, want)
		}
	}
}
