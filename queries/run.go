package queries

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// run asks the check's two queries. The findings have no state yet.
func (c Check) run(ctx context.Context, db *sql.DB, portal int64, _ unread) (found []Finding, universe *int64, err error) {
	if universe, err = c.count(ctx, db); err != nil {
		return nil, nil, fmt.Errorf("the universe: %w", err)
	}
	rows, err := db.QueryContext(ctx, c.SQL)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	s, err := c.newScan(rows, portal)
	if err != nil {
		return nil, nil, err
	}
	fingerprints := map[string]bool{}
	for rows.Next() {
		f, err := s.finding(rows)
		if err != nil {
			return nil, nil, err
		}
		if fingerprints[f.Fingerprint] {
			return nil, nil, fmt.Errorf("two findings have the same %s: %s", strings.Join(c.Identity, ", "), f.Evidence)
		}
		fingerprints[f.Fingerprint] = true
		found = append(found, f)
	}
	return found, universe, rows.Err()
}

// count asks how many could have been found: one number, which may be null where it
// is not known, or one for each cell, in the last column, which it adds up.
func (c Check) count(ctx context.Context, db *sql.DB) (universe *int64, err error) {
	rows, err := db.QueryContext(ctx, c.Universe)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	byCell := len(columns) > 1
	var sum int64
	counted := 0
	for ; rows.Next(); counted++ {
		targets := make([]any, len(columns))
		for i := range targets {
			targets[i] = new(any)
		}
		var n *int64
		targets[len(targets)-1] = &n
		if err := rows.Scan(targets...); err != nil {
			return nil, err
		}
		if n == nil && !byCell {
			return nil, rows.Err()
		}
		if n == nil {
			return nil, fmt.Errorf("a cell has no number")
		}
		sum += *n
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if !byCell && counted != 1 {
		return nil, fmt.Errorf("it gives %d numbers: write one, or the columns of a cell before each", counted)
	}
	return &sum, nil
}

// kept are the columns of findings that are the runner's to fill.
var kept = []string{"audit_id", "snapshot_id", "check_id", "fingerprint", "state", "first_seen", "last_seen", "evidence"}

// scan turns the rows of a check's query into findings.
type scan struct {
	check    Check
	portal   int64
	columns  []column
	identity []int // columns that the fingerprint is made of
	values   []any
	targets  []any
	packer   *packer
}

func (c Check) newScan(rows *sql.Rows, portal int64) (*scan, error) {
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	s := &scan{check: c, portal: portal, values: make([]any, len(types)), packer: newPacker()}
	for i, t := range types {
		if slices.Contains(kept, t.Name()) {
			return nil, fmt.Errorf("column %s: hubgraph fills it itself", t.Name())
		}
		s.columns = append(s.columns, newColumn(t.Name(), t.DatabaseTypeName()))
		s.targets = append(s.targets, &s.values[i])
	}
	for _, name := range c.identity() {
		at := slices.IndexFunc(s.columns, func(c column) bool { return c.name == name })
		if at < 0 {
			return nil, fmt.Errorf("the identity names the column %s, which the query does not return", name)
		}
		s.identity = append(s.identity, at)
	}
	return s, nil
}

// identity names the columns that the fingerprint is made of.
func (c Check) identity() []string {
	if slices.Contains(c.Identity, Ends) {
		return []string{"from_type", "from_id", "to_type", "to_id"}
	}
	return c.Identity
}

// finding reads a row.
func (s *scan) finding(rows *sql.Rows) (Finding, error) {
	f := Finding{CheckID: s.check.ID, Severity: s.check.Severity}
	if err := rows.Scan(s.targets...); err != nil {
		return f, err
	}
	var evidenceColumns []column
	var evidenceValues []any
	for i, c := range s.columns {
		own, err := f.set(c.name, s.values[i])
		if err != nil {
			return f, fmt.Errorf("column %s: %w", c.name, err)
		}
		if !own {
			evidenceColumns = append(evidenceColumns, c)
			evidenceValues = append(evidenceValues, s.values[i])
		}
	}
	var err error
	if f.Evidence, err = s.packer.pack(evidenceColumns, evidenceValues); err != nil {
		return f, err
	}
	f.Fingerprint, err = s.fingerprint()
	return f, err
}

// set fills one of the columns of findings, and reports whether it is one.
func (f *Finding) set(name string, v any) (own bool, err error) {
	switch name {
	case "severity":
		var text *string
		if text, err = textOf(v); err == nil && text != nil {
			f.Severity, err = ParseSeverity(*text)
		}
	case "subject_type":
		f.SubjectType, err = textOf(v)
	case "subject_id":
		f.SubjectID, err = idOf[int64](v)
	case "from_type":
		f.FromType, err = textOf(v)
	case "from_id":
		f.FromID, err = idOf[int64](v)
	case "to_type":
		f.ToType, err = textOf(v)
	case "to_id":
		f.ToID, err = idOf[int64](v)
	case "category":
		f.Category, err = textOf(v)
	case "type_id":
		f.TypeID, err = idOf[int32](v)
	default:
		return false, nil
	}
	return true, err
}

func textOf(v any) (*string, error) {
	if v == nil {
		return nil, nil
	}
	text, ok := v.(string)
	if !ok {
		return nil, fmt.Errorf("it must be text, and is %T", v)
	}
	return &text, nil
}

func idOf[Int int32 | int64](v any) (*Int, error) {
	var id Int
	switch v := v.(type) {
	case nil:
		return nil, nil
	case int32:
		id = Int(v)
	case int64:
		if id = Int(v); int64(id) != v {
			return nil, fmt.Errorf("%d is too large", v)
		}
	default:
		return nil, fmt.Errorf("it must be a whole number, and is %T", v)
	}
	return &id, nil
}

// fingerprint is the identity of a finding for ever: it hangs on the portal, the
// check and the identity columns, and on nothing that a new night, a new name or
// another engine would change.
func (s *scan) fingerprint() (string, error) {
	values := make([]string, len(s.identity))
	for i, at := range s.identity {
		var err error
		if values[i], err = s.packer.one(s.columns[at], s.values[at]); err != nil {
			return "", err
		}
	}
	var text strings.Builder
	fmt.Fprintf(&text, "portal=%d\ncheck=%s\n", s.portal, s.check.ID)
	if slices.Contains(s.check.Identity, Ends) {
		a, b := values[0]+":"+values[1], values[2]+":"+values[3]
		fmt.Fprintf(&text, "end=%s\nend=%s\n", min(a, b), max(a, b))
	} else {
		for i, at := range s.identity {
			fmt.Fprintf(&text, "%s=%s\n", s.columns[at].name, values[i])
		}
	}
	sum := sha256.Sum256([]byte(text.String()))
	return hex.EncodeToString(sum[:]), nil
}
