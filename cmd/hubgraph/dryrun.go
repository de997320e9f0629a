package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"hubgraph/crawl"
)

// forecast is what a crawl would take, as --format json prints it.
type forecast struct {
	PortalID int64 `json:"portal_id"`
	crawl.Estimate
	PlanRequests int64 `json:"plan_requests"` // that asking took; a crawl takes them too
}

// dryRun tells what a crawl would read, by the portal's metadata and its counts
// of records.
func (a *app) dryRun(ctx context.Context, j *crawlJob, format string) error {
	plan, err := crawl.NewPlan(ctx, j.client, j.scope)
	if err != nil {
		return untilMidnight(err, j.client)
	}
	if err := a.sayNotes(plan); err != nil {
		return err
	}
	f := forecast{plan.Account.PortalID, plan.Estimate(j.client.Allowance()), j.client.Stats().Requests}
	if format == "json" {
		return json.NewEncoder(a.stdout).Encode(f)
	}
	return f.write(a.stdout)
}

func (f *forecast) write(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "object type\trecords\tpairs\tlist calls\tassociation calls\t")
	uncounted := 0
	for _, t := range f.Types {
		if t.Records == nil {
			uncounted++
			fmt.Fprintf(table, "%s\t?\t%d\t?\t?\t\n", t.ObjectType, t.Pairs)
			continue
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t\n", t.ObjectType, *t.Records, t.Pairs, t.Lists, t.Associations)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	calls := f.Requests + f.PlanRequests
	fmt.Fprintf(w, "portal %d: %d object types, %d ordered pairs, %d records\n", f.PortalID, len(f.Types), f.Pairs, f.Records)
	fmt.Fprintf(w, "at least %d calls, %d of them for metadata: %.1f minutes at %.1f calls a second", calls, f.PlanRequests, f.Minutes, f.PerSecond)
	if f.Daily != nil && f.Left != nil {
		fmt.Fprintf(w, ", %.2g %% of the account's %d a day, of which %d are left today", 100*float64(calls)/float64(*f.Daily), *f.Daily, *f.Left)
	}
	fmt.Fprintln(w, "\nnot foreseen: further pages of associations, changes during the crawl, repeats")
	if uncounted > 0 {
		fmt.Fprintf(w, "not foreseen either: %d object types whose records HubSpot does not count here\n", uncounted)
	}
	return nil
}
