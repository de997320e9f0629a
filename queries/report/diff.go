package report

import (
	"fmt"
	"strings"

	"hubgraph/queries"
)

// Nights says which nights are compared, and how many differences follow.
type Nights struct{ *queries.Diff }

// Difference is one of them.
type Difference struct{ queries.Difference }

func (Nights) event()     {}
func (Difference) event() {}

// Subject names what differs.
func (d Difference) Subject() string {
	name := func(s *string) string {
		if s == nil {
			return ""
		}
		return *s
	}
	text := named(end(&d.FromType, d.FromID), name(d.FromName))
	if d.ToType != nil {
		text += " -> " + named(end(d.ToType, d.ToID), name(d.ToName))
	}
	if d.Category != nil && d.TypeID != nil {
		text += fmt.Sprintf(" %s:%d", *d.Category, *d.TypeID)
	}
	return text
}

// Was is what differs as it was and as it is.
func (d Difference) Was() string {
	before, after := strings.Join(d.Before, ", "), strings.Join(d.After, ", ")
	switch {
	case before == "":
		return after
	case after == "":
		return before
	}
	return before + " => " + after
}

// kinds gives the counts of a section in words.
func kinds(d *queries.Diff, section string) string {
	var parts []string
	for _, c := range d.Counts {
		if c.Section == section {
			parts = append(parts, fmt.Sprintf("%d %s", c.Count, c.Change))
		}
	}
	if parts == nil {
		return "no difference"
	}
	return strings.Join(parts, ", ")
}

type jsonNights struct {
	Old         queries.SnapshotRow `json:"old"`
	New         queries.SnapshotRow `json:"new"`
	Counts      []queries.DiffCount `json:"counts"`
	NotCompared []string            `json:"not_compared"`
}

func newNights(n Nights) jsonNights {
	return jsonNights{n.Old, n.New, append([]queries.DiffCount{}, n.Counts...), append([]string{}, n.NotCompared...)}
}

type jsonDifference struct {
	Section  string   `json:"section"`
	Change   string   `json:"change"`
	FromType string   `json:"from_type"`
	FromID   *int64   `json:"from_id"`
	FromName *string  `json:"from_name"`
	ToType   *string  `json:"to_type"`
	ToID     *int64   `json:"to_id"`
	ToName   *string  `json:"to_name"`
	Category *string  `json:"category"`
	TypeID   *int32   `json:"type_id"`
	Before   []string `json:"before"`
	After    []string `json:"after"`
}

func newDifference(d Difference) jsonDifference {
	return jsonDifference{d.Section, d.Change, d.FromType, d.FromID, d.FromName, d.ToType, d.ToID, d.ToName, d.Category, d.TypeID,
		append([]string{}, d.Before...), append([]string{}, d.After...)}
}
