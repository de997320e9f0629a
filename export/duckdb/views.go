package duckdb

import (
	"context"
	"fmt"
	"strings"

	"hubgraph/queries"
)

// createPairs makes a view of each ordered pair of object types that has an association
// type or links.
func createPairs(ctx context.Context, db asked, tables []load) error {
	taken := map[string]bool{}
	for _, t := range tables {
		taken[t.name] = true
	}
	for _, m := range queries.Models() {
		taken[m.Name] = true
	}
	views, err := namedViews()
	if err != nil {
		return err
	}
	for _, v := range views {
		taken[v.Name] = true
	}
	pairs, err := readPairs(ctx, db)
	if err != nil {
		return fmt.Errorf("read the pairs of object types: %w", err)
	}
	source, err := currentRows(ctx, db)
	if err != nil {
		return fmt.Errorf("look for associations under merged ids: %w", err)
	}
	for _, p := range pairs {
		name := p.view()
		for n := 2; taken[strings.ToLower(name)]; n++ { // to DuckDB names that differ in case are one
			name = fmt.Sprintf("%s_%d", p.view(), n)
		}
		taken[strings.ToLower(name)] = true
		if err := execute(ctx, db, p.statements(name, source)...); err != nil {
			return fmt.Errorf("view of the pair %s, %s: %w", p.from, p.to, err)
		}
	}
	return nil
}

// modelView are the statements that make a view of a model, or a table without rows of one
// that is kept, and comment it.
func modelView(m queries.Model) []string {
	kind, rows := "VIEW", ""
	if m.Kept {
		kind, rows = "TABLE", "\nWITH NO DATA"
	}
	statements := []string{
		fmt.Sprintf("CREATE %s %s AS\n%s%s", kind, quote(m.Name), m.SQL, rows),
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

// currentRows is what holds the associations between live records under the ids of
// today: the table itself where no record was merged and the format is today's, as the
// model costs more to plan and to read.
func currentRows(ctx context.Context, db asked) (source string, err error) {
	const own = "(FROM associations WHERE live)"
	rows, err := db.QueryContext(ctx, "SELECT (SELECT count(*) FROM current_associations) = (SELECT count(*) FROM "+own+")")
	if err != nil {
		return "", err
	}
	defer rows.Close()
	same := false
	for rows.Next() {
		if err := rows.Scan(&same); err != nil {
			return "", err
		}
	}
	if same {
		return own, rows.Err()
	}
	return "current_associations", rows.Err()
}

// statements create and comment the view: a row for each pair of live records, so
// that a join with it never multiplies records by their labels.
func (p pair) statements(view, source string) []string {
	from, to := p.fromOne, p.toOne
	if strings.EqualFold(from, to) {
		to = "to_" + to
	}
	columns := []struct{ value, name, comment string }{
		{"l.from_id", from + "_id", "Record that lists the association, of the object type " + p.from},
		{"f.name", from + "_name", "Its name; null for people, unless names were asked for"},
		{"l.to_id", to + "_id", "The other record, of the object type " + p.to},
		{"t.name", to + "_name", "Its name; null for people, unless names were asked for"},
		{"l.labels", "labels", "Labels of the association in this direction, in order; empty for a plain association"},
		{"l.is_primary", "is_primary", "One of its association types marks the primary record"},
		{"f.url", from + "_url", "The record that lists the association, in HubSpot"},
		{"t.url", to + "_url", "The other record in HubSpot"},
	}
	var selected, comments []string
	for _, c := range columns {
		selected = append(selected, c.value+" AS "+quote(c.name))
		comments = append(comments, fmt.Sprintf("COMMENT ON COLUMN %s.%s IS %s", quote(view), quote(c.name), literal(c.comment)))
	}
	return append([]string{fmt.Sprintf(`CREATE VIEW %[1]s AS
SELECT
	%[2]s
FROM (
	SELECT
		a.from_id,
		a.to_id,
		coalesce(list(DISTINCT coalesce(a.label, d.label) ORDER BY coalesce(a.label, d.label)) FILTER (coalesce(a.label, d.label) IS NOT NULL), []) AS labels,
		coalesce(bool_or(d.is_primary), false) AS is_primary
	FROM %[3]s AS a
	LEFT JOIN association_types AS d
		ON d.from_type = a.from_type AND d.to_type = a.to_type AND d.category = a.category AND d.type_id = a.type_id
	WHERE a.from_type = %[4]s AND a.to_type = %[5]s
	GROUP BY a.from_id, a.to_id
) AS l
LEFT JOIN objects AS f
	ON f.object_type = %[4]s AND f.object_id = l.from_id
LEFT JOIN objects AS t
	ON t.object_type = %[5]s AND t.object_id = l.to_id`, quote(view), strings.Join(selected, ",\n\t"), source, expression(p.from), expression(p.to)),
		fmt.Sprintf("COMMENT ON VIEW %s IS %s", quote(view),
			literal(fmt.Sprintf("Associations from %s to %s between live records, under the ids after merges: one row for each pair of records, whatever its labels", p.from, p.to))),
	}, comments...)
}
