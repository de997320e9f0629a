package hubspot

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// portalLimit answers like a portal with a rolling limit, and counts.
type portalLimit struct {
	max, used int // used: by other apps, of each interval
	interval  time.Duration

	mu       sync.Mutex
	passed   []time.Time
	refusals int
}

func (p *portalLimit) answer(*http.Request) (*http.Response, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if p.within(now) >= p.max-p.used {
		p.refusals++
		return reply(429, burst, maxHeader, strconv.Itoa(p.max), intervalHeader, strconv.FormatInt(p.interval.Milliseconds(), 10)), nil
	}
	p.passed = append(p.passed, now)
	return reply(200, goodAccount, maxHeader, strconv.Itoa(p.max), intervalHeader, strconv.FormatInt(p.interval.Milliseconds(), 10)), nil
}

// within is how many requests passed in the interval that ends now.
func (p *portalLimit) within(now time.Time) int {
	n := 0
	for i := len(p.passed) - 1; i >= 0 && now.Sub(p.passed[i]) < p.interval; i-- {
		n++
	}
	return n
}

// most is the largest number of requests that passed in any one interval.
func (p *portalLimit) most() int {
	most := 0
	for first, last := 0, 0; last < len(p.passed); last++ {
		for p.passed[last].Sub(p.passed[first]) >= p.interval {
			first++
		}
		most = max(most, last-first+1)
	}
	return most
}

// send has some workers ask for the account, n times in all.
func send(t *testing.T, c *Client, n int) {
	var workers sync.WaitGroup
	turns := make(chan int)
	for range 8 {
		workers.Go(func() {
			for range turns {
				if err := account(t.Context(), c); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range n {
		turns <- i
	}
	close(turns)
	workers.Wait()
}

func TestTheBurstLimitIsKeptTo(t *testing.T) {
	for _, max := range []int{100, 110, 190, 250} {
		synctest.Test(t, func(t *testing.T) {
			portal := &portalLimit{max: max, interval: 10 * time.Second}
			c := onWire(t, Options{}, portal.answer)
			started := time.Now()
			send(t, c, 10*max)
			took := time.Since(started)
			if most := portal.most(); most > max*9/10 || portal.refusals > 0 {
				t.Errorf("limit %d: %d requests in one interval, want at most %d; %d refused", max, most, max*9/10, portal.refusals)
			}
			// And no slower than it must be: nine tenths of the limit, all the time.
			if ideal := time.Duration(float64(10*max) / (0.9 * float64(max)) * float64(portal.interval)); took > ideal*106/100 {
				t.Errorf("limit %d: it took %s, want nearly %s", max, took, ideal)
			}
		})
	}
}

// TestTheRateFollowsALimitThatFalls has another app take half of the allowance,
// or the allowance itself fall to half, as the headers then say.
func TestTheRateFollowsALimitThatFalls(t *testing.T) {
	for name, fall := range map[string]func(*portalLimit){
		"another app": func(p *portalLimit) { p.used = 95 },
		"the limit":   func(p *portalLimit) { p.max = 95 },
	} {
		synctest.Test(t, func(t *testing.T) {
			portal := &portalLimit{max: 190, interval: 10 * time.Second}
			c := onWire(t, Options{}, portal.answer)
			send(t, c, 400)
			fall(portal)
			fell := time.Now()
			for time.Since(fell) < 20*time.Second {
				send(t, c, 10)
			}
			settling := portal.refusals
			portal.refusals = 0
			send(t, c, 2000)
			if settling == 0 && name == "another app" { // the other is in the headers
				t.Errorf("%s: the limit fell and nobody was refused: this tests nothing", name)
			}
			if share := float64(portal.refusals) / 2000; share >= 0.02 {
				t.Errorf("%s: %.1f %% of the requests were refused, want less than 2 %%", name, 100*share)
			}
		})
	}
}

func TestNonsenseLimitsArePassedOver(t *testing.T) {
	p := newPace(0.9, 0.1)
	before := p.rate()
	rateAfter := func(most, interval string) float64 {
		p.learn(time.Now(), 200, reply(200, "", maxHeader, most, intervalHeader, interval).Header)
		return p.rate()
	}
	for _, h := range [][2]string{
		{"", ""}, {"190", ""}, {"", "10000"}, {"0", "10000"}, {"-1", "10000"}, {"x", "10000"}, {"190.5", "10000"},
		{"190", "0"}, {"190", "-1"}, {"99999999999", "10000"}, {"190", "99999999999"}, {"99999999999999999999", "10000"},
	} {
		if got := rateAfter(h[0], h[1]); got != before {
			t.Errorf("%q in %q ms: the rate becomes %v", h[0], h[1], got)
		}
	}
	if got := rateAfter("190", "10000"); got <= before {
		t.Errorf("a higher limit is not learnt: %v", got)
	}
}

func TestTheRateRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace(0.9, 0.1)
		full := p.rate()
		for range 100 {
			p.refused(time.Second)
			time.Sleep(2 * time.Second)
		}
		if low := p.rate(); low != slowestRate {
			t.Errorf("after a hundred 429s the rate is %v, want %v", low, slowestRate)
		}
		for range 20 {
			time.Sleep(firstInterval)
			p.learn(time.Now(), 200, http.Header{})
		}
		if p.rate() != full {
			t.Errorf("after twenty intervals without a 429 the rate is %v, want %v", p.rate(), full)
		}
	})
}

func TestSomeOfTheDayIsLeftToOthers(t *testing.T) {
	left := 1000
	answer := func(*http.Request) (*http.Response, error) {
		left--
		return reply(200, `{"results":[],"portalId":7}`, dailyHeader, "1000", dailyRemainingHeader, strconv.Itoa(left)), nil
	}
	for _, test := range []struct {
		reserve float64
		at      int
	}{{0, 100}, {0.5, 500}} {
		left = 990
		c := onWire(t, Options{DailyReserve: test.reserve}, answer)
		var err error
		for err == nil && left > 0 {
			err = account(t.Context(), c)
		}
		if !errors.Is(err, ErrDailyLimit) || left != test.at {
			t.Errorf("reserve %v: it stops at %d, %v", test.reserve, left, err)
		}
		// The day is not over for what is asked next: the cause is the reserve, as before.
		if again := account(t.Context(), c); again == nil || !strings.Contains(again.Error(), "but for a reserve") {
			t.Errorf("reserve %v, asked again: %v", test.reserve, again)
		}
		// What may write reads back what it wrote.
		if err := account(AllowCreates(t.Context()), c); err != nil {
			t.Errorf("reserve %v, with the right to write: %v", test.reserve, err)
		}
	}
	left = 1
	c := onWire(t, Options{DailyReserve: -1}, answer)
	if err := errors.Join(account(t.Context(), c), account(t.Context(), c)); err != nil || left != -1 {
		t.Errorf("no reserve: it stops at %d, %v", left, err)
	}
}

// TestRequestsUnderWaySpareTheReserve has many requests under way when the reserve comes near: the
// answers that say so come when all of them have left.
func TestRequestsUnderWaySpareTheReserve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		left := 40
		c := onWire(t, Options{DailyReserve: 0.5}, func(*http.Request) (*http.Response, error) {
			mu.Lock()
			left--
			n := left
			mu.Unlock()
			time.Sleep(time.Second)
			return reply(200, goodAccount, dailyHeader, "40", dailyRemainingHeader, strconv.Itoa(n)), nil
		})
		if err := account(t.Context(), c); err != nil { // from now on the day is known
			t.Fatal(err)
		}
		var workers sync.WaitGroup
		for range 40 {
			workers.Go(func() {
				if err := account(t.Context(), c); err != nil && !errors.Is(err, ErrDailyLimit) {
					t.Error(err)
				}
			})
		}
		workers.Wait()
		if left != 20 {
			t.Errorf("it stops at %d, and 20 are the reserve", left)
		}
	})
}

