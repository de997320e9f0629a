package duckdb

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"hubgraph/internal/golden"
	"hubgraph/internal/nights"
	"hubgraph/internal/sqlrows"
	"hubgraph/queries"
)

// aboutData begins docs/data.md.
const aboutData = `# The tables and views of hubgraph.duckdb

This page is made of the comments in the file: ` + "`hubgraph sql \"FROM dictionary\"`" + ` prints them, and
any other client of DuckDB that shows comments. docs/questions.md has questions to start from.

Beside what is listed here the file holds

- the tables of the night that the audited one is compared with, under the same names with ` + "`baseline_`" + ` in front
- a view for each ordered pair of object types, such as ` + "`deal_company`" + `: one row for each pair of records,
  with names and labels
- a view for each check in the schema ` + "`checks`" + `, which ` + "`docs/checks.md`" + ` lists: its columns stand at the end

Times are UTC. Ids are whole numbers, and amounts decimals with four digits.
`

// ofChecks is the title of the section about the views of checks.
const ofChecks = "What each check shows"

// inTable is a text in a cell of a table of Markdown.
func inTable(s string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "*", `\*`).Replace(s)
}

// TestDataDocument holds docs/data.md against the file. With -update it is written.
func TestDataDocument(t *testing.T) {
	d := openData(t)
	_, db := build(t, d, publish(t, d, nights.First(), "20261122T020000Z"))
	checks := map[string]queries.Check{}
	for _, c := range queries.All() {
		checks[c.ID] = c
	}
	models, byHand := map[string]bool{}, map[string]bool{}
	views, err := namedViews()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range views {
		byHand[v.Name] = v.parameters == ""
	}
	for _, m := range queries.Models() {
		models[m.Name] = true
	}
	parts := map[string]*strings.Builder{}
	sections := []struct{ title, about string }{
		{"Tables", ""},
		{"For questions by hand", "Views, and macros that are called like a table: `FROM top_hubs()`."},
		{"What the checks are made of", "Views, and tables where they cost more than a scan. They change as checks need it."},
		{ofChecks, "Views of the schema `checks`. Here are the columns that are a check's own, where it has any; all others mean the same as in `findings` and the models above."},
	}
	for _, s := range sections {
		parts[s.title] = &strings.Builder{}
	}
	err = sqlrows.Each(t.Context(), db, `
		SELECT schema_name, name, kind, coalesce(column_name, ''), coalesce(data_type, ''), comment
		FROM dictionary`, nil, func(row *sql.Rows) error {
		var schema, name, kind, column, typ, comment string
		if err := row.Scan(&schema, &name, &kind, &column, &typ, &comment); err != nil {
			return err
		}
		section := sections[0].title
		switch {
		case schema == "checks":
			c := checks[name]
			if len(c.Columns) == 0 || column != "" && c.Columns[column] == "" {
				return nil
			}
			if section, name = ofChecks, schema+"."+name; column == "" {
				comment = c.Title // docs/checks.md has the rest
			}
		case kind == "macro", byHand[name]:
			section = sections[1].title
		case models[name]:
			section = sections[2].title
		case kind == "view", strings.HasPrefix(name, "baseline_"):
			return nil
		}
		if comment = inTable(comment); column == "" {
			fmt.Fprintf(parts[section], "\n### %s\n\n%s\n", name, strings.TrimSuffix(comment, ".")+".")
			if kind != "macro" {
				fmt.Fprint(parts[section], "\n| column | type | meaning |\n| --- | --- | --- |\n")
			}
			return nil
		}
		fmt.Fprintf(parts[section], "| `%s` | %s | %s |\n", column, typ, comment)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	page := aboutData
	for _, s := range sections {
		page += "\n## " + s.title + "\n"
		if s.about != "" {
			page += "\n" + s.about + "\n"
		}
		page += parts[s.title].String()
	}
	golden.Compare(t, "../../../docs/data.md", page)
}
