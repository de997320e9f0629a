package queries

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestGateText(t *testing.T) {
	for text, want := range map[string]Gate{
		"any": {Kind: "any"}, "new": {Kind: "new"}, "never": {Kind: "never"}, "count > 0": {"count", "0", ""}, "count >17": {"count", "17", ""},
		"percent > 0": {"percent", "0", ""}, "percent > 2.5": {"percent", "2.5", ""}, "percent  >  99.99": {"percent", "99.99", ""},
		"money > 5000 EUR": {"money", "5000", "EUR"}, "money > 0.5 USD": {"money", "0.5", "USD"},
	} {
		got, err := ParseGate(text)
		if err != nil || got != want {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
		if again, err := ParseGate(got.String()); err != nil || again != got {
			t.Errorf("%q is written as %q, which is %+v, %v", text, got, again, err)
		}
	}
	for _, text := range []string{"", "Any", "percent", "percent > ", "percent < 3", "percent > -1", "percent > 100", "percent > NaN", "percent > x", "any new",
		"count > 1.5", "count > 1 EUR", "money > 5", "money > 5 eur", "money > EUR", "percent > 5 EUR", "count > 1e3"} {
		if g, err := ParseGate(text); err == nil {
			t.Errorf("%q is the gate %+v", text, g)
		}
	}
}

// TestJudge holds findings of several severities, states, amounts and waivers against
// each gate.
func TestJudge(t *testing.T) {
	start := time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)
	amount := func(units int64, currency string) func(*Finding) {
		return func(f *Finding) { n := units * amountScale; f.Amount, f.Currency = &n, &currency }
	}
	about := func(deal int64) func(*Finding) {
		return func(f *Finding) { typ := "deals"; f.SubjectType, f.SubjectID = &typ, &deal }
	}
	waived := func(f *Finding) { f.WaivedUntil = &start }
	failed := func(days int) func(*Finding) {
		return func(f *Finding) { at := start.AddDate(0, 0, -days); f.FailedAt = &at }
	}
	finding := func(name string, s Severity, state State, with ...func(*Finding)) Finding {
		f := Finding{Fingerprint: name, Severity: s, State: state}
		for _, w := range with {
			w(&f)
		}
		return f
	}
	ten := int64(10)
	for _, tt := range []struct {
		name     string
		gate     string
		failOn   Severity
		findings []Finding
		universe *int64
		want     int
	}{
		{"nothing", "any", Low, nil, &ten, 0},
		{"only resolved", "any", Low, []Finding{finding("new", Critical, Resolved)}, &ten, 0},
		{"severe", "any", High, []Finding{finding("a", High, Ongoing)}, &ten, 1},
		{"not severe enough", "any", Critical, []Finding{finding("a", High, Ongoing), finding("new", Low, New)}, &ten, 0},
		{"waived", "any", Low, []Finding{finding("a", High, Ongoing, waived)}, &ten, 0},
		{"old", "new", Low, []Finding{finding("a", Critical, Ongoing)}, &ten, 0},
		{"new", "new", Low, []Finding{finding("new", Critical, New), finding("a", Critical, Ongoing)}, &ten, 1},
		{"new and waived", "new", Low, []Finding{finding("new", Critical, New, waived)}, &ten, 0},
		{"new, but not severe enough", "new", Critical, []Finding{finding("a", Critical, Ongoing), finding("new", Medium, New)}, &ten, 0},
		{"failed a week ago", "new", Low, []Finding{finding("a", Low, Ongoing, failed(7)), finding("b", Low, Ongoing, failed(6))}, &ten, 1},
		{"failed a week ago, and resolved", "new", Low, []Finding{finding("a", Low, Resolved, failed(7))}, &ten, 0},
		{"never", "never", Low, []Finding{finding("new", Critical, New)}, &ten, 0},
		{"as many as allowed", "count > 2", Low, []Finding{finding("a", Low, Ongoing), finding("b", Low, Ongoing)}, &ten, 0},
		{"more than allowed", "count > 1", Low, []Finding{finding("a", Low, Ongoing), finding("b", Low, Ongoing)}, &ten, 2},
		{"waived ones are not counted", "count > 1", Low, []Finding{finding("a", Low, Ongoing, waived), finding("b", Low, Ongoing)}, &ten, 0},
		{"ten percent", "percent > 10", Low, []Finding{finding("a", Low, Ongoing)}, &ten, 0},
		{"more than nine percent", "percent > 9.99", Low, []Finding{finding("a", Low, Ongoing)}, &ten, 1},
		{"of an unknown universe any is too many", "percent > 50", Low, []Finding{finding("a", Low, Ongoing)}, nil, 1},
		{"of nothing none", "percent > 0", Low, nil, nil, 0},
		{"money of one currency", "money > 100 EUR", Low, []Finding{finding("a", Low, Ongoing, amount(60, "EUR")), finding("b", Low, Ongoing, amount(900, "USD")), finding("c", Low, Ongoing, amount(41, "EUR"))}, &ten, 3},
		{"money of one deal", "money > 100 EUR", Low, []Finding{finding("a", Low, Ongoing, amount(60, "EUR"), about(1)), finding("b", Low, Ongoing, amount(60, "EUR"), about(1))}, &ten, 0},
		{"money of two deals", "money > 100 EUR", Low, []Finding{finding("a", Low, Ongoing, amount(60, "EUR"), about(1)), finding("b", Low, Ongoing, amount(60, "EUR"), about(2))}, &ten, 2},
		{"not enough money", "money > 100 EUR", Low, []Finding{finding("a", Low, Ongoing, amount(60, "EUR")), finding("b", Low, Ongoing, amount(900, "USD")), finding("c", Low, Ongoing)}, &ten, 0},
	} {
		gate, err := ParseGate(tt.gate)
		if err != nil {
			t.Fatal(err)
		}
		p := Policy{FailOn: tt.failOn, RemindDays: 7}
		if got := p.judge(gate, tt.findings, map[string]bool{"new": true}, tt.universe, "", start); len(got) != tt.want {
			t.Errorf("%s: %v make it fail, want %d", tt.name, got, tt.want)
		}
	}
}

