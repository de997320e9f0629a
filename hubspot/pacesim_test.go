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
	way    time.Duration // 0: each way takes up to 150 ms, at random

	mu      sync.Mutex
	sent    []time.Time
	passed  []time.Time
	refused int
}

// RoundTrip answers.
func (f *farAway) RoundTrip(r *http.Request) (*http.Response, error) {
	f.mu.Lock()
	f.sent = append(f.sent, time.Now())
	f.mu.Unlock()
	f.travel()
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
	f.travel()
	return resp, nil
}

// travel is a request or an answer on its way.
func (f *farAway) travel() {
	if f.way > 0 {
		time.Sleep(f.way)
		return
	}
	time.Sleep(rand.N(150 * time.Millisecond))
}

// most is the largest number of requests that passed in any interval.
func (f *farAway) most() int { return mostWithin(f.passed) }

// mostWithin is the largest number of times in any interval.
func mostWithin(times []time.Time) (most int) {
	first := 0
	for last, at := range times {
		for at.Sub(times[first]) >= burstRate.Interval {
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
	return f.clientOf(t, hubspot.Options{Share: share})
}

func (f *farAway) clientOf(t *testing.T, o hubspot.Options) *hubspot.Client {
	t.Helper()
	c, err := hubspot.NewOnWire("pat-test", o, f)
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

// TestNothingIsRefusedToOneWhoIsAlone sends more than that. In no interval that rolls it
// sends more than the share, and in few less. On their way requests may come closer to each
// other.
func TestNothingIsRefusedToOneWhoIsAlone(t *testing.T) {
	for _, share := range []float64{0.3, 0.9, 1} {
		for _, workers := range []int{1, 8, 32} {
			t.Run(fmt.Sprint(share, workers), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					f := newFarAway(t)
					call(t, f.client(t, share), 1000, workers)
					most := int(share * float64(burstRate.Requests))
					crowd := most + min((burstRate.Requests-most)/2, burstRate.Requests/20)
					if sent := mostWithin(f.sent); f.refused > 0 || sent > most || f.most() > crowd {
						t.Errorf("%d sent in one interval, want at most %d; %d counted in one, want at most %d; %d refused", sent, most, f.most(), crowd, f.refused)
					}
					if workers == 1 {
						return // it has no need of the share
					}
					windows := float64(f.passed[len(f.passed)-1].Sub(f.passed[0])) / float64(burstRate.Interval)
					if least := (1000 - 1) / most; windows > 1.02*float64(least)+0.35 { // eight need a third of one for the last calls
						t.Errorf("it takes %.2f intervals, want about %d", windows, least)
					}
				})
			})
		}
	}
}

// TestWhatAnswersTakeIsNotWaitedFor has answers take half a second, of which no interval is
// longer for it: each would take 10.5 s.
func TestWhatAnswersTakeIsNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFarAway(t)
		f.way = 250 * time.Millisecond
		const share = 171
		call(t, f.client(t, 0.9), 11*share, 32)
		windows := float64(f.sent[10*share].Sub(f.sent[0])) / float64(burstRate.Interval)
		if sent := mostWithin(f.sent); f.refused > 0 || sent > share || windows > 10.3 {
			t.Errorf("%d sent in one interval; ten of %d take %.2f; %d refused", sent, share, windows, f.refused)
		}
	})
}

// TestNothingIsRefusedToTheNextOne starts a client when another has just ended, and
// another, when one has stood still for long.
func TestNothingIsRefusedToTheNextOne(t *testing.T) {
	for _, workers := range []int{8, 16, 32} {
		synctest.Test(t, func(t *testing.T) {
			f := newFarAway(t)
			one, other := f.client(t, 0.9), f.client(t, 0.9)
			for _, c := range []*hubspot.Client{one, other, one, other, one} {
				call(t, c, 171, workers)
			}
			time.Sleep(time.Hour)
			call(t, other, 171, workers)
			call(t, one, 171, workers)
			if f.refused > 0 {
				t.Errorf("of %d at once %d refused", workers, f.refused)
			}
		})
	}
}

