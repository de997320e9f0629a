package repair

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"hubgraph/hubspot"
)

// world is a model of a portal: what is defined between some pairs of object types, and every
// row between their records.
type world struct {
	pairs []*worldPair
	rows  map[Row]bool
	made  int // labels that were thought of, so that each has texts of its own
}

// worldPair is a pair of object types, with what is defined there and back.
type worldPair struct {
	from, to string
	fromIDs  []int64
	toIDs    []int64
	plain    [2]Type
	labels   []*worldLabel
	limits   [2]map[Type]int64
}

// worldLabel is a label in both directions.
type worldLabel struct {
	texts [2]string
	types [2]Type
}

// drawWorld makes a portal, as text for the simulator, and its model.
func drawWorld(r *rapid.T, facts string) (*world, string) {
	var text strings.Builder
	fmt.Fprintf(&text, "portal 77\nfact %s\nobject p_cars 2-1001\nlabel deals 61 p_cars 62\n", facts)
	some := func(typ string, first int64, most int) (ids []int64) {
		for i := range rapid.IntRange(1, most).Draw(r, typ) {
			ids = append(ids, first+int64(i))
			fmt.Fprintf(&text, "%s %d\n", typ, first+int64(i))
		}
		return ids
	}
	contacts, companies, deals, cars := some("contacts", 1, 3), some("companies", 11, 3), some("deals", 31, 2), some("p_cars", 41, 2)
	own := func(there, back int32) [2]Type {
		return [2]Type{{hubspot.HubSpotDefined, there}, {hubspot.HubSpotDefined, back}}
	}
	w := &world{rows: map[Row]bool{}, pairs: []*worldPair{
		{from: "contacts", to: "companies", fromIDs: contacts, toIDs: companies, plain: own(279, 280)},
		{from: "deals", to: "contacts", fromIDs: deals, toIDs: contacts, plain: own(3, 4)},
		{from: "deals", to: "p_cars", fromIDs: deals, toIDs: cars, plain: [2]Type{{hubspot.UserDefined, 61}, {hubspot.UserDefined, 62}}},
	}}
	if len(contacts) > 1 {
		w.pairs = append(w.pairs, &worldPair{from: "contacts", to: "contacts", fromIDs: contacts[:1], toIDs: contacts[1:], plain: own(449, 449)})
	}
	id := int32(70)
	for _, p := range w.pairs {
		p.limits = [2]map[Type]int64{{}, {}}
		if p.from == p.to { // one direction, and so one set of limits
			p.limits[1] = p.limits[0]
		}
		for range rapid.IntRange(0, 2).Draw(r, "labels from "+p.from+" to "+p.to) {
			l := &worldLabel{w.texts(r, p), [2]Type{{hubspot.UserDefined, id}, {hubspot.UserDefined, id + 1}}}
			id += 2
			p.labels = append(p.labels, l)
			fmt.Fprintf(&text, "label %s %d %q %s %d %q\n", p.from, l.types[0].TypeID, l.texts[0], p.to, l.types[1].TypeID, l.texts[1])
		}
	}
	for range rapid.IntRange(0, 4).Draw(r, "links") {
		l := w.line(r)
		l.turn = false
		w.play(l, Add)
		fmt.Fprintf(&text, "%s %d -> %s %d", l.of.from, l.from, l.of.to, l.to)
		if l.label != nil {
			fmt.Fprintf(&text, " %q", l.label.texts[0])
		}
		text.WriteString("\n")
	}
	return w, text.String()
}

// texts thinks of the texts of a label: of one between records of one type they differ, since one
// text would stand for both directions.
func (w *world) texts(r *rapid.T, p *worldPair) [2]string {
	w.made++
	there, back := fmt.Sprintf("Label %d", w.made), fmt.Sprintf("Back %d", w.made)
	if p.from != p.to && rapid.Bool().Draw(r, "one text") {
		back = there
	}
	return [2]string{there, back}
}

// worldLine is a pair of records with one label or, of one removed, all that it has.
type worldLine struct {
	of       *worldPair
	from, to int64
	turn     bool // written from to to from
	label    *worldLabel
}

func (w *world) line(r *rapid.T) worldLine {
	p := rapid.SampledFrom(w.pairs).Draw(r, "pair")
	l := worldLine{of: p, from: rapid.SampledFrom(p.fromIDs).Draw(r, "from"), to: rapid.SampledFrom(p.toIDs).Draw(r, "to"), turn: rapid.Bool().Draw(r, "turned")}
	if i := rapid.IntRange(0, len(p.labels)).Draw(r, "label"); i < len(p.labels) {
		l.label = p.labels[i]
	}
	return l
}

// pair is the line as it is asked for.
func (l worldLine) pair() Pair {
	from, to, way := key(l.of.from, l.from), key(l.of.to, l.to), 0
	if l.turn {
		from, to, way = to, from, 1
	}
	p := Pair{From: from.String(), To: to.String()}
	if l.label != nil {
		p.Label = l.label.texts[way]
	}
	return p
}

// play changes the rows as a line asks for.
func (w *world) play(l worldLine, action string) {
	e := ends{key(l.of.from, l.from), key(l.of.to, l.to)}
	put := func(types [2]Type, there bool) {
		for _, r := range []Row{e.row(types[0]), e.reversed().row(types[1])} {
			if there {
				w.rows[r] = true
			} else {
				delete(w.rows, r)
			}
		}
	}
	switch {
	case action == Add:
		put(l.of.plain, true)
		if l.label != nil {
			put(l.label.types, true)
		}
	case l.label != nil:
		put(l.label.types, false)
	default:
		put(l.of.plain, false)
		for _, label := range l.of.labels {
			put(label.types, false)
		}
	}
}

