package hubspot

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestTheWallClockDecidesNothing looks at every time that a client compares with the
// time it is: each holds a reading of the monotonic clock, which comparisons then
// go by, wherever the wall clock is set meanwhile (package time).
func TestTheWallClockDecidesNothing(t *testing.T) {
	c := appClient(t, Options{}, &portalOfApp{life: time.Hour})
	if err := account(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	held := c.auth.grant.current(func(*access) bool { return true })
	p := newPace(1, 0)
	p.refused(time.Second)
	p.end()
	for name, at := range map[string]time.Time{
		"a token's renewal": held.due, "a token's end": held.expires, "a pause": p.until, "a change of the rate": p.changed, "the end of the day": p.ended,
	} {
		if !strings.Contains(at.String(), " m=") {
			t.Errorf("%s, %s, goes by the wall clock", name, at)
		}
	}
}

// TestAClockThatIsWrongRenewsNothing has portals whose clocks are years and seconds
// away from ours: an app's token is bought once.
func TestAClockThatIsWrongRenewsNothing(t *testing.T) {
	for _, away := range []time.Duration{-365 * 24 * time.Hour, -time.Second, time.Second, 365 * 24 * time.Hour} {
		portal := &portalOfApp{life: time.Hour}
		c, err := newOAuthClient(testApp, Options{}, wire(func(r *http.Request) (*http.Response, error) {
			resp, err := portal.RoundTrip(r)
			if err == nil {
				resp.Header.Set("Date", time.Now().Add(away).UTC().Format(http.TimeFormat))
			}
			return resp, err
		}))
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			if err := account(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
		if len(portal.sold) != 1 {
			t.Errorf("%s away: %d tokens were bought", away, len(portal.sold))
		}
	}
}
