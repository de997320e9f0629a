package sim

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Rate is a number of requests in a time; the zero value sets no limit.
type Rate struct {
	Requests int
	Interval time.Duration
}

// ParseRate reads a rate such as 190/10s.
func ParseRate(text string) (Rate, error) {
	n, interval, _ := strings.Cut(text, "/")
	requests, err := strconv.Atoi(n)
	every, err2 := time.ParseDuration(interval)
	if err != nil || err2 != nil || requests < 1 || every <= 0 {
		return Rate{}, fmt.Errorf("%q is no rate: write requests/time, such as 190/10s", text)
	}
	return Rate{requests, every}, nil
}

// String gives the form that ParseRate reads.
func (r Rate) String() string { return fmt.Sprintf("%d/%s", r.Requests, r.Interval) }

// unlimited is the allowance that the headers name where none is set.
var unlimited = Rate{1_000_000, 10 * time.Second}

// searches is the account's allowance of the search API, which counts by itself
// (HubSpot's usage guidelines).
var searches = Rate{5, time.Second}

// policy is an allowance as a refusal names it.
type policy struct{ name, message, group string }

var (
	burstPolicy  = policy{"TEN_SECONDLY_ROLLING", "You have reached your ten_secondly_rolling limit.", "ten-secondly"}
	searchPolicy = policy{"SECONDLY", "You have reached your secondly limit.", "secondly"}
	dailyPolicy  = policy{"DAILY", "You have reached your daily limit.", "daily"}
)

// appID is the private app that every token belongs to.
const appID = 1234567

// refusal is the error document of a request too many.
func (p policy) refusal(portal int64) *problem {
	return &problem{status: http.StatusTooManyRequests, Status: "error", Message: p.message, ErrorType: "RATE_LIMIT", PolicyName: p.name,
		GroupName: fmt.Sprintf("publicapi:private_app-api-calls-%s:%d:%d", p.group, portal, appID)}
}

// limits counts requests against the allowances. Refused requests do not count.
type limits struct {
	now    func() time.Time
	portal int64
	zone   *time.Location // whose midnight ends the day

	mu     sync.Mutex
	burst  *window
	search *window
	taken  int // of the burst, in each interval, by another client of the app
	daily  int
	used   int
	reset  time.Time // end of the day that used is about
}

func newLimits(o Options, a account) *limits {
	zone, err := time.LoadLocation(a.timeZone)
	if err != nil {
		zone = time.UTC // a name that HubSpot knows and Go does not
	}
	l := &limits{now: o.Now, portal: a.id, zone: zone, burst: newWindow(o.Rate), search: newWindow(Rate{}), daily: o.Daily}
	if o.Rate.Requests > 0 {
		l.search = newWindow(searches)
	}
	return l
}

// window holds the times of the newest requests: a rolling interval.
type window struct {
	rate  Rate
	times []time.Time // the newest rate.Requests, in their order
}

func newWindow(r Rate) *window { return &window{rate: r} }

// within counts the requests of an interval before now.
func (w *window) within(interval time.Duration, now time.Time) int {
	first, _ := slices.BinarySearchFunc(w.times, now.Add(-interval), func(t, since time.Time) int {
		return cmp.Or(t.Compare(since), -1) // exactly an interval ago is outside
	})
	return len(w.times) - first
}

// remaining is how many more requests the interval before now has room for.
func (w *window) remaining(now time.Time) int {
	return w.rate.Requests - w.within(w.rate.Interval, now)
}

func (w *window) count(now time.Time) {
	if w.rate.Requests == 0 {
		return
	}
	if len(w.times) >= 2*w.rate.Requests { // what the interval can hold, and as much again before it is worth a copy
		w.times = append(w.times[:0], w.times[len(w.times)-w.rate.Requests:]...)
	}
	w.times = append(w.times, now)
}

// take counts a request, or refuses it with 429. The daily limit is not for
// public apps, which have OAuth tokens, and the burst limit not for what is exempt.
func (l *limits) take(operation string, oauth, exempt bool) *problem {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	l.roll(now)
	w, left, p := l.burst, l.burst.remaining(now)-l.taken, burstPolicy
	if operation == "search" {
		w, left, p = l.search, l.search.remaining(now), searchPolicy
	}
	switch {
	case l.used >= l.daily && !oauth:
		return dailyPolicy.refusal(l.portal)
	case exempt:
	case w.rate.Requests > 0 && left <= 0:
		return p.refusal(l.portal)
	default:
		w.count(now)
	}
	if !oauth {
		l.used++
	}
	return nil
}

// roll begins a new day at the portal's midnight.
func (l *limits) roll(now time.Time) {
	if now.Before(l.reset) {
		return
	}
	year, month, day := now.In(l.zone).Date()
	l.used, l.reset = 0, time.Date(year, month, day+1, 0, 0, 0, 0, l.zone)
}

// usage returns the day's requests, those allowed, and when they begin anew.
func (l *limits) usage() (used, daily int, reset time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.roll(l.now())
	return l.used, l.daily, l.reset
}

// headers sends the allowances, which answers of the search API do not. The
// secondly pair is a relic: HubSpot still sends it and no longer enforces it.
func (l *limits) headers(h http.Header, operation string, oauth bool) {
	if operation == "search" {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	rate, left := unlimited, unlimited.Requests
	if l.burst.rate.Requests > 0 {
		rate, left = l.burst.rate, max(0, l.burst.remaining(now)-l.taken)
	}
	secondly := max(1, int(float64(rate.Requests)/rate.Interval.Seconds()))
	values := map[string]int64{
		"Max": int64(rate.Requests), "Remaining": int64(left), "Interval-Milliseconds": rate.Interval.Milliseconds(),
		"Secondly": int64(secondly), "Secondly-Remaining": int64(max(0, secondly-l.burst.within(time.Second, now))),
	}
	if !oauth {
		values["Daily"], values["Daily-Remaining"] = int64(l.daily), int64(max(0, l.daily-l.used))
	}
	for name, n := range values {
		h.Set("X-HubSpot-RateLimit-"+name, strconv.FormatInt(n, 10))
	}
}

// Allowance is what an app may still do. It changes while a server runs where a
// subscription changes, or another client of the same app comes and goes.
type Allowance struct {
	Rate  Rate // of the app; the zero value sets no limit
	Taken int  // of Rate.Requests, by another client in each interval
	Daily int  // requests of the account in a day
}

// Allowance returns the allowance of now.
func (s *Server) Allowance() Allowance {
	s.limits.mu.Lock()
	defer s.limits.mu.Unlock()
	return Allowance{s.limits.burst.rate, s.limits.taken, s.limits.daily}
}

// Allow sets the allowance from now on. What was used stays used.
func (s *Server) Allow(a Allowance) {
	s.limits.mu.Lock()
	defer s.limits.mu.Unlock()
	s.limits.burst.rate, s.limits.taken, s.limits.daily = a.Rate, a.Taken, a.Daily
	s.limits.search.rate = Rate{}
	if a.Rate.Requests > 0 {
		s.limits.search.rate = searches
	}
}
