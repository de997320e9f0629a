package draw

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Map is the shape of a portal: its object types with what was found on their records,
// and one edge for each two of them that were ever linked. Since names the baseline, by
// its id, its date or that word, where what changed since it is to be drawn, too. All
// nights of a portal have one layout, as long as no two types are linked for the first
// time.
func Map(ctx context.Context, db *sql.DB, since string) (*Picture, error) {
	m, err := readShape(ctx, db, since)
	if err != nil {
		return nil, fmt.Errorf("draw the map: %w", err)
	}
	return m.picture(), nil
}

// shape is what the map shows.
type shape struct {
	portal    int64
	since     bool // compares with the baseline
	unused    int  // pairs of types with a definition and no links in any night
	results   []result
	kinds     []kind
	relations []relation
}

// result is what a check came to in the newest audit.
type result struct {
	title, severity, status string
	found                   int64
	money                   []string
}

// kind is an object type.
type kind struct {
	name, typeID string
	custom       bool
	linkable     bool  // the portal defines an association type for it
	records      int64 // seen, and not archived
	before       int64 // records of the baseline
	orphans      int64 // records without any association
	found        findings
}

// findings are the open ones of a type or of a pair of types.
type findings struct {
	count, critical, records int64 // records: distinct ones
	money                    []string
	checks                   []string // how many of each check
}

// relation is two object types and the links between their records, each pair of
// records counted once. a comes before b.
type relation struct {
	a, b          string
	links         int64
	gained, lost  int64 // since the baseline
	forward, back bool  // links are read from a to b, from b to a
	lacking       int64 // links without their way back, and labels without theirs
	primary       bool
	labels        []labelled // by how many carry them
	found         findings
}

// labelled is an association type with a label, in one direction.
type labelled struct {
	label string
	links int64
}

func (m *shape) picture() *Picture {
	p := &Picture{Title: m.verdict(), Fixed: true}
	p.Facts, p.Notes = m.facts(), m.notes()
	ids := m.ids()
	for _, k := range m.kinds {
		p.Nodes = append(p.Nodes, m.node(k, ids[k.name]))
	}
	for i, r := range m.relations {
		p.Nodes, p.Edges = m.relate(p.Nodes, p.Edges, r, ids, i+1)
	}
	return p
}

// ids are the names of the nodes: HubSpot's type id, which is stable, where it is one.
func (m *shape) ids() map[string]string {
	ids := map[string]string{}
	for i, k := range m.kinds {
		ids[k.name] = "t" + k.typeID
		if !typeIDPattern.MatchString(k.typeID) {
			ids[k.name] = "type" + strconv.Itoa(i+1)
		}
	}
	return ids
}

// verdict is what the newest audit comes to.
func (m *shape) verdict() string {
	by := map[string]int64{}
	var critical, high int64
	for _, r := range m.results {
		by[r.status]++
		switch r.severity {
		case "critical":
			critical += r.found
		case "high":
			high += r.found
		}
	}
	all := int64(len(m.results))
	var parts []string
	for _, s := range [][2]string{{"error", "broke"}, {"fail", "failed"}, {"warn", "warned"}, {"skip", "could not be judged"}} {
		if by[s[0]] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", by[s[0]], s[1]))
		}
	}
	switch {
	case all == 0:
		return "This snapshot was not audited yet"
	case len(parts) == 0:
		return fmt.Sprintf("All %s are green", some(all, "check"))
	}
	verdict := fmt.Sprintf("Of %s %s", some(all, "check"), strings.Join(parts, ", "))
	if critical+high > 0 {
		verdict += fmt.Sprintf(": %s critical and %s high findings are open", count(critical), count(high))
	}
	return verdict
}

// worst is how many checks the facts name.
const worst = 3

func (m *shape) facts() []string {
	var facts []string
	for _, r := range m.results[:min(worst, len(m.results))] {
		if r.found > 0 {
			facts = append(facts, fmt.Sprintf("%s × %s (%s)%s", count(r.found), r.title, r.severity, lead(": ", worth(r.money, len(r.money)))))
		}
	}
	var records, links, gained, lost int64
	for _, k := range m.kinds {
		records += k.records
	}
	for _, r := range m.relations {
		links, gained, lost = links+r.links, gained+r.gained, lost+r.lost
	}
	facts = append(facts, fmt.Sprintf("Portal %d: %s of %s, %s between them", m.portal, some(records, "record"), some(int64(len(m.kinds)), "object type"), some(links, "link")))
	if m.since {
		facts = append(facts, fmt.Sprintf("Since the baseline: %s new, %s gone", some(gained, "link"), count(lost)))
	}
	return facts
}

func (m *shape) notes() []string {
	var notes []string
	if m.unused > 0 {
		notes = append(notes, fmt.Sprintf("Not drawn: %s of object types that could be linked and never were", some(int64(m.unused), "pair")))
	}
	return notes
}

// node is an object type with its records and what was found on them.
func (m *shape) node(k kind, id string) Node {
	n := Node{ID: id, Type: k.name, Custom: k.custom, Link: m.list(k), Tone: tone(k.found.records, k.records)}
	records := some(k.records, "record")
	if m.since && k.records != k.before {
		records += fmt.Sprintf(" (%+d)", k.records-k.before)
	}
	n.Lines = append(n.Lines, shortened(k.name, 26), records)
	n.Tip = []string{k.name, records}
	if k.found.count > 0 {
		found := some(k.found.count, "finding") + " (" + percent(k.found.records, k.records) + ")"
		if k.found.critical > 0 {
			found = fmt.Sprintf("%s, %s critical", some(k.found.count, "finding"), count(k.found.critical))
		}
		n.Lines = append(n.Lines, found)
		n.Tip = append(n.Tip, k.found.checks...)
	}
	if len(k.found.money) > 0 {
		n.Lines = append(n.Lines, worth(k.found.money, 1))
		n.Tip = append(n.Tip, "at stake: "+worth(k.found.money, len(k.found.money)))
	}
	if k.linkable && k.orphans > 0 {
		alone := fmt.Sprintf("%s without any link (%s)", count(k.orphans), percent(k.orphans, k.records))
		n.Tip = append(n.Tip, alone)
		if len(n.Lines) < 4 {
			n.Lines = append(n.Lines, count(k.orphans)+" without any link")
		}
	}
	return n
}

