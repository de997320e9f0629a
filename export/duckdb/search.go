package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"hubgraph/internal/sqlrows"
)

// Place is a table, or a file, in which something that is sought stands.
type Place struct {
	File  string `json:"file"`  // within the data folder, with slashes
	Table string `json:"table"` // empty where the file is none of tables
	// Rows are those that are of a sought record, or name it by an id.
	Rows int64 `json:"rows"`
	// Texts are other rows, of other records, in whose texts a name or an address stands.
	Texts int64 `json:"texts"`
	// Columns are those in which it stands, and of a file that is none of tables, why.
	Columns []string `json:"columns"`
}

// Looked is what was looked at in a search.
type Looked struct {
	Files   int      `json:"files"`   // of tables, and others
	Tables  int      `json:"tables"`  // each table of a DuckDB file, and each Parquet file
	Columns int      `json:"columns"` // of them
	Rows    int64    `json:"rows"`    // of them
	Unread  []string `json:"unread"`  // files that could not be looked into, and why
}

// Search reads all columns of all Parquet files below the data folder, whether or not a
// manifest lists them, and of all tables of all DuckDB files in it, for what is sought.
func (f *Files) Search(ctx context.Context, s *Sought) ([]Place, *Looked, error) {
	looked := &Looked{Unread: []string{}}
	var places []Place
	work, err := f.Work("search")
	if err != nil {
		return nil, nil, err
	}
	scratch, err := openScratch(work, f.Memory)
	if err != nil {
		return nil, nil, err
	}
	defer scratch.Close()
	parquet, databases, err := f.tables()
	if err != nil {
		return nil, nil, err
	}
	for _, name := range parquet {
		path := filepath.Join(f.Dir(), filepath.FromSlash(name))
		place, err := s.look(ctx, scratch, readParquet([]string{path}, ""), looked)
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		if err != nil {
			looked.Unread = append(looked.Unread, fmt.Sprintf("%s: %s", name, firstLine(err)))
			continue
		}
		looked.Files++
		if place != nil {
			place.File, place.Table = name, filepath.Base(filepath.Dir(path))
			places = append(places, *place)
		}
	}
	for _, name := range databases {
		found, err := f.searchFile(ctx, s, name, looked)
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		if err != nil {
			looked.Unread = append(looked.Unread, fmt.Sprintf("%s: %s", name, firstLine(err)))
			continue
		}
		looked.Files++
		places = append(places, found...)
	}
	return places, looked, nil
}

// tables lists the files of tables below the data folder, but for those of this run.
func (f *Files) tables() (parquet, databases []string, err error) {
	err = f.Walk(func(name string) error {
		switch {
		case strings.HasSuffix(name, ".parquet"):
			parquet = append(parquet, name)
		case strings.HasSuffix(name, ".duckdb"):
			databases = append(databases, name)
		}
		return nil
	})
	return parquet, databases, err
}

