package queries

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestNoLoopsInLoops has DuckDB plan every check and every model that is kept: records are
// compared with each other by their ids, and not each with all. A join without equal columns has
// one row of the snapshot, or a few settings, definitions or pipelines on one side.
func TestNoLoopsInLoops(t *testing.T) {
	db := newNights(t, "", "")
	change(t, db, "SET nested_loop_join_threshold = 0")
	queries := map[string]string{}
	for _, m := range Models() {
		if m.Kept {
			queries["the model "+m.Name] = m.SQL
			change(t, db, "DROP VIEW "+m.Name+"; CREATE TABLE "+m.Name+" AS\n"+m.SQL) // as in the DuckDB file
		}
	}
	for _, c := range All() {
		queries[c.ID], queries["the universe of "+c.ID] = c.SQL, c.Universe
	}
	for name, query := range queries {
		for _, loop := range loops(t, db, query) {
			for _, column := range []string{"object_id", "from_id", "to_id", "deal_id", "contact_id", "company_id"} {
				if strings.Contains(loop, column) {
					t.Errorf("%s compares each with all: %s", name, loop)
				}
			}
		}
	}
}

// loops are the conditions of the joins of a query that are not hashed.
func loops(t *testing.T, db *sql.DB, query string) (conditions []string) {
	t.Helper()
	var kind, text string
	if err := db.QueryRow("EXPLAIN (FORMAT json) "+query).Scan(&kind, &text); err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	var plan any
	if err := json.Unmarshal([]byte(text), &plan); err != nil {
		t.Fatal(err)
	}
	walk(plan, func(node map[string]any) bool {
		switch node["name"] {
		case "NESTED_LOOP_JOIN", "BLOCKWISE_NL_JOIN", "IE_JOIN", "PIECEWISE_MERGE_JOIN":
			conditions = append(conditions, fmt.Sprint(node["extra_info"]))
		}
		return true
	})
	return conditions
}