// list is where HubSpot lists the records of a type.
func (m *shape) list(k kind) string {
	return fmt.Sprintf("https://app.hubspot.com/contacts/%d/objects/%s", m.portal, k.typeID)
}

// relate draws two types' links: an edge with a label of its own size in its middle, so
// that nothing moves when a number grows.
func (m *shape) relate(nodes []Node, edges []Edge, r relation, ids map[string]string, i int) ([]Node, []Edge) {
	from, to := ids[r.a], ids[r.b]
	first := Edge{ID: fmt.Sprintf("e%da", i), From: from, To: fmt.Sprintf("l%d", i), Back: r.back || !r.forward, Width: width(r.links), Tone: tone(max(r.lacking, r.found.records), r.links)}
	second := first
	second.ID, second.From, second.To = fmt.Sprintf("e%db", i), first.To, to
	second.Forward, second.Back = r.forward || !r.back, false
	first.Link = m.list(m.kinds[slices.IndexFunc(m.kinds, func(k kind) bool { return k.name == r.a })])
	second.Link = m.list(m.kinds[slices.IndexFunc(m.kinds, func(k kind) bool { return k.name == r.b })])
	label := Node{ID: first.To, Label: true, Link: first.Link, Tone: first.Tone}
	switch {
	case r.links == 0 && r.lost == 0: // keeps its place for the nights in which it is linked
		first.Hidden, second.Hidden = true, true
		label.Lines = []string{""}
	default:
		label.Lines = r.lines(m.since)
		label.Tip = r.tip(m.since)
	}
	if r.links == 0 {
		first.Line, second.Line, label.Line = Gone, Gone, Gone
	}
	first.Tip, second.Tip = label.Tip, label.Tip
	return append(nodes, label), append(edges, first, second)
}

// width is that of a line for so many links, in points.
func width(links int64) float64 {
	if links == 0 {
		return 1
	}
	return math.Round(10*(0.8+0.8*math.Log10(float64(links)))) / 10
}

// changed adds to a count what changed since the baseline.
func (r relation) changed(now string, since bool) string {
	if !since || r.gained == 0 && r.lost == 0 {
		return now
	}
	var parts []string
	if r.gained > 0 {
		parts = append(parts, "+"+count(r.gained))
	}
	if r.lost > 0 {
		parts = append(parts, "−"+count(r.lost))
	}
	return now + " (" + strings.Join(parts, " ") + ")"
}

// lines are at most three facts about the links: how many, what is wrong with them, and
// the label that most carry.
func (r relation) lines(since bool) []string {
	facts := []string{r.changed(some(r.links, "link"), since)}
	if r.found.count > 0 {
		facts = append(facts, some(r.found.count, "finding"))
	} else if r.lacking > 0 {
		facts = append(facts, count(r.lacking)+" one-sided")
	}
	if l := r.typical(); l.links > 0 {
		facts = append(facts, count(l.links)+" "+shortened(l.label, 17))
	}
	return facts
}

// typical is the label that most links carry. A label and its inverse count alike, give or
// take what is missing, and the shorter one fits.
func (r relation) typical() labelled {
	var typical labelled
	for _, l := range r.labels {
		if typical.links == 0 || l.links*20 >= r.labels[0].links*19 && len([]rune(l.label)) < len([]rune(typical.label)) {
			typical = l
		}
	}
	return typical
}

// tip is all that is known about the links.
func (r relation) tip(since bool) []string {
	text := []string{r.a + " – " + r.b, r.changed(some(r.links, "link"), since)}
	switch {
	case r.forward && !r.back:
		text = append(text, "read from "+r.a+" only")
	case r.back && !r.forward:
		text = append(text, "read from "+r.b+" only")
	}
	if r.lacking > 0 {
		text = append(text, fmt.Sprintf("%s without the way back (%s)", count(r.lacking), percent(r.lacking, r.links)))
	}
	text = append(text, r.found.checks...)
	for _, l := range r.labels[:min(maxLabels, len(r.labels))] {
		text = append(text, count(l.links)+" "+l.label)
	}
	if more := len(r.labels) - maxLabels; more > 0 {
		text = append(text, "and "+some(int64(more), "label")+" more")
	}
	return text
}

// maxLabels are the labels that a tooltip shows.
const maxLabels = 12

// worth is money by currency, the most first, as far as it is shown.
func worth(money []string, most int) string {
	text := strings.Join(money[:min(most, len(money))], " + ")
	if more := len(money) - most; more > 0 {
		text += fmt.Sprintf(" + %d more", more)
	}
	return text
}

// lead puts something before a text, where there is one.
func lead(before, text string) string {
	if text == "" {
		return ""
	}
	return before + text
}

// sortLabels puts the labels that most links carry first.
func (r *relation) sortLabels() {
	slices.SortFunc(r.labels, func(a, b labelled) int {
		return cmp.Or(cmp.Compare(b.links, a.links), strings.Compare(a.label, b.label))
	})
}
