package graphmodel

import "testing"

func TestOutcome(t *testing.T) {
	for _, tt := range []struct {
		of   Coverage
		want Verdict
		gap  bool
	}{
		{Coverage{Complete: true}, VerdictComplete, false},
		{Coverage{}, VerdictIncomplete, true},
		{Coverage{Complete: true, Verdict: VerdictUnverifiable}, VerdictUnverifiable, false},
		{Coverage{Verdict: VerdictUnverifiable}, VerdictIncomplete, true}, // it was found out later
		{Coverage{Verdict: VerdictOutOfScope}, VerdictOutOfScope, false},
	} {
		if got, gap := tt.of.Outcome(), tt.of.Gap(); got != tt.want || gap != tt.gap {
			t.Errorf("%+v: %s, gap %t; want %s, %t", tt.of, got, gap, tt.want, tt.gap)
		}
	}
}
