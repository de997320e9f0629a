package repair

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"hubgraph/graphmodel"
	"hubgraph/internal/sqlrows"
	"hubgraph/queries"
)

// Source is the audit that a plan is made of.
type Source struct {
	PortalID   int64
	SnapshotID string
	BaselineID *string
	Findings   []queries.Finding // open ones, of checks that can be repaired
	DB         *sql.DB           // the audited snapshot: what the pairs have and are called is read there
}

// life is how long a plan may be applied.
const life = 24 * time.Hour

// New plans an operation for each finding that names the association types that
// are missing: its evidence "missing", a "CATEGORY:ID" or a list of them, is
// what the way back lacks. Where "inverse_unknown" lists types of the pair whose inverses
// are not known there is none: HubSpot may take what is written for the whole set, and
// these labels would go.
func New(ctx context.Context, s Source, now time.Time) (*Plan, error) {
	now = now.UTC().Truncate(time.Second)
	p := &Plan{PortalID: s.PortalID, SnapshotID: s.SnapshotID, BaselineID: s.BaselineID, CreatedAt: now, ExpiresAt: now.Add(life)}
	for _, f := range s.Findings {
		op, err := operation(f)
		if err != nil {
			return nil, fmt.Errorf("finding %s of %s: %w", f.Fingerprint, f.CheckID, err)
		}
		if len(op.Types) > 0 {
			p.Operations = append(p.Operations, op)
		}
	}
	present, err := presentTypes(ctx, s.DB, p.Operations)
	if err != nil {
		return nil, fmt.Errorf("read what the pairs have: %w", err)
	}
	if err := nameEnds(ctx, s.DB, p.Operations); err != nil {
		return nil, fmt.Errorf("read the names of the records: %w", err)
	}
	if err := labelTypes(ctx, s.DB, p.Operations); err != nil {
		return nil, fmt.Errorf("read the labels: %w", err)
	}
	for i := range p.Operations {
		op := &p.Operations[i]
		op.Before = Before{Forward: present[op.ends()], Inverse: present[op.ends().reversed()]}
		op.Reason = op.reason()
		op.require()
	}
	p.Seal()
	return p, nil
}

// operation turns the edge that a finding names around.
func operation(f queries.Finding) (Operation, error) {
	if f.FromType == nil || f.FromID == nil || f.ToType == nil || f.ToID == nil {
		return Operation{}, fmt.Errorf("names no edge")
	}
	types, err := missing(f.Evidence)
	return Operation{Action: Add, Class: Determined, Source: f.CheckID, Check: &f.CheckID, Fingerprint: &f.Fingerprint, Types: types,
		FromType: *f.ToType, FromID: *f.ToID, ToType: *f.FromType, ToID: *f.FromID}, err
}

func missing(evidence string) ([]Type, error) {
	var e struct {
		Missing json.RawMessage
		Unknown []string `json:"inverse_unknown"`
	}
	if err := json.Unmarshal([]byte(evidence), &e); err != nil || e.Missing == nil || len(e.Unknown) > 0 {
		return nil, err
	}
	var names []string
	if json.Unmarshal(e.Missing, &names) != nil {
		names = []string{""}
		if err := json.Unmarshal(e.Missing, &names[0]); err != nil {
			return nil, fmt.Errorf("evidence missing: %w", err)
		}
	}
	var types []Type
	for _, name := range names {
		category, id, _ := strings.Cut(name, ":")
		n, err := strconv.ParseInt(id, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("evidence missing: %q is no CATEGORY:ID", name)
		}
		types = append(types, Type{category, int32(n)})
	}
	return types, nil
}

// require demands what the operation rests on: that both records live, that the types are
// defined, and that the association that it mirrors is there.
func (o *Operation) require() {
	e := o.ends()
	o.Require = []Requirement{Live(e.from), Live(e.to)}
	for i, t := range o.Types {
		var label *string
		if i < len(o.Labels) && o.Labels[i] != "" {
			label = &o.Labels[i]
		}
		o.Require = append(o.Require, Defined(e.from.Type, e.to.Type, t, label), Lacks(e.from, e.to, &t))
	}
	for _, t := range o.Before.Inverse {
		o.Require = append(o.Require, Has(e.to, e.from, &t))
	}
}

