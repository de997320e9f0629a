package queries_test

import (
	"cmp"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// way is a way to alter what a check reads: a line of the part altered of its fixture, before
// the arrow. Its steps have a semicolon between them:
//
//	also TABLE VALUE AS COLUMN, … WHERE …     all rows, or those that the condition holds for, once more with other
//	                                          values; where there are none, one row of nothing but these
//	instead TABLE VALUE AS COLUMN, …          other values in all rows
//	without TABLE WHERE …                     no rows, or none that the condition holds for
type way struct {
	text   string
	result string // of the check; empty until it is known
	used   bool
}

// with is what stands before a query that reads what the way makes of its tables.
func (w *way) with(t *testing.T) string {
	t.Helper()
	var tables []string
	for step := range strings.SplitSeq(w.text, "; ") {
		verb, rest, _ := strings.Cut(step, " ")
		table, values, _ := strings.Cut(rest, " ")
		values, condition, conditional := strings.Cut(" "+values, " WHERE ")
		if !conditional {
			condition = "TRUE"
		}
		text := ""
		switch verb {
		case "also":
			text = fmt.Sprintf("FROM main.%s UNION ALL SELECT o.* REPLACE (%s) FROM (SELECT 1) LEFT JOIN main.%[1]s o ON %[3]s", table, values, condition)
		case "instead":
			text = fmt.Sprintf("SELECT * REPLACE (%s) FROM main.%s", values, table)
		case "without":
			text = fmt.Sprintf("FROM main.%s WHERE (%s) IS NOT TRUE", table, condition)
		default:
			t.Fatalf("%q: a step begins with also, instead or without", w.text)
		}
		tables = append(tables, table+" AS ("+text+")")
	}
	return "WITH " + strings.Join(tables, ", ") + " "
}

// columnsRead are the tables and models that a query reads, each with those of its columns that
// the query names.
func columnsRead(t *testing.T, db *sql.DB, text string) map[string]map[string]bool {
	t.Helper()
	read, tables, within := map[string]map[string]bool{}, map[string][]string{}, []string{}
	names := map[string]bool{}
	var visit func(value any)
	visit = func(value any) {
		switch v := value.(type) {
		case []any:
			for _, e := range v {
				visit(e)
			}
		case map[string]any:
			if key, ok := v["key"].(string); ok { // of a common table expression
				within = append(within, key)
			}
			if name, ok := v["table_name"].(string); ok && v["type"] == "BASE_TABLE" {
				read[name] = map[string]bool{}
				tables[cmp.Or(v["alias"].(string), name)] = append(tables[cmp.Or(v["alias"].(string), name)], name)
			}
			if parts, ok := v["column_names"].([]any); ok {
				names[fmt.Sprint(parts[0], ".", parts[len(parts)-1])] = true
			}
			for _, e := range v {
				visit(e)
			}
		}
	}
	visit(tree(t, scalar(t, db, "SELECT json_serialize_sql(?::VARCHAR)::VARCHAR", text)))
	for _, name := range within {
		delete(read, name)
	}
	for name := range names {
		alias, column, _ := strings.Cut(name, ".")
		for table, columns := range read {
			if alias == column || slices.Contains(tables[alias], table) {
				columns[column] = true
			}
		}
	}
	return read
}

// waysToAlter are ways to alter what a query reads, one column of one table at a time, or
// without one value of it: those first that add what a check must take for something else.
func waysToAlter(t *testing.T, db *sql.DB, text string) []*way {
	t.Helper()
	read := columnsRead(t, db, text)
	var also, instead, without []*way
	add := func(list *[]*way, format string, args ...any) {
		*list = append(*list, &way{text: fmt.Sprintf(format, args...)})
	}
	for _, table := range slices.Sorted(maps.Keys(read)) {
		add(&without, "without %s", table)
		for _, column := range slices.Sorted(maps.Keys(read[table])) {
			kind := texts(t, db, "SELECT data_type FROM information_schema.columns WHERE table_name = ? AND column_name = ?", table, column)
			if len(kind) == 0 { // another table's
				continue
			}
			for _, value := range othersOf(column, kind[0]) {
				add(&also, "also %s %s AS %s", table, value, column)
				add(&instead, "instead %s %s AS %s", table, value, column)
			}
			if kind[0] == "VARCHAR" && !strings.HasSuffix(column, "snapshot_id") || kind[0] == "BIGINT" {
				for _, value := range texts(t, db, fmt.Sprintf("SELECT DISTINCT CAST(%s AS VARCHAR) FROM %s WHERE %[1]s IS NOT NULL ORDER BY 1 LIMIT 12", column, table)) {
					add(&without, "without %s WHERE %s = '%s'", table, column, strings.ReplaceAll(value, "'", "''"))
				}
			}
		}
	}
	return slices.Concat(also, instead, without)
}

// othersOf are values that a column has not, by its type.
func othersOf(column, kind string) []string {
	switch {
	case kind == "VARCHAR":
		return []string{column + " || '-other'", "NULL"}
	case kind == "BOOLEAN":
		return []string{column + " IS NOT TRUE", "NULL"}
	case kind == "BIGINT" || kind == "INTEGER":
		return []string{column + " + 7000", column + " + 1", "0", "NULL"}
	case strings.HasPrefix(kind, "DECIMAL"), kind == "DOUBLE", kind == "HUGEINT":
		return []string{column + " + 7000", "NULL"}
	case strings.HasPrefix(kind, "TIMESTAMP"):
		return []string{column + " + INTERVAL 1 YEAR", column + " - INTERVAL 1 YEAR", "NULL"}
	}
	return nil
}

// likelyFirst are the ways in the order in which they may notice a mutant: those that alter a
// column that it does not look at, or, where it has another join, those without rows.
func likelyFirst(ways []*way, m mutant) []*way {
	named := map[string]bool{}
	for word := range strings.FieldsSeq(m.what) {
		if _, column, ok := strings.Cut(word, "."); ok {
			named[column] = true
		}
	}
	rank := func(w *way) int {
		_, column, _ := strings.Cut(w.text, " AS ")
		if named[column] || len(named) == 0 && strings.HasPrefix(w.text, "without") {
			return 0
		}
		return 1
	}
	return slices.SortedStableFunc(slices.Values(ways), func(a, b *way) int { return rank(a) - rank(b) })
}

// texts are the values of the one column of a query.
func texts(t *testing.T, db *sql.DB, query string, args ...any) []string {
	t.Helper()
	rows, err := db.Query(query, args...)
	if err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		list = append(list, text)
	}
	return list
}
