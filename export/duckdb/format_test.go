package duckdb

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hubgraph/export/lake"
	"hubgraph/internal/nights"
	"hubgraph/queries"
)

// TestOlderFilesAreRead has a night of a hubgraph that did not write some columns
// yet, beside one of today: what is not there is NULL, and all else is as ever.
func TestOlderFilesAreRead(t *testing.T) {
	d := openData(t)
	older := publish(t, d, nights.First(), "20261121T020000Z")
	for table, without := range map[string]string{"objects": "domain, email_domain", "associations": "has_reverse, live", "association_types": "max_to", "coverage": "verdict, unreadable, readable, verified", "snapshot": "time_zone, currency"} {
		dropColumns(t, d, older, table, without)
	}
	dropTable(t, d, older, "gaps")
	dropTable(t, d, older, "owners")
	publish(t, d, nights.First(), "20261122T020000Z")
	entries, err := d.Snapshots()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		_, db := build(t, d, e)
		there := map[bool]int{true: 0, false: 1}[e.ID == older.ID]
		want := fmt.Sprintf("[\n{\"objects\":7,\"domains\":%d,\"degrees\":7,\"types\":8,\"max\":%d,\"nights\":2,\"rows\":9,\"live\":%d,\"reverse\":%d,\"readable\":%d,\"gaps\":0,\"owners\":%d,\"zones\":%d,\"currencies\":1}\n]\n", there, there, 9*there, 7*there, 4*there, 2*there, there)
		got := ask(t, db, `SELECT (SELECT count(*) FROM objects) AS objects, (SELECT count(domain) FROM objects) AS domains, (SELECT count(degree) FROM objects) AS degrees,
			(SELECT count(*) FROM association_types) AS types, (SELECT count(max_to) FROM association_types) AS max,
			(SELECT count(*) FROM snapshots) AS nights, (SELECT count(*) FROM associations) AS rows,
			(SELECT count(live) FROM associations) AS live, (SELECT count(has_reverse) FROM associations) AS reverse,
			(SELECT count(readable) FROM coverage) AS readable, (SELECT count(*) FROM gaps) AS gaps, (SELECT count(*) FROM owners) AS owners,
			(SELECT count(time_zone) FROM snapshot) AS zones, (SELECT count(currency) FROM snapshots) AS currencies`)
		if got != want {
			t.Errorf("%s: %s, want %s", e.ID, got, want)
		}
		report, err := queries.Audit(context.Background(), db, queries.Options{AuditID: "20261123T020000Z", Policy: queries.Policy{FailOn: queries.Critical}})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range report.Results {
			if r.Status == queries.Error {
				t.Errorf("%s: %s ends with an error", e.ID, r.CheckID)
			}
		}
	}
	if got := damages(t, d); got != "" {
		t.Errorf("check finds %s", got)
	}
}

func run(t *testing.T, db *sql.DB, statement string, args ...any) {
	t.Helper()
	if _, err := db.Exec(fmt.Sprintf(statement, args...)); err != nil {
		t.Fatal(err)
	}
}

// dropColumns writes a table of a snapshot as if it never had some columns, and its
// manifest to match.
func dropColumns(t *testing.T, d *Files, e lake.Entry, table, columns string) {
	t.Helper()
	replaceFile(t, d, e, table, "SELECT * EXCLUDE ("+columns+")")
}

