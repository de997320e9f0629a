package draw

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Formats are the ends of the names of files that a picture can be written to, without
// the dot; those that people read first.
func Formats() []string { return []string{"dot", "svg", "png", "mmd", "graphml", "csv"} }

// Write makes the picture in one of the formats. installed has the command dot on PATH lay
// it out, where anything is to be laid out.
func (p *Picture) Write(ctx context.Context, format string, installed bool) ([]byte, error) {
	switch format {
	case "dot":
		return p.DOT(), nil
	case "svg":
		return p.SVG(ctx, installed)
	case "png":
		return p.PNG(ctx, installed)
	case "mmd":
		return p.Mermaid()
	case "graphml":
		return p.GraphML()
	case "csv":
		return p.CSV()
	}
	return nil, fmt.Errorf("no picture can be written as %q: choose one of %s", format, strings.Join(Formats(), ", "))
}

// maxMermaid is how many edges Mermaid draws unless its page is set to draw more.
const maxMermaid = 500

// Mermaid writes the picture in the language of Mermaid, which code hosts draw.
func (p *Picture) Mermaid() ([]byte, error) {
	if n := len(p.Edges); n > maxMermaid {
		return nil, fmt.Errorf("Mermaid draws at most %d edges, and these are %d: draw less, or choose another format", maxMermaid, n)
	}
	var b bytes.Buffer
	direction := "TD"
	if p.Across {
		direction = "LR"
	}
	fmt.Fprintf(&b, "%%%%{init: {\"flowchart\": {\"htmlLabels\": false}}}%%%%\nflowchart %s\n", direction)
	fmt.Fprintf(&b, "  accTitle: %s\n", strings.NewReplacer(";", ",", "#", "", "{", "(", "}", ")").Replace(shortened(p.Title, 200)))
	names := map[string]string{}
	for i, n := range p.Nodes {
		names[n.ID] = "n" + strconv.Itoa(i+1)
		corners := mermaidShapes[n.shape()]
		if corners == [2]string{} {
			corners = [2]string{"[", "]"}
		}
		fmt.Fprintf(&b, "  %s%s\"%s\"%s:::%s\n", names[n.ID], corners[0], mermaidText(n.Lines), corners[1], mermaidClass(n.Line, n.Tone))
	}
	for _, e := range p.Edges {
		if e.Hidden {
			continue
		}
		fmt.Fprintf(&b, "  %s %s %s\n", names[e.From], e.mermaid(), names[e.To])
	}
	for _, n := range p.Nodes {
		if address := Link(n.Link); strings.HasPrefix(address, "https://") {
			fmt.Fprintf(&b, "  click %s href \"%s\"\n", names[n.ID], address)
		}
	}
	b.WriteString("  classDef missing stroke-dasharray:6 4,stroke:#cf222e\n  classDef planned stroke-dasharray:6 4,stroke:#1a7f37\n" +
		"  classDef gone stroke-dasharray:2 3,stroke:#6e7781\n  classDef some stroke:#9a6700,stroke-width:2px\n  classDef much stroke:#cf222e,stroke-width:3px\n")
	return b.Bytes(), nil
}

// mermaidShapes are how Mermaid writes the shapes of nodes.
var mermaidShapes = map[string][2]string{
	"ellipse": {"([", "])"}, "hexagon": {"{{", "}}"}, "octagon": {"[/", "\\]"}, "box3d": {"[[", "]]"}, "folder": {"[(", ")]"}, "plaintext": {"(", ")"},
}

func mermaidClass(l Line, t Tone) string {
	if l != Present {
		return lineClass(l)
	}
	return toneClass(t)
}

// mermaid is the line of an edge, with its label.
func (e Edge) mermaid() string {
	line, head := "--", "-->"
	switch {
	case e.Line == Gone, e.Line == Missing, e.Line == Planned:
		line, head = "-.", ".->"
	case e.Primary:
		line, head = "==", "==>"
	}
	if !e.Forward && !e.Back {
		head = map[string]string{"--": "---", "-.": ".-", "==": "==="}[line]
	}
	back := ""
	if e.Back {
		back = "<"
	}
	words := e.Lines
	if e.Line != Present && len(words) == 0 {
		words = []string{lineClass(e.Line)}
	}
	if len(words) == 0 {
		return back + map[string]string{"--": "", "-.": "-", "==": ""}[line] + head
	}
	return fmt.Sprintf("%s%s \"%s\" %s", back, line, mermaidText(words), head)
}

