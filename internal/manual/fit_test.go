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

func TestList(t *testing.T) {
	got := List([]Entry{{"0", "done"}, {"129, 130", strings.Repeat("word ", 20)}, {"a name that is far too long", "text"}})
	want := "  0         done\n" +
		"  129, 130  " + strings.Repeat("word ", 12) + "word\n" +
		"            " + strings.Repeat("word ", 6) + "word\n" +
		"  a name that is far too long\n            text\n"
	if got != want {
		t.Errorf("the list is\n%s\nwant\n%s", got, want)
	}
}
