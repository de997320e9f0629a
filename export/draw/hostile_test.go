package draw

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	harm "hubgraph/internal/hostile"
)

// hostile is a picture with a text wherever a portal has one: of a map, of records and
// what links them, and of evidence, side by side.
func hostile(s string) *Picture {
	kinds := []kind{{name: s, typeID: s, custom: true, records: 5, linkable: true, orphans: 1, found: findings{count: 1, records: 1, money: []string{"5 " + shortened(s, 3)}, checks: []string{s}}}, {name: s + "z", typeID: "0-1", records: 1}}
	m := &shape{portal: 7, since: true, kinds: kinds, results: []result{{title: s, severity: s, status: "fail", found: 1, money: []string{s}}}}
	m.relations = []relation{{a: s, b: s + "z", links: 3, lacking: 1, labels: []labelled{{s, 2}}, found: findings{checks: []string{s}}}}
	a, b, c := Key{s, 1}, Key{s + "z", 2}, Key{"deals", 3}
	sc := &scene{level: map[Key]int{a: 0, b: 1, c: 2}, focus: map[Key]bool{a: true}, records: map[Key]*record{
		a: {key: a, typeID: s, singular: s, known: true, seen: true, name: s, url: s, stage: s, amount: "1", currency: s, findings: 1, severity: s},
		b: {key: b, typeID: "0-1", singular: s, known: true, seen: true, archived: true, url: "https://app.hubspot.com/contacts/7/record/0-1/2"},
		c: {key: c, typeID: "0-3", singular: s, name: s},
	}}
	sc.ties = []*tie{{a: a, b: b, forward: true, halfAB: true, labels: []string{s, s + "2"}, answers: []string{s}, unanswered: []string{s}}}
	sc.folds = []*fold{{kind: s, level: 1, count: 40, from: map[Key]int64{a: 40}}}
	record := sc.picture()
	record.Title, record.Facts, record.Notes = s, []string{s}, sc.confession(43)
	f := &finding{fingerprint: "0", check: s, title: s, fromType: s, toType: s, evidence: map[string]any{"change": s, "old_label": s, "new_label": s + "n"}}
	types := f.ofTypes(names{})
	types.Facts = []string{f.story()}
	all := &Picture{Title: s, Facts: []string{s}}
	for i, p := range []*Picture{m.picture(), record, types} {
		own := fmt.Sprintf("p%d", i)
		all.Facts, all.Notes = append(all.Facts, p.Facts...), append(all.Notes, p.Notes...)
		for _, n := range p.Nodes {
			n.ID = own + n.ID
			all.Nodes = append(all.Nodes, n)
		}
		for _, e := range p.Edges {
			e.ID, e.From, e.To = own+e.ID, own+e.From, own+e.To
			all.Edges = append(all.Edges, e)
		}
	}
	return all
}

// TestHostileTexts puts texts wherever a portal has some, reads each format with a parser,
// and finds the same things as with a harmless text, and the text as text.
func TestHostileTexts(t *testing.T) {
	all := harm.Texts()
	if len(all) != 200 {
		t.Fatalf("%d payloads", len(all))
	}
	want := structure(t, hostile("harmless"))
	for i, s := range all {
		if diff := cmp.Diff(want, structure(t, hostile(s))); diff != "" {
			t.Errorf("payload %d, %q, breaks out (-harmless +payload):\n%s", i, s, diff)
		}
	}
}

// structure writes a picture in each format, parses it, and returns what it is made of,
// without its texts. Those it compares with what they are to show.
func structure(t *testing.T, p *Picture) []string {
	t.Helper()
	all := []string{fmt.Sprintf("%d nodes, %d edges", len(p.Nodes), len(p.Edges))}
	all = append(all, dotStructure(t, p)...)
	all = append(all, svgStructure(t, p)...)
	all = append(all, graphmlStructure(t, p)...)
	all = append(all, csvStructure(t, p)...)
	all = append(all, mermaidStructure(t, p)...)
	for i := range all { // the id of a type that HubSpot gave none
		all[i] = regexp.MustCompile(`rx[0-9a-f]{16}_`).ReplaceAllString(all[i], "rx_")
	}
	slices.Sort(all)
	return all
}

func dotStructure(t *testing.T, p *Picture) (all []string) {
	t.Helper()
	labels := map[string][]string{}
	for _, s := range parseDOT(t, string(p.DOT())) {
		labels[s.subject] = unescape(s.attributes["label"])
		delete(s.attributes, "label")
		delete(s.attributes, "tooltip")
		var rest []string
		for name, value := range s.attributes {
			rest = append(rest, name+"="+value)
		}
		slices.Sort(rest)
		all = append(all, "dot "+s.subject+" "+strings.Join(rest, " "))
	}
	for _, n := range p.Nodes {
		var want []string
		for _, l := range n.Lines {
			want = append(want, shown(l))
		}
		if got := labels[n.ID]; !slices.Equal(got, want) {
			t.Errorf("DOT shows %q, want %q", got, want)
		}
	}
	return all
}

