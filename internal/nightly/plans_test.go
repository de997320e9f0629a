package nightly

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/queries"
)

// grow builds the DuckDB file of two nights of a grown portal, and opens it.
func grow(t *testing.T, contacts int64) *sql.DB {
	t.Helper()
	data, err := lake.Open(filepath.Join(t.TempDir(), "data"))
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := data.Lock()
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	portal, err := data.Portal(7)
	if err != nil {
		t.Fatal(err)
	}
	files := duckdb.Of(portal, 0)
	var entries [2]lake.Entry
	for i := range entries {
		if entries[i], err = files.Publish(t.Context(), grown{contacts, i + 1}.snapshot(firstNight.AddDate(0, 0, i+1).Format(lake.IDLayout))); err != nil {
			t.Fatal(err)
		}
	}
	file, err := files.Build(t.Context(), duckdb.Build{Snapshot: entries[1], Baseline: &entries[0], Settings: queries.DefaultSettings()})
	if err != nil {
		t.Fatal(err)
	}
	db, err := duckdb.Open(file, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// step is a step of a plan of DuckDB.
type step struct {
	Name     string         `json:"name"`
	Children []step         `json:"children"`
	Info     map[string]any `json:"extra_info"`
}

// fewRows are the tables that have few rows however large a portal is.
var fewRows = []string{"snapshot", "baseline", "snapshots", "settings", "association_types", "baseline_association_types", "association_stats", "link_stats", "coverage",
	"baseline_coverage", "pipelines", "baseline_pipelines", "object_types", "baseline_object_types", "owners", "baseline_owners", "compared_cells", "definitions", "check_results"}

// few reports whether a step gives few rows: it reads tables of few rows only, or sums up
// all that it reads.
func (s step) few() bool {
	switch name := strings.TrimSpace(s.Name); name {
	case "UNGROUPED_AGGREGATE", "DUMMY_SCAN", "EMPTY_RESULT", "COLUMN_DATA_SCAN":
		return true
	case "SEQ_SCAN":
		table := strings.ReplaceAll(fmt.Sprint(s.Info["Table"]), `"`, "")
		return slices.Contains(fewRows, table[strings.LastIndex(table, ".")+1:])
	case "DELIM_SCAN", "CTE_SCAN", "RECURSIVE_CTE_SCAN": // of another part of the plan
		rows, err := strconv.Atoi(fmt.Sprint(s.Info["Estimated Cardinality"]))
		return err == nil && rows < 5
	}
	return !slices.ContainsFunc(s.Children, func(c step) bool { return !c.few() })
}

// loops are the joins of a plan that compare many rows with many, one by one: they have no
// keys to hash.
func (s step) loops() (found []string) {
	switch name := strings.TrimSpace(s.Name); name {
	case "NESTED_LOOP_JOIN", "BLOCKWISE_NL_JOIN", "IE_JOIN", "PIECEWISE_MERGE_JOIN", "CROSS_PRODUCT":
		if !slices.ContainsFunc(s.Children, step.few) {
			found = append(found, fmt.Sprint(name, " ", s.Info, s.Children))
		}
	}
	for _, c := range s.Children {
		found = append(found, c.loops()...)
	}
	return found
}

// planOf asks DuckDB for the plan of a query.
func planOf(t testing.TB, db *sql.DB, query string) step {
	t.Helper()
	var kind, text string
	if err := db.QueryRow("EXPLAIN (FORMAT json) "+query).Scan(&kind, &text); err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	var plans []step
	if err := json.Unmarshal([]byte(text), &plans); err != nil {
		t.Fatal(err)
	}
	return step{Children: plans}
}

// TestChecksCompareByKeys has DuckDB plan every check, every universe and every model that
// is a table over two nights of a grown portal: where many rows are compared with many, they
// are found by hashed keys.
func TestChecksCompareByKeys(t *testing.T) {
	db := grow(t, 2000)
	texts := map[string]string{}
	for _, m := range queries.Models() {
		if m.Kept {
			texts["the model "+m.Name] = m.SQL
		}
	}
	for _, c := range queries.All() {
		texts[c.ID], texts["the universe of "+c.ID] = c.SQL, c.Universe
	}
	joins := 0
	for name, text := range texts {
		plan := planOf(t, db, text)
		for _, loop := range plan.loops() {
			t.Errorf("%s compares each row with each: %s", name, loop)
		}
		joins += plan.count("HASH_JOIN")
	}
	if joins < len(texts) {
		t.Errorf("%d plans have %d joins by keys: the names of the steps have changed", len(texts), joins)
	}
	const worse = "SELECT count(*) FROM associations a JOIN baseline_associations b ON a.from_id < b.from_id"
	if loops := planOf(t, db, worse).loops(); len(loops) != 1 {
		t.Errorf("a loop in a loop is not found: %q", loops)
	}
}

// count counts the steps of a name.
func (s step) count(name string) (n int) {
	if strings.TrimSpace(s.Name) == name {
		n++
	}
	for _, c := range s.Children {
		n += c.count(name)
	}
	return n
}
