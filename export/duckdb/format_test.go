package duckdb

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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
