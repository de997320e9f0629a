package nightly

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"hubgraph/export/lake"
	"hubgraph/queries"
	"hubgraph/repair"
)

// undone finds the open losses of earlier nights that a repair has put back, by comparing
// each of these nights with the snapshot. Time alone resolves nothing: only what is older
// than a run that wrote something is looked at.
func (a Auditing) undone(ctx context.Context, db *sql.DB, path string, compared *lake.Entry) (map[string]bool, error) {
	runs, err := repair.Status(repairsOf(a.Files.Dir()))
	if err != nil {
		return nil, err
	}
	var newest time.Time
	for _, r := range runs {
		if r.Applied > 0 && r.StartedAt.After(newest) {
			newest = r.StartedAt
		}
	}
	if newest.IsZero() {
		return nil, nil
	}
	events, err := queries.OpenEvents(ctx, db)
	if err != nil {
		return nil, err
	}
	of := map[string]map[string][]queries.Finding{} // by night and check
	for _, f := range events {
		if f.BaselineID == nil || *f.BaselineID == idOf(compared) || !f.LastSeen.Before(newest) {
			continue
		}
		if of[*f.BaselineID] == nil {
			of[*f.BaselineID] = map[string][]queries.Finding{}
		}
		of[*f.BaselineID][f.CheckID] = append(of[*f.BaselineID][f.CheckID], f)
	}
	undone := map[string]bool{}
	for _, night := range slices.Sorted(maps.Keys(of)) {
		if err := a.undoneOf(ctx, path, night, of[night], undone); err != nil {
			return nil, fmt.Errorf("find out what was put back: %w", err)
		}
	}
	return undone, nil
}

// undoneOf adds what was put back of one night; a night that is gone says nothing.
func (a Auditing) undoneOf(ctx context.Context, path, night string, events map[string][]queries.Finding, undone map[string]bool) error {
	entry, err := a.Files.Find(night)
	if errors.Is(err, lake.ErrNoSnapshot) {
		return nil
	}
	if err != nil {
		return err
	}
	db, err := a.Files.Compare(ctx, path, entry)
	if err != nil {
		return err
	}
	defer db.Close()
	for _, c := range queries.All() {
		if c.Repair != queries.RepairRestore || len(events[c.ID]) == 0 {
			continue
		}
		found, err := c.Undone(ctx, db, events[c.ID])
		if err != nil {
			return err
		}
		maps.Copy(undone, found)
	}
	return nil
}
