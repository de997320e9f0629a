package hubspot

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// How often and how long a call is tried.
const (
	mostGarbled    = 3                // answers that are not HubSpot's
	overrunsFactor = 4                // times its attempts, 429s
	longestWait    = 10 * time.Minute // that HubSpot may ask for, and of one call in all, but for 429s
)

// The waits between attempts: the first one, doubled each time up to the last
// one, of which each call takes a random part so that they do not come together.
const (
	firstWait, lastWait       = 500 * time.Millisecond, 20 * time.Second
	firstOverrun, lastOverrun = time.Second, 30 * time.Second
	behindOthers              = 500 * time.Millisecond // at most, so that one that HubSpot always refuses does not hold them up
	lockedWait                = 2 * time.Second        // at least, after a 423 (documentation, "Error handling")
)

// call is one operation under way, over all of its attempts.
type call struct {
	client       *Client
	pace         *pace // that its 429s slow down
	method, path string
	effect       effect
	most         int  // attempts, 429s aside
	bare         bool // a success may say nothing (204)
	decode       func([]byte) error
	keep         func(Body) error // remembers an answer; nil: nothing does
	unkept       error            // why an answer could not be remembered

	failures int // attempts that failed, 429s aside
	garbled  int // of them, answers that were not HubSpot's
	overruns int // 429s
	inRow    int // of them, those since any request of the client got through
	progress int64
	wait     time.Duration // before the next attempt
	waited   time.Duration // all waits, but for 429s
	held     time.Duration // waits for the 429s in a row
}

// run sends a request until it is answered, by the loop of retryablehttp with
// the policy of check. Each call has a loop of its own: the policy needs to know
// what became of the earlier attempts.
func (k *call) run(ctx context.Context, req *retryablehttp.Request) error {
	k.progress = k.pace.progress()
	req.SetResponseHandler(k.read)
	loop := retryablehttp.Client{
		HTTPClient:   k.client.http,
		RetryMax:     math.MaxInt32, // check says when it is enough
		CheckRetry:   k.check,
		Backoff:      k.backoff,
		PrepareRetry: k.prepare,
		ErrorHandler: closeFailed,
	}
	resp, err := loop.Do(req)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil && !errors.Is(err, ErrUnclear) {
			return &failure{fmt.Sprintf("%s %s: %v", k.method, k.path, cause), cause}
		}
		return err
	}
	if k.failures+k.overruns == 0 {
		k.client.budget.earn()
	}
	k.client.answered.Add(1)
	return errors.Join(k.unkept, resp.Body.Close())
}

// closeFailed ends the loop with the error of the last attempt.
func closeFailed(resp *http.Response, err error, _ int) (*http.Response, error) {
	if resp != nil {
		err = errors.Join(err, resp.Body.Close())
	}
	return nil, err
}

// read takes an answer: a refusal is an error, and so is a success that cannot
// be decoded.
func (k *call) read(resp *http.Response) error {
	if !succeeded(resp.StatusCode) && resp.StatusCode/100 != 2 {
		return k.client.refusal(k.method, k.path, resp)
	}
	err := errors.New("a success without what was asked for")
	switch {
	case k.bare && resp.StatusCode == http.StatusNoContent:
		err = nil
	case !succeeded(resp.StatusCode):
	case !isJSON(resp.Header):
		err = errors.New("it does not say that it is JSON")
	default:
		err = k.decode(bodyOf(resp))
	}
	if err != nil {
		return k.client.malformed(resp, err)
	}
	if k.keep != nil {
		k.unkept = k.keep(sentOf(resp))
	}
	return nil
}

// check is called by the loop after each attempt, and says whether there is
// another one.
func (k *call) check(ctx context.Context, _ *http.Response, err error) (bool, error) {
	if err == nil {
		return false, nil
	}
	var wrapped *url.Error // net/http's, which repeats the method and the address
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	again := ctx.Err() == nil && k.again(err)
	switch {
	case k.effect.writes() && !surelyNotDone(err):
		return false, fmt.Errorf("%w: %w", ErrUnclear, k.named(err))
	case again:
		return true, nil
	}
	return false, k.named(err)
}

// named is the error that a call ends with.
func (k *call) named(err error) error {
	var refused *Error
	switch {
	case errors.As(err, &refused):
		return err
	case errors.Is(err, ErrReadOnly), errors.Is(err, ErrDailyLimit), errors.Is(err, ErrMalformed), isUnsent(err):
	case unreachable(err):
		err = fmt.Errorf("%s cannot be reached: %w", k.client.base, err)
	case untrusted(err):
		err = fmt.Errorf("what answers at %s cannot be trusted to be it: %w", k.client.base, err)
	default:
		err = fmt.Errorf("%w (attempts: %d): %w", ErrUnavailable, k.failures+k.overruns, err)
	}
	return &failure{k.client.clean(fmt.Sprintf("%s %s: %v", k.method, k.path, err)), err}
}

