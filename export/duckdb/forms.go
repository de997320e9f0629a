package duckdb

import (
	"bufio"
	"database/sql"
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	pretty "github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"hubgraph/internal/terminal"
)

// mostRows is how many rows people are shown.
const mostRows = 40

// cells are the values of a row as people read them.
func cells(values []any, columns []*sql.ColumnType) []string {
	row := make([]string, len(values))
	for i, v := range values {
		row[i] = plain(v, columns[i].DatabaseTypeName())
	}
	return row
}

func names(columns []*sql.ColumnType) []string {
	var names []string
	for _, c := range columns {
		names = append(names, c.Name())
	}
	return names
}

// writeText writes rows as a table for people, the first ones where there are many. Where
// it is wider than the screen, columns are cut.
func (f Form) writeText(w io.Writer, rows *sql.Rows, columns []*sql.ColumnType) error {
	table := terminal.Table{Header: names(columns), Width: f.Width, More: "--format csv"}
	n := int64(0)
	err := eachRow(rows, columns, func(values []any) error {
		if n++; f.All || n <= mostRows {
			table.Rows = append(table.Rows, cells(values, columns))
		}
		return nil
	})
	if err != nil {
		return err
	}
	lines := framed(table)
	if first, _, _ := strings.Cut(lines, "\n"); f.Width > 0 && text.StringWidth(first) > f.Width {
		lines = table.String()
	}
	count := terminal.Count(n, "row")
	if shown := int64(len(table.Rows)); shown < n {
		count += fmt.Sprintf(", of which the first %d are shown: --all shows them all", shown)
	}
	_, err = fmt.Fprintf(w, "%s%s\n", lines, count)
	return err
}

// framed is a table with lines around its cells.
func framed(table terminal.Table) string {
	t := pretty.NewWriter()
	t.SetStyle(pretty.StyleDefault)
	t.Style().Format = pretty.FormatOptions{} // names as they are, not in capitals
	row := func(cells []string) pretty.Row {
		row := make(pretty.Row, len(cells))
		for i, c := range cells {
			row[i] = terminal.Printable(c)
		}
		return row
	}
	t.AppendHeader(row(table.Header))
	for _, cells := range table.Rows {
		t.AppendRow(row(cells))
	}
	return t.Render() + "\n"
}

// writeCSV writes rows as CSV with a header.
func (f Form) writeCSV(w io.Writer, rows *sql.Rows, columns []*sql.ColumnType) error {
	out := csv.NewWriter(w)
	write := func(cells []string) error {
		if !f.RawCSV {
			for i := range cells {
				cells[i] = terminal.Cell(cells[i])
			}
		}
		return out.Write(cells)
	}
	if err := write(names(columns)); err != nil {
		return err
	}
	if err := eachRow(rows, columns, func(values []any) error { return write(cells(values, columns)) }); err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

// writeMarkdown writes rows as a table in Markdown.
func writeMarkdown(w io.Writer, rows *sql.Rows, columns []*sql.ColumnType) error {
	out := bufio.NewWriter(w)
	write := func(cells []string) {
		for i := range cells {
			cells[i] = terminal.Markdown(cells[i])
		}
		fmt.Fprintf(out, "| %s |\n", strings.Join(cells, " | "))
	}
	write(names(columns))
	fmt.Fprintf(out, "|%s\n", strings.Repeat(" --- |", len(columns)))
	err := eachRow(rows, columns, func(values []any) error { write(cells(values, columns)); return nil })
	if err != nil {
		return err
	}
	return out.Flush()
}
