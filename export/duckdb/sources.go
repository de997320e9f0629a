package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hubgraph/export"
	"hubgraph/internal/sqlrows"
	"hubgraph/queries"
)

// Sources lists the tables that Build makes of the lake, by the files that it reads: what
// another engine reads in place of the DuckDB file.
func (f *Files) Sources(b Build) ([]queries.EngineSource, error) {
	loads, err := f.lakeLoads(b)
	if err != nil {
		return nil, err
	}
	var sources []queries.EngineSource
	for _, l := range loads {
		source := queries.EngineSource{Name: l.name, Table: l.Table.Name, Nights: l.columns != "", Files: []string{}}
		for _, folder := range l.from {
			source.Files = append(source.Files, folder.Within(l.Table.Name)...)
			source.Rows += folder.Rows(l.Table.Name)
		}
		sources = append(sources, source)
	}
	return sources, nil
}

// Earlier are the rows of the tables of audits that models or checks read, as Build has them:
// they are few, and not of the lake.
func (f *Files) Earlier(ctx context.Context, b Build) ([]queries.EngineRows, error) {
	loads, err := f.auditLoads(b)
	if err != nil {
		return nil, err
	}
	read := queries.EngineReads()
	dir, err := os.MkdirTemp("", "hubgraph-")
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	earlier := []queries.EngineRows{}
	for _, l := range loads {
		if l.history && slices.Contains(read, l.name) && err == nil {
			var rows queries.EngineRows
			rows, err = f.earlier(ctx, db, filepath.Join(dir, l.name), l)
			earlier = append(earlier, rows)
		}
	}
	return earlier, errors.Join(err, db.Close(), os.RemoveAll(dir))
}

// earlier loads one table, whose empty file is written to a place, and reads it.
func (f *Files) earlier(ctx context.Context, db *sql.DB, empty string, l load) (queries.EngineRows, error) {
	rows := queries.EngineRows{EngineTable: engineTable(l.Table), Rows: [][]any{}}
	files, err := f.Files(l.Table.Name, l.from...)
	if err == nil {
		err = writeEmpty(empty, l.Table)
	}
	if err != nil {
		return rows, err
	}
	create := fmt.Sprintf("CREATE TABLE %s AS FROM %s", quote(l.name), readParquet([]string{empty}, ""))
	if err := execute(ctx, db, append([]string{create}, l.insert("", files)...)...); err != nil {
		return rows, err
	}
	columns := make([]string, len(rows.Columns))
	for i, c := range rows.Columns {
		columns[i] = quote(c.Name)
		if !strings.HasPrefix(c.Type, "ARRAY") {
			columns[i] = "CAST(" + columns[i] + " AS VARCHAR)"
		}
	}
	query := fmt.Sprintf("SELECT %s FROM %s ORDER BY ALL", strings.Join(columns, ", "), quote(l.name))
	return rows, sqlrows.Each(ctx, db, query, nil, func(row *sql.Rows) error {
		values, targets := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			targets[i] = &values[i]
		}
		err := row.Scan(targets...)
		rows.Rows = append(rows.Rows, values)
		return err
	})
}

// EngineTables are the tables of the lake, as another engine has to read them: with all
// the columns that they have today.
func EngineTables() []queries.EngineTable {
	var tables []queries.EngineTable
	for _, t := range export.SnapshotTables() {
		tables = append(tables, engineTable(t))
	}
	return tables
}

func engineTable(t export.Table) queries.EngineTable {
	table := queries.EngineTable{Name: t.Name}
	for _, c := range t.Columns() {
		table.Columns = append(table.Columns, queries.EngineColumn{Name: c.Name, Type: c.Type})
	}
	return table
}
