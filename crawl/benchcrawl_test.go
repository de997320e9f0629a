package crawl

import (
	"testing"
	"time"

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
