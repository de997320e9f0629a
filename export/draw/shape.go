package draw

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"hubgraph/internal/sentence"
	"hubgraph/internal/sqlrows"
	"hubgraph/queries"
)

// readShape asks the DuckDB file for what the map shows: each large table is read once.
func readShape(ctx context.Context, db *sql.DB, since string) (*shape, error) {
	m := &shape{since: since != ""}
	var baseline string
	err := db.QueryRowContext(ctx, `
		SELECT portal_id, coalesce((SELECT any_value(snapshot_id) FROM baseline), ''), (SELECT count(*) FROM (
			SELECT least(from_type, to_type), greatest(from_type, to_type) FROM association_types
			EXCEPT SELECT least(from_type, to_type), greatest(from_type, to_type) FROM association_stats WHERE edges > 0
		))
		FROM snapshot`).Scan(&m.portal, &baseline, &m.unused)
	if err != nil {
		return nil, fmt.Errorf("read the snapshot: %w", err)
	}
	if err := compares(since, baseline); err != nil {
		return nil, err
	}
	for _, read := range []func(context.Context, *sql.DB) error{m.readKinds, m.readRelations, m.readLabels, m.readResults, m.readFindings} {
		if err := read(ctx, db); err != nil {
			return nil, err
		}
	}
	if m.since {
		if err := m.readChanges(ctx, db); err != nil {
			return nil, err
		}
	}
	for i := range m.relations {
		m.relations[i].sortLabels()
	}
	return m, nil
}

// ErrNoBaseline: the night to compare with is not the baseline of the DuckDB file, or it
// has none.
var ErrNoBaseline = errors.New("the file does not compare with that night")

// compares looks whether a night, by its id, its date or the word baseline, is the one
// that the file compares with.
func compares(night, baseline string) error {
	switch date := strings.ReplaceAll(night, "-", ""); {
	case night == "":
		return nil
	case baseline == "":
		return sentence.New(ErrNoBaseline, "there is no earlier night to compare with: the DuckDB file has no baseline")
	case night == "baseline", night == baseline, len(date) == 8 && strings.HasPrefix(baseline, date):
		return nil
	}
	return sentence.New(ErrNoBaseline, "the DuckDB file compares with %s, not with %s: `hubgraph audit --baseline %s` makes it compare with that night", baseline, shown(night), shown(night))
}

