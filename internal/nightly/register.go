package nightly

import (
	"context"
	"database/sql"
	"errors"

	"hubgraph/export/duckdb"
	"hubgraph/internal/sentence"
	"hubgraph/queries"
)

// Findings reads findings from the register in the newest DuckDB file of a data folder.
func Findings(ctx context.Context, dir string, limit duckdb.Memory, filter queries.Filter) (r *queries.Register, err error) {
	err = asked(dir, limit, func(db *sql.DB) error {
		r, err = queries.ReadRegister(ctx, db, filter)
		if err == nil && filter.Family != "" && len(r.Findings) == 0 {
			var all *queries.Register
			if all, err = queries.ReadRegister(ctx, db, queries.Filter{Family: filter.Family}); err == nil && len(all.Findings) == 0 {
				err = noFamily(filter.Family)
			}
		}
		return err
	})
	return r, err
}

// noFamily is the error about a family that no open finding is of.
func noFamily(id string) error {
	return sentence.New(queries.ErrNoFinding, "no open finding is of a family %q: `hubgraph findings --group-by family` lists them", id)
}

// Finding reads all that is known of one finding, which is named by the first digits of
// its fingerprint.
func Finding(ctx context.Context, dir string, limit duckdb.Memory, fingerprint string) (w *queries.Whole, err error) {
	err = asked(dir, limit, func(db *sql.DB) error {
		w, err = queries.ReadFinding(ctx, db, fingerprint)
		return err
	})
	return w, err
}

// asked asks the newest DuckDB file of a data folder.
func asked(dir string, limit duckdb.Memory, ask func(*sql.DB) error) error {
	db, err := duckdb.OpenPublished(dir, limit)
	if err != nil {
		return err
	}
	err = ask(db)
	if errors.Is(err, queries.ErrNoAudit) {
		err = sentence.New(queries.ErrNoAudit, "%s holds no audit yet: run `hubgraph audit` first", dir)
	}
	return errors.Join(err, db.Close())
}
