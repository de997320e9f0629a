package sim_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hubgraph/hubspot/sim"
)

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// get reads one record, and returns the status and a rate header.
func (a *api) get(header string) string {
	a.t.Helper()
	got := a.call("GET", "@objects/contacts/1", "")
	return fmt.Sprintf("%d %s", got.status, got.header.Get("X-HubSpot-RateLimit-"+header))
}

func TestParseRate(t *testing.T) {
	t.Parallel()
	if r, err := sim.ParseRate("190/10s"); err != nil || r != (sim.Rate{Requests: 190, Interval: 10 * time.Second}) || r.String() != "190/10s" {
		t.Errorf("190/10s is read as %v, %v", r, err)
	}
	for _, text := range []string{"", "190", "0/10s", "190/0s", "x/10s", "190/10"} {
		if r, err := sim.ParseRate(text); err == nil {
			t.Errorf("%q is read as %v", text, r)
		}
	}
}

// TestBurst counts the requests of a rolling interval by the server's clock.
func TestBurst(t *testing.T) {
	t.Parallel()
	for _, f := range families {
		c := &clock{at: noon}
		a := serve(t, f, troubled, sim.Options{Now: c.now, Rate: sim.Rate{Requests: 3, Interval: 10 * time.Second}})
		var got []string
		for _, wait := range []time.Duration{0, 4 * time.Second, 4 * time.Second, time.Second, time.Second, 3999 * time.Millisecond, time.Millisecond} {
			c.pass(wait)
			got = append(got, a.get("Remaining"))
		}
		want := []string{"200 2", "200 1", "200 0", "429 0", "200 0", "429 0", "200 0"} // at 0, 4, 8, 9, 10, 13.999 and 14 s
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f.name, diff)
		}
		c.pass(10 * time.Second)
		a.get("")
		for range 6 { // more than the window keeps
			c.pass(5 * time.Second)
			if got := a.get("Remaining"); got != "200 1" {
				t.Errorf("%s: one in 5 s: %s", f.name, got)
			}
		}
		a.get("")
		a.want(a.call("GET", "@objects/contacts/1", ""), 429, `{"status":"error","message":"You have reached your ten_secondly_rolling limit.","errorType":"RATE_LIMIT",
			"policyName":"TEN_SECONDLY_ROLLING","groupName":"publicapi:private_app-api-calls-ten-secondly:7654321:1234567"}`)
	}
}

// TestRateHeaders has every header that HubSpot documents, and none on searches.
func TestRateHeaders(t *testing.T) {
	t.Parallel()
	c := &clock{at: noon}
	a := serve(t, families[1], troubled, sim.Options{Now: c.now, Rate: sim.Rate{Requests: 190, Interval: 10 * time.Second}, Daily: 1000})
	a.get("")
	c.pass(time.Second)
	got := a.call("GET", "@objects/contacts/1", "").header
	for name, want := range map[string]string{"Daily": "1000", "Daily-Remaining": "998", "Interval-Milliseconds": "10000", "Max": "190", "Remaining": "188", "Secondly": "19", "Secondly-Remaining": "18"} {
		if value := got.Get("X-HubSpot-RateLimit-" + name); value != want {
			t.Errorf("%s is %q, want %q", name, value, want)
		}
	}
	if got.Get("Date") != "Wed, 04 Mar 2026 12:00:01 GMT" || got.Get("X-HubSpot-Correlation-Id") == "" {
		t.Errorf("date %q, correlation id %q", got.Get("Date"), got.Get("X-HubSpot-Correlation-Id"))
	}
	for name := range a.call("POST", "@objects/contacts/search", "{}").header {
		if strings.Contains(strings.ToLower(name), "ratelimit") {
			t.Errorf("an answer of the search API has the header %s", name)
		}
	}
}

