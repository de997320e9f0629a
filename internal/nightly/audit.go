package nightly

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/internal/progress"
	"hubgraph/queries"
)

// Rules are what the settings say of audits.
type Rules struct {
	queries.Policy
	Baseline  string                      // lake.LastComplete or lake.LastAccepted; empty: the first
	Settings  []queries.Setting           // what the checks read
	Overrides map[string]queries.Override // by check
	Waivers   []queries.Waiver
	Places    map[string]string // where a setting stands in a file, by its key
	Own       []queries.Check   // those of the user, which are run with hubgraph's
	Limit     time.Duration     // how long each of these may run; 0: as long as it takes
}

// DefaultRules are the rules where nobody says otherwise.
func DefaultRules() Rules {
	return Rules{Policy: queries.DefaultPolicy, Baseline: lake.LastComplete, Settings: queries.DefaultSettings()}
}

// baseline is the choice that the rules make.
func (r Rules) baseline() string {
	if r.Baseline == "" {
		return lake.LastComplete
	}
	return r.Baseline
}

// Auditing is an audit to do.
type Auditing struct {
	Files    *duckdb.Files   // locked
	Snapshot string          // id; empty: the newest one
	Baseline string          // as for lake.Portal.Baseline; empty: as the rules say
	Checks   []queries.Check // empty: all
	// Experimental has the experimental checks run, too, where none are chosen.
	Experimental bool
	// Rows is the folder of the rows that another engine gave for the checks, which then says
	// which snapshot and baseline to look at; empty: their queries are asked here.
	Rows  string
	Rules Rules
	Tool  string // the version of the program
	Show  progress.Display
}

// checks are those to run.
func (a Auditing) checks() []queries.Check {
	switch {
	case len(a.Checks) > 0:
		return a.Checks
	case a.Experimental:
		return queries.With(a.Rules.Own...)
	}
	return queries.Stable(a.Rules.Own...)
}

// Audited is what an audit found, and the DuckDB file that holds it.
type Audited struct {
	*queries.Report
	// DuckDB is nil where the audit does not enter the register: the file in its place
	// stays that of the newest audit that does.
	DuckDB *duckdb.Published
}

// Audit runs the checks in a DuckDB file made for them, writes what they found beside
// the lake, and publishes the file with it where the audit enters the register: where it
// is of the newest snapshot, with all checks, against the baseline of the rules.
func Audit(ctx context.Context, a Auditing) (*Audited, error) {
	rows, err := a.given(ctx)
	if err != nil {
		return nil, err
	}
	if rows != nil {
		defer rows.DB.Close()
	}
	entry, err := a.audited()
	if err != nil {
		return nil, err
	}
	compared, aside, err := a.comparedWith(entry)
	if err != nil {
		return nil, err
	}
	accepted, err := a.Files.Accepted()
	if err != nil {
		return nil, err
	}
	path, err := build(ctx, a.Files, a.Show, duckdb.Build{Snapshot: entry, Baseline: compared.Entry, Settings: a.Rules.Settings})
	if err != nil {
		return nil, err
	}
	db, err := duckdb.Open(path, a.Files.Memory)
	if err != nil {
		return nil, err
	}
	undone, err := a.undone(ctx, db, path, compared.Entry)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	overrides := maps.Clone(a.Rules.Overrides)
	for _, c := range a.Checks { // a check that was asked for by its name is run
		if o, ok := overrides[c.ID]; ok {
			o.Off = false
			overrides[c.ID] = o
		}
	}
	var report *queries.Report
	err = a.Show.During("audit", "checks", func(step func(done, total int)) (err error) {
		report, err = queries.Audit(ctx, db, queries.Options{
			AuditID: a.Files.NewAuditID(time.Now()), ToolVersion: a.Tool, Checks: a.checks(), Places: a.Rules.Places, Limit: a.Rules.Limit, Policy: a.Rules.Policy, Overrides: overrides, Waivers: a.Rules.Waivers,
			Accepted: accepted, Undone: undone, NoBaseline: compared.Why, FirstNight: compared.First, Aside: aside, Rows: rows, Progress: step,
		})
		return err
	})
	if err = errors.Join(err, db.Close()); err != nil {
		return nil, err
	}
	if _, err := a.Files.WriteAudit(ctx, report, a.Rules.Settings); err != nil {
		return nil, err
	}
	audited := &Audited{Report: report}
	if aside != "" {
		return audited, nil
	}
	if err := a.Files.AddAudit(ctx, path, report.AuditID); err != nil {
		return nil, err
	}
	audited.DuckDB, err = a.Files.PublishDuckDB(path, entry.ID)
	return audited, err
}

// given opens the rows that the audit takes, and has it look at the nights that they are
// of; nil where it asks the queries itself.
func (a *Auditing) given(ctx context.Context) (*queries.Rows, error) {
	if a.Rows == "" {
		return nil, nil
	}
	rows, err := a.Files.Rows(ctx, a.Rows)
	if err != nil {
		return nil, err
	}
	if err := a.ofNights(rows); err != nil {
		return nil, errors.Join(err, rows.DB.Close())
	}
	return rows.Rows, nil
}

func (a *Auditing) ofNights(rows *duckdb.Rows) error {
	a.Snapshot = rows.SnapshotID
	entry, err := a.audited()
	if err != nil {
		return err
	}
	usual, err := a.Files.Baseline(entry, a.Rules.baseline())
	if err != nil {
		return err
	}
	baseline := lake.NoBaseline
	if rows.BaselineID != nil {
		baseline = *rows.BaselineID
	}
	if baseline != cmp.Or(idOf(usual.Entry), lake.NoBaseline) {
		a.Baseline = baseline
	}
	return nil
}

// audited finds the snapshot to audit.
func (a Auditing) audited() (lake.Entry, error) {
	if a.Snapshot != "" {
		return a.Files.Find(a.Snapshot)
	}
	return a.Files.Newest()
}

// comparedWith finds the baseline, and says why the audit does not enter the register, if
// so.
func (a Auditing) comparedWith(entry lake.Entry) (compared lake.Baseline, aside string, err error) {
	usual, err := a.Files.Baseline(entry, a.Rules.baseline())
	if err != nil {
		return compared, "", err
	}
	compared = usual
	if a.Baseline != "" {
		if compared, err = a.Files.Baseline(entry, a.Baseline); err != nil {
			return compared, "", err
		}
	}
	newest, err := a.Files.Newest()
	if err != nil {
		return compared, "", err
	}
	audits, err := a.Files.Audits()
	if err != nil {
		return compared, "", err
	}
	last := newest.ID
	for _, counting := range lake.Counting(audits) {
		if id := counting.Manifest.Audit.SnapshotID; lake.CompareIDs(id, last) > 0 {
			last = id
		}
	}
	switch {
	case len(a.Checks) > 0:
		aside = "it is of chosen checks"
	case last != entry.ID:
		aside = fmt.Sprintf("it is of an older snapshot than %s", last)
	case idOf(compared.Entry) != idOf(usual.Entry):
		aside = fmt.Sprintf("it is compared with another baseline than the settings say, which is %s", a.Rules.baseline())
	}
	return compared, aside, nil
}

func idOf(e *lake.Entry) string {
	if e == nil {
		return ""
	}
	return e.ID
}
