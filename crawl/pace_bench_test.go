package crawl

import (
	"net/http"
	"testing"
	"time"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

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
			server := sim.NewServer(portal, sim.Options{Token: "token", Rate: allowed})
			url, stop, err := server.Start("127.0.0.1:0")
			if err != nil {
				b.Fatal(err)
			}
			defer stop()
			client, err := hubspot.New("token", hubspot.Options{BaseURL: url, Share: run.share})
			if err != nil {
				b.Fatal(err)
			}
			defer client.Close()
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
			calls, refused := 0, 0
			for _, r := range server.Requests() {
				if r.Status == http.StatusTooManyRequests {
					refused++
				} else {
					calls++
				}
			}
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

// BenchmarkPaceOfASmallCrawl crawls a portal of 1,000 contacts, all of whose calls an
// interval has room for, and compares the time with that of the same crawl of a
// portal that allows any rate, of searches, too. HubSpot's 5 searches a second are most
// of the difference: there is one for each object type.
func BenchmarkPaceOfASmallCrawl(b *testing.B) {
	portal := sim.Generate(sim.Spec{Seed: 1, Contacts: 1000, Clean: true})
	crawl := func(o sim.Options, searches int) time.Duration {
		server := sim.NewServer(portal, o)
		url, stop, err := server.Start("127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		defer stop()
		client, err := hubspot.New("token", hubspot.Options{BaseURL: url, SearchRate: searches})
		if err != nil {
			b.Fatal(err)
		}
		defer client.Close()
		began := time.Now()
		if result := benchCrawl(b, client); client.Overruns() > 0 || !result.Complete {
			b.Errorf("%d × 429, complete: %t", client.Overruns(), result.Complete)
		}
		return time.Since(began)
	}
	var paced, free time.Duration
	for b.Loop() {
		paced += crawl(sim.Options{Token: "token", Rate: sim.Rate{Requests: 190, Interval: 10 * time.Second}}, 5)
		free += crawl(sim.Options{Token: "token"}, 1_000_000)
	}
	b.ReportMetric(float64(paced)/float64(free), "time/unpaced")
	b.ReportMetric(free.Seconds()/float64(b.N), "s-unpaced/op")
}
