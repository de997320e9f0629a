package duckdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hubgraph/internal/golden"
	"hubgraph/internal/nights"
)

func TestQueryWritesValues(t *testing.T) {
	d := openData(t)
	_, db := build(t, d, publish(t, d, nights.First(), "20261122T020000Z"))
	tests := []struct{ sql, want string }{
		{"9007199254740993", "9007199254740993"},
		{"170141183460469231731687303715884105727::HUGEINT", "170141183460469231731687303715884105727"},
		{"-0.05::DECIMAL(18,4)", "-0.0500"},
		{"0::DECIMAL(18,4)", "0.0000"},
		{"12::DECIMAL(4,0)", "12"},
		{"0.1::DOUBLE", "0.1"},
		{"1e21::DOUBLE", "1e+21"},
		{"0.25::FLOAT", "0.25"},
		{"'nan'::DOUBLE", "null"},
		{"'inf'::DOUBLE", "null"},
		{"NULL", "null"},
		{"true", "true"},
		{`'a"\' || chr(9) || '<é>'`, `"a\"\\\t<é>"`},
		{"TIMESTAMP '2026-11-22 01:02:03.000045'", `"2026-11-22T01:02:03.000045Z"`},
		{"DATE '2026-11-22'", `"2026-11-22"`},
		{"[DATE '2026-11-22', NULL]", `["2026-11-22",null]`},
		{"TIME '01:02:03.5'", `"01:02:03.5"`},
		{"MAP {'b': 1, 'a': NULL}", `{"b":1,"a":null}`},
		{"MAP {2: [0.5::DECIMAL(3,2)]}", `{"2":[0.50]}`},
		{"{'b': 1, 'a': 'x'}", `{"a":"x","b":1}`},
		{"[]", "[]"},
		{"'ab'::BLOB", `"6162"`},
		{"'61c7044f-5ec7-430e-a617-0e23a7ada83a'::UUID", `"61c7044f-5ec7-430e-a617-0e23a7ada83a"`},
		{`'{"id":9007199254740993}'::JSON->'id'`, `"9007199254740993"`},
		{"TIMESTAMP '2026-11-23 02:01:00' - TIMESTAMP '2026-11-22 02:00:00'", `"1 day 00:01:00"`},
		{"'101'::BIT", `"101"`},
		{"'b'::ENUM('a', 'b')", `"b"`},
		{"TIMESTAMPTZ '2026-11-22 01:02:03+01'", `"2026-11-22T00:02:03Z"`},
		{"[1, 2]::INT[2]", "[1,2]"},
	}
	for _, tt := range tests {
		if got, want := ask(t, db, "%s", "SELECT "+tt.sql+" AS v"), "[\n{\"v\":"+tt.want+"}\n]\n"; got != want {
			t.Errorf("%s: %s want %s", tt.sql, got, want)
		}
	}
	if got := ask(t, db, "SELECT 1 AS a, 2 AS a, '{}'::JSON AS b ORDER BY 1;"); got != "[\n{\"a\":1,\"a\":2,\"b\":\"{}\"}\n]\n" {
		t.Errorf("two columns of one name: %s", got)
	}
	if got := ask(t, db, "SELECT '{}'::JSON AS j; -- done\n"); got != "[\n{\"j\":\"{}\"}\n]\n" {
		t.Errorf("a comment after the end: %s", got)
	}
	if got := ask(t, db, "SELECT 1 AS a WHERE false -- none"); got != "[]\n" {
		t.Errorf("no rows: %q", got)
	}
	got := ask(t, db, "SELECT to_json(range) AS j FROM range(5000) ORDER BY range DESC")
	if !strings.HasPrefix(got, "[\n{\"j\":\"4999\"},\n{\"j\":\"4998\"},") || !strings.HasSuffix(got, "{\"j\":\"0\"}\n]\n") {
		t.Error("JSON loses the order of its query")
	}
}

func TestQueryOnlyReads(t *testing.T) {
	d := openData(t)
	file, db := build(t, d, publish(t, d, nights.First(), "20261122T020000Z"))
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	outside := filepath.Join(t.TempDir(), "outside")
	for _, sql := range []string{
		"CREATE TABLE t (i INT)", "INSERT INTO settings VALUES ('a', 'b')", "UPDATE settings SET value = 'b'", "DELETE FROM objects",
		"DROP VIEW deal_company", "ALTER TABLE objects RENAME TO o", "COMMENT ON TABLE objects IS 'x'", "COPY objects TO '" + outside + "'",
		"EXPORT DATABASE '" + outside + "'", "ATTACH '" + outside + "'", "SET memory_limit = '1GB'", "SELECT 1; DROP TABLE objects",
		"INSTALL httpfs", "LOAD httpfs", "FROM read_text('/etc/hostname')", "FROM read_csv('/etc/passwd')", "BEGIN", "VACUUM",
		"DROP TABLE objects; SELECT 1", "SELECT 1; SELECT 2", "BEGIN; SELECT 1", "ATTACH ':memory:' AS m; CREATE TABLE m.t AS SELECT 1; FROM m.t",
		"PREPARE p AS SELECT 1", "SET VARIABLE a = 1", "PRAGMA threads = 1", "PRAGMA enable_profiling", "SELEC 1", "EXPLAIN SELEC 1", "CALL enable_logging()", "CHECKPOINT",
		"FROM enable_logging(storage = 'file', storage_path = '" + outside + "')", "FROM \"enable_profiling\" ()", "FROM arrow_scan(1, 2, 3)",
		"EXPLAIN ANALYZE COPY objects TO '" + outside + "'", "EXPLAIN ANALYZE DELETE FROM objects", "FROM glob('/etc/*')", "FROM sniff_csv('/etc/passwd')",
		"FROM 'https://127.0.0.1/x.parquet'", "COPY (SELECT 1) TO STDOUT", "MERGE INTO settings USING settings AS s ON true WHEN MATCHED THEN DELETE",
	} {
		var b strings.Builder
		err := Query(context.Background(), &b, db, sql, Form{Format: "json"})
		if !errors.Is(err, ErrReadOnly) || strings.Contains(err.Error(), "\n") || b.Len() > 0 {
			t.Errorf("%s: %v, wrote %q", sql, err, b.String())
		}
	}
	if got := ask(t, db, "SELECT count(*) AS n FROM objects WHERE name IS DISTINCT FROM 'enable_logging'"); got != "[\n{\"n\":7}\n]\n" {
		t.Errorf("after all that was refused: %s", got)
	}
	for _, sql := range []string{"PRAGMA table_info('objects')", "DESCRIBE objects", "SHOW TABLES", "SUMMARIZE objects", "EXPLAIN SELECT 1", "VALUES (1)"} {
		ask(t, db, "%s", sql)
	}
	if _, err := os.Stat(outside); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a query reached outside: %v", err)
	}
	if after, err := os.ReadFile(file); err != nil || string(after) != string(before) {
		t.Errorf("the file changed: %v", err)
	}
}

