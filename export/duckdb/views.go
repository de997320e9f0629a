package duckdb

import (
	"context"
	"fmt"
	"strings"

	"hubgraph/queries"
)

// createViews makes a view of each model, of each check in the schema checks, and of
// each ordered pair of object types that has an association type or links.
func createViews(ctx context.Context, db asked, tables []load, settings []queries.Setting) error {
	taken := map[string]bool{}
	for _, t := range tables {
		taken[t.name] = true
	}
	for _, m := range queries.Models() {
		taken[m.Name] = true
		if err := execute(ctx, db, modelView(m)...); err != nil {
			return fmt.Errorf("view of the model %s: %w", m.Name, err)
		}
	}
	if err := execute(ctx, db, "CREATE SCHEMA checks"); err != nil {
		return err
	}
	for _, c := range queries.All() {
		statement := fmt.Sprintf("CREATE VIEW checks.%s AS\n%s;\nCOMMENT ON VIEW checks.%s IS %s",
			quote(c.ID), strings.TrimRight(c.QueryOf(settings), "; \n"), quote(c.ID), literal(c.Title+". "+c.Description))
		if err := execute(ctx, db, statement); err != nil {
			return fmt.Errorf("view of the check %s: %w", c.ID, err)
		}
	}
	pairs, err := readPairs(ctx, db)
	if err != nil {
		return fmt.Errorf("read the pairs of object types: %w", err)
	}
	for _, p := range pairs {
		name := p.view()
		for n := 2; taken[strings.ToLower(name)]; n++ { // DuckDB does not tell case apart
			name = fmt.Sprintf("%s_%d", p.view(), n)
		}
		taken[strings.ToLower(name)] = true
		if err := execute(ctx, db, p.statements(name)...); err != nil {
			return fmt.Errorf("view of the pair %s, %s: %w", p.from, p.to, err)
		}
	}
	return nil
}

// modelView are the statements that make a view of a model, or a table of one that is
// kept, and comment it.
func modelView(m queries.Model) []string {
	kind := "VIEW"
	if m.Kept {
		kind = "TABLE"
	}
	statements := []string{
		fmt.Sprintf("CREATE %s %s AS\n%s", kind, quote(m.Name), m.SQL),
		fmt.Sprintf("COMMENT ON %s %s IS %s", kind, quote(m.Name), literal(m.Description)),
	}
	for _, c := range m.Columns {
		statements = append(statements, fmt.Sprintf("COMMENT ON COLUMN %s.%s IS %s", quote(m.Name), quote(c.Name), literal(c.Comment)))
	}
	return statements
}

// pair is an ordered pair of object types, by their names in the tables and in
// the singular.
type pair struct {
	from, to, fromOne, toOne string
}

func readPairs(ctx context.Context, db asked) ([]pair, error) {
	rows, err := db.QueryContext(ctx, `
		SELECT a.from_type, a.to_type,
			coalesce(nullif(f.singular, ''), a.from_type),
			coalesce(nullif(t.singular, ''), a.to_type)
		FROM (
			SELECT from_type, to_type FROM association_types
			UNION SELECT s.from_type, s.to_type FROM association_stats s SEMI JOIN snapshot n ON n.snapshot_id = s.snapshot_id
		) a
		LEFT JOIN object_types f ON f.object_type = a.from_type
		LEFT JOIN object_types t ON t.object_type = a.to_type
		ORDER BY ALL`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var pairs []pair
	for rows.Next() {
		var p pair
		if err := rows.Scan(&p.from, &p.to, &p.fromOne, &p.toOne); err != nil {
			return nil, err
		}
		p.fromOne, p.toOne = withoutNUL(p.fromOne), withoutNUL(p.toOne)
		pairs = append(pairs, p)
	}
	return pairs, rows.Err()
}

// view is the name of the pair's view: deal_company.
func (p pair) view() string { return p.fromOne + "_" + p.toOne }

// statements create and comment the view: a row for each pair of records, so
// that a join with it never multiplies records by their labels.
func (p pair) statements(view string) []string {
	from, to := p.fromOne+"_id", p.toOne+"_id"
	if strings.EqualFold(from, to) {
		to = "to_" + to
	}
	statements := []string{fmt.Sprintf(`CREATE VIEW %s AS
SELECT
	a.from_id AS %s,
	a.to_id AS %s,
	coalesce(list(DISTINCT coalesce(a.label, t.label) ORDER BY coalesce(a.label, t.label)) FILTER (coalesce(a.label, t.label) IS NOT NULL), []) AS labels,
	coalesce(bool_or(t.is_primary), false) AS is_primary
FROM associations AS a
LEFT JOIN association_types AS t
	ON t.from_type = a.from_type AND t.to_type = a.to_type AND t.category = a.category AND t.type_id = a.type_id
WHERE a.from_type = %s AND a.to_type = %s
GROUP BY a.from_id, a.to_id`, quote(view), quote(from), quote(to), expression(p.from), expression(p.to))}
	statements = append(statements, fmt.Sprintf("COMMENT ON VIEW %s IS %s", quote(view),
		literal(fmt.Sprintf("Associations from %s to %s: one row for each pair of records, whatever its labels", p.from, p.to))))
	for _, c := range []struct{ name, comment string }{
		{from, "Record that lists the association, of the object type " + p.from},
		{to, "The other record, of the object type " + p.to},
		{"labels", "Labels of the association in this direction, in order; empty for a plain association"},
		{"is_primary", "One of its association types marks the primary record"},
	} {
		statements = append(statements, fmt.Sprintf("COMMENT ON COLUMN %s.%s IS %s", quote(view), quote(c.name), literal(c.comment)))
	}
	return statements
}
