package queries

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestReportText(t *testing.T) {
	r := audited(t)
	const head = `snapshot 20261122T020000Z of portal 7: 7 records, 15 associations, complete
compared with 20261121T020000Z: 7 records, 22 associations
`
	const skipped = `skip   medium    edge_label_changed    out of scope: types * * were not crawled in the baseline
skip   high      inverse_pair_missing  no evidence: types deals companies is incomplete: 403 <missing scope>
`
	const orphans = `warn   critical  deal_fully_orphaned   1 of 2 (50 %)
`
	const evidence = `         critical  new       deals:1  amount 100.0000, currency EUR, is_closed false, is_won false, created_at 2026-01-02T03:04:05.5Z
`
	const rest = `ok     high      deal_without_contact  0 of 2
0 failed, 1 warned, 1 ok, 2 skipped for lack of evidence
all findings: hubgraph sql "SELECT * FROM findings WHERE audit_id = '20261122T030000Z' AND state <> 'resolved'"
`
	for _, tt := range []struct {
		name  string
		write func(*strings.Builder) error
		want  string
	}{
		{"text", func(b *strings.Builder) error { return r.WriteText(b) }, head + skipped + orphans + evidence + rest},
		{"summary", func(b *strings.Builder) error { return r.WriteSummary(b) }, head + skipped + orphans + rest},
	} {
		var b strings.Builder
		if err := tt.write(&b); err != nil || b.String() != tt.want {
			t.Errorf("the %s is\n%s\nwant\n%s\n%v", tt.name, b.String(), tt.want, err)
		}
	}
}

// shouting is a report that somebody who writes labels in the portal would like
// to see.
func shouting() *Report {
	one, hundred := int64(1), int64(100)
	percent := 1.0
	reason := "Binder Error: no\ncolumn\tx\x1b[2J"
	r := &Report{
		AuditID: "a", Snapshot: SnapshotRow{SnapshotID: "s", Objects: 3},
		Results: []CheckResult{
			{CheckID: "broken", Severity: Low, Status: Error, SkipReason: &reason},
			{CheckID: "rich", Severity: High, Status: Fail, Violations: &hundred, Universe: &hundred, Percent: &percent, New: &one, Resolved: &one},
		},
	}
	deals := "deals"
	for i, evidence := range []string{`{"amount":9.5}`, `{}`, `{"amount":100}`, `{"amount":20,"labels":["b","a"],"note":"x\u001b[31m\u202e\u2028y\nz"}`, `{"amount":20.5}`,
		`{"first":"` + strings.Repeat("x", 90) + `","second":"` + strings.Repeat("y", 90) + `"}`, `{"amount":1000}`} {
		id := int64(i + 1)
		r.Findings = append(r.Findings, Finding{CheckID: "rich", Severity: High, State: New, SubjectType: &deals, SubjectID: &id, Evidence: evidence})
	}
	gone := int64(99)
	r.Findings = append(r.Findings, Finding{CheckID: "rich", State: Resolved, SubjectType: &deals, SubjectID: &gone, Evidence: `{"amount":5000}`})
	return r
}

// TestReportTextOfMuch shows the findings with the most money, and lets no text
// of the portal steer the terminal.
func TestReportTextOfMuch(t *testing.T) {
	var b strings.Builder
	if err := shouting().WriteText(&b); err != nil {
		t.Fatal(err)
	}
	const want = `snapshot s of portal 0: 3 records, 0 associations, INCOMPLETE
compared with nothing: there is no baseline
error  low       broken  Binder Error: no column x[2J
fail   high      rich    100 of 100 (1 %), 1 new, 1 resolved
         high      new       deals:7  amount 1000
         high      new       deals:3  amount 100
         high      new       deals:5  amount 20.5
         high      new       deals:4  amount 20, labels [b,a], note x[31m y z
         high      new       deals:1  amount 9.5
         … and 2 more
1 failed, 0 warned, 0 ok, 1 broke
all findings: hubgraph sql "SELECT * FROM findings WHERE audit_id = 'a' AND state <> 'resolved'"
`
	if b.String() != want {
		t.Errorf("%q\nwant\n%q", b.String(), want)
	}
}

func TestSubject(t *testing.T) {
	deals, contacts, user := "deals", "contacts", "USER_DEFINED"
	one, two, typeID := int64(1), int64(2), int32(21)
	for _, tt := range []struct {
		finding Finding
		want    string
	}{
		{Finding{SubjectType: &deals, SubjectID: &one, FromType: &contacts}, "deals:1"},
		{Finding{FromType: &deals, FromID: &one, ToType: &contacts, ToID: &two}, "deals:1 -> contacts:2"},
		{Finding{FromType: &deals, ToType: &contacts, Category: &user, TypeID: &typeID}, "deals -> contacts USER_DEFINED:21"},
		{Finding{}, "? -> ?"},
	} {
		if got := tt.finding.subject(); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

func TestGist(t *testing.T) {
	long := strings.Repeat("x", 90)
	for evidence, want := range map[string]string{
		`{}`: "", ``: "", `[`: "", `{"a":1`: "a 1", `{"a":`: "", `{"a":"b","c":[1,2]}`: "a b, c [1,2]",
		fmt.Sprintf(`{"a":"%s","b":"%s"}`, long, long): "a " + long,
	} {
		if got := gist(evidence); got != want {
			t.Errorf("the gist of %s is %q, want %q", evidence, got, want)
		}
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

func TestWriteErrorsAreTold(t *testing.T) {
	r := audited(t)
	for _, room := range []int{0, 100, 500} {
		for name, err := range map[string]error{
			"text": r.WriteText(&full{room}), "summary": r.WriteSummary(&full{room}), "json": r.WriteJSON(&full{room}),
			"catalog": WriteCatalog(&full{room}, All()), "catalog json": WriteCatalogJSON(&full{room}, All()), "check": All()[0].WriteText(&full{room}),
		} {
			if !errors.Is(err, errFull) {
				t.Errorf("%s into %d bytes: %v", name, room, err)
			}
		}
	}
}