// TestQueryOfTheLake reads files of the lake, and may do nothing else with them.
func TestQueryOfTheLake(t *testing.T) {
	d := openData(t)
	publish(t, d, nights.First(), "20261121T020000Z")
	e := publish(t, d, nights.Second(), "20261122T020000Z")
	file, err := d.Build(t.Context(), Build{Snapshot: e})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.PublishDuckDB(file, e.ID); err != nil {
		t.Fatal(err)
	}
	nights := filepath.Join(d.Dir(), "lake")
	db, err := OpenNights(d.Dir(), 0, "FROM all_objects")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	const counted = "SELECT snapshot_id, count(*) > 0 AS some FROM all_%s GROUP BY ALL ORDER BY ALL"
	const both = "[\n{\"snapshot_id\":\"20261121T020000Z\",\"some\":true},\n{\"snapshot_id\":\"20261122T020000Z\",\"some\":true}\n]\n"
	for _, table := range []string{"objects", "associations"} {
		if got := ask(t, db, counted, table); got != both {
			t.Errorf("all_%s: %s", table, got)
		}
	}
	got := ask(t, db, "SELECT snapshot_id, from_type FROM history('companies', 10, 'deals', 1) ORDER BY ALL")
	if want := "[\n{\"snapshot_id\":\"20261121T020000Z\",\"from_type\":\"companies\"},\n{\"snapshot_id\":\"20261121T020000Z\",\"from_type\":\"deals\"},\n" +
		"{\"snapshot_id\":\"20261122T020000Z\",\"from_type\":null}\n]\n"; got != want {
		t.Errorf("history: %s", got)
	}
	ask(t, db, "FROM read_parquet('%s/*/*/objects/*.parquet')", nights)
	ask(t, db, "EXPLAIN ANALYZE SELECT 1")
	outside := filepath.Join(t.TempDir(), "outside")
	for _, query := range []string{
		"COPY objects TO '%s/x'", "EXPLAIN ANALYZE COPY objects TO '%s/x'", "EXPLAIN (ANALYZE, FORMAT json) COPY objects TO '%s/x'",
		"explain/* a /* b */ */analyze copy objects to '%s/x'", "EXPLAIN ANALYZE -- c\nCOPY objects TO '%s/x'", "EXPORT DATABASE '%s/x'", "SELECT 1; EXPORT DATABASE '%s/x'",
		"EXPLAIN ANALYZE SELECT 1; EXPORT DATABASE '%s/x'", "EXPLAIN EXPORT DATABASE '%s/x'",
		"FROM read_text('%s/../hubgraph.duckdb')", "FROM read_text('" + outside + "%s')", "SET allowed_directories = ['/']; --%s", "RESET allowed_directories; --%s",
		"SET enable_external_access = true; --%s", "ATTACH '%s/x' AS x",
	} {
		var b strings.Builder
		err := Query(t.Context(), &b, db, fmt.Sprintf(query, nights), Form{Format: "json"})
		if err == nil || b.Len() > 0 {
			t.Errorf("%s: %v, wrote %q", query, err, b.String())
		}
		if _, err := os.Stat(filepath.Join(nights, "x")); !errors.Is(err, os.ErrNotExist) {
			t.Fatalf("%s wrote into the lake: %v", query, err)
		}
	}
	if _, err := d.Newest(); err != nil {
		t.Error(err)
	}
}

func TestQueryErrors(t *testing.T) {
	d := openData(t)
	_, db := build(t, d, publish(t, d, nights.First(), "20261122T020000Z"))
	for sql, want := range map[string]string{
		"":                     "empty",
		" ;":                   "empty",
		"SELECT FROM WHERE":    "syntax error",
		"-- nothing\n":         "empty",
		"FROM nope":            "nope",
		"SELECT ?":             "parameters",
		"SELECT 'a'::INT":      "Conversion",
		"SELECT error('late')": "late",
	} {
		var b strings.Builder
		err := Query(context.Background(), &b, db, sql, Form{Format: "json"})
		if err == nil || errors.Is(err, ErrReadOnly) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", sql, err)
		}
	}
}

// TestQueryText shows rows to people: nothing in them may steer the terminal.
func TestQueryText(t *testing.T) {
	d := openData(t)
	_, db := build(t, d, publish(t, d, nights.First(), "20261122T020000Z"))
	var b strings.Builder
	err := Query(context.Background(), &b, db, "SELECT object_type, object_id AS \"ID\", name, amount, created_at FROM objects ORDER BY ALL", Form{Format: "text"})
	if err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, "query.golden", b.String())
}
