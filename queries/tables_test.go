package queries

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2"

	"hubgraph/internal/leaks"
)

func TestMain(m *testing.M) { os.Exit(leaks.Watch(m).Run()) }

// tables are those of package export, with values that make rows short to write:
// records are live and settled.
const tables = `
CREATE TABLE snapshot (snapshot_id VARCHAR, portal_id BIGINT DEFAULT 7, api_version VARCHAR DEFAULT '2026-09', started_at TIMESTAMP,
	finished_at TIMESTAMP DEFAULT '2026-11-22 02:10:00', complete BOOLEAN DEFAULT true, scope_hash VARCHAR DEFAULT 'scope',
	objects BIGINT DEFAULT 0, associations BIGINT DEFAULT 0, requests BIGINT DEFAULT 0, tool_version VARCHAR DEFAULT 'test', time_zone VARCHAR, currency VARCHAR);
CREATE TABLE objects (object_type VARCHAR, object_id BIGINT, name VARCHAR, created_at TIMESTAMP DEFAULT '2026-01-02 03:04:05.5',
	updated_at TIMESTAMP, archived BOOLEAN DEFAULT false, seen BOOLEAN DEFAULT true, owner_id BIGINT, pipeline_id VARCHAR, stage_id VARCHAR,
	is_closed BOOLEAN, is_won BOOLEAN, amount DECIMAL(18,4), currency VARCHAR, close_date TIMESTAMP, domain VARCHAR, email_domain VARCHAR,
	lifecycle_stage VARCHAR, degree INTEGER, component INTEGER, hierarchy_depth INTEGER, hierarchy_cycle BOOLEAN DEFAULT false, cycle_id BIGINT, url VARCHAR,
	properties MAP(VARCHAR, VARCHAR) DEFAULT MAP {});
CREATE TABLE associations (from_type VARCHAR, from_id BIGINT, to_type VARCHAR, to_id BIGINT, category VARCHAR DEFAULT 'HUBSPOT_DEFINED',
	type_id INTEGER, label VARCHAR, has_inverse BOOLEAN, has_reverse BOOLEAN, live BOOLEAN);
CREATE TABLE association_types (from_type VARCHAR, to_type VARCHAR, category VARCHAR DEFAULT 'HUBSPOT_DEFINED', type_id INTEGER, name VARCHAR,
	label VARCHAR, label_key VARCHAR, inverse_category VARCHAR, inverse_type_id INTEGER, inverse_source VARCHAR, inverse_support BIGINT,
	inverse_overlap DOUBLE, is_default BOOLEAN DEFAULT false, is_primary BOOLEAN DEFAULT false, max_to BIGINT);
CREATE TABLE association_stats (snapshot_id VARCHAR, from_type VARCHAR, to_type VARCHAR, category VARCHAR DEFAULT 'HUBSPOT_DEFINED', type_id INTEGER,
	edges BIGINT, from_records BIGINT);
CREATE TABLE coverage (kind VARCHAR, from_type VARCHAR, to_type VARCHAR, requested BIGINT DEFAULT 0, received BIGINT DEFAULT 0,
	empty BIGINT DEFAULT 0, failed BIGINT DEFAULT 0, unread BIGINT DEFAULT 0, complete BOOLEAN DEFAULT true, readable BOOLEAN, verdict VARCHAR DEFAULT 'complete', reason VARCHAR,
	started_at TIMESTAMP, finished_at TIMESTAMP);
CREATE TABLE gaps (kind VARCHAR, from_type VARCHAR, from_id BIGINT, to_type VARCHAR, reason VARCHAR);
CREATE TABLE baseline_gaps AS FROM gaps;
CREATE TABLE pipelines (object_type VARCHAR, pipeline_id VARCHAR, pipeline_name VARCHAR, stage_id VARCHAR, stage_name VARCHAR, position INTEGER,
	is_closed BOOLEAN, is_won BOOLEAN);
CREATE TABLE object_types (object_type VARCHAR, type_id VARCHAR, singular VARCHAR, label VARCHAR, custom BOOLEAN DEFAULT false);
CREATE TABLE baseline_object_types AS FROM object_types;
CREATE TABLE id_alias (object_type VARCHAR, old_id BIGINT, current_id BIGINT);
CREATE TABLE owners (owner_id BIGINT, name VARCHAR, archived BOOLEAN DEFAULT false);
CREATE TABLE settings (key VARCHAR, value VARCHAR);
CREATE TABLE baseline AS FROM snapshot;
CREATE TABLE snapshots AS FROM snapshot;
CREATE TABLE baseline_coverage AS FROM coverage;
CREATE TABLE baseline_id_alias AS FROM id_alias;
`

