package draw

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// WriteMap draws the shape of a portal as DOT, from its DuckDB file: the object
// types with their records, and one edge for each two of them that are linked,
// with its links, its labels, and what changed since the baseline. Equal content
// gives equal bytes: everything is in order, and nothing tells the time.
func WriteMap(ctx context.Context, w io.Writer, db *sql.DB) error {
	m, err := readShape(ctx, db)
	if err != nil {
		return fmt.Errorf("draw the map: %w", err)
	}
	_, err = w.Write(m.dot())
	return err
}

func (m *shape) dot() []byte {
	var b bytes.Buffer
	b.WriteString("digraph \"hubgraph\" {\n")
	statement(&b, "  ", "graph", attribute{"label", lines(m.caption()...)}, attribute{"labelloc", "b"}, attribute{"rankdir", "LR"}, attribute{"fontname", "Helvetica"})
	statement(&b, "  ", "node", attribute{"fontname", "Helvetica"})
	statement(&b, "  ", "edge", attribute{"fontname", "Helvetica"}, attribute{"fontsize", "10"})
	names := m.names()
	for _, k := range m.kinds {
		statement(&b, "  ", strconv.Quote(names[k.name]), attribute{"label", lines(k.label(m.compared)...)}, attribute{"shape", shapeOf(k)})
	}
	for _, r := range m.relations {
		subject := strconv.Quote(names[r.a]) + " -> " + strconv.Quote(names[r.b])
		statement(&b, "  ", subject, r.attributes(m.compared)...)
	}
	writeLegend(&b, m.compared)
	b.WriteString("}\n")
	return b.Bytes()
}

// shape is what the map shows.
type shape struct {
	portal    int64
	records   int64
	links     int64
	unused    int64 // pairs of types with a definition and no links
	compared  bool  // there is a baseline
	kinds     []kind
	relations []relation
}

// kind is an object type.
type kind struct {
	name, typeID string
	custom       bool
	linkable     bool // the portal defines an association type for it
	records      int64
	before       int64 // records of the baseline
	orphans      int64 // records without any association
}

// relation is two object types and the links between their records, each pair of
// records counted once. a comes before b.
type relation struct {
	a, b          string
	links         drift
	forward, back bool // links are read from a to b, from b to a
	missing       int64
	primary       bool
	labels        []labelled
	omitted       int // labels that are not shown
}

// drift is a count of links, and how many of them are new or gone since the
// baseline.
type drift struct{ now, new, lost int64 }

type labelled struct {
	label string
	drift
}

// maxLabels are the labels that an edge shows.
const maxLabels = 12

// names are the names of the nodes: HubSpot's type id, which is stable, where it
// is one.
func (m *shape) names() map[string]string {
	names := map[string]string{}
	for i, k := range m.kinds {
		names[k.name] = k.typeID
		if !typeIDPattern.MatchString(k.typeID) {
			names[k.name] = "type" + strconv.Itoa(i+1)
		}
	}
	return names
}

var typeIDPattern = regexp.MustCompile(`^[0-9]+-[0-9]+$`)

func (m *shape) caption() []string {
	caption := []string{fmt.Sprintf("Portal %d: %s and %s between them, %s", m.portal, some(m.records, "record"), some(m.links, "link"), some(int64(len(m.kinds)), "object type"))}
	if m.compared {
		var gained, lost int64
		for _, r := range m.relations {
			gained += r.links.new
			lost += r.links.lost
		}
		caption = append(caption, fmt.Sprintf("Since the baseline: %s new, %s gone", some(gained, "link"), count(lost)))
	}
	if m.unused > 0 {
		caption = append(caption, fmt.Sprintf("Not drawn: %s of object types that could be linked and are not", some(m.unused, "pair")))
	}
	return caption
}

func (k kind) label(compared bool) []string {
	records := some(k.records, "record")
	if compared && k.records != k.before {
		records += fmt.Sprintf(" (%+d)", k.records-k.before)
	}
	label := []string{shown(k.name), records}
	if k.linkable && k.orphans > 0 {
		label = append(label, fmt.Sprintf("%s without any link (%.1f %%)", count(k.orphans), 100*float64(k.orphans)/float64(k.records)))
	}
	return label
}

