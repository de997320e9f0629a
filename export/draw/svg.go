package draw

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"

	"hubgraph/export/draw/graphviz"
)

// dark are the colours on a dark page. Lines, dashes and shapes say the same without.
const dark = `<style>
text{font-family:Helvetica,Arial,"Liberation Sans",sans-serif}
a:hover text{text-decoration:underline}
@media (prefers-color-scheme:dark){
rect.paper{fill:#0d1117}
text{fill:#e6edf3}
text.note{fill:#9198a1}
.node polygon,.node ellipse,.node path,.node polyline{fill:#161b22;stroke:#8b949e}
.node polyline{fill:none}
.edge path{stroke:#8b949e}
.edge polygon,.edge polyline{fill:#8b949e;stroke:#8b949e}
.node.some polygon,.node.some ellipse,.node.some path{fill:#332701;stroke:#d29922}
.node.much polygon,.node.much ellipse,.node.much path{fill:#3c1618;stroke:#f85149}
.node.missing polygon,.node.missing ellipse,.node.missing path{fill:#0d1117;stroke:#f85149}
.node.planned polygon,.node.planned ellipse,.node.planned path{fill:#04260f;stroke:#3fb950}
.node.gone polygon,.node.gone ellipse,.node.gone path{fill:#0d1117;stroke:#8b949e}
.node.gone text,.edge.gone text{fill:#9198a1}
.edge.aside path{stroke:#484f58}
.edge.aside polygon{fill:#484f58;stroke:#484f58}
.edge.some path,.edge.some polygon{stroke:#d29922}
.edge.some polygon{fill:#d29922}
.edge.some text{fill:#d29922}
.edge.much path,.edge.missing path,.edge.much polygon,.edge.missing polygon,.edge.missing polyline{stroke:#f85149}
.edge.much polygon,.edge.missing polygon{fill:#f85149}
.edge.much text,.edge.missing text{fill:#ff7b72}
.edge.planned path,.edge.planned polygon{stroke:#3fb950}
.edge.planned polygon{fill:#0d1117}
.edge.planned text{fill:#3fb950}
}
</style>
`

// SVG is the picture as SVG, for light and dark pages. installed has the command dot on
// PATH lay it out. It runs no script, and asks for nothing.
func (p *Picture) SVG(ctx context.Context, installed bool) ([]byte, error) {
	layOut := graphviz.SVG
	if installed {
		layOut = graphviz.Installed
	}
	picture, err := layOut(ctx, p.dot())
	if err != nil {
		return nil, err
	}
	return p.dressed(picture)
}

// PNG is the picture as PNG, for a light page.
func (p *Picture) PNG(ctx context.Context, installed bool) ([]byte, error) {
	picture, err := p.SVG(ctx, installed)
	if err != nil {
		return nil, err
	}
	return graphviz.PNG(picture)
}

var (
	// svgStart is how Graphviz's SVG begins, up to the background of the graph.
	svgStart = regexp.MustCompile(`(?s)^.*?<svg [^>]*viewBox="0\.00 0\.00 ([0-9.]+) ([0-9.]+)"[^>]*>\s*(<g id="[^"]*" class="graph"[^>]*>)\s*(?:<title>[^<]*</title>\s*)?<polygon [^>]*/>`)
	// svgGroup is how it begins a node or an edge.
	svgGroup = regexp.MustCompile(`<g id="([^"]*)" class="([^"]*)"([^>]*)>\s*<title>[^<]*</title>`)
	svgTip   = regexp.MustCompile(` xlink:title="[^"]*"`)
)

// margin is around the picture, in points.
const margin = 12

// words of a size, below each other.
type words struct {
	class, weight, color string
	size                 float64
	lines                []string
}

// height is what they take, and width as much as they may: letters differ.
func (w words) height() float64 { return 1.4 * w.size * float64(len(w.lines)) }

