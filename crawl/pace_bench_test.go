package crawl

import (
	"math"
	"net/http"
	"testing"
	"time"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
	"hubgraph/internal/goals"
)

// paced serves a portal to a client until the benchmark ends.
func paced(b *testing.B, portal *sim.Portal, o sim.Options, of hubspot.Options) (*sim.Server, *hubspot.Client) {
	b.Helper()
	o.Token = "token"
	server := sim.NewServer(portal, o)
	url, stop, err := server.Start("127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(stop)
	of.BaseURL = url
	client, err := hubspot.New("token", of)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(client.Close)
	return server, client
}

// sent counts what a portal was asked: the calls that count against its rate limit, the
// searches, which have one of their own, and what it refused for either.
func sent(server *sim.Server) (calls, searches, refused int) {
	for _, r := range server.Requests() {
		switch {
		case r.Status == http.StatusTooManyRequests:
			refused++
		case r.Operation == "search":
			searches++
		default:
			calls++
		}
	}
	return calls, searches, refused
}

// BenchmarkPace crawls a portal that allows 190 calls in 10 s, and compares the
// time that takes with the least: the calls at the share that the client keeps to.
// It takes some minutes, and so runs only once: -benchtime 1x.
//
// "half" has another client take half of the allowance when a third of the calls
// are made; its least time is that of the calls before and after.
func BenchmarkPace(b *testing.B) {
	allowed := sim.Rate{Requests: 190, Interval: 10 * time.Second}
	portal := sim.Generate(sim.Spec{Seed: 1, Contacts: 60_000, Clean: true})
	for _, run := range []struct {
		name  string
		share float64
		taken int // of the allowance, by another client
	}{{"share 0.9", 0.9, 0}, {"share 1.0", 1.0, 0}, {"half", 0.9, 95}} {
		b.Run(run.name, func(b *testing.B) {
			server, client := paced(b, portal, sim.Options{Rate: allowed}, hubspot.Options{Share: run.share})
			before := 0 // calls until the other client came
			for b.Loop() {
				plan, err := NewPlan(b.Context(), client, Scope{})
				if err != nil {
					b.Fatal(err)
				}
				progress := func(p Progress) {
					if run.taken > 0 && before == 0 && len(server.Requests()) > 700 {
						before = len(server.Requests())
						server.Allow(sim.Allowance{Rate: allowed, Taken: run.taken, Daily: 1_000_000})
					}
				}
				result, err := Run(b.Context(), client, plan, Options{Dir: b.TempDir(), Progress: progress})
				if err != nil {
					b.Fatal(err)
				}
				if err := result.Close(); err != nil {
					b.Fatal(err)
				}
			}
			calls, searches, refused := sent(server)
			calls += searches
			rate := run.share * float64(allowed.Requests) / allowed.Interval.Seconds()
			least := float64(calls) / rate
			if before > 0 {
				least = float64(before)/rate + float64(calls-before)/(rate*float64(allowed.Requests-run.taken)/float64(allowed.Requests))
			}
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)/least, "time/least")
			b.ReportMetric(float64(calls), "calls")
			b.ReportMetric(100*float64(refused)/float64(calls+refused), "%429")
		})
	}
}

// BenchmarkPaceLatency crawls a portal of 10,000 contacts that allows 190 calls in 10 s
// and takes its time to answer, and compares the time that takes with the least: as many
// intervals as have to pass before the last call may leave, at the share that the client
// keeps to. "in one" reads no list in parts.
func BenchmarkPaceLatency(b *testing.B) {
	const share = 0.9
	allowed := sim.Rate{Requests: 190, Interval: 10 * time.Second}
	portal := sim.Generate(sim.Spec{Seed: 1, Contacts: 10_000, Clean: true})
	for _, run := range []struct {
		name    string
		latency time.Duration
		goal    float64
		part    int
	}{{"0ms", 0, 1.05, 0}, {"100ms", 100 * time.Millisecond, 1.08, 0}, {"300ms", 300 * time.Millisecond, 1.10, 0}, {"500ms", 500 * time.Millisecond, 1.15, 0},
		{"300ms in one", 300 * time.Millisecond, 1.10, math.MaxInt}, {"500ms in one", 500 * time.Millisecond, 1.15, math.MaxInt}} {
		b.Run(run.name, func(b *testing.B) {
			server, client := paced(b, portal, sim.Options{Rate: allowed, Latency: run.latency}, hubspot.Options{Share: share})
			for b.Loop() {
				source, err := Connect(b.Context(), client)
				if err != nil {
					b.Fatal(err)
				}
				benchWith(b, source, Options{Part: run.part})
			}
			calls, searches, refused := sent(server)
			least := float64((calls/b.N-1)/int(share*float64(allowed.Requests))) * allowed.Interval.Seconds()
			ratio := b.Elapsed().Seconds() / float64(b.N) / least
			goals.Most(b, ratio, run.goal, "time/least")
			b.ReportMetric(float64(calls), "calls")
			b.ReportMetric(float64(searches), "searches")
			b.ReportMetric(float64(refused), "429s")
		})
	}
}

