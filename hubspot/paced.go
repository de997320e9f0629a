package hubspot

import (
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
	log      *slog.Logger
}

// unsent is an error before anything left for the portal.
type unsent struct{ error }

func (u unsent) Unwrap() error { return u.error }

// RoundTrip waits and sends. What may write may also use up the day's last
// requests: it must be able to read back what it wrote.
func (p *paced) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx := r.Context()
	if p.pace.spared() && !writesAllowed(ctx) {
		return nil, unsent{fmt.Errorf("%w but for a reserve that is left to the account's other apps", ErrDailyLimit)}
	}
	pace := p.pace
	if routes[opSearchObjects].matches(r.Method, r.URL.Path) {
		pace = p.searches
	}
	if err := pace.wait(ctx); err != nil {
		return nil, unsent{err}
	}
	p.sent.Add(1)
	started := time.Now()
	resp, err := p.next.RoundTrip(r)
	if err != nil {
		p.log.DebugContext(ctx, "no answer", "method", r.Method, "path", r.URL.Path, "duration", time.Since(started))
		return nil, err
	}
	pace.learn(resp.StatusCode, resp.Header)
	p.log.DebugContext(ctx, "answer", "method", r.Method, "path", r.URL.Path, "status", resp.StatusCode, "duration", time.Since(started))
	return resp, nil
}
