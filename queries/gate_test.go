package queries

import (
	"testing"

	"pgregory.net/rapid"
)

func TestGateText(t *testing.T) {
	for text, want := range map[string]Gate{
		"any": {Kind: "any"}, "new": {Kind: "new"}, "never": {Kind: "never"},
		"percent > 0": {"percent", 0}, "percent > 2.5": {"percent", 2.5}, "percent  >  99.99": {"percent", 99.99},
	} {
		got, err := parseGate(text)
		if err != nil || got != want {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
		if again, err := parseGate(got.String()); err != nil || again != got {
			t.Errorf("%q is written as %q, which is %+v, %v", text, got, again, err)
		}
	}
	for _, text := range []string{"", "Any", "percent", "percent > ", "percent < 3", "percent > -1", "percent > 100", "percent > NaN", "percent > x", "any new"} {
		if g, err := parseGate(text); err == nil {
			t.Errorf("%q is the gate %+v", text, g)
		}
	}
}

func TestGateExceeded(t *testing.T) {
	universe := func(n int64) *int64 { return &n }
	for _, tt := range []struct {
		gate string
		tally
		want bool
	}{
		{"any", tally{open: 0, opened: 0, universe: universe(5)}, false},
		{"any", tally{open: 1, opened: 0, universe: universe(5)}, true},
		{"new", tally{open: 9, opened: 0, universe: universe(9)}, false},
		{"new", tally{open: 9, opened: 1, universe: universe(9)}, true},
		{"never", tally{open: 9, opened: 9, universe: universe(9)}, false},
		{"percent > 10", tally{open: 10, universe: universe(100)}, false},
		{"percent > 10", tally{open: 11, universe: universe(100)}, true},
		{"percent > 0", tally{open: 0, universe: universe(100)}, false},
		{"percent > 0", tally{open: 1, universe: universe(1_000_000_000)}, true},
		{"percent > 50", tally{open: 1}, true}, // of an unknown universe any finding is too many
		{"percent > 50", tally{open: 0}, false},
	} {
		gate, err := parseGate(tt.gate)
		if err != nil {
			t.Fatal(err)
		}
		if got := gate.exceeded(tt.tally); got != tt.want {
			t.Errorf("%s with %+v: %t", tt.gate, tt.tally, got)
		}
	}
}

// TestStatus lets findings of several severities and states meet a gate.
func TestStatus(t *testing.T) {
	finding := func(s Severity, state State) Finding { return Finding{Severity: s, State: state} }
	for _, tt := range []struct {
		name     string
		gate     string
		failOn   Severity
		compared bool
		findings []Finding
		want     Status
	}{
		{"nothing", "any", Low, true, nil, OK},
		{"only resolved", "any", Low, true, []Finding{finding(Critical, Resolved)}, OK},
		{"severe", "any", High, true, []Finding{finding(High, Ongoing)}, Fail},
		{"not severe enough", "any", Critical, true, []Finding{finding(High, Ongoing), finding(Low, New)}, Warn},
		{"old", "new", Low, true, []Finding{finding(Critical, Ongoing)}, Warn},
		{"new", "new", Low, true, []Finding{finding(Critical, New)}, Fail},
		{"reopened", "new", Low, true, []Finding{finding(Critical, Reopened)}, Fail},
		{"new, but not severe enough", "new", Critical, true, []Finding{finding(Critical, Ongoing), finding(Medium, New)}, Warn},
		{"day one", "new", Low, false, []Finding{finding(Critical, New)}, Warn},
		{"day one, any", "any", Low, false, []Finding{finding(Critical, New)}, Fail},
		{"never", "never", Low, true, []Finding{finding(Critical, New)}, Warn},
	} {
		gate, err := parseGate(tt.gate)
		if err != nil {
			t.Fatal(err)
		}
		universe := int64(10)
		var r CheckResult
		r.count(tt.findings, &universe, tt.compared)
		if got := gate.status(tt.failOn, tt.findings, &r); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestPercent(t *testing.T) {
	for _, tt := range []struct {
		open, universe int64
		want           float64
	}{
		{0, 7, 0}, {7, 7, 100}, {1, 3, 33.33}, {2, 3, 66.67}, {1, 8, 12.5}, {1, 80_000, 0}, {1, 20_000, 0.01}, {1, 20_001, 0},
		{1, 6, 16.67}, {19_999, 20_000, 100}, {199_989, 200_000, 99.99}, {3, 2, 150},
	} {
		var r CheckResult
		r.count(make([]Finding, tt.open), &tt.universe, false)
		if r.Percent == nil || *r.Percent != tt.want {
			t.Errorf("%d of %d is %v %%, want %v", tt.open, tt.universe, *r.Percent, tt.want)
		}
	}
	for _, universe := range []*int64{nil, new(int64)} {
		var r CheckResult
		if r.count(make([]Finding, 3), universe, false); r.Percent != nil {
			t.Errorf("3 of %v is %v %%", universe, *r.Percent)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		universe := rapid.Int64Range(1, 1_000_000).Draw(t, "universe")
		open := rapid.Int64Range(0, min(universe, 1000)).Draw(t, "open")
		var r CheckResult
		r.count(make([]Finding, open), &universe, false)
		exact := 100 * float64(open) / float64(universe)
		if off := *r.Percent - exact; off > 0.005000001 || off < -0.005000001 {
			t.Errorf("%d of %d is %v %%", open, universe, *r.Percent)
		}
	})
}
