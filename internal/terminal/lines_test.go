package terminal

import (
	"strings"
	"testing"
)

func TestFold(t *testing.T) {
	for _, tt := range []struct {
		line   string
		places int
		want   string
	}{
		{"", 10, ""},
		{"ten places", 10, "ten places"},
		{"eleven char", 10, "eleven\n  char"},
		{"   a  b  c  d  e", 10, "   a  b  c\n     d  e"},
		{"record https://example.com/1", 12, "record\n  https://ex\n  ample.com/\n  1"},
		{"咖啡咖啡咖啡", 5, "咖啡\n  咖\n  啡\n  咖\n  啡"},
		{"            deep", 10, "deep"},
		{"a b", 1, "a\nb"},
		{"run `hubgraph audit --data x` now", 12, "run\n  `hubgraph audit --data x`\n  now"},
		{"(see `a b`).", 8, "(see\n  `a b`)."},
		{"an odd ` quote here", 8, "an odd `\n  quote\n  here"},
	} {
		got := Fold(tt.line, tt.places)
		if got != tt.want {
			t.Errorf("%q in %d places is\n%s\nwant\n%s", tt.line, tt.places, got, tt.want)
		}
		for line := range strings.Lines(got) {
			if width(strings.TrimSuffix(line, "\n")) > tt.places && !strings.Contains(line, "`") {
				t.Errorf("%q is wider than %d", line, tt.places)
			}
		}
	}
}

// TestACommandCanBeCopied: whatever the screen, it is in one piece at the end of its line.
func TestACommandCanBeCopied(t *testing.T) {
	command := `go run ./x sql "FROM a WHERE b = 'c'" --data nights`
	for _, before := range []string{"", "show it: ", "look:  ", "nothing was lost: 3 of them: "} {
		for places := 1; places < 80; places++ {
			var b strings.Builder
			l := &Lines{To: &b, Width: places, Program: "go run ./x"}
			if _, err := l.Write([]byte(before + command + "\n")); err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(b.String(), command+"\n") {
				t.Errorf("in %d places:\n%s", places, b.String())
			}
		}
	}
}

func TestLines(t *testing.T) {
	var b strings.Builder
	l := &Lines{To: &b, Width: 20, Colour: true}
	for _, part := range []string{"fail  high  a_check", "  3 of 4\nok", "  low  fine  ok\nthe high road ok\n", "medium"} {
		if n, err := l.Write([]byte(part)); n != len(part) || err != nil {
			t.Fatal(n, err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	want := "\x1b[31mfail\x1b[0m  \x1b[31mhigh\x1b[0m  a_check\n  3 of 4\n\x1b[32mok\x1b[0m  low  fine  \x1b[32mok\x1b[0m\nthe high road ok\n\x1b[33mmedium\x1b[0m"
	if b.String() != want {
		t.Errorf("it writes\n%q\nwant\n%q", b.String(), want)
	}
}