// defined are the association types that the tests use, in both nights: plain
// ones, a label that is its own inverse, a pair of labels, a primary, and a label
// whose inverse nobody knows.
const defined = `
INSERT INTO association_types (from_type, to_type, type_id, inverse_category, inverse_type_id, inverse_source, is_default) VALUES
	('deals', 'contacts', 3, 'HUBSPOT_DEFINED', 4, 'documented', true), ('contacts', 'deals', 4, 'HUBSPOT_DEFINED', 3, 'documented', true),
	('deals', 'companies', 341, 'HUBSPOT_DEFINED', 342, 'documented', true), ('companies', 'deals', 342, 'HUBSPOT_DEFINED', 341, 'documented', true),
	('contacts', 'companies', 279, 'HUBSPOT_DEFINED', 280, 'documented', true), ('companies', 'contacts', 280, 'HUBSPOT_DEFINED', 279, 'documented', true),
	('contacts', 'contacts', 449, 'HUBSPOT_DEFINED', 449, 'documented', true);
INSERT INTO association_types (from_type, to_type, type_id, label, inverse_category, inverse_type_id, inverse_source, is_primary) VALUES
	('contacts', 'companies', 1, 'Primary', 'HUBSPOT_DEFINED', 2, 'documented', true), ('companies', 'contacts', 2, 'Contact with Primary Company', 'HUBSPOT_DEFINED', 1, 'documented', true);
INSERT INTO association_types (from_type, to_type, category, type_id, label, inverse_category, inverse_type_id, inverse_source) VALUES
	('deals', 'contacts', 'USER_DEFINED', 21, 'Decision maker', 'USER_DEFINED', 22, 'same_text'), ('contacts', 'deals', 'USER_DEFINED', 22, 'Decision maker', 'USER_DEFINED', 21, 'same_text'),
	('contacts', 'contacts', 'USER_DEFINED', 31, 'Manager', 'USER_DEFINED', 32, 'learned'), ('contacts', 'contacts', 'USER_DEFINED', 32, 'Employee', 'USER_DEFINED', 31, 'learned'),
	('deals', 'contacts', 'USER_DEFINED', 41, 'Mystery', NULL, NULL, NULL);
`

