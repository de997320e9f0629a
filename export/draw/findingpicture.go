package draw

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"hubgraph/internal/sqlrows"
	"hubgraph/queries"
)

// evidenceNodes is how many nodes the picture of a finding has around what it is about.
const evidenceNodes = 40

// mostGone is how many links that are gone are drawn.
const mostGone = 12

// picture draws the finding around its record, or between its types.
func (f *finding) picture(ctx context.Context, db *sql.DB) (*Picture, error) {
	types, labels, err := readNames(ctx, db)
	if err != nil {
		return nil, err
	}
	centre := f.centre()
	if centre == nil {
		return f.ofTypes(types), nil
	}
	s, all, gone, err := f.scene(ctx, db, *centre, types.names)
	if err != nil {
		return nil, err
	}
	p := s.picture()
	p.Title = f.verdict() + ": " + shortened(s.records[*centre].label(), longest)
	ids := map[Key]string{}
	for k := range s.level {
		ids[k] = s.records[k].node().ID
	}
	d := &evidence{f, s, p, ids, map[[2]Key]bool{}, map[[2]Key]bool{}}
	for _, t := range s.ties {
		d.tied[[2]Key{t.a, t.b}] = true
	}
	d.missing(labels)
	d.gone(gone)
	for _, m := range f.mentions(types.names) {
		d.mention(*centre, m)
	}
	for _, kind := range f.orphaned(s, *centre) {
		id := fmt.Sprintf("m%d", len(p.Nodes)+1)
		p.Nodes = append(p.Nodes, Node{ID: id, Type: kind, Custom: types.custom[kind], Line: Missing, Lines: []string{"no " + singularOf(kind, types.names)}, Tip: []string{"none is linked"}, Link: s.records[*centre].url})
		d.edge(ids[*centre], id, Missing, []string{"missing"}, *centre)
	}
	p.Notes = append(p.Notes, s.confession(all)...)
	if f.state == "resolved" {
		p.Notes = append(p.Notes, "The finding is resolved: this is how things are now")
	}
	return p, nil
}

// names are those of object types.
type names struct {
	names  map[string]string // by name, singular and id
	custom map[string]bool
	ids    map[string]string
}

// readNames reads what object types and association types are called; the key of a label
// is FROM|TO|CATEGORY:ID.
func readNames(ctx context.Context, db *sql.DB) (names, map[string]string, error) {
	n := names{map[string]string{}, map[string]bool{}, map[string]string{}}
	err := sqlrows.Each(ctx, db, `SELECT object_type, type_id, singular, custom FROM object_types ORDER BY object_type`, nil, func(row *sql.Rows) error {
		var name, id, singular string
		var custom bool
		err := row.Scan(&name, &id, &singular, &custom)
		n.names[name], n.names[singular], n.names[id] = name, name, name
		n.custom[name], n.ids[name] = custom, id
		return err
	})
	labels := map[string]string{}
	if err == nil {
		err = sqlrows.Each(ctx, db, `SELECT from_type, to_type, category || ':' || type_id, coalesce(label, CASE WHEN is_primary THEN 'Primary' WHEN is_default THEN 'plain association' ELSE name END, '') FROM association_types`,
			nil, func(row *sql.Rows) error {
				var from, to, typ, label string
				err := row.Scan(&from, &to, &typ, &label)
				labels[from+"|"+to+"|"+typ] = label
				return err
			})
	}
	return n, labels, err
}

// singularOf is what one record of a type is called.
func singularOf(kind string, byName map[string]string) string {
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		if byName[name] == kind && name != kind && !typeIDPattern.MatchString(name) {
			return shortened(name, nodeLine)
		}
	}
	return shortened(kind, nodeLine)
}

