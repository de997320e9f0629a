package export

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

	"hubgraph/queries"
)

// TestOlderFilesAreRead has a night of a hubgraph that did not write some columns
// yet, beside one of today: what is not there is NULL, and all else is as ever.
func TestOlderFilesAreRead(t *testing.T) {
	d := openData(t)
	older := publish(t, d, firstNight(), "20261121T020000Z")
	for table, without := range map[string]string{"objects": "domain, email_domain", "association_types": "max_to", "coverage": "verdict, unreadable, readable, verified", "snapshot": "time_zone, currency"} {
		dropColumns(t, d, older, table, without)
	}
	dropTable(t, d, older, "gaps")
	dropTable(t, d, older, "owners")
	publish(t, d, firstNight(), "20261122T020000Z")
	entries, err := d.Snapshots()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		_, db := build(t, d, e)
		there := map[bool]int{true: 0, false: 1}[e.ID == older.ID]
		want := fmt.Sprintf("[\n{\"objects\":7,\"domains\":%d,\"degrees\":7,\"types\":8,\"max\":%d,\"nights\":2,\"rows\":9,\"readable\":%d,\"gaps\":0,\"owners\":%d,\"zones\":%d,\"currencies\":1}\n]\n", there, there, 2*there, 2*there, there)
		got := ask(t, db, `SELECT (SELECT count(*) FROM objects) AS objects, (SELECT count(domain) FROM objects) AS domains, (SELECT count(degree) FROM objects) AS degrees,
			(SELECT count(*) FROM association_types) AS types, (SELECT count(max_to) FROM association_types) AS max,
			(SELECT count(*) FROM snapshots) AS nights, (SELECT count(*) FROM associations) AS rows,
			(SELECT count(readable) FROM coverage) AS readable, (SELECT count(*) FROM gaps) AS gaps, (SELECT count(*) FROM owners) AS owners,
			(SELECT count(time_zone) FROM snapshot) AS zones, (SELECT count(currency) FROM snapshots) AS currencies`)
		if got != want {
			t.Errorf("%s: %s, want %s", e.ID, got, want)
		}
		report, err := queries.Audit(context.Background(), db, queries.Options{AuditID: "20261123T020000Z", FailOn: "critical"})
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
func dropColumns(t *testing.T, d *Data, e Entry, table, columns string) {
	t.Helper()
	m, err := d.readManifest(e.dir)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range m.Files {
		if f.Table != table {
			continue
		}
		name := d.path(f.in(e.dir))
		fewer := filepath.Join(t.TempDir(), "fewer.parquet")
		run(t, memory(t), "COPY (SELECT * EXCLUDE (%s) FROM read_parquet(%s, hive_partitioning = false)) TO %s (FORMAT parquet)", columns, literal(name), literal(fewer))
		b, err := os.ReadFile(fewer)
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
func dropTable(t *testing.T, d *Data, e Entry, table string) {
	t.Helper()
	m, err := d.readManifest(e.dir)
	if err == nil {
		err = os.RemoveAll(filepath.Join(e.Path, table))
	}
	if err != nil {
		t.Fatal(err)
	}
	m.FormatVersion, m.Certificate.Readable = 1, false
	m.Files = slices.DeleteFunc(m.Files, func(f File) bool { return f.Table == table })
	rewrite(t, e, m)
}

func rewrite(t *testing.T, e Entry, m Manifest) {
	t.Helper()
	b, err := m.encode()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(e.Path, manifestFile), b, 0o600); err != nil {
		t.Fatal(err)
	}
}
