package queries

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Which findings of the register a Filter is about.
const (
	OnlyOpen     = "open"
	OnlyNew      = "new"
	OnlyResolved = "resolved"
	OnlyWaived   = "waived"
	Whatever     = "all"
)

// Filter says which findings of the register are asked for. The zero value of a field
// asks for nothing.
type Filter struct {
	State    string   // one of the words above; empty: OnlyOpen
	Checks   []string // ids
	Owner    string   // id or name of the owner of the record
	Family   string   // id
	Since    time.Time
	Days     int      // open for at least so many days
	Amount   *big.Rat // about at least so much money
	Currency string   // of the money; empty: any
}

// Registered is a finding of the register.
type Registered struct {
	Finding
	OwnerID *int64  // of the record that it is about, or that its association starts from; nil: nobody, or not known
	Owner   *string // name; nil where names were not asked for
	Fresh   bool    // the newest audit brought it or, where a day was named, one since then
}

// Register is what the register of findings answers.
type Register struct {
	AuditID  string // the newest audit that entered the register
	Snapshot SnapshotRow
	Findings []Registered // in the order of the checks and of what they are about
}

// ErrNoFinding is an unknown fingerprint.
var ErrNoFinding = errors.New("no such finding")

// ErrTooLate is a day that no audited night is of.
var ErrTooLate = errors.New("that day is to come")

// ReadRegister reads findings from the register in a DuckDB file. It is ErrNoAudit where
// there was no audit yet.
func ReadRegister(ctx context.Context, db *sql.DB, filter Filter) (*Register, error) {
	where, args := filter.where()
	return readRegister(ctx, db, filter.Since, where, args...)
}

// where is the filter as SQL over the table of readRegister, and its arguments.
func (f Filter) where() (string, []any) {
	all := []string{map[string]string{
		"": "state <> 'resolved'", OnlyOpen: "state <> 'resolved'", OnlyNew: "state <> 'resolved' AND fresh",
		OnlyResolved: "state = 'resolved' AND merged_into IS NULL AND coalesce(cause, '') <> 'dropped'", OnlyWaived: "state <> 'resolved' AND waived_until IS NOT NULL",
		Whatever: "TRUE",
	}[f.State]}
	var args []any
	add := func(text string, values ...any) {
		all = append(all, text)
		args = append(args, values...)
	}
	if len(f.Checks) > 0 {
		var ids []any
		for _, id := range f.Checks {
			ids = append(ids, id)
		}
		add("check_id IN (?"+strings.Repeat(", ?", len(ids)-1)+")", ids...)
	}
	if f.Owner != "" {
		add("(CAST(owner_id AS VARCHAR) = ? OR lower(owner) = lower(?))", f.Owner, f.Owner)
	}
	if f.Family != "" {
		add("family = lower(?)", f.Family)
	}
	if !f.Since.IsZero() {
		add("changed")
	}
	if f.Days > 0 {
		add("date_diff('day', first_seen, night) >= ?", f.Days)
	}
	if f.Amount != nil {
		add("amount >= CAST(? AS DECIMAL(18, 4))", f.Amount.FloatString(4))
	}
	if f.Currency != "" {
		add("upper(currency) = upper(?)", f.Currency)
	}
	return strings.Join(all, " AND "), args
}

