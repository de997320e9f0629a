package draw

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"hubgraph/internal/sqlrows"
)

// Night is what a record was linked to in one night.
type Night struct {
	ID         string
	StartedAt  time.Time
	There      []string // ids of the nodes and edges of the picture that were there
	Links      int64    // to how many records, drawn or not
	Came, Went []Neighbor
}

// Neighbor is a record that another is linked to, by name.
type Neighbor struct {
	Key
	Name, Labels string
}

// mostMoves is how many neighbours that came or went in a night are named.
const mostMoves = 20

// Lake is where the nights of a lake can be read: SQL of a list of files for each table, and
// the nights in order.
type Lake struct {
	Objects, Associations string
	Nights                []Night // with ID and StartedAt
}

// Nights draws all that a record was linked to in any of some nights at once, so that the
// nights have one layout, and returns what of it was there in each of them.
func Nights(ctx context.Context, db *sql.DB, focus Key, from Lake) (*Picture, []Night, error) {
	links, err := linksOf(ctx, db, focus, from, true)
	if err != nil {
		return nil, nil, fmt.Errorf("read the nights of %s: %w", focus, err)
	}
	s, drawn := unionOf(focus, links, len(from.Nights))
	if s.records, err = describe(ctx, db, append(drawn, focus)); err != nil {
		return nil, nil, err
	}
	names, err := namesIn(ctx, db, links, from)
	if err != nil {
		return nil, nil, fmt.Errorf("read the names of earlier nights: %w", err)
	}
	for k, r := range s.records { // what is gone today is drawn as it was
		r.known, r.seen, r.archived, r.findings = true, true, false, 0
		r.name = cmp.Or(r.name, names[k])
	}
	p := s.picture()
	r := s.records[focus]
	p.Title = shortened(r.label(), longest) + ": " + some(int64(len(from.Nights)), "night")
	p.Facts = []string{"All that it was linked to in any of these nights. Dotted and grey: not in the night that is chosen"}
	if len(s.folds) > 0 {
		p.Notes = []string{"Folded, whichever night: " + strings.Join(s.folded(), ", ") + ". What changed is drawn first"}
	}
	return p, s.nights(focus, links, p, from.Nights, names), nil
}

// folded are the folds in words.
func (s *scene) folded() []string {
	var all []string
	for _, f := range s.folds {
		all = append(all, of(f.count, f.kind))
	}
	return all
}

// link is what a night knows of a record and one of its neighbours.
type link struct{ forward, back []string }

// OneSided are the links of the nights of a lake that one end alone lists, by the other one.
type OneSided map[Key][]listing

// listing is a record that lists another in a night.
type listing struct {
	night, label string
	by           Key
}

