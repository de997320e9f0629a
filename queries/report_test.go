package queries

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// audited is the report of two nights with two defects, and one check that lacks
// its evidence.
func audited(t *testing.T) *Report {
	t.Helper()
	db := newNights(t, healthy, unlinked("deals:1 <-> contacts:11\ndeals:1 <-> companies:21\ncontacts:12 -> contacts:11 U32"))
	change(t, db, "UPDATE coverage SET complete = false, reason = '403 <missing scope>' WHERE kind = 'types' AND from_type = 'deals' AND to_type = 'companies'; DELETE FROM baseline_coverage WHERE kind = 'types'")
	change(t, db, "UPDATE snapshot SET objects = 7, associations = 15; UPDATE baseline SET objects = 7, associations = 22")
	checks, err := Select("deal_fully_orphaned", "deal_without_contact", "edge_label_changed", "inverse_pair_missing")
	if err != nil {
		t.Fatal(err)
	}
	clock := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	now := func() time.Time { clock = clock.Add(7 * time.Millisecond); return clock }
	r, err := Audit(t.Context(), db, Options{AuditID: "20261122T030000Z", Checks: checks, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func keys(m map[string]any) string { return strings.Join(slices.Sorted(maps.Keys(m)), " ") }

// TestReportJSON holds the report to the keys that scripts rely on.
func TestReportJSON(t *testing.T) {
	r := audited(t)
	var b strings.Builder
	if err := r.WriteJSON(&b); err != nil {
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
	const snapshotKeys = "api_version associations complete currency finished_at objects portal_id requests scope_hash snapshot_id started_at time_zone tool_version"
	checks, findings := got["checks"].([]any), got["findings"].([]any)
	first, finding := checks[0].(map[string]any), findings[0].(map[string]any)
	for _, tt := range []struct {
		name string
		in   any
		want string
	}{
		{"the report", got, "baseline checks findings snapshot"},
		{"the snapshot", got["snapshot"], snapshotKeys},
		{"the baseline", got["baseline"], snapshotKeys},
		{"a check", first, "id new percent resolved severity skip_reason status title universe violations"},
		{"a skipped check", checks[2], "id new percent resolved severity skip_reason status title universe violations"},
		{"a finding", finding, "category check evidence fingerprint from_id from_type severity state subject_id subject_type to_id to_type type_id"},
	} {
		if got := keys(tt.in.(map[string]any)); got != tt.want {
			t.Errorf("%s has the keys\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
	snapshot := got["snapshot"].(map[string]any)
	for _, tt := range []struct{ got, want any }{
		{snapshot["portal_id"], json.Number("7")}, {snapshot["started_at"], "2026-11-22T02:00:00Z"}, {snapshot["finished_at"], "2026-11-22T02:10:00Z"}, {snapshot["complete"], true},
		{first["id"], "deal_fully_orphaned"}, {first["title"], r.Checks[0].Title}, {first["severity"], "critical"}, {first["status"], "warn"},
		{first["violations"], json.Number("1")}, {first["universe"], json.Number("2")}, {first["percent"], json.Number("50")},
		{first["new"], json.Number("0")}, {first["resolved"], json.Number("0")}, {first["skip_reason"], nil},
		{finding["check"], "deal_fully_orphaned"}, {finding["state"], "new"}, {finding["subject_type"], "deals"}, {finding["subject_id"], json.Number("1")},
		{finding["from_id"], nil}, {finding["to_type"], nil}, {finding["category"], nil}, {finding["type_id"], nil},
		{finding["evidence"].(map[string]any)["amount"], json.Number("100.0000")},
		{checks[2].(map[string]any)["status"], "skip"}, {checks[2].(map[string]any)["violations"], nil},
	} {
		if tt.got != tt.want {
			t.Errorf("%v, want %v", tt.got, tt.want)
		}
	}
	if !strings.Contains(b.String(), `403 <missing scope>`) {
		t.Error("the reason of a skip is escaped, or lost")
	}
}

// TestReportJSONOfNothing writes lists and nulls where there is nothing.
func TestReportJSONOfNothing(t *testing.T) {
	var b strings.Builder
	if err := (&Report{}).WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"baseline":null`, `"checks":[]`, `"findings":[]`} {
		if !strings.Contains(b.String(), part) {
			t.Errorf("%s lacks %s", b.String(), part)
		}
	}
}
