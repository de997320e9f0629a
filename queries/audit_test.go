package queries

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestAuditRunsAllChecks(t *testing.T) {
	r, err := Audit(t.Context(), newNights(t, healthy, ""), Options{AuditID: "20261122T030000Z", ToolVersion: "v1"})
	if err != nil {
		t.Fatal(err)
	}
	checks := slices.DeleteFunc(Stable(), func(c Check) bool { return c.needs("results") })
	checks = append(checks, slices.DeleteFunc(Stable(), func(c Check) bool { return !c.needs("results") })...)
	changed := slices.ContainsFunc(r.Changes, func(c Change) bool { return slices.Contains(tried, c.CheckID) })
	if len(r.Results) != len(checks) || changed {
		t.Fatalf("results %+v", r.Results)
	}
	if r.AuditID != "20261122T030000Z" || r.ToolVersion != "v1" || r.Snapshot.SnapshotID != "20261122T020000Z" || r.Baseline.SnapshotID != "20261121T020000Z" {
		t.Errorf("report %+v", r)
	}
	for i, c := range r.Results {
		if slices.Contains(tried, c.CheckID) && c.Status != OK || c.CheckID != checks[i].ID || c.AuditID != r.AuditID || c.SnapshotID != "20261122T020000Z" || *c.BaselineID != "20261121T020000Z" || c.DurationMS < 0 {
			t.Errorf("result %+v", c)
		}
	}
}

// TestBrokenCheckStopsNothing has one check whose query breaks between two that
// work.
func TestBrokenCheckStopsNothing(t *testing.T) {
	db := newNights(t, healthy, "")
	before := check(t, "a", "subject_id", "SELECT 1 AS subject_id")
	broken := check(t, "b", "subject_id", "SELECT nothing AS subject_id FROM objects")
	after := check(t, "c", "subject_id", "SELECT 2 AS subject_id")
	r, err := Audit(t.Context(), db, Options{Checks: []Check{before, broken, after}, Policy: Policy{FailOn: Low}})
	if err != nil {
		t.Fatal(err)
	}
	var got string
	for _, c := range r.Results {
		got += fmt.Sprint(c.CheckID, " ", c.Status, " ", c.Violations != nil, c.SkipReason != nil, "; ")
	}
	if got != "a fail true false; b error false true; c fail true false; " || len(r.Findings) != 2 || r.Outcome() != Breached {
		t.Errorf("%s with %d findings, outcome %d", got, len(r.Findings), r.Outcome())
	}
}

// TestFindingsAreInOrder sorts by what a finding is about, whatever order the
// query has.
func TestFindingsAreInOrder(t *testing.T) {
	c := check(t, "x", "subject_type, subject_id, from_id", `
		SELECT * FROM (VALUES ('deals', 10, 1), ('deals', 9, 2), ('contacts', 11, NULL), ('deals', 9, NULL), ('deals', 9, 1)) v(subject_type, subject_id, from_id)`)
	r, err := Audit(t.Context(), newNights(t, "", ""), Options{Checks: []Check{c}})
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, f := range r.Findings {
		from := "-"
		if f.FromID != nil {
			from = fmt.Sprint(*f.FromID)
		}
		got += fmt.Sprintf("%s:%d %s; ", *f.SubjectType, *f.SubjectID, from)
	}
	if got != "contacts:11 -; deals:9 -; deals:9 1; deals:9 2; deals:10 1; " {
		t.Error(got)
	}
}

func TestAuditErrors(t *testing.T) {
	db := newNights(t, healthy, "")
	canceled, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("stop")
	cancel(stop)
	if _, err := Audit(canceled, db, Options{}); !errors.Is(err, stop) && !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
	change(t, db, "DELETE FROM snapshot")
	if _, err := Audit(t.Context(), db, Options{}); !errors.Is(err, ErrNoSnapshot) {
		t.Errorf("no snapshot: %v", err)
	}
	if _, err := Audit(t.Context(), newDB(t), Options{}); err == nil || errors.Is(err, ErrNoSnapshot) {
		t.Errorf("no tables: %v", err)
	}
}

// TestCanceledCheckIsNoResult cancels when a check begins: the audit ends, and
// the check is not reported as broken.
func TestCanceledCheckIsNoResult(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := check(t, "x", "subject_id", "SELECT 1 AS subject_id")
	clock := func() time.Time { cancel(); return time.Time{} } // called just before the queries
	if r, err := Audit(ctx, newNights(t, "", ""), Options{Checks: []Check{c}, Now: clock}); !errors.Is(err, context.Canceled) {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestLastAudit(t *testing.T) {
	n := newNightsOf(t, StateKind)
	if _, err := LastAudit(t.Context(), n.db, nil); !errors.Is(err, ErrNoAudit) {
		t.Errorf("no audit: %v", err)
	}
	n.night("20261101T020000Z").audit(1, 2, 4)
	n.night("20261102T020000Z").audit(3, 2)
	n.archive.fill(t, n.db, "2027") // as the DuckDB file is after the audit
	last, err := LastAudit(t.Context(), n.db, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(last.AuditID, " ", last.PortalID, " ", last.SnapshotID, " ", *last.BaselineID)
	for _, f := range last.Findings {
		got += fmt.Sprint(" ", *f.SubjectID, " ", f.State)
	}
	if got != "20270101T000002Z 7 20261102T020000Z 20261101T020000Z 2 ongoing 3 new" {
		t.Error(got)
	}
	change(t, n.db, "DELETE FROM snapshot")
	if _, err := LastAudit(t.Context(), n.db, nil); !errors.Is(err, ErrNoSnapshot) {
		t.Errorf("no snapshot: %v", err)
	}
}
