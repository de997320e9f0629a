package queries

import (
	"slices"
	"strings"
	"testing"
)

// TestFence gives the fence a query for each thing that is forbidden, and those
// that are to be written instead.
func TestFence(t *testing.T) {
	db := newDB(t)
	used := map[string]bool{}
	for rule, queries := range forbidden {
		for _, query := range queries {
			broken := fence(t, db, query)
			if !slices.ContainsFunc(broken, func(name string) bool { return strings.HasPrefix(name, rule) }) {
				t.Errorf("%s is not caught as %q, but as %q", query, rule, broken)
			}
			for _, name := range broken {
				used[name] = true
			}
		}
	}
	for _, r := range fenceRules {
		if !used[r.name] {
			t.Errorf("no query is caught as %q", r.name)
		}
	}
	for _, query := range allowed {
		if broken := fence(t, db, query); len(broken) > 0 {
			t.Errorf("%s is caught as %q", query, broken)
		}
	}
}

// forbidden are queries by the beginning of the rule that each breaks.
var forbidden = map[string][]string{
	"a double quote":             {`SELECT "x" FROM t`},
	"a backtick":                 {"SELECT `x` FROM t"},
	"a backslash":                {`SELECT a FROM t WHERE b = 'x\y'`, `SELECT regexp_extract(a, '\d+', 0) AS x FROM t`},
	"${":                         {"SELECT '${x}' AS a FROM t"},
	"//":                         {"SELECT a // b AS c FROM t"},
	"div":                        {"SELECT a DIV b AS c FROM t"},
	"varchar without length":     {"SELECT cast(a AS varchar) AS b FROM t", "SELECT try_cast(a AS VARCHAR ) AS b FROM t"},
	"decimal without precision":  {"SELECT cast(a AS decimal) AS b FROM t", "SELECT cast(a AS numeric) AS b FROM t"},
	"an int made of a quotient":  {"SELECT cast(a / b AS int) AS c FROM t", "SELECT cast(a / b AS bigint) AS c FROM t"},
	"a concatenating function":   {"SELECT concat(a, b) AS c FROM t"},
	"a regular expression":       {"SELECT regexp_replace(a, 'b', 'c') AS d FROM t", "SELECT a FROM t WHERE regexp_matches(a, 'b')", "SELECT a FROM t WHERE a RLIKE 'b'", "SELECT a FROM t WHERE a ~ 'b'", "SELECT a FROM t WHERE a SIMILAR TO 'b'", "SELECT a FROM t WHERE regexp_like(a, 'b')"},
	"texts put together":         {"SELECT string_agg(a, ',') AS b FROM t", "SELECT listagg(a) AS b FROM t"},
	orderRule:                    {"SELECT array_agg(a ORDER BY a) AS b FROM t", "SELECT a FROM t ORDER BY a", "SELECT sum(x) AS y FROM (SELECT x FROM t ORDER BY x) q", "WITH q AS (SELECT a FROM t ORDER BY a) SELECT a FROM q"},
	"a list or a struct made by": {"SELECT [1, 2] AS a FROM t", "SELECT {'a': 1} AS b FROM t", "SELECT array(1, 2) AS a FROM t", "SELECT list_value(1) AS a FROM t", "SELECT struct_pack(a := 1) AS b FROM t", "SELECT named_struct('a', 1) AS b FROM t"},
	"recursion":                  {"WITH RECURSIVE a AS (SELECT 1 AS b UNION ALL SELECT b + 1 FROM a WHERE b < 9) SELECT b FROM a"},
	"rows made of a list":        {"SELECT unnest(l) AS a FROM t", "SELECT explode(l) AS a FROM t"},
	"an element of a list":       {"SELECT element_at(l, 1) AS a FROM t"},
	"a list or a struct made by brackets, or an element": {"SELECT l[1] AS a FROM t", "SELECT ids[1] AS a FROM t"},
	"the length of a list":                               {"SELECT len(l) AS a FROM t", "SELECT size(l) AS a FROM t", "SELECT cardinality(l) AS a FROM t", "SELECT array_length(l) AS a FROM t"},
	"a difference of dates":                              {"SELECT datediff('day', a, b) AS c FROM t", "SELECT date_diff('day', a, b) AS c FROM t", "SELECT date_add(a, 1) AS b FROM t", "SELECT months_between(a, b) AS c FROM t"},
	"seconds since 1970":                                 {"SELECT epoch(a) AS b FROM t", "SELECT extract(epoch FROM a) AS b FROM t", "SELECT unix_timestamp(a) AS b FROM t"},
	"the day of the week":                                {"SELECT extract(dow FROM a) AS b FROM t", "SELECT dayofweek(a) AS b FROM t"},
	"the seconds of a time":                              {"SELECT extract(second FROM a) AS b FROM t", "SELECT second(a) AS b FROM t"},
	"avg":                                                {"SELECT avg(amount) AS a FROM t"},
	"round":                                              {"SELECT round(a, 2) AS b FROM t"},
	"count_if":                                           {"SELECT count_if(a) AS b FROM t", "SELECT countif(a) AS b FROM t"},
	"an aggregate that takes any row":                    {"SELECT any_value(a) AS b FROM t", "SELECT first(a) AS b FROM t"},
	"count(DISTINCT a, b)":                               {"SELECT count(DISTINCT a, b) AS c FROM t"},
	"count(DISTINCT) over":                               {"SELECT count(DISTINCT a) OVER (PARTITION BY b) AS c FROM t", "SELECT count(DISTINCT lower(a)) OVER (PARTITION BY b) AS c FROM t"},
	"DISTINCT ON":                                        {"SELECT DISTINCT ON (a) a, b FROM t"},
	"LEFT SEMI":                                          {"SELECT a.x FROM t a LEFT SEMI JOIN u b ON a.x = b.x", "SELECT a.x FROM t a LEFT ANTI JOIN u b ON a.x = b.x"},
	"MINUS":                                              {"SELECT a FROM t MINUS SELECT a FROM u"},
	"a star":                                             {"SELECT * EXCLUDE (a) FROM t", "SELECT * EXCEPT (a) FROM t", "SELECT t.* REPLACE (1 AS a) FROM t"},
	whereRule:                                            {"SELECT a + 1 AS b FROM t WHERE b > 1", "WITH q AS (SELECT lower(a) AS k FROM t WHERE k = 'x') SELECT k FROM q", "SELECT count(*) AS n FROM (SELECT a + 1 AS b FROM t WHERE c IS NULL OR b > 1) q"},
	havingRule:                                           {"SELECT a, max(b) AS b FROM t GROUP BY a HAVING max(b) > 1", "SELECT a, sum(t.b) AS b FROM t GROUP BY a HAVING max(t.b) > 1"},
	"NOT IN over a query":                                {"SELECT a FROM t WHERE a NOT IN (SELECT b FROM u)", "SELECT a FROM t WHERE a NOT IN (\n  SELECT value FROM u)"},
	"JSON":                                               {"SELECT evidence->>'a' AS b FROM t", "SELECT json_extract(a, 'b') AS c FROM t", "SELECT get_json_object(a, 'b') AS c FROM t", "SELECT to_json(a) AS b FROM t"},
	"a hash":                                             {"SELECT hash(a) AS b FROM t"},
	"the clock":                                          {"SELECT now() AS a FROM t", "SELECT a FROM t WHERE a < current_timestamp", "SELECT current_date AS a FROM t", "SELECT today() AS a FROM t"},
	"chance":                                             {"SELECT random() AS a FROM t", "SELECT rand() AS a FROM t", "SELECT uuid() AS a FROM t"},
}

