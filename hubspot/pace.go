package hubspot

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// HubSpot's documented headers (usage guidelines, "Rate limit headers"). Answers
// of the search API have none of them, those to OAuth apps no daily ones.
const (
	maxHeader            = "X-HubSpot-RateLimit-Max"
	intervalHeader       = "X-HubSpot-RateLimit-Interval-Milliseconds"
	dailyHeader          = "X-HubSpot-RateLimit-Daily"
	dailyRemainingHeader = "X-HubSpot-RateLimit-Daily-Remaining"
)

// The allowance that a client keeps to until an answer names the portal's own:
// the smallest one that HubSpot gives, 100 requests in 10 s.
const (
	firstMax      = 100
	firstInterval = 10 * time.Second
)

// Beyond these an allowance in a header is nonsense and is passed over.
const (
	largestMax      = 1_000_000
	longestInterval = time.Hour
)

// How the rate answers to a 429: it falls by a third at once, and comes back in
// steps, one for each interval that passes without another (reliable for any
// number of clients that share an allowance: additive increase, multiplicative
// decrease).
const (
	slowDown    = 0.7
	speedUp     = 0.05
	slowestRate = 0.5 // requests a second
)

// pace makes all requests of a client wait for their turn.
type pace struct {
	share   float64
	reserve float64 // part of the day's requests that is left to others
	limiter *rate.Limiter

	mu       sync.Mutex
	most     int // requests that the portal allows in an interval
	interval time.Duration
	factor   float64   // of the rate, below 1 after a 429
	changed  time.Time // when factor was
	until    time.Time // nothing leaves before
	daily    int64     // requests that the account may send in a day, -1 if unknown
	left     int64     // of them, -1 if unknown
	passed   int64     // answers other than 429
	ended    time.Time // when HubSpot last said that the day's requests are used up
}

func newPace(share, reserve float64) *pace {
	p := &pace{share: share, reserve: reserve, limiter: rate.NewLimiter(0, 1), factor: 1, daily: -1, left: -1, most: firstMax, interval: firstInterval}
	p.set()
	return p
}

// set gives the limiter its rate. HubSpot's window rolls, so a burst and what
// follows it within one interval are together the share of the allowance, less
// a hundredth for requests that arrive closer together than they left.
func (p *pace) set() {
	n := max(1, int(p.share*float64(p.most)))
	burst := max(1, n/50)
	steady := max(1, n-burst-n/100)
	perSecond := p.factor * float64(steady) / p.interval.Seconds()
	if p.factor < 1 {
		perSecond = max(perSecond, min(slowestRate, float64(steady)/p.interval.Seconds()))
	}
	p.limiter.SetLimit(rate.Limit(perSecond))
	p.limiter.SetBurst(burst)
}

// learn takes what an answer says of the portal's limits.
func (p *pace) learn(status int, h http.Header) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n, ok := number(h.Get(dailyHeader)); ok {
		p.daily = n
	}
	if n, ok := number(h.Get(dailyRemainingHeader)); ok {
		p.left = n
	}
	most, ok := number(h.Get(maxHeader))
	ms, also := number(h.Get(intervalHeader))
	interval := time.Duration(ms) * time.Millisecond
	if ok && also && most > 0 && most <= largestMax && ms > 0 && ms <= longestInterval.Milliseconds() &&
		(int(most) != p.most || interval != p.interval) {
		p.most, p.interval = int(most), interval
		p.set()
	}
	if status == http.StatusTooManyRequests {
		return
	}
	p.passed++
	if now := time.Now(); p.factor < 1 && now.Sub(p.changed) >= p.interval {
		p.factor, p.changed = min(1, p.factor+speedUp), now
		p.set()
	}
}

// number reads a count; what is none is passed over.
func number(text string) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && n >= 0
}

// pause lets nothing leave for a while.
func (p *pace) pause(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := time.Now().Add(d); until.After(p.until) {
		p.until = until
	}
}

// rest is how long nothing leaves.
func (p *pace) rest() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Until(p.until)
}

// refused pauses all requests after a 429 and slows those that follow. Answers
// that come during the pause belong to the same overrun, and slow no further.
func (p *pace) refused(d time.Duration) {
	p.mu.Lock()
	if now := time.Now(); now.After(p.until) {
		p.factor, p.changed = p.factor*slowDown, now
		p.set()
	}
	p.mu.Unlock()
	p.pause(d)
}

// spared reports whether so little is left of the day's requests that it is
// left to the account's other apps.
func (p *pace) spared() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.left >= 0 && p.reserve >= 0 && float64(p.left) <= p.reserve*float64(max(p.daily, 0))
}

// dayEnded is how long nothing is sent after HubSpot said that the day's requests
// are used up: what the other calls of a run have ready would be refused too.
const dayEnded = time.Minute

// end notes that the day's requests are used up.
func (p *pace) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = time.Now()
}

// over reports whether the day's requests are used up.
func (p *pace) over() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.ended.IsZero() && time.Since(p.ended) < dayEnded
}

// progress is a number that grows with each answer other than a 429.
func (p *pace) progress() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.passed
}

// wait returns when a request may leave, or the context has ended. A request
// that a pause held up takes its turn anew, so that those held up together do
// not leave together.
func (p *pace) wait(ctx context.Context) error {
	for {
		if err := p.limiter.Wait(ctx); err != nil {
			if ctx.Err() == nil { // the limiter sees that the turn would come too late
				return context.DeadlineExceeded
			}
			return err
		}
		d := p.rest()
		if d <= 0 {
			return nil
		}
		timer := time.NewTimer(d)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}
