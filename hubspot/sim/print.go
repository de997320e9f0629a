package sim

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"hubgraph/hubspot"
)

// String writes the portal in the portal language: Parse makes the same portal
// of it.
func (p *Portal) String() string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	w := &printer{portal: p}
	w.metadata()
	for _, t := range p.types {
		for _, r := range t.sorted {
			if r.life != merged {
				w.record(r)
			}
		}
	}
	for _, r := range p.mergedAway() {
		w.record(r)
	}
	for _, t := range p.types {
		for _, r := range t.sorted {
			w.links(r)
		}
	}
	w.defects()
	return w.String()
}

// mergedAway lists the records that were merged into others: those that went
// into a live one first, then those that went into these.
func (p *Portal) mergedAway() []*record {
	var list []*record
	steps := map[*record]int{}
	for _, t := range p.types {
		for _, r := range t.sorted {
			if r.life != merged {
				continue
			}
			list = append(list, r)
			for o := r; o.life == merged; o = o.into {
				steps[r]++
			}
		}
	}
	// What a line says of a survivor has to stand above it.
	slices.SortStableFunc(list, func(a, b *record) int { return cmp.Compare(steps[a], steps[b]) })
	return list
}

// defects claims what is wrong, so that the portal that is read has the same
// truth. What only a night shows needs the night.
func (w *printer) defects() {
	for _, d := range w.portal.defects() {
		if !d.drift() {
			w.line("defect", d.String())
		}
	}
}

type printer struct {
	strings.Builder
	portal *Portal
}

func (w *printer) line(words ...string) {
	w.WriteString(strings.Join(words, " "))
	w.WriteByte('\n')
}

func setting(key, value string) string { return key + "=" + quote(value) }

func (w *printer) metadata() {
	a := w.portal.account
	w.line("portal", fmt.Sprint(a.id), setting("type", a.kind), setting("timezone", a.timeZone), setting("currency", a.currency), setting("domain", a.uiDomain))
	w.facts()
	for _, o := range w.portal.owners {
		words := []string{"owner", fmt.Sprint(o.id)}
		if o.archived {
			words = append(words, "archived")
		}
		w.line(append(words, setting("email", o.email), setting("first", o.first), setting("last", o.last))...)
	}
	for _, t := range w.portal.types {
		if t.Custom() {
			w.object(t)
		}
	}
	for _, t := range w.portal.types {
		w.properties(t)
		w.groups(t)
		w.pipelines(t)
	}
	for _, from := range w.portal.types {
		for _, to := range w.portal.types {
			w.definitions(w.portal.pairs[[2]*objectType{from, to}])
		}
	}
}

func (w *printer) object(t *objectType) {
	words := []string{"object", t.Name, t.ID, setting("singular", t.labels[0]), setting("plural", t.labels[1])}
	shown, standard := t.shown.words(), shownOf(t.Name).words()
	for i, w := range shown {
		if w != standard[i] {
			words = append(words, w)
		}
	}
	w.line(words...)
}

// words are what a schema says of properties, as an object line sets it.
func (s shown) words() []string {
	list := func(key string, names []string) string { return setting(key, strings.Join(names, ",")) }
	return []string{setting("display", s.primary), setting("description", s.description), list("required", s.required),
		list("searchable", s.searchable), list("secondary", s.secondary), setting("sensitive", fmt.Sprint(s.sensitive))}
}

func (w *printer) facts() {
	now, standard := reflect.ValueOf(w.portal.switches), reflect.ValueOf(DefaultSwitches())
	for i, f := range facts {
		if v := now.Field(i).String(); v != standard.Field(i).String() {
			w.line("fact", setting(f.Switch, v))
		}
	}
}

func (w *printer) pipelines(t *objectType) {
	for _, p := range t.pipelines {
		w.line("pipeline", t.Name, quoted(p.id), quoted(p.label))
		for _, s := range p.stages {
			words := []string{"stage", t.Name, quoted(p.id), quoted(s.id), quoted(s.label)}
			for _, key := range sortedKeys(s.metadata) {
				words = append(words, setting(key, s.metadata[key]))
			}
			w.line(words...)
		}
	}
}

