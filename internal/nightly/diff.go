package nightly

import (
	"context"
	"database/sql"
	"errors"

	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/internal/progress"
	"hubgraph/internal/sentence"
	"hubgraph/queries"
)

// Comparing is a comparison of two nights to make.
type Comparing struct {
	Data     *lake.Data
	Old, New string // as for lake.Portal.Night; New empty: the newest complete; Old empty: the baseline of that
	Memory   duckdb.Memory
	Show     progress.Display
}

// ErrOrder: the nights to compare are not in their order.
var ErrOrder = errors.New("the older night comes first")

// Diff compares two nights: head is called once with the counts, then row for each
// difference. The DuckDB file in its place is asked where it holds the two; else one is
// made of them, for which the data folder is locked.
func Diff(ctx context.Context, c Comparing, head func(*queries.Diff) error, row func(queries.Difference) error) error {
	portal, err := c.Data.Only()
	if err != nil {
		return err
	}
	earlier, later, err := c.nights(portal)
	if err != nil {
		return err
	}
	compare := func(db *sql.DB) error {
		return errors.Join(queries.ReadDiff(ctx, db, head, row), db.Close())
	}
	if db := c.published(ctx, earlier, later); db != nil {
		return compare(db)
	}
	unlock, err := c.Data.Lock()
	if err != nil {
		return err
	}
	defer unlock()
	files := duckdb.Of(portal, c.Memory)
	path, err := build(ctx, files, c.Show, duckdb.Build{Snapshot: later, Baseline: &earlier, Settings: queries.DefaultSettings(), Pair: true})
	if err != nil {
		return err
	}
	db, err := duckdb.Open(path, c.Memory)
	if err != nil {
		return err
	}
	return compare(db)
}

// nights finds the two nights.
func (c Comparing) nights(portal *lake.Portal) (earlier, later lake.Entry, err error) {
	name := c.New
	if name == "" {
		name = lake.LastComplete
	}
	if later, err = portal.Night(name); err != nil {
		return earlier, later, err
	}
	if c.Old == "" {
		b, err := portal.Baseline(later, lake.LastComplete)
		if err == nil && b.Entry == nil {
			err = sentence.New(lake.ErrNoSnapshot, "there is nothing to compare %s with: there is no earlier complete snapshot of the same object types", later.ID)
		}
		if err != nil {
			return earlier, later, err
		}
		return *b.Entry, later, nil
	}
	earlier, err = portal.Night(c.Old)
	if err == nil && lake.CompareIDs(earlier.ID, later.ID) >= 0 {
		err = sentence.New(ErrOrder, "snapshot %s is not earlier than %s: name the older night first", earlier.ID, later.ID)
	}
	return earlier, later, err
}

// published opens the DuckDB file in its place where it holds the two nights; else it is
// nil, also where the file cannot be read: another is made then.
func (c Comparing) published(ctx context.Context, earlier, later lake.Entry) *sql.DB {
	db, err := duckdb.OpenPublished(c.Data.Dir(), c.Memory)
	if err != nil {
		return nil
	}
	var holds bool
	query := "SELECT (SELECT max(snapshot_id) FROM baseline) = ? AND (SELECT max(snapshot_id) FROM snapshot) = ?"
	if err := db.QueryRowContext(ctx, query, earlier.ID, later.ID).Scan(&holds); err != nil || !holds {
		_ = db.Close() // nothing was written
		return nil
	}
	return db
}
