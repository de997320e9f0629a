package hubspot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const (
	goodAccount = `{"portalId":7,"timeZone":"Europe/Berlin"}`
	goodCreated = `{"status":"COMPLETE","results":[{"fromObjectId":1,"toObjectId":2,"labels":[]}]}`
	burst       = `{"status":"error","message":"You have reached your ten_secondly_rolling limit.","errorType":"RATE_LIMIT","policyName":"TEN_SECONDLY_ROLLING"}`
	daily       = `{"status":"error","message":"You have reached your daily limit.","errorType":"RATE_LIMIT","policyName":"DAILY"}`
)

// attempt is what one attempt meets.
type attempt struct {
	status int
	body   string
	header []string
	err    error
}

func (a attempt) answer() (*http.Response, error) {
	if a.err != nil {
		return nil, a.err
	}
	return reply(a.status, a.body, a.header...), nil
}

// times meets the same n times; after that all is well.
func times(n int, a attempt) func(int) attempt {
	return func(i int) attempt {
		if i < n {
			return a
		}
		return attempt{status: 200, body: goodAccount}
	}
}

// during meets the same for a time, and after that all is well.
func during(d time.Duration, a attempt) func(int) attempt {
	var began time.Time
	return func(i int) attempt {
		if i == 0 {
			began = time.Now()
		}
		if time.Since(began) < d {
			return a
		}
		return attempt{status: 200, body: goodAccount}
	}
}

const forever = 1 << 20

// tried is what became of a call.
type tried struct {
	requests int
	took     time.Duration
	err      error
}

// try makes a call on a wire that answers its attempts as meets says.
func try(t *testing.T, meets func(int) attempt, call func(context.Context, *Client) error) tried {
	t.Helper()
	var got tried
	synctest.Test(t, func(t *testing.T) {
		c := onWire(t, Options{}, func(*http.Request) (*http.Response, error) {
			got.requests++
			return meets(got.requests - 1).answer()
		})
		started := time.Now()
		got.err = call(t.Context(), c)
		got.took = time.Since(started)
		if stats := c.Stats(); stats != (Stats{Requests: int64(got.requests), Retries: int64(got.requests - 1)}) {
			t.Errorf("%d requests were sent and the client counts %+v", got.requests, stats)
		}
	})
	return got
}

func account(ctx context.Context, c *Client) error {
	_, err := c.Account(ctx)
	return err
}

func create(ctx context.Context, c *Client) error {
	_, err := c.CreateAssociations(AllowCreates(ctx), "0-1", "0-2", []CreateInput{{1, 2, []LinkType{{HubSpotDefined, 279, ""}}}})
	return err
}