// TestClientsShareAnAllowance has several clients at work, of which the last one
// comes when the others use the whole allowance: it gets its requests through in a few
// intervals, and hardly any is refused.
func TestClientsShareAnAllowance(t *testing.T) {
	for clients := 2; clients <= 4; clients++ {
		synctest.Test(t, func(t *testing.T) {
			f := newFarAway(t)
			var all sync.WaitGroup
			for range clients - 1 {
				all.Go(func() { call(t, f.client(t, 0.9), 1500, 8) })
			}
			time.Sleep(time.Minute)
			came := time.Now()
			call(t, f.client(t, 0.9), 100, 8)
			if took := time.Since(came); took > 10*burstRate.Interval {
				t.Errorf("%d clients: the last one takes %s", clients, took)
			}
			all.Wait()
			if share := float64(f.refused) / float64(len(f.passed)); share > 0.01 {
				t.Errorf("%d clients: %.1f %% refused, want 1 %% at most", clients, 100*share)
			}
		})
	}
}

// TestTheRestOfAnAllowanceIsUsed has another app take half of it at once: what is
// refused is what was under way.
func TestTheRestOfAnAllowanceIsUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFarAway(t)
		c := f.client(t, 0.9)
		call(t, c, 300, 8)
		f.server.Allow(sim.Allowance{Rate: burstRate, Taken: 95, Daily: 1_000_000})
		began := time.Now()
		call(t, c, 850, 8)
		intervals := float64(time.Since(began)) / float64(burstRate.Interval)
		if least := 850 / (0.9 * 95); f.refused > 2*8 || intervals > 1.25*least {
			t.Errorf("%d refused; it takes %.1f intervals, want about %.1f", f.refused, intervals, least)
		}
	})
}

// another is an app that sends at a rate of its own, whatever is refused to it.
func (f *farAway) another(t *testing.T, every, lasts time.Duration) (refused []time.Duration) {
	t.Helper()
	began := time.Now()
	for ; time.Since(began) < lasts; time.Sleep(every) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://api.hubapi.com/crm/v3/pipelines/deals", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer pat-test")
		resp, err := handlerWire{f.server}.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode == http.StatusTooManyRequests {
			refused = append(refused, time.Since(began))
		}
	}
	return refused
}

// TestAutoTakesWhatNobodyElseUses has a client alone: it leaves a twentieth free.
func TestAutoTakesWhatNobodyElseUses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFarAway(t)
		call(t, f.clientOf(t, hubspot.Options{ShareAuto: true}), 1900, 32)
		windows := float64(f.passed[len(f.passed)-1].Sub(f.passed[0])) / float64(burstRate.Interval)
		if most := burstRate.Requests - burstRate.Requests/20; f.refused > 0 || f.most() > most || windows > 1.1*1900/float64(most) {
			t.Errorf("%d refused, %d in one interval, %.1f intervals", f.refused, f.most(), windows)
		}
	})
}

// TestAutoGivesWay has an app start to send when a client uses the whole allowance. What the
// client had sent is in its way for a moment; then hardly anything is refused to the app, and
// the client uses most of what the app leaves.
func TestAutoGivesWay(t *testing.T) {
	for _, rate := range []int{2, 5, 10, 15} {
		t.Run(fmt.Sprint(rate), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFarAway(t)
				c := f.clientOf(t, hubspot.Options{ShareAuto: true})
				var all sync.WaitGroup
				all.Go(func() { call(t, c, 2500, 16) })
				time.Sleep(30 * time.Second)
				came := time.Now()
				const lasts, settled = 60 * time.Second, time.Second
				late := 0
				for _, at := range f.another(t, time.Second/time.Duration(rate), lasts) {
					if at > settled {
						late++
					}
				}
				const share = 0.03
				if sent := float64(rate) * (lasts - settled).Seconds(); float64(late) > share*sent {
					t.Errorf("%d of %v are refused to the app after %s", late, sent, settled)
				}
				f.mu.Lock()
				mine := 0
				for _, at := range f.passed {
					if d := at.Sub(came); d > burstRate.Interval && d <= lasts {
						mine++
					}
				}
				refused := f.refused
				f.mu.Unlock()
				left := (burstRate.Requests - 10*rate) * int((lasts-burstRate.Interval)/burstRate.Interval)
				if mine < left*3/10 || refused > 20 { // of 40 that the largest app leaves, 9 stay free and as many are on their way
					t.Errorf("the client uses %d of %d that the app leaves; %d refused to it", mine, left, refused)
				}
				all.Wait()
				if windows := float64(time.Since(came)-lasts) / float64(burstRate.Interval); windows > 0.5+1.15*float64(2500-f.until(came.Add(lasts)))/180 {
					t.Errorf("when the app has ended, the client takes %.1f intervals for what is left", windows)
				}
			})
		})
	}
}

