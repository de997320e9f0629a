package queries

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// run reads the rows of the check's two queries. What is found has no place in life yet;
// the universe is that of the places that were judged.
func (c Check) run(ctx context.Context, from source, portal int64, judged func(place) bool) (found []Finding, universe *int64, err error) {
	if universe, err = c.count(ctx, from, judged); err != nil {
		return nil, nil, c.placed(fmt.Errorf("the universe: %w", err), from.universe, c.Universe, c.UniverseLine)
	}
	found, err = c.find(ctx, from, portal)
	return found, universe, c.placed(err, from.found, c.SQL, c.Line)
}

// find reads what is found.
func (c Check) find(ctx context.Context, from source, portal int64) (found []Finding, err error) {
	if from.found == "" {
		return nil, nil
	}
	rows, err := from.db.QueryContext(ctx, from.found)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	s, err := c.newScan(rows)
	if err != nil {
		return nil, err
	}
	identities := map[string]bool{}
	for rows.Next() {
		f, err := s.finding(rows)
		if err != nil {
			return nil, err
		}
		identity, err := c.identity(portal, f, nil)
		if err != nil {
			return nil, err
		}
		if identities[identity] {
			return nil, fmt.Errorf("two findings have the same %s: %s", strings.Join(c.Identity, ", "), f.Evidence)
		}
		identities[identity] = true
		f.Fingerprint = fingerprint(identity)
		found = append(found, f)
	}
	return found, rows.Err()
}

// count adds up the universe of the places that were judged; nil where it is not known.
func (c Check) count(ctx context.Context, from source, judged func(place) bool) (universe *int64, err error) {
	if from.universe == "" {
		return new(int64), nil
	}
	rows, err := from.db.QueryContext(ctx, from.universe)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	wide, seen := slices.ContainsFunc(c.Needs, Need.wide), false
	for rows.Next() {
		seen = true
		var at place
		var n *int64
		targets := []any{&at.from, &at.to, &n}
		switch {
		case len(columns) == 1:
			targets = targets[2:]
		case len(columns) == 2:
			targets = []any{&at.from, &n}
		}
		if err := rows.Scan(targets...); err != nil {
			return nil, err
		}
		if n == nil || wide && len(columns) > 1 && !judged(at) {
			continue
		}
		if universe == nil {
			universe = new(int64)
		}
		*universe += *n
	}
	switch {
	case rows.Err() != nil:
		return nil, rows.Err()
	case len(columns) > 1 && universe == nil: // no place has anything
		universe = new(int64)
	case len(columns) == 1 && !seen:
		return nil, errors.New("its query gives no row")
	}
	return universe, nil
}

// kept are the columns of findings that are the runner's to fill.
var kept = []string{"audit_id", "snapshot_id", "baseline_id", "check_id", "kind", "fingerprint", "state", "first_seen", "last_seen", "resolved_at",
	"first_audit_id", "last_audit_id", "waived_until", "waived_by", "waived_reason", "failed_at", "cause", "merged_into", "family", "family_rule", "evidence"}

// scan turns the rows of a check's query into findings.
type scan struct {
	check   Check
	columns []column
	values  []any
	targets []any
	packer  *packer
}

func (c Check) newScan(rows *sql.Rows) (*scan, error) {
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	s := &scan{check: c, values: make([]any, len(types)), packer: newPacker()}
	for i, t := range types {
		if slices.Contains(kept, t.Name()) {
			return nil, fmt.Errorf("column %s: hubgraph fills it itself", t.Name())
		}
		s.columns = append(s.columns, newColumn(t.Name(), t.DatabaseTypeName()))
		s.targets = append(s.targets, &s.values[i])
	}
	for _, name := range c.identityNames() {
		if !slices.ContainsFunc(s.columns, func(c column) bool { return c.name == name }) {
			return nil, fmt.Errorf("the identity names the column %s, which the query does not return", name)
		}
	}
	return s, nil
}

// identityNames are the columns that the identity is made of.
func (c Check) identityNames() []string {
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
	f.Evidence, err = s.packer.pack(evidenceColumns, evidenceValues)
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
	case "subject_name":
		f.SubjectName, err = textOf(v)
	case "amount":
		f.Amount, err = unscaled(v)
	case "currency":
		f.Currency, err = textOf(v)
	case "url":
		f.URL, err = textOf(v)
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
