package hubspot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// The secrets of an app, as they may be seen in the form of a token request and
// nowhere else.
const (
	canarySecret  = "canary-secret+/="
	canaryRefresh = "canary-refresh"
	canaryAccess  = "canary-access" // and a number
)

var testApp = OAuth{ClientID: "app-1", ClientSecret: canarySecret, RefreshToken: canaryRefresh}

// portalOfApp is a portal on a wire that sells access tokens.
type portalOfApp struct {
	life    time.Duration
	slow    time.Duration                 // that a token takes
	refuse  func(sold int) *http.Response // in place of the next token, or nil
	rejects func(token string) bool       // with a 401

	mu     sync.Mutex
	sold   []time.Duration // since the beginning
	began  time.Time
	forms  []string
	tokens map[string]int // accepted requests by token
}

// RoundTrip answers.
func (p *portalOfApp) RoundTrip(r *http.Request) (*http.Response, error) {
	if p.slow > 0 && strings.HasPrefix(r.URL.Path, "/oauth/") {
		time.Sleep(p.slow)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.began.IsZero() {
		p.began, p.tokens = time.Now(), map[string]int{}
	}
	if strings.HasPrefix(r.URL.Path, "/oauth/") {
		return p.sell(r)
	}
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if p.rejects != nil && p.rejects(token) {
		return reply(401, `{"status":"error","category":"EXPIRED_AUTHENTICATION","message":"expired"}`), nil
	}
	p.tokens[token]++
	return reply(200, goodAccount), nil
}

func (p *portalOfApp) sell(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	p.forms = append(p.forms, fmt.Sprintf("%s %s://%s%s %s %s", r.Method, r.URL.Scheme, r.URL.Host, r.URL.RequestURI(), r.Header.Get("Content-Type"), body))
	if r.Header.Get("Authorization") != "" {
		return nil, errors.New("a token request is signed")
	}
	p.sold = append(p.sold, time.Since(p.began))
	if p.refuse != nil {
		if resp := p.refuse(len(p.sold)); resp != nil {
			return resp, nil
		}
	}
	return reply(200, fmt.Sprintf(`{"access_token":"%s%d","refresh_token":"%s","expires_in":%d,"token_type":"bearer"}`,
		canaryAccess, len(p.sold), canaryRefresh, int(p.life.Seconds()))), nil
}

func appClient(t *testing.T, o Options, p *portalOfApp) *Client {
	t.Helper()
	c, err := newOAuthClient(testApp, o, p)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestATokenIsBoughtFromTheBaseURL(t *testing.T) {
	for version, path := range map[string]string{"v4": "/oauth/v3/token", "2026-03": "/oauth/2026-03/token", "2026-09": "/oauth/2026-09/token"} {
		p := &portalOfApp{life: time.Hour}
		c := appClient(t, Options{APIVersion: version, BaseURL: "https://api-eu1.hubapi.com"}, p)
		if err := account(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		want := "POST https://api-eu1.hubapi.com" + path + " application/x-www-form-urlencoded" +
			" client_id=app-1&client_secret=canary-secret%2B%2F%3D&grant_type=refresh_token&refresh_token=canary-refresh"
		if !slices.Equal(p.forms, []string{want}) || c.Stats() != (Stats{Requests: 2}) {
			t.Errorf("%s: %q, %+v", version, p.forms, c.Stats())
		}
	}
}

func TestATokenIsRenewedBeforeItExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &portalOfApp{life: 30 * time.Minute, slow: time.Second}
		c := appClient(t, Options{}, p)
		for range 91 {
			var calls sync.WaitGroup
			for range 4 { // workers, all of which see at once that it is due
				calls.Go(func() {
					if err := account(t.Context(), c); err != nil {
						t.Error(err)
					}
				})
			}
			calls.Wait()
			time.Sleep(time.Minute)
		}
		var minutes []int
		for _, at := range p.sold {
			minutes = append(minutes, int(at.Truncate(time.Minute).Minutes()))
		}
		if !slices.Equal(minutes, []int{0, 24, 48, 72}) {
			t.Errorf("tokens are bought after %v minutes", minutes)
		}
	})
}

func TestWorkersRenewARefusedTokenOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &portalOfApp{life: 30 * time.Minute, slow: time.Second, rejects: func(token string) bool { return token == canaryAccess+"1" }}
		c := appClient(t, Options{}, p)
		ctx := AllowCreates(t.Context())
		var calls sync.WaitGroup
		for range 8 {
			calls.Go(func() {
				if err := account(ctx, c); err != nil {
					t.Error(err)
				}
			})
		}
		calls.Wait()
		if len(p.sold) != 2 || p.tokens[canaryAccess+"2"] != 8 {
			t.Errorf("%d tokens, used %v", len(p.sold), p.tokens)
		}
		// The second one was good for a while, so that it too may be replaced.
		p.rejects = func(token string) bool { return token != canaryAccess+"3" }
		if err := account(ctx, c); err != nil || len(p.sold) != 3 {
			t.Errorf("%d tokens, %v", len(p.sold), err)
		}
	})
}

func TestATokenThatIsNeverTakenIsRenewedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &portalOfApp{life: 30 * time.Minute, rejects: func(string) bool { return true }}
		c := appClient(t, Options{}, p)
		for range 3 {
			if err := account(t.Context(), c); !errors.Is(err, ErrUnauthorized) {
				t.Errorf("%v", err)
			}
		}
		if len(p.sold) != 2 {
			t.Errorf("%d tokens were bought, want 2", len(p.sold))
		}
	})
}

// TestARepeatAfterA401IsTheSameRequest covers the body, which the first attempt
// has used up.
func TestARepeatAfterA401IsTheSameRequest(t *testing.T) {
	var bodies []string
	c, err := newOAuthClient(testApp, Options{}, roundTrip(func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		if strings.HasPrefix(r.URL.Path, "/oauth/") {
			return reply(200, `{"access_token":"x`+fmt.Sprint(len(bodies))+`","expires_in":1800}`), err
		}
		if bodies = append(bodies, string(body)); len(bodies) == 1 {
			return reply(401, ""), err
		}
		return reply(201, goodCreated), err
	}))
	if err != nil {
		t.Fatal(err)
	}
	if err := create(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if len(bodies) != 2 || bodies[0] == "" || bodies[0] != bodies[1] || c.Stats() != (Stats{Requests: 4, Retries: 1}) {
		t.Errorf("%q, %+v", bodies, c.Stats())
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip answers.
func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestAWaiterLeavesWithItsContext has one worker wait for what another buys.
func TestAWaiterLeavesWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		free := make(chan struct{})
		p := &portalOfApp{life: time.Hour}
		c, err := newOAuthClient(testApp, Options{}, roundTrip(func(r *http.Request) (*http.Response, error) {
			<-free
			return p.RoundTrip(r)
		}))
		if err != nil {
			t.Fatal(err)
		}
		first := make(chan error)
		go func() { first <- account(t.Context(), c) }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := account(ctx, c); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the one that waits: %v", err)
		}
		close(free)
		if err := <-first; err != nil || len(p.sold) != 1 {
			t.Errorf("the one that buys: %d tokens, %v", len(p.sold), err)
		}
	})
}

func TestANewRefreshTokenIsUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &portalOfApp{refuse: func(n int) *http.Response {
			return reply(200, fmt.Sprintf(`{"access_token":"x%d","refresh_token":"next-%d","expires_in":60}`, n, n))
		}}
		c := appClient(t, Options{}, p)
		for range 2 {
			if err := account(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
		}
		if len(p.forms) != 2 || !strings.HasSuffix(p.forms[1], "&refresh_token=next-1") {
			t.Errorf("%q", p.forms)
		}
	})
}
