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

func wantRows(t *testing.T, db *sql.DB, query, want string) {
	t.Helper()
	lines := []string{}
	for line := range strings.Lines(want) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	if diff := cmp.Diff(lines, slices.DeleteFunc(strings.Split(ask(t, db, query), "\n"), func(s string) bool { return s == "" })); diff != "" {
		t.Errorf("%s: - wanted, + got:\n%s", query, diff)
	}
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
	if got := strings.Join(names, " "); got != "moved_associations unread older_associations current_associations live unsettled link_counts link_types" {
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
				if got := ask(t, db, Inline(query, before)); part == "query" && slices.Contains(tried, c.ID) && got != "" {
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
		if _, err := ParseModel("x.sql", text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	m, err := ParseModel("x.sql", "-- What\n--   it is.\n-- column a: This\n--   and that\n-- column b: More\n\nSELECT a, b FROM t")
	want := Model{Name: "x", Description: "What it is.", Columns: []ModelColumn{{"a", "This and that"}, {"b", "More"}}, Reads: []string{"t"}, SQL: "SELECT a, b FROM t"}
	if m.Source = ""; err != nil || cmp.Diff(want, m) != "" {
		t.Error(err, cmp.Diff(want, m))
	}
}

// TestLinks has a pair that both list, one that one end lists, with a label and with one
// of no known inverse, and ends that are not there.
func TestLinks(t *testing.T) {
	later := healthy + unlinked("contacts:11 -> deals:1") + links("deals:2 -> contacts:13 U41") + `
		INSERT INTO objects (object_type, object_id, archived) VALUES ('contacts', 14, true);` + links("deals:1 -> contacts:14 H3")
	modelNights(t, "", later, func(t *testing.T, db *sql.DB) {
		const of = " WHERE (from_type, to_type) IN (('deals', 'contacts'), ('contacts', 'deals'))"
		wantRows(t, db, "SELECT from_type, from_id, to_id, types, labels, listed, listed_back FROM links"+of, `
			from_type: contacts, from_id: 11, to_id: 1, types: [HUBSPOT_DEFINED:4, USER_DEFINED:22], labels: [Decision maker], listed: false, listed_back: true
			from_type: contacts, from_id: 12, to_id: 2, types: [HUBSPOT_DEFINED:4], labels: NULL, listed: true, listed_back: true
			from_type: contacts, from_id: 13, to_id: 2, types: NULL, labels: NULL, listed: false, listed_back: true
			from_type: deals, from_id: 1, to_id: 11, types: [HUBSPOT_DEFINED:3, USER_DEFINED:21], labels: [Decision maker], listed: true, listed_back: false
			from_type: deals, from_id: 2, to_id: 12, types: [HUBSPOT_DEFINED:3], labels: NULL, listed: true, listed_back: true
			from_type: deals, from_id: 2, to_id: 13, types: [USER_DEFINED:41], labels: [Mystery], listed: true, listed_back: false`)
		wantRows(t, db, "SELECT DISTINCT from_type, from_id, to_id FROM neighbors"+of, ask(t, db, "SELECT from_type, from_id, to_id FROM links"+of))
		wantRows(t, db, "SELECT category, type_id, listed, listed_back, pair_listed_back, inverse_type_id FROM link_types WHERE (from_type, from_id, to_type) = ('contacts', 11, 'deals')", `
			category: HUBSPOT_DEFINED, type_id: 4, listed: false, listed_back: true, pair_listed_back: true, inverse_type_id: 3
			category: USER_DEFINED, type_id: 22, listed: false, listed_back: true, pair_listed_back: true, inverse_type_id: 21`)
	})
}

// TestLinksOfTwoNights has links that went, came and changed overnight, some of which a
// night did not read, or whose ends did not live in both.
func TestLinksOfTwoNights(t *testing.T) {
	later := unlinked("deals:1 <-> companies:21\ncontacts:13 <-> companies:22") + links("deals:2 <-> contacts:13 H3/4 U21/22\ndeals:2 <-> contacts:12 U21/22")
	const gone, came, changed = "SELECT from_type, from_id, to_type, to_id, types FROM links_gone", "SELECT from_type, from_id, to_type, to_id, labels FROM links_new", "SELECT from_type, from_id, to_type, to_id, added_labels FROM links_changed"
	modelNights(t, healthy, later, func(t *testing.T, db *sql.DB) {
		const stays = `
			from_type: companies, from_id: 22, to_type: contacts, to_id: 13, types: [HUBSPOT_DEFINED:280]
			from_type: contacts, from_id: 13, to_type: companies, to_id: 22, types: [HUBSPOT_DEFINED:279]`
		wantRows(t, db, gone, `
			from_type: companies, from_id: 21, to_type: deals, to_id: 1, types: [HUBSPOT_DEFINED:342]`+stays+`
			from_type: deals, from_id: 1, to_type: companies, to_id: 21, types: [HUBSPOT_DEFINED:341]`)
		wantRows(t, db, came, `
			from_type: contacts, from_id: 13, to_type: deals, to_id: 2, labels: [Decision maker]
			from_type: deals, from_id: 2, to_type: contacts, to_id: 13, labels: [Decision maker]`)
		wantRows(t, db, changed, `
			from_type: contacts, from_id: 12, to_type: deals, to_id: 2, added_labels: [Decision maker]
			from_type: deals, from_id: 2, to_type: contacts, to_id: 12, added_labels: [Decision maker]`)
		wantRows(t, db, "SELECT types, labels, listed, listed_back FROM baseline_links WHERE (from_type, from_id, to_type, to_id) = ('contacts', 11, 'contacts', 12)",
			"types: [HUBSPOT_DEFINED:449, USER_DEFINED:31], labels: [Manager], listed: true, listed_back: true")
		change(t, db, "INSERT INTO baseline_gaps VALUES ('associations', 'companies', 21, 'deals', 'poisoned'); UPDATE baseline_coverage SET complete = false WHERE kind = 'types' AND from_type = 'deals'")
		wantRows(t, db, gone, stays)
		wantRows(t, db, changed, "from_type: contacts, from_id: 12, to_type: deals, to_id: 2, added_labels: [Decision maker]")
		change(t, db, "UPDATE coverage SET complete = false, verdict = 'incomplete' WHERE kind = 'associations' AND from_type = 'companies'")
		wantRows(t, db, gone, "")
		change(t, db, "DELETE FROM baseline; DELETE FROM baseline_coverage; DELETE FROM baseline_associations; DELETE FROM baseline_objects; DELETE FROM baseline_association_types")
		for _, query := range []string{gone, came, changed, "SELECT from_id FROM baseline_links", "SELECT type_id FROM definitions"} {
			wantRows(t, db, query, "")
		}
	})
}