func TestReadsAreRepeatedByClass(t *testing.T) {
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
	tests := []struct {
		name     string
		meets    func(int) attempt
		requests int
		err      error // nil: it succeeds
		least    time.Duration
		most     time.Duration
	}{
		{"500 four times", times(4, attempt{status: 500}), 5, nil, 0, 8 * time.Second},
		{"500 for ever", times(forever, attempt{status: 500}), 5, ErrUnavailable, 0, 8 * time.Second},
		{"408", times(1, attempt{status: 408}), 2, nil, 0, time.Second},
		{"408 for ever", times(forever, attempt{status: 408}), 5, ErrUnavailable, 0, 8 * time.Second},
		{"503 with a wait", times(1, attempt{status: 503, header: []string{"Retry-After", "7"}}), 2, nil, 7 * time.Second, 9 * time.Second},
		{"503 with a wait too long", times(1, attempt{status: 503, header: []string{"Retry-After", "3600"}}), 1, ErrUnavailable, 0, 0},
		{"502 three times", times(3, attempt{status: 502, body: "<html>"}), 4, nil, 0, 4 * time.Second},
		{"503 for two minutes", during(2*time.Minute, attempt{status: 503}), 5, ErrUnavailable, 0, 8 * time.Second},
		{"524 with a page of HTML", times(2, attempt{status: 524, body: "<html>timeout", header: []string{"Content-Type", "text/html"}}), 3, nil, 0, 2 * time.Second},
		{"525", times(1, attempt{status: 525}), 1, ErrUnavailable, 0, 0},
		{"connection refused", times(2, attempt{err: refused}), 3, nil, 0, 2 * time.Second},
		{"no name server", times(2, attempt{err: &net.DNSError{Err: "server misbehaving", IsTemporary: true}}), 3, nil, 0, 2 * time.Second},
		{"connection reset for ever", times(forever, attempt{err: io.ErrUnexpectedEOF}), 5, ErrUnavailable, 0, 8 * time.Second},
		{"423", times(2, attempt{status: 423}), 3, nil, 4 * time.Second, 5 * time.Second},
		{"423 for ever", times(forever, attempt{status: 423}), 5, &Error{}, 8 * time.Second, 10 * time.Second},
		{"477", times(1, attempt{status: 477, header: []string{"Retry-After", "300"}}), 2, nil, 300 * time.Second, 361 * time.Second},
		{"477 too long", times(1, attempt{status: 477, header: []string{"Retry-After", "601"}}), 1, ErrUnavailable, 0, 0},
		{"477 without a time", times(1, attempt{status: 477}), 1, ErrUnavailable, 0, 0},
		{"429", times(4, attempt{status: 429, body: burst}), 5, nil, 0, 16 * time.Second},
		{"429 for ever", times(forever, attempt{status: 429, body: burst}), 20, ErrUnavailable, 0, 10 * time.Minute},
		{"429 for ever with a wait", times(forever, attempt{status: 429, body: burst, header: []string{"Retry-After", "120"}}), 5, ErrUnavailable, 8 * time.Minute, 10 * time.Minute},
		{"429 for the day", times(1, attempt{status: 429, body: daily}), 1, ErrDailyLimit, 0, 0},
		{"429 with nothing left", times(1, attempt{status: 429, body: "{}", header: []string{dailyRemainingHeader, "0"}}), 1, ErrDailyLimit, 0, 0},
		{"429 by its message", times(1, attempt{status: 429, body: `{"message":"You have reached your daily limit."}`}), 1, ErrDailyLimit, 0, 0},
		{"HTML", times(2, attempt{status: 200, body: "<html>sign in"}), 3, nil, 0, 2 * time.Second},
		{"HTML for ever", times(forever, attempt{status: 200, body: "<html>sign in"}), 3, ErrMalformed, 0, 2 * time.Second},
		{"JSON called text for ever", times(forever, attempt{status: 200, body: goodAccount, header: []string{"Content-Type", "text/plain"}}), 3, ErrMalformed, 0, 2 * time.Second},
		{"nothing for ever", times(forever, attempt{status: 200}), 3, ErrMalformed, 0, 2 * time.Second},
		{"204 for ever", times(forever, attempt{status: 204}), 3, ErrMalformed, 0, 2 * time.Second},
		{"JSON cut short", times(1, attempt{status: 200, body: goodAccount[:9]}), 2, nil, 0, time.Second},
		{"no portal for ever", times(forever, attempt{status: 200, body: "{}"}), 3, ErrMalformed, 0, 2 * time.Second},
		{"a redirect", times(1, attempt{status: 302, header: []string{"Location", "https://elsewhere.example/"}}), 1, &Error{}, 0, 0},
		{"400", times(1, attempt{status: 400, body: `{"category":"VALIDATION_ERROR"}`}), 1, &Error{}, 0, 0},
		{"401", times(1, attempt{status: 401}), 1, ErrUnauthorized, 0, 0},
		{"403", times(1, attempt{status: 403}), 1, ErrScope, 0, 0},
		{"404", times(1, attempt{status: 404}), 1, ErrNotFound, 0, 0},
		{"409", times(1, attempt{status: 409}), 1, &Error{}, 0, 0},
		{"437", times(1, attempt{status: 437}), 1, &Error{}, 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := try(t, test.meets, account)
			if got.requests != test.requests || !isErr(got.err, test.err) {
				t.Errorf("%d requests and %v, want %d and %v", got.requests, got.err, test.requests, test.err)
			}
			// Beside the waits there are the turns that requests wait for.
			turns := time.Duration(got.requests) * 2 * time.Second
			if got.took < test.least || got.took > test.most+turns {
				t.Errorf("it took %s, want %s to %s", got.took, test.least, test.most+turns)
			}
		})
	}
}

// isErr reports whether got is, or has the type of, want.
func isErr(got, want error) bool {
	var typed *Error
	if _, ok := want.(*Error); ok {
		return errors.As(got, &typed) && !errors.Is(got, ErrUnavailable) && !errors.Is(got, ErrMalformed)
	}
	return errors.Is(got, want)
}

