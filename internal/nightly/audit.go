package nightly

import (
	"context"
	"errors"
	"time"

	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/internal/progress"
	"hubgraph/internal/sentence"
	"hubgraph/queries"
)

// The baselines that have a name instead of an id.
const (
	LastComplete = "last-complete" // the newest earlier complete snapshot of the same portal and scope
	NoBaseline   = "none"
)

// ErrBaseline: a snapshot cannot be compared with.
var ErrBaseline = errors.New("no baseline")

// Auditing is an audit to do.
type Auditing struct {
	Files    *duckdb.Files // locked
	Snapshot string        // id; empty: the newest complete one
	Baseline string        // an id, LastComplete or NoBaseline
	Checks   []queries.Check
	FailOn   queries.Severity
	Settings []queries.Setting // what the checks read
	Tool     string            // the version of the program
	Show     progress.Display
}

// Audited is what an audit found, and the DuckDB file that holds it.
type Audited struct {
	*queries.Report
	DuckDB *duckdb.Published
}

// Audit runs the checks in a DuckDB file made for them, writes what they found beside
// the lake, and publishes the file with it.
func Audit(ctx context.Context, a Auditing) (*Audited, error) {
	entry, err := a.audited()
	if err != nil {
		return nil, err
	}
	baseline, err := a.comparedWith(entry)
	if err != nil {
		return nil, err
	}
	path, err := build(ctx, a.Files, a.Show, duckdb.Build{Snapshot: entry, Baseline: baseline, Settings: a.Settings})
	if err != nil {
		return nil, err
	}
	db, err := duckdb.Open(path, a.Files.Memory)
	if err != nil {
		return nil, err
	}
	var report *queries.Report
	err = a.Show.During("audit", "checks", func(tell func(done, total int)) (err error) {
		report, err = queries.Audit(ctx, db, queries.Options{AuditID: a.Files.NewAuditID(time.Now()), Checks: a.Checks, FailOn: a.FailOn, ToolVersion: a.Tool, Progress: tell})
		return err
	})
	if err = errors.Join(err, db.Close()); err != nil {
		return nil, err
	}
	if _, err := a.Files.WriteAudit(ctx, report, a.Settings); err != nil {
		return nil, err
	}
	if err := a.Files.AddAudit(ctx, path, report.AuditID); err != nil {
		return nil, err
	}
	published, err := a.Files.PublishDuckDB(path, entry.ID)
	return &Audited{report, published}, err
}

// audited finds the snapshot to audit. An incomplete one is audited where it is
// named, or where there is no other.
func (a Auditing) audited() (lake.Entry, error) {
	if a.Snapshot != "" {
		return a.Files.Find(a.Snapshot)
	}
	newest, err := a.Files.Newest()
	if err != nil {
		return newest, err
	}
	complete, err := a.Files.Snapshots()
	if err != nil || newest.Readable() {
		return newest, err
	}
	if len(complete) == 0 {
		a.Show.Say("The only snapshots are incomplete: checks that lack evidence are skipped.")
		return newest, nil
	}
	last := complete[len(complete)-1]
	a.Show.Say("The newest crawl, %s, is incomplete; this audits the last complete one, %s. `--snapshot %s` audits the other.", newest.ID, last.ID, newest.ID)
	return last, nil
}

// comparedWith is the baseline; nil: there is none.
func (a Auditing) comparedWith(entry lake.Entry) (*lake.Entry, error) {
	switch a.Baseline {
	case NoBaseline:
		return nil, nil
	case LastComplete:
		return a.Files.Baseline(entry)
	}
	baseline, err := a.Files.Find(a.Baseline)
	if err == nil && !baseline.Readable() {
		err = sentence.New(ErrBaseline, "snapshot %s is incomplete and cannot be a baseline", a.Baseline)
	}
	return &baseline, err
}
