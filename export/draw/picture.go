// Package draw draws what a DuckDB file holds: the shape of a portal, a record with its
// neighbours, how two records hang together, a connected part, and what a check found.
// It asks with a handful of queries, however much there is, and writes DOT, SVG, PNG,
// Mermaid, GraphML, and the edges as CSV.
package draw

import (
	"regexp"
	"strconv"
	"strings"
)

// Picture is a drawing before anything is laid out. Texts are the portal's and anybody's;
// the writers make them harmless. Ids are ours.
type Picture struct {
	Title  string   // the verdict: what the reader is to take away
	Facts  []string // what stands under it
	Notes  []string // what is not drawn, and why
	Across bool     // grows from left to right, not downwards
	Fixed  bool     // nodes and labels have sizes of their own, so that no number moves them
	Narrow bool     // has many columns: shorter texts, and labels only where something is wrong
	Nodes  []Node
	Edges  []Edge
}

// Line says what a node or an edge is, by its line; colour comes second.
type Line int

// The lines.
const (
	Present Line = iota // it is there
	Missing             // it should be there: dashed, red
	Planned             // a repair would add it, or one may choose it: dashed, green
	Gone                // it was there in the baseline: dotted, grey
)

// Tone is how large a share of something is not as it should be. One of a thousand has
// no tone.
type Tone int

// The tones.
const (
	Quiet Tone = iota // less than 1 %
	Some              // less than 5 %
	Much
)

// tone is that of some of all.
func tone(n, all int64) Tone {
	switch {
	case all <= 0 || n*100 < all:
		return Quiet
	case n*20 < all:
		return Some
	}
	return Much
}

// Node is a record, a type of records, or many records folded into one.
type Node struct {
	ID     string
	Type   string // object type, which gives the shape
	Custom bool   // of a custom object
	Record int64  // 0: no single record
	Lines  []string
	Line   Line
	Tone   Tone
	Focus  bool // what the drawing is about
	Folded int64
	Label  bool // no thing of its own, but the label of an edge
	Link   string
	Tip    []string
}

// Edge is all that links two nodes, however many association types.
type Edge struct {
	ID            string
	From, To      string // ids of nodes
	Lines         []string
	Line          Line
	Tone          Tone
	Forward, Back bool // From lists To; To lists From
	Primary       bool
	Width         float64 // points; 0: as usual
	Link          string
	Tip           []string
	Hidden        bool // keeps its place, and is not drawn
	Loose         bool // moves neither of its ends
}

// nodeID is an id of ours for a record: HubSpot's type id, which is stable, and the
// record's.
func nodeID(typeID string, record int64) string {
	return "r" + typeID + "_" + strconv.FormatInt(record, 10)
}

// typeIDPattern is what HubSpot's ids of object types are like.
var typeIDPattern = regexp.MustCompile(`^[0-9]+-[0-9]+$`)

// linkPattern is what links lead to: a record or a list in HubSpot, or a page of ours.
// Whatever else a portal's answer holds for an address is no link.
var linkPattern = regexp.MustCompile(`^(https://app[a-z0-9-]*\.hubspot(qa)?\.com/contacts/[0-9]+/(record/[0-9]+-[0-9]+/[0-9]+|objects/[0-9]+-[0-9]+)|[/#][A-Za-z0-9_][A-Za-z0-9_/.:-]*)$`)

// Link is an address that may stand in a drawing or on a page, or nothing.
func Link(address string) string {
	if !linkPattern.MatchString(address) {
		return ""
	}
	return address
}

// shapes are those of the object types that every portal has.
var shapes = map[string]string{"contacts": "ellipse", "companies": "box", "deals": "hexagon", "tickets": "octagon", "line_items": "note"}

func (n Node) shape() string {
	switch {
	case n.Label:
		return "plaintext"
	case n.Folded > 0:
		return "folder"
	case n.Custom:
		return "box3d"
	case shapes[n.Type] == "":
		return "component"
	}
	return shapes[n.Type]
}

// legend says what the lines of a picture mean, of those that it has.
func (p *Picture) legend() string {
	has := map[string]bool{}
	for _, e := range p.Edges {
		if e.Hidden {
			continue
		}
		has["oneway"] = has["oneway"] || !p.Fixed && e.Line == Present && e.Forward != e.Back
		has["primary"] = has["primary"] || e.Primary
		has["aside"] = has["aside"] || e.aside()
		has["width"] = has["width"] || e.Width > 0
		has[lineClass(e.Line)] = true
		has[toneClass(e.Tone)] = true
	}
	for _, n := range p.Nodes {
		has[lineClass(n.Line)] = true
		has[toneClass(n.Tone)] = true
		has["focus"] = has["focus"] || n.Focus
	}
	some, much := "amber: 1 % or more not as it should be", "red: 5 % or more"
	if !p.Fixed {
		some, much = "amber: a finding, or a label on one side", "red: a critical or high finding, or a link that only one end lists"
	}
	var parts []string
	for _, entry := range [][2]string{
		{"focus", "thick frame: what this is about"},
		{"primary", "thick line: primary"},
		{"aside", "thin line: between neighbours"},
		{"width", "width: how many"},
		{"oneway", "one arrow: only that end lists it"},
		{"missing", "dashed, red, ending in a bar: missing"},
		{"planned", "dashed, green, hollow arrow: to add, or to choose from"},
		{"gone", "dotted, grey: gone"},
		{"some", some},
		{"much", much},
	} {
		if has[entry[0]] {
			parts = append(parts, entry[1])
		}
	}
	return strings.Join(parts, "  |  ")
}

func lineClass(l Line) string { return []string{"present", "missing", "planned", "gone"}[l] }

func toneClass(t Tone) string { return []string{"quiet", "some", "much"}[t] }
