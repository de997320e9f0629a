package export

import (
	"math/big"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

func TestLabelKey(t *testing.T) {
	for label, want := range map[string]string{
		"Decision maker":     "decisionmaker",
		"  DECISION-MAKER. ": "decisionmaker",
		"Décideur (2e)":      "decideur2e",
		"Straße":             "strasse",
		"Øystein Łódź":       "oysteinlodz",
		"İstanbul":           "istanbul",
		"ﬁnance":             "finance",
		"Ⅳ":                  "iv",
		"客户":                 "u5ba2u6237",
		"供应商":                "u4f9bu5e94u5546",
		"🚗 car":              "car",
		"a_b/c":              "abc",
		"":                   "",
	} {
		if got := labelKey(label); got != want {
			t.Errorf("labelKey(%q) = %q, want %q", label, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		label := rapid.String().Draw(t, "label")
		key := labelKey(label)
		if strings.ContainsFunc(key, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLower(r) && !unicode.IsDigit(r) }) {
			t.Errorf("labelKey(%q) = %q", label, key)
		}
		if again := labelKey(key); again != key {
			t.Errorf("the key of %q is %q", key, again)
		}
	})
}

func TestAmount(t *testing.T) {
	tests := map[string]*int64{
		"0": ptr(int64(0)), "1": ptr(int64(1_0000)), "-1.5": ptr(int64(-1_5000)), "+2.": ptr(int64(2_0000)), ".5": ptr(int64(5000)),
		"1234.56785": ptr(int64(1234_5679)), "-0.00005": ptr(int64(-1)), "0.00004": ptr(int64(0)),
		"99999999999999.9999": ptr(int64(99999999999999_9999)), "-99999999999999.9999": ptr(int64(-99999999999999_9999)),
		"100000000000000": nil, "99999999999999.99999": nil, "": nil, "abc": nil, "1e9": nil, "1/2": nil, "0x10": nil, "1 000": nil, "1,5": nil,
		"NaN": nil, "-": nil, ".": nil, strings.Repeat("9", 100): nil,
	}
	for s, want := range tests {
		got := amount(s)
		if (got == nil) != (want == nil) || got != nil && *got != *want {
			t.Errorf("amount(%q) = %v, want %v", s, text(s), want)
		}
	}
}

func FuzzAmount(f *testing.F) {
	for _, s := range []string{"1234.56785", "-0.00005", "99999999999999.99994", "1e9", "--1", "1.2.3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := amount(s)
		if n == nil {
			return
		}
		exact, ok := new(big.Rat).SetString(s)
		if !ok {
			t.Fatalf("amount(%q) = %d, and it is no number", s, *n)
		}
		off := exact.Sub(exact, big.NewRat(*n, 10_000))
		if off.Abs(off).Cmp(big.NewRat(1, 20_000)) > 0 || *n >= 1e18 || *n <= -1e18 {
			t.Errorf("amount(%q) = %d", s, *n)
		}
	})
}

func ptr[T any](v T) *T { return &v }
