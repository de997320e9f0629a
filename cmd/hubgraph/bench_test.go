package main

import (
	"testing"
	"time"

	"hubgraph/export/lake"
	"hubgraph/hubspot"
	"hubgraph/internal/goals"
	"hubgraph/internal/nightly"
	"hubgraph/internal/replay"
)

// BenchmarkPublishedCrawl compares what a crawl, its graph and its Parquet files
// cost the processor with what it costs a bare client to receive, inflate and throw
// away the same answers.
func BenchmarkPublishedCrawl(b *testing.B) {
	url := replay.Start(b, "20000")
	client, err := hubspot.New(replay.Token, hubspot.Options{BaseURL: url, SearchRate: unhurried})
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	publishedCrawl(b, client)
	list := replay.Requests(b, url)
	var crawling, discarding time.Duration
	for b.Loop() {
		crawling += replay.Cost(func() { publishedCrawl(b, client) })
		discarding += replay.Cost(func() { replay.Discard(b, url, list) })
	}
	goals.Most(b, float64(crawling)/float64(discarding), 3.5, "x-discard")
	b.ReportMetric(float64(crawling.Milliseconds())/float64(b.N), "ms-CPU/op")
}

func publishedCrawl(b *testing.B, client *hubspot.Client) {
	b.Helper()
	data, err := lake.Open(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	unlock, err := data.Lock()
	if err != nil {
		b.Fatal(err)
	}
	defer unlock()
	if _, err := nightly.Read(b.Context(), nightly.Crawling{Client: client, Data: data}); err != nil {
		b.Fatal(err)
	}
}