// limited reports whether a pair of object types has limits, in either direction.
func (p *worldPair) limited() bool { return len(p.limits[0])+len(p.limits[1]) > 0 }

// command draws lines to add or remove: one pair, or a file.
func (w *world) command(r *rapid.T) (Asked, []worldLine) {
	action := rapid.SampledFrom([]string{Add, Add, Remove}).Draw(r, "action")
	text := "from,to,label\n"
	var lines []worldLine
	for range rapid.IntRange(1, 4).Draw(r, "lines") {
		l := w.line(r)
		p := l.pair()
		text += fmt.Sprintf("%s,%s,%s\n", p.From, p.To, p.Label)
		lines = append(lines, l)
	}
	if len(lines) == 1 {
		return Asked{Action: action, One: lines[0].pair()}, lines
	}
	return inFile(action, text), lines
}

// worldLabelling is something asked of labels, and what it does to the model, given the types of
// a label that was created.
type worldLabelling struct {
	asked   AskedLabel
	play    func(made []Type)
	refused bool // HubSpot does not take it
}

// labelling draws something to be done to labels.
func (w *world) labelling(r *rapid.T) worldLabelling {
	p := rapid.SampledFrom(w.pairs).Draw(r, "pair")
	way := rapid.IntRange(0, 1).Draw(r, "way")
	of := [2]string{p.from, p.to}
	a := AskedLabel{From: of[way], To: of[1-way], With: 1_000}
	what := []string{CreateLabel, SetLimit}
	if len(p.labels) > 0 {
		what = append(what, UpdateLabel, DeleteLabel, SetLimit)
	}
	a.What = rapid.SampledFrom(what).Draw(r, "what")
	var label *worldLabel
	if i := rapid.IntRange(0, len(p.labels)).Draw(r, "label"); i < len(p.labels) && a.What != CreateLabel {
		label = p.labels[i]
	} else if a.What == UpdateLabel || a.What == DeleteLabel {
		label = p.labels[0]
	}
	if label != nil {
		a.Word = label.texts[way]
	}
	switch a.What {
	case CreateLabel:
		texts := w.texts(r, p)
		a.Label = texts[way]
		if texts[0] != texts[1] {
			a.Inverse = texts[1-way]
		}
		return worldLabelling{asked: a, play: func(made []Type) {
			p.labels = append(p.labels, &worldLabel{texts, [2]Type{made[way], made[1-way]}})
		}}
	case UpdateLabel:
		texts := w.texts(r, p)
		now := label.texts
		switch which := rapid.IntRange(0, 2).Draw(r, "texts"); {
		case which == 0 && (p.from != p.to || texts[0] != texts[1]):
			a.Label, a.Inverse = texts[way], texts[1-way]
			now = texts
		case which == 1:
			a.Inverse = texts[1-way]
			now[1-way] = texts[1-way]
		default:
			a.Label = texts[way]
			if now[0] == now[1] {
				now[1-way] = texts[way]
			}
			now[way] = texts[way]
		}
		return worldLabelling{asked: a, play: func([]Type) { label.texts = now }}
	case DeleteLabel:
		return worldLabelling{asked: a, play: func([]Type) { w.lose(p, label) }}
	}
	return w.limiting(r, p, way, label, a)
}

// lose takes a label away, from all rows and with its limits.
func (w *world) lose(p *worldPair, label *worldLabel) {
	for row := range w.rows {
		if slices.Contains(label.types[:], row.typ()) {
			delete(w.rows, row)
		}
	}
	p.labels = slices.DeleteFunc(p.labels, func(l *worldLabel) bool { return l == label })
	for way := range p.limits {
		delete(p.limits[way], label.types[way])
	}
}

// limiting sets or lifts a limit. HubSpot takes none of a label above that of the plain type.
func (w *world) limiting(r *rapid.T, p *worldPair, way int, label *worldLabel, a AskedLabel) worldLabelling {
	t := p.plain[way]
	if label != nil {
		t = label.types[way]
	}
	l := worldLabelling{play: func([]Type) { delete(p.limits[way], t) }}
	if n := rapid.Int64Range(0, 3).Draw(r, "max"); n > 0 {
		a.Max = &n
		l.play = func([]Type) { p.limits[way][t] = n }
		most, limited := p.limits[way][p.plain[way]]
		l.refused = label != nil && limited && n > most
		for other, has := range p.limits[way] {
			l.refused = l.refused || label == nil && other != t && has > n
		}
	}
	l.asked = a
	return l
}

// lines are what is defined, a line each.
func (w *world) lines() (lines []string) {
	for _, p := range w.pairs {
		for way, of := range [][2]string{{p.from, p.to}, {p.to, p.from}} {
			for _, l := range p.labels {
				lines = append(lines, definedLine(of, l.types[way], l.texts[way]))
			}
			for t, n := range p.limits[way] {
				lines = append(lines, limitLine(of, t, int(n)))
			}
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

func definedLine(of [2]string, t Type, label string) string {
	return fmt.Sprintf("%s to %s: %s %q", of[0], of[1], t, label)
}

func limitLine(of [2]string, t Type, n int) string {
	return fmt.Sprintf("%s to %s: at most %d of %s", of[0], of[1], n, t)
}
