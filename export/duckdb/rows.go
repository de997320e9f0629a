package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"

	"hubgraph/internal/sentence"
	"hubgraph/internal/sqlrows"
	"hubgraph/queries"
)

// Rows are what another engine gave for the checks of the portal, in a folder that
// queries/spark/run_checks.py wrote.
type Rows struct {
	*queries.Rows
	SnapshotID string
	BaselineID *string // nil: it had none
}

// Rows opens the rows of the portal in a folder. Where they are not there, not whole, or
// of another version, the error is queries.ErrRows. Close the database in them.
func (f *Files) Rows(ctx context.Context, dir string) (*Rows, error) {
	work, err := f.Work("rows")
	if err != nil {
		return nil, err
	}
	db, err := openScratch(work, f.Memory)
	if err != nil {
		return nil, err
	}
	r := &Rows{Rows: &queries.Rows{DB: db, Ran: map[string]queries.Ran{}}}
	if err := r.read(ctx, dir, fmt.Sprintf("portal=%d", f.ID)); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return r, nil
}

func (r *Rows) read(ctx context.Context, dir, portal string) error {
	within := filepath.Join(dir, portal)
	ran := filepath.Join(within, "ran")
	if files, err := parquetsIn(ran); err != nil || len(files) == 0 {
		return sentence.New(queries.ErrRows, "%s holds no rows of %s: run_checks.py writes them, see docs/spark.md", dir, portal)
	}
	unlike := func(err error) error {
		return sentence.New(queries.ErrRows, "%s cannot be read as what run_checks.py writes last: %s", ran, firstLine(err))
	}
	var format sql.NullInt64
	err := sqlrows.Each(ctx, r.DB, "SELECT max(format) FROM "+parquets(ran), nil, func(row *sql.Rows) error { return row.Scan(&format) })
	switch {
	case err != nil:
		return unlike(err)
	case !format.Valid:
		return sentence.New(queries.ErrRows, "the run that wrote %s did not come to its end: run run_checks.py again", within)
	case format.Int64 != queries.EngineFormat:
		return sentence.New(queries.ErrRows, "%s has format %d, and this hubgraph reads %d: use the run_checks.py that came with it", within, format.Int64, queries.EngineFormat)
	}
	query := `SELECT snapshot_id, baseline_id, check_id, version, coalesce(found_rows, 0), coalesce(universe_rows, 0), coalesce(error, '') FROM ` + parquets(ran)
	err = sqlrows.Each(ctx, r.DB, query, nil, func(row *sql.Rows) error {
		var id string
		var c queries.Ran
		err := row.Scan(&r.SnapshotID, &r.BaselineID, &id, &c.Version, &c.Found, &c.Universe, &c.Error)
		r.Ran[id] = c
		return err
	})
	if err != nil {
		return unlike(err)
	}
	if err := execute(ctx, r.DB, "CREATE SCHEMA found; CREATE SCHEMA universe"); err != nil {
		return err
	}
	for id, c := range r.Ran {
		if err := errors.Join(r.view(ctx, within, "found", id, c.Found), r.view(ctx, within, "universe", id, c.Universe)); err != nil {
			return err
		}
	}
	return nil
}

// view makes a view of the rows of one query, and counts them: a copy of the folder may
// lack some. Of a query that gave no rows some engines write no file.
func (r *Rows) view(ctx context.Context, within, part, check string, rows int64) error {
	if rows == 0 {
		return nil
	}
	folder := filepath.Join(within, part, check)
	files, err := parquetsIn(folder)
	if err != nil {
		return err
	}
	var there int64
	if len(files) > 0 {
		name := part + "." + quote(check)
		if err := execute(ctx, r.DB, "CREATE VIEW "+name+" AS FROM "+parquets(folder)); err != nil {
			return sentence.New(queries.ErrRows, "%s cannot be read: %v", folder, err)
		}
		err := sqlrows.Each(ctx, r.DB, "SELECT count(*) FROM "+name, nil, func(row *sql.Rows) error { return row.Scan(&there) })
		if err != nil {
			return fmt.Errorf("read %s: %w", folder, err)
		}
	}
	if there != rows {
		return sentence.New(queries.ErrRows, "%s holds %d rows, and %d were written: copy it again as a whole", folder, there, rows)
	}
	return nil
}

// parquetsIn lists the Parquet files of a folder.
func parquetsIn(folder string) ([]string, error) {
	return filepath.Glob(escapeGlob(folder) + "/*.parquet")
}

// parquets reads all Parquet files of a folder.
func parquets(folder string) string {
	return fmt.Sprintf("read_parquet(%s, hive_partitioning = false)", literal(escapeGlob(folder)+"/*.parquet"))
}
