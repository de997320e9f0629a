package queries_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hubgraph/queries"
)

// unnoticedFile lists the mutants that no fixture notices, a line for each, with the reason.
const unnoticedFile = "testdata/unnoticed.txt"

// mostUnnoticed is how many of a hundred mutants may stand in unnoticedFile.
const mostUnnoticed = 5

// TestMutants has at most so many mutants of all checks stand in unnoticed.txt, each one that
// there is, once, and with a reason. Mutants drop a predicate of a query, or turn a join: JOIN and
// LEFT JOIN become each other, and so do SEMI and ANTI JOIN. TestFixtures has each fixture
// notice all others of its check.
func TestMutants(t *testing.T) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	known := unnoticed(t)
	made, left := 0, 0
	for _, c := range queries.All() {
		var whats []string
		for _, m := range mutantsOf(t, db, c.SQL) {
			whats = append(whats, m.what)
		}
		made, left = made+len(whats), left+len(known[c.ID])
		for what, reason := range known[c.ID] {
			if !slices.Contains(whats, what) || reason == "" {
				t.Errorf("%s: %s: %s: there is no such mutant, or no reason behind a dash", unnoticedFile, c.ID, what)
			}
		}
		delete(known, c.ID)
	}
	for id := range known {
		t.Errorf("%s: there is no check %s", unnoticedFile, id)
	}
	if left*100 > made*mostUnnoticed {
		t.Errorf("%d of %d mutants are not noticed, which is more than %d %%", left, made, mostUnnoticed)
	}
}

// unnoticed reads unnoticedFile: reasons by check and mutant.
func unnoticed(t *testing.T) map[string]map[string]string {
	t.Helper()
	text, err := os.ReadFile(unnoticedFile)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]map[string]string{}
	for line := range strings.Lines(string(text)) {
		id, rest, _ := strings.Cut(strings.TrimSpace(line), ": ")
		what, reason, _ := strings.Cut(rest, " — ")
		if known[id] == nil {
			known[id] = map[string]string{}
		}
		if _, twice := known[id][what]; twice {
			t.Errorf("%s: %s: %s stands there twice", unnoticedFile, id, what)
		}
		known[id][what] = reason
	}
	return known
}

// notices alters what the check reads, in the ways that its fixture lists, and returns them with
// what comes of each: how many rows of the check are lost, and how many come. Each mutant
// must find other rows than the check, here or in one of these ways, but for those of unnoticedFile.
// A way in which no mutant is noticed that the ways before it miss is left out; -update looks for
// ways in which the others are.
func (f *fixture) notices(t *testing.T, a *audit) (altered string) {
	t.Helper()
	db := read(t, a.DuckDB.Path, f.check)
	rows, err := query(db, f.check.SQL, "")
	if err != nil || len(rows) == 0 {
		t.Fatalf("%s: %d rows, %v", f.name, len(rows), err)
	}
	var ways []*way
	for line := range strings.Lines(f.files[alteredFile]) {
		text, _, _ := strings.Cut(strings.TrimSpace(line), " => ")
		ways = append(ways, &way{text: text})
	}
	// noticed is whether a mutant is noticed in a way.
	noticed := func(m mutant, w *way) bool {
		if w.result == "" {
			found, err := query(db, f.check.SQL, w.with(t))
			if w.result = difference(rows, found); err != nil {
				w.result = broken
			}
		}
		if w.result == broken {
			return false
		}
		found, err := query(db, m.sql, w.with(t))
		return err != nil || difference(rows, found) != w.result
	}
	known, left := unnoticed(t)[f.check.ID], []string{}
	var candidates []*way
	for _, m := range mutantsOf(t, db, f.check.SQL) {
		if found, err := query(db, m.sql, ""); err != nil || !slices.Equal(rows, found) {
			continue
		}
		i := slices.IndexFunc(ways, func(w *way) bool { return noticed(m, w) })
		if _, ok := known[m.what]; i < 0 && !ok && *update {
			if candidates == nil {
				candidates = waysToAlter(t, db, f.check.SQL)
			}
			likely := likelyFirst(candidates, m)
			if k := slices.IndexFunc(likely, func(w *way) bool { return noticed(m, w) }); k >= 0 {
				i, ways = len(ways), append(ways, likely[k])
			}
		}
		if i < 0 {
			left = append(left, m.what)
		} else {
			ways[i].used = true
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(known)), slices.Sorted(slices.Values(left)), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s: mutants of %s: - in %s, + not noticed:\n%s", f.name, f.check.ID, unnoticedFile, diff)
	}
	for _, w := range ways {
		if w.used {
			altered += w.text + " => " + w.result + "\n"
		}
	}
	return altered
}

// read makes a database of what a check reads of a DuckDB file: each table and model is a table
// here, by itself, so that a query takes little time, and so that it can be altered.
func read(t *testing.T, path string, c queries.Check) *sql.DB {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	statements := []string{"SET threads = 1", "ATTACH '" + path + "' AS night (READ_ONLY)", "USE night"}
	for _, name := range slices.Sorted(maps.Keys(columnsRead(t, db, c.SQL))) {
		statements = append(statements, "CREATE TABLE memory."+name+" AS FROM night."+name)
	}
	for _, s := range append(statements, "USE memory", "DETACH night") {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%v\n%s", err, s)
		}
	}
	return db
}

// broken is the result where a query does not work.
const broken = "an error"

