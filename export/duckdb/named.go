package duckdb

import (
	"embed"
	"fmt"
	"regexp"

	"hubgraph/queries"
)

//go:embed views/*.sql
var namedFiles embed.FS

// named is a view or a table macro for those who ask the DuckDB file by hand, under a
// name that they can guess. Its file is written like that of a model; no check reads it.
type named struct {
	queries.Model
	parameters string // of a macro, in parentheses; empty: a view
}

var macroPattern = regexp.MustCompile(`(?m)^-- macro (\(.*\))\n`)

// namedViews lists them by name.
func namedViews() ([]named, error) {
	entries, err := namedFiles.ReadDir("views")
	if err != nil {
		return nil, err
	}
	var all []named
	for _, e := range entries {
		text, err := namedFiles.ReadFile("views/" + e.Name())
		if err != nil {
			return nil, err
		}
		var n named
		if found := macroPattern.FindSubmatch(text); found != nil {
			n.parameters = string(found[1])
		}
		if n.Model, err = queries.ParseModel(e.Name(), string(macroPattern.ReplaceAll(text, nil))); err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, nil
}

// statements create and comment it.
func (n named) statements() []string {
	if n.parameters == "" {
		return modelView(n.Model)
	}
	return []string{
		fmt.Sprintf("CREATE MACRO %s%s AS TABLE\n%s", quote(n.Name), n.parameters, n.SQL),
		fmt.Sprintf("COMMENT ON MACRO TABLE %s IS %s", quote(n.Name), literal(n.Description)),
	}
}
