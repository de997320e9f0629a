package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"hubgraph/export/lake"
	"hubgraph/internal/sqlrows"
)

// Check reads snapshots and audits again, those of the given ids or else all, and
// then the DuckDB files, too: as lake.Portal.Check, and each end of an association must
// be a record, and the rows of an audit its own. The data folder must be locked.
func (f *Files) Check(ctx context.Context, ids ...string) ([]lake.Checked, error) {
	work, err := f.Work("check")
	if err != nil {
		return nil, err
	}
	scratch, err := openScratch(work, f.Memory)
	if err != nil {
		return nil, err
	}
	defer scratch.Close()
	checked, err := f.Portal.Check(ctx, references{f, scratch}.inspect, ids...)
	if err != nil || len(ids) > 0 {
		return checked, err
	}
	files, err := f.checkFiles(ctx)
	return append(checked, files...), err
}

// openScratch opens a DuckDB without a file, which spills into a folder.
func openScratch(spills string, limit Memory) (*sql.DB, error) {
	options := url.Values{"temp_directory": {spills}}
	limit.apply(options)
	return sql.Open("duckdb", "?"+options.Encode())
}

// checkFiles reads the published DuckDB files from end to end.
func (f *Files) checkFiles(ctx context.Context) ([]lake.Checked, error) {
	names, err := f.DuckDBs()
	if err != nil {
		return nil, err
	}
	var checked []lake.Checked
	for _, name := range names {
		c := lake.Checked{Kind: "duckdb", ID: name, Path: filepath.Join(f.Dir(), name), Files: 1, Damage: []lake.Damage{}}
		info, err := os.Stat(c.Path)
		if err == nil {
			c.Bytes = info.Size()
			err = readWhole(ctx, c.Path, f.Memory)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if errors.Is(err, ErrHeld) {
			why := err.Error()
			c.Held = &why
		} else if err != nil {
			c.Damage = append(c.Damage, lake.Damage{Path: c.Path, Problem: firstLine(err)})
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
	err = sqlrows.Each(ctx, db, "SELECT table_name FROM duckdb_tables()", nil, func(row *sql.Rows) error {
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
		if err := sqlrows.Each(ctx, db, query, nil, func(row *sql.Rows) error { return row.Scan(&sum) }); err != nil {
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
