package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"hubgraph/export/lake"
	"hubgraph/queries"
)

// Compare makes a database in memory that holds the snapshot of a published DuckDB file,
// and another night as its baseline, with the models of the two. The file is read where it
// lies, and must not be taken away while the database is open.
func (f *Files) Compare(ctx context.Context, file string, night lake.Entry) (*sql.DB, error) {
	options := url.Values{}
	f.Memory.apply(options)
	db, err := sql.Open("duckdb", "?"+options.Encode())
	if err != nil {
		return nil, err
	}
	if err := f.compare(ctx, db, file, night); err != nil {
		return nil, errors.Join(fmt.Errorf("compare with snapshot %s: %w", night.ID, err), db.Close())
	}
	return db, nil
}

func (f *Files) compare(ctx context.Context, db *sql.DB, file string, night lake.Entry) error {
	dir, err := os.MkdirTemp("", "hubgraph")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	loads, err := f.loads(Build{Snapshot: night, Baseline: &night})
	if err != nil {
		return err
	}
	if err := execute(ctx, db, fmt.Sprintf("ATTACH %s AS published (READ_ONLY)", literal(file))); err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // of what is not committed
	for _, l := range loads {
		if l.name == "baseline" || strings.HasPrefix(l.name, "baseline_") {
			if err = l.create(ctx, tx, dir); err == nil {
				err = f.load(ctx, tx, l)
			}
		} else {
			err = execute(ctx, tx, fmt.Sprintf("CREATE VIEW %[1]s AS FROM published.%[1]s", quote(l.name)))
		}
		if err != nil {
			return fmt.Errorf("load %s: %w", l.name, err)
		}
	}
	for _, m := range queries.Models() {
		kind := "VIEW"
		if m.Kept {
			kind = "TABLE"
		}
		if err := execute(ctx, tx, fmt.Sprintf("CREATE %s %s AS\n%s", kind, quote(m.Name), m.SQL)); err != nil {
			return fmt.Errorf("the model %s: %w", m.Name, err)
		}
	}
	return tx.Commit()
}
