package queries

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A finding's life is told from snapshot to snapshot, not from audit to audit:
// an audit is compared with the newest audit of each earlier snapshot of the
// same scope, so that auditing a snapshot again tells the same. Audits that
// skipped the check, or in which it broke, are as if they had not been: an
// outage resolves nothing.

// history is what earlier audits knew of each check.
type history struct {
	db     *sql.DB
	audits map[string][]string // check id -> ids of the audits that count, the newest snapshot's last
}

// readHistory finds the audits that count for a snapshot.
func readHistory(ctx context.Context, db *sql.DB, s SnapshotRow) (*history, error) {
	type key struct{ check, snapshot string }
	newest := map[key]string{}
	query := `
		SELECT r.check_id, r.snapshot_id, r.audit_id
		FROM check_results r
		LEFT JOIN snapshots s ON s.snapshot_id = r.snapshot_id
		WHERE r.status NOT IN (?, ?) AND (s.scope_hash IS NULL OR s.scope_hash = ?)`
	err := each(ctx, db, query, []any{string(Skip), string(Error), s.ScopeHash}, func(rows *sql.Rows) error {
		var k key
		var audit string
		if err := rows.Scan(&k.check, &k.snapshot, &audit); err != nil {
			return err
		}
		if compareIDs(k.snapshot, s.SnapshotID) < 0 && (newest[k] == "" || compareIDs(audit, newest[k]) > 0) {
			newest[k] = audit
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read earlier audits: %w", err)
	}
	keys := make([]key, 0, len(newest))
	for k := range newest {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b key) int { return compareIDs(a.snapshot, b.snapshot) })
	h := &history{db: db, audits: map[string][]string{}}
	for _, k := range keys {
		h.audits[k.check] = append(h.audits[k.check], newest[k])
	}
	return h, nil
}

// earlier is what earlier audits knew of the findings of one check.
type earlier struct {
	known     bool                 // there is an earlier audit to compare with
	open      map[string]Finding   // by fingerprint: open in the newest earlier audit
	firstSeen map[string]time.Time // by fingerprint: every finding there ever was
}

func (h *history) of(ctx context.Context, check string) (earlier, error) {
	audits := h.audits[check]
	e := earlier{known: len(audits) > 0, open: map[string]Finding{}, firstSeen: map[string]time.Time{}}
	if !e.known {
		return e, nil
	}
	args := []any{check}
	for _, a := range audits {
		args = append(args, a)
	}
	query := `SELECT fingerprint, min(first_seen) FROM findings WHERE check_id = ? AND audit_id IN (?` + strings.Repeat(", ?", len(audits)-1) + `) GROUP BY fingerprint`
	err := each(ctx, h.db, query, args, func(rows *sql.Rows) error {
		var fingerprint string
		var first time.Time
		err := rows.Scan(&fingerprint, &first)
		e.firstSeen[fingerprint] = first.UTC()
		return err
	})
	if err != nil {
		return e, err
	}
	open, err := readFindings(ctx, h.db, "check_id = ? AND audit_id = ? AND state <> ?", check, audits[len(audits)-1], string(Resolved))
	for _, f := range open {
		e.open[f.Fingerprint] = f
	}
	return e, err
}

// live gives the findings of an audit their place in their life, and adds those
// that have been resolved since the earlier one. Those that rest on what was not read
// stay as they were.
func (e earlier) live(found []Finding, start time.Time, u unread) []Finding {
	found = slices.DeleteFunc(found, u.concerns)
	now := map[string]bool{}
	for i := range found {
		f := &found[i]
		now[f.Fingerprint] = true
		first, seen := e.firstSeen[f.Fingerprint]
		_, open := e.open[f.Fingerprint]
		f.FirstSeen, f.LastSeen = start, start
		switch {
		case open:
			f.State, f.FirstSeen = Ongoing, first
		case seen:
			f.State, f.FirstSeen = Reopened, first
		default:
			f.State = New
		}
	}
	for fingerprint, f := range e.open {
		switch {
		case now[fingerprint]:
			continue
		case u.concerns(f):
			f.State = Ongoing
		default:
			f.State = Resolved
		}
		found = append(found, f)
	}
	return found
}

// readFindings reads rows of findings.
func readFindings(ctx context.Context, db *sql.DB, where string, args ...any) (findings []Finding, err error) {
	query := `
		SELECT audit_id, snapshot_id, check_id, severity, fingerprint, state, first_seen, last_seen, subject_type, subject_id,
			from_type, from_id, to_type, to_id, category, type_id, evidence
		FROM findings
		WHERE ` + where
	err = each(ctx, db, query, args, func(rows *sql.Rows) error {
		var f Finding
		err := rows.Scan(&f.AuditID, &f.SnapshotID, &f.CheckID, &f.Severity, &f.Fingerprint, &f.State, &f.FirstSeen, &f.LastSeen,
			&f.SubjectType, &f.SubjectID, &f.FromType, &f.FromID, &f.ToType, &f.ToID, &f.Category, &f.TypeID, &f.Evidence)
		f.FirstSeen, f.LastSeen = f.FirstSeen.UTC(), f.LastSeen.UTC()
		findings = append(findings, f)
		return err
	})
	return findings, err
}

// compareIDs orders the ids of snapshots and audits by time: …Z, …Z-2, …Z-10.
func compareIDs(a, b string) int {
	baseA, a, _ := strings.Cut(a, "-")
	baseB, b, _ := strings.Cut(b, "-")
	nA, _ := strconv.Atoi(a) // without a number it is the first, as 0
	nB, _ := strconv.Atoi(b)
	return cmp.Or(strings.Compare(baseA, baseB), nA-nB)
}

// each calls f for each row of a query.
func each(ctx context.Context, db *sql.DB, query string, args []any, f func(*sql.Rows) error) error {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
