package draw

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"hubgraph/internal/sentence"
	"hubgraph/internal/sqlrows"
)

// MostHops is how many steps a neighbourhood may reach: after that it is the portal.
const MostHops = 4

// Record is a record with what it is linked to, so many steps around it, by name. It has
// at most so many nodes: of the neighbours that a record has of one object type the most
// important ones are drawn, those with findings, money and links of their own, and the
// others are one node with their count.
func Record(ctx context.Context, db *sql.DB, name string, hops, nodes int) (*Picture, error) {
	return Opened(ctx, db, name, hops, nodes, "")
}

// Opened is Record with more neighbours of one object type, of which so many are drawn as
// there is room for.
func Opened(ctx context.Context, db *sql.DB, name string, hops, nodes int, kind string) (*Picture, error) {
	if hops < 1 || hops > MostHops {
		return nil, sentence.New(ErrNoRecord, "--hops %d: choose 1 to %d", hops, MostHops)
	}
	nodes, err := allowed(nodes)
	if err != nil {
		return nil, err
	}
	focus, err := find(ctx, db, name)
	if err != nil {
		return nil, err
	}
	return neighborhood(ctx, db, focus, hops, nodes, kind, associated)
}

// Listed is Opened, one step around a record whose neighbours stand in a table, which has
// their object type as kind, and their id.
func Listed(ctx context.Context, db *sql.DB, k Key, kind, table string) (*Picture, error) {
	return neighborhood(ctx, db, k, 1, DefaultNodes, kind, "SELECT s.level, s.t AS from_type, s.now AS from_id, l.kind AS to_type, l.id AS to_id FROM "+table+" AS l, w AS s WHERE s.i = s.now")
}

// associated is SQL of what the records w list, and of what lists them alone.
const associated = `SELECT s.level, s.t AS from_type, s.now AS from_id, a.to_type, a.to_id FROM associations AS a JOIN w AS s ON s.t = a.from_type AND s.i = a.from_id
			UNION ALL SELECT s.level, s.t, s.now, a.from_type, a.from_id FROM associations AS a JOIN w AS s ON s.t = a.to_type AND s.i = a.to_id WHERE a.has_reverse IS NOT TRUE`

func neighborhood(ctx context.Context, db *sql.DB, focus Key, hops, nodes int, kind, listed string) (*Picture, error) {
	s, all, err := around(ctx, db, []Key{focus}, hops, nodes, kind, listed)
	if err != nil {
		return nil, fmt.Errorf("draw the neighbourhood of %s: %w", focus, err)
	}
	p := s.picture()
	r := s.records[focus]
	p.Title = shortened(r.label(), longest) + ": " + r.standing()
	p.Facts = nonEmpty(join(" · ", fmt.Sprintf("%s %d", spoken(r.singular), focus.ID), shown(r.stage), r.money()),
		fmt.Sprintf("%s in %s", some(all, "record"), some(int64(hops), "step")))
	p.Notes = s.confession(all)
	return p, nil
}

// allowed is a number of nodes that a picture may have.
func allowed(nodes int) (int, error) {
	if nodes == 0 {
		return DefaultNodes, nil
	}
	if nodes < 10 || nodes > MostNodes {
		return 0, sentence.New(ErrNoRecord, "--nodes %d: choose 10 to %d, as more are no picture any more", nodes, MostNodes)
	}
	return nodes, nil
}

// standing is the verdict on a record.
func (r *record) standing() string {
	switch {
	case !r.seen:
		return "does not exist"
	case r.archived:
		return "in the recycle bin"
	case r.findings > 0:
		return fmt.Sprintf("%s open, the worst %s", some(r.findings, "finding"), r.severity)
	case r.degree == 0:
		return "linked to nothing"
	}
	return "nothing was found on it"
}

// confession is what a picture of so many records does not draw one by one.
func (s *scene) confession(all int64) []string {
	if len(s.folds) == 0 {
		return nil
	}
	var folded []string
	for _, f := range s.folds {
		folded = append(folded, of(f.count, f.kind))
	}
	return []string{fmt.Sprintf("Drawn: %s of %s, those with findings, money and links first. Folded: %s", count(int64(len(s.level))), some(all, "record"), strings.Join(folded, ", "))}
}

