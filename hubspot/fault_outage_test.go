package hubspot

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// TestAnOutageIsNotMadeWorse has many calls of a portal that is down, each of
// which would be repeated four times if it were alone.
func TestAnOutageIsNotMadeWorse(t *testing.T) {
	for name, a := range map[string]attempt{
		"500": {status: 500}, "503 with a wait": {status: 503, header: []string{"Retry-After", "5"}}, "504": {status: 504}, "408": {status: 408},
		"521": {status: 521, body: "<html>down", header: []string{"Content-Type", "text/html"}}, "no answer": {err: errors.New("connection reset")},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const calls, workers = 200, 8
				c := onWire(t, Options{}, func(*http.Request) (*http.Response, error) { return a.answer() })
				var all sync.WaitGroup
				for range workers {
					all.Go(func() {
						for range calls / workers {
							if err := account(t.Context(), c); !errors.Is(err, ErrUnavailable) {
								t.Error(err)
							}
						}
					})
				}
				all.Wait()
				if s := c.Stats(); s.Requests > calls*12/10 || s.Retries == 0 {
					t.Errorf("%+v for %d calls, want at most a fifth more, and some", s, calls)
				}
			})
		})
	}
}

// TestThePortalIsAskedAgainAfterAnOutage has calls succeed until repeats are
// there again.
func TestThePortalIsAskedAgainAfterAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down := true
		c := onWire(t, Options{}, func(*http.Request) (*http.Response, error) {
			if down {
				return reply(503, ""), nil
			}
			return reply(200, goodAccount), nil
		})
		for range 20 {
			if err := account(t.Context(), c); !errors.Is(err, ErrUnavailable) {
				t.Fatal(err)
			}
		}
		spent := c.Stats()
		if err := account(t.Context(), c); err == nil || c.Stats().Retries != spent.Retries {
			t.Errorf("%v, after %+v and %+v", err, spent, c.Stats())
		}
		down = false
		for range repeatCost {
			if err := account(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
		down = true
		if err := account(t.Context(), c); err == nil || c.Stats().Retries != spent.Retries+1 {
			t.Errorf("%v, after %+v and %+v: want one repeat for %d successes", err, spent, c.Stats(), repeatCost)
		}
	})
}

// TestTheBudgetStaysInItsBounds spends and earns in any order.
func TestTheBudgetStaysInItsBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b retryBudget
		left := fullBudget
		for _, spends := range rapid.SliceOfN(rapid.Bool(), 0, 300).Draw(t, "spends") {
			if !spends {
				b.earn()
				left = min(left+1, fullBudget)
				continue
			}
			if got, want := b.spend(), left >= repeatCost; got != want {
				t.Fatalf("spend: %t with %d left", got, left)
			} else if got {
				left -= repeatCost
			}
		}
		if spent := b.spent.Load(); spent != int64(fullBudget-left) || left < 0 {
			t.Fatalf("%d spent and %d left", spent, left)
		}
	})
}

// TestNothingIsSentOnceTheDayIsOver has the daily limit end in the middle of what
// many workers do, as a refusal or as a header.
func TestNothingIsSentOnceTheDayIsOver(t *testing.T) {
	for name, last := range map[string]func() *http.Response{
		"refused":              func() *http.Response { return reply(429, daily) },
		"refused by a header":  func() *http.Response { return reply(429, "{}", dailyRemainingHeader, "0") },
		"nothing left":         func() *http.Response { return reply(200, goodAccount, dailyHeader, "1000", dailyRemainingHeader, "0") },
		"nothing left of what": func() *http.Response { return reply(200, goodAccount, dailyRemainingHeader, "0") },
	} {
		for _, at := range []int{1, 7, 40} {
			t.Run(fmt.Sprintf("%s, the %dth", name, at), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { endsTheDay(t, at, last) })
			})
		}
	}
}

func endsTheDay(t *testing.T, at int, last func() *http.Response) {
	var mu sync.Mutex
	var over time.Time
	n, late := 0, 0
	c := onWire(t, Options{}, func(*http.Request) (*http.Response, error) {
		mu.Lock()
		n++
		here := n == at
		if !over.IsZero() && time.Now().After(over) {
			late++
		}
		mu.Unlock()
		time.Sleep(100 * time.Millisecond)
		if here {
			mu.Lock()
			defer mu.Unlock()
			over = time.Now()
			return last(), nil
		}
		return reply(200, goodAccount), nil
	})
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			var err error
			for i := 0; i < 50 && err == nil; i++ {
				err = account(t.Context(), c)
			}
			if !errors.Is(err, ErrDailyLimit) {
				t.Error(err)
			}
		})
	}
	workers.Wait()
	if late > 0 || n > at+2*8 { // those under way, and those that leave at the same time
		t.Errorf("%d requests, %d of them after the day was over at the %dth", n, late, at)
	}
}
