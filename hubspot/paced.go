package hubspot

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"
)

// paced sends each request when it is its turn, and learns from the answers how
// fast that may be.
type paced struct {
	next     http.RoundTripper
	pace     *pace
	searches *pace
	sent     *atomic.Int64
	fastest  *atomic.Int64
	log      *slog.Logger
}

// unsent is an error before anything left for the portal.
type unsent struct{ error }

func (u unsent) Unwrap() error { return u.error }

// RoundTrip waits and sends.
func (p *paced) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx := r.Context()
	pace := p.pace
	if routes[opSearchObjects].matches(r.Method, r.URL.Path) {
		pace = p.searches
	}
	read := routes[opReadLinks].matches(r.Method, r.URL.Path)
	uncertain := false // whether the portal has counted it
	turn, land := pace.wait, func(sent time.Time, counts bool) { pace.land(sent, counts, read || uncertain) }
	if read && pace.exempt() {
		turn, land = p.beside(pace.rested, func(time.Time, bool) {})
	} else if pace == p.searches {
		turn, land = p.beside(turn, land)
	}
	err := p.today(ctx, p.pace.spares)
	if err == nil {
		err = turn(ctx)
	}
	if err != nil {
		return nil, unsent{err}
	}
	if err := p.today(ctx, p.pace.take); err != nil { // others may have learnt better in the meantime
		land(time.Now(), false)
		return nil, unsent{err}
	}
	p.sent.Add(1)
	started := time.Now()
	resp, err := p.next.RoundTrip(r)
	uncertain = err != nil || resp.StatusCode >= http.StatusInternalServerError
	land(started, err == nil && resp.StatusCode != http.StatusTooManyRequests || err != nil && !isUnsent(err))
	if read && err == nil && resp.StatusCode == http.StatusTooManyRequests {
		pace.refuseReads()
	}
	if err != nil {
		p.log.DebugContext(ctx, "no answer", "method", r.Method, "path", r.URL.Path, "duration", time.Since(started))
		return nil, err
	}
	p.clock(time.Since(started))
	pace.learn(started, resp.StatusCode, resp.Header)
	p.log.DebugContext(ctx, "answer", "method", r.Method, "path", r.URL.Path, "status", resp.StatusCode, "duration", time.Since(started))
	return resp, nil
}

// beside has the pace of all requests hear of one that takes no turn of it.
func (p *paced) beside(turn func(context.Context) error, land func(time.Time, bool)) (func(context.Context) error, func(time.Time, bool)) {
	leave := func(ctx context.Context) error {
		err := turn(ctx)
		if err == nil {
			p.pace.leaveBeside()
		}
		return err
	}
	return leave, func(sent time.Time, counts bool) {
		land(sent, counts)
		p.pace.landBeside(sent)
	}
}

// clock takes in how long an answer took.
func (p *paced) clock(took time.Duration) {
	for {
		fastest := p.fastest.Load()
		if fastest > 0 && fastest <= int64(took) || p.fastest.CompareAndSwap(fastest, int64(took)) {
			return
		}
	}
}

// today reports whether the day has requests left, and a request may have one beside the
// reserve. What may write may also use up the last ones: it must be able to read back what
// it wrote.
func (p *paced) today(ctx context.Context, may func() bool) error {
	switch {
	case mayWrite(ctx):
	case p.pace.over():
		return ErrDailyLimit
	case !may():
		return fmt.Errorf("%w but for a reserve that is left to the account's other apps", ErrDailyLimit)
	}
	return nil
}