// around reads the records around some, so many steps far, at most so many of them, and
// how many there are. Of the type opened there may be more than of others. It asks once a
// step, and twice more.
func around(ctx context.Context, db *sql.DB, focus []Key, hops, nodes int, opened, listed string) (*scene, int64, error) {
	s := &scene{level: map[Key]int{}, focus: map[Key]bool{}}
	for _, k := range focus {
		s.level[k], s.focus[k] = 0, true
	}
	all := int64(len(s.level))
	var done []Key
	for hop, edge := 1, s.keys(); hop <= hops && len(edge) > 0; hop++ {
		step, err := expand(ctx, db, edge, done, s.keys(), opened, listed)
		if err != nil {
			return nil, 0, err
		}
		done = append(done, edge...)
		edge = s.take(step, hop, nodes)
		for _, n := range step.all {
			all += n
		}
	}
	var err error
	if s.records, err = describe(ctx, db, s.keys()); err != nil {
		return nil, 0, err
	}
	if s.ties, err = tiesAmong(ctx, db, s.keys()); err != nil {
		return nil, 0, err
	}
	s.settle()
	return s, all, nil
}

// settle takes what is drawn out of the counts of what is folded.
func (s *scene) settle() {
	for _, f := range s.folds {
		for _, t := range s.ties {
			for _, end := range [][2]Key{{t.a, t.b}, {t.b, t.a}} {
				if end[1].Type == f.kind && s.level[end[1]] == f.level && f.from[end[0]] > 0 {
					f.from[end[0]]--
				}
			}
		}
		maps.DeleteFunc(f.from, func(_ Key, n int64) bool { return n == 0 })
	}
}

// step is what lies one step beyond some records.
type step struct {
	kept []candidate              // of each record and kind the first perKind
	cell map[Key]map[string]int64 // how many of a kind each record has
	all  map[string]int64         // how many distinct ones of a kind there are
}

// candidate is a record that may be drawn, as a neighbour of another.
type candidate struct {
	from, to Key
	place    int64 // among its neighbours of that type, the most important first
}

