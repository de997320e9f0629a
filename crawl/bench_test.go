package crawl

import (
	"strings"
	"testing"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
	"hubgraph/internal/goals"
)

// BenchmarkCalls compares the calls of a crawl of 100,000 records with the fewest
// that the API allows: full pages, full batches, continuations that share calls as
// if all were known at once, and the metadata.
func BenchmarkCalls(b *testing.B) {
	for name, spec := range map[string]sim.Spec{
		"clean":   {Seed: 1, Contacts: 41_000, Clean: true},
		"defects": {Seed: 1, Contacts: 41_000},
	} {
		b.Run(name, func(b *testing.B) {
			server := sim.NewServer(sim.Generate(spec), sim.Options{Token: "token"})
			url, stop, err := server.Start("127.0.0.1:0")
			if err != nil {
				b.Fatal(err)
			}
			defer stop()
			client := benchClient(b, url)
			var ratio float64
			var records, requests int64
			for b.Loop() {
				result := benchCrawl(b, client)
				ratio = float64(result.Requests) / float64(fewest(result.Snapshot))
				records, requests = int64(result.Graph.Order()), result.Requests
			}
			goals.Most(b, ratio, 1.02, "calls/minimum")
			b.ReportMetric(float64(requests), "calls/op")
			b.ReportMetric(float64(records), "records")
		})
	}
}

// fewest is the least number of calls for what a snapshot holds.
func fewest(s *graphmodel.Snapshot) int64 {
	n := int64(3) // account, custom objects, numbers of records
	pages := map[[2]string]map[int64]int64{}
	for node := range s.Graph.Nodes() {
		if !node.Seen {
			continue
		}
		degrees := map[string]int64{}
		for e := range s.Graph.Out(node.Key) {
			degrees[e.To.Type]++
		}
		for to, degree := range degrees {
			key := [2]string{node.Type, to}
			if pages[key] == nil {
				pages[key] = map[int64]int64{}
			}
			for page := int64(1); page*500 < degree; page++ { // the simulator's page, as HubSpot's
				pages[key][page]++
			}
		}
	}
	records := map[string]int64{}
	for _, c := range s.Coverage {
		switch c.Kind {
		case "objects":
			records[c.From] = c.Received
			n += max(1, calls(c.Received, hubspot.MaxListPage)) + 1 // and the search
			if !strings.HasPrefix(c.From, "p_") {
				n++ // its schema
			}
			if c.From == "deals" || c.From == "tickets" {
				n++ // its pipelines
			}
		case "types":
			n++
		}
	}
	for _, c := range s.Coverage {
		if c.Kind == "associations" {
			n += calls(records[c.From], hubspot.MaxBatchRead)
			for _, more := range pages[[2]string{c.From, c.To}] {
				n += calls(more, hubspot.MaxBatchRead)
			}
		}
	}
	unlisted := map[string]int64{}
	for node := range s.Graph.Nodes() {
		if !node.Seen || node.Archived {
			unlisted[node.Type]++
		}
	}
	for _, ids := range unlisted {
		n += 2 * calls(ids, hubspot.MaxBatchObjects) // among the live ones, and among the archived
	}
	return n
}

func benchClient(b *testing.B, url string) *hubspot.Client {
	b.Helper()
	client, err := hubspot.New("token", hubspot.Options{BaseURL: url, SearchRate: 10_000})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(client.Close)
	return client
}

func benchCrawl(b *testing.B, client *hubspot.Client) *Result {
	b.Helper()
	source, err := Connect(b.Context(), client)
	if err != nil {
		b.Fatal(err)
	}
	return benchSource(b, source)
}

// benchSource crawls a portal, in whole.
func benchSource(b *testing.B, source *Source) *Result {
	b.Helper()
	return benchWith(b, source, Options{})
}

func benchWith(b *testing.B, source *Source, o Options) *Result {
	b.Helper()
	plan, err := source.Plan(b.Context(), Scope{})
	if err != nil {
		b.Fatal(err)
	}
	o.Dir = b.TempDir()
	result, err := Run(b.Context(), source.client, plan, o)
	if err != nil {
		b.Fatal(err)
	}
	if err := result.Close(); err != nil {
		b.Fatal(err)
	}
	if !result.Complete {
		b.Fatal("the crawl is incomplete")
	}
	return result
}
