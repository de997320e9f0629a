package main

import (
	"errors"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"hubgraph/export/duckdb"
	"hubgraph/internal/deliver"
	"hubgraph/internal/terminal"
)

func (a *app) sql() *cobra.Command {
	var form duckdb.Form
	var file, output string
	cmd := &cobra.Command{
		Use:   `sql ["SELECT …"]`,
		Short: "Read-only SQL over the DuckDB file",
		Long: `Run a query over the DuckDB file of the newest audited snapshot: the argument, or what
stands in --file or on standard input. Tables: objects, associations,
association_types, coverage, findings and more, which dictionary lists with what they
mean; views of the checks in the schema checks. all_objects, all_associations and
history(TYPE, ID, TYPE, ID) read all nights. docs/questions.md has twelve questions to
start from. Nothing can be changed.`,
		Example: `  hubgraph sql "SELECT object_type, count(*) FROM objects GROUP BY ALL"
  hubgraph sql --format json "FROM checks.deal_fully_orphaned"
  hubgraph sql --file query.sql --format csv --output result.csv`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			query, err := a.query(args, file)
			if err != nil {
				return err
			}
			db, err := duckdb.OpenNights(a.loaded.String("data"), a.memory, query)
			if err != nil {
				return err
			}
			defer db.Close()
			if output != "" {
				return deliver.File(output, func(w io.Writer) error { return duckdb.Query(cmd.Context(), w, db, query, form) })
			}
			form.Width = terminal.Width(a.screen)
			return duckdb.Query(cmd.Context(), a.stdout, db, query, form)
		},
	}
	flags := cmd.Flags()
	wordFlag(flags, &form.Format, "format", duckdb.Formats()...)
	flags.BoolVar(&form.All, "all", false, "print all rows as text, and not the first 40")
	flags.BoolVar(&form.RawCSV, "csv-raw", false, "leave cells of CSV as they are, also where a spreadsheet takes one for a formula")
	flags.StringVarP(&file, "file", "f", "", "file that holds the query; - is standard input")
	flags.StringVarP(&output, "output", "o", "", "file to write instead of standard output")
	return cmd
}

var errNoQuery = usage("there is no query: give one, such as \"SELECT count(*) FROM objects\"")

// longestQuery is how many bytes a query in a file may have.
const longestQuery = 1 << 20

// query is the query that is asked for: the argument, or what stands in a file.
func (a *app) query(args []string, file string) (string, error) {
	in := a.stdin
	switch {
	case len(args) > 0 && file != "":
		return "", usage("the query is given twice: leave out --file or the argument")
	case len(args) > 0:
		return args[0], nil
	case file == "" && terminal.Of(in) != nil:
		return "", errNoQuery
	case file != "" && file != "-":
		f, err := os.Open(file)
		if err != nil {
			return "", usage("--file %s cannot be read: %v", file, errors.Unwrap(err))
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, longestQuery+1))
	switch {
	case err != nil:
		return "", usage("the query cannot be read: %v", errors.Unwrap(err))
	case strings.TrimSpace(string(text)) == "":
		return "", errNoQuery
	case len(text) > longestQuery:
		return "", usage("the query is longer than %d bytes", longestQuery)
	}
	return strings.TrimPrefix(string(text), "\ufeff"), nil
}
