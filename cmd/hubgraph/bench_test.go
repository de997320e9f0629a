package main

import (
	"testing"
	"time"

	"hubgraph/crawl"
	"hubgraph/export/lake"
	"hubgraph/hubspot"
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
	b.ReportMetric(float64(crawling)/float64(discarding), "x-discard")
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
	plan, err := crawl.NewPlan(b.Context(), client, crawl.Scope{})
	if err != nil {
		b.Fatal(err)
	}
	result, err := crawl.Run(b.Context(), client, plan, crawl.Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	portal, err := data.Portal(result.PortalID)
	if err != nil {
		b.Fatal(err)
	}
	result.ID, result.APIVersion, result.FinishedAt = portal.NewID(result.StartedAt), client.APIVersion(), time.Now()
	if _, err := portal.Publish(b.Context(), result.Snapshot); err != nil {
		b.Fatal(err)
	}
	if err := result.Close(); err != nil {
		b.Fatal(err)
	}
}
