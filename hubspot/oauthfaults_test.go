package hubspot

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestARefusalToRenewIsFinal(t *testing.T) {
	for kind, says := range map[string]string{
		"BAD_REFRESH_TOKEN": "install the app again", "BAD_CLIENT_ID": "client id", "BAD_CLIENT_SECRET": "client secret",
		"BAD_HUB": "portal", "BAD_" + canaryRefresh: "[redacted]",
	} {
		t.Run(kind, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := &portalOfApp{refuse: func(int) *http.Response {
					return reply(400, `{"status":"`+kind+`","error":"invalid_grant","message":"no `+canarySecret+`"}`)
				}}
				c := appClient(t, Options{}, p)
				for range 2 {
					err := account(t.Context(), c)
					if !errors.Is(err, ErrUnauthorized) || errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "canary") {
						t.Errorf("%v", err)
					}
				}
				if len(p.sold) != 1 {
					t.Errorf("asked %d times", len(p.sold))
				}
			})
		})
	}
}

func TestTheTokenEndpointIsAskedAgain(t *testing.T) {
	tests := map[string]struct {
		resp  func() *http.Response
		err   error
		asked int // if it goes on for ever
	}{
		"503":       {func() *http.Response { return reply(503, "") }, ErrUnavailable, 5},
		"429":       {func() *http.Response { return reply(429, "{}", "Retry-After", "2") }, ErrUnavailable, 5},
		"HTML":      {func() *http.Response { return reply(200, "<html>") }, ErrMalformed, 5},
		"no token":  {func() *http.Response { return reply(200, `{"expires_in":1800}`) }, ErrMalformed, 5},
		"no life":   {func() *http.Response { return reply(200, `{"access_token":"`+canaryAccess+`","expires_in":-1}`) }, ErrMalformed, 5},
		"elsewhere": {func() *http.Response { return reply(307, "", "Location", "https://example.com/") }, ErrUnauthorized, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := &portalOfApp{refuse: func(int) *http.Response { return test.resp() }}
				if err := account(t.Context(), appClient(t, Options{}, p)); !errors.Is(err, test.err) || len(p.sold) != test.asked {
					t.Errorf("for ever: asked %d times, %v", len(p.sold), err)
				}
				if test.asked == 1 {
					return
				}
				p = &portalOfApp{life: time.Hour, refuse: func(n int) *http.Response {
					if n < 5 {
						return test.resp()
					}
					return nil
				}}
				if err := account(t.Context(), appClient(t, Options{}, p)); err != nil || len(p.sold) != 5 {
					t.Errorf("four times: asked %d times, %v", len(p.sold), err)
				}
			})
		})
	}
}

// TestAnOldTokenServesWhileNoneCanBeBought has the token endpoint down for the
// last minutes of a token's life, and beyond.
func TestAnOldTokenServesWhileNoneCanBeBought(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &portalOfApp{life: 30 * time.Minute}
		p.refuse = func(n int) *http.Response {
			if n == 1 {
				return nil
			}
			return reply(503, "")
		}
		c := appClient(t, Options{}, p)
		began := time.Now()
		for time.Since(began) < 29*time.Minute {
			if err := account(t.Context(), c); err != nil {
				t.Fatalf("after %s: %v", time.Since(began), err)
			}
			time.Sleep(time.Minute)
		}
		if asked := len(p.sold) - 1; asked < 5 || asked > 40 {
			t.Errorf("asked %d times", asked)
		}
		time.Sleep(2 * time.Minute)
		if err := account(t.Context(), c); !errors.Is(err, ErrUnavailable) {
			t.Errorf("after the token's life: %v", err)
		}
		if p.refuse = nil; account(t.Context(), c) != nil {
			t.Error("the token endpoint is back, and the client is not")
		}
	})
}

// TestARefusedTokenDoesNotServe has the portal refuse a token before its time and
// the token endpoint down.
func TestARefusedTokenDoesNotServe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &portalOfApp{life: time.Hour, rejects: func(string) bool { return true }}
		p.refuse = func(n int) *http.Response {
			if n == 1 {
				return nil
			}
			return reply(503, "")
		}
		if err := account(t.Context(), appClient(t, Options{}, p)); !errors.Is(err, ErrUnavailable) || len(p.sold) != 6 {
			t.Errorf("asked %d times, %v", len(p.sold), err)
		}
	})
}

func TestSecretsAreNotSentToAStranger(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("it got %s", r.URL) }))
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.StartTLS()
	defer server.Close()
	c, err := NewOAuth(testApp, Options{BaseURL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := account(t.Context(), c); err == nil || errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "cannot be trusted") || c.Stats().Retries != 0 {
		t.Errorf("%+v, %v", c.Stats(), err)
	}
}
