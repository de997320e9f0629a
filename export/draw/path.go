package draw

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"hubgraph/internal/sentence"
	"hubgraph/internal/sqlrows"
)

// ErrApart: two records do not hang together.
var ErrApart = errors.New("the records do not hang together")

// mostSteps and mostEdge bound the search for a path.
const (
	mostSteps = 16
	mostEdge  = 100_000 // records that one step may start from
)

// Path is how two records hang together: a shortest way from one to the other. Of several
// it is the one with the smallest ids.
func Path(ctx context.Context, db *sql.DB, from, to string) (*Picture, error) {
	a, err := find(ctx, db, from)
	if err != nil {
		return nil, err
	}
	b, err := find(ctx, db, to)
	if err != nil {
		return nil, err
	}
	way, err := search(ctx, db, a, b)
	if err != nil {
		return nil, err
	}
	s := &scene{level: map[Key]int{}, focus: map[Key]bool{a: true, b: true}}
	for i, k := range way {
		s.level[k] = i
	}
	if s.records, err = describe(ctx, db, way); err != nil {
		return nil, err
	}
	if s.ties, err = tiesAmong(ctx, db, way); err != nil {
		return nil, err
	}
	p := s.picture()
	p.Across = false
	first, last := s.records[a], s.records[b]
	switch n := len(way) - 1; n {
	case 0:
		p.Title = "Both names are of one record: " + shortened(first.label(), longest)
	case 1:
		p.Title = fmt.Sprintf("%s and %s are linked directly", shortened(first.label(), 40), shortened(last.label(), 40))
	default:
		p.Title = fmt.Sprintf("%s and %s hang together in %s", shortened(first.label(), 40), shortened(last.label(), 40), some(int64(n), "step"))
	}
	p.Facts = []string{"A shortest way; there may be others of the same length"}
	return p, nil
}

// side is one end of a search, with how it came to each record.
type side struct {
	came map[Key]Key
	edge []Key
}

// search finds a shortest way from both ends at once: a step starts from the end that has
// fewer records to start from.
func search(ctx context.Context, db *sql.DB, a, b Key) ([]Key, error) {
	if a == b {
		return []Key{a}, nil
	}
	ends, err := describe(ctx, db, []Key{a, b})
	if err != nil {
		return nil, err
	}
	if one, other := ends[a].component, ends[b].component; one != other {
		return nil, sentence.New(ErrApart, "%s and %s do not hang together: no chain of links leads from one to the other", a, b)
	}
	one, other := &side{map[Key]Key{a: a}, []Key{a}}, &side{map[Key]Key{b: b}, []Key{b}}
	for range mostSteps {
		near, far := one, other
		if len(other.edge) < len(one.edge) {
			near, far = other, one
		}
		if len(near.edge) == 0 {
			break
		}
		if len(near.edge) > mostEdge {
			return nil, sentence.New(ErrApart, "the way between %s and %s leads through more than %d records at once: it says nothing", a, b, mostEdge)
		}
		meet, err := near.step(ctx, db, far)
		if err != nil {
			return nil, fmt.Errorf("search a way from %s to %s: %w", a, b, err)
		}
		if meet != nil {
			way := one.back(*meet)
			slices.Reverse(way)
			return append(way, other.back(*meet)[1:]...), nil
		}
	}
	return nil, sentence.New(ErrApart, "%s and %s hang together in more than %d steps, if at all", a, b, mostSteps)
}

// back is the way from a record to where the side began.
func (s *side) back(k Key) []Key {
	way := []Key{k}
	for s.came[k] != k {
		k = s.came[k]
		way = append(way, k)
	}
	return way
}

// step goes one step on, and returns a record that the other side has come to, too.
func (s *side) step(ctx context.Context, db *sql.DB, far *side) (meet *Key, err error) {
	rows, args := values(s.edge, "")
	var next []Key
	err = sqlrows.Each(ctx, db, `
		WITH k(t, i) AS MATERIALIZED (`+rows+`), `+aliases+`, listed AS (
			SELECT s.t AS from_type, s.now AS from_id, a.to_type, a.to_id FROM associations AS a JOIN w AS s ON s.t = a.from_type AND s.i = a.from_id
			UNION ALL SELECT s.t, s.now, a.from_type, a.from_id FROM associations AS a JOIN w AS s ON s.t = a.to_type AND s.i = a.to_id WHERE a.has_reverse IS NOT TRUE
		)
		SELECT l.to_type, coalesce(m.current_id, l.to_id) AS to_id, arg_min(l.from_type, (l.from_type, l.from_id)), arg_min(l.from_id, (l.from_type, l.from_id))
		FROM listed AS l LEFT JOIN id_alias AS m ON m.object_type = l.to_type AND m.old_id = l.to_id
		GROUP BY ALL ORDER BY ALL`,
		args, func(row *sql.Rows) error {
			var to, from Key
			if err := row.Scan(&to.Type, &to.ID, &from.Type, &from.ID); err != nil {
				return err
			}
			if _, seen := s.came[to]; seen {
				return nil
			}
			s.came[to] = from
			next = append(next, to)
			if _, met := far.came[to]; met && meet == nil {
				meet = &to
			}
			return nil
		})
	s.edge = next
	return meet, err
}