// The parts of SVG that pictures are made of.
var (
	svgElements   = []string{"svg", "style", "title", "rect", "g", "a", "text", "polygon", "polyline", "path", "ellipse"}
	svgAttributes = []string{"class", "cx", "cy", "d", "fill", "font-family", "font-size", "font-weight", "height", "href", "id", "points", "rx", "ry", "stroke", "stroke-dasharray",
		"stroke-width", "text-anchor", "transform", "viewBox", "width", "x", "xmlns", "xlink", "y"}
)

func svgStructure(t *testing.T, p *Picture) (all []string) {
	t.Helper()
	svg, err := p.SVG(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	decoder := xml.NewDecoder(bytes.NewReader(svg))
	var texts []string
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("SVG: %v", err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			if !slices.Contains(svgElements, e.Name.Local) {
				t.Errorf("SVG has an element %s", e.Name.Local)
			}
			text := "svg " + e.Name.Local
			for _, a := range e.Attr {
				if !slices.Contains(svgAttributes, a.Name.Local) {
					t.Errorf("SVG has an attribute %s", a.Name.Local)
				}
				switch a.Name.Local {
				case "href":
					if !linkPattern.MatchString(a.Value) {
						t.Errorf("SVG links to %q", a.Value)
					}
					fallthrough
				case "id", "class":
					text += " " + a.Name.Local + "=" + a.Value
				}
			}
			if e.Name.Local == "text" {
				var line string
				if err := decoder.DecodeElement(&line, &e); err != nil {
					t.Fatalf("SVG: %v", err)
				}
				texts = append(texts, strings.ReplaceAll(line, "\u00a0", " "))
				continue // long titles take more lines than short ones
			}
			all = append(all, text)
		case xml.ProcInst, xml.Directive, xml.Comment:
			if c, ok := e.(xml.Comment); !ok || strings.Contains(string(c), "<") {
				t.Errorf("SVG has %T", e)
			}
		}
	}
	for _, n := range p.Nodes {
		for _, l := range n.Lines {
			if want := shown(l); strings.TrimSpace(want) != "" && !slices.Contains(texts, strings.ReplaceAll(want, "\u00a0", " ")) {
				t.Errorf("SVG does not show %q: %q", want, texts)
			}
		}
	}
	return all
}

func graphmlStructure(t *testing.T, p *Picture) (all []string) {
	t.Helper()
	text, err := p.GraphML()
	if err != nil {
		t.Fatal(err)
	}
	type datum struct {
		Key  string `xml:"key,attr"`
		Text string `xml:",chardata"`
	}
	var d struct {
		Nodes []struct {
			ID   string  `xml:"id,attr"`
			Data []datum `xml:"data"`
		} `xml:"graph>node"`
		Edges []struct {
			From string  `xml:"source,attr"`
			To   string  `xml:"target,attr"`
			Data []datum `xml:"data"`
		} `xml:"graph>edge"`
	}
	if err := xml.Unmarshal(text, &d); err != nil {
		t.Fatalf("GraphML: %v", err)
	}
	for i, n := range d.Nodes {
		all = append(all, fmt.Sprintf("graphml %s %d", n.ID, len(n.Data)))
		if want := plain(p.Nodes[i].Lines); n.Data[0].Text != want {
			t.Errorf("GraphML shows %q, want %q", n.Data[0].Text, want)
		}
	}
	for _, e := range d.Edges {
		all = append(all, fmt.Sprintf("graphml %s %s %d", e.From, e.To, len(e.Data)))
	}
	return all
}

func csvStructure(t *testing.T, p *Picture) (all []string) {
	t.Helper()
	text, err := p.CSV()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatalf("CSV: %v", err)
	}
	for _, row := range rows {
		for _, cell := range row {
			begin := strings.TrimLeftFunc(cell, unicode.IsSpace)
			if begin != "" && strings.ContainsRune("=+-@＝＋－＠|%", []rune(begin)[0]) && !strings.HasPrefix(begin, "|") && !strings.HasPrefix(begin, "%") || strings.ContainsAny(cell, "\t\r\n") {
				t.Errorf("CSV has the formula %q", cell)
			}
		}
		all = append(all, fmt.Sprintf("csv %d %s %s %s", len(row), row[0], row[4], row[8]))
	}
	return all
}

