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

// teller tells of the progress of a crawl.
type teller struct {
	client *hubspot.Client
	plan   *Plan
	before int64 // repeats that the client had sent before
	tell   func(Progress)
	now    Progress
}

// newTeller makes a teller, which tells at once that the crawl begins.
func newTeller(c *hubspot.Client, p *Plan, o Options) *teller {
	tell := o.Progress
	if tell == nil {
		tell = func(Progress) {}
	}
	forecast := p.Estimate(c.Allowance(), o.Lanes)
	t := &teller{client: c, plan: p, tell: tell, before: c.Stats().Retries}
	t.now = Progress{Phase: PhaseRead, ExpectedRecords: forecast.Records}
	if forecast.Records > 0 {
		t.now.ExpectedRequests = p.source.requests() + forecast.Requests
	}
	t.update()
	return t
}

func (t *teller) add(records, links int) {
	t.now.Records += int64(records)
	t.now.Links += int64(links)
	t.update()
}

func (t *teller) enter(phase string) {
	t.now.Phase = phase
	t.update()
}

func (t *teller) update() {
	stats := t.client.Stats()
	t.now.Requests, t.now.Retries, t.now.Recalled = t.plan.source.requests(), stats.Retries-t.before, stats.Recalled-t.plan.source.before.Recalled
	t.now.Left = t.client.Allowance().Left
	t.tell(t.now)
}
