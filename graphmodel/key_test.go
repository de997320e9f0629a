package graphmodel

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseKeyReadsWhatStringPrints(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := Key{rapid.StringMatching(`[a-z_0-9]+`).Draw(t, "type"), rapid.Int64Range(0, math.MaxInt64).Draw(t, "id")}
		if got, err := ParseKey(want.String()); got != want || err != nil {
			t.Fatalf("ParseKey(%q) = %v, %v", want.String(), got, err)
		}
	})
}

func TestParseKeyRefuses(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "deals", "deals:", ":5", "deals:x", "deals:-5", "deals:+5", "deals: 5", "a:b:5", "deals:1.0", "deals:9223372036854775808"} {
		_, err := ParseKey(s)
		if err == nil || !strings.Contains(err.Error(), "write it as TYPE:ID") {
			t.Errorf("ParseKey(%q): error %v, want one that says how to write it", s, err)
		}
	}
}

func TestKeysCompareByTypeThenID(t *testing.T) {
	t.Parallel()
	ascending := []Key{{"companies", 2}, {"companies", 10}, {"contacts", -1}, {"contacts", 1}}
	for i, a := range ascending {
		for j, b := range ascending {
			if got := a.Compare(b); (got < 0) != (i < j) || (got == 0) != (i == j) {
				t.Errorf("%v.Compare(%v) = %d", a, b, got)
			}
		}
	}
}