func open(n int64) *life {
	l := &life{}
	for range n {
		l.findings = append(l.findings, Finding{State: Ongoing})
	}
	return l
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
		r.count(open(tt.open), &tt.universe, "")
		if r.Percent == nil || *r.Percent != tt.want {
			t.Errorf("%d of %d is %v %%, want %v", tt.open, tt.universe, *r.Percent, tt.want)
		}
	}
	for _, universe := range []*int64{nil, new(int64)} {
		var r CheckResult
		if r.count(open(3), universe, ""); r.Percent != nil {
			t.Errorf("3 of %v is %v %%", universe, *r.Percent)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		universe := rapid.Int64Range(1, 1_000_000).Draw(t, "universe")
		n := rapid.Int64Range(0, min(universe, 1000)).Draw(t, "open")
		var r CheckResult
		r.count(open(n), &universe, "")
		exact := 100 * float64(n) / float64(universe)
		if off := *r.Percent - exact; off > 0.005000001 || off < -0.005000001 {
			t.Errorf("%d of %d is %v %%", n, universe, *r.Percent)
		}
	})
}

// TestOutcome sums up results of all kinds.
func TestOutcome(t *testing.T) {
	result := func(s Status, cause Cause, leftOut ...string) CheckResult {
		c := CheckResult{Status: s, CellsLeftOut: leftOut}
		if cause != "" {
			c.SkipCause = &cause
		}
		return c
	}
	for _, tt := range []struct {
		results []CheckResult
		want    Outcome
	}{
		{nil, Green},
		{[]CheckResult{result(OK, ""), result(Warn, "")}, Green},
		{[]CheckResult{result(Skip, FirstNight), result(Skip, OutOfScope), result(Skip, NoRecords)}, Green},
		{[]CheckResult{result(OK, ""), result(Skip, NoEvidence)}, Lacking},
		{[]CheckResult{result(Skip, NoBaseline)}, Lacking},
		{[]CheckResult{result(Skip, "")}, Lacking}, // of an older hubgraph
		{[]CheckResult{result(OK, "", "types deals contacts")}, Lacking},
		{[]CheckResult{result(Fail, ""), result(Skip, NoEvidence)}, Failed},
		{[]CheckResult{result(Fail, ""), result(Error, ""), result(Skip, NoEvidence)}, Breached},
		{[]CheckResult{result(Error, "")}, Breached},
	} {
		if got := (&Report{Results: tt.results}).Outcome(); got != tt.want {
			t.Errorf("%+v: %d, want %d", tt.results, got, tt.want)
		}
	}
}
