package repair

import (
	"context"
	"database/sql"
	"slices"

	"hubgraph/hubspot"
)

// pairOf is an ordered pair of object types.
type pairOf struct{ from, to string }

// definition is what a snapshot knows of an association type.
type definition struct {
	Definition
	name      string // internal name, which both directions of a label share
	learned   bool   // the inverse was only learned from the links
	isDefault bool
	isPrimary bool
	most      int64 // records that one may have with it; 0: any number
	// once says that a record can have the type towards one record only: it is the mark of
	// the primary company, leads to the parent, or its limit is 1.
	once bool
}

func (d definition) typ() Type { return Type{d.Category, d.TypeID} }

// inverse is the inverse type; nil where it is not known.
func (d definition) inverse() *Type {
	if d.InverseCategory == nil || d.InverseTypeID == nil {
		return nil
	}
	return &Type{*d.InverseCategory, *d.InverseTypeID}
}

// definitions are the association types of ordered pairs of object types.
type definitions map[pairOf][]definition

// readDefinitions reads the association types of the snapshot, with how many links have
// each.
func (c *completion) readDefinitions(ctx context.Context) error {
	c.definitions = definitions{}
	const query = `
		SELECT d.from_type, d.to_type, d.category, d.type_id, d.label, d.inverse_category, d.inverse_type_id, coalesce(s.edges, 0),
			coalesce(d.name, ''), coalesce(d.inverse_source, '') = 'learned', d.is_default, d.is_primary, coalesce(d.max_to, 0)
		FROM association_types d
		LEFT JOIN (SELECT a.* FROM association_stats a SEMI JOIN snapshot n ON n.snapshot_id = a.snapshot_id) s
			ON s.from_type = d.from_type AND s.to_type = d.to_type AND s.category = d.category AND s.type_id = d.type_id
		ORDER BY ALL`
	return c.each(ctx, query, nil, func(rows *sql.Rows) error {
		var d definition
		err := rows.Scan(&d.FromType, &d.ToType, &d.Category, &d.TypeID, &d.Label, &d.InverseCategory, &d.InverseTypeID, &d.Links,
			&d.name, &d.learned, &d.isDefault, &d.isPrimary, &d.most)
		d.once = d.isPrimary && d.ToType == "companies" || d.most == 1 || single(d.FromType, d.ToType, d.typ())
		of := pairOf{d.FromType, d.ToType}
		c.definitions[of] = append(c.definitions[of], d)
		return err
	})
}

// define finds the definition of a type; nil where there is none.
func (all definitions) define(from, to string, t Type) *definition {
	list := all[pairOf{from, to}]
	if i := slices.IndexFunc(list, func(d definition) bool { return d.typ() == t }); i >= 0 {
		return &list[i]
	}
	return nil
}

// effectsDefined demands of the labels of users that come or go beside an operation that they
// have the texts that they have now.
func effectsDefined(effects []Row, label func(Row) string) []Requirement {
	var list []Requirement
	for _, r := range effects {
		if text := label(r); text != "" && r.Category != hubspot.HubSpotDefined {
			list = append(list, Defined(r.FromType, r.ToType, r.typ(), &text))
		}
	}
	return list
}

// label is the text of a row's type, as it is defined; empty: it has none.
func (all definitions) label(r Row) string {
	if d := all.define(r.FromType, r.ToType, r.typ()); d != nil {
		return textOf(d.Label)
	}
	return ""
}

// plain is the type of the plain association of a pair; nil where it has none.
func (all definitions) plain(from, to string) *Type {
	for _, d := range all[pairOf{from, to}] {
		if d.isDefault {
			t := d.typ()
			return &t
		}
	}
	return nil
}

// touched are the definitions of all pairs of object types that operations touch, both
// ways. Inverses that were learned are left out where they are not accepted.
func (c *completion) touched(p *Plan) []Definition {
	pairs := map[pairOf]bool{}
	var list []Definition
	for _, op := range p.Operations {
		for _, of := range []pairOf{{op.FromType, op.ToType}, {op.ToType, op.FromType}} {
			if pairs[of] {
				continue
			}
			pairs[of] = true
			for _, d := range c.definitions[of] {
				if d.learned && !c.options.AcceptLearned {
					d.InverseCategory, d.InverseTypeID = nil, nil
				}
				list = append(list, d.Definition)
			}
		}
	}
	return list
}
