package export

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// openScratch opens a DuckDB without a file, which spills into a folder.
func openScratch(spills string, limit Memory) (*sql.DB, error) {
	options := url.Values{"temp_directory": {spills}}
	limit.apply(options)
	return sql.Open("duckdb", "?"+options.Encode())
}

// checkDuckDBs reads the published DuckDB files from end to end.
func (d *Data) checkDuckDBs(ctx context.Context) ([]Checked, error) {
	names, err := d.list(".")
	if err != nil {
		return nil, err
	}
	var checked []Checked
	for _, name := range names {
		if !isPublished(name) {
			continue
		}
		c := Checked{Kind: "duckdb", ID: name, Path: d.path(name), Files: 1, Damage: []Damage{}}
		info, err := os.Stat(c.Path)
		if err == nil {
			c.Bytes = info.Size()
			err = readWhole(ctx, c.Path, d.memory)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if errors.Is(err, errHeld) {
			why := err.Error()
			c.Held = &why
		} else if err != nil {
			c.Damage = append(c.Damage, Damage{c.Path, firstLine(err)})
		}
		checked = append(checked, c)
	}
	return checked, nil
}

// readWhole reads every row of every table of a DuckDB file: DuckDB holds each
// block that it reads against the checksum in it.
func readWhole(ctx context.Context, file string, limit Memory) error {
	db, err := Open(file, limit)
	if err != nil {
		return err
	}
	defer db.Close()
	var tables []string
	err = scan(ctx, db, "SELECT table_name FROM duckdb_tables()", func(row *sql.Rows) error {
		var name string
		err := row.Scan(&name)
		tables = append(tables, name)
		return err
	})
	if err != nil {
		return err
	}
	if len(tables) == 0 {
		return fmt.Errorf("%s holds no table: `hubgraph rebuild` makes it again", filepath.Base(file))
	}
	for _, name := range tables {
		var sum sql.NullString
		query := fmt.Sprintf("SELECT bit_xor(hash(t))::VARCHAR FROM %s t", quote(name))
		if err := scan(ctx, db, query, func(row *sql.Rows) error { return row.Scan(&sum) }); err != nil {
			return fmt.Errorf("the table %s cannot be read: %w", name, err)
		}
	}
	return nil
}

// firstLine is what an error of DuckDB's says before it says how it came to it.
func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
