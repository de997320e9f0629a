package main

import (
	"encoding/json"
	"fmt"

	"hubgraph/export"
	"hubgraph/graphmodel"
)

// gap is a cell that a crawl did not read in full.
type gap struct {
	Kind     string  `json:"kind"`
	FromType *string `json:"from_type"`
	ToType   *string `json:"to_type"`
	Reason   string  `json:"reason"`
}

func gaps(s *graphmodel.Snapshot) []gap {
	list := []gap{}
	for _, c := range s.Coverage {
		if c.Gap() {
			list = append(list, gap{c.Kind, orNull(c.From), orNull(c.To), c.Reason})
		}
	}
	return list
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func (a *app) tellCrawl(n *night, format string) error {
	missing := gaps(n.s)
	links := export.Rows(n.entry, "associations")
	records := export.Rows(n.entry, "objects")
	var incomplete error
	if len(missing) > 0 {
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
		}{n.s.ID, n.s.PortalID, n.entry.Path, n.s.Complete, records, links, n.s.Requests, n.stats.Retries, missing})
		if err != nil {
			return err
		}
		return incomplete
	}
	verdict := "complete"
	if incomplete != nil {
		verdict = fmt.Sprintf("INCOMPLETE, %d gaps", len(missing))
	}
	fmt.Fprintf(a.stdout, "snapshot %s of portal %d: %d records, %d associations, %d requests, %s\n%s\n",
		n.s.ID, n.s.PortalID, records, links, n.s.Requests, verdict, n.entry.Path)
	for _, g := range missing {
		fmt.Fprintf(a.stdout, "  not read: %s %s %s: %s\n", g.Kind, deref(g.FromType), deref(g.ToType), g.Reason)
	}
	return incomplete
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
