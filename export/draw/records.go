package draw

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"hubgraph/internal/sentence"
	"hubgraph/internal/sqlrows"
)

// Key names a record.
type Key struct {
	Type string
	ID   int64
}

// String is the key as people write it: deals:123.
func (k Key) String() string { return k.Type + ":" + strconv.FormatInt(k.ID, 10) }

func compareKeys(a, b Key) int {
	return cmp.Or(strings.Compare(a.Type, b.Type), cmp.Compare(a.ID, b.ID))
}

// ErrNoRecord: what was to be drawn is not in the snapshot.
var ErrNoRecord = errors.New("there is no such record")

// record is a record as it is drawn.
type record struct {
	key               Key
	typeID, singular  string
	custom            bool
	known             bool // there is a row of it: an end of an association has one, too
	seen, archived    bool
	name, url, stage  string
	amount, currency  string
	findings          int64
	severity          string // of the worst finding
	component, degree int64
}

// find looks up what a person writes for a record: TYPE:ID, with the type by its name, in
// the singular, as people in the portal call it, or by HubSpot's id. A record that was
// merged away is the one that it was merged into.
func find(ctx context.Context, db *sql.DB, text string) (Key, error) {
	at := strings.LastIndex(text, ":")
	id, err := strconv.ParseInt(text[at+1:], 10, 64)
	if at <= 0 || err != nil {
		return Key{}, sentence.New(ErrNoRecord, "%q names no record: write TYPE:ID, such as deals:123", shown(text))
	}
	asked := strings.TrimSpace(text[:at])
	k := Key{ID: id}
	var names []string
	err = sqlrows.Each(ctx, db, `SELECT object_type, lower($1) IN (lower(object_type), lower(type_id), lower(singular), lower(coalesce(label, ''))) FROM object_types ORDER BY object_type`,
		[]any{asked}, func(row *sql.Rows) error {
			var name string
			var matches bool
			err := row.Scan(&name, &matches)
			if names = append(names, shown(name)); matches && k.Type == "" || name == asked {
				k.Type = name
			}
			return err
		})
	if err != nil {
		return Key{}, err
	}
	if k.Type == "" {
		return Key{}, sentence.New(ErrNoRecord, "the snapshot has no object type %q: there are %s", shown(asked), strings.Join(names, ", "))
	}
	var snapshot string
	var there bool
	err = db.QueryRowContext(ctx, `
		WITH id AS (SELECT coalesce((SELECT any_value(current_id) FROM id_alias WHERE object_type = $1 AND old_id = $2), $2) AS id)
		SELECT s.snapshot_id, id.id, EXISTS (SELECT 1 FROM objects WHERE object_type = $1 AND object_id = id.id)
		FROM id, snapshot AS s`, k.Type, id).Scan(&snapshot, &k.ID, &there)
	if err != nil {
		return Key{}, fmt.Errorf("look up the record: %w", err)
	}
	if !there {
		return Key{}, sentence.New(ErrNoRecord, "%s is not in the snapshot %s: look it up with `hubgraph sql \"SELECT object_id, name FROM objects WHERE object_type = …\"`", shown(Key{k.Type, id}.String()), snapshot)
	}
	return k, nil
}

// values writes keys as rows of SQL. Names of types are the portal's, and go as
// parameters; $1 is the first.
func values(keys []Key, column string) (text string, args []any) {
	places := map[string]int{}
	var rows strings.Builder
	for _, k := range keys {
		if places[k.Type] == 0 {
			args = append(args, k.Type)
			places[k.Type] = len(args)
		}
		if rows.Len() > 0 {
			rows.WriteString(", ")
		}
		fmt.Fprintf(&rows, "($%d::VARCHAR, %d::BIGINT%s)", places[k.Type], k.ID, column)
	}
	return "VALUES " + rows.String(), args
}

