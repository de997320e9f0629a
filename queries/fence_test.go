package queries

import (
	"database/sql"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The fence keeps the checks to the SQL that DuckDB and Spark read alike. What
// it forbids was tried in both: it is an error in one of them, or means something
// else there.

// fenceRule forbids what its pattern finds in a query without comments. Quoted
// texts are empty unless the rule looks into them.
type fenceRule struct {
	name    string
	pattern string
	quoted  bool
}

var fenceRules = []fenceRule{
	{"a double quote: text in Spark", `"`, false},
	{"a backtick: an error in DuckDB", "`", false},
	{"a backslash: an escape in Spark's texts", `\\`, true},
	{"${: a variable in Spark", `\$\{`, true},
	{"//: an error in Spark", `//`, false},
	{"div: an error in DuckDB", `\bdiv\b`, false},
	{"varchar without length: write string", `\bvarchar\b\s*(?:[^(\s]|$)`, false},
	{"decimal without precision and scale", `\b(decimal|numeric)\b\s*(?:[^(\s]|$)`, false},
	{"an int made of a quotient: one rounds, one truncates; floor it first", `\bcast\s*\([^()]*/[^()]*\bas (int|bigint|smallint)`, false},
	{"a concatenating function: write ||", `\bconcat\s*\(`, false},
	{"a regular expression, but for regexp_extract", `\b(regexp_(replace|matches|full_match|like|split\w*)|rlike|regexp)\b|\bsimilar to\b|!?~`, false},
	{"texts put together by an aggregate", `\b(string_agg|listagg|group_concat)\s*\(`, false},
	{"a list or a struct made by brackets, or an element of a list", `[\[\]{}]`, false},
	{"a list or a struct made by a function", `\b(list_\w+|array|struct|struct_pack|named_struct|row|map|map_from_entries)\s*\(`, false},
	{"recursion", `\bwith\s+recursive\b`, false}, // Sail has none
	{"rows made of a list", `\b(unnest|explode\w*|posexplode\w*|inline)\s*\(`, false},
	{"an element of a list", `\b(element_at|list_extract|array_extract|try_element_at)\s*\(`, false},
	{"the length of a list", `\b(len|size|cardinality|array_length|array_size)\s*\(`, false},
	{"a difference of dates by a function", `\b(date_?diff|date_?sub|date_?add|timestampdiff|timestampadd|months_between|add_months)\s*\(`, false},
	{"seconds since 1970", `\b(epoch\w*|unix_\w+|to_timestamp|from_unixtime)\b`, false},
	{"the day of the week", `\b(dow|isodow|dayofweek|day_of_week|weekday|dayname)\b`, false},
	{"the seconds of a time: with fractions in Spark", `\bextract\s*\(\s*second|\bsecond\s*\(`, false},
	{"avg: of decimals it has another scale; sum and count", `\b(avg|mean)\s*\(`, false},
	{"round: of doubles it differs in the last digit; floor(x + 5e-1)", `\bround\s*\(`, false},
	{"count_if: write count(*) FILTER", `\bcount_?if\s*\(`, false},
	{"an aggregate that takes any row", `\b(any_value|first|last|arbitrary)\s*\(`, false},
	{"count(DISTINCT a, b): write count(DISTINCT (a, b))", `\bcount\s*\(\s*distinct\s+[^(),]+,`, false},
	{"count(DISTINCT) over a window", `\bcount\s*\(\s*distinct\b(?:[^()]|\([^()]*\))*\)\s*over\b`, false},
	{"DISTINCT ON", `\bdistinct\s+on\b`, false},
	{"LEFT SEMI or LEFT ANTI: without LEFT", `\bleft\s+(semi|anti)\b`, false},
	{"MINUS: write EXCEPT", `\bminus\b`, false},
	{"a star without or with other columns", `\*\s*(exclude|except\s*\(|replace|rename)|\bcolumns\s*\(`, false},
	{"NOT IN over a query, but for settings: nothing is in it once there is a NULL", `\bnot\s+in\s*\(\s*select\b`, false},
	{"JSON", `\b(\w*json\w*)\s*\(|->`, false},
	{"a hash", `\b(hash|xxhash64|murmur\w*)\s*\(`, false},
	{"the clock: use the snapshot's own time", `\b(now|today|getdate)\s*\(|\b(current_(date|time|timestamp)|localtime(stamp)?)\b`, false},
	{"chance", `\b(random|rand|randn|uuid|gen_random_uuid|shuffle)\s*\(|\btablesample\b|\busing sample\b`, false},
}

var (
	settingsPattern = regexp.MustCompile(`(?i)\bnot\s+in\s*\(\s*select\s+value\s+from\s+settings\b`)
	wordPattern     = regexp.MustCompile(`[a-z_]\w*|\(|\)`)
)

// fence names the rules that a query breaks.
func fence(t testing.TB, db *sql.DB, query string) []string {
	t.Helper()
	quoted := commentPattern.ReplaceAllString(query, " ")
	bare := textPattern.ReplaceAllString(quoted, "''")
	bare = strings.ReplaceAll(bare, "properties['']", "properties") // the one map there is
	bare = settingsPattern.ReplaceAllString(bare, "in (select value from settings")
	var broken []string
	for _, r := range fenceRules {
		text := bare
		if r.quoted {
			text = quoted
		}
		if regexp.MustCompile("(?is)" + r.pattern).MatchString(text) {
			broken = append(broken, r.name)
		}
	}
	if ordered(bare) {
		broken = append(broken, orderRule)
	}
	return append(broken, scopes(t, db, query)...)
}

const (
	orderRule  = "ORDER BY outside of a window: aggregates cannot, and the runner sorts"
	whereRule  = "a name that SELECT gives, used in WHERE: Spark does not know it there"
	havingRule = "a name that SELECT gives, used in HAVING: it may mean the column there"
)

// ordered finds an ORDER BY that stands in no window.
func ordered(bare string) bool {
	var open []string // the word before each parenthesis that is open
	word := ""
	for _, next := range wordPattern.FindAllString(strings.ToLower(bare), -1) {
		switch {
		case next == "(":
			open = append(open, word)
		case next == ")" && len(open) > 0:
			open = open[:len(open)-1]
		case next == "select" && word == "(":
			open[len(open)-1] = next // a query, also where AS stands before it
		case next == "by" && word == "order":
			if len(open) == 0 || open[len(open)-1] != "over" && open[len(open)-1] != "as" {
				return true
			}
		}
		word = next
	}
	return false
}

// scopes looks at the tree that DuckDB makes of a query for what no pattern can
// see: which names each SELECT gives, and where they are used.
func scopes(t testing.TB, db *sql.DB, query string) []string {
	t.Helper()
	var text string
	if err := db.QueryRow("SELECT json_serialize_sql(?::VARCHAR)::VARCHAR", query).Scan(&text); err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal([]byte(text), &tree); err != nil {
		t.Fatal(err)
	}
	var broken []string
	each := func(node map[string]any) {
		given := map[string]bool{}
		for _, e := range node["select_list"].([]any) {
			column := e.(map[string]any)
			if name, _ := column["alias"].(string); name != "" && referred(column) != name {
				given[name] = true
			}
		}
		for clause, rule := range map[string]string{"where_clause": whereRule, "having": havingRule} {
			references(node[clause], func(column map[string]any) {
				names := column["column_names"].([]any)
				if given[referred(column)] && (clause == "having" || len(names) == 1) && !slices.Contains(broken, rule) {
					broken = append(broken, rule)
				}
			})
		}
	}
	walk(tree, func(node map[string]any) bool {
		if node["type"] == "SELECT_NODE" {
			each(node)
		}
		return true
	})
	return broken
}

// referred is the column that an expression is, or nothing.
func referred(expression map[string]any) string {
	names, _ := expression["column_names"].([]any)
	if len(names) == 0 {
		return ""
	}
	return names[len(names)-1].(string)
}

// references calls f for the columns in a clause, not for those of queries in it.
func references(clause any, f func(map[string]any)) {
	walk(clause, func(node map[string]any) bool {
		if node["class"] == "COLUMN_REF" {
			f(node)
		}
		return node["class"] != "SUBQUERY"
	})
}

// walk calls f for each object of a JSON value, and goes into those for which f
// returns true.
func walk(value any, f func(map[string]any) bool) {
	switch v := value.(type) {
	case []any:
		for _, e := range v {
			walk(e, f)
		}
	case map[string]any:
		if f(v) {
			for _, e := range v {
				walk(e, f)
			}
		}
	}
}

// TestChecksKeepToTheFence looks at every check and every model.
func TestChecksKeepToTheFence(t *testing.T) {
	db := newDB(t)
	for _, m := range Models() {
		for _, rule := range fence(t, db, m.SQL) {
			t.Errorf("the model %s has %s", m.Name, rule)
		}
	}
	for _, c := range All() {
		for part, query := range map[string]string{"query": c.SQL, "universe": c.Universe} {
			for _, rule := range fence(t, db, query) {
				t.Errorf("%s: the %s has %s", c.ID, part, rule)
			}
		}
	}
}
