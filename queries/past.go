package queries

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// history reads what earlier audits knew of each check. The tables of all nights hold
// the audits that count, those of later snapshots too; the register and what hangs on it
// are as of the audits of earlier snapshots, see Build in package duckdb.
type history struct {
	newest map[string]past // by check
}

// byTime orders ids of snapshots or audits as CompareIDs does, the newest first.
func byTime(column string) string {
	return fmt.Sprintf("left(%[1]s, 16) DESC, coalesce(try_cast(substr(%[1]s, 18) AS INT), 0) DESC", column)
}

// NewestAudit is a query of the id of the newest audit of a DuckDB file's snapshot: of those
// that entered the register, or else of those that were kept aside. It has no row where there
// is none.
func NewestAudit() string {
	return "SELECT audit_id FROM check_results JOIN snapshot USING (snapshot_id) ORDER BY coalesce(admitted, TRUE) DESC, " + byTime("audit_id") + " LIMIT 1"
}

// readHistory finds the newest result of each check in an earlier snapshot, and the
// places that it ever judged.
func readHistory(ctx context.Context, db *sql.DB, snapshot string) (*history, error) {
	h := &history{newest: map[string]past{}}
	query := `
		SELECT check_id, snapshot_id, audit_id, coalesce(version, ''), status IN ('skip', 'error')
		FROM check_results
		WHERE coalesce(admitted, TRUE)
		ORDER BY ` + byTime("snapshot_id") + ", " + byTime("audit_id")
	counting := map[string]string{} // of each snapshot the newest audit
	err := each(ctx, db, query, nil, func(rows *sql.Rows) error {
		var check, of, audit, version string
		var nothing bool
		if err := rows.Scan(&check, &of, &audit, &version, &nothing); err != nil {
			return err
		}
		if counting[of] == "" {
			counting[of] = audit
		}
		if p := h.newest[check]; !p.judged && !nothing && counting[of] == audit && CompareIDs(of, snapshot) < 0 {
			p.judged, p.version = true, version
			h.newest[check] = p
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read earlier audits: %w", err)
	}
	query = "SELECT DISTINCT check_id, coalesce(from_type, ''), coalesce(to_type, '') FROM judged_cells"
	err = each(ctx, db, query, nil, func(rows *sql.Rows) error {
		var check string
		var at place
		if err := rows.Scan(&check, &at.from, &at.to); err != nil {
			return err
		}
		p := h.newest[check]
		if p.cells == nil {
			p.cells = map[place]bool{}
		}
		p.cells[at] = true
		h.newest[check] = p
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read what was judged before: %w", err)
	}
	findings, err := readFindings(ctx, db, "true")
	if err != nil {
		return nil, fmt.Errorf("read earlier findings: %w", err)
	}
	for _, f := range findings {
		p := h.newest[f.CheckID]
		p.register = append(p.register, f)
		h.newest[f.CheckID] = p
	}
	return h, nil
}

// of gives what is known of a check, once: what it found before need not be held longer.
func (h *history) of(check string) past {
	p := h.newest[check]
	delete(h.newest, check)
	return p
}

// readAliases reads into which records others were merged.
func readAliases(ctx context.Context, db *sql.DB) (aliases, error) {
	ids := aliases{}
	err := each(ctx, db, "SELECT object_type, old_id, current_id FROM id_alias", nil, func(rows *sql.Rows) error {
		var old record
		var current int64
		err := rows.Scan(&old.of, &old.id, &current)
		ids[old] = current
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the merged records: %w", err)
	}
	return ids, nil
}

// Today reads into which records others were merged, and returns what gives the id that a
// record of a type has by now.
func Today(ctx context.Context, db *sql.DB) (func(of *string, id *int64) *int64, error) {
	ids, err := readAliases(ctx, db)
	return ids.today, err
}

// readFindings reads rows of the register.
func readFindings(ctx context.Context, db *sql.DB, where string, args ...any) (findings []Finding, err error) {
	query := ofAnyAge("SELECT " + findingColumns + " FROM findings WHERE " + where)
	err = each(ctx, db, query, args, func(rows *sql.Rows) error {
		f, err := ScanFinding(rows)
		findings = append(findings, f)
		return err
	})
	return findings, err
}

// readSubjects reads rows of the register as far as they say what they are about, which takes
// half the time.
func readSubjects(ctx context.Context, db *sql.DB, where string, args ...any) (findings []Finding, err error) {
	query := ofAnyAge(`SELECT fingerprint, check_id, coalesce(kind, 'state'), state, baseline_id, subject_type, subject_id,
		from_type, from_id, to_type, to_id, category, type_id, family, evidence FROM findings WHERE ` + where)
	err = each(ctx, db, query, args, func(rows *sql.Rows) error {
		var f Finding
		err := rows.Scan(&f.Fingerprint, &f.CheckID, &f.Kind, &f.State, &f.BaselineID, &f.SubjectType, &f.SubjectID,
			&f.FromType, &f.FromID, &f.ToType, &f.ToID, &f.Category, &f.TypeID, &f.Family, &f.Evidence)
		findings = append(findings, f)
		return err
	})
	return findings, err
}

// findingColumns are what ScanFinding reads, of the table findings.
const findingColumns = `fingerprint, check_id, coalesce(kind, 'state'), severity, state, waived_until, waived_by, waived_reason, first_seen, last_seen, resolved_at,
	coalesce(first_audit_id, ''), coalesce(last_audit_id, ''), snapshot_id, baseline_id, subject_type, subject_id, subject_name,
	from_type, from_id, to_type, to_id, category, type_id, CAST(CAST(amount AS DECIMAL(22,4)) * 10000 AS BIGINT), currency, url, cause, failed_at, merged_into, family, family_rule, evidence`

// ofAnyAge is a query of the table findings that may name the columns of families, also
// where an older hubgraph wrote that, which had none: the names are then those of the row
// in front.
func ofAnyAge(query string) string {
	return "SELECT f.* FROM (SELECT CAST(NULL AS VARCHAR) AS family, CAST(NULL AS VARCHAR) AS family_rule) older, LATERAL (" + query + ") f"
}

// ScanFinding reads a row that has the columns of findings in their order, with amount
// as its unscaled value, and behind them those that more is for.
func ScanFinding(rows *sql.Rows, more ...any) (Finding, error) {
	var f Finding
	columns := []any{&f.Fingerprint, &f.CheckID, &f.Kind, &f.Severity, &f.State, &f.WaivedUntil, &f.WaivedBy, &f.WaivedReason, &f.FirstSeen, &f.LastSeen, &f.ResolvedAt,
		&f.FirstAuditID, &f.LastAuditID, &f.SnapshotID, &f.BaselineID, &f.SubjectType, &f.SubjectID, &f.SubjectName,
		&f.FromType, &f.FromID, &f.ToType, &f.ToID, &f.Category, &f.TypeID, &f.Amount, &f.Currency, &f.URL, &f.Cause, &f.FailedAt, &f.MergedInto, &f.Family, &f.FamilyRule, &f.Evidence}
	err := rows.Scan(append(columns, more...)...)
	f.FirstSeen, f.LastSeen = f.FirstSeen.UTC(), f.LastSeen.UTC()
	for _, at := range []**time.Time{&f.WaivedUntil, &f.ResolvedAt, &f.FailedAt} {
		if *at != nil {
			utc := (*at).UTC()
			*at = &utc
		}
	}
	return f, err
}

// CompareIDs orders the ids of snapshots and audits by time: …Z, …Z-2, …Z-10.
func CompareIDs(a, b string) int {
	baseA, a, _ := strings.Cut(a, "-")
	baseB, b, _ := strings.Cut(b, "-")
	nA, _ := strconv.Atoi(a) // without a number it is the first, as 0
	nB, _ := strconv.Atoi(b)
	return cmp.Or(strings.Compare(baseA, baseB), nA-nB)
}

// asked is what can be asked: a database, or a connection of one.
type asked interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// each calls f for each row of a query.
func each(ctx context.Context, db asked, query string, args []any, f func(*sql.Rows) error) error {
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