// ReadOneSided reads the links that one end alone lists, under the ids of today. There are
// few, unless one direction was not read: of more than so many none are returned.
func ReadOneSided(ctx context.Context, db *sql.DB, from Lake, most int) (OneSided, error) {
	all, n := OneSided{}, 0
	err := sqlrows.Each(ctx, db, `
		SELECT DISTINCT `+snapshotOf+`, a.from_type, coalesce(f.current_id, a.from_id), a.to_type, coalesce(t.current_id, a.to_id), coalesce(a.label, '')
		FROM read_parquet(`+from.Associations+`, union_by_name = true, filename = true, hive_partitioning = false) AS a
		LEFT JOIN id_alias AS f ON f.object_type = a.from_type AND f.old_id = a.from_id
		LEFT JOIN id_alias AS t ON t.object_type = a.to_type AND t.old_id = a.to_id
		WHERE a.has_reverse IS NOT TRUE
		LIMIT $1::BIGINT`, []any{most + 1}, func(row *sql.Rows) error {
		var l listing
		var k Key
		err := row.Scan(&l.night, &l.by.Type, &l.by.ID, &k.Type, &k.ID, &l.label)
		all[k] = append(all[k], l)
		n++
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what one end alone lists: %w", err)
	}
	if n > most {
		return nil, nil
	}
	return all, nil
}

// In are those that list a record in a night, and the record does not list.
func (o OneSided) In(night string, k Key) (by []Key) {
	for _, l := range o[k] {
		if l.night == night {
			by = append(by, l.by)
		}
	}
	return by
}

// History is what a record was linked to in each night, without a picture. With what one end
// alone lists at hand it reads only what the record lists, which lies together.
func History(ctx context.Context, db *sql.DB, focus Key, from Lake, sided OneSided) ([]Night, error) {
	links, err := linksOf(ctx, db, focus, from, sided == nil)
	if err != nil {
		return nil, fmt.Errorf("read the nights of %s: %w", focus, err)
	}
	for _, l := range sided[focus] {
		linkIn(links, l.by, l.night).add(false, l.label)
	}
	names, err := namesIn(ctx, db, links, from)
	if err != nil {
		return nil, fmt.Errorf("read the names of earlier nights: %w", err)
	}
	return (&scene{}).nights(focus, links, &Picture{}, from.Nights, names), nil
}

// linkIn is a neighbour in a night.
func linkIn(links map[Key]map[string]*link, k Key, night string) *link {
	if links[k] == nil {
		links[k] = map[string]*link{}
	}
	if links[k][night] == nil {
		links[k][night] = &link{}
	}
	return links[k][night]
}

// add adds a label of one direction.
func (l *link) add(forward bool, label string) {
	labels := &l.back
	if forward {
		labels = &l.forward
	}
	if !slices.Contains(*labels, label) {
		*labels = append(*labels, label)
	}
}

// linksOf reads the neighbours of a record night by night, under the ids of today: those that
// it lists, and those that list it, too, if asked for both.
func linksOf(ctx context.Context, db *sql.DB, focus Key, from Lake, both bool) (map[Key]map[string]*link, error) {
	rows, args := values([]Key{focus}, "")
	read := `SELECT ` + snapshotOf + ` AS night, %[1]t AS forward, a.%[2]s_type AS kind, a.%[2]s_id AS id, coalesce(a.label, '') AS label
			FROM read_parquet(` + from.Associations + `, union_by_name = true, filename = true, hive_partitioning = false) AS a
			WHERE a.%[3]s_type = $1 AND a.%[3]s_id IN (SELECT i FROM w)`
	listed := fmt.Sprintf(read, true, "to", "from")
	if both {
		listed += " UNION ALL " + fmt.Sprintf(read, false, "from", "to")
	}
	all := map[Key]map[string]*link{}
	err := sqlrows.Each(ctx, db, `
		WITH k(t, i) AS (`+rows+`), `+aliases+`, listed AS (`+listed+`)
		SELECT DISTINCT l.night, l.forward, l.kind, coalesce(m.current_id, l.id) AS id, l.label
		FROM listed AS l LEFT JOIN id_alias AS m ON m.object_type = l.kind AND m.old_id = l.id
		ORDER BY ALL`,
		args, func(row *sql.Rows) error {
			var night, label string
			var forward bool
			var k Key
			if err := row.Scan(&night, &forward, &k.Type, &k.ID, &label); err != nil {
				return err
			}
			linkIn(all, k, night).add(forward, label)
			return nil
		})
	return all, err
}

// snapshotOf is the snapshot that a file of the lake lies in.
const snapshotOf = `regexp_extract(filename, '.*[/\\]snapshot=([^/\\]+)[/\\]', 1)`

// unionOf is a scene of all that a record was linked to in any of so many nights. What was
// not there in all of them comes first, as that is what somebody looks for.
func unionOf(focus Key, links map[Key]map[string]*link, nights int) (*scene, []Key) {
	s := &scene{level: map[Key]int{focus: 0}, focus: map[Key]bool{focus: true}}
	place := func(k Key) int { return min(1, max(0, len(links[k])-nights+1)) } // 0: it changed
	var drawn []Key
	perType, folds := map[string]int{}, map[string]*fold{}
	for _, k := range slices.SortedFunc(maps.Keys(links), func(a, b Key) int { return cmp.Or(place(a)-place(b), compareKeys(a, b)) }) {
		if k == focus {
			continue
		}
		if perType[k.Type] < perKind && len(drawn) < DefaultNodes {
			perType[k.Type]++
			drawn = append(drawn, k)
			s.level[k] = 1
			s.ties = append(s.ties, tieOf(focus, k, links[k]))
			continue
		}
		if folds[k.Type] == nil {
			folds[k.Type] = &fold{kind: k.Type, level: 1, from: map[Key]int64{}}
			s.folds = append(s.folds, folds[k.Type])
		}
		folds[k.Type].count++
		folds[k.Type].from[focus]++
	}
	slices.SortFunc(s.ties, func(a, b *tie) int { return cmp.Or(compareKeys(a.a, b.a), compareKeys(a.b, b.b)) })
	slices.SortFunc(s.folds, func(a, b *fold) int { return strings.Compare(a.kind, b.kind) })
	return s, drawn
}

// tieOf is all that linked two records in any night.
func tieOf(focus, other Key, nights map[string]*link) *tie {
	t := &tie{a: focus, b: other}
	for _, night := range slices.Sorted(maps.Keys(nights)) {
		for _, l := range nights[night].forward {
			t.add(true, l, false, true, true)
		}
		for _, l := range nights[night].back {
			t.add(false, l, false, true, true)
		}
	}
	if compareKeys(focus, other) > 0 {
		t.a, t.b, t.forward, t.back, t.labels, t.answers = other, focus, t.back, t.forward, t.answers, t.labels
	}
	return t
}

// namesIn reads the newest names of records in some nights.
func namesIn(ctx context.Context, db *sql.DB, links map[Key]map[string]*link, from Lake) (map[Key]string, error) {
	var changed []Key
	for k, nights := range links {
		if len(nights) < len(from.Nights) {
			changed = append(changed, k)
		}
	}
	names := map[Key]string{}
	if len(changed) == 0 {
		return names, nil
	}
	slices.SortFunc(changed, compareKeys)
	rows, args := values(changed[:min(len(changed), MostNodes)], "")
	err := sqlrows.Each(ctx, db, `
		WITH k(t, i) AS (`+rows+`)
		SELECT k.t, k.i, coalesce(arg_max(o.name, filename), '')
		FROM read_parquet(`+from.Objects+`, union_by_name = true, filename = true, hive_partitioning = false) AS o JOIN k ON k.t = o.object_type AND k.i = o.object_id
		GROUP BY ALL`, args, func(row *sql.Rows) error {
		var k Key
		var name string
		err := row.Scan(&k.Type, &k.ID, &name)
		names[k] = name
		return err
	})
	return names, err
}

// nights says of each night what was there of the picture, and what came and went since the
// one before.
func (s *scene) nights(focus Key, links map[Key]map[string]*link, p *Picture, nights []Night, names map[Key]string) []Night {
	ids := map[string]Key{}
	for _, n := range p.Nodes {
		if n.Record != 0 {
			ids[n.ID] = Key{n.Type, n.Record}
		}
	}
	all := slices.Clone(nights)
	keys := slices.SortedFunc(maps.Keys(links), compareKeys)
	for i := range all {
		n := &all[i]
		there := func(k Key) bool { return k == focus || k.Type == "" || links[k][n.ID] != nil }
		for _, node := range p.Nodes {
			if there(ids[node.ID]) {
				n.There = append(n.There, node.ID)
			}
		}
		for _, e := range p.Edges {
			if there(ids[e.From]) && there(ids[e.To]) {
				n.There = append(n.There, e.ID)
			}
		}
		for _, k := range keys {
			now := links[k][n.ID]
			if now != nil {
				n.Links++
			}
			if i == 0 || (now != nil) == (links[k][all[i-1].ID] != nil) {
				continue
			}
			neighbor, moved := Neighbor{Key: k, Name: shown(names[k])}, &n.Came
			if now == nil {
				now, moved = links[k][all[i-1].ID], &n.Went
			}
			neighbor.Labels = shown(strings.Join(nonEmpty(append(slices.Clone(now.forward), now.back...)...), ", "))
			if len(*moved) < mostMoves {
				*moved = append(*moved, neighbor)
			}
		}
	}
	return all
}
