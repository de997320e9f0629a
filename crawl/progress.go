package crawl

import "hubgraph/hubspot"

// The phases of a crawl, in their order.
const (
	PhaseRead    = "records and associations"
	PhaseSettle  = "changes during the crawl"
	PhaseMeasure = "measures"
)

// Progress is how far a crawl has come.
type Progress struct {
	Phase   string
	Records int64 // listed so far
	Links   int64 // ordered pairs of records, read so far
	// ExpectedRecords is how many records there were before the crawl, and
	// ExpectedRequests what a crawl of so many needs at least, without those
	// that follow further pages of associations. 0: not known.
	ExpectedRecords  int64
	Requests         int64 // that this crawl took, metadata and repeats included
	ExpectedRequests int64
	Retries          int64 // of Requests, repeats
	Recalled         int64 // of Requests, those that the journal answered, in next to no time
	Left             int64 // requests that the account may still send today; -1: not known
}

// reporter reports the progress of a crawl.
type reporter struct {
	client *hubspot.Client
	plan   *Plan
	before int64 // repeats that the client had sent before
	report func(Progress)
	now    Progress
}

// newReporter makes a reporter, which reports at once that the crawl begins.
func newReporter(c *hubspot.Client, p *Plan, o Options) *reporter {
	report := o.Progress
	if report == nil {
		report = func(Progress) {}
	}
	forecast := p.Estimate(c.Allowance(), o.Lanes)
	r := &reporter{client: c, plan: p, report: report, before: c.Stats().Retries}
	r.now = Progress{Phase: PhaseRead, ExpectedRecords: forecast.Records}
	if forecast.Records > 0 {
		r.now.ExpectedRequests = p.source.requests() + forecast.Requests
	}
	r.update()
	return r
}

func (r *reporter) add(records, links int) {
	r.now.Records += int64(records)
	r.now.Links += int64(links)
	r.update()
}

func (r *reporter) enter(phase string) {
	r.now.Phase = phase
	r.update()
}

func (r *reporter) update() {
	stats := r.client.Stats()
	r.now.Requests, r.now.Retries, r.now.Recalled = r.plan.source.requests(), stats.Retries-r.before, stats.Recalled-r.plan.source.before.Recalled
	r.now.Left = r.client.Allowance().Left
	r.report(r.now)
}
