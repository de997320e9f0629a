package main

import (
	"encoding/json"
	"fmt"

	"hubgraph/internal/nightly"
)

// mostGaps is how many gaps are named one by one.
const mostGaps = 10

// tellCrawl prints what a crawl read. Where it has gaps that are not known ones, the
// error is the status to end with.
func (a *app) tellCrawl(n *nightly.Night, format string) error {
	missing := n.Gaps()
	links := n.Entry.Rows("associations")
	records := n.Entry.Rows("objects")
	var incomplete error
	if len(missing) > 0 && !n.GapsAre(a.loaded.list("known_gaps")) {
		incomplete = status{exitIncomplete, nil}
	}
	if format == "json" {
		err := json.NewEncoder(a.stdout).Encode(struct {
			SnapshotID   string        `json:"snapshot_id"`
			PortalID     int64         `json:"portal_id"`
			Path         string        `json:"path"`
			Complete     bool          `json:"complete"`
			Objects      int64         `json:"objects"`
			Associations int64         `json:"associations"`
			Requests     int64         `json:"requests"`
			Retries      int64         `json:"retries"`
			Gaps         []nightly.Gap `json:"gaps"`
		}{n.Snapshot.ID, n.Snapshot.PortalID, n.Entry.Path, n.Snapshot.Complete, records, links, n.Snapshot.Requests, n.Retries, missing})
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
		n.Snapshot.ID, n.Snapshot.PortalID, records, links, n.Snapshot.Requests, verdict, n.Entry.Path)
	for _, g := range missing[:min(len(missing), mostGaps)] {
		fmt.Fprintf(a.stdout, "  not read: %s\n", g)
	}
	if more := len(missing) - mostGaps; more > 0 {
		fmt.Fprintf(a.stdout, "  and %d more: hubgraph sql \"FROM gaps\"\n", more)
	}
	return incomplete
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