// quoted writes a word that must not be taken for key=value.
func quoted(s string) string {
	if _, _, ok := cutKey(s); ok {
		return fmt.Sprintf("%q", s)
	}
	return quote(s)
}

// definitions writes what a user has defined on a pair: each label once, from
// the side that comes first, and the limits.
func (w *printer) definitions(of *pair) {
	if of == nil {
		return
	}
	for _, t := range of.types {
		if t.category != hubspot.HubSpotDefined && w.first(t) {
			words := slices.Concat([]string{"label", t.from.Name}, side(t), []string{t.to.Name}, side(t.inverse))
			w.line(append(words, names(t)...)...)
		}
		if t.max != 0 {
			w.line("limit", t.from.Name, t.to.Name, t.String(), fmt.Sprint(t.max))
		}
	}
}

// names are the internal names of a label, where they are not made of its texts.
func names(t *associationType) []string {
	switch {
	case t.name == t.ownName() && t.inverse.name == t.inverse.ownName():
		return nil
	case t.name == t.inverse.name:
		return []string{setting("name", t.name)}
	}
	return []string{setting("name", t.name), setting("back", t.inverse.name)}
}

// first reports whether a label is written from this side.
func (w *printer) first(t *associationType) bool {
	if t.from != t.to {
		return t.from.index < t.to.index
	}
	return t.inverse.order >= t.order
}

func side(t *associationType) []string {
	words := []string{t.String()}
	if !t.plain() {
		words = append(words, fmt.Sprintf("%q", t.label))
	}
	return words
}

func (w *printer) record(r *record) {
	words := []string{r.typ.Name, fmt.Sprint(r.id)}
	switch r.life {
	case absent:
		words = append(words, "absent")
	case archived:
		words = append(words, setting("archived", timestamp(r.left)))
	case merged:
		words = append(words, setting("merged", fmt.Sprint(r.into.id)))
	}
	words = append(words, setting("created", timestamp(r.created)), setting("updated", timestamp(r.updated)))
	for _, i := range byName(r.typ.properties[:len(r.values)]) {
		if r.values[i] != "" {
			words = append(words, setting(r.typ.properties[i], r.values[i]))
		}
	}
	w.line(words...)
}

// links writes the associations of a record: once, from the side that comes
// first, where both sides list them as HubSpot leaves them, else as rows.
func (w *printer) links(r *record) {
	for rest := r.links; len(rest) > 0; {
		to := rest[0].to
		there := r.between(to)
		rest = rest[len(there):]
		if w.written(r, to) {
			if r.typ.index < to.typ.index || r.typ == to.typ && r.id < to.id {
				w.link(r, "->", to, slices.DeleteFunc(slices.Clone(there), func(l link) bool { return l.typ.plain() }))
			}
			continue
		}
		w.link(r, "->>", to, there)
	}
}

// written reports whether a line with -> brings back just what two records list:
// it would add a first company's primary, and move what a record has twice of
// what it can have once.
func (w *printer) written(a, b *record) bool {
	twice := func(from, to *record) bool {
		return slices.ContainsFunc(from.between(to), func(l link) bool { return l.typ.single() && from.carrying(l.typ) > 1 })
	}
	return w.portal.switches.AutoPrimary == "off" && w.portal.whole(a, b) && !twice(a, b) && !twice(b, a)
}

func (w *printer) link(r *record, arrow string, to *record, links []link) {
	words := []string{r.typ.Name, fmt.Sprint(r.id), arrow, to.typ.Name, fmt.Sprint(to.id)}
	for _, l := range links {
		words = append(words, l.typ.String())
	}
	w.line(words...)
}

// whole reports whether two records list each other as a write through the API
// leaves them: the plain type, and the inverse of every type.
func (p *Portal) whole(a, b *record) bool {
	mirrored := func(from, to *record) bool {
		plain := p.pair(from.typ, to.typ).plain()
		if plain != nil && !from.has(to, plain) {
			return false
		}
		for _, l := range from.between(to) {
			if l.typ.inverse == nil || !to.has(from, l.typ.inverse) {
				return false
			}
		}
		return true
	}
	return mirrored(a, b) && mirrored(b, a)
}