// scene reads the records of the finding, how many there are around it, and those that
// its record was linked to in the baseline.
func (f *finding) scene(ctx context.Context, db *sql.DB, centre Key, types map[string]string) (*scene, int64, []goneTie, error) {
	hops := 1
	if f.to != nil {
		hops = 0 // the two ends are the picture
	}
	focus := []Key{centre}
	if f.to != nil && *f.to != centre {
		focus = append(focus, *f.to)
	}
	s, all, err := around(ctx, db, focus, hops, evidenceNodes, "", associated)
	if err != nil {
		return nil, 0, nil, err
	}
	if f.to != nil && *f.to != centre {
		s.level[*f.to] = 1
	}
	gone, err := goneTies(ctx, db, focus)
	if err != nil {
		return nil, 0, nil, err
	}
	if f.to != nil { // what else they have lost is not what this is about
		gone = slices.DeleteFunc(gone, func(g goneTie) bool { return g.record != centre || g.other != *f.to })
	}
	before := len(s.level)
	for _, m := range f.mentions(types) {
		if _, there := s.level[m.key]; !there && len(s.level) < evidenceNodes {
			s.level[m.key] = 1 + int(m.line)/int(Planned)
		}
	}
	for _, g := range gone {
		if _, there := s.level[g.other]; !there && len(s.level) < evidenceNodes {
			s.level[g.other] = 1
		}
	}
	if len(s.level) > before {
		if s.records, err = describe(ctx, db, s.keys()); err != nil {
			return nil, 0, nil, err
		}
		if s.ties, err = tiesAmong(ctx, db, s.keys()); err != nil {
			return nil, 0, nil, err
		}
	}
	return s, max(all, int64(len(s.level))), gone, nil
}

// goneTie is a link that the baseline had, and that neither end lists any more.
type goneTie struct {
	record, other Key
	labels        string
}