// BenchmarkPaceAnnounced crawls a portal that announces 40 calls in 2 s, and answers in
// 100 ms, and compares the time that takes with the calls at that rate.
func BenchmarkPaceAnnounced(b *testing.B) {
	allowed := sim.Rate{Requests: 40, Interval: 2 * time.Second}
	server, client := paced(b, sim.Generate(sim.Spec{Seed: 1, Contacts: 6600, Clean: true}), sim.Options{Rate: allowed, Latency: 100 * time.Millisecond}, hubspot.Options{})
	for b.Loop() {
		benchCrawl(b, client)
	}
	calls, _, refused := sent(server)
	ratio := b.Elapsed().Seconds() / (float64(calls) / float64(allowed.Requests) * allowed.Interval.Seconds())
	goals.Most(b, ratio, 1.10, "time/allowed")
	b.ReportMetric(float64(calls), "calls")
	goals.Most(b, float64(refused), 0, "429s")
}

// BenchmarkTwoLanes crawls a portal of 150,000 contacts that allows 190 calls in 10 s and
// answers in 300 ms, by lists and by search, and computes how long a million contacts take:
// the first minute, in which search is not asked, then as many records a second as here, and
// what follows the last of them. It takes some five minutes.
func BenchmarkTwoLanes(b *testing.B) {
	const contacts = 150_000
	server, client := paced(b, sim.Generate(sim.Spec{Seed: 1, Contacts: contacts}), sim.Options{Rate: sim.Rate{Requests: 190, Interval: 10 * time.Second}, Latency: 300 * time.Millisecond}, hubspot.Options{})
	for b.Loop() {
		source, err := Connect(b.Context(), client)
		if err != nil {
			b.Fatal(err)
		}
		var first, all float64
		var listed time.Duration
		started := time.Now()
		benchWith(b, source, Options{Progress: func(p Progress) {
			if n := float64(p.Records); n > all {
				all, listed = n, time.Since(started)
			}
			if time.Since(started) < searchLag {
				first = all
			}
		}})
		took := time.Since(started)
		if listed <= searchLag {
			b.Fatalf("the crawl took %v, and search was never asked", took)
		}
		aMinute := (all - first) / (listed - searchLag).Minutes()
		goals.Most(b, searchLag.Minutes()+(all*1_000_000/contacts-first)/aMinute+(took-listed).Minutes(), 24, "minutes-of-a-million-contacts")
		b.ReportMetric(took.Seconds(), "s")
		b.ReportMetric(all, "records")
		_, searches, _ := sent(server)
		b.ReportMetric(float64(searches), "searches")
	}
}

// BenchmarkSmallCrawl crawls a portal of 1,000 contacts that allows 190 calls in
// 10 s, each answered in 100 ms, and compares the time that takes with the time
// where nothing is limited and the client waits for nothing but answers.
func BenchmarkSmallCrawl(b *testing.B) {
	portal := sim.Generate(sim.Spec{Seed: 1, Contacts: 1000, Clean: true})
	crawl := func(rate sim.Rate, o hubspot.Options) (took time.Duration, calls int) {
		server := sim.NewServer(portal, sim.Options{Token: "token", Rate: rate, Latency: 100 * time.Millisecond})
		url, stop, err := server.Start("127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		defer stop()
		o.BaseURL = url
		client, err := hubspot.New("token", o)
		if err != nil {
			b.Fatal(err)
		}
		defer client.Close()
		started := time.Now()
		plan, err := NewPlan(b.Context(), client, Scope{})
		if err != nil {
			b.Fatal(err)
		}
		result, err := Run(b.Context(), client, plan, Options{Dir: b.TempDir()})
		if err != nil {
			b.Fatal(err)
		}
		took = time.Since(started)
		for _, r := range server.Requests() {
			if r.Status == http.StatusTooManyRequests {
				b.Errorf("%s %s was refused", r.Method, r.Path)
			}
		}
		if err := result.Close(); err != nil {
			b.Fatal(err)
		}
		return took, len(server.Requests())
	}
	var paced, free time.Duration
	calls := 0
	for b.Loop() {
		took, n := crawl(sim.Rate{Requests: 190, Interval: 10 * time.Second}, hubspot.Options{})
		paced, calls = paced+took, n
		took, _ = crawl(sim.Rate{}, hubspot.Options{SearchRate: 1_000_000})
		free += took
	}
	goals.Most(b, float64(paced)/float64(free), 1.3, "time/unpaced")
	b.ReportMetric(float64(calls), "calls")
	b.ReportMetric(free.Seconds()/float64(b.N), "s-unpaced")
}
