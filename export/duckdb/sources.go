package duckdb

import (
	"hubgraph/export"
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

// EngineTables are the tables of the lake, as another engine has to read them: with all
// the columns that they have today.
func EngineTables() []queries.EngineTable {
	var tables []queries.EngineTable
	for _, t := range export.SnapshotTables() {
		table := queries.EngineTable{Name: t.Name}
		for _, c := range t.Columns() {
			table.Columns = append(table.Columns, queries.EngineColumn{Name: c.Name, Type: c.Type})
		}
		tables = append(tables, table)
	}
	return tables
}