func (o Operation) reason() string {
	if len(o.Before.Forward) == 0 {
		return fmt.Sprintf("%s lists %s, and is not listed there", o.to(), o.from())
	}
	return fmt.Sprintf("%s carries a label towards %s that is missing on the way back", o.to(), o.from())
}

// nameEnds fills in the names of the records, where they were read.
func nameEnds(ctx context.Context, db *sql.DB, ops []Operation) error {
	for chunk := range slices.Chunk(ops, 500) {
		var values []string
		var args []any
		for _, op := range chunk {
			values = append(values, "(?, ?::bigint), (?, ?::bigint)")
			args = append(args, op.FromType, op.FromID, op.ToType, op.ToID)
		}
		names := map[graphmodel.Key]string{}
		query := "SELECT object_type, object_id, name FROM objects SEMI JOIN (VALUES " + strings.Join(values, ", ") + `) w (type, id)
			ON w.type = object_type AND w.id = object_id WHERE name IS NOT NULL`
		err := sqlrows.Each(ctx, db, query, args, func(rows *sql.Rows) error {
			var k graphmodel.Key
			var name string
			err := rows.Scan(&k.Type, &k.ID, &name)
			names[k] = name
			return err
		})
		if err != nil {
			return err
		}
		for i := range chunk {
			chunk[i].FromName, chunk[i].ToName = names[chunk[i].ends().from], names[chunk[i].ends().to]
		}
	}
	return nil
}

// labelTypes fills in the labels of the types that are to be added.
func labelTypes(ctx context.Context, db *sql.DB, ops []Operation) error {
	if len(ops) == 0 {
		return nil
	}
	type key struct {
		from, to string
		Type
	}
	labels := map[key]string{}
	query := "SELECT from_type, to_type, category, type_id, label FROM association_types WHERE label IS NOT NULL"
	err := sqlrows.Each(ctx, db, query, nil, func(rows *sql.Rows) error {
		var k key
		var label string
		err := rows.Scan(&k.from, &k.to, &k.Category, &k.TypeID, &label)
		labels[k] = label
		return err
	})
	if err != nil {
		return err
	}
	for i := range ops {
		op := &ops[i]
		of := make([]string, len(op.Types))
		for n, t := range op.Types {
			of[n] = labels[key{op.FromType, op.ToType, t}]
		}
		if strings.Join(of, "") != "" {
			op.Labels = of
		}
	}
	return nil
}

// presentTypes reads the types between the ends of the operations, both ways.
func presentTypes(ctx context.Context, db *sql.DB, ops []Operation) (map[ends][]Type, error) {
	present := map[ends][]Type{}
	for chunk := range slices.Chunk(ops, 500) {
		var values []string
		var args []any
		for i := range chunk {
			for _, e := range []ends{chunk[i].ends(), chunk[i].ends().reversed()} {
				present[e] = []Type{} // a list in JSON, also where it is empty
				values = append(values, "(?, ?::bigint, ?, ?::bigint)")
				args = append(args, e.from.Type, e.from.ID, e.to.Type, e.to.ID)
			}
		}
		query := `
			WITH wanted (from_type, from_id, to_type, to_id) AS (SELECT DISTINCT * FROM (VALUES ` + strings.Join(values, ", ") + `))
			SELECT from_type, from_id, to_type, to_id, category, type_id
			FROM associations JOIN wanted USING (from_type, from_id, to_type, to_id)
			ORDER BY ALL`
		err := sqlrows.Each(ctx, db, query, args, func(rows *sql.Rows) error {
			var e ends
			var t Type
			err := rows.Scan(&e.from.Type, &e.from.ID, &e.to.Type, &e.to.ID, &t.Category, &t.TypeID)
			present[e] = append(present[e], t)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return present, nil
}