// mermaidText writes a text so that Mermaid reads none of it: whatever is no letter, digit
// or blank of the plain kinds as an entity of its own.
func mermaidText(texts []string) string {
	var b strings.Builder
	for i, t := range texts {
		if i > 0 {
			b.WriteString("<br>")
		}
		for _, r := range shown(t) {
			if r < 0x80 && !strings.ContainsRune(" ,.:()+-/%", r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
				fmt.Fprintf(&b, "#%d;", r)
				continue
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

// GraphML writes nodes and edges for graph tools such as Gephi and yEd.
func (p *Picture) GraphML() ([]byte, error) {
	type data struct {
		Key  string `xml:"key,attr"`
		Text string `xml:",chardata"`
	}
	type key struct {
		ID   string `xml:"id,attr"`
		For  string `xml:"for,attr"`
		Name string `xml:"attr.name,attr"`
		Type string `xml:"attr.type,attr"`
	}
	type node struct {
		ID   string `xml:"id,attr"`
		Data []data `xml:"data"`
	}
	type edge struct {
		ID   string `xml:"id,attr"`
		From string `xml:"source,attr"`
		To   string `xml:"target,attr"`
		Data []data `xml:"data"`
	}
	type document struct {
		XMLName xml.Name `xml:"http://graphml.graphdrawing.org/xmlns graphml"`
		Keys    []key    `xml:"key"`
		Graph   struct {
			Directed string `xml:"edgedefault,attr"`
			Nodes    []node `xml:"node"`
			Edges    []edge `xml:"edge"`
		} `xml:"graph"`
	}
	var d document
	for _, k := range []string{"label", "type", "record", "line", "link"} {
		d.Keys = append(d.Keys, key{"n_" + k, "node", k, "string"})
	}
	for _, k := range []string{"label", "line", "forward", "back", "link"} {
		d.Keys = append(d.Keys, key{"e_" + k, "edge", k, "string"})
	}
	d.Graph.Directed = "directed"
	for _, n := range p.Nodes {
		record := ""
		if n.Record != 0 {
			record = strconv.FormatInt(n.Record, 10)
		}
		d.Graph.Nodes = append(d.Graph.Nodes, node{n.ID, []data{{"n_label", plain(n.Lines)}, {"n_type", shown(n.Type)}, {"n_record", record}, {"n_line", lineClass(n.Line)}, {"n_link", Link(n.Link)}}})
	}
	for _, e := range p.drawn() {
		d.Graph.Edges = append(d.Graph.Edges, edge{e.ID, e.From, e.To, []data{{"e_label", plain(e.Lines)}, {"e_line", lineClass(e.Line)},
			{"e_forward", strconv.FormatBool(e.Forward)}, {"e_back", strconv.FormatBool(e.Back)}, {"e_link", Link(e.Link)}}})
	}
	text, err := xml.MarshalIndent(d, "", " ")
	if err != nil {
		return nil, fmt.Errorf("write GraphML: %w", err)
	}
	return append([]byte(xml.Header), append(text, '\n')...), nil
}

func plain(texts []string) string {
	short := make([]string, len(texts))
	for i, t := range texts {
		short[i] = shown(t)
	}
	return strings.Join(short, "; ")
}

// drawn are the edges that are to be seen.
func (p *Picture) drawn() []Edge {
	return slices.DeleteFunc(slices.Clone(p.Edges), func(e Edge) bool { return e.Hidden })
}

// CSV writes an edge a row, for spreadsheets and graph tools.
func (p *Picture) CSV() ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write([]string{"from", "from_type", "from_id", "from_label", "to", "to_type", "to_id", "to_label", "line", "forward", "back", "label", "link"})
	nodes := map[string]Node{}
	for _, n := range p.Nodes {
		nodes[n.ID] = n
	}
	end := func(n Node) []string {
		record := ""
		if n.Record != 0 {
			record = strconv.FormatInt(n.Record, 10)
		}
		return []string{n.ID, cell(n.Type), record, cell(plain(n.Lines))}
	}
	for _, e := range p.drawn() {
		row := append(end(nodes[e.From]), end(nodes[e.To])...)
		w.Write(append(row, lineClass(e.Line), strconv.FormatBool(e.Forward), strconv.FormatBool(e.Back), cell(plain(e.Lines)), Link(e.Link)))
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// cell is a text that no spreadsheet takes for a formula.
func cell(s string) string {
	s = shortened(s, 200)
	if first := strings.TrimLeft(s, " \u00a0\u3000"); first != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(first)[0]) {
		return "'" + s
	}
	return s
}
