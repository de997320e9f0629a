package hubspot_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

// TestAnAppReadsThroughManyTokenLives reads a simulated portal, at the rate that
// it allows, for many times as long as one access token is good. The portal is
// in the same bubble of time, so that each token ends when it says.
func TestAnAppReadsThroughManyTokenLives(t *testing.T) {
	for _, version := range versions {
		t.Run(version, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { readThroughLives(t, version) })
		})
	}
}

func readThroughLives(t *testing.T, version string) {
	portal, err := sim.Parse("portal", portalText)
	if err != nil {
		t.Fatal(err)
	}
	server := sim.NewServer(portal, sim.Options{
		OAuth: sim.OAuth{ClientID: "id", ClientSecret: "secret", Refresh: "refresh"}, TokenLife: 30 * time.Second,
		Rate: sim.Rate{Requests: 110, Interval: 10 * time.Second}, // of public apps
	})
	c, err := hubspot.NewOAuthOnWire(hubspot.OAuth{ClientID: "id", ClientSecret: "secret", RefreshToken: "refresh"},
		hubspot.Options{APIVersion: version}, handlerWire{server})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	var workers sync.WaitGroup
	for range 2 {
		workers.Go(func() {
			for time.Since(began) < 5*time.Minute {
				if got, _ := links(t, c, "0-1", "0-2", []int64{101, 5_000_000_000}); len(got) != 7 {
					t.Errorf("after %s: %d links", time.Since(began), len(got))
				}
			}
		})
	}
	workers.Wait()
	sold, refused := 0, 0
	for _, r := range server.Requests() {
		if strings.HasPrefix(r.Path, "/oauth/") {
			sold++
		}
		if r.Status == http.StatusUnauthorized {
			refused++
		}
	}
	// A token is good for 30 s and renewed after 24 s, by the request that comes next:
	// most leave at once, every 10 s.
	if sold < 11 || sold > 13 || refused > 0 || c.Stats().Retries > 0 {
		t.Errorf("%d tokens, %d of them used too long, %+v", sold, refused, c.Stats())
	}
	if a := c.Allowance(); a.Daily != -1 || a.Left != -1 {
		t.Errorf("an app has no daily allowance, and the client knows one: %+v", a)
	}
}

// handlerWire takes requests to a handler without a network.
type handlerWire struct{ handler http.Handler }

// RoundTrip has the handler answer.
func (w handlerWire) RoundTrip(r *http.Request) (*http.Response, error) {
	recorder := httptest.NewRecorder()
	r = r.Clone(r.Context())
	r.RequestURI = r.URL.RequestURI()
	if r.Body == nil {
		r.Body = http.NoBody
	}
	w.handler.ServeHTTP(recorder, r)
	return recorder.Result(), r.Body.Close()
}

func TestAnAppThatThePortalDoesNotKnow(t *testing.T) {
	portal, err := sim.Parse("portal", portalText)
	if err != nil {
		t.Fatal(err)
	}
	url, stop, err := sim.NewServer(portal, sim.Options{OAuth: sim.OAuth{ClientID: "id", ClientSecret: "secret", Refresh: "refresh"}}).Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	for status, app := range map[string]hubspot.OAuth{
		"BAD_CLIENT_ID":     {ClientID: "other", ClientSecret: "secret", RefreshToken: "refresh"},
		"BAD_CLIENT_SECRET": {ClientID: "id", ClientSecret: "other", RefreshToken: "refresh"},
		"BAD_REFRESH_TOKEN": {ClientID: "id", ClientSecret: "secret", RefreshToken: "other"},
	} {
		c, err := hubspot.NewOAuth(app, hubspot.Options{BaseURL: url})
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Account(t.Context())
		c.Close()
		if err == nil || !strings.Contains(err.Error(), status) || c.Stats().Retries > 0 {
			t.Errorf("want %s: %v, %+v", status, err, c.Stats())
		}
	}
}
