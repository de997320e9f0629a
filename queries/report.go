package queries

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Report is what an audit found.
type Report struct {
	AuditID     string
	ToolVersion string // of the hubgraph that audited
	Snapshot    SnapshotRow
	Baseline    *SnapshotRow  // nil: there was none
	Unread      int64         // records of the snapshot of which something was not read
	Checks      []Check       // those that were to run
	Results     []CheckResult // one for each check, in their order
	// Findings are the open ones and those that have been resolved since the
	// audit of an earlier snapshot, in the order of the checks and of what they
	// are about.
	Findings []Finding
}

// Failed reports whether a check failed.
func (r *Report) Failed() bool {
	return slices.ContainsFunc(r.Results, func(c CheckResult) bool { return c.Status == Fail })
}

// jsonReport is the report for scripts; keys are only ever added.
type jsonReport struct {
	Snapshot SnapshotRow   `json:"snapshot"`
	Baseline *SnapshotRow  `json:"baseline"`
	Checks   []jsonCheck   `json:"checks"`
	Findings []jsonFinding `json:"findings"`
}

type jsonCheck struct {
	ID         string   `json:"id"`
	Title      string   `json:"title"`
	Severity   Severity `json:"severity"`
	Status     Status   `json:"status"`
	Violations *int64   `json:"violations"`
	Universe   *int64   `json:"universe"`
	Percent    *float64 `json:"percent"`
	New        *int64   `json:"new"`
	Resolved   *int64   `json:"resolved"`
	SkipReason *string  `json:"skip_reason"`
}

type jsonFinding struct {
	Check       string          `json:"check"`
	Fingerprint string          `json:"fingerprint"`
	State       State           `json:"state"`
	Severity    Severity        `json:"severity"`
	SubjectType *string         `json:"subject_type"`
	SubjectID   *int64          `json:"subject_id"`
	FromType    *string         `json:"from_type"`
	FromID      *int64          `json:"from_id"`
	ToType      *string         `json:"to_type"`
	ToID        *int64          `json:"to_id"`
	Category    *string         `json:"category"`
	TypeID      *int32          `json:"type_id"`
	Evidence    json.RawMessage `json:"evidence"`
}

// WriteJSON writes the report as one line of JSON. Every key is always there,
// null where it has no value.
func (r *Report) WriteJSON(w io.Writer) error {
	out := jsonReport{Snapshot: r.Snapshot, Baseline: r.Baseline, Checks: []jsonCheck{}, Findings: []jsonFinding{}}
	for i, c := range r.Results {
		out.Checks = append(out.Checks, jsonCheck{c.CheckID, r.Checks[i].Title, c.Severity, c.Status,
			c.Violations, c.Universe, c.Percent, c.New, c.Resolved, c.SkipReason})
	}
	for _, f := range r.Findings {
		out.Findings = append(out.Findings, jsonFinding{f.CheckID, f.Fingerprint, f.State, f.Severity, f.SubjectType, f.SubjectID,
			f.FromType, f.FromID, f.ToType, f.ToID, f.Category, f.TypeID, json.RawMessage(f.Evidence)})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(out)
}

// ErrNoAudit is what LastAudit answers where there was no audit.
var ErrNoAudit = errors.New("there is no audit")

// Past is an audit of which only the rows are left.
type Past struct {
	AuditID    string
	PortalID   int64
	SnapshotID string
	BaselineID *string // nil: there was none
	Findings   []Finding
}

// LastAudit reads the newest audit in a DuckDB file. It is ErrNoAudit where there
// is none.
func LastAudit(ctx context.Context, db *sql.DB) (*Past, error) {
	var last Past
	err := each(ctx, db, "SELECT DISTINCT audit_id, snapshot_id, baseline_id FROM check_results", nil, func(rows *sql.Rows) error {
		var p Past
		err := rows.Scan(&p.AuditID, &p.SnapshotID, &p.BaselineID)
		if last.AuditID == "" || compareIDs(p.AuditID, last.AuditID) > 0 {
			last = p
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the audits: %w", err)
	}
	if last.AuditID == "" {
		return nil, ErrNoAudit
	}
	snapshot, err := readSnapshot(ctx, db, "snapshot")
	if err == nil && snapshot == nil {
		err = ErrNoSnapshot
	}
	if err != nil {
		return nil, err
	}
	last.PortalID = snapshot.PortalID
	if last.Findings, err = readFindings(ctx, db, "audit_id = ?", last.AuditID); err != nil {
		return nil, fmt.Errorf("read the findings of audit %s: %w", last.AuditID, err)
	}
	slices.SortStableFunc(last.Findings, compareFindings)
	return &last, nil
}
