package crawl

import (
	"testing"
	"time"

	"hubgraph/internal/goals"
	"hubgraph/internal/replay"
)

// BenchmarkCrawl compares what a whole crawl into a graph costs the processor with
// what it costs a bare client to receive, inflate and throw away the same answers.
func BenchmarkCrawl(b *testing.B) {
	url := replay.Start(b, "20000")
	client := benchClient(b, url)
	benchCrawl(b, client)
	list := replay.Requests(b, url)
	var crawling, discarding time.Duration
	var links int
	for b.Loop() {
		crawling += replay.Cost(func() { links = benchCrawl(b, client).Graph.Size() })
		discarding += replay.Cost(func() { replay.Discard(b, url, list) })
	}
	b.ReportMetric(float64(crawling)/float64(discarding), "x-discard")
	b.ReportMetric(float64(crawling.Milliseconds())/float64(b.N), "ms-CPU/op")
	b.ReportMetric(float64(links), "edges")
}

// BenchmarkSettling finds the share of settling in what a crawl costs the processor,
// where one link is listed by one of its ends alone.
func BenchmarkSettling(b *testing.B) {
	client := benchClient(b, replay.Start(b, "150000 one-sided"))
	benchCrawl(b, client)
	var crawling, settling time.Duration
	for b.Loop() {
		crawling += replay.Cost(func() {
			plan, err := NewPlan(b.Context(), client, Scope{})
			if err != nil {
				b.Fatal(err)
			}
			at := map[string]time.Duration{}
			enter := func(p Progress) {
				if _, known := at[p.Phase]; !known {
					at[p.Phase] = replay.Used()
				}
			}
			result, err := Run(b.Context(), client, plan, Options{Dir: b.TempDir(), Progress: enter})
			if err != nil {
				b.Fatal(err)
			}
			settling += at[PhaseMeasure] - at[PhaseSettle]
			if err := result.Close(); err != nil {
				b.Fatal(err)
			}
		})
	}
	goals.Most(b, 100*float64(settling)/float64(crawling), 5, "%settling")
	b.ReportMetric(float64(crawling.Milliseconds())/float64(b.N), "ms-CPU/op")
}
