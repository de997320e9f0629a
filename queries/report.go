package queries

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Report is what an audit found.
type Report struct {
	AuditID     string
	ToolVersion string // of the hubgraph that audited
	Snapshot    SnapshotRow
	Baseline    *SnapshotRow // nil: there was none
	NoBaseline  string       // why there was none
	FailOn      Severity     // lowest severity of findings that could make a check fail
	Aside       string       // why the audit did not enter the register; empty: it did
	Unread      int64        // records of the snapshot of which something was not read
	Readable    bool         // all else of the snapshot was read
	Notes       []string     // what somebody should see to, such as a waiver that expires
	Results     []CheckResult
	// Findings are the open ones and those whose life ended tonight, in the order of the
	// checks and of what they are about.
	Findings []Finding
	Changes  []Change
	Judged   []JudgedCell
	// LinkStats are what the two nights differ in, by association type; none without a
	// baseline.
	LinkStats []LinkStat
}

// Outcome is what an audit comes to.
type Outcome int

// The outcomes, from the best to the worst.
const (
	Green    Outcome = iota // no check failed, and all that was to be judged was
	Lacking                 // something was not judged for lack of evidence
	Failed                  // a check failed
	Misset                  // a policy names what the portal does not have
	Breached                // a check's query broke
)

// String names the outcome in a word.
func (o Outcome) String() string {
	return [...]string{"green", "lacking", "failed", "misconfigured", "broken"}[o]
}

// Outcome sums up the results. No earlier night, something that was not to be
// crawled, and no records of a type in the portal are no lack of evidence.
func (r *Report) Outcome() Outcome {
	worst := Green
	for _, c := range r.Results {
		outcome := Green
		switch {
		case c.Status == Error && c.SkipCause != nil && *c.SkipCause == WrongPolicy:
			outcome = Misset
		case c.Status == Error:
			outcome = Breached
		case c.Status == Fail:
			outcome = Failed
		case len(c.CellsLeftOut) > 0, c.Status == Skip && (c.SkipCause == nil || *c.SkipCause == NoEvidence || *c.SkipCause == NoBaseline):
			outcome = Lacking
		}
		worst = max(worst, outcome)
	}
	return worst
}

// News are the open findings that this audit brought, or that are back, and that nobody
// has waived.
func (r *Report) News() []Finding {
	brought := map[string]bool{}
	for _, c := range r.Changes {
		if c.Change == Opened || c.Change == OpenedAgain || c.Change == Happened {
			brought[c.Fingerprint] = true
		}
	}
	var news []Finding
	for _, f := range r.Findings {
		if brought[f.Fingerprint] && f.Open() && f.WaivedUntil == nil {
			news = append(news, f)
		}
	}
	return news
}

// ErrNoAudit is what LastAudit answers where there was no audit.
var ErrNoAudit = errors.New("there is no audit")

// Past is an audit of which only the rows are left.
type Past struct {
	AuditID    string
	PortalID   int64
	SnapshotID string
	BaselineID *string   // nil: there was none
	FinishedAt time.Time // of the crawl
	// Findings have what they are about and their evidence, and none of their history.
	Findings []Finding
	// Ran are the checks that judged something, or had nothing to judge.
	Ran map[string]bool
}

