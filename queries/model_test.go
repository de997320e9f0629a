package queries

import (
	"database/sql"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// modelNights makes the databases of newNights in each format of snapshots.
func modelNights(t *testing.T, earlier, later string, f func(t *testing.T, db *sql.DB)) {
	t.Helper()
	for format, make := range formats {
		t.Run(format, func(t *testing.T) {
			db := newNights(t, earlier, later)
			change(t, db, make)
			f(t, db)
		})
	}
}

// ask gives the rows of a query, a line for each, in order.
func ask(t testing.TB, db *sql.DB, query string) string {
	t.Helper()
	var got []string
	err := each(t.Context(), db, "SELECT CAST(q AS VARCHAR) AS line FROM ("+query+") q ORDER BY 1", nil, func(rows *sql.Rows) error {
		var line string
		err := rows.Scan(&line)
		got = append(got, strings.NewReplacer("{", "", "}", "", "'", "").Replace(line))
		return err
	})
	if err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	return strings.Join(got, "\n")
}

// TestModelsAreInOrder creates the models one by one, and compares their columns with
// the comments on them.
func TestModelsAreInOrder(t *testing.T) {
	db := newNights(t, healthy, "")
	for _, m := range Models() {
		var columns, comments []string
		if err := each(t.Context(), db, "SELECT column_name FROM (DESCRIBE "+m.Name+")", nil, func(rows *sql.Rows) error {
			var name string
			err := rows.Scan(&name)
			columns = append(columns, name)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for _, c := range m.Columns {
			comments = append(comments, c.Name)
		}
		if diff := cmp.Diff(columns, comments); diff != "" {
			t.Errorf("%s: - columns, + comments:\n%s", m.Name, diff)
		}
		if !strings.HasSuffix(m.Description, ".") || strings.Contains(m.Description, "  ") {
			t.Errorf("%s: description %q", m.Name, m.Description)
		}
	}
}

// TestReadsAreThoseOfTheParser compares what models and checks read with what DuckDB
// finds in them.
func TestReadsAreThoseOfTheParser(t *testing.T) {
	db := newNights(t, healthy, "")
	texts := map[string]string{
		"extract": "SELECT extract(day FROM o.created_at) AS d FROM objects o WHERE o.name IS DISTINCT FROM label",
		"texts":   "SELECT 'FROM gaps' AS a FROM main.objects -- JOIN nothing",
		"own":     "WITH live_ones AS (SELECT object_id FROM live) SELECT object_id FROM live_ones JOIN settings ON true",
	}
	for _, m := range Models() {
		texts[m.Name] = m.SQL
	}
	for _, c := range All() {
		texts[c.ID], texts[c.ID+", universe"] = c.SQL, c.Universe
	}
	for name, query := range texts {
		var text string
		if err := db.QueryRow("SELECT json_serialize_sql(?::VARCHAR)::VARCHAR", query).Scan(&text); err != nil {
			t.Fatal(err)
		}
		var tree any
		if err := json.Unmarshal([]byte(text), &tree); err != nil {
			t.Fatal(err)
		}
		tables, own := map[string]bool{}, map[string]bool{}
		walk(tree, func(node map[string]any) bool {
			if node["type"] == "BASE_TABLE" {
				tables[node["table_name"].(string)] = true
			}
			if with, ok := node["cte_map"].(map[string]any); ok {
				for _, entry := range with["map"].([]any) {
					own[entry.(map[string]any)["key"].(string)] = true
				}
			}
			return true
		})
		maps.DeleteFunc(tables, func(name string, _ bool) bool { return own[name] })
		if diff := cmp.Diff(slices.Sorted(maps.Keys(tables)), Reads(query)); diff != "" {
			t.Errorf("%s: - what it reads, + what Reads says:\n%s", name, diff)
		}
	}
}

// TestCheckModels lists models behind those that they read.
func TestCheckModels(t *testing.T) {
	checks, err := Select("inverse_label_missing")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range checks[0].Models() {
		names = append(names, m.Name)
	}
	if got := strings.Join(names, " "); got != "merged_associations unread older_associations current_associations link_types live unsettled" {
		t.Error(got)
	}
}

// TestInlineIsTheView runs each check through its models' views and as one text, and
// then as of the baseline, where the nights are exchanged.
func TestInlineIsTheView(t *testing.T) {
	modelNights(t, healthy, unlinked("deals:1 <-> contacts:11")+unlinked("contacts:12 -> contacts:11 U32")+unlinked("contacts:13 -> companies:22"), func(t *testing.T, db *sql.DB) {
		for _, c := range All() {
			for part, query := range map[string]string{"query": c.SQL, "universe": c.Universe} {
				view := ask(t, db, query)
				if one := ask(t, db, Inline(query, nil)); one != view {
					t.Errorf("%s, %s: as a view\n%s\nas one text\n%s", c.ID, part, view, one)
				}
				replaced := map[string]string{"settings": "SELECT 'grace_hours' AS key, '999999' AS value"}
				if got := ask(t, db, Inline(query, replaced)); c.Kind == StateKind && part == "query" && got != "" {
					t.Errorf("%s of records that are older than a century: %s", c.ID, got)
				}
				if c.Kind == EventKind {
					continue
				}
				before := map[string]string{"snapshot": "SELECT * FROM main.baseline", "baseline": "SELECT * FROM main.baseline WHERE false"}
				for _, table := range []string{"objects", "associations", "association_types", "coverage", "gaps", "id_alias"} {
					before[table] = "SELECT * FROM main.baseline_" + table
					before["baseline_"+table] = "SELECT * FROM main.baseline_" + table + " WHERE false"
				}
				if got := ask(t, db, Inline(query, before)); part == "query" && got != "" {
					t.Errorf("%s in the baseline: %s", c.ID, got)
				}
			}
		}
	})
}

// TestParseModelErrors: a model says what it is, and is one SELECT.
func TestParseModelErrors(t *testing.T) {
	for text, want := range map[string]string{
		"SELECT 1 AS x":            "models/x.sql: its first lines have to say what it is",
		"-- What.\nDELETE FROM x":  "models/x.sql: it must be one SELECT",
		"-- What.\nSELECT 1; DROP": "models/x.sql: it must be one statement",
	} {
		if _, err := parseModel("x.sql", text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	m, err := parseModel("x.sql", "-- What\n--   it is.\n-- column a: This\n--   and that\n-- column b: More\n\nSELECT a, b FROM t")
	want := Model{Name: "x", Description: "What it is.", Columns: []ModelColumn{{"a", "This and that"}, {"b", "More"}}, Reads: []string{"t"}, SQL: "SELECT a, b FROM t"}
	if m.Source = ""; err != nil || cmp.Diff(want, m) != "" {
		t.Error(err, cmp.Diff(want, m))
	}
}