// searchFile looks into all tables of a DuckDB file.
func (f *Files) searchFile(ctx context.Context, s *Sought, name string, looked *Looked) (places []Place, err error) {
	path := filepath.Join(f.Dir(), filepath.FromSlash(name))
	if _, err := os.Lstat(path + ".wal"); err == nil {
		return nil, errors.New("has a write-ahead log beside it")
	}
	db, err := Open(path, f.Memory)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	var tables []string
	err = sqlrows.Each(ctx, db, "SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT internal ORDER BY ALL", nil, func(row *sql.Rows) error {
		var schema, table string
		err := row.Scan(&schema, &table)
		tables = append(tables, quote(schema)+"."+quote(table))
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, table := range tables {
		place, err := s.look(ctx, db, table, looked)
		if err != nil {
			return nil, err
		}
		if place != nil {
			place.File, place.Table = name, strings.ReplaceAll(strings.TrimPrefix(table, `"main".`), `"`, "")
			places = append(places, *place)
		}
	}
	return places, nil
}

// tableColumn is a column of a table that is looked at.
type tableColumn struct{ name, kind string }

// described are the columns of what can stand behind FROM.
func described(ctx context.Context, db sqlrows.Asked, table string) (columns []tableColumn, names []string, err error) {
	query := fmt.Sprintf("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM %s)", table)
	err = sqlrows.Each(ctx, db, query, nil, func(row *sql.Rows) error {
		var c tableColumn
		err := row.Scan(&c.name, &c.kind)
		columns, names = append(columns, c), append(names, c.name)
		return err
	})
	return columns, names, err
}

// texts reports whether a column can hold text.
func (c tableColumn) texts() bool {
	return strings.Contains(c.kind, "VARCHAR") || strings.Contains(c.kind, "JSON") || strings.Contains(c.kind, "BLOB")
}

// mentioned is the condition that a column names what is sought by an id.
func (c tableColumn) mentioned(s *Sought) string {
	switch {
	case c.kind == "MAP(VARCHAR, VARCHAR)":
		return fmt.Sprintf("coalesce(len(list_filter(map_entries(%s), lambda e: %s)) > 0, false)", quote(c.name), s.entry())
	case c.texts():
		return s.mentioned(c.name)
	case c.name == "cycle_id":
		if ids := s.ids()["companies"]; len(ids) > 0 {
			return fmt.Sprintf("coalesce(cycle_id IN (%s), false)", strings.Join(ids, ", "))
		}
	}
	return "false"
}

// entry is the condition that the entry e of a map names what is sought.
func (s *Sought) entry() string {
	ways := []string{fmt.Sprintf("regexp_matches(e.value, %s)", literal(s.pattern()))}
	for of, ids := range s.ids() {
		singular := literal(s.Forms[of].Singular)
		ways = append(ways, fmt.Sprintf("(contains(lower(e.key), %s) AND e.value IN (%s))", singular, literals(ids)))
	}
	return strings.Join(ways, " OR ")
}

// look counts the rows of a table in which something that is sought stands; nil: none.
func (s *Sought) look(ctx context.Context, db sqlrows.Asked, table string, looked *Looked) (*Place, error) {
	columns, names, err := described(ctx, db, table)
	if err != nil {
		return nil, err
	}
	own, other := []string{s.about(names)}, []string{"false"}
	counts := []string{"count(*)", fmt.Sprintf("count(*) FILTER (%s)", own[0])}
	for _, c := range columns {
		mentioned, texts := c.mentioned(s), "false"
		if c.texts() {
			texts = s.named(c.name)
		}
		own, other = append(own, mentioned), append(other, texts)
		counts = append(counts, fmt.Sprintf("count(*) FILTER (%s OR %s)", mentioned, texts))
	}
	ours := strings.Join(own, " OR ")
	counts = append(counts, fmt.Sprintf("count(*) FILTER (%s)", ours), fmt.Sprintf("count(*) FILTER ((%s) AND NOT (%s))", strings.Join(other, " OR "), ours))
	values, targets := make([]int64, len(counts)), make([]any, len(counts))
	for i := range values {
		targets[i] = &values[i]
	}
	query := fmt.Sprintf("SELECT %s FROM %s", strings.Join(counts, ", "), table)
	if err := sqlrows.Each(ctx, db, query, nil, func(row *sql.Rows) error { return row.Scan(targets...) }); err != nil {
		return nil, err
	}
	looked.Tables, looked.Columns, looked.Rows = looked.Tables+1, looked.Columns+len(columns), looked.Rows+values[0]
	place := &Place{Rows: values[len(values)-2], Texts: values[len(values)-1], Columns: []string{}}
	if place.Rows+place.Texts == 0 {
		return nil, nil
	}
	if values[1] > 0 {
		place.Columns = append(place.Columns, "ids")
	}
	for i, c := range columns {
		if values[2+i] > 0 {
			place.Columns = append(place.Columns, c.name)
		}
	}
	return place, nil
}
