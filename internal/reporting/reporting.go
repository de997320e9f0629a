// Package reporting makes the report of an audited night: it asks the DuckDB file for what
// the page shows beside what the audit found, and has the pictures drawn.
package reporting

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/internal/progress"
	"hubgraph/internal/sentence"
	"hubgraph/internal/web"
	"hubgraph/queries"
)

// Job is a report to make of an audit, for which its nights are asked.
type Job struct {
	Files  *duckdb.Files
	Locked bool            // the data folder is locked by the caller
	Own    []queries.Check // those of the user
	Show   progress.Display
}

// Stored reads the audit that a night's report is about: the newest one that entered the
// register, or else the newest. A night is named as for lake.Portal.Night; empty: that of
// the newest audit. It is queries.ErrNoAudit where the night was not audited.
func (j Job) Stored(ctx context.Context, night string) (*queries.Report, error) {
	audits, err := j.Files.Audits()
	if err != nil {
		return nil, err
	}
	if len(audits) == 0 {
		return nil, sentence.New(queries.ErrNoAudit, "%s holds no audit yet: run `hubgraph audit` first", j.Files.Dir())
	}
	of := func(all []lake.Folder) int {
		for i := len(all) - 1; i >= 0; i-- {
			if night == "" || all[i].Manifest.Audit.SnapshotID == night {
				return i
			}
		}
		return -1
	}
	if night != "" && of(audits) < 0 {
		entry, err := j.Files.Night(night)
		if err != nil {
			return nil, err
		}
		night = entry.ID
	}
	counting := lake.Counting(audits)
	switch at := of(counting); {
	case at >= 0:
		return j.Files.ReadAudit(ctx, counting[at].Manifest.Audit.AuditID)
	case of(audits) < 0:
		return nil, sentence.New(queries.ErrNoAudit, "snapshot %s was not audited: run `hubgraph audit --snapshot %[1]s` first", night)
	}
	return j.Files.ReadAudit(ctx, audits[of(audits)].Manifest.Audit.AuditID)
}

// Facts are what the report of an audit says beside what the audit found. The DuckDB file
// in its place is asked where it holds the nights; else one is made of them, for which the
// data folder is locked. Of nights that are gone, the page says so.
func (j Job) Facts(ctx context.Context, audit *queries.Report) (*web.Facts, error) {
	facts := newFacts(audit, j.Own)
	db, done, err := j.open(ctx, audit)
	if errors.Is(err, lake.ErrNoSnapshot) {
		facts.Gone = fmt.Sprintf("The map, the history, the pictures and the coverage are not known any more: %v.", err)
		return facts, nil
	}
	if err != nil {
		return nil, err
	}
	defer done()
	return facts, readFacts(ctx, db, audit, facts)
}

// newFacts are what the audit says itself.
func newFacts(audit *queries.Report, own []queries.Check) *web.Facts {
	facts := &web.Facts{Fresh: map[string]bool{}, Catalog: queries.With(own...), Results: map[string][]*int64{}, Pictures: map[string][]byte{}}
	for _, f := range audit.News() {
		facts.Fresh[f.Fingerprint] = true
	}
	return facts
}

// readFacts reads the others from a DuckDB file that holds the nights of the audit.
func readFacts(ctx context.Context, db *sql.DB, audit *queries.Report, facts *web.Facts) error {
	for _, read := range []func(context.Context, *sql.DB, *queries.Report, *web.Facts) error{readHistory, readCoverage, readChanged, drawMap, drawFindings} {
		if err := read(ctx, db, audit, facts); err != nil {
			return fmt.Errorf("report on audit %s: %w", audit.AuditID, err)
		}
	}
	return nil
}

// open opens a DuckDB file that holds the two nights of an audit.
func (j Job) open(ctx context.Context, audit *queries.Report) (db *sql.DB, done func(), err error) {
	later, err := j.Files.Find(audit.Snapshot.SnapshotID)
	if err != nil {
		return nil, nil, err
	}
	var earlier *lake.Entry
	if audit.Baseline != nil {
		e, err := j.Files.Find(audit.Baseline.SnapshotID)
		if err != nil {
			return nil, nil, err
		}
		earlier = &e
	}
	if db = j.published(ctx, audit); db != nil {
		return db, func() { _ = db.Close() }, nil
	}
	unlock := func() {}
	if !j.Locked {
		if unlock, err = j.Files.Lock(); err != nil {
			return nil, nil, err
		}
	}
	var path string
	err = j.Show.During("DuckDB file", "tables", func(tell func(done, total int)) (err error) {
		path, err = j.Files.Build(ctx, duckdb.Build{Snapshot: later, Baseline: earlier, Settings: queries.DefaultSettings(), Audited: true, Progress: tell})
		return err
	})
	if err == nil {
		db, err = duckdb.Open(path, j.Files.Memory)
	}
	if err != nil {
		unlock()
		return nil, nil, err
	}
	return db, func() { _ = db.Close(); unlock() }, nil
}

// published opens the DuckDB file in its place where it holds the two nights of an audit;
// else it is nil, also where the file cannot be read: another is made then.
func (j Job) published(ctx context.Context, audit *queries.Report) *sql.DB {
	db, err := duckdb.OpenPublished(j.Files.Dir(), j.Files.Memory)
	if err != nil {
		return nil
	}
	var baseline *string
	if audit.Baseline != nil {
		baseline = &audit.Baseline.SnapshotID
	}
	var holds bool
	query := "SELECT (SELECT max(snapshot_id) FROM snapshot) = ? AND (SELECT max(snapshot_id) FROM baseline) IS NOT DISTINCT FROM ?"
	if err := db.QueryRowContext(ctx, query, audit.Snapshot.SnapshotID, baseline).Scan(&holds); err != nil || !holds {
		_ = db.Close() // nothing was written
		return nil
	}
	return db
}
