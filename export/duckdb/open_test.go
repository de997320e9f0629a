package duckdb

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hubgraph/internal/golden"
	"hubgraph/internal/nights"
)

// TestDescribe pins the schema: the columns, types and comments of all tables,
// as an analyst's client shows them.
func TestDescribe(t *testing.T) {
	d := openData(t)
	n := nights.First()
	publish(t, d, n, "20261121T020000Z")
	_, db := build(t, d, publish(t, d, n, "20261122T020000Z"))
	var b strings.Builder
	rows, err := db.Query(`
		SELECT t.table_name, coalesce(t.comment, ''), c.column_name, c.data_type, coalesce(c.comment, '')
		FROM duckdb_tables() AS t JOIN duckdb_columns() AS c USING (database_name, schema_name, table_name)
		WHERE NOT t.internal ORDER BY t.table_name, c.column_index`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	last := ""
	for rows.Next() {
		var table, about, name, typ, comment string
		if err := rows.Scan(&table, &about, &name, &typ, &comment); err != nil {
			t.Fatal(err)
		}
		if table != last {
			fmt.Fprintf(&b, "%s: %s\n", table, about)
		}
		last = table
		if about == "" || comment == "" {
			t.Errorf("%s.%s lacks a comment", table, name)
		}
		fmt.Fprintf(&b, "\t%s %s: %s\n", name, typ, comment)
	}
	golden.Compare(t, "describe.golden", b.String())
}

// TestOpenIsLockedDown asks what Open opens directly, as the checks do.
func TestOpenIsLockedDown(t *testing.T) {
	d := openData(t)
	_, db := build(t, d, publish(t, d, nights.First(), "20261122T020000Z"))
	for _, sql := range []string{
		"FROM read_csv('/etc/passwd')", "ATTACH '/tmp/x.duckdb'", "INSTALL httpfs", "LOAD httpfs", "COPY objects TO '/tmp/x.csv'",
		"SET enable_external_access = true", "SET lock_configuration = false", "SET autoload_known_extensions = true", "DELETE FROM objects",
	} {
		if _, err := db.Exec(sql); err == nil {
			t.Errorf("%s: done", sql)
		}
	}
}

func TestDuckDBVersion(t *testing.T) {
	if v, err := Version(t.Context()); err != nil || !strings.HasPrefix(v, "v1.") {
		t.Errorf("version %q, %v", v, err)
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text.duckdb")
	if err := os.WriteFile(text, []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	d := openData(t)
	held, err := d.Build(t.Context(), Build{Snapshot: publish(t, d, nights.First(), "20261122T020000Z")})
	if err != nil {
		t.Fatal(err)
	}
	hold(t, toWrite+held)
	for name, want := range map[string]string{
		filepath.Join(dir, "none.duckdb"): "no such file",
		filepath.Join(dir, "a?b.duckdb"):  "no such file",
		text:                              "`hubgraph rebuild`",
		held:                              "locked by another process",
	} {
		_, err := Open(name, 0)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
}

// TestValues writes values of every kind and reads them from the DuckDB file.
func TestValues(t *testing.T) {
	d := openData(t)
	_, db := build(t, d, publish(t, d, nights.First(), "20261122T020000Z"))
	var b strings.Builder
	for _, s := range []string{"snapshot", "baseline", "snapshots", "settings", "objects", "associations", "association_types", "association_stats", "coverage", "id_alias", "pipelines", "object_types", "baseline_objects"} {
		fmt.Fprintf(&b, "%s\n%s", s, ask(t, db, "FROM %s", s))
	}
	golden.Compare(t, "values.golden", b.String())
}

func TestLayout(t *testing.T) {
	d := openData(t)
	e := publish(t, d, nights.First(), "20261122T020000Z")
	if want := filepath.Join(d.Dir(), "lake/portal=7/snapshot=20261122T020000Z"); e.Path != want {
		t.Errorf("published at %s, want %s", e.Path, want)
	}
	var names []string
	err := filepath.Walk(d.Dir(), func(name string, info os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		if !info.IsDir() {
			rel, _ := filepath.Rel(d.Dir(), name)
			names = append(names, rel)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, "layout.golden", strings.Join(names, "\n")+"\n")
}

// TestIntegersAreBIGINT holds every column of every table and view to one type of integers.
func TestIntegersAreBIGINT(t *testing.T) {
	d := openData(t)
	_, db := build(t, d, publish(t, d, nights.First(), "20261122T020000Z"))
	const integers = "SELECT count(*) AS n FROM duckdb_columns() WHERE NOT internal AND data_type = 'BIGINT' HAVING count(*) > 300"
	if got := ask(t, db, integers); !strings.Contains(got, `"n"`) {
		t.Error("hardly any column is BIGINT")
	}
	const others = "SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal AND data_type NOT IN ('BIGINT', 'BIGINT[]') AND regexp_matches(data_type, '^U?(TINY|SMALL|HUGE|BIG)?INT') ORDER BY ALL"
	if got := ask(t, db, others); strings.Contains(got, "data_type") {
		t.Error(got)
	}
}