// mermaidLines are the lines that a drawing in Mermaid is made of, with texts in quotes of
// which nothing but letters, digits, some plain signs and entities is ASCII.
var mermaidLines = regexp.MustCompile("^(" + strings.Join([]string{
	`%%\{init: \{"flowchart": \{"htmlLabels": false\}\}\}%%`, `flowchart (TD|LR)`, `  accTitle: [^;#{}]*`,
	`  n[0-9]+(\(\[|\{\{|\[/|\[\[|\[\(|\(|\[)"TEXT"(\]\)|\}\}|\\\]|\]\]|\)\]|\)|\]):::[a-z]+`,
	`  n[0-9]+ <?[-=.]+( "TEXT" [-=.]+)?>? n[0-9]+`, `  click n[0-9]+ href "https://app[a-z0-9-]*\.hubspot\.com/[a-z0-9/-]*"`, `  classDef [a-z]+ [a-z0-9:#, -]+`,
}, "|") + ")$")

func mermaidStructure(t *testing.T, p *Picture) (all []string) {
	t.Helper()
	text, err := p.Mermaid()
	if err != nil {
		t.Fatal(err)
	}
	quoted := regexp.MustCompile(`(\(\[|\{\{|\[/|\[\[|\[\(|\(|\[|[-=.] )"((?:[^"\x00-\x1f!#$&'*;<=>?@[\\\]^_` + "`" + `{|}~]|#[0-9]+;|<br>)*)"`)
	var texts []string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if found := quoted.FindStringSubmatch(line); found != nil && !strings.HasPrefix(line, "%%") {
			texts = append(texts, found[2])
			line = strings.Replace(line, `"`+found[2]+`"`, `"TEXT"`, 1)
		}
		if !mermaidLines.MatchString(line) {
			t.Errorf("Mermaid has the line %q", line)
		}
		if !strings.Contains(line, "accTitle") {
			all = append(all, "mermaid "+line)
		}
	}
	for i, n := range p.Nodes {
		got := regexp.MustCompile(`#([0-9]+);`).ReplaceAllStringFunc(strings.ReplaceAll(texts[i], "<br>", "\n"), func(e string) string {
			r, err := strconv.Atoi(strings.Trim(e, "#;"))
			if err != nil {
				t.Fatal(err)
			}
			return string(rune(r))
		})
		var want []string
		for _, l := range n.Lines {
			want = append(want, shown(l))
		}
		if got != strings.Join(want, "\n") {
			t.Errorf("Mermaid shows %q, want %q", got, want)
		}
	}
	return all
}

// dotStatement is a statement of a drawing as Graphviz would read it.
type dotStatement struct {
	subject    string
	attributes map[string]string
}

// parseDOT reads the part of the language that drawings use, and nothing else.
func parseDOT(t interface{ Fatalf(string, ...any) }, dot string) []dotStatement {
	var statements []dotStatement
	quoted := func(s string) (value, rest string) {
		if !strings.HasPrefix(s, `"`) {
			t.Fatalf("no quoted text at %q", s)
		}
		for i := 1; i < len(s); i++ {
			switch s[i] {
			case '\\':
				i++
			case '"':
				return s[1:i], s[i+1:]
			}
		}
		t.Fatalf("no end of the text at %q", s)
		return "", ""
	}
	for n, line := range strings.Split(strings.TrimSuffix(dot, "\n"), "\n") {
		line = strings.TrimSpace(line)
		if strings.HasSuffix(line, "{") || line == "}" {
			continue
		}
		s := dotStatement{attributes: map[string]string{}}
		if keyword, rest, ok := strings.Cut(line, " "); ok && (keyword == "graph" || keyword == "node" || keyword == "edge") {
			s.subject, line = keyword, " "+rest
		} else {
			s.subject, line = quoted(line)
			if rest, ok := strings.CutPrefix(line, " -> "); ok {
				var to string
				to, line = quoted(rest)
				s.subject += " -> " + to
			}
		}
		for prefix := " ["; line != ";" && line != "];"; prefix = ", " {
			rest, ok := strings.CutPrefix(line, prefix)
			name, value, found := strings.Cut(rest, "=")
			if !ok || !found {
				t.Fatalf("line %d: no attribute at %q", n+1, line)
			}
			s.attributes[name], line = quoted(value)
		}
		statements = append(statements, s)
	}
	return statements
}

// unescape reads the lines of a label as Graphviz does.
func unescape(label string) []string {
	label = strings.NewReplacer(`\\`, "\x00", `\"`, `"`, `\n`, "\x01").Replace(label)
	return strings.Split(html.UnescapeString(strings.ReplaceAll(label, "\x00", `\`)), "\x01")
}