// difference says how many rows of two sorted lists only one has.
func difference(before, after []string) string {
	fewer, more := 0, 0
	for i, k := 0, 0; i < len(before) || k < len(after); {
		switch {
		case k == len(after) || i < len(before) && before[i] < after[k]:
			fewer, i = fewer+1, i+1
		case i == len(before) || after[k] < before[i]:
			more, k = more+1, k+1
		default:
			i, k = i+1, k+1
		}
	}
	if fewer+more == 0 {
		return "the same"
	}
	return fmt.Sprintf("%d fewer, %d more", fewer, more)
}

// endless is how long a query with a recursion may take: that of a fixture takes
// milliseconds.
const endless = 5 * time.Second

// query asks a query, with tables other than those of the database where with is not empty, and
// returns its rows as texts, in order.
func query(db *sql.DB, sql, with string) ([]string, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if strings.Contains(sql, "RECURSIVE") { // a mutant may not end
		defer time.AfterFunc(endless, cancel).Stop()
	}
	rows, err := db.QueryContext(ctx, with+"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM ("+sql+") AS asked")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var list []string
	for rows.Next() {
		values := make([]*string, len(columns))
		targets := make([]any, len(columns))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return nil, err
		}
		var row strings.Builder
		for _, v := range values {
			row.WriteString(deref(v) + "\x00")
		}
		list = append(list, row.String())
	}
	slices.Sort(list)
	return list, rows.Err()
}

// mutant is a query with a change.
type mutant struct{ what, sql string }

// turned are the joins that become each other.
var turned = map[string]string{"INNER": "LEFT", "LEFT": "INNER", "SEMI": "ANTI", "ANTI": "SEMI"}

// mutantsOf makes all mutants of a query, from the tree that DuckDB makes of it.
func mutantsOf(t *testing.T, db *sql.DB, text string) []mutant {
	t.Helper()
	serialized := scalar(t, db, "SELECT json_serialize_sql(?::VARCHAR)::VARCHAR", text)
	always := tree(t, scalar(t, db, "SELECT json_serialize_sql('SELECT TRUE')::VARCHAR"))
	yes := find(always, func(node map[string]any) bool { return node["class"] == "CONSTANT" || node["class"] == "CAST" })
	var mutants []mutant
	for i := 0; ; i++ {
		root := tree(t, serialized)
		what := mutate(root, i, yes)
		if what == "" {
			return mutants
		}
		changed, err := json.Marshal(root)
		if err != nil {
			t.Fatal(err)
		}
		sql := scalar(t, db, "SELECT json_deserialize_sql(?::JSON)", string(changed))
		mutants = append(mutants, mutant{fmt.Sprintf("%d, %s", i+1, what), sql})
	}
}

// mutate makes the i-th change to a tree, and says what it is; nothing where there is none.
func mutate(root any, i int, yes map[string]any) (what string) {
	count := 0
	due := func() bool { count++; return count-1 == i }
	var visit func(value any)
	drop := func(node map[string]any, key string) {
		expression, ok := node[key].(map[string]any)
		if !ok || what != "" {
			return
		}
		if expression["type"] == "CONJUNCTION_AND" {
			children := expression["children"].([]any)
			for k := range children {
				if due() {
					what = "without " + described(children[k])
					expression["children"] = slices.Delete(slices.Clone(children), k, k+1)
					if len(children) == 2 {
						node[key] = children[1-k]
					}
					return
				}
			}
			return
		}
		if due() {
			what, node[key] = "without "+described(expression), yes
		}
	}
	visit = func(value any) {
		if what != "" {
			return
		}
		switch v := value.(type) {
		case []any:
			for _, e := range v {
				visit(e)
			}
		case map[string]any:
			for _, key := range []string{"where_clause", "having", "condition"} {
				drop(v, key)
			}
			if join, ok := v["join_type"].(string); ok && v["ref_type"] == "REGULAR" && turned[join] != "" && what == "" && due() {
				v["join_type"], what = turned[join], turned[join]+" in place of "+join
			}
			keys := make([]string, 0, len(v))
			for key := range v {
				keys = append(keys, key)
			}
			slices.Sort(keys)
			for _, key := range keys {
				visit(v[key])
			}
		}
	}
	visit(root)
	return what
}

// described is an expression in a few words: its columns and constants.
func described(expression any) string {
	var words []string
	var visit func(value any)
	visit = func(value any) {
		switch v := value.(type) {
		case []any:
			for _, e := range v {
				visit(e)
			}
		case map[string]any:
			if names, ok := v["column_names"].([]any); ok {
				var parts []string
				for _, n := range names {
					parts = append(parts, n.(string))
				}
				words = append(words, strings.Join(parts, "."))
			}
			if c, ok := v["value"].(map[string]any); ok && c["value"] != nil {
				words = append(words, fmt.Sprint(c["value"]))
			}
			for _, key := range []string{"left", "right", "child", "input", "lower", "upper", "children", "case_checks", "else_expr", "subquery"} {
				visit(v[key])
			}
		}
	}
	visit(expression)
	return strings.Join(words, " ")
}

func find(value any, fits func(map[string]any) bool) map[string]any {
	switch v := value.(type) {
	case []any:
		for _, e := range v {
			if found := find(e, fits); found != nil {
				return found
			}
		}
	case map[string]any:
		if fits(v) {
			return v
		}
		for _, e := range v {
			if found := find(e, fits); found != nil {
				return found
			}
		}
	}
	return nil
}

func tree(t *testing.T, text string) any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var root any
	if err := decoder.Decode(&root); err != nil {
		t.Fatal(err)
	}
	return root
}

func scalar(t *testing.T, db *sql.DB, query string, args ...any) string {
	t.Helper()
	var text string
	if err := db.QueryRow(query, args...).Scan(&text); err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	return text
}
