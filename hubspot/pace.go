package hubspot

import (
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

// HubSpot's documented headers (usage guidelines, "Rate limit headers"). Answers
// of the search API have none of them, those to OAuth apps no daily ones.
const (
	maxHeader            = "X-HubSpot-RateLimit-Max"
	remainingHeader      = "X-HubSpot-RateLimit-Remaining"
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

// firstCalls is how many requests are under way at most while nothing is known of
// what others have used.
const firstCalls = 4

// pace makes all requests of a client wait for their turn. They leave at once while
// the interval has room for them, and then as earlier ones leave it: HubSpot's
// interval rolls, and in none of them a client sends more than its share. When between
// request and answer HubSpot counts it nobody knows: it may be in an interval from when it
// leaves until an interval after its answer. Those that may be in one are never more than
// the portal allows, either: what answers take cannot bring a refusal.
//
// What it has sent a client knows, and what others have sent is in the answers: how
// much remains to all of them. It keeps its hands off half of what its share leaves
// to others, and while it has sent less than a quarter of its share off a quarter of
// that, so that one that comes later finds room.
type pace struct {
	share   float64
	auto    bool          // the share is what others leave
	reserve float64       // part of the day's requests that is left to others
	head    chan struct{} // holds the one that is next
	news    chan struct{} // wakes it

	mu       sync.Mutex
	most     int // requests that the portal allows in an interval
	interval time.Duration
	stretch  float64   // the share is sent in so many intervals
	factor   float64   // of the rate, below 1 after a 429
	changed  time.Time // when factor was
	until    time.Time // nothing leaves before
	due      time.Time // nor before, where factor is below 1: requests keep their distance then
	daily    int64     // requests that the account may send in a day, -1 if unknown
	left     int64     // of them, -1 if unknown
	unheard  int64     // requests under way then, or sent since: left may still hold them
	least    int64     // of what answers said is left, unless a request that left since got another
	leastAt  time.Time // when that came
	passed   int64     // answers other than 429
	ended    time.Time // when HubSpot last said that the day's requests are used up

	sent   []time.Time // when those left that share an interval with what leaves now
	flying int         // requests under way
	landed []landing   // those of this interval that were answered, in that order
	heard  bool        // an answer came
	known  bool        // and it said what remains
	room   int         // what remained then, less what was not in it
	asOf   time.Time   // then
	others others      // where the share is automatic
	reads  exemption   // of batch reads of associations

	// Those that take no turn, and count for the day: searches, and reads that are exempt.
	besides int       // under way
	beside  []landing // those of this interval that were answered
}

// landing is a request that was answered. HubSpot counted it between the two times.
type landing struct {
	sent, answered time.Time
	read           bool // a batch read of associations, or one that the portal may not have counted
}

func newPace(share, reserve float64) *pace {
	return &pace{share: share, reserve: reserve, head: make(chan struct{}, 1), news: make(chan struct{}, 1),
		factor: 1, stretch: 1, daily: -1, left: -1, most: firstMax, interval: firstInterval}
}

// whole is the share of the allowance in an interval.
func (p *pace) whole() int {
	if p.auto && p.known {
		return max(1, p.most-max(1, p.most/spared))
	}
	return max(1, int(p.share*float64(p.most)))
}

// rate is how many requests leave in a second, in the long run.
func (p *pace) rate() float64 {
	full := float64(p.whole()) / p.window().Seconds()
	return max(p.factor*full, min(slowestRate, full))
}

// window is the time in which the share is sent.
func (p *pace) window() time.Duration { return time.Duration(p.stretch * float64(p.interval)) }

// bound is how many leave in that time at most.
func (p *pace) bound() int { return max(1, int(p.rate()*p.window().Seconds()+0.001)) } // a float may be a little less

// crowd is how many may be in one of HubSpot's intervals at most, as it may count them: more
// than leave in one by half of what the share leaves to others, and by a twentieth of all at
// most. After a 429, and where the share is automatic, it is as many as leave.
func (p *pace) crowd() int {
	if p.auto || p.factor < 1 {
		return p.bound()
	}
	return p.bound() + min((p.most-p.whole())/2, p.most/spared)
}

// learn takes what the answer to a request that left at a time says of the portal's
// limits.
func (p *pace) learn(sent time.Time, status int, h http.Header) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n, ok := number(h.Get(dailyHeader)); ok {
		p.daily = n
	}
	if n, ok := number(h.Get(dailyRemainingHeader)); ok {
		p.left, p.unheard = n, int64(p.uncounted(sent)+p.besides+since(p.beside, sent))
		if p.leastAt.IsZero() || n <= p.least || sent.After(p.leastAt) {
			p.least, p.leastAt = n, time.Now()
		}
	}
	most, ok := number(h.Get(maxHeader))
	ms, also := number(h.Get(intervalHeader))
	if ok && also && most > 0 && most <= largestMax && ms > 0 && ms <= longestInterval.Milliseconds() {
		p.most, p.interval = int(most), time.Duration(ms)*time.Millisecond
	}
	p.heard = true
	if n, ok := number(h.Get(remainingHeader)); ok {
		now, remaining := time.Now(), int(min(n, int64(p.most)))
		p.forget(now)
		if p.reads.due(now, p.interval) {
			reads, others := p.certain(sent, now)
			p.reads.notice(p.most-remaining, reads, others)
		}
		p.known, p.room, p.asOf = true, remaining-p.uncounted(sent), now
		if !p.auto && p.most-remaining <= p.flying+len(p.landed) { // nobody else is seen to send
			p.room = remaining - p.behind(sent, now)
		}
		if p.auto {
			p.others.notice(now, p.most-remaining-p.flying-len(p.landed))
		}
	}
	p.wake()
	if status == http.StatusTooManyRequests {
		return
	}
	p.passed++
	if now := time.Now(); p.factor < 1 && now.Sub(p.changed) >= p.interval {
		p.factor, p.changed = min(1, p.factor+speedUp), now
	}
}

// behind is how many requests are not in what the answer to one says remains, which left at a
// time and is answered now: those that left after it, and those so shortly before that the
// network may have had them change places. It is less careful than uncounted: where others
// send, a few that change places are too many.
func (p *pace) behind(sent, now time.Time) int {
	at, _ := slices.BinarySearchFunc(p.sent, sent.Add(-now.Sub(sent)/2), time.Time.Compare)
	return len(p.sent) - at
}

// uncounted is how many requests HubSpot may not have counted at all when it answered one
// that left at a time: those under way, and those that landed meanwhile.
func (p *pace) uncounted(sent time.Time) int { return p.flying + since(p.landed, sent) }

// since counts those that landed after another one left, which is not counted itself.
func since(landed []landing, sent time.Time) (n int) {
	itself := false
	for _, l := range slices.Backward(landed) {
		if !l.answered.After(sent) {
			break
		}
		if l.sent.Equal(sent) && !itself {
			itself = true
			continue
		}
		n++
	}
	return n
}

// leaveBeside notes that a request leaves that takes no turn, landBeside that one that left
// at a time is under way no more.
func (p *pace) leaveBeside() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.besides++
}

func (p *pace) landBeside(sent time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.besides--
	p.beside = append(slices.DeleteFunc(p.beside, func(l landing) bool { return now.Sub(l.answered) >= p.interval }), landing{sent: sent, answered: now})
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
	}
	p.mu.Unlock()
	p.pause(d)
}

// spares reports whether a request leaves the reserve of the day's requests to the account's
// other apps. Those under way, whose answers may say that it has come to that, count as well.
func (p *pace) spares() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sparing()
}

// sparing goes by the last answer, and by the lowest one: that of a request that left before
// the lowest came may be older news.
func (p *pace) sparing() bool {
	return p.left < 0 || p.reserve < 0 || float64(min(p.left-p.unheard, p.least)) > p.reserve*float64(max(p.daily, 0))
}

// take is spares for a request that leaves then.
func (p *pace) take() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.sparing() {
		return false
	}
	p.unheard++
	return true
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
