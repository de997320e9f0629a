package main

import (
	"encoding/json"
	"fmt"
	"slices"

	"hubgraph/graphmodel"
)

// gap is a record that a crawl did not read, or where ID is null a whole cell.
type gap struct {
	Kind     string  `json:"kind"`
	FromType *string `json:"from_type"`
	ID       *int64  `json:"id"`
	ToType   *string `json:"to_type"`
	Reason   string  `json:"reason"`
}

func gaps(s *graphmodel.Snapshot) []gap {
	list := []gap{}
	for _, g := range s.Gaps {
		list = append(list, gap{g.Kind, orNull(g.From), g.ID, orNull(g.To), g.Reason})
	}
	return list
}

// String names a gap in a line.
func (g gap) String() string {
	text := g.Kind
	if of := deref(g.FromType); of != text { // the owners are of no type
		text += " of " + of
	}
	if g.ID != nil {
		text += fmt.Sprintf(":%d", *g.ID)
	}
	if g.ToType != nil {
		text += " to " + *g.ToType
	}
	return text + ": " + g.Reason
}

// mostGaps is how many gaps are named one by one.
const mostGaps = 10

// allKnown reports whether all that a crawl did not read are records that the
// settings list as known gaps, such as deals:301.
func allKnown(s *graphmodel.Snapshot, known []string) bool {
	for _, g := range s.Gaps {
		if g.ID == nil || !slices.Contains(known, graphmodel.Key{Type: g.From, ID: *g.ID}.String()) {
			return false
		}
	}
	return s.Readable()
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// tellCrawl prints what a crawl read. Where it has gaps that are not known ones, the
// error is the status to end with.
func (a *app) tellCrawl(n *night, format string) error {
	missing := gaps(n.s)
	links := n.entry.Rows("associations")
	records := n.entry.Rows("objects")
	var incomplete error
	if len(missing) > 0 && !allKnown(n.s, a.loaded.list("known_gaps")) {
		incomplete = status{exitIncomplete, nil}
	}
	if format == "json" {
		err := json.NewEncoder(a.stdout).Encode(struct {
			SnapshotID   string `json:"snapshot_id"`
			PortalID     int64  `json:"portal_id"`
			Path         string `json:"path"`
			Complete     bool   `json:"complete"`
			Objects      int64  `json:"objects"`
			Associations int64  `json:"associations"`
			Requests     int64  `json:"requests"`
			Retries      int64  `json:"retries"`
			Gaps         []gap  `json:"gaps"`
		}{n.s.ID, n.s.PortalID, n.entry.Path, n.s.Complete, records, links, n.s.Requests, n.retries, missing})
		if err != nil {
			return err
		}
		return incomplete
	}
	verdict := "complete"
	if len(missing) > 0 {
		verdict = fmt.Sprintf("INCOMPLETE, %d gaps", len(missing))
	}
	fmt.Fprintf(a.stdout, "snapshot %s of portal %d: %d records, %d associations, %d requests, %s\n%s\n",
		n.s.ID, n.s.PortalID, records, links, n.s.Requests, verdict, n.entry.Path)
	for _, g := range missing[:min(len(missing), mostGaps)] {
		fmt.Fprintf(a.stdout, "  not read: %s\n", g)
	}
	if more := len(missing) - mostGaps; more > 0 {
		fmt.Fprintf(a.stdout, "  and %d more: hubgraph sql \"FROM gaps\"\n", more)
	}
	return incomplete
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
