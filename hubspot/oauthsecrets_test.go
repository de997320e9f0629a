package hubspot

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestTheSecretsOfAnAppAreNotShown has a portal that throws them back wherever an
// error or a log might show them.
func TestTheSecretsOfAnAppAreNotShown(t *testing.T) {
	app := canarySecret + " " + canaryRefresh
	all := app + " " + canaryAccess + "1"
	for name, a := range map[string]struct {
		token  func(int) *http.Response
		answer attempt
	}{
		"refused by the token endpoint": {token: func(int) *http.Response { return reply(403, `{"message":"`+app+`","status":"`+app+`"}`) }},
		"no token":                      {token: func(int) *http.Response { return reply(200, `{"message":"`+app+`"}`) }},
		"moved":                         {token: func(int) *http.Response { return reply(302, app, "Location", "://"+app) }},
		"refused":                       {answer: attempt{status: 400, body: `{"message":"` + all + `","category":"` + all + `"}`}},
		"unauthorized":                  {answer: attempt{status: 401, body: `{"message":"` + all + `"}`}},
		"no answer":                     {answer: attempt{err: errors.New(all)}},
		"nonsense":                      {answer: attempt{status: 200, body: "<html>" + all}},
	} {
		var log bytes.Buffer
		p := &portalOfApp{life: time.Hour, refuse: a.token}
		c, err := newOAuthClient(testApp, Options{Attempts: 1, Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))},
			roundTrip(func(r *http.Request) (*http.Response, error) {
				if strings.HasPrefix(r.URL.Path, "/oauth/") {
					return p.RoundTrip(r)
				}
				return a.answer.answer()
			}))
		if err != nil {
			t.Fatal(err)
		}
		err = account(t.Context(), c)
		text, _ := json.Marshal(testApp)
		shown := fmt.Sprintf("%v %+v %q %+v %+v %s %s", err, err, err, c, *c.auth, log.String(), text) + fmt.Sprintf("%v %+v %#v", testApp, testApp, testApp)
		if err == nil || strings.Contains(shown, "canary") {
			t.Errorf("%s: %s", name, shown)
		}
	}
	for _, app := range []OAuth{{}, {"id", canarySecret + " ", canaryRefresh}, {"id", canarySecret, canaryRefresh + "\n"}} {
		if _, err := NewOAuth(app, Options{}); err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("an app with a part that is none: %v", err)
		}
	}
}
