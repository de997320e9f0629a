package crawl

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"hubgraph/hubspot"
	"hubgraph/internal/goals"
	"hubgraph/internal/replay"
)

// benchJournaled crawls a portal with a journal, or without one.
func benchJournaled(b *testing.B, client *hubspot.Client, path string) {
	b.Helper()
	source, err := Connect(b.Context(), client)
	if err != nil {
		b.Fatal(err)
	}
	if path == "" {
		benchSource(b, source)
		return
	}
	j := benchJournal(b, source, path)
	benchSource(b, source)
	if err := j.Discard(); err != nil {
		b.Fatal(err)
	}
}

func benchJournal(b *testing.B, source *Source, path string) *Journal {
	b.Helper()
	j, _, err := source.OpenJournal(JournalOptions{Path: path, Within: time.Hour})
	if err != nil {
		b.Fatal(err)
	}
	return j
}

// BenchmarkJournal compares crawls with a journal to crawls without one: as fast as
// the portal answers, and within 190 calls in 10 s.
func BenchmarkJournal(b *testing.B) {
	for name, of := range map[string]struct {
		portal string
		goal   float64
	}{"unthrottled": {"20000", 1.25}, "throttled": {"4000 within 190/10s", 1.05}} {
		b.Run(name, func(b *testing.B) {
			client := benchClient(b, replay.Start(b, of.portal))
			benchCrawl(b, client) // what is slow only once is slow here
			compareJournal(b, client, of.goal)
		})
	}
}

func compareJournal(b *testing.B, client *hubspot.Client, goal float64) {
	b.Helper()
	path := filepath.Join(b.TempDir(), "journal")
	var cpu, wall [2]time.Duration
	for b.Loop() {
		for i, journal := range []string{path, ""} {
			started := time.Now()
			cpu[i] += replay.Cost(func() { benchJournaled(b, client, journal) })
			wall[i] += time.Since(started)
		}
	}
	goals.Most(b, float64(cpu[0])/float64(cpu[1]), goal, "CPU/without")
	goals.Most(b, float64(wall[0])/float64(wall[1]), goal, "time/without")
}

// BenchmarkMillionResumed ends the crawl of a portal of a million contacts when all
// is read, and compares the time that the next crawl takes to its first new
// request with the time that the first crawl took.
func BenchmarkMillionResumed(b *testing.B) {
	client := benchClient(b, replay.Start(b, "1000000"))
	path := filepath.Join(b.TempDir(), "journal")
	// until crawls until a phase, or until a request beyond so many is sent.
	until := func(phase string, requests int64) time.Duration {
		ctx, cancel := context.WithCancel(b.Context())
		defer cancel()
		source, err := Connect(ctx, client)
		if err != nil {
			b.Fatal(err)
		}
		j := benchJournal(b, source, path)
		started := time.Now()
		plan, err := source.Plan(ctx, Scope{})
		if err != nil {
			b.Fatal(err)
		}
		_, err = Run(ctx, client, plan, Options{Dir: b.TempDir(), Progress: func(p Progress) {
			if p.Phase == phase || requests > 0 && p.Requests > requests {
				cancel()
			}
		}})
		took := time.Since(started)
		if !errors.Is(err, context.Canceled) {
			b.Fatal(err)
		}
		b.ReportMetric(float64(j.Answers()), "answers")
		if err := j.Close(nil); err != nil {
			b.Fatal(err)
		}
		return took
	}
	for b.Loop() {
		crawled := until(PhaseSettle, 0)
		sent := client.Stats().Requests
		resumed := until("", sent)
		b.ReportMetric(crawled.Seconds(), "s-crawled")
		b.ReportMetric(resumed.Seconds(), "s-resumed")
		b.ReportMetric(float64(resumed)/float64(crawled), "resumed/crawled")
	}
}
