package draw

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Text in DOT comes from a CRM: every text is quoted, with what Graphviz would read as an
// escape or an entity taken literally; labels in HTML, images and files are never used;
// ids are ours, and links are made of numbers.

// attribute is an attribute of a node, edge or graph, whose value is escaped already.
type attribute struct{ name, value string }

// lines makes one label of several lines.
func lines(texts ...string) string {
	escaped := make([]string, len(texts))
	for i, t := range texts {
		escaped[i] = dotText(shown(t))
	}
	return strings.Join(escaped, `\n`)
}

// leftLines makes one label of several lines that begin below each other.
func leftLines(texts []string) string {
	var label strings.Builder
	for _, t := range texts {
		label.WriteString(dotText(shortened(t, 200)) + `\l`)
	}
	return label.String()
}

// tip makes one text to read of several lines.
func tip(texts []string) string {
	escaped := make([]string, len(texts))
	for i, t := range texts {
		escaped[i] = dotText(shortened(t, 200))
	}
	return strings.Join(escaped, `\n`)
}

// dotText is a text inside of a quoted label.
func dotText(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, `&`, `&amp;`).Replace(s)
}

// statement writes a subject with its attributes.
func statement(b *bytes.Buffer, indent, subject string, attributes ...attribute) {
	b.WriteString(indent + subject)
	for i, a := range attributes {
		b.WriteString([]string{" [", ", "}[min(i, 1)] + a.name + `="` + a.value + `"`)
	}
	if len(attributes) > 0 {
		b.WriteString("]")
	}
	b.WriteString(";\n")
}

// The colours in the light, which SVG changes in the dark.
const (
	ink, paper      = "#1f2328", "#ffffff"
	frame, fill     = "#57606a", "#f6f8fa"
	amber, amberish = "#9a6700", "#fff8c5"
	red, reddish    = "#cf222e", "#ffebe9"
	green, greenish = "#1a7f37", "#dafbe1"
	grey, faint     = "#6e7781", "#afb8c1"
)

// The widths are how many characters of the title, the facts and the notes stand in a line.
const (
	titleWidth = 64
	factWidth  = 100
	noteWidth  = 112
)

// DOT writes the picture in the language of Graphviz. Equal content gives equal bytes:
// everything is in order, and nothing says the time.
func (p *Picture) DOT() []byte {
	return p.dot(attribute{"label", leftLines(p.words())}, attribute{"labelloc", "t"}, attribute{"labeljust", "l"})
}

// words are what is written around the picture.
func (p *Picture) words() []string {
	var all []string
	all = append(all, wrapped(p.Title, titleWidth)...)
	for _, f := range p.Facts {
		all = append(all, wrapped(f, factWidth)...)
	}
	return append(all, p.footnotes()...)
}

// footnotes are the notes, and the legend last.
func (p *Picture) footnotes() []string {
	var all []string
	for _, n := range append(slices.Clone(p.Notes), p.legend()) {
		if n != "" {
			all = append(all, wrapped(n, noteWidth)...)
		}
	}
	return all
}

// dot writes the picture with some attributes of its own.
func (p *Picture) dot(own ...attribute) []byte {
	var b bytes.Buffer
	b.WriteString("digraph \"hubgraph\" {\n")
	direction := "TB"
	if p.Across {
		direction = "LR"
	}
	statement(&b, "  ", "graph", append([]attribute{{"fontname", "Helvetica"}, {"fontsize", "11"}, {"fontcolor", ink}, {"bgcolor", paper},
		{"rankdir", direction}, {"nodesep", "0.18"}, {"ranksep", "0.35"}}, own...)...)
	statement(&b, "  ", "node", attribute{"fontname", "Helvetica"}, attribute{"fontsize", "11"}, attribute{"fontcolor", ink}, attribute{"color", frame},
		attribute{"fillcolor", fill}, attribute{"style", "filled"}, attribute{"margin", "0.14,0.06"})
	statement(&b, "  ", "edge", attribute{"fontname", "Helvetica"}, attribute{"fontsize", "10"}, attribute{"fontcolor", ink}, attribute{"color", frame}, attribute{"arrowsize", "0.7"})
	for _, n := range p.Nodes {
		statement(&b, "  ", strconv.Quote(n.ID), p.nodeAttributes(n)...)
	}
	for _, e := range p.Edges {
		if p.Narrow && e.Line == Present && e.Tone == Quiet {
			e.Lines = nil
		}
		if !p.Across { // the label stands beside the line
			e.Lines = indented(e.Lines)
		}
		statement(&b, "  ", strconv.Quote(e.From)+" -> "+strconv.Quote(e.To), e.attributes()...)
	}
	b.WriteString("}\n")
	return b.Bytes()
}

// narrowed are texts for a narrow node.
func narrowed(texts []string) []string {
	all := slices.Clone(texts)
	for i := range all {
		all[i] = shortened(all[i], narrowLine)
	}
	return all
}

// narrowLine is how many characters a line of a narrow node shows.
const narrowLine = 20

// indented keeps texts away from what stands at their left.
func indented(texts []string) []string {
	all := slices.Clone(texts)
	for i := range all {
		all[i] = "\u00a0\u00a0" + shown(all[i])
	}
	return all
}

