package draw

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// DefaultNodes is how many nodes a picture has unless more are asked for; MostNodes is how
// many it may have. Larger ones are no pictures any more.
const (
	DefaultNodes = 80
	MostNodes    = 300
)

// perKind is how many neighbours of one object type a record is drawn with; the others are
// folded into one node.
const perKind = 12

// perOpened is how many are drawn of a type that somebody wants to see more of.
const perOpened = 60

// scene is records and what links them, before it is a picture.
type scene struct {
	records map[Key]*record
	level   map[Key]int // steps away from what the picture is about; the records of the picture
	focus   map[Key]bool
	ties    []*tie
	folds   []*fold
}

// fold is records of one type, so many steps away, that are not drawn one by one.
type fold struct {
	kind  string
	level int
	count int64
	from  map[Key]int64 // to how many of them each record that is drawn is linked
}

// nodeLine is how many characters a line of a node shows.
const nodeLine = 28

// columns are how many columns a picture has before they get narrow.
const columns = 3

// label is what a record is called: by its name, where it has one.
func (r *record) label() string {
	if r.name != "" {
		return r.name
	}
	return fmt.Sprintf("%s %d", spoken(r.singular), r.key.ID)
}

// money is what a record is worth, in whole units.
func (r *record) money() string {
	if r.amount == "" {
		return ""
	}
	return strings.TrimSpace(apart(r.amount) + " " + shortened(r.currency, 3))
}

// node draws a record.
func (r *record) node() Node {
	n := Node{ID: nodeID(r.typeID, r.key.ID), Type: r.key.Type, Custom: r.custom, Record: r.key.ID, Link: r.url}
	if !typeIDPattern.MatchString(r.typeID) {
		n.ID = nodeID(fmt.Sprintf("x%.8x", sha256.Sum256([]byte(r.key.Type))), r.key.ID)
	}
	n.Lines = []string{shortened(r.label(), nodeLine)}
	if facts := join(" · ", typeWord(r), r.stage, r.money()); facts != "" {
		n.Lines = append(n.Lines, shortened(facts, nodeLine+2))
	}
	n.Tip = []string{r.label(), fmt.Sprintf("%s %d", r.singular, r.key.ID)}
	n.Tip = append(n.Tip, nonEmpty(r.stage, r.money())...)
	switch {
	case !r.known, !r.seen:
		n.Line = Missing
		n.Lines = append(n.Lines, "does not exist")
	case r.archived:
		n.Line = Gone
		n.Lines = append(n.Lines, "in the recycle bin")
	}
	if r.findings > 0 {
		text := some(r.findings, "finding") + ", " + r.severity
		n.Lines = append(n.Lines, text)
		n.Tip = append(n.Tip, text)
		n.Tone = Some
		if r.severity == "critical" || r.severity == "high" {
			n.Tone = Much
		}
	}
	return n
}

// typeWord is the type of a record that is called by its name.
func typeWord(r *record) string {
	if r.name == "" {
		return ""
	}
	return spoken(r.singular)
}

// spoken is the name of a type as people say it.
func spoken(kind string) string {
	return strings.ReplaceAll(strings.TrimPrefix(shortened(kind, nodeLine), "p_"), "_", " ")
}

// nonEmpty are the texts that hold something.
func nonEmpty(texts ...string) []string {
	return slices.DeleteFunc(texts, func(t string) bool { return t == "" })
}

func join(between string, texts ...string) string { return strings.Join(nonEmpty(texts...), between) }

// keys are the records that are drawn, the nearest first.
func (s *scene) keys() []Key {
	return slices.SortedFunc(maps.Keys(s.level), func(a, b Key) int { return cmp.Or(cmp.Compare(s.level[a], s.level[b]), compareKeys(a, b)) })
}