// until counts the requests that passed before a time.
func (f *farAway) until(at time.Time) int {
	n := 0
	for n < len(f.passed) && f.passed[n].Before(at) {
		n++
	}
	return n
}

// TestAutoClientsShareAnAllowance has two clients that take what the other leaves: each gets
// its requests through, and hardly any is refused.
func TestAutoClientsShareAnAllowance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFarAway(t)
		var all sync.WaitGroup
		all.Go(func() { call(t, f.clientOf(t, hubspot.Options{ShareAuto: true}), 3000, 8) })
		time.Sleep(time.Minute)
		came := time.Now()
		call(t, f.clientOf(t, hubspot.Options{ShareAuto: true}), 300, 8)
		if took := time.Since(came); took > 10*burstRate.Interval {
			t.Errorf("the one that comes takes %s", took)
		}
		all.Wait()
		if share := float64(f.refused) / float64(len(f.passed)); share > 0.01 {
			t.Errorf("%.1f %% refused, want 1 %% at most", 100*share)
		}
	})
}

// otherCounts is a portal that has not counted the newest requests yet when it says what
// remains, or that begins to count anew with each interval.
type otherCounts struct {
	*farAway
	late time.Duration // 0: it begins anew

	mu sync.Mutex
	at []time.Time
}

// RoundTrip answers.
func (o *otherCounts) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := o.farAway.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	now, n := time.Now(), 0
	o.at = append(o.at, now)
	for _, at := range o.at {
		age := now.Sub(at) - o.late
		if age >= 0 && age < burstRate.Interval && (o.late > 0 || at.Truncate(burstRate.Interval).Equal(now.Truncate(burstRate.Interval))) {
			n++
		}
	}
	resp.Header.Set("X-HubSpot-RateLimit-Remaining", fmt.Sprint(max(0, burstRate.Requests-n)))
	return resp, nil
}

// TestOtherCountsDoNotShowThatReadsAreExempt has reads of associations count in a portal whose
// answers lack some of what was sent for another reason: none is refused.
func TestOtherCountsDoNotShowThatReadsAreExempt(t *testing.T) {
	for _, late := range []time.Duration{0, 300 * time.Millisecond, 2 * time.Second} {
		for _, one := range []int{2, 20} { // of so many calls reads no associations
			t.Run(fmt.Sprint(late, one), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					f := newFarAway(t)
					c, err := hubspot.NewOnWire("pat-test", hubspot.Options{}, &otherCounts{farAway: f, late: late})
					if err != nil {
						t.Fatal(err)
					}
					callAll(t, c, 60, one)
					if f.refused > 0 {
						t.Errorf("%d refused", f.refused)
					}
				})
			})
		}
	}
}

// callAll has sixteen goroutines make so many calls each, of which one in so many reads no
// associations.
func callAll(t *testing.T, c *hubspot.Client, calls, one int) {
	t.Helper()
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for i := range calls {
				var err error
				if i%one == 0 {
					_, err = c.Pipelines(t.Context(), "0-3")
				} else {
					_, err = c.ReadAssociations(t.Context(), "0-1", "0-2", []hubspot.ReadInput{{ID: 101}})
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

// TestReadsThatDoNotCountAreNotPaced has reads of associations count, and not: then they
// leave at once as soon as that has shown. Another app may hide it, at no cost.
func TestReadsThatDoNotCountAreNotPaced(t *testing.T) {
	for _, tt := range []struct {
		fact          string
		taken         int
		least, utmost float64 // intervals
	}{{"counted", 0, 2, 3.5}, {"exempt", 0, 0, 1.3}, {"counted", 60, 3, 6}, {"exempt", 60, 0, 6}} {
		t.Run(fmt.Sprint(tt.fact, tt.taken), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				portal, err := sim.Parse("portal", portalText)
				if err == nil {
					err = portal.Use("association-rate=" + tt.fact)
				}
				if err != nil {
					t.Fatal(err)
				}
				f := &farAway{server: sim.NewServer(portal, sim.Options{Rate: burstRate})}
				f.server.Allow(sim.Allowance{Rate: burstRate, Taken: tt.taken, Daily: 1_000_000})
				c := f.client(t, 0.9)
				began := time.Now()
				callAll(t, c, 40, 5)
				intervals := float64(time.Since(began)) / float64(burstRate.Interval)
				if f.refused > 0 || intervals < tt.least || intervals > tt.utmost {
					t.Errorf("%d refused, %.2f intervals, want %v to %v", f.refused, intervals, tt.least, tt.utmost)
				}
			})
		})
	}
}