// expand looks one step beyond records. What lies beyond earlier ones, and what is drawn
// already, is left out.
func expand(ctx context.Context, db *sql.DB, from, earlier, drawn []Key, opened, listed string) (*step, error) {
	rows, args := expansion(from, earlier, drawn, opened, listed)
	s := &step{cell: map[Key]map[string]int64{}, all: map[string]int64{}}
	err := sqlrows.Each(ctx, db, rows, args, func(row *sql.Rows) error {
		var what string
		var c candidate
		if err := row.Scan(&what, &c.from.Type, &c.from.ID, &c.to.Type, &c.to.ID, &c.place); err != nil {
			return err
		}
		switch what {
		case "all":
			s.all[c.to.Type] = c.place
		case "cell":
			if s.cell[c.from] == nil {
				s.cell[c.from] = map[string]int64{}
			}
			s.cell[c.from][c.to.Type] = c.place
		default:
			s.kept = append(s.kept, c)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the neighbours: %w", err)
	}
	return s, nil
}

// expansion is the SQL of expand. The first column says what a row is: a record that is
// kept with its place, a cell with its number, or a kind with its own.
func expansion(from, earlier, drawn []Key, opened, listed string) (string, []any) {
	level := map[Key]int{}
	for _, k := range drawn {
		level[k] = 2
	}
	for _, k := range earlier {
		level[k] = 1
	}
	for _, k := range from {
		level[k] = 0
	}
	var keys [3][]Key
	for _, k := range slices.SortedFunc(maps.Keys(level), compareKeys) {
		keys[level[k]] = append(keys[level[k]], k)
	}
	var parts []string
	var args []any
	for i, some := range keys {
		if len(some) == 0 {
			continue
		}
		text, more := values(some, fmt.Sprintf(", %d", i))
		for j := len(more); j > 0; j-- { // parameters are numbered over all parts
			text = strings.ReplaceAll(text, fmt.Sprintf("($%d::", j), fmt.Sprintf("($%d::", j+len(args)))
		}
		args = append(args, more...)
		parts = append(parts, text)
	}
	args = append(args, opened)
	return `
		WITH k(t, i, level) AS MATERIALIZED (` + strings.Join(parts, " UNION ALL ") + `), w AS MATERIALIZED (
			SELECT t, i, i AS now, level FROM k WHERE level < 2
			UNION ALL SELECT k.t, a.old_id, k.i, k.level FROM k JOIN id_alias AS a ON a.object_type = k.t AND a.current_id = k.i WHERE k.level < 2
		), beyond AS (
			` + listed + `
		), current AS MATERIALIZED (
			SELECT DISTINCT l.level, l.from_type, l.from_id, l.to_type, coalesce(m.current_id, l.to_id) AS to_id
			FROM beyond AS l LEFT JOIN id_alias AS m ON m.object_type = l.to_type AND m.old_id = l.to_id
		), neighbor AS MATERIALIZED (
			SELECT c.* FROM current AS c
			ANTI JOIN k ON k.t = c.to_type AND k.i = c.to_id
			ANTI JOIN (SELECT to_type, to_id FROM current WHERE level = 1) AS b ON b.to_type = c.to_type AND b.to_id = c.to_id
			WHERE c.level = 0
		), found AS (
			SELECT subject_type AS t, subject_id AS i FROM findings WHERE state <> 'resolved' AND subject_id IS NOT NULL
		), ranked AS (
			SELECT n.from_type, n.from_id, n.to_type, n.to_id, row_number() OVER (PARTITION BY n.from_type, n.from_id, n.to_type
				ORDER BY f.i IS NOT NULL DESC, o.amount DESC NULLS LAST, o.degree DESC NULLS LAST, n.to_id) AS place
			FROM neighbor AS n
			LEFT JOIN (SELECT DISTINCT t, i FROM found) AS f ON f.t = n.to_type AND f.i = n.to_id
			LEFT JOIN objects AS o ON o.object_type = n.to_type AND o.object_id = n.to_id
		)
		SELECT * FROM (
			SELECT 'kept' AS what, from_type, from_id, to_type, to_id, place FROM ranked WHERE place <= ` + fmt.Sprintf("CASE WHEN to_type = $%d THEN %d ELSE %d END", len(args), perOpened, perKind) + `
			UNION ALL SELECT 'cell', from_type, from_id, to_type, 0, count(*) FROM neighbor GROUP BY ALL
			UNION ALL SELECT 'all', '', 0, to_type, 0, count(DISTINCT to_id) FROM neighbor GROUP BY ALL
		) ORDER BY what, place, to_type, to_id, from_type, from_id`, args
}

// take draws as much of a step as has room, the most important records of each kind
// first, and folds the others. It returns what is drawn of it.
func (s *scene) take(step *step, hop, nodes int) []Key {
	room := nodes - len(s.level) - len(s.folds) - len(step.all)
	var taken []Key
	for _, c := range step.kept {
		if _, there := s.level[c.to]; !there {
			if len(taken) >= room {
				continue
			}
			taken = append(taken, c.to)
			s.level[c.to] = hop
		}
	}
	perType := map[string]int64{}
	for _, k := range taken {
		perType[k.Type]++
	}
	for _, kind := range slices.Sorted(maps.Keys(step.all)) {
		left := step.all[kind] - perType[kind]
		if left <= 0 {
			continue
		}
		f := &fold{kind: kind, level: hop, count: left, from: map[Key]int64{}}
		for k, cell := range step.cell {
			if n := cell[kind]; n > 0 {
				f.from[k] = n
			}
		}
		s.folds = append(s.folds, f)
	}
	slices.SortFunc(taken, compareKeys)
	slices.SortStableFunc(s.folds, func(a, b *fold) int { return cmp.Or(cmp.Compare(a.level, b.level), strings.Compare(a.kind, b.kind)) })
	return taken
}
