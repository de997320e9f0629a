package draw

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"hubgraph/internal/sqlrows"
)

// TooMany is the error of more than a picture can show. Its Table, with a line
// a type, says what there is.
type TooMany struct {
	Table string
	text  string
}

// Error is a sentence that says what to draw instead.
func (t *TooMany) Error() string { return t.text }

// Component is all records that hang together with one. Of more than the nodes that are
// allowed the nearest ones are drawn, and the others folded; more than MostNodes are no
// picture: the error is a *TooMany.
func Component(ctx context.Context, db *sql.DB, name string, nodes int) (*Picture, error) {
	nodes, err := allowed(nodes)
	if err != nil {
		return nil, err
	}
	focus, err := find(ctx, db, name)
	if err != nil {
		return nil, err
	}
	kinds, err := readComponent(ctx, db, focus)
	if err != nil {
		return nil, fmt.Errorf("draw the component of %s: %w", focus, err)
	}
	var all int64
	for _, k := range kinds {
		all += k.records
	}
	if all > MostNodes {
		return nil, tooMany(focus, all, kinds)
	}
	s, _, err := around(ctx, db, []Key{focus}, MostNodes, nodes, "", associated)
	if err != nil {
		return nil, fmt.Errorf("draw the component of %s: %w", focus, err)
	}
	s.gather(kinds)
	p := s.picture()
	var parts []string
	var found int64
	for _, k := range kinds {
		parts = append(parts, of(k.records, k.name))
		found += k.found.count
	}
	p.Title = fmt.Sprintf("%s hang together with %s", some(all, "record"), shortened(s.records[focus].label(), longest))
	if all == 1 {
		p.Title = shortened(s.records[focus].label(), longest) + " stands alone"
	}
	p.Facts = []string{strings.Join(parts, ", ") + ": " + some(found, "open finding")}
	p.Notes = s.confession(all)
	return p, nil
}

// readComponent counts what hangs together with a record, by type.
func readComponent(ctx context.Context, db *sql.DB, k Key) ([]kind, error) {
	var kinds []kind
	err := sqlrows.Each(ctx, db, `
		WITH `+open+`, member AS (
			SELECT object_type, object_id FROM objects
			WHERE component = (SELECT component FROM objects WHERE object_type = $1 AND object_id = $2)
		), placed AS (
			SELECT f.*, m.object_type FROM open AS f JOIN member AS m ON m.object_type = coalesce(f.subject_type, f.from_type) AND m.object_id = coalesce(f.subject_id, f.from_id)
		), money AS (`+sums("placed", "object_type")+`)
		SELECT m.object_type, count(*), coalesce((SELECT count(*) FROM placed AS p WHERE p.object_type = m.object_type), 0), array_to_string(coalesce(any_value(y.money), []), chr(10))
		FROM member AS m LEFT JOIN money AS y USING (object_type)
		GROUP BY m.object_type`,
		[]any{k.Type, k.ID}, func(row *sql.Rows) error {
			var found kind
			var money string
			err := row.Scan(&found.name, &found.records, &found.found.count, &money)
			found.found.money = amounts(money)
			kinds = append(kinds, found)
			return err
		})
	slices.SortFunc(kinds, func(a, b kind) int { return cmp.Or(cmp.Compare(b.records, a.records), strings.Compare(a.name, b.name)) })
	return kinds, err
}

// tooMany is the table instead of a picture.
func tooMany(k Key, all int64, kinds []kind) error {
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "object type\trecords\topen findings\tmoney in them")
	for _, kind := range kinds {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", shown(kind.name), count(kind.records), count(kind.found.count), worth(kind.found.money, len(kind.found.money)))
	}
	_ = w.Flush() // into memory
	return &TooMany{table.String(), fmt.Sprintf("%s records hang together with %s, and a picture shows at most %d: `hubgraph draw record %s` draws what is near it", count(all), k, MostNodes, k)}
}

// gather adds what lies beyond the last step to what is folded: it is not drawn either.
func (s *scene) gather(kinds []kind) {
	for _, k := range kinds {
		left := k.records
		for drawn := range s.level {
			if drawn.Type == k.name {
				left--
			}
		}
		var last *fold
		for _, f := range s.folds {
			if f.kind == k.name {
				left -= f.count
				last = f
			}
		}
		if left <= 0 {
			continue
		}
		if last == nil {
			last = &fold{kind: k.name}
			s.folds = append(s.folds, last)
		}
		last.count += left
	}
}