// describe reads what is shown of records. All that are asked for come back, also those
// that have no rows.
func describe(ctx context.Context, db *sql.DB, keys []Key) (map[Key]*record, error) {
	records := map[Key]*record{}
	if len(keys) == 0 {
		return records, nil
	}
	rows, args := values(keys, "")
	err := sqlrows.Each(ctx, db, `
		WITH k(t, i) AS (`+rows+`), `+open+`, about AS (
			SELECT k.t, k.i, o.severity FROM k JOIN open AS o ON o.subject_type = k.t AND o.subject_id = k.i
			UNION ALL SELECT k.t, k.i, o.severity FROM k JOIN open AS o ON o.from_type = k.t AND o.from_id = k.i AND o.subject_id IS NULL
			UNION ALL SELECT k.t, k.i, o.severity FROM k JOIN open AS o ON o.to_type = k.t AND o.to_id = k.i AND o.subject_id IS NULL
		), found AS (SELECT t, i, count(*) AS n, arg_min(severity, `+fmt.Sprintf(gradeOf, "severity")+`) AS worst FROM about GROUP BY t, i)
		SELECT k.t, k.i, coalesce(y.type_id, ''), coalesce(y.singular, k.t), coalesce(y.custom, false), o.object_id IS NOT NULL, coalesce(o.seen, false), coalesce(o.archived, false),
			coalesce(o.name, ''), coalesce(o.url, ''), coalesce(p.stage_name, o.stage_id, ''),
			coalesce(CAST(CAST(round(o.amount) AS DECIMAL(38, 0)) AS VARCHAR), ''), coalesce(o.currency, ''), coalesce(f.n, 0), coalesce(f.worst, ''),
			coalesce(o.component, 0), coalesce(o.degree, 0)
		FROM k
		LEFT JOIN objects AS o ON o.object_type = k.t AND o.object_id = k.i
		LEFT JOIN object_types AS y ON y.object_type = k.t
		LEFT JOIN pipelines AS p ON p.object_type = k.t AND p.pipeline_id = o.pipeline_id AND p.stage_id = o.stage_id
		LEFT JOIN found AS f ON f.t = k.t AND f.i = k.i`,
		args, func(row *sql.Rows) error {
			var r record
			err := row.Scan(&r.key.Type, &r.key.ID, &r.typeID, &r.singular, &r.custom, &r.known, &r.seen, &r.archived, &r.name, &r.url, &r.stage,
				&r.amount, &r.currency, &r.findings, &r.severity, &r.component, &r.degree)
			records[r.key] = &r
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("read the records: %w", err)
	}
	return records, nil
}

// tie is all that links two records: each association type of both directions. a comes
// before b.
type tie struct {
	a, b           Key
	forward, back  bool     // a lists b; b lists a
	halfAB, halfBA bool     // listed by one end, and the other was read and does not list it
	labels         []string // as a lists b
	answers        []string // as b lists a
	unanswered     []string // labels whose counterpart is missing
	primary        bool
}

// aliases widens rows of keys, called k, to the ids that were merged into them.
const aliases = `w AS (
	SELECT t, i, i AS now FROM k
	UNION ALL SELECT k.t, a.old_id, k.i FROM k JOIN id_alias AS a ON a.object_type = k.t AND a.current_id = k.i
)`

// tiesAmong reads what links records of a set to each other, sorted.
func tiesAmong(ctx context.Context, db *sql.DB, keys []Key) ([]*tie, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	rows, args := values(keys, "")
	ties := map[[2]Key]*tie{}
	err := sqlrows.Each(ctx, db, `
		WITH k(t, i) AS (`+rows+`), `+aliases+`
		SELECT x.from_type, f.now, x.to_type, t.now, coalesce(x.label, d.label, ''), coalesce(d.is_primary, false),
			coalesce(x.has_reverse, true), coalesce(x.has_inverse, true)
		FROM associations AS x
		JOIN w AS f ON f.t = x.from_type AND f.i = x.from_id
		JOIN w AS t ON t.t = x.to_type AND t.i = x.to_id
		LEFT JOIN association_types AS d ON d.from_type = x.from_type AND d.to_type = x.to_type AND d.category = x.category AND d.type_id = x.type_id
		ORDER BY ALL`,
		args, func(row *sql.Rows) error {
			var from, to Key
			var label string
			var primary, reverse, inverse bool
			if err := row.Scan(&from.Type, &from.ID, &to.Type, &to.ID, &label, &primary, &reverse, &inverse); err != nil {
				return err
			}
			at := [2]Key{from, to}
			if compareKeys(from, to) > 0 {
				at = [2]Key{to, from}
			}
			if ties[at] == nil {
				ties[at] = &tie{a: at[0], b: at[1]}
			}
			ties[at].add(from == at[0], label, primary, reverse, inverse)
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("read the associations: %w", err)
	}
	return slices.SortedFunc(maps.Values(ties), func(a, b *tie) int { return cmp.Or(compareKeys(a.a, b.a), compareKeys(a.b, b.b)) }), nil
}

// add adds an association type of one direction.
func (t *tie) add(forward bool, label string, primary, reverse, inverse bool) {
	if label == "" && primary {
		label = "Primary"
	}
	labels := &t.labels
	if forward {
		t.forward, t.halfAB = true, t.halfAB || !reverse
	} else {
		labels, t.back, t.halfBA = &t.answers, true, t.halfBA || !reverse
	}
	if label != "" && !slices.Contains(*labels, label) {
		*labels = append(*labels, label)
	}
	if !inverse && reverse && label != "" {
		t.unanswered = append(t.unanswered, label)
	}
	t.primary = t.primary || primary
}