func (p *Picture) nodeAttributes(n Node) []attribute {
	if p.Narrow {
		n.Lines = narrowed(n.Lines)
	}
	attributes := []attribute{{"label", lines(n.Lines...)}, {"shape", n.shape()}, {"class", strings.Join(n.classes(), " ")}}
	style := []string{"filled"}
	stroke, inside := frame, fill
	switch n.Tone {
	case Some:
		stroke, inside = amber, amberish
	case Much:
		stroke, inside = red, reddish
	}
	width := []float64{1, 1.6, 2.2}[n.Tone]
	switch n.Line {
	case Missing:
		style, stroke, inside, width = append(style, "dashed"), red, paper, 1.6
	case Planned:
		style, stroke, inside, width = append(style, "dashed"), green, greenish, 1.6
	case Gone:
		style, stroke, inside = append(style, "dotted"), grey, paper
	}
	if n.Focus {
		width = 3
	}
	if n.Label {
		attributes = append(attributes, attribute{"style", "solid"}, attribute{"fontsize", "10"})
	} else {
		attributes = append(attributes, attribute{"style", strings.Join(style, ",")}, attribute{"color", stroke}, attribute{"fillcolor", inside}, attribute{"penwidth", number(width)})
	}
	if n.Line == Gone {
		attributes = append(attributes, attribute{"fontcolor", grey})
	}
	if !p.Fixed {
		attributes = append(attributes, attribute{"fontsize", "10"})
	}
	attributes = append(attributes, p.size(n)...)
	return append(attributes, about(n.ID, n.Link, n.Tip)...)
}

// size is that of a node, in inches: no number moves it on the map, and records of a type
// look alike.
func (p *Picture) size(n Node) []attribute {
	width, height := 1.95, 0.92
	round := n.shape() == "ellipse"
	pointed := n.shape() == "hexagon" || n.shape() == "octagon"
	switch {
	case p.Fixed && n.Label:
		width, height = 1.5, 0.52
	case p.Fixed && (round || pointed):
		width, height = 2.55, 1.02
	case p.Fixed:
	case round:
		width, height = 2.45, 0.18+0.2*float64(len(n.Lines))
	case pointed:
		width, height = 2.8, 0.16+0.18*float64(len(n.Lines))
	default:
		width, height = 2.2, 0.14+0.18*float64(len(n.Lines))
	}
	if p.Narrow {
		width *= 0.72
	}
	return []attribute{{"fixedsize", "true"}, {"width", fmt.Sprintf("%.2f", width)}, {"height", fmt.Sprintf("%.2f", max(height, 0.36))}}
}

// classes are what a style sheet knows a node by.
func (n Node) classes() []string {
	classes := []string{lineClass(n.Line), toneClass(n.Tone)}
	if n.Focus {
		classes = append(classes, "focus")
	}
	if n.Label {
		classes = append(classes, "label")
	}
	return classes
}

func (e Edge) attributes() []attribute {
	if e.Hidden {
		return []attribute{{"style", "invis"}}
	}
	var attributes []attribute
	if len(e.Lines) > 0 && !e.aside() {
		attributes = append(attributes, attribute{"label", lines(e.Lines...)})
	}
	attributes = append(attributes, attribute{"class", strings.Join(e.classes(), " ")})
	switch {
	case e.Line == Missing && e.Forward:
		attributes = append(attributes, attribute{"arrowhead", "tee"})
	case e.Line == Planned && e.Forward:
		attributes = append(attributes, attribute{"arrowhead", "onormal"})
	case e.Forward && e.Back:
		attributes = append(attributes, attribute{"dir", "both"})
	case e.Back:
		attributes = append(attributes, attribute{"dir", "back"})
	case !e.Forward:
		attributes = append(attributes, attribute{"dir", "none"})
	}
	width, style, color := 1.2, "", ""
	if e.Primary {
		width = 2.6
	}
	if e.Width > 0 {
		width = e.Width
	}
	color = []string{"", amber, red}[e.Tone]
	if e.aside() {
		width, color = 0.8, faint
		attributes = append(attributes, attribute{"arrowsize", "0.5"})
	}
	switch e.Line {
	case Missing:
		style, color, width = "dashed", red, 1.8
	case Planned:
		style, color, width = "dashed", green, 1.8
	case Gone:
		style, color = "dotted", grey
	}
	if color != "" {
		attributes = append(attributes, attribute{"color", color}, attribute{"fontcolor", color})
	}
	if style != "" {
		attributes = append(attributes, attribute{"style", style})
	}
	attributes = append(attributes, attribute{"penwidth", number(width)})
	if e.Loose {
		attributes = append(attributes, attribute{"constraint", "false"})
	}
	return append(attributes, about(e.ID, e.Link, e.Tip)...)
}

// aside reports whether an edge links two neighbours of what the picture is about, and
// nothing is wrong with it: it is there, and is not what the reader looks for.
func (e Edge) aside() bool { return e.Loose && e.Line == Present && e.Tone == Quiet }

// classes are what a style sheet knows an edge by.
func (e Edge) classes() []string {
	classes := []string{lineClass(e.Line), toneClass(e.Tone)}
	if e.aside() {
		classes = append(classes, "aside")
	}
	return classes
}

// about is what stands behind a node or an edge.
func about(id, address string, text []string) []attribute {
	attributes := []attribute{{"id", id}}
	if address = Link(address); address != "" {
		attributes = append(attributes, attribute{"URL", dotText(address)})
	}
	if len(text) > 0 {
		attributes = append(attributes, attribute{"tooltip", tip(text)})
	}
	return attributes
}

func number(n float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", n), ".0") }
