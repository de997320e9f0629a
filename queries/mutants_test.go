package queries_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hubgraph/export/duckdb"
	"hubgraph/internal/nightly"
	"hubgraph/queries"
)

// unnoticedFile lists the mutants that no fixture notices, a line for each.
const unnoticedFile = "testdata/unnoticed.txt"

// sampled is of how many checks one is looked at where HUBGRAPH_MUTANTS does not ask for all.
const sampled = 4

// TestMutants drops each predicate of each check's query, and turns each of its joins, one at
// a time: JOIN and LEFT JOIN become each other, and so do SEMI and ANTI JOIN. What the fixture
// of the check does not notice stands in unnoticed.txt: no line may come, and one that is noticed
// goes (HUBGRAPH_MUTANTS=all, with -update, writes the file). The records of the fixtures have ids
// here that other types have, too, so that a query that mixes types up is noticed.
func TestMutants(t *testing.T) {
	checks := queries.All()
	if os.Getenv("HUBGRAPH_MUTANTS") != "all" {
		sample := checks[:0]
		for i := 0; i < len(checks); i += sampled {
			sample = append(sample, checks[i])
		}
		checks = sample
	}
	text, err := os.ReadFile(unnoticedFile)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		id, what, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		known[id] = append(known[id], what)
	}
	var mu sync.Mutex
	made, survived := 0, 0
	t.Run("check", func(t *testing.T) {
		for _, c := range checks {
			t.Run(c.ID, func(t *testing.T) {
				t.Parallel()
				db := foldedNight(t, c)
				before := rowsOf(t, db, c.SQL)
				var left []string
				mutants := mutantsOf(t, db, c.SQL)
				for _, m := range mutants {
					if after, err := query(db, m.sql); err == nil && slices.Equal(before, after) {
						left = append(left, m.what)
					}
				}
				mu.Lock()
				defer mu.Unlock()
				if diff := cmp.Diff(known[c.ID], left); diff != "" && !*update {
					t.Errorf("- in %s, + not noticed:\n%s", unnoticedFile, diff)
				}
				known[c.ID] = left
				made, survived = made+len(mutants), survived+len(left)
			})
		}
	})
	t.Logf("%d mutants, %d of them not noticed", made, survived)
	if !*update {
		return
	}
	var lines strings.Builder
	for _, id := range slices.Sorted(maps.Keys(known)) {
		for _, what := range known[id] {
			lines.WriteString(id + ": " + what + "\n")
		}
	}
	if err := os.WriteFile(unnoticedFile, []byte(lines.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

var (
	recordPattern = regexp.MustCompile(`\b((?:contacts|companies|deals|tickets|line_items|leads|quotes|orders|invoices|subscriptions|carts|calls|notes|p_[a-z]+)[ :])([0-9]{3})\b`)
	valuePattern  = regexp.MustCompile(`\b((?:merged|associatedcompanyid)=|merge [a-z_]+ [0-9]+ )([0-9]{3})\b`)
	titlePattern  = regexp.MustCompile(`(?m)^(label|limit|object|pipeline|stage) .*$`)
)

// folded is a text in which the ids of records are from 1 to 99, for all object types.
func folded(text string) string {
	fold := func(match string) string {
		number := match[len(match)-3:]
		id, _ := strconv.Atoi(number) // three digits
		return match[:len(match)-3] + strconv.Itoa(max(id%100, 1))
	}
	var lines strings.Builder
	for line := range strings.Lines(text) {
		if !titlePattern.MatchString(line) { // in which numbers are those of types
			line = valuePattern.ReplaceAllStringFunc(recordPattern.ReplaceAllStringFunc(line, fold), fold)
		}
		lines.WriteString(line)
	}
	return lines.String()
}

// foldedNight plays the fixture of a check with folded ids, and opens what the last night
// left.
func foldedNight(t *testing.T, c queries.Check) *sql.DB {
	t.Helper()
	f := readFixture(t, c)
	for _, name := range []string{portalFile, nightFile, faultsFile} {
		if _, ok := f.files[name]; ok {
			f.files[name] = folded(f.files[name])
		}
	}
	s := newStage(t, f)
	s.readers = s.readers[:1]
	path := f.crawled(t, s)
	db, err := duckdb.Open(path, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// crawled lets the fixture's nights pass, without audits where the check can do without, and
// returns the DuckDB file of the last.
func (f *fixture) crawled(t *testing.T, s *stage) string {
	t.Helper()
	faults := f.faults(t)
	if len(faults) > 0 || slices.ContainsFunc(f.check.Needs, func(n queries.Need) bool { return n.Kind == "results" }) {
		return f.nights(t, s, faults).DuckDB.Path
	}
	night, err := nightly.Crawl(t.Context(), s.readers[0].Crawling, s.rules)
	if err != nil {
		t.Fatal(err)
	}
	if text, ok := f.files[nightFile]; ok {
		if err := s.portal.Script(f.check.ID+"/"+nightFile, text); err != nil {
			t.Fatal(err)
		}
		if night, err = nightly.Crawl(t.Context(), s.readers[0].Crawling, s.rules); err != nil {
			t.Fatal(err)
		}
	}
	return night.DuckDB.Path
}

// endless is how long a query with a recursion may take: that of a fixture takes
// milliseconds.
const endless = 5 * time.Second

// query asks a query, and returns its rows as texts, in order.
func query(db *sql.DB, sql string) ([]string, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if strings.Contains(sql, "RECURSIVE") { // a mutant may not end
		defer time.AfterFunc(endless, cancel).Stop()
	}
	rows, err := db.QueryContext(ctx, "SELECT CAST(COLUMNS(*) AS VARCHAR) FROM ("+sql+") AS asked")
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

func rowsOf(t *testing.T, db *sql.DB, sql string) []string {
	t.Helper()
	rows, err := query(db, sql)
	if err != nil || len(rows) == 0 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	return rows
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
