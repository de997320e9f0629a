package repair

import (
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"

	"hubgraph/queries"
)

// TestPlansNameRecordsAndLabels plans for two findings, one of them of records and a type
// that nothing names, and one with a name that is to steer a terminal.
func TestPlansNameRecordsAndLabels(t *testing.T) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, err = db.Exec(`
		CREATE TABLE objects (object_type VARCHAR, object_id BIGINT, name VARCHAR, amount DECIMAL(18,4), currency VARCHAR, seen BOOLEAN DEFAULT true, archived BOOLEAN DEFAULT false);
		INSERT INTO objects (object_type, object_id, name) VALUES ('companies', 11, 'Acme' || chr(27) || '[2J'), ('contacts', 1, NULL), ('contacts', 2, NULL), ('tickets', 5, NULL), ('deals', 11, 'Renewal');
		CREATE TABLE associations (from_type VARCHAR, from_id BIGINT, to_type VARCHAR, to_id BIGINT, category VARCHAR, type_id INTEGER,
			has_inverse BOOLEAN DEFAULT true, has_reverse BOOLEAN DEFAULT true, live BOOLEAN DEFAULT true);
		CREATE TABLE moved_associations AS SELECT *, false AS is_older FROM associations;
		CREATE TABLE older_associations AS FROM associations;
		INSERT INTO associations (from_type, from_id, to_type, to_id, category, type_id) VALUES ('contacts', 1, 'companies', 11, 'USER_DEFINED', 1), ('companies', 11, 'contacts', 1, 'HUBSPOT_DEFINED', 280);
		CREATE TABLE association_types (from_type VARCHAR, to_type VARCHAR, category VARCHAR, type_id INTEGER, label VARCHAR, name VARCHAR,
			inverse_category VARCHAR, inverse_type_id INTEGER, inverse_source VARCHAR, is_default BOOLEAN DEFAULT false, is_primary BOOLEAN DEFAULT false, max_to BIGINT);
		CREATE TABLE association_stats (snapshot_id VARCHAR, from_type VARCHAR, to_type VARCHAR, category VARCHAR, type_id INTEGER, edges BIGINT);
		CREATE TABLE snapshot AS SELECT '20261122T020000Z' AS snapshot_id;
		CREATE VIEW current_associations AS FROM associations;
		INSERT INTO association_types (from_type, to_type, category, type_id, label) VALUES ('companies', 'contacts', 'USER_DEFINED', 2, 'Advises'), ('contacts', 'companies', 'USER_DEFINED', 2, 'Another'), ('companies', 'contacts', 'USER_DEFINED', 3, NULL), ('tickets', 'contacts', 'HUBSPOT_DEFINED', 15, NULL);
		INSERT INTO association_types (from_type, to_type, category, type_id, inverse_category, inverse_type_id) VALUES ('contacts', 'companies', 'USER_DEFINED', 1, 'USER_DEFINED', 3)`)
	if err != nil {
		t.Fatal(err)
	}
	finding := func(print, from string, fromID int64, to string, toID int64, evidence string) queries.Finding {
		return queries.Finding{Fingerprint: print, CheckID: "inverse_label_missing", FromType: &from, FromID: &fromID, ToType: &to, ToID: &toID, Evidence: evidence}
	}
	p, err := New(t.Context(), Source{PortalID: 77, SnapshotID: "20261122T020000Z", CrawledAt: time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC), DB: db, Findings: []queries.Finding{
		finding("a", "contacts", 1, "companies", 11, `{"missing":["USER_DEFINED:3","USER_DEFINED:2"]}`),
		finding("b", "contacts", 2, "tickets", 5, `{"missing":"HUBSPOT_DEFINED:15"}`),
	}}, Options{Now: time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC), MaxAge: MaxAge, Checks: []string{"inverse_label_missing"}})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := p.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	const want = `plan for portal 77, from snapshot 20261122T020000Z, good until 2026-11-23T03:00:00Z

inverse_label_missing, determined: 1 addition from companies to contacts
  + companies:11 "Acme[2J" -> contacts:1  USER_DEFINED:3, USER_DEFINED:2 "Advises"
      contacts:1 carries a label towards companies:11 "Acme[2J" that is missing on the way back

inverse_label_missing, determined: 1 addition from tickets to contacts
  + tickets:5 -> contacts:2  HUBSPOT_DEFINED:15
      contacts:2 lists tickets:5, and is not listed there

2 to add, 0 to remove, 0 blocked
In words: 1 pair of records will be linked that are not; 1 pair of records that are linked will show it on both sides, with their labels. Nothing else is meant to change.
`
	if got, _, _ := strings.Cut(b.String(), "sha256:"); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	name := filepath.Join(t.TempDir(), "plan.json")
	if err := p.Write(name); err != nil {
		t.Fatal(err)
	}
	got, err := Read(name)
	if err != nil {
		t.Fatal(err)
	}
	if op := got.Operations[0]; op.FromName != "Acme\x1b[2J" || op.ToName != "" || len(op.Labels) != 2 || got.Operations[1].Labels != nil {
		t.Errorf("%+v", got.Operations)
	}
}

// TestExpiredWithinASecond has a plan asked for in the second in which the crawl ended.
func TestExpiredWithinASecond(t *testing.T) {
	crawled := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, err = New(t.Context(), Source{SnapshotID: "20261122T020000Z", CrawledAt: crawled, DB: db},
		Options{Now: crawled.Add(time.Millisecond), MaxAge: time.Nanosecond})
	if !errors.Is(err, ErrExpired) {
		t.Error(err)
	}
}
