package hubspot_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

// burstRate is what HubSpot allows to private apps of most accounts.
var burstRate = sim.Rate{Requests: 190, Interval: 10 * time.Second}

// farAway is a simulated portal with a limit, in the bubble of time of its test,
// behind a network on which requests and answers take their time.
type farAway struct {
	server *sim.Server

	mu      sync.Mutex
	passed  []time.Time
	refused int
}

// RoundTrip answers.
func (f *farAway) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(rand.N(150 * time.Millisecond))
	resp, err := handlerWire{f.server}.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	if resp.StatusCode == http.StatusTooManyRequests {
		f.refused++
	} else {
		f.passed = append(f.passed, time.Now())
	}
	f.mu.Unlock()
	time.Sleep(rand.N(150 * time.Millisecond))
	return resp, nil
}

// most is the largest number of requests that passed in any interval.
func (f *farAway) most() (most int) {
	first := 0
	for last, at := range f.passed {
		for at.Sub(f.passed[first]) >= burstRate.Interval {
			first++
		}
		most = max(most, last-first+1)
	}
	return most
}

func newFarAway(t *testing.T) *farAway {
	t.Helper()
	portal, err := sim.Parse("portal", portalText)
	if err != nil {
		t.Fatal(err)
	}
	return &farAway{server: sim.NewServer(portal, sim.Options{Rate: burstRate})}
}

func (f *farAway) client(t *testing.T, share float64) *hubspot.Client {
	t.Helper()
	c, err := hubspot.NewOnWire("pat-test", hubspot.Options{Share: share}, f)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// call has some workers send so many requests.
func call(t *testing.T, c *hubspot.Client, requests, workers int) {
	t.Helper()
	var all sync.WaitGroup
	turns := make(chan struct{}, requests)
	for range requests {
		turns <- struct{}{}
	}
	close(turns)
	for range workers {
		all.Go(func() {
			for range turns {
				if _, err := c.Pipelines(t.Context(), "0-3"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

// TestASmallCrawlIsNotPaced sends what one interval allows: all of it is there in
// one interval.
func TestASmallCrawlIsNotPaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFarAway(t)
		call(t, f.client(t, 0.9), 170, 8)
		if f.most() != 170 || f.refused > 0 {
			t.Errorf("%d in one interval, %d refused", f.most(), f.refused)
		}
	})
}

// TestNothingIsRefusedToOneWhoIsAlone sends more than that. No interval that rolls
// holds more than the share, and few hold less.
func TestNothingIsRefusedToOneWhoIsAlone(t *testing.T) {
	for _, share := range []float64{0.3, 0.9, 1} {
		for _, workers := range []int{1, 8, 32} {
			t.Run(fmt.Sprint(share, workers), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					f := newFarAway(t)
					call(t, f.client(t, share), 1000, workers)
					most := int(share * float64(burstRate.Requests))
					if f.refused > 0 || f.most() > most {
						t.Errorf("%d in one interval, want at most %d; %d refused", f.most(), most, f.refused)
					}
					if workers == 1 {
						return // it has no need of the share
					}
					windows := float64(f.passed[len(f.passed)-1].Sub(f.passed[0])) / float64(burstRate.Interval)
					if least := (1000 - 1) / most; windows > 1.07*float64(least)+0.2 {
						t.Errorf("it takes %.2f intervals, want about %d", windows, least)
					}
				})
			})
		}
	}
}

// TestLittleIsRefusedToTheNextOne starts a client when another has just ended, and
// another, when one has stood still for long.
func TestLittleIsRefusedToTheNextOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFarAway(t)
		one, other := f.client(t, 0.9), f.client(t, 0.9)
		for _, c := range []*hubspot.Client{one, other, one, other, one} {
			call(t, c, 171, 8)
		}
		time.Sleep(time.Hour)
		call(t, other, 171, 8)
		call(t, one, 171, 8)
		f.refusedAtMost(t, 0.01)
	})
}

// refusedAtMost checks the part of the requests that were refused.
func (f *farAway) refusedAtMost(t *testing.T, most float64) {
	t.Helper()
	if share := float64(f.refused) / float64(f.refused+len(f.passed)); share > most {
		t.Errorf("%.1f %% refused, want %.1f %% at most", 100*share, 100*most)
	}
}

// TestClientsShareAnAllowance has several clients at work, of which the last one
// comes when the others use all that there is.
func TestClientsShareAnAllowance(t *testing.T) {
	for clients := 2; clients <= 4; clients++ {
		synctest.Test(t, func(t *testing.T) {
			f := newFarAway(t)
			var all sync.WaitGroup
			for range clients - 1 {
				all.Go(func() { call(t, f.client(t, 0.9), 2000, 8) })
			}
			time.Sleep(time.Minute)
			call(t, f.client(t, 0.9), 100, 8)
			all.Wait()
			f.refusedAtMost(t, 0.01)
		})
	}
}

// TestTheRestOfAnAllowanceIsUsed has another app take half of it.
func TestTheRestOfAnAllowanceIsUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFarAway(t)
		c := f.client(t, 0.9)
		call(t, c, 300, 8)
		f.server.Allow(sim.Allowance{Rate: burstRate, Taken: 95, Daily: 1_000_000})
		start := time.Now()
		call(t, c, 850, 8)
		f.refusedAtMost(t, 0.02)
		if took := time.Since(start); took > 3*time.Minute { // 90 s at all of the rest
			t.Errorf("850 calls took %s", took)
		}
	})
}
