package nightly

import (
	"context"
	"fmt"
	"io"
	"math"
	"text/tabwriter"

	"hubgraph/crawl"
	"hubgraph/internal/terminal"
)

// Forecast is what a crawl would take.
type Forecast struct {
	PortalID int64 `json:"portal_id"`
	crawl.Estimate
	PlanRequests int64 `json:"plan_requests"` // that asking took; a crawl takes them too
}

// Foresee says what a crawl would read, by the portal's metadata and its counts of
// records. It needs no data folder.
func Foresee(ctx context.Context, c Crawling) (*Forecast, error) {
	plan, err := crawl.NewPlan(ctx, c.Client, c.Scope)
	if err != nil {
		return nil, untilMidnight(err, c.Client)
	}
	warn(c.Show, plan)
	return &Forecast{plan.Account.PortalID, plan.Estimate(c.Client.Allowance(), c.Lanes), c.Client.Stats().Requests}, nil
}

// WriteText writes a forecast for people.
func (f *Forecast) WriteText(w io.Writer) error {
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
	fmt.Fprintf(w, "at least %d calls, %d of them for metadata", calls, f.PlanRequests)
	if f.Searches > 0 {
		fmt.Fprintf(w, " and %d of search, which has a limit of its own", f.Searches)
	}
	fmt.Fprintf(w, ": %s at %.1f calls a second", inWords(f.Minutes), f.PerSecond)
	if f.Slow() {
		fmt.Fprintf(w, " and answers that take %d ms", f.LatencyMS)
	}
	if f.Daily != nil && f.Left != nil {
		share, digits := 100*float64(calls)/float64(*f.Daily), "%.2g"
		if share >= 10 {
			digits = "%.0f" // which %g would write as a power of ten from 99.5 on
		}
		fmt.Fprintf(w, ", "+digits+" %% of the account's %d a day, of which %d are left today", share, *f.Daily, *f.Left)
	}
	fmt.Fprintln(w, "\nnot foreseen: further pages of associations, changes during the crawl, repeats")
	if uncounted > 0 {
		fmt.Fprintf(w, "not foreseen either: %d object types whose records HubSpot does not count here\n", uncounted)
	}
	return nil
}

// inWords writes a time in seconds where it is less than a minute.
func inWords(minutes float64) string {
	if minutes < 1 {
		return terminal.Count(int64(math.Ceil(60*minutes)), "second")
	}
	return fmt.Sprintf("%.1f minutes", minutes)
}
