package duckdb

import (
	"database/sql"
	"testing"

	"hubgraph/internal/nights"
	"hubgraph/queries"
)

// TestOutlinesAreOfTheirSettings makes a file from nothing, one that begins with the outline
// of the first, and one of other settings: the second holds what the first one does, and
// the views of checks in the third name what is set there.
func TestOutlinesAreOfTheirSettings(t *testing.T) {
	outlines.Lock()
	outlines.file = nil
	outlines.Unlock()
	d := openData(t)
	e := publish(t, d, nights.First(), "20261122T020000Z")
	make := func(settings []queries.Setting) *sql.DB {
		file, err := d.Build(t.Context(), Build{Snapshot: e, Settings: settings})
		if err != nil {
			t.Fatal(err)
		}
		return open(t, file)
	}
	own := append(queries.DefaultSettings(), queries.Setting{Key: "deal_without_contact.grace_hours", Value: "4711"})
	first, second, third := make(queries.DefaultSettings()), make(queries.DefaultSettings()), make(own)
	for _, query := range []string{
		"SELECT schema_name, view_name, comment, sql FROM duckdb_views() WHERE NOT internal ORDER BY ALL",
		"SELECT table_name, comment, sql, estimated_size FROM duckdb_tables() ORDER BY ALL",
		"SELECT schema_name, table_name, column_name, column_index, data_type, comment FROM duckdb_columns() WHERE NOT internal ORDER BY ALL",
		"SELECT function_name, macro_definition, comment FROM duckdb_functions() WHERE NOT internal ORDER BY ALL",
		"FROM objects", "FROM settings", "FROM company_parents",
	} {
		if want, got := ask(t, first, "%s", query), ask(t, second, "%s", query); got != want || len(want) < 4 {
			t.Errorf("%s\nfrom nothing: %s\nfrom an outline: %s", query, want, got)
		}
	}
	const named = "SELECT count(*) AS n FROM duckdb_views() WHERE view_name = 'deal_without_contact' AND contains(sql, '4711')"
	if got := ask(t, third, named) + ask(t, second, named); got != "[\n{\"n\":1}\n]\n[\n{\"n\":0}\n]\n" {
		t.Error(got)
	}
}
