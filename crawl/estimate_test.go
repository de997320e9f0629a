package crawl

import (
	"slices"
	"testing"
	"time"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

// TestEstimateIsWhatACrawlTakes compares the forecast with the requests of the
// crawl, of which none follows a further page and none looks anything up.
func TestEstimateIsWhatACrawlTakes(t *testing.T) {
	t.Parallel()
	for _, directions := range []string{Both, Smaller} {
		s := serve(t, "2026-09", contacts(1234)+"deals 1\n", sim.Options{PageSize: 2000})
		plan, err := NewPlan(t.Context(), s.client, Scope{Types: []string{"contacts", "companies", "deals"}, Directions: directions})
		if err != nil {
			t.Fatal(err)
		}
		before := len(s.server.Requests())
		e := plan.Estimate(hubspot.Allowance{PerSecond: 19, Daily: 1000, Left: 900}, LanesBoth)
		// The list is read in one also where the machine answers slowly.
		result, err := Run(t.Context(), s.client, plan, Options{Dir: t.TempDir(), Part: 2000})
		if err != nil {
			t.Fatal(err)
		}
		defer result.Close()
		if took := int64(len(s.server.Requests()) - before); e.Requests != took || e.Records != 1236 || e.Pairs != len(plan.Pairs) {
			t.Errorf("%s: the estimate is %+v, and the crawl takes %d requests", directions, e, took)
		}
		if want := float64(e.Requests) / 19 / 60; e.Minutes != want || *e.Share != float64(e.Requests)/1000 || *e.Daily != 1000 || *e.Left != 900 {
			t.Errorf("%s: the estimate is %+v, want %g minutes", directions, e, want)
		}
	}
}

func TestEstimateWithoutLimits(t *testing.T) {
	e := (&Plan{}).Estimate(hubspot.Allowance{Daily: -1, Left: -1}, LanesBoth)
	if e.Minutes != 0 || e.Daily != nil || e.Left != nil || e.Share != nil {
		t.Errorf("%+v", e)
	}
}

// TestEstimateOfALongCrawl has search read a part: both lanes end at the same time.
func TestEstimateOfALongCrawl(t *testing.T) {
	p := &Plan{Types: []hubspot.ObjectType{{ID: "0-1", Name: "contacts"}}, counts: map[string]int64{"contacts": 1_000_000}}
	a := hubspot.Allowance{PerSecond: 10, Searches: 4, Daily: -1, Left: -1}
	lists, both := p.Estimate(a, LanesList), p.Estimate(a, LanesBoth)
	if lists.Requests != 10_001 || lists.Searches != 0 {
		t.Errorf("by lists: %+v", lists)
	}
	if both.Requests != lists.Requests-both.Searches || both.Minutes >= lists.Minutes {
		t.Errorf("by both %+v, by lists %+v", both, lists)
	}
	if listed, searched := both.Minutes, 1+float64(both.Searches)/4/60; listed-searched > 0.1 || searched > listed {
		t.Errorf("lists end after %g minutes, and search after %g", listed, searched)
	}
}

// TestEstimateGoesByLatency has answers that take longer than the rate: the pages behind one
// cursor wait for each other, and parts of a long list do not.
func TestEstimateGoesByLatency(t *testing.T) {
	for _, tt := range []struct {
		records int64
		pairs   int
		latency time.Duration
		lanes   string
		want    time.Duration
	}{
		{1500, 1, 0, LanesList, 18 * time.Millisecond},                         // 15 pages, two reads and a search, at 1,000 a second
		{900, 1, time.Second, LanesList, 11 * time.Second},                     // one after the other
		{1500, 1, time.Second, LanesList, 12 * time.Second},                    // parts of 1,000
		{20_000, 1, 10 * time.Millisecond, LanesList, 2020 * time.Millisecond}, // 200 pages behind one cursor, as the portal is fast
		{20_000, 1, time.Second, LanesList, 22 * time.Second},                  // parts of 2,000
		{1_000_000, 1, time.Second, LanesList, 627 * time.Second},              // a hundred parts, of which 16 are read at once
		{20_000, 40, time.Second, LanesList, 36 * time.Second},                 // 800 reads of associations, of which 24 are under way at once
		{20_000_000, 1, time.Second, LanesBoth, 22_225 * time.Second},          // five lists and two searches, which bring as much as four
	} {
		p := &Plan{Types: []hubspot.ObjectType{{ID: "0-1", Name: "contacts"}}, counts: map[string]int64{"contacts": tt.records},
			Pairs: slices.Repeat([]Pair{{From: hubspot.ObjectType{ID: "0-1", Name: "contacts"}}}, tt.pairs)}
		e := p.Estimate(hubspot.Allowance{PerSecond: 1000, Searches: 4, Latency: tt.latency, Daily: -1, Left: -1}, tt.lanes)
		if e.Minutes != tt.want.Minutes() || e.LatencyMS != tt.latency.Milliseconds() {
			t.Errorf("%d records at %s: %+v, want %s", tt.records, tt.latency, e, tt.want)
		}
	}
}

// TestProgressIsReported looks at everything that a crawl reports while it runs.
func TestProgressIsReported(t *testing.T) {
	t.Parallel()
	p := sim.Generate(sim.Spec{Seed: 2, Contacts: 150})
	s := servePortal(t, "2026-09", p, sim.Options{PageSize: 20, Daily: 5000, Faults: []sim.Fault{{Name: "502", First: 60, Last: 62}}})
	plan, err := NewPlan(t.Context(), s.client, Scope{})
	if err != nil {
		t.Fatal(err)
	}
	var reported []Progress
	result, err := Run(t.Context(), s.client, plan, Options{Dir: t.TempDir(), Progress: func(p Progress) { reported = append(reported, p) }})
	if err != nil {
		t.Fatal(err)
	}
	defer result.Close()
	var phases []string
	last := Progress{}
	for _, now := range reported {
		phases = append(phases, now.Phase)
		if now.Records < last.Records || now.Links < last.Links || now.Requests < last.Requests || now.Retries < last.Retries {
			t.Errorf("%+v follows %+v", now, last)
		}
		last = now
	}
	if phases = slices.Compact(phases); !slices.Equal(phases, []string{PhaseRead, PhaseSettle, PhaseMeasure}) {
		t.Errorf("phases %q", phases)
	}
	if last.Records != last.ExpectedRecords || last.Requests != result.Requests || last.Links < int64(result.Graph.Size()) || last.Retries != 3 {
		t.Errorf("the last is %+v, of %d requests and %d edges", last, result.Requests, result.Graph.Size())
	}
	// What was not foreseen: further pages, look-ups, repeats.
	if last.ExpectedRequests == 0 || last.ExpectedRequests > last.Requests || last.Left < 5000-last.Requests || last.Left >= 5000 {
		t.Errorf("the last is %+v", last)
	}
}

func TestIDSet(t *testing.T) {
	var s idSet
	for _, tt := range []struct {
		id  int64
		new bool
	}{{5, true}, {5, false}, {9, true}, {7, true}, {7, false}, {9, false}, {5, false}, {10, true}, {1, true}, {1, false}} {
		if got := s.add(tt.id); got != tt.new {
			t.Errorf("%d is new: %t, want %t", tt.id, got, tt.new)
		}
	}
	if s.size() != 5 {
		t.Errorf("%d ids, want 5", s.size())
	}
}