func TestWritesAreRepeatedOnlyIfSurelyNotDone(t *testing.T) {
	done := attempt{status: 201, body: goodCreated}
	once := func(a attempt) func(int) attempt {
		return func(i int) attempt {
			if i == 0 {
				return a
			}
			return done
		}
	}
	tests := []struct {
		name     string
		first    attempt
		requests int
		err      error
	}{
		{"429", attempt{status: 429, body: burst}, 2, nil},
		{"423", attempt{status: 423}, 2, nil},
		{"477", attempt{status: 477, header: []string{"Retry-After", "5"}}, 2, nil},
		{"connection refused", attempt{err: &net.OpError{Op: "dial", Err: errors.New("connection refused")}}, 2, nil},
		{"a proxy without its password", attempt{err: errProxy}, 1, errProxy},
		{"200", attempt{status: 200, body: goodCreated}, 1, nil},
		{"207", attempt{status: 207, body: goodCreated}, 1, nil},
		{"400", attempt{status: 400}, 1, &Error{}},
		{"401", attempt{status: 401}, 1, ErrUnauthorized},
		{"429 for the day", attempt{status: 429, body: daily}, 1, ErrDailyLimit},
		{"connection reset", attempt{err: &net.OpError{Op: "read", Err: errors.New("connection reset")}}, 1, ErrUnclear},
		{"408", attempt{status: 408}, 1, ErrUnclear},
		{"500", attempt{status: 500}, 1, ErrUnclear},
		{"504", attempt{status: 504}, 1, ErrUnclear},
		{"303", attempt{status: 303, header: []string{"Location", "/"}}, 1, ErrUnclear},
		{"204", attempt{status: 204}, 1, ErrUnclear},
		{"HTML", attempt{status: 200, body: "<html>"}, 1, ErrUnclear},
		{"JSON cut short", attempt{status: 201, body: goodCreated[:40]}, 1, ErrUnclear},
		{"JSON of another answer", attempt{status: 201, body: goodAccount}, 1, ErrUnclear},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := try(t, once(test.first), create)
			clear := test.err == nil || !errors.Is(got.err, ErrUnclear)
			if got.requests != test.requests || test.err != ErrUnclear && (!clear || !isErr(got.err, test.err)) || test.err == ErrUnclear && clear {
				t.Errorf("%d requests and %v, want %d and %v", got.requests, got.err, test.requests, test.err)
			}
		})
	}
}

func TestAStoppedWriteIsUnclearOnceItHasLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		c := onWire(t, Options{}, func(*http.Request) (*http.Response, error) {
			stop()
			return nil, ctx.Err()
		})
		if err := create(ctx, c); !errors.Is(err, ErrUnclear) || !errors.Is(err, context.Canceled) {
			t.Errorf("stopped under way: %v, want an unclear one", err)
		}
		if err := create(ctx, c); errors.Is(err, ErrUnclear) || !errors.Is(err, context.Canceled) {
			t.Errorf("stopped before it left: %v, want a clear one", err)
		}
		if n := c.Stats().Requests; n != 1 {
			t.Errorf("%d requests left, want 1", n)
		}
	})
}

func TestAStoppedReadIsNotRepeated(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	c := onWire(t, Options{}, func(*http.Request) (*http.Response, error) {
		stop()
		return reply(503, ""), nil
	})
	if err := account(ctx, c); !errors.Is(err, context.Canceled) || c.Stats() != (Stats{Requests: 1}) {
		t.Errorf("%+v, %v", c.Stats(), err)
	}
}

func TestAWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := onWire(t, Options{}, func(*http.Request) (*http.Response, error) {
			return reply(477, "", "Retry-After", "500"), nil
		})
		interrupted := errors.New("interrupted")
		ctx, stop := context.WithCancelCause(t.Context())
		started := time.Now()
		time.AfterFunc(3*time.Second, func() { stop(interrupted) })
		if err := account(ctx, c); !errors.Is(err, interrupted) {
			t.Errorf("%v, want what ended the context", err)
		}
		if took := time.Since(started); took != 3*time.Second {
			t.Errorf("it took %s to end, want 3 s", took)
		}
	})
}

func TestUnavailableSaysWhenToComeBack(t *testing.T) {
	got := try(t, times(1, attempt{status: 477, header: []string{"Retry-After", "7200"}}), account)
	want := fmt.Sprintf("come back after %s", time.Date(2000, 1, 1, 2, 0, 0, 0, time.UTC).Format(time.RFC3339)) // synctest starts in 2000
	if got.err == nil || !strings.Contains(got.err.Error(), want) {
		t.Errorf("%v, want it to say %q", got.err, want)
	}
}
