package hubspot

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestRetryAfter(t *testing.T) {
	const date = "Mon, 02 Nov 2026 10:00:00 GMT"
	now := time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC) // a clock that is years wrong
	tests := []struct {
		text, date string
		want       time.Duration
		ok         bool
	}{
		{"1", "", time.Second, true},
		{"120", date, 2 * time.Minute, true},
		{"0", "", 0, true},
		{"-5", "", 0, false},
		{"abc", "", 0, false},
		{"", "", 0, false},
		{"1.5", "", 0, false},
		{"1000000000", "", 365 * 24 * time.Hour, true},
		{"9223372036854775807", "", 365 * 24 * time.Hour, true},
		{"Mon, 02 Nov 2026 10:00:10 GMT", date, 10 * time.Second, true},
		{"Monday, 02-Nov-26 10:00:10 GMT", date, 10 * time.Second, true},
		{"Mon, 02 Nov 2026 09:00:00 GMT", date, 0, true},
		{"Wed, 01 Jan 2031 00:00:03 GMT", "", 3 * time.Second, true},
		{"Wed, 01 Jan 2031 00:00:03 GMT", "not a date", 3 * time.Second, true},
	}
	for _, test := range tests {
		h := http.Header{"Retry-After": {test.text}, "Date": {test.date}}
		if got, ok := retryAfter(h, now); ok != test.ok || ok && got != test.want {
			t.Errorf("Retry-After: %q, Date: %q: %s %t, want %s %t", test.text, test.date, got, ok, test.want, test.ok)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, text := range []string{"1", "-1", "abc", "Mon, 02 Nov 2026 10:00:10 GMT", "99999999999999999999"} {
		f.Add(text, "Mon, 02 Nov 2026 10:00:00 GMT")
	}
	f.Fuzz(func(t *testing.T, text, date string) {
		got, ok := retryAfter(http.Header{"Retry-After": {text}, "Date": {date}}, time.Unix(1, 0))
		if got < 0 && ok {
			t.Errorf("%q, %q: %s", text, date, got)
		}
	})
}

func TestOverrunsWaitAsTold(t *testing.T) {
	for text, bounds := range map[string][2]time.Duration{
		"1":                             {time.Second, 2200 * time.Millisecond},
		"10":                            {10 * time.Second, 13 * time.Second},
		"120":                           {120 * time.Second, 145 * time.Second},
		"0":                             {time.Second, 2200 * time.Millisecond},
		"1000000000":                    {10 * time.Minute, 10*time.Minute + time.Second},
		"Mon, 02 Nov 2026 10:00:20 GMT": {20 * time.Second, 25 * time.Second},
		"Mon, 02 Nov 2026 09:00:00 GMT": {time.Second, 2200 * time.Millisecond},
		"-3":                            {0, 1600 * time.Millisecond},
		"abc":                           {0, 1600 * time.Millisecond},
	} {
		got := try(t, times(1, attempt{status: 429, body: burst, header: []string{"Retry-After", text, "Date", "Mon, 02 Nov 2026 10:00:00 GMT"}}), account)
		if got.err != nil || got.requests != 2 || got.took < bounds[0] || got.took > bounds[1] {
			t.Errorf("Retry-After: %s: %d requests in %s, %v; want 2 in %s to %s", text, got.requests, got.took, got.err, bounds[0], bounds[1])
		}
	}
}

func TestAPauseHoldsUpEveryRequest(t *testing.T) {
	for _, status := range []int{429, 477} {
		synctest.Test(t, func(t *testing.T) {
			var mu sync.Mutex
			var left []time.Time
			var refused time.Time
			c := onWire(t, Options{}, func(*http.Request) (*http.Response, error) {
				mu.Lock()
				left = append(left, time.Now())
				first := len(left) == 5
				mu.Unlock()
				time.Sleep(50 * time.Millisecond)
				if first {
					refused = time.Now()
					return reply(status, burst, "Retry-After", "60"), nil
				}
				return reply(200, goodAccount), nil
			})
			send(t, c, 40)
			if len(left) != 41 {
				t.Errorf("%d requests, want 41", len(left))
			}
			for _, at := range left {
				if since := at.Sub(refused); since > 0 && since < time.Minute {
					t.Errorf("a request left %s after the %d that asked for a minute", since, status)
				}
			}
		})
	}
}

func TestOverrunsDoNotCountWhileOthersGetThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		unlucky := 0
		c := onWire(t, Options{}, func(r *http.Request) (*http.Response, error) {
			if strings.HasSuffix(r.URL.Path, "/0-3") {
				if unlucky++; unlucky < 12 {
					return reply(429, burst), nil
				}
				return reply(200, `{"results":[]}`), nil
			}
			time.Sleep(100 * time.Millisecond)
			return reply(200, goodAccount), nil
		})
		stop := make(chan struct{})
		var lucky sync.WaitGroup
		lucky.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					if err := account(t.Context(), c); err != nil {
						t.Error(err)
					}
				}
			}
		})
		if _, err := c.Pipelines(t.Context(), "0-3"); err != nil {
			t.Errorf("after %d 429s: %v", unlucky, err)
		}
		close(stop)
		lucky.Wait()
	})
}

func TestACallThatIsAlwaysRefusedEnds(t *testing.T) {
	c := onWire(t, Options{Attempts: 2}, nil)
	k := &call{client: c, pace: c.pace}
	refusals := 1
	for k.again(&Error{Status: 429}) {
		refusals++
		c.pace.learn(time.Now(), 200, http.Header{}) // others get through all the time
	}
	if refusals != overrunsFactor*2 {
		t.Errorf("it ended after %d 429s, want %d", refusals, overrunsFactor*2)
	}
}
