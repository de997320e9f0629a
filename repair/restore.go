package repair

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"hubgraph/graphmodel"
	"hubgraph/internal/sqlrows"
	"hubgraph/queries"
)

// lostQuery gives the links that are gone, and those that lost labels, of records that
// live in both nights: one row a pair, with the types that it had and the records that came in
// place of a link.
const lostQuery = `
	SELECT 'edge_removed' AS check_id, l.from_type, l.from_id, l.to_type, l.to_id, array_to_string(l.types, ','),
		coalesce(array_to_string(l.replaced_by, ', '), '')
	FROM lost_links l
	UNION ALL
	SELECT 'edge_label_changed', c.from_type, c.from_id, c.to_type, c.to_id, array_to_string(c.removed, ','), ''
	FROM links_changed c
	WHERE c.removed IS NOT NULL
		AND (c.from_type > c.to_type OR c.from_type = c.to_type AND c.from_id < c.to_id
			OR NOT EXISTS (FROM links_changed r WHERE r.removed IS NOT NULL AND r.from_type = c.to_type AND r.from_id = c.to_id AND r.to_type = c.from_type AND r.to_id = c.from_id))
	ORDER BY ALL`

// restored proposes what an earlier night had: links that are gone and labels that were
// lost, under the ids of today. What was replaced in the same night is blocked, unless that
// is asked for, too.
func (c *completion) restored(ctx context.Context, s Source) ([]proposal, error) {
	o := c.options
	var night string
	if err := s.Night.QueryRowContext(ctx, "SELECT snapshot_id FROM baseline").Scan(&night); err != nil {
		return nil, err
	}
	prints := map[string]queries.Finding{}
	for _, f := range s.Findings {
		if f.FromType != nil && f.FromID != nil && f.ToType != nil && f.ToID != nil && f.Open() {
			prints[f.CheckID+ends{key(*f.FromType, *f.FromID), key(*f.ToType, *f.ToID)}.String()] = f
		}
	}
	var list []proposal
	err := sqlrows.Each(ctx, s.Night, lostQuery, nil, func(rows *sql.Rows) error {
		var check, types, replaced string
		var from, to graphmodel.Key
		if err := rows.Scan(&check, &from.Type, &from.ID, &to.Type, &to.ID, &types, &replaced); err != nil {
			return err
		}
		links := check == "edge_removed"
		if o.OnlyLinks && !links || o.OnlyLabels && links {
			return nil
		}
		op := adds(from, to, nil)
		op.Class, op.Source, op.labels, op.alone, op.labelled = Restored, "restore", map[Type]string{}, links, !links
		for name := range strings.SplitSeq(types, ",") {
			t, err := parseType(name)
			if err != nil {
				return err
			}
			op.Types = append(op.Types, t)
		}
		for _, e := range []ends{{from, to}, {to, from}} {
			if f, ok := prints[check+e.String()]; ok {
				op.Check, op.Fingerprint = &f.CheckID, &f.Fingerprint
			}
		}
		if links {
			op.also = []Requirement{Lacks(from, to, nil), Lacks(to, from, nil)}
			op.Reason = fmt.Sprintf("they were associated in the night of %s, and are not any more", night)
		} else {
			op.also = []Requirement{Has(from, to, nil)}
			op.Reason = fmt.Sprintf("their association had this label in the night of %s, and has not any more", night)
		}
		if replaced != "" && !o.IncludeReplaced {
			op.cause = replacedBy(from, replaced)
		}
		list = append(list, *op)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := c.addLinks(ctx, s.Night); err != nil {
		return nil, err
	}
	return list, addNight(ctx, s.Night, list)
}

// replacedBy says that what a record got came in place of what it lost.
func replacedBy(k graphmodel.Key, got string) string {
	return fmt.Sprintf("it was replaced in the same night: %s got %s; --include-replaced restores it all the same", k, got)
}

// relabeled says that the pair of a label that was lost has another label, on either end, that
// neither had in the night to restore from. A mark of the primary company and the plain
// association are no labels, and nor is what one end had alone and the other has now, too.
func (c *completion) relabeled(op *proposal) string {
	for _, e := range []ends{op.ends(), op.ends().reversed()} {
		var got []string
		for _, t := range c.present[e] {
			d := c.define(e.from.Type, e.to.Type, t)
			if d == nil || d.isPrimary || d.isDefault || slices.Contains(op.rows, e.row(t)) {
				continue
			}
			if inverse := d.inverse(); inverse != nil && slices.Contains(op.rows, e.reversed().row(*inverse)) {
				continue
			}
			got = append(got, cmp.Or(textOf(d.Label), t.String()))
		}
		if len(got) > 0 {
			return replacedBy(e.from, strings.Join(got, ", "))
		}
	}
	return ""
}

// addLinks counts the links of each type as the night had them, where it had more: what is
// put back is a share of these.
func (c *completion) addLinks(ctx context.Context, night *sql.DB) error {
	const query = "SELECT from_type, to_type, category, type_id, edges FROM association_stats a SEMI JOIN baseline b ON b.snapshot_id = a.snapshot_id"
	return sqlrows.Each(ctx, night, query, nil, func(rows *sql.Rows) error {
		var from, to string
		var t Type
		var links int64
		err := rows.Scan(&from, &to, &t.Category, &t.TypeID, &links)
		if d := c.define(from, to, t); d != nil {
			d.Links = max(d.Links, links)
		}
		return err
	})
}

// addNight adds what the night to restore from knew of the pairs: the texts of the types,
// and all rows that lay between the records.
func addNight(ctx context.Context, night *sql.DB, list []proposal) error {
	at := map[ends][]int{}
	for i, op := range list {
		at[op.ends()] = append(at[op.ends()], i)
	}
	texts := map[directed]string{}
	err := sqlrows.Each(ctx, night, "SELECT from_type, to_type, category, type_id, coalesce(label, '') FROM baseline_association_types", nil, func(rows *sql.Rows) error {
		var of directed
		var label string
		err := rows.Scan(&of.from, &of.to, &of.Category, &of.TypeID, &label)
		texts[of] = label
		return err
	})
	if err != nil {
		return err
	}
	for i := range list {
		op := &list[i]
		op.texts = texts
		for _, t := range op.Types {
			if label, ok := texts[directed{op.FromType, op.ToType, t}]; ok {
				op.labels[t] = label
			}
		}
	}
	// All rows that the pairs had, both ways; what they have still is no effect.
	const query = `
		WITH pair AS (
			SELECT from_type, from_id, to_type, to_id FROM lost_links
			UNION
			SELECT from_type, from_id, to_type, to_id FROM links_changed WHERE removed IS NOT NULL
		)
		SELECT DISTINCT e.from_type, e.from_id, e.to_type, e.to_id, e.category, e.type_id
		FROM earlier_associations e
		JOIN (FROM pair UNION SELECT to_type, to_id, from_type, from_id FROM pair) p
			ON p.from_type = e.from_type AND p.from_id = e.from_id AND p.to_type = e.to_type AND p.to_id = e.to_id
		ORDER BY ALL`
	return sqlrows.Each(ctx, night, query, nil, func(rows *sql.Rows) error {
		var r Row
		err := rows.Scan(&r.FromType, &r.FromID, &r.ToType, &r.ToID, &r.Category, &r.TypeID)
		for _, e := range []ends{r.ends(), r.ends().reversed()} {
			for _, i := range at[e] {
				if !slices.Contains(list[i].rows, r) {
					list[i].rows = append(list[i].rows, r)
				}
			}
		}
		return err
	})
}

// String names the two records.
func (e ends) String() string { return e.from.String() + " -> " + e.to.String() }