func (w words) width() float64 {
	longest := 0
	for _, l := range w.lines {
		longest = max(longest, len([]rune(l)))
	}
	wide := 0.52
	if w.weight == "bold" {
		wide = 0.6
	}
	return wide * w.size * float64(longest)
}

// write writes them below a line, and returns where they end.
func (w words) write(b *bytes.Buffer, y float64) float64 {
	for _, l := range w.lines {
		y += 1.4 * w.size
		fmt.Fprintf(b, "<text class=\"%s\" x=\"%d\" y=\"%.2f\" font-family=\"Helvetica,sans-Serif\" font-size=\"%.2f\" font-weight=\"%s\" fill=\"%s\">%s</text>\n",
			w.class, margin, y, w.size, w.weight, w.color, html.EscapeString(shortened(l, 200)))
	}
	return y
}

// dressed puts what Graphviz laid out between the title with the facts and the notes with
// the legend, gives it its colours for the dark, and each thing its own title instead of
// Graphviz's name for it.
func (p *Picture) dressed(svg []byte) ([]byte, error) {
	start := svgStart.FindSubmatchIndex(svg)
	if start == nil {
		return nil, errors.New("draw the picture: Graphviz made no SVG")
	}
	size := func(i int) float64 {
		n, _ := strconv.ParseFloat(string(svg[start[i]:start[i+1]]), 64) // the pattern has digits only
		return n
	}
	var facts []string
	for _, f := range p.Facts {
		facts = append(facts, wrapped(f, factWidth)...)
	}
	title := words{"title", "bold", ink, 15, wrapped(p.Title, titleWidth)}
	below := words{"fact", "normal", ink, 11, facts}
	notes := words{"note", "normal", grey, 9, p.footnotes()}
	width := max(size(2), title.width(), below.width(), notes.width()) + 2*margin
	top := title.height() + below.height() + 2*margin
	height := top + size(4) + notes.height() + 2*margin

	var b bytes.Buffer
	fmt.Fprintf(&b, "<svg width=\"%.0fpt\" height=\"%.0fpt\" viewBox=\"0.00 0.00 %.2f %.2f\" xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">\n", width, height, width, height)
	fmt.Fprintf(&b, "<title>%s</title>\n%s<rect class=\"paper\" width=\"%.2f\" height=\"%.2f\" fill=\"%s\"/>\n", html.EscapeString(shortened(p.Title, 200)), dark, width, height, paper)
	below.write(&b, title.write(&b, margin/2)+margin/3)
	notes.write(&b, top+size(4)+margin/2)
	fmt.Fprintf(&b, "<g transform=\"translate(%.2f %.2f)\">\n", (width-size(2))/2, top)
	b.Write(svg[start[6]:start[7]])
	b.Write(p.titled(bytes.TrimSuffix(bytes.TrimSpace(svg[start[1]:]), []byte("</svg>"))))
	b.WriteString("</g>\n</svg>\n")
	return b.Bytes(), nil
}

// titled gives nodes and edges titles of their own.
func (p *Picture) titled(svg []byte) []byte {
	tips := map[string][]string{}
	for _, n := range p.Nodes {
		tips[n.ID] = n.Tip
	}
	for _, e := range p.Edges {
		tips[e.ID] = e.Tip
	}
	return svgGroup.ReplaceAllFunc(svgTip.ReplaceAll(svg, nil), func(group []byte) []byte {
		part := svgGroup.FindSubmatch(group)
		opened := `<g id="` + string(part[1]) + `" class="` + string(part[2]) + `"` + string(part[3]) + `>`
		var escaped []string
		for _, t := range tips[html.UnescapeString(string(part[1]))] { // Graphviz escapes dashes, too
			escaped = append(escaped, html.EscapeString(shortened(t, 200)))
		}
		if len(escaped) == 0 {
			return []byte(opened)
		}
		return []byte(opened + "\n<title>" + strings.Join(escaped, "\n") + "</title>")
	})
}