// allowed are queries that both engines run alike.
var allowed = []string{
	"SELECT a -- \"now()\" and `l[1]`\nFROM t",
	"SELECT 'a \"b\" `c` // div now() [1] {x} ORDER BY' AS a FROM t",
	"SELECT properties['k'] AS a, nullif(trim(o.properties['k']), '') AS b FROM o",
	"SELECT cast(a AS string) AS b, cast(a AS decimal(18,4)) AS c, cast(a AS varchar(3)) AS d FROM t",
	"SELECT cast(floor(a / b) AS bigint) AS c, 1e0 * a / nullif(b, 0) AS d, floor(1e4 * a / b + 5e-1) / 1e2 AS e FROM t",
	"SELECT a || ':' || cast(b AS string) AS c, concat_ws(',', a, b) AS d FROM t",
	"SELECT a FROM t WHERE regexp_extract(a, '^[0-9]+$', 0) <> ''",
	"SELECT array_sort(array_agg(DISTINCT a) FILTER (WHERE a IS NOT NULL)) AS l FROM t",
	"SELECT row_number() OVER (PARTITION BY a ORDER BY b, c) AS place FROM t",
	"SELECT sum(a) OVER w AS b FROM t WINDOW w AS (PARTITION BY a ORDER BY b)",
	"SELECT count(DISTINCT (a, b)) AS n, count(DISTINCT lower(a)) AS m, count(*) FILTER (WHERE a > 1) AS k FROM t",
	"SELECT a.x FROM t a ANTI JOIN u b ON a.x = b.x SEMI JOIN v c ON a.x = c.x",
	"SELECT a FROM t EXCEPT SELECT a FROM u",
	"SELECT a FROM t WHERE a NOT IN (SELECT value FROM settings WHERE key = 'k') AND b NOT IN ('x', 'y')",
	"SELECT t.a AS a, t.b + 1 AS c FROM t WHERE t.a > 1 AND a > 2 AND EXISTS (SELECT 1 FROM u WHERE u.c = t.a)",
	"SELECT t.b AS c FROM t WHERE t.c > 1",
	"SELECT a, count(*) AS n FROM t GROUP BY a HAVING count(*) > 1",
	"SELECT extract(day FROM a - b) AS c, cast(cast(a AS date) - cast(b AS date) AS int) AS d FROM t",
	"SELECT a FROM t WHERE b < c - INTERVAL '24' HOUR",
	"SELECT max(a) AS first_name, max(b) AS division, max(c) AS minus_one, max(d) AS hashed FROM t",
}
