package manual

import (
	"strings"
	"testing"
)

func TestFold(t *testing.T) {
	long := strings.Repeat("word ", 17) // 85
	for in, want := range map[string]string{
		"":                       "",
		"short\nlines\n\nstay":   "short\nlines\n\nstay",
		long + "and\nmore":       strings.Repeat("word ", 15) + "word\nword and more",
		"list:\n  " + long:       "list:\n  " + long,
		"a\n\n" + long + "\n\nb": "a\n\n" + strings.Repeat("word ", 15) + "word\nword\n\nb",
		strings.Repeat("é", 80):  strings.Repeat("é", 80),
		strings.Repeat("é", 90):  strings.Repeat("é", 90),
	} {
		if got := Fold(in); got != want {
			t.Errorf("%q becomes\n%q, want\n%q", in, got, want)
		}
	}
}