// failure is an error whose text may hold what came from outside, made clean.
type failure struct {
	text  string
	cause error
}

// Error is the clean text.
func (f *failure) Error() string { return f.text }

// Unwrap is what went wrong, to ask for its kind.
func (f *failure) Unwrap() error { return f.cause }

// again decides about an attempt that failed with err, and sets the wait.
func (k *call) again(err error) bool {
	var refused *Error
	errors.As(err, &refused)
	switch ClassOf(err) {
	case Limited:
		if errors.Is(err, ErrDailyLimit) {
			if refused != nil { // by HubSpot, not by the client for its reserve's sake
				k.client.pace.end()
			}
			return false
		}
		return k.overrun(refused)
	case Garbled:
		k.garbled++
		return !errors.Is(err, errHuge) && k.garbled < mostGarbled && k.later(0)
	case Outage:
		if refused == nil {
			return k.repeat(0)
		}
		return k.againAfter(refused)
	}
	return false
}

// againAfter decides about a refusal that is an outage.
func (k *call) againAfter(e *Error) bool {
	switch e.Status {
	case http.StatusLocked:
		return k.later(max(lockedWait, e.RetryAfter))
	case statusMoving:
		if e.RetryAfter == 0 || !k.later(e.RetryAfter) {
			return false
		}
		k.client.pace.pause(k.wait) // no other request can do better
		k.client.searches.pause(k.wait)
		return true
	case 525, 526: // TLS between HubSpot's own servers
		return false
	}
	return k.repeat(e.RetryAfter)
}

// overrun counts a 429, and holds up all requests of the client. A call gives up
// after many of them, or, where none of the client's requests gets through, after
// its attempts or the longest wait, whichever comes later.
func (k *call) overrun(e *Error) bool {
	if now := k.pace.progress(); now != k.progress {
		k.progress, k.inRow, k.held = now, 0, 0
	}
	wait := random(grown(firstOverrun, lastOverrun, k.inRow))
	if e.named {
		wait = min(stretched(max(e.RetryAfter, time.Second)), longestWait)
	}
	k.inRow++
	k.overruns++
	k.pace.refused(wait)
	k.wait = wait + random(behindOthers)
	k.held += k.wait
	return k.overruns < overrunsFactor*k.client.attempts && (k.inRow < k.client.attempts || k.held <= longestWait)
}

// repeat is later for faults that an outage has, in which the calls of a client
// share what repeats they have.
func (k *call) repeat(asked time.Duration) bool {
	return k.later(asked) && k.client.budget.spend()
}

// later counts a failure and sets the wait, of at least what HubSpot asks for.
func (k *call) later(asked time.Duration) bool {
	k.wait = random(grown(firstWait, lastWait, k.failures))
	if asked > 0 {
		k.wait = stretched(asked)
	}
	most := k.most
	if asked > 0 {
		most = k.client.attempts // to wait is all that helps
	}
	k.failures++
	k.waited += k.wait
	return k.failures < most && asked <= longestWait && k.waited <= longestWait+longestWait/5
}

// backoff is called by the loop before another attempt.
func (k *call) backoff(_, _ time.Duration, _ int, _ *http.Response) time.Duration {
	k.client.retries.Add(1)
	return k.wait
}

// prepare is called by the loop behind the wait.
func (k *call) prepare(req *http.Request) error {
	if f, asked := req.Context().Value(repeating{}).(func(context.Context) error); asked && k.effect.writes() {
		return f(req.Context())
	}
	return nil
}

// grown is the wait after n earlier ones.
func grown(first, last time.Duration, n int) time.Duration {
	return min(first<<min(n, 16), last)
}

func random(most time.Duration) time.Duration { return 1 + rand.N(most) }

// stretched adds up to a fifth, so that those who got the same answer do not come
// back at the same time.
func stretched(d time.Duration) time.Duration { return d + rand.N(d/5+1) }

func isUnsent(err error) bool {
	var u unsent
	return errors.As(err, &u)
}

// surelyNotDone reports whether a write that failed with err has certainly
// changed nothing: it never left, or HubSpot refused it as a whole.
func surelyNotDone(err error) bool {
	var refused *Error
	if errors.As(err, &refused) {
		return refused.Status >= 400 && refused.Status < 500 && refused.Status != http.StatusRequestTimeout
	}
	var op *net.OpError
	return isUnsent(err) || errors.Is(err, ErrReadOnly) || untrusted(err) || unreachable(err) || errors.As(err, &op) && op.Op == "dial"
}
