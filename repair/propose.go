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
	"hubgraph/queries"
)

// Source is the audit that a plan is made of.
type Source struct {
	PortalID   int64
	SnapshotID string
	BaselineID *string
	Findings   []queries.Finding // open ones, of checks that can be repaired
	DB         *sql.DB           // the audited snapshot: its table associations is read
}

// New plans an operation for each finding that names the association types that
// are missing: its evidence "missing", a "CATEGORY:ID" or a list of them, is
// what the way back lacks. Where "inverse_unknown" lists types of the pair whose inverses
// are not known there is none: HubSpot may take what is written for the whole set, and
// these labels would go.
func New(ctx context.Context, s Source, now time.Time) (*Plan, error) {
	now = now.UTC().Truncate(time.Second)
	p := &Plan{Schema: Schema, PortalID: s.PortalID, SnapshotID: s.SnapshotID, BaselineID: s.BaselineID,
		CreatedAt: now, ExpiresAt: now.Add(Life), Operations: []Operation{}}
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
	for i := range p.Operations {
		op := &p.Operations[i]
		op.Before = Before{Forward: present[op.ends()], Inverse: present[op.ends().reversed()]}
		op.Reason = op.reason()
	}
	p.seal()
	return p, nil
}

// operation turns the edge that a finding names around.
func operation(f queries.Finding) (Operation, error) {
	if f.FromType == nil || f.FromID == nil || f.ToType == nil || f.ToID == nil {
		return Operation{}, fmt.Errorf("names no edge")
	}
	types, err := missing(f.Evidence)
	return Operation{Check: f.CheckID, Fingerprint: f.Fingerprint, Types: types,
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

// ends are the two records of an operation, in its direction.
type ends struct{ from, to graphmodel.Key }

func (e ends) reversed() ends { return ends{e.to, e.from} }

func (o Operation) ends() ends {
	return ends{graphmodel.Key{Type: o.FromType, ID: o.FromID}, graphmodel.Key{Type: o.ToType, ID: o.ToID}}
}

func (o Operation) reason() string {
	if len(o.Before.Forward) == 0 {
		return fmt.Sprintf("%s lists %s, and is not listed there", o.ends().to, o.ends().from)
	}
	return fmt.Sprintf("%s carries a label towards %s that is missing on the way back", o.ends().to, o.ends().from)
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
		rows, err := db.QueryContext(ctx, `
			WITH wanted (from_type, from_id, to_type, to_id) AS (SELECT DISTINCT * FROM (VALUES `+strings.Join(values, ", ")+`))
			SELECT from_type, from_id, to_type, to_id, category, type_id
			FROM associations JOIN wanted USING (from_type, from_id, to_type, to_id)
			ORDER BY ALL`, args...)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var e ends
			var t Type
			if err := rows.Scan(&e.from.Type, &e.from.ID, &e.to.Type, &e.to.ID, &t.Category, &t.TypeID); err != nil {
				return nil, err
			}
			present[e] = append(present[e], t)
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	return present, nil
}
