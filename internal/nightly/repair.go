package nightly

import (
	"context"
	"errors"
	"time"

	"hubgraph/export/duckdb"
	"hubgraph/internal/sentence"
	"hubgraph/queries"
	"hubgraph/repair"
)

// ErrNoRepair: there is no repair for what a check finds.
var ErrNoRepair = errors.New("it cannot be repaired")

// Plan plans for the open findings of the newest audit in a data folder: those of the
// checks with these ids, or of all that a repair exists for.
func Plan(ctx context.Context, dir string, memory duckdb.Memory, ids []string) (*repair.Plan, error) {
	checks, err := repairable(ids)
	if err != nil {
		return nil, err
	}
	db, err := duckdb.OpenPublished(dir, memory)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	last, err := queries.LastAudit(ctx, db)
	if errors.Is(err, queries.ErrNoAudit) {
		return nil, sentence.New(queries.ErrNoAudit, "there is no audit to repair from: run `hubgraph audit` first")
	}
	if err != nil {
		return nil, err
	}
	source := repair.Source{PortalID: last.PortalID, SnapshotID: last.SnapshotID, BaselineID: last.BaselineID, DB: db}
	for _, f := range last.Findings {
		if checks[f.CheckID] && f.State != queries.Resolved {
			source.Findings = append(source.Findings, f)
		}
	}
	return repair.New(ctx, source, time.Now())
}

// repairable are the checks of ids, or all, that a repair exists for.
func repairable(ids []string) (map[string]bool, error) {
	checks, err := queries.Select(ids...)
	if err != nil {
		return nil, err
	}
	kept := map[string]bool{}
	for _, c := range checks {
		if c.Repair != "" {
			kept[c.ID] = true
		} else if len(ids) > 0 {
			return nil, sentence.New(ErrNoRepair, "--check %s: hubgraph cannot repair what this check finds", c.ID)
		}
	}
	return kept, nil
}