// goneTies reads the links that records have lost since the baseline.
func goneTies(ctx context.Context, db *sql.DB, keys []Key) ([]goneTie, error) {
	rows, args := values(keys, "")
	var gone []goneTie
	half := `
		SELECT w.t AS t, w.now AS i, x.%[2]s_type AS other_type, coalesce(m.current_id, x.%[2]s_id) AS other_id, %[3]s AS label
		FROM %[4]sassociations AS x JOIN w ON w.t = x.%[1]s_type AND w.i = x.%[1]s_id
		LEFT JOIN id_alias AS m ON m.object_type = x.%[2]s_type AND m.old_id = x.%[2]s_id
		LEFT JOIN %[4]sassociation_types AS d ON d.from_type = x.from_type AND d.to_type = x.to_type AND d.category = x.category AND d.type_id = x.type_id`
	label := "coalesce(x.label, d.label, CASE WHEN d.is_primary THEN 'Primary' END)"
	err := sqlrows.Each(ctx, db, `
		WITH k(t, i) AS MATERIALIZED (`+rows+`), `+aliases+`, before AS (`+
		fmt.Sprintf(half, "from", "to", label, "baseline_")+` UNION ALL `+fmt.Sprintf(half, "to", "from", "NULL", "baseline_")+`
		), now AS (`+fmt.Sprintf(half, "from", "to", "NULL", "")+` UNION ALL `+fmt.Sprintf(half, "to", "from", "NULL", "")+`)
		SELECT b.t, b.i, b.other_type, b.other_id, coalesce(string_agg(DISTINCT b.label, chr(10) ORDER BY b.label), '')
		FROM before AS b ANTI JOIN now AS n ON n.t = b.t AND n.i = b.i AND n.other_type = b.other_type AND n.other_id = b.other_id
		GROUP BY ALL ORDER BY ALL LIMIT `+fmt.Sprint(mostGone), args, func(row *sql.Rows) error {
		var g goneTie
		err := row.Scan(&g.record.Type, &g.record.ID, &g.other.Type, &g.other.ID, &g.labels)
		gone = append(gone, g)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what is gone: %w", err)
	}
	return gone, nil
}

// evidence is a picture to which a finding is added.
type evidence struct {
	f   *finding
	s   *scene
	p   *Picture
	ids map[Key]string
	// Pairs, in the order of keys: those that a link or what is gone is drawn between, and
	// those that the evidence has one for.
	tied, drawn map[[2]Key]bool
}

// edge adds a line that is more than what links two records now.
func (d *evidence) edge(from, to string, line Line, words []string, record Key) {
	d.p.Edges = append(d.p.Edges, Edge{ID: fmt.Sprintf("e%d", len(d.p.Edges)+1), From: from, To: to, Line: line, Lines: words, Forward: true, Link: d.s.records[record].url, Tip: words})
}

// missing draws the association types that one end lacks, and that a repair would add:
// evidence lists them as CATEGORY:ID in the column missing.
func (d *evidence) missing(labels map[string]string) {
	f := d.f
	if f.from == nil || f.to == nil {
		return
	}
	if lost := texts(f.evidence["removed_labels"]); len(lost) > 0 {
		d.edge(d.ids[*f.from], d.ids[*f.to], Gone, prefixed("was: ", lost), *f.from)
	}
	types := texts(f.evidence["missing"])
	if s, ok := f.evidence["missing"].(string); ok {
		types = append(types, s)
	}
	if len(types) == 0 || f.state == "resolved" {
		return
	}
	var words []string
	for _, t := range types {
		word := labels[f.to.Type+"|"+f.from.Type+"|"+t]
		if word == "" {
			word = t
		}
		words = append(words, word)
	}
	d.edge(d.ids[*f.to], d.ids[*f.from], Missing, prefixed("missing: ", words), *f.to)
	if i := slices.IndexFunc(queries.All(), func(c queries.Check) bool { return c.ID == f.check }); i >= 0 && queries.All()[i].Repair != "" {
		d.edge(d.ids[*f.to], d.ids[*f.from], Planned, prefixed("a repair adds: ", words), *f.to)
	}
}

// prefixed writes a word before the first of some texts, of which at most three are shown.
func prefixed(word string, all []string) []string {
	words := slices.Clone(all)
	if more := len(words) - 3; more > 0 {
		words = append(words[:3], fmt.Sprintf("+ %d", more))
	}
	words[0] = word + words[0]
	return words
}

// gone draws links that the baseline had.
func (d *evidence) gone(ties []goneTie) {
	for _, g := range ties {
		at := [2]Key{g.record, g.other}
		if compareKeys(g.record, g.other) > 0 {
			at = [2]Key{g.other, g.record}
		}
		if d.ids[g.other] == "" || d.tied[at] {
			continue
		}
		d.tied[at] = true
		words := []string{"gone"}
		if g.labels != "" {
			words = prefixed("gone: ", strings.Split(g.labels, "\n"))
		}
		d.edge(d.ids[g.record], d.ids[g.other], Gone, words, g.record)
	}
}

// mention draws a record that the evidence names, where nothing links it yet.
func (d *evidence) mention(centre Key, m mention) {
	at := [2]Key{centre, m.key}
	if compareKeys(centre, m.key) > 0 {
		at = [2]Key{m.key, centre}
	}
	if d.ids[m.key] == "" || m.key == centre || d.drawn[at] || d.tied[at] && m.line != Planned {
		return
	}
	d.drawn[at] = true
	words := []string{m.word}
	switch m.line {
	case Planned:
		words = []string{"candidate"}
		for i, n := range d.p.Nodes {
			if n.ID == d.ids[m.key] {
				d.p.Nodes[i].Line = Planned
			}
		}
	case Gone:
		words = []string{"gone"}
	}
	d.edge(d.ids[centre], d.ids[m.key], m.line, words, centre)
}

// ofTypes draws a finding about two object types, or about none.
func (f *finding) ofTypes(types names) *Picture {
	p := &Picture{Across: true, Title: f.verdict()}
	if f.fromType == "" {
		lines := []string{shortened(f.title, nodeLine)}
		for _, key := range slices.Sorted(maps.Keys(f.evidence))[:min(6, len(f.evidence))] {
			lines = append(lines, fmt.Sprintf("%s: %v", key, f.evidence[key]))
		}
		p.Nodes = []Node{{ID: "t1", Lines: lines, Focus: true}}
		return p
	}
	for i, name := range nonEmpty(f.fromType, f.toType) {
		p.Nodes = append(p.Nodes, Node{ID: fmt.Sprintf("t%d", i+1), Type: name, Custom: types.custom[name], Lines: []string{name}, Focus: true, Tip: []string{types.ids[name]}})
	}
	if f.toType == "" {
		return p
	}
	text := func(key string) string { s, _ := f.evidence[key].(string); return s }
	old, now := text("old_label"), text("new_label")
	if old != "" && old != now {
		p.Edges = append(p.Edges, Edge{ID: "e1", From: "t1", To: "t2", Line: Gone, Forward: true, Lines: []string{"was: " + old}, Tip: []string{old}})
	}
	if now != "" || old == "" {
		p.Edges = append(p.Edges, Edge{ID: "e2", From: "t1", To: "t2", Forward: true, Lines: nonEmpty(now), Tip: []string{now}})
	}
	return p
}
