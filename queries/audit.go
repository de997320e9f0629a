package queries

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Options say how to audit.
type Options struct {
	AuditID     string  // start in UTC, YYYYMMDDThhmmssZ, with -2, -3 if taken
	ToolVersion string  // of hubgraph, for the audit's manifest
	Checks      []Check // none: All
	// FailOn is the lowest severity of findings that can make a check fail;
	// empty: Critical.
	FailOn Severity
	// Now is the clock for durations; nil: time.Now.
	Now func() time.Time
	// Progress, where set, is called before each check, and after the last one.
	Progress func(done, total int)
}

// ErrNoSnapshot is wrapped where a database holds no audited snapshot.
var ErrNoSnapshot = errors.New("the database holds no snapshot")

// Audit runs checks on the snapshot in a DuckDB file, and compares what they
// find with the earlier audits in it. A check whose evidence is missing, or
// whose query breaks, says so in its result and stops nothing; an error means
// that there is no audit.
func Audit(ctx context.Context, db *sql.DB, o Options) (*Report, error) {
	o.FailOn = cmp.Or(o.FailOn, Critical)
	if o.Now == nil {
		o.Now = time.Now
	}
	if len(o.Checks) == 0 {
		o.Checks = All()
	}
	if o.Progress == nil {
		o.Progress = func(int, int) {}
	}
	a := &audit{db: db, options: o, report: &Report{AuditID: o.AuditID, ToolVersion: o.ToolVersion, Checks: o.Checks}}
	if err := a.prepare(ctx); err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	for i, c := range o.Checks {
		o.Progress(i, len(o.Checks))
		if err := a.check(ctx, c); err != nil {
			return nil, fmt.Errorf("audit %s: check %s: %w", a.report.Snapshot.SnapshotID, c.ID, err)
		}
	}
	o.Progress(len(o.Checks), len(o.Checks))
	return a.report, nil
}

// audit is one audit under way.
type audit struct {
	db       *sql.DB
	options  Options
	evidence *evidence
	history  *history
	report   *Report
}

// prepare reads what all checks need.
func (a *audit) prepare(ctx context.Context) error {
	snapshot, err := readSnapshot(ctx, a.db, "snapshot")
	if err == nil && snapshot == nil {
		err = ErrNoSnapshot
	}
	if err != nil {
		return err
	}
	a.report.Snapshot = *snapshot
	if a.report.Baseline, err = readSnapshot(ctx, a.db, "baseline"); err != nil {
		return err
	}
	if a.evidence, err = readEvidence(ctx, a.db, a.report.Baseline != nil); err != nil {
		return fmt.Errorf("read the coverage: %w", err)
	}
	if a.report.Unread, err = countUnread(ctx, a.db); err != nil {
		return err
	}
	a.history, err = readHistory(ctx, a.db, *snapshot)
	return err
}

// readSnapshot reads the row of snapshot or baseline; nil where there is none.
func readSnapshot(ctx context.Context, db *sql.DB, table string) (*SnapshotRow, error) {
	var s SnapshotRow
	err := db.QueryRowContext(ctx, `
		SELECT snapshot_id, portal_id, api_version, started_at, finished_at, complete, scope_hash, objects, associations, requests, tool_version, time_zone, currency
		FROM `+table).Scan(&s.SnapshotID, &s.PortalID, &s.APIVersion, &s.StartedAt, &s.FinishedAt, &s.Complete, &s.ScopeHash,
		&s.Objects, &s.Associations, &s.Requests, &s.ToolVersion, &s.TimeZone, &s.Currency)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the %s: %w", table, err)
	}
	s.StartedAt, s.FinishedAt = s.StartedAt.UTC(), s.FinishedAt.UTC()
	return &s, nil
}

// check runs one check and adds its result and findings to the report.
func (a *audit) check(ctx context.Context, c Check) error {
	result := CheckResult{AuditID: a.report.AuditID, SnapshotID: a.report.Snapshot.SnapshotID, CheckID: c.ID, Severity: c.Severity}
	if a.report.Baseline != nil {
		result.BaselineID = &a.report.Baseline.SnapshotID
	}
	start := a.options.Now()
	findings, err := a.fill(ctx, c, &result)
	if err != nil {
		return err
	}
	result.DurationMS = a.options.Now().Sub(start).Milliseconds()
	a.report.Results = append(a.report.Results, result)
	a.report.Findings = append(a.report.Findings, findings...)
	return nil
}

// fill runs the check, sets all of its result but the duration, and returns its
// findings, open and resolved.
func (a *audit) fill(ctx context.Context, c Check, result *CheckResult) ([]Finding, error) {
	if reason := a.evidence.lacks(c.Needs); reason != "" {
		result.Status, result.SkipReason = Skip, &reason
		return nil, nil
	}
	u, err := c.unread(ctx, a.db)
	if err != nil {
		return nil, err
	}
	found, universe, err := c.run(ctx, a.db, a.report.Snapshot.PortalID, u)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		reason := err.Error()
		result.Status, result.SkipReason = Error, &reason
		return nil, nil
	}
	before, err := a.history.of(ctx, c.ID)
	if err != nil {
		return nil, fmt.Errorf("read earlier findings: %w", err)
	}
	findings := before.live(found, a.report.Snapshot.StartedAt, u)
	for i := range findings {
		findings[i].AuditID, findings[i].SnapshotID = a.report.AuditID, a.report.Snapshot.SnapshotID
	}
	slices.SortFunc(findings, compareFindings)
	result.count(findings, universe, before.known)
	result.Status = c.Gate.status(a.options.FailOn, findings, result)
	return findings, nil
}

// count fills the counts of a result.
func (r *CheckResult) count(findings []Finding, universe *int64, compared bool) {
	var open, opened, resolved int64
	for _, f := range findings {
		switch f.State {
		case Resolved:
			resolved++
			continue
		case New, Reopened:
			if compared {
				opened++
			}
		}
		open++
	}
	r.Violations, r.Universe, r.New, r.Resolved = &open, universe, &opened, &resolved
	if universe != nil && *universe > 0 {
		hundredths := (20_000*open + *universe) / (2 * *universe) // of a percent, half a one rounded up
		percent := float64(hundredths) / 100
		r.Percent = &percent
	}
}

// compareFindings orders the findings of a check by what they are about.
func compareFindings(a, b Finding) int {
	return cmp.Or(
		compare(a.SubjectType, b.SubjectType), compare(a.SubjectID, b.SubjectID),
		compare(a.FromType, b.FromType), compare(a.FromID, b.FromID),
		compare(a.ToType, b.ToType), compare(a.ToID, b.ToID),
		compare(a.Category, b.Category), compare(a.TypeID, b.TypeID),
		strings.Compare(a.Fingerprint, b.Fingerprint))
}

func compare[T cmp.Ordered](a, b *T) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	return cmp.Compare(*a, *b)
}
