package hubspot

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
)

// TestTheLogHoldsNoQuery has requests that are answered, and one that is not: the
// log names their paths, and neither what they ask for nor what comes back.
func TestTheLogHoldsNoQuery(t *testing.T) {
	var log bytes.Buffer
	answers := []attempt{
		{status: 200, body: `{"results":[],"paging":{"next":{"after":"cursor-of-the-second-page"}}}`},
		{status: 500, body: `{"message":"told-by-the-portal"}`},
		{err: errors.New("reset")},
		{status: 200, body: `{"results":[]}`},
	}
	c := onWire(t, Options{Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))},
		func(*http.Request) (*http.Response, error) {
			a := answers[0]
			answers = answers[1:]
			return a.answer()
		})
	synctest.Test(t, func(t *testing.T) {
		for _, err := range c.Objects(t.Context(), "0-1", ObjectQuery{Properties: []string{"secret_property"}}) {
			if err != nil {
				t.Fatal(err)
			}
		}
	})
	shown := log.String()
	if n := strings.Count(shown, "/objects/"); n != 4 {
		t.Errorf("the log shows %d requests:\n%s", n, shown)
	}
	for _, hidden := range []string{"secret_property", "cursor-of", "limit=", "told-by", canary} {
		if strings.Contains(shown, hidden) {
			t.Errorf("the log holds %q:\n%s", hidden, shown)
		}
	}
}