// shapeOf gives the object types that every portal has shapes of their own.
func shapeOf(k kind) string {
	shapes := map[string]string{"contacts": "ellipse", "companies": "box", "deals": "hexagon", "tickets": "octagon", "line_items": "note"}
	switch {
	case k.custom:
		return "box3d"
	case shapes[k.name] == "":
		return "component"
	}
	return shapes[k.name]
}

func (r relation) attributes(compared bool) []attribute {
	label := []string{r.links.text(some(r.links.now, "link"), compared)}
	for _, l := range r.labels {
		label = append(label, shown(l.label)+": "+l.text(count(l.now), compared))
	}
	if r.omitted > 0 {
		label = append(label, "and "+some(int64(r.omitted), "label")+" more")
	}
	if r.missing > 0 {
		label = append(label, count(r.missing)+" without inverse")
	}
	attributes := []attribute{{"label", lines(label...)}}
	switch {
	case r.forward == r.back:
		attributes = append(attributes, attribute{"dir", "both"})
	case r.back:
		attributes = append(attributes, attribute{"dir", "back"})
	}
	var styles []string
	if r.primary {
		styles = append(styles, "bold")
	}
	if r.links.now == 0 {
		styles = append(styles, "dotted")
		attributes = append(attributes, attribute{"color", "gray50"}, attribute{"fontcolor", "gray50"})
	} else if r.missing > 0 || r.forward != r.back {
		attributes = append(attributes, attribute{"color", "red3"})
	}
	if len(styles) > 0 {
		attributes = append(attributes, attribute{"style", strings.Join(styles, ",")})
	}
	return attributes
}

// text adds to a count what changed since the baseline.
func (d drift) text(now string, compared bool) string {
	if !compared || d.new == 0 && d.lost == 0 {
		return now
	}
	var parts []string
	if d.new > 0 {
		parts = append(parts, "+"+count(d.new))
	}
	if d.lost > 0 {
		parts = append(parts, "−"+count(d.lost))
	}
	return now + " (" + strings.Join(parts, " ") + ")"
}

// some is a count of things.
func some(n int64, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return count(n) + " " + thing
}

// count writes a number with its thousands apart.
func count(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// writeLegend draws what the lines mean.
func writeLegend(b *bytes.Buffer, compared bool) {
	entries := []struct {
		text       string
		attributes []attribute
	}{
		{"links, read from both ends", []attribute{{"dir", "both"}}},
		{"some are primary", []attribute{{"dir", "both"}, {"style", "bold"}}},
		{"some lack their inverse", []attribute{{"dir", "both"}, {"color", "red3"}}},
		{"read from one end only", []attribute{{"color", "red3"}}},
	}
	if compared {
		entries = append(entries, struct {
			text       string
			attributes []attribute
		}{"all gone since the baseline", []attribute{{"dir", "both"}, {"style", "dotted"}, {"color", "gray50"}}})
	}
	b.WriteString("  subgraph \"cluster_legend\" {\n")
	statement(b, "    ", "graph", attribute{"label", "Legend"}, attribute{"fontsize", "10"})
	statement(b, "    ", "node", attribute{"shape", "point"})
	for i, e := range entries {
		subject := fmt.Sprintf(`"legend%da" -> "legend%db"`, i+1, i+1)
		statement(b, "    ", subject, append([]attribute{{"label", lines(e.text)}}, e.attributes...)...)
	}
	b.WriteString("  }\n")
}

// keepLabels leaves the labels that most links carry, in the order of the text.
func (r *relation) keepLabels() {
	slices.SortFunc(r.labels, func(a, b labelled) int {
		return cmp.Or(cmp.Compare(b.now+b.lost, a.now+a.lost), strings.Compare(a.label, b.label))
	})
	if len(r.labels) > maxLabels {
		r.omitted = len(r.labels) - maxLabels
		r.labels = r.labels[:maxLabels]
	}
	slices.SortFunc(r.labels, func(a, b labelled) int { return strings.Compare(a.label, b.label) })
}