// LastAudit reads the newest audit of the snapshot in a DuckDB file that entered the
// register, with the findings of some checks, or of all where checks is nil, that are open in
// it and were found in it. It is ErrNoAudit where there is none.
func LastAudit(ctx context.Context, db *sql.DB, checks []string) (*Past, error) {
	snapshot, err := readSnapshot(ctx, db, "snapshot")
	if err == nil && snapshot == nil {
		err = ErrNoSnapshot
	}
	if err != nil {
		return nil, err
	}
	var last Past
	query := "SELECT DISTINCT audit_id, snapshot_id, baseline_id FROM check_results WHERE coalesce(admitted, TRUE) AND snapshot_id = ?"
	err = each(ctx, db, query, []any{snapshot.SnapshotID}, func(rows *sql.Rows) error {
		var p Past
		err := rows.Scan(&p.AuditID, &p.SnapshotID, &p.BaselineID)
		if last.AuditID == "" || CompareIDs(p.AuditID, last.AuditID) > 0 {
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
	last.PortalID, last.FinishedAt, last.Ran = snapshot.PortalID, snapshot.FinishedAt, map[string]bool{}
	err = each(ctx, db, "SELECT check_id, status NOT IN ('skip', 'error') OR coalesce(skip_cause, '') = 'no_records' FROM check_results WHERE audit_id = ?", []any{last.AuditID}, func(rows *sql.Rows) error {
		var id string
		var ran bool
		err := rows.Scan(&id, &ran)
		last.Ran[id] = ran
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the results of audit %s: %w", last.AuditID, err)
	}
	const found = "last_audit_id = ? AND state <> ? AND (? OR check_id IN (SELECT unnest(string_split(?, ','))))"
	if last.Findings, err = readSubjects(ctx, db, found, last.AuditID, string(Resolved), checks == nil, strings.Join(checks, ",")); err != nil {
		return nil, fmt.Errorf("read the findings of audit %s: %w", last.AuditID, err)
	}
	slices.SortStableFunc(last.Findings, compareFindings)
	return &last, nil
}

// OpenEvents reads the open findings of events of a database, of whichever night.
func OpenEvents(ctx context.Context, db *sql.DB) ([]Finding, error) {
	events, err := readFindings(ctx, db, "kind = ? AND state <> ?", string(EventKind), string(Resolved))
	if err != nil {
		return nil, fmt.Errorf("read the open events: %w", err)
	}
	slices.SortStableFunc(events, compareFindings)
	return events, nil
}

// ReadReport fills in the results, findings, changes and judged cells of one audit, which
// are all that the tables of the database hold, in the order in which they were written.
func ReadReport(ctx context.Context, db *sql.DB, r *Report) error {
	err := each(ctx, db, `
		SELECT audit_id, snapshot_id, baseline_id, check_id, title, kind, severity, gate, status, violations, universe, percent, "new", resolved, waived,
			skip_reason, skip_cause, array_to_string(cells_left_out, chr(10)), version, scope_hash, reran_baseline, note, admitted, duration_ms
		FROM check_results`, nil, func(rows *sql.Rows) error {
		var c CheckResult
		var leftOut string
		err := rows.Scan(&c.AuditID, &c.SnapshotID, &c.BaselineID, &c.CheckID, &c.Title, &c.Kind, &c.Severity, &c.Gate, &c.Status, &c.Violations, &c.Universe, &c.Percent,
			&c.New, &c.Resolved, &c.Waived, &c.SkipReason, &c.SkipCause, &leftOut, &c.Version, &c.ScopeHash, &c.Reran, &c.Note, &c.Admitted, &c.DurationMS)
		c.CellsLeftOut = []string{}
		if leftOut != "" {
			c.CellsLeftOut = strings.Split(leftOut, "\n")
		}
		r.Results = append(r.Results, c)
		return err
	})
	if err != nil {
		return err
	}
	if r.Findings, err = readFindings(ctx, db, "TRUE"); err != nil {
		return err
	}
	err = each(ctx, db, `SELECT audit_id, snapshot_id, fingerprint, check_id, change, cause, "at" FROM finding_changes`, nil, func(rows *sql.Rows) error {
		var c Change
		err := rows.Scan(&c.AuditID, &c.SnapshotID, &c.Fingerprint, &c.CheckID, &c.Change, &c.Cause, &c.At)
		c.At = c.At.UTC()
		r.Changes = append(r.Changes, c)
		return err
	})
	if err != nil {
		return err
	}
	err = each(ctx, db, "SELECT audit_id, check_id, from_type, to_type FROM judged_cells", nil, func(rows *sql.Rows) error {
		var c JudgedCell
		err := rows.Scan(&c.AuditID, &c.CheckID, &c.FromType, &c.ToType)
		r.Judged = append(r.Judged, c)
		return err
	})
	if err != nil {
		return err
	}
	r.LinkStats, err = readLinkStats(ctx, db, "SELECT snapshot_id, baseline_id, from_type, to_type, category, type_id, edges, removed, added FROM link_stats")
	return err
}

// linkStats are the rows of link_stats of a snapshot and its baseline. A type of which
// nothing came or went has a row, too: that night counts.
const linkStats = `
	SELECT s.snapshot_id, b.snapshot_id, a.from_type, a.to_type, a.category, a.type_id, a.edges,
		count(c.from_id) FILTER (WHERE NOT c.added), count(c.from_id) FILTER (WHERE c.added)
	FROM snapshot s
	CROSS JOIN baseline b
	JOIN association_stats a ON a.snapshot_id = b.snapshot_id
	SEMI JOIN compared_cells k ON k.kind = 'associations' AND k.from_type = a.from_type AND k.to_type = a.to_type
	LEFT JOIN link_changes c ON c.from_type = a.from_type AND c.to_type = a.to_type AND c.category = a.category AND c.type_id = a.type_id
	GROUP BY ALL
	ORDER BY ALL`

func readLinkStats(ctx context.Context, db *sql.DB, query string) (stats []LinkStat, err error) {
	err = each(ctx, db, query, nil, func(rows *sql.Rows) error {
		var s LinkStat
		err := rows.Scan(&s.SnapshotID, &s.BaselineID, &s.FromType, &s.ToType, &s.Category, &s.TypeID, &s.Edges, &s.Removed, &s.Added)
		stats = append(stats, s)
		return err
	})
	return stats, err
}