// TestNothingLeftIsNotOverruledByOlderAnswers has an answer say that nothing of the day is left,
// and one that HubSpot counted before it come after it.
func TestNothingLeftIsNotOverruledByOlderAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent atomic.Int64
		c := onWire(t, Options{}, func(*http.Request) (*http.Response, error) {
			left := "0"
			if sent.Add(1) == 1 {
				time.Sleep(time.Second)
				left = "900"
			}
			return reply(200, goodAccount, dailyHeader, "1000", dailyRemainingHeader, left), nil
		})
		var older sync.WaitGroup
		older.Go(func() {
			if err := account(t.Context(), c); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		time.Sleep(time.Millisecond)
		if err := account(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		older.Wait()
		if err := account(t.Context(), c); !errors.Is(err, ErrDailyLimit) {
			t.Error(err)
		}
		// A request that leaves all the same, and hears that the day has begun anew, is believed.
		sent.Store(0)
		if err := errors.Join(account(AllowCreates(t.Context()), c), account(t.Context(), c)); err != nil {
			t.Error(err)
		}
	})
}

// TestWhatTakesNoTurnSparesTheReserve has searches, and reads of associations that are exempt,
// leave while an answer is on its way that does not count them.
func TestWhatTakesNoTurnSparesTheReserve(t *testing.T) {
	for name, call := range map[string]func(context.Context, *Client) error{
		"searches": func(ctx context.Context, c *Client) error {
			_, err := c.SearchObjects(ctx, "0-1", ObjectSearch{})
			return err
		},
		"exempt reads": func(ctx context.Context, c *Client) error {
			_, err := c.ReadAssociations(ctx, "0-1", "0-2", []ReadInput{{ID: 1}})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				left := 40
				c := onWire(t, Options{DailyReserve: 0.5, SearchRate: 1000}, func(r *http.Request) (*http.Response, error) {
					mu.Lock()
					left--
					n := left
					mu.Unlock()
					if r.Method == http.MethodPost {
						time.Sleep(3 * time.Second)
						return reply(200, `{"results":[],"total":0}`), nil
					}
					time.Sleep(time.Second)
					return reply(200, goodAccount, dailyHeader, "40", dailyRemainingHeader, strconv.Itoa(n)), nil
				})
				if err := account(t.Context(), c); err != nil { // from now on the day is known
					t.Fatal(err)
				}
				c.pace.reads.shown = exemptAnswers
				var workers sync.WaitGroup
				workers.Go(func() {
					if err := account(t.Context(), c); err != nil {
						t.Error(err)
					}
				})
				for _, after := range []time.Duration{500 * time.Millisecond, 2 * time.Second} {
					for range 15 {
						workers.Go(func() {
							time.Sleep(after)
							if err := call(t.Context(), c); err != nil && !errors.Is(err, ErrDailyLimit) {
								t.Error(err)
							}
						})
					}
				}
				workers.Wait()
				if left != 20 {
					t.Errorf("it stops at %d, and 20 are the reserve", left)
				}
			})
		})
	}
}

func TestTurnsEndWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := onWire(t, Options{}, func(*http.Request) (*http.Response, error) { return reply(200, goodAccount), nil })
		c.pace.pause(time.Hour)
		workers := sync.WaitGroup{}
		for range 4 {
			workers.Go(func() {
				if err := account(t.Context(), c); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		if n := c.Stats().Requests; n != 0 {
			t.Errorf("%d requests left during a pause", n)
		}
		workers.Wait()
	})
}
