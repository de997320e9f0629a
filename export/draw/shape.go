package draw

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"hubgraph/internal/sqlrows"
)

// readShape asks the DuckDB file for what the map shows.
func readShape(ctx context.Context, db *sql.DB) (*shape, error) {
	m := &shape{}
	err := db.QueryRowContext(ctx, `
		SELECT portal_id, (SELECT count(*) FROM objects WHERE seen AND NOT archived), (SELECT count(*) > 0 FROM baseline)
		FROM snapshot`).Scan(&m.portal, &m.records, &m.compared)
	if err != nil {
		return nil, fmt.Errorf("read the snapshot: %w", err)
	}
	for _, read := range []func(context.Context, *sql.DB) error{m.readKinds, m.readRelations, m.readLabels} {
		if err := read(ctx, db); err != nil {
			return nil, err
		}
	}
	for i := range m.relations {
		m.links += m.relations[i].links.now
		m.relations[i].keepLabels()
	}
	return m, nil
}

func (m *shape) readKinds(ctx context.Context, db *sql.DB) error {
	return sqlrows.Each(ctx, db, `
		WITH now AS (
			SELECT object_type, count(*) FILTER (seen AND NOT archived) AS records,
				count(*) FILTER (seen AND NOT archived AND degree = 0) AS orphans
			FROM objects GROUP BY object_type
		), before AS (
			SELECT object_type, count(*) FILTER (seen AND NOT archived) AS records FROM baseline_objects GROUP BY object_type
		), known AS (
			SELECT object_type FROM object_types UNION SELECT object_type FROM now UNION SELECT object_type FROM before
		)
		SELECT k.object_type, coalesce(t.type_id, ''), coalesce(t.custom, false),
			k.object_type IN (SELECT from_type FROM association_types),
			coalesce(n.records, 0), coalesce(b.records, 0), coalesce(n.orphans, 0)
		FROM known AS k
		LEFT JOIN object_types AS t USING (object_type)
		LEFT JOIN now AS n USING (object_type)
		LEFT JOIN before AS b USING (object_type)
		ORDER BY k.object_type`,
		nil, func(row *sql.Rows) error {
			var k kind
			err := row.Scan(&k.name, &k.typeID, &k.custom, &k.linkable, &k.records, &k.before, &k.orphans)
			m.kinds = append(m.kinds, k)
			return err
		})
}

// between turns rows of associations so that both directions of a link look
// alike, with ids that were merged since the baseline replaced.
const between = `
	SELECT least(from_type, to_type) AS a, greatest(from_type, to_type) AS b,
		CASE WHEN forward THEN f ELSE t END AS a_id, CASE WHEN forward THEN t ELSE f END AS b_id,
		forward, has_inverse, is_primary, label
	FROM (
		SELECT x.from_type, x.to_type, x.has_inverse, coalesce(d.is_primary, false) AS is_primary,
			coalesce(x.label, d.label, CASE WHEN d.is_primary THEN 'Primary' END) AS label,
			coalesce(m.current_id, x.from_id) AS f, coalesce(n.current_id, x.to_id) AS t,
			(x.from_type, f) <= (x.to_type, t) AS forward
		FROM %[1]sassociations AS x
		LEFT JOIN %[1]sassociation_types AS d
			ON d.from_type = x.from_type AND d.to_type = x.to_type AND d.category = x.category AND d.type_id = x.type_id
		LEFT JOIN id_alias AS m ON m.object_type = x.from_type AND m.old_id = x.from_id
		LEFT JOIN id_alias AS n ON n.object_type = x.to_type AND n.old_id = x.to_id
	)`

// readRelations counts the pairs of records that are linked, now and before.
func (m *shape) readRelations(ctx context.Context, db *sql.DB) error {
	err := sqlrows.Each(ctx, db, fmt.Sprintf(`
		WITH now AS (
			SELECT a, b, a_id, b_id, bool_or(forward) AS forward, bool_or(NOT forward OR a = b) AS back,
				count(*) FILTER (NOT has_inverse) AS missing, bool_or(is_primary) AS is_primary
			FROM (%s) GROUP BY a, b, a_id, b_id
		), before AS (
			SELECT DISTINCT a, b, a_id, b_id FROM (%s)
		)
		SELECT a, b, count(n.a_id), count(*) FILTER (o.a_id IS NULL), count(*) FILTER (n.a_id IS NULL),
			coalesce(bool_or(n.forward), false), coalesce(bool_or(n.back), false),
			coalesce(sum(n.missing), 0)::BIGINT, coalesce(bool_or(n.is_primary), false)
		FROM now AS n FULL JOIN before AS o USING (a, b, a_id, b_id)
		GROUP BY a, b ORDER BY a, b`, fmt.Sprintf(between, ""), fmt.Sprintf(between, "baseline_")),
		nil, func(row *sql.Rows) error {
			var r relation
			err := row.Scan(&r.a, &r.b, &r.links.now, &r.links.new, &r.links.lost, &r.forward, &r.back, &r.missing, &r.primary)
			m.relations = append(m.relations, r)
			return err
		})
	if err != nil {
		return err
	}
	return db.QueryRowContext(ctx, `
		SELECT count(*) FROM (
			SELECT least(from_type, to_type), greatest(from_type, to_type) FROM association_types
			EXCEPT SELECT least(from_type, to_type), greatest(from_type, to_type) FROM associations
			EXCEPT SELECT least(from_type, to_type), greatest(from_type, to_type) FROM baseline_associations
		)`).Scan(&m.unused)
}

// readLabels counts the pairs of records that carry each label, in either
// direction.
func (m *shape) readLabels(ctx context.Context, db *sql.DB) error {
	return sqlrows.Each(ctx, db, fmt.Sprintf(`
		WITH now AS (SELECT DISTINCT a, b, a_id, b_id, label FROM (%s) WHERE label IS NOT NULL),
			before AS (SELECT DISTINCT a, b, a_id, b_id, label FROM (%s) WHERE label IS NOT NULL)
		SELECT a, b, label, count(n.a_id), count(*) FILTER (o.a_id IS NULL), count(*) FILTER (n.a_id IS NULL)
		FROM now AS n FULL JOIN before AS o USING (a, b, a_id, b_id, label)
		GROUP BY a, b, label ORDER BY a, b, label`, fmt.Sprintf(between, ""), fmt.Sprintf(between, "baseline_")),
		nil, func(row *sql.Rows) error {
			var a, b string
			var l labelled
			if err := row.Scan(&a, &b, &l.label, &l.now, &l.new, &l.lost); err != nil {
				return err
			}
			i, found := slices.BinarySearchFunc(m.relations, [2]string{a, b}, func(r relation, key [2]string) int {
				return strings.Compare(r.a+"\x00"+r.b, key[0]+"\x00"+key[1])
			})
			if !found {
				return fmt.Errorf("label %q is on no link between %s and %s", l.label, a, b)
			}
			m.relations[i].labels = append(m.relations[i].labels, l)
			return nil
		})
}