// TestSearchLimit counts searches by themselves, five in a second.
func TestSearchLimit(t *testing.T) {
	t.Parallel()
	c := &clock{at: noon}
	a := serve(t, families[0], troubled, sim.Options{Now: c.now, Rate: sim.Rate{Requests: 3, Interval: 10 * time.Second}})
	for n := range 5 {
		if got := a.call("POST", "@objects/contacts/search", "{}"); got.status != 200 {
			t.Errorf("search %d: status %d", n+1, got.status)
		}
	}
	a.want(a.call("POST", "@objects/contacts/search", "{}"), 429, `{"status":"error","message":"You have reached your secondly limit.","errorType":"RATE_LIMIT","policyName":"SECONDLY",
		"groupName":"publicapi:private_app-api-calls-secondly:7654321:1234567"}`)
	if got := a.get("Remaining"); got != "200 2" {
		t.Errorf("the searches counted against the burst: %s", got)
	}
	c.pass(time.Second)
	if got := a.call("POST", "@objects/contacts/search", "{}").status; got != 200 {
		t.Errorf("a second later: status %d", got)
	}
}

// TestDailyLimit ends at midnight in the portal's time zone.
func TestDailyLimit(t *testing.T) {
	t.Parallel()
	c := &clock{at: time.Date(2026, 3, 4, 7, 59, 0, 0, time.UTC)} // 23:59 in Los Angeles
	a := serve(t, families[0], "portal 1 timezone=America/Los_Angeles\n"+troubled, sim.Options{Now: c.now, Daily: 2})
	got := []string{a.get("Daily-Remaining"), a.get("Daily-Remaining"), a.get("Daily-Remaining")}
	c.pass(59 * time.Second)
	got = append(got, a.get("Daily-Remaining"))
	c.pass(time.Second)
	got = append(got, a.get("Daily-Remaining"))
	if diff := cmp.Diff([]string{"200 1", "200 0", "429 0", "429 0", "200 1"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	a.want(a.call("GET", "/account-info/v3/api-usage/daily/private-apps", ""), 200, `{"results":[{"name":"private-apps-api-calls-daily","usageLimit":2,"currentUsage":2,
		"collectedAt":"2026-03-04T08:00:00Z","fetchStatus":"SUCCESS","resetsAt":"2026-03-05T08:00:00Z"}]}`)
	a.want(a.call("GET", "@objects/contacts/1", ""), 429, `{"status":"error","message":"You have reached your daily limit.","errorType":"RATE_LIMIT","policyName":"DAILY",
		"groupName":"publicapi:private_app-api-calls-daily:1:1234567"}`)
}

// TestAllowanceChanges has another client take half, and the day cut short.
func TestAllowanceChanges(t *testing.T) {
	t.Parallel()
	c := &clock{at: noon}
	a := serve(t, families[0], troubled, sim.Options{Now: c.now, Rate: sim.Rate{Requests: 4, Interval: 10 * time.Second}, Daily: 100})
	got := []string{a.get("Remaining")}
	if status, text := a.control("POST", "/_sim/rate?taken=2"); status != 200 || strings.TrimSpace(text) != `{"rate":"4/10s","taken":2,"daily":100}` {
		t.Errorf("taken=2: %d %s", status, text)
	}
	got = append(got, a.get("Remaining"), a.get("Remaining"), a.get("Max"))
	allowance := a.server.Allowance()
	allowance.Rate.Requests, allowance.Taken = 8, 0
	a.server.Allow(allowance)
	got = append(got, a.get("Max"), a.get("Remaining"))
	a.control("POST", "/_sim/rate?daily=4")
	got = append(got, a.get("Daily-Remaining"))
	if diff := cmp.Diff([]string{"200 3", "200 0", "429 0", "429 4", "200 8", "200 4", "429 0"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, query := range []string{"rate=4", "taken=-1", "daily=x"} {
		if status, text := a.control("POST", "/_sim/rate?"+query); status != 400 || !strings.Contains(text, strings.SplitN(query, "=", 2)[0]+": ") {
			t.Errorf("%s: %d %s", query, status, text)
		}
	}
	var now struct{ Rate string }
	if _, text := a.control("GET", "/_sim/rate"); json.Unmarshal([]byte(text), &now) != nil || now.Rate != "8/10s" {
		t.Errorf("the rate is reported as %s", text)
	}
}

// TestNoLimits has none where none is set.
func TestNoLimits(t *testing.T) {
	t.Parallel()
	a := serve(t, families[0], troubled, sim.Options{Now: func() time.Time { return noon }})
	for range 300 {
		if got := a.call("POST", "@objects/contacts/search", "{}").status; got != 200 {
			t.Fatalf("status %d", got)
		}
	}
	if got := a.get("Max"); got != "200 1000000" {
		t.Errorf("the headers say %s", got)
	}
}