// newDB makes a database without tables.
func newDB(t testing.TB) *sql.DB {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func change(t testing.TB, db *sql.DB, statements string) {
	t.Helper()
	if _, err := db.Exec(statements); err != nil {
		t.Fatalf("%v\n%s", err, statements)
	}
}

// newNights makes a database with a baseline that the statements of earlier fill,
// and a snapshot of the same content that the statements of later change.
func newNights(t testing.TB, earlier, later string) *sql.DB {
	t.Helper()
	db := newDB(t)
	change(t, db, tables+auditTables+defined+earlier)
	change(t, db, fill)
	for _, table := range []string{"objects", "associations", "association_types"} {
		change(t, db, fmt.Sprintf("CREATE TABLE baseline_%s AS FROM %s", table, table))
	}
	for _, m := range Models() {
		change(t, db, "CREATE VIEW "+m.Name+" AS\n"+m.SQL)
	}
	change(t, db, "INSERT INTO baseline_coverage FROM coverage; DELETE FROM coverage")
	change(t, db, `
		INSERT INTO snapshot (snapshot_id, started_at) VALUES ('20261121T020000Z', '2026-11-21 02:00:00');
		INSERT INTO baseline FROM snapshot; DELETE FROM snapshot;
		INSERT INTO snapshot (snapshot_id, started_at) VALUES ('20261122T020000Z', '2026-11-22 02:00:00');
		INSERT INTO snapshots FROM baseline; INSERT INTO snapshots FROM snapshot;`+later)
	change(t, db, fill)
	return db
}

// fill computes what the crawl and the graph would: coverage of whatever the test says
// nothing of, and what a row of associations says of its ends and the way back.
const fill = `
INSERT INTO coverage (kind, from_type, to_type)
	SELECT * FROM (
		SELECT DISTINCT unnest(['associations', 'types']) AS kind, from_type, to_type FROM association_types
		UNION ALL SELECT 'objects', unnest(['contacts', 'companies', 'deals']), NULL
	) c
	WHERE NOT exists (FROM coverage x WHERE x.kind = c.kind AND x.from_type = c.from_type AND x.to_type IS NOT DISTINCT FROM c.to_type);
CREATE OR REPLACE MACRO today(type, id) AS coalesce((SELECT current_id FROM id_alias WHERE object_type = type AND old_id = id), id);
CREATE OR REPLACE TEMP TABLE listed AS SELECT *, today(from_type, from_id) AS lister, today(to_type, to_id) AS other FROM associations;
UPDATE associations a SET
	live = exists (FROM objects o WHERE o.object_type = a.from_type AND o.object_id = a.from_id AND o.seen AND NOT o.archived)
		AND exists (FROM objects o WHERE o.object_type = a.to_type AND o.object_id = a.to_id AND o.seen AND NOT o.archived),
	has_reverse = CASE
		WHEN exists (FROM listed r WHERE r.from_type = a.to_type AND r.lister = today(a.to_type, a.to_id) AND r.to_type = a.from_type AND r.other = today(a.from_type, a.from_id)) THEN true
		WHEN exists (FROM coverage c WHERE c.kind = 'associations' AND c.from_type = a.to_type AND c.to_type = a.from_type AND coalesce(c.readable, c.complete))
			AND NOT exists (FROM gaps g WHERE g.kind = 'associations' AND g.from_type = a.to_type AND today(g.from_type, g.from_id) = today(a.to_type, a.to_id) AND g.to_type = a.from_type) THEN false END;
UPDATE associations a SET has_inverse = CASE WHEN a.has_reverse IS NOT NULL THEN exists (
	FROM listed r
	WHERE r.from_type = a.to_type AND r.lister = today(a.to_type, a.to_id) AND r.to_type = a.from_type AND r.other = today(a.from_type, a.from_id)
		AND r.category = d.inverse_category AND r.type_id = d.inverse_type_id) END
FROM association_types d
WHERE d.from_type = a.from_type AND d.to_type = a.to_type AND d.category = a.category AND d.type_id = a.type_id AND d.inverse_type_id IS NOT NULL;
`

// olderFormat makes snapshots of those that newNights made such as an older format has them:
// rows do not say whether their ends live, nor what they know of merged ids.
const olderFormat = `
UPDATE associations SET live = NULL, has_reverse = NULL;
UPDATE baseline_associations SET live = NULL, has_reverse = NULL;
UPDATE associations a SET has_inverse = exists (
	FROM associations r
	WHERE r.from_type = a.to_type AND r.from_id = a.to_id AND r.to_type = a.from_type AND r.to_id = a.from_id
		AND r.category = d.inverse_category AND r.type_id = d.inverse_type_id)
FROM association_types d
WHERE d.from_type = a.from_type AND d.to_type = a.to_type AND d.category = a.category AND d.type_id = a.type_id AND d.inverse_type_id IS NOT NULL;
`

// formats are the formats of snapshots, and what makes those of newNights such.
var formats = map[string]string{"today's": "SELECT 1", "an older": olderFormat}

// audit runs one check.
func auditOne(t testing.TB, db *sql.DB, id string) *Report {
	t.Helper()
	checks, err := Select(id)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Audit(context.Background(), db, Options{AuditID: "20261122T030000Z", Checks: checks})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// lines are the result of a check and its findings.
func lines(r *Report) []string {
	var lines []string
	for _, c := range r.Results {
		line := string(c.Status)
		if c.SkipReason != nil {
			line += " " + *c.SkipReason
		}
		if c.Violations != nil {
			line += fmt.Sprintf(" %d of %d", *c.Violations, *c.Universe)
		}
		lines = append(lines, line)
	}
	for _, f := range r.Findings {
		line := fmt.Sprintf("%s %s ", f.Severity, subject(f))
		if f.SubjectName != nil {
			line += *f.SubjectName + " "
		}
		if f.Amount != nil {
			line += f.Money().FloatString(2) + " " + *f.Currency + " "
		}
		if line += f.Evidence; f.URL != nil {
			line += " " + *f.URL
		}
		lines = append(lines, line)
	}
	return lines
}

func join(lines []string) string { return strings.Join(slices.Concat(lines, []string{""}), "\n") }
