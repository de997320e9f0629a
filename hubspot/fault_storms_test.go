package hubspot_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

// seen is a request as it went over the wire, and when.
type seen struct {
	sent, answered time.Time
	status         int
}

// logged is a simulated portal on a wire, in the bubble of time of its test.
type logged struct {
	portal handlerWire
	refuse func() bool // answers with a bare 429 in place of the portal

	mu  sync.Mutex
	log []seen
}

// RoundTrip answers.
func (l *logged) RoundTrip(r *http.Request) (*http.Response, error) {
	sent := time.Now()
	resp, err := l.portal.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.refuse != nil && l.refuse() {
		resp.StatusCode = http.StatusTooManyRequests
	}
	l.log = append(l.log, seen{sent, time.Now(), resp.StatusCode})
	return resp, nil
}

// stormy is a portal with faults, and a client of it.
func stormy(t *testing.T, faults ...sim.Fault) (*logged, *hubspot.Client) {
	t.Helper()
	wire := &logged{portal: handlerWire{sim.NewServer(sim.Generate(spec), sim.Options{PageSize: 5, Latency: 100 * time.Millisecond, Faults: faults})}}
	c, err := hubspot.NewOnWire("pat-test", hubspot.Options{}, wire)
	if err != nil {
		t.Fatal(err)
	}
	return wire, c
}

// together reads what a portal has by several workers at once, and gives it in
// order. Types that are no list of this portal are left out.
func together(t *testing.T, c *hubspot.Client) string {
	t.Helper()
	var ids [2][]int64
	var lists sync.WaitGroup
	for i, typ := range []string{"0-1", "0-2"} {
		lists.Go(func() { ids[i] = list(t, c, typ, hubspot.ObjectQuery{}) })
	}
	lists.Wait()
	found := make([][]hubspot.Link, 8)
	var reads sync.WaitGroup
	for i := range found {
		from, to, part := "0-1", "0-2", ids[0]
		if i >= len(found)/2 {
			from, to, part = "0-2", "0-1", ids[1]
		}
		chunk := len(part)/4 + 1
		start := min(i%4*chunk, len(part))
		reads.Go(func() { found[i], _ = links(t, c, from, to, part[start:min(start+chunk, len(part))]) })
	}
	reads.Wait()
	return fmt.Sprint(ids, slices.Concat(found...))
}

// TestAStormOf429sIsWaitedOut has three 429s in a row, in the lists or among the
// associations, with each form of Retry-After. Nothing of any worker leaves
// before the time, and all that is read is that of a calm portal.
func TestAStormOf429sIsWaitedOut(t *testing.T) {
	var want string
	synctest.Test(t, func(t *testing.T) {
		_, c := stormy(t)
		want = together(t, c)
	})
	for text, named := range map[string]time.Duration{
		"1": time.Second, "10": 10 * time.Second, "120": 2 * time.Minute, "+20s": 20 * time.Second, "-1h": time.Second,
		"1000000000": 10 * time.Minute, "-3": 0, "abc": 0, // the last two say nothing
	} {
		for phase, on := range map[string]string{"lists": "GET /crm/objects/*/**", "associations": "POST /crm/associations/**"} {
			t.Run(phase+" "+text, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					wire, c := stormy(t, sim.Fault{Name: "429", Param: text, On: on, First: 2, Last: 4})
					if got := together(t, c); got != want {
						t.Error("what was read is not what the portal has")
					}
					waitedAsNamed(t, wire.log, named)
				})
			})
		}
	}
}

// waitedAsNamed checks that after each 429 nothing left before the time that it
// named, and something soon after.
func waitedAsNamed(t *testing.T, log []seen, named time.Duration) {
	t.Helper()
	var sent, refusals []time.Time
	for _, r := range log {
		sent = append(sent, r.sent)
		if r.status == http.StatusTooManyRequests {
			refusals = append(refusals, r.answered)
		}
	}
	slices.SortFunc(sent, time.Time.Compare)
	most := named*6/5 + 2*time.Second // and a turn takes a moment too
	switch named {
	case 0:
		most = 5 * time.Second // the third time
	case 10 * time.Minute:
		most = named + 2*time.Second // as long as anybody waits
	}
	for _, at := range refusals {
		next := slices.IndexFunc(sent, at.Before)
		if next < 0 {
			t.Fatal("nothing was sent after a 429")
		}
		if wait := sent[next].Sub(at); wait < named || wait > most {
			t.Errorf("%s after a 429 that named %s", wait, named)
		}
	}
	if len(refusals) != 3 {
		t.Errorf("%d 429s, want 3: this tests something else", len(refusals))
	}
}

// TestAStormWithoutRetryAfter has a share of all calls refused for a time, and
// holds what was sent against what a calm portal takes.
func TestAStormWithoutRetryAfter(t *testing.T) {
	for _, test := range []struct {
		percent int
		lasts   time.Duration
		workers int
		most    float64 // sent, for each call; 0: it ends before
	}{
		{5, time.Minute, 8, 1.3}, {5, 30 * time.Minute, 8, 1.3}, {5, 30 * time.Minute, 1, 1.3},
		{50, time.Minute, 8, 3}, {50, 30 * time.Minute, 8, 3}, {50, 30 * time.Minute, 1, 3},
		{95, 30 * time.Minute, 8, 0}, {95, 30 * time.Minute, 1, 0},
	} {
		t.Run(fmt.Sprintf("%d%% for %s, %d workers", test.percent, test.lasts, test.workers), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				wire, c := stormy(t)
				began, dice := time.Now(), rand.New(rand.NewPCG(1, 2))
				wire.refuse = func() bool { return time.Since(began) < test.lasts && dice.IntN(100) < test.percent }
				calls, err := callsUntil(t, c, test.workers, began.Add(test.lasts))
				sent := float64(len(wire.log)) / float64(calls)
				if test.most == 0 {
					if !errors.Is(err, hubspot.ErrUnavailable) || time.Since(began) > test.lasts {
						t.Errorf("after %s: %v, want it to give up", time.Since(began), err)
					}
				} else if err != nil || sent > test.most || calls < 100 {
					t.Errorf("%.2f requests for each of %d calls, want at most %v; %v", sent, calls, test.most, err)
				}
			})
		})
	}
}

// callsUntil has workers make calls until a time, or until one of them fails, and
// counts them.
func callsUntil(t *testing.T, c *hubspot.Client, workers int, end time.Time) (calls int, failed error) {
	var mu sync.Mutex
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for time.Now().Before(end) {
				_, err := c.Account(t.Context())
				mu.Lock()
				calls++
				if failed == nil {
					failed = err
				}
				stop := failed != nil
				mu.Unlock()
				if stop {
					return
				}
			}
		})
	}
	all.Wait()
	return calls, failed
}