// readRegister reads the findings for which where holds. since names the audits whose
// changes count; without it that is the newest.
func readRegister(ctx context.Context, db *sql.DB, since time.Time, where string, args ...any) (*Register, error) {
	r, err := newestAudit(ctx, db)
	if err != nil {
		return nil, err
	}
	if since.After(r.Snapshot.StartedAt) {
		return nil, fmt.Errorf("%w: %s is after the newest audited night, which began %s", ErrTooLate, since.Format(time.DateOnly), r.Snapshot.StartedAt.Format(time.DateTime))
	}
	counts, of := "audit_id = ?", any(r.AuditID)
	if !since.IsZero() {
		counts, of = `"at" >= ?`, any(since.UTC())
	}
	query := ofAnyAge(`
		SELECT ` + findingColumns + `, owner_id, owner, fresh
		FROM (
			SELECT f.*, o.owner_id, w.name AS owner, coalesce(c.fresh, FALSE) AS fresh, c.fingerprint IS NOT NULL AS changed, CAST(? AS TIMESTAMP) AS night
			FROM findings f
			LEFT JOIN (
				SELECT object_type, object_id, max(owner_id) AS owner_id
				FROM objects
				GROUP BY ALL
			) o ON o.object_type = coalesce(f.subject_type, f.from_type) AND o.object_id = coalesce(f.subject_id, f.from_id)
			LEFT JOIN owners w ON w.owner_id = o.owner_id
			LEFT JOIN (
				SELECT fingerprint, bool_or(change IN ('new', 'reopened', 'event')) AS fresh
				FROM finding_changes
				WHERE change <> 'failed' AND ` + counts + `
				GROUP BY fingerprint
			) c ON c.fingerprint = f.fingerprint
		)
		WHERE ` + where)
	err = each(ctx, db, query, append([]any{r.Snapshot.StartedAt, of}, args...), func(rows *sql.Rows) error {
		var f Registered
		var err error
		f.Finding, err = ScanFinding(rows, &f.OwnerID, &f.Owner, &f.Fresh)
		r.Findings = append(r.Findings, f)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the register of findings: %w", err)
	}
	slices.SortStableFunc(r.Findings, func(a, b Registered) int { return compareFindings(a.Finding, b.Finding) })
	return r, nil
}

// newestAudit finds the newest audit that entered the register, and its snapshot.
func newestAudit(ctx context.Context, db *sql.DB) (*Register, error) {
	r := &Register{}
	err := each(ctx, db, "SELECT DISTINCT audit_id, snapshot_id FROM check_results WHERE coalesce(admitted, TRUE)", nil, func(rows *sql.Rows) error {
		var audit, snapshot string
		err := rows.Scan(&audit, &snapshot)
		if r.AuditID == "" || CompareIDs(audit, r.AuditID) > 0 {
			r.AuditID, r.Snapshot.SnapshotID = audit, snapshot
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the audits: %w", err)
	}
	if r.AuditID == "" {
		return nil, ErrNoAudit
	}
	snapshot, err := readSnapshot(ctx, db, "snapshots WHERE snapshot_id = ?", r.Snapshot.SnapshotID)
	if err == nil && snapshot == nil { // it was forgotten
		snapshot, err = readSnapshot(ctx, db, "snapshot")
	}
	if err == nil && snapshot == nil {
		err = ErrNoSnapshot
	}
	if err != nil {
		return nil, err
	}
	r.Snapshot = *snapshot
	return r, nil
}

// Whole is all that is known of one finding.
type Whole struct {
	Registered
	Snapshot SnapshotRow
	History  []Change // oldest first
	Check    *Check   // nil: this hubgraph has no such check
}

// fingerprintPattern is a fingerprint, or so much of one that no other is meant.
var fingerprintPattern = regexp.MustCompile(`^[0-9a-f]{8,64}$`)

// ReadFinding reads one finding, which is named by the first digits of its fingerprint.
// It is ErrNoFinding where there is none, or where there are several.
func ReadFinding(ctx context.Context, db *sql.DB, fingerprint string) (*Whole, error) {
	name := strings.ToLower(fingerprint)
	if !fingerprintPattern.MatchString(name) {
		return nil, fmt.Errorf("%w: %q is no fingerprint: write its 64 hexadecimal digits, or at least the first 8", ErrNoFinding, fingerprint)
	}
	r, err := readRegister(ctx, db, time.Time{}, "starts_with(fingerprint, ?)", name)
	switch {
	case err != nil:
		return nil, err
	case len(r.Findings) == 0:
		return nil, fmt.Errorf("%w: no fingerprint begins with %q (`hubgraph findings --state all` lists all)", ErrNoFinding, fingerprint)
	case len(r.Findings) > 1:
		return nil, fmt.Errorf("%w: %d fingerprints begin with %q: write more of its digits", ErrNoFinding, len(r.Findings), fingerprint)
	}
	w := &Whole{Registered: r.Findings[0], Snapshot: r.Snapshot}
	query := `SELECT audit_id, snapshot_id, fingerprint, check_id, change, cause, "at" FROM finding_changes WHERE fingerprint = ? ORDER BY "at", audit_id`
	err = each(ctx, db, query, []any{w.Fingerprint}, func(rows *sql.Rows) error {
		var c Change
		err := rows.Scan(&c.AuditID, &c.SnapshotID, &c.Fingerprint, &c.CheckID, &c.Change, &c.Cause, &c.At)
		c.At = c.At.UTC()
		w.History = append(w.History, c)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the history of the finding: %w", err)
	}
	slices.SortStableFunc(w.History, func(a, b Change) int { return CompareIDs(a.AuditID, b.AuditID) })
	if checks, err := Select(w.CheckID); err == nil {
		w.Check = &checks[0]
	}
	return w, nil
}

// Query is SQL that shows the finding in the DuckDB file as its check finds it tonight.
func (w *Whole) Query() string {
	f, query := w.Finding, "FROM checks."+w.CheckID
	var all []string
	add := func(column string, typ *string, id *int64) {
		if typ != nil {
			all = append(all, column+"_type = '"+strings.ReplaceAll(*typ, "'", "''")+"'")
		}
		if id != nil {
			all = append(all, fmt.Sprintf("%s_id = %d", column, *id))
		}
	}
	if f.SubjectType != nil {
		add("subject", f.SubjectType, f.SubjectID)
	} else {
		add("from", f.FromType, f.FromID)
		add("to", f.ToType, f.ToID)
		if f.Category != nil && f.TypeID != nil {
			all = append(all, fmt.Sprintf("category = '%s' AND type_id = %d", *f.Category, *f.TypeID))
		}
	}
	if len(all) > 0 {
		query += " WHERE " + strings.Join(all, " AND ")
	}
	return query
}