// replaceFile writes a table of a snapshot as a query of its rows, and its manifest to
// match.
func replaceFile(t *testing.T, d *Files, e lake.Entry, table, query string) {
	t.Helper()
	m := manifest(t, d, e)
	for i, f := range m.Files {
		if f.Table != table {
			continue
		}
		name := filepath.Join(e.Path, f.Path)
		other := filepath.Join(t.TempDir(), "other.parquet")
		run(t, memory(t), "COPY (%s FROM read_parquet(%s, hive_partitioning = false)) TO %s (FORMAT parquet)", query, literal(name), literal(other))
		b, err := os.ReadFile(other)
		if err == nil {
			err = os.WriteFile(name, b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(b)
		m.Files[i].Bytes, m.Files[i].SHA256 = int64(len(b)), hex.EncodeToString(sum[:])
	}
	rewrite(t, e, m)
}

// dropTable makes a snapshot one of format 1, which did not have the table.
func dropTable(t *testing.T, d *Files, e lake.Entry, table string) {
	t.Helper()
	m := manifest(t, d, e)
	if err := os.RemoveAll(filepath.Join(e.Path, table)); err != nil {
		t.Fatal(err)
	}
	m.FormatVersion, m.Certificate.Readable = 1, false
	m.Files = slices.DeleteFunc(m.Files, func(f lake.File) bool { return f.Table == table })
	rewrite(t, e, m)
}

// manifest is the manifest of a snapshot as it is now.
func manifest(t *testing.T, d *Files, e lake.Entry) lake.Manifest {
	t.Helper()
	e, err := d.Find(e.ID)
	if err != nil {
		t.Fatal(err)
	}
	return e.Manifest
}

func rewrite(t *testing.T, e lake.Entry, m lake.Manifest) {
	t.Helper()
	b, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(e.Path, manifestFile), b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestOlderAuditsAreRead has an audit of a hubgraph that kept neither changes nor the
// versions of checks: what was open then is not new, and what it says is in the register.
func TestOlderAuditsAreRead(t *testing.T) {
	d := openData(t)
	settings := []queries.Setting{{Key: "grace_hours", Value: "0"}}
	first := publish(t, d, nights.Second().Full(), "20261123T020000Z")
	before, _ := auditNight(t, d, first, settings)
	if len(before.Findings) == 0 {
		t.Fatal("there is nothing to find")
	}
	older, err := d.FindAudit(before.AuditID)
	if err != nil {
		t.Fatal(err)
	}
	m := older.Manifest
	dir := filepath.Join(d.Dir(), "audits/portal=7/audit="+before.AuditID)
	columns := map[string]string{
		"findings":      "'" + before.AuditID + "' AS audit_id, snapshot_id, check_id, severity, fingerprint, 'new' AS state, first_seen, last_seen, subject_type, subject_id, from_type, from_id, to_type, to_id, category, type_id, evidence",
		"check_results": `audit_id, snapshot_id, baseline_id, check_id, severity, status, violations, universe, percent, "new", resolved, skip_reason, duration_ms`,
		"settings":      "*",
	}
	m.Files = slices.DeleteFunc(m.Files, func(f lake.File) bool { return columns[f.Table] == "" })
	m.FormatVersion, m.Audit = 2, &lake.Audit{AuditID: before.AuditID, PortalID: 7, SnapshotID: first.ID}
	for i, f := range m.Files {
		name := filepath.Join(dir, f.Path)
		other := filepath.Join(t.TempDir(), "other.parquet")
		run(t, memory(t), "COPY (SELECT %s FROM read_parquet(%s, hive_partitioning = false)) TO %s (FORMAT parquet)", columns[f.Table], literal(name), literal(other))
		b, err := os.ReadFile(other)
		if err == nil {
			err = os.WriteFile(name, b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(b)
		m.Files[i].Bytes, m.Files[i].SHA256 = int64(len(b)), hex.EncodeToString(sum[:])
	}
	rewrite(t, lake.Entry{Path: dir, Manifest: m}, m)
	for _, table := range []string{"finding_changes", "judged_cells", "link_stats"} {
		if err := os.RemoveAll(filepath.Join(dir, table)); err != nil {
			t.Fatal(err)
		}
	}
	if got := damages(t, d); got != "" {
		t.Errorf("check finds %s", got)
	}
	after, file := auditNight(t, d, publish(t, d, nights.Second().Full(), "20261124T020000Z"), settings)
	for _, f := range after.Findings {
		if f.State != queries.Ongoing || !f.FirstSeen.Equal(before.Findings[0].FirstSeen) {
			t.Errorf("%s is %s since %s", f.CheckID, f.State, f.FirstSeen)
		}
	}
	for _, r := range after.Results {
		ofResults := r.CheckID == "orphan_rate_regression" // those of the baseline cannot be had again
		if r.Status == queries.Error || r.Status == queries.Fail || r.SkipReason == nil && r.Kind == queries.StateKind && !r.Reran && !ofResults {
			t.Errorf("%s: %s, run on the baseline: %t", r.CheckID, r.Status, r.Reran)
		}
	}
	if got := ask(t, open(t, file), "SELECT count(*) AS n, count(DISTINCT fingerprint) AS of FROM findings"); len(after.Findings) != len(before.Findings) || !strings.Contains(got, fmt.Sprintf(`"n":%[1]d,"of":%[1]d`, len(before.Findings))) {
		t.Errorf("%d findings, then %d; the register has %s", len(before.Findings), len(after.Findings), got)
	}
	var notKept error
	if _, notKept = d.ReadAudit(context.Background(), before.AuditID); !errors.Is(notKept, lake.ErrFormat) {
		t.Errorf("an older audit is printed again: %v", notKept)
	}
}