func (m *shape) readKinds(ctx context.Context, db *sql.DB) error {
	before := "SELECT NULL AS object_type, 0 AS records WHERE false"
	if m.since {
		before = "SELECT object_type, count(*) FILTER (seen AND NOT archived) AS records FROM baseline_objects GROUP BY object_type"
	}
	return sqlrows.Each(ctx, db, `
		WITH now AS (
			SELECT object_type, count(*) FILTER (seen AND NOT archived) AS records,
				count(*) FILTER (seen AND NOT archived AND degree = 0) AS orphans
			FROM objects GROUP BY object_type
		), before AS (`+before+`), known AS (
			SELECT object_type FROM object_types UNION SELECT object_type FROM now UNION SELECT object_type FROM before
			UNION SELECT from_type FROM association_stats UNION SELECT to_type FROM association_stats
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

// readRelations counts the pairs of records that are linked. The rows of one pair follow
// each other in the file, so that a row that differs from the one before it begins a
// pair: that takes one scan, where grouping pairs by their ids takes the memory and
// the time of a sort. Rows are grouped by the hash of their two types, which costs half of
// what grouping by the texts does; the counts of the night say which types these are. That two pairs of
// records, or two of types, have the same hash happens once in ten billion billions. What lacks its way
// back is little, and counted beside it.
func (m *shape) readRelations(ctx context.Context, db *sql.DB) error {
	return sqlrows.Each(ctx, db, `
		WITH used AS (
			SELECT DISTINCT from_type, to_type FROM association_stats WHERE edges > 0
		), begun AS (
			SELECT types, count(*) AS pairs
			FROM (
				SELECT types, pair IS DISTINCT FROM lag(pair) OVER () AS first
				FROM (SELECT types, xor(types, hash(from_id, to_id)) AS pair FROM (SELECT from_id, to_id, hash(from_type, to_type) AS types FROM associations))
			)
			WHERE first
			GROUP BY types
		), counted AS (
			SELECT u.from_type, u.to_type, b.pairs FROM used AS u JOIN begun AS b ON b.types = hash(u.from_type, u.to_type)
		), alone AS (
			SELECT from_type, to_type, count(DISTINCT (from_id, to_id)) AS one_sided FROM associations WHERE NOT has_reverse GROUP BY ALL
		), half AS (
			SELECT from_type, to_type, count(*) FILTER (has_reverse) AS half_labelled FROM associations WHERE NOT has_inverse GROUP BY ALL
		), cell AS (
			SELECT c.from_type, c.to_type, c.pairs, coalesce(a.one_sided, 0) AS one_sided, coalesce(h.half_labelled, 0) AS half_labelled
			FROM counted AS c LEFT JOIN alone AS a USING (from_type, to_type) LEFT JOIN half AS h USING (from_type, to_type)
		), pair AS (
			SELECT DISTINCT least(from_type, to_type) AS a, greatest(from_type, to_type) AS b FROM used
		)
		SELECT p.a, p.b,
			coalesce(CASE WHEN p.a = p.b THEN (f.pairs + f.one_sided) // 2 WHEN f.pairs IS NULL THEN t.pairs ELSE f.pairs + coalesce(t.one_sided, 0) END, 0)::BIGINT,
			f.pairs IS NOT NULL, t.pairs IS NOT NULL,
			(coalesce(f.one_sided + f.half_labelled, 0) + CASE WHEN p.a = p.b THEN 0 ELSE coalesce(t.one_sided + t.half_labelled, 0) END)::BIGINT
		FROM pair AS p
		LEFT JOIN cell AS f ON f.from_type = p.a AND f.to_type = p.b
		LEFT JOIN cell AS t ON t.from_type = p.b AND t.to_type = p.a
		ORDER BY p.a, p.b`,
		nil, func(row *sql.Rows) error {
			var r relation
			err := row.Scan(&r.a, &r.b, &r.links, &r.forward, &r.back, &r.lacking)
			m.relations = append(m.relations, r)
			return err
		})
}

// readLabels reads how many associations carry each label.
func (m *shape) readLabels(ctx context.Context, db *sql.DB) error {
	return sqlrows.Each(ctx, db, `
		SELECT least(s.from_type, s.to_type) AS a, greatest(s.from_type, s.to_type) AS b,
			coalesce(d.label, CASE WHEN d.is_primary THEN 'Primary' END) AS label,
			max(CASE WHEN s.from_type = s.to_type AND d.inverse_category = d.category AND d.inverse_type_id = d.type_id THEN s.edges // 2 ELSE s.edges END), bool_or(d.is_primary)
		FROM association_stats AS s
		JOIN snapshot AS n USING (snapshot_id)
		JOIN association_types AS d USING (from_type, to_type, category, type_id)
		WHERE label IS NOT NULL AND s.edges > 0
		GROUP BY ALL ORDER BY ALL`,
		nil, func(row *sql.Rows) error {
			var a, b string
			var l labelled
			var primary bool
			if err := row.Scan(&a, &b, &l.label, &l.links, &primary); err != nil {
				return err
			}
			if r := m.relation(a, b); r != nil {
				r.labels = append(r.labels, l)
				r.primary = r.primary || primary
			}
			return nil
		})
}

// relation is that of two types, in any order.
func (m *shape) relation(a, b string) *relation {
	for i, r := range m.relations {
		if r.a == min(a, b) && r.b == max(a, b) {
			return &m.relations[i]
		}
	}
	return nil
}

// gradeOf orders severities in SQL, the worst first.
const gradeOf = `list_position(['critical', 'high', 'medium', 'low'], %s)`

// holder is the record whose money a finding names: the one that it is about, else the end that
// is a deal, else the one that the association starts from.
const holder = `CASE WHEN subject_id IS NOT NULL THEN concat_ws(':', subject_type, subject_id)
	WHEN to_type = 'deals' AND from_type IS DISTINCT FROM 'deals' THEN concat_ws(':', to_type, to_id)
	WHEN from_id IS NOT NULL THEN concat_ws(':', from_type, from_id)
	ELSE fingerprint END AS holder`

// sums adds up the money of some of the open findings, by columns and currency, the most first,
// in whole units. That of a record counts once: several checks find the same deal.
func sums(of, by string) string {
	return fmt.Sprintf(`
	SELECT %[1]s, list(CAST(CAST(round(total) AS DECIMAL(38, 0)) AS VARCHAR) || ' ' || currency ORDER BY total DESC, currency) AS money
	FROM (SELECT %[1]s, currency, sum(amount) AS total FROM (SELECT DISTINCT %[1]s, currency, amount, holder FROM %[2]s WHERE currency IS NOT NULL) GROUP BY ALL HAVING sum(amount) IS NOT NULL)
	GROUP BY %[1]s`, by, of)
}

// open are the findings that are open.
const open = `open AS NOT MATERIALIZED (SELECT *, ` + holder + ` FROM findings WHERE state <> 'resolved' AND merged_into IS NULL)`

// readResults reads what the newest audit of the snapshot came to, the worst check first.
func (m *shape) readResults(ctx context.Context, db *sql.DB) error {
	return sqlrows.Each(ctx, db, `
		WITH `+open+`, money AS (`+sums("open", "check_id")+`)
		SELECT r.title, r.severity, r.status, coalesce(r.violations, 0), array_to_string(coalesce(m.money, []), chr(10))
		FROM check_results AS r
		JOIN snapshot AS s USING (snapshot_id)
		LEFT JOIN money AS m USING (check_id)
		WHERE r.audit_id = (`+queries.NewestAudit()+`)
		ORDER BY `+fmt.Sprintf(gradeOf, "r.severity")+`, r.violations DESC NULLS LAST, r.check_id`,
		nil, func(row *sql.Rows) error {
			var r result
			var money string
			err := row.Scan(&r.title, &r.severity, &r.status, &r.found, &money)
			r.money = amounts(money)
			m.results = append(m.results, r)
			return err
		})
}

// readFindings reads the open findings by what they are about: the records of a type, or
// what links two types. They are counted by check first, of which there are few, and the
// distinct records beside it, by the hash of the place.
func (m *shape) readFindings(ctx context.Context, db *sql.DB) error {
	return sqlrows.Each(ctx, db, `
		WITH `+open+`, placed AS NOT MATERIALIZED (
			SELECT *, hash(subject_type, from_type, to_type) AS place
			FROM (
				SELECT check_id, severity, amount, currency, holder, coalesce(subject_id, from_id) AS record, subject_type,
					CASE WHEN subject_type IS NULL THEN least(from_type, to_type) END AS from_type,
					CASE WHEN subject_type IS NULL THEN greatest(from_type, to_type) END AS to_type
				FROM open
			)
		), money AS (`+sums("placed", "place")+`), checked AS (
			SELECT place, subject_type, from_type, to_type, check_id, count(*) AS n, count(*) FILTER (severity = 'critical') AS critical FROM placed GROUP BY ALL
		), known AS (
			SELECT place, count(DISTINCT record) AS records FROM placed GROUP BY place
		), titles AS (
			SELECT check_id, arg_max(title, audit_id) AS title FROM check_results GROUP BY check_id
		)
		SELECT coalesce(c.subject_type, ''), coalesce(c.from_type, ''), coalesce(c.to_type, ''), sum(c.n)::BIGINT, sum(c.critical)::BIGINT,
			k.records, array_to_string(coalesce(m.money, []), chr(10)), string_agg(c.n::VARCHAR || ' × ' || coalesce(t.title, c.check_id), chr(10) ORDER BY c.n DESC, c.check_id)
		FROM checked AS c
		JOIN known AS k USING (place)
		LEFT JOIN money AS m USING (place)
		LEFT JOIN titles AS t USING (check_id)
		GROUP BY 1, 2, 3, k.records, m.money ORDER BY 1, 2, 3`,
		nil, func(row *sql.Rows) error {
			var subject, from, to, money, checks string
			var f findings
			if err := row.Scan(&subject, &from, &to, &f.count, &f.critical, &f.records, &money, &checks); err != nil {
				return err
			}
			f.money, f.checks = amounts(money), strings.Split(checks, "\n")
			m.blame(subject, from, to, f)
			return nil
		})
}

// blame puts findings where they belong: to the type that they are about, else to the
// pair, else to the type that they begin at.
func (m *shape) blame(subject, from, to string, f findings) {
	if subject == "" && to != "" {
		if r := m.relation(from, to); r != nil {
			r.found.add(f)
			return
		}
	}
	if subject == "" {
		subject = from
	}
	for i := range m.kinds {
		if m.kinds[i].name == subject {
			m.kinds[i].found.add(f)
		}
	}
}

func (f *findings) add(more findings) {
	f.count, f.critical, f.records = f.count+more.count, f.critical+more.critical, f.records+more.records
	f.checks = append(f.checks, more.checks...)
	f.money = append(f.money, more.money...)
}

// amounts reads sums of money, one a line, and writes them for people.
func amounts(lines string) []string {
	var all []string
	for line := range strings.Lines(lines) {
		sum, currency, _ := strings.Cut(strings.TrimSpace(line), " ")
		all = append(all, apart(sum)+" "+shortened(currency, 3))
	}
	return all
}

// between turns rows of associations so that both directions of a link look
// alike, with ids that were merged since the baseline replaced.
const between = `
	SELECT DISTINCT least(from_type, to_type) AS a, greatest(from_type, to_type) AS b,
		CASE WHEN forward THEN f ELSE t END AS a_id, CASE WHEN forward THEN t ELSE f END AS b_id
	FROM (
		SELECT x.from_type, x.to_type, coalesce(m.current_id, x.from_id) AS f, coalesce(n.current_id, x.to_id) AS t,
			(x.from_type, f) <= (x.to_type, t) AS forward
		FROM %sassociations AS x
		LEFT JOIN id_alias AS m ON m.object_type = x.from_type AND m.old_id = x.from_id
		LEFT JOIN id_alias AS n ON n.object_type = x.to_type AND n.old_id = x.to_id
	)`

// readChanges counts the pairs of records that are linked in one of the two nights only.
func (m *shape) readChanges(ctx context.Context, db *sql.DB) error {
	return sqlrows.Each(ctx, db, fmt.Sprintf(`
		WITH now AS (%s), before AS (%s)
		SELECT a, b, count(*) FILTER (o.a_id IS NULL), count(*) FILTER (n.a_id IS NULL)
		FROM now AS n FULL JOIN before AS o USING (a, b, a_id, b_id)
		WHERE o.a_id IS NULL OR n.a_id IS NULL
		GROUP BY a, b ORDER BY a, b`, fmt.Sprintf(between, ""), fmt.Sprintf(between, "baseline_")),
		nil, func(row *sql.Rows) error {
			var a, b string
			var gained, lost int64
			if err := row.Scan(&a, &b, &gained, &lost); err != nil {
				return err
			}
			if r := m.relation(a, b); r != nil {
				r.gained, r.lost = gained, lost
			}
			return nil
		})
}