// picture makes a picture of the scene. Its title, facts and notes are still to come.
func (s *scene) picture() *Picture {
	p := &Picture{Across: true}
	ids := map[Key]string{}
	for _, k := range s.keys() {
		p.Narrow = p.Narrow || s.level[k] >= columns
		n := s.records[k].node()
		n.Focus = s.focus[k]
		ids[k] = n.ID
		p.Nodes = append(p.Nodes, n)
	}
	for _, t := range s.ties {
		p.Edges = append(p.Edges, s.edge(t, ids, fmt.Sprintf("e%d", len(p.Edges)+1)))
	}
	for i, f := range s.folds {
		id := fmt.Sprintf("f%d", i+1)
		text := "+ " + of(f.count, f.kind)
		p.Nodes = append(p.Nodes, Node{ID: id, Type: f.kind, Folded: f.count, Lines: []string{text}, Tip: []string{text, "folded into one, to keep the picture readable"}})
		for _, k := range slices.SortedFunc(maps.Keys(f.from), compareKeys) {
			p.Edges = append(p.Edges, Edge{ID: fmt.Sprintf("e%d", len(p.Edges)+1), From: ids[k], To: id, Lines: []string{count(f.from[k])}, Forward: true, Back: true,
				Link: s.records[k].url, Tip: []string{s.records[k].label() + " – " + of(f.from[k], f.kind)}})
			if s.records[k].url != "" && p.Nodes[len(p.Nodes)-1].Link == "" {
				p.Nodes[len(p.Nodes)-1].Link = s.records[k].url
			}
		}
	}
	return p
}

// of is a count of records of a type, whose name is a plural.
func of(n int64, kind string) string {
	name := spoken(kind)
	if n == 1 {
		if stem, ok := strings.CutSuffix(name, "ies"); ok {
			name = stem + "y"
		} else {
			name = strings.TrimSuffix(name, "s")
		}
	}
	return count(n) + " " + name
}

// edge draws all that links two records, from the one that is nearer to what the picture
// is about.
func (s *scene) edge(t *tie, ids map[Key]string, id string) Edge {
	from, to := t.a, t.b
	e := Edge{ID: id, Forward: t.forward, Back: t.back, Primary: t.primary}
	labels, answers := t.labels, t.answers
	if s.level[to] < s.level[from] {
		from, to = to, from
		e.Forward, e.Back = e.Back, e.Forward
		labels, answers = answers, labels
	}
	e.Loose = s.level[from] == s.level[to]
	e.From, e.To, e.Link = ids[from], ids[to], s.records[from].url
	if len(labels) == 0 {
		labels, answers = answers, nil
	}
	full := labels
	if t.primary { // both ends have a word of their own for it
		labels = slices.DeleteFunc(slices.Clone(labels), func(l string) bool { return strings.Contains(strings.ToLower(l), "primary") })
		e.Lines = append(e.Lines, "Primary")
	}
	for i, l := range labels {
		if i == maxLines && len(labels) > maxLines+1 {
			e.Lines = append(e.Lines, fmt.Sprintf("+ %d labels", len(labels)-i))
			break
		}
		e.Lines = append(e.Lines, shortened(l, 22))
	}
	e.Tip = []string{s.records[from].label() + " – " + s.records[to].label()}
	if len(full) > 0 {
		e.Tip = append(e.Tip, "→ "+strings.Join(full, ", "))
	}
	if len(answers) > 0 {
		e.Tip = append(e.Tip, "← "+strings.Join(answers, ", "))
	}
	switch {
	case t.halfAB, t.halfBA:
		e.Tone = Much
		e.Lines = append(e.Lines, "not listed back")
		e.Tip = append(e.Tip, "only the record at the start of the arrow lists the other")
	case len(t.unanswered) > 0:
		e.Tone = Some
		e.Lines = append(e.Lines, "label on one side")
		e.Tip = append(e.Tip, "without its counterpart: "+strings.Join(t.unanswered, ", "))
	}
	return e
}

// maxLines are the labels that an edge between records shows.
const maxLines = 2
