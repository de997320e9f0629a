package nightly

import (
	"fmt"
	"slices"

	"hubgraph/graphmodel"
)

// Gap is a record that a crawl did not read, or where ID is null a whole cell.
type Gap struct {
	Kind     string  `json:"kind"`
	FromType *string `json:"from_type"`
	ID       *int64  `json:"id"`
	ToType   *string `json:"to_type"`
	Reason   string  `json:"reason"`
}

// Gaps are what a crawl did not read; not nil.
func (n *Night) Gaps() []Gap {
	list := []Gap{}
	for _, g := range n.Snapshot.Gaps {
		list = append(list, Gap{g.Kind, orNull(g.From), g.ID, orNull(g.To), g.Reason})
	}
	return list
}

// String names a gap in a line.
func (g Gap) String() string {
	text := g.Kind
	if g.FromType != nil && *g.FromType != text { // the owners are of no type
		text += " of " + *g.FromType
	}
	if g.ID != nil {
		text += fmt.Sprintf(":%d", *g.ID)
	}
	if g.ToType != nil {
		text += " to " + *g.ToType
	}
	return text + ": " + g.Reason
}

// GapsAre reports whether all that a crawl did not read are known gaps, such as
// deals:301.
func (n *Night) GapsAre(known []string) bool {
	for _, g := range n.Snapshot.Gaps {
		if g.ID == nil || !slices.Contains(known, graphmodel.Key{Type: g.From, ID: *g.ID}.String()) {
			return false
		}
	}
	return n.Snapshot.Readable()
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
