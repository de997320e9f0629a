package sim

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

var statementLine = regexp.MustCompile(`(?m)^  (\S.*)\n`)

// statementsOf are the examples in a text about the portal language.
func statementsOf(text string) string {
	var b strings.Builder
	for _, m := range statementLine.FindAllStringSubmatch(text, -1) {
		b.WriteString(m[1] + "\n")
	}
	return b.String()
}

// TestLanguageIsExplained carries out every example of the help, and has one of
// each statement, each claim and each fact.
func TestLanguageIsExplained(t *testing.T) {
	t.Parallel()
	text, facts, _ := strings.Cut(Language(), "\nFACTS\n")
	portal, night, ok := strings.Cut(text, "\nA NIGHT\n")
	if !ok {
		t.Fatal("there is no night")
	}
	p, err := Parse("help", statementsOf(portal))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Script("help, a night", statementsOf(night)); err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	for line := range strings.Lines(statementsOf(text)) {
		shown[strings.Fields(line)[0]] = true
	}
	for verb := range verbs {
		if !shown[verb] {
			t.Errorf("the help has no example of %s", verb)
		}
	}
	for check := range claims {
		if !strings.Contains(text, check) {
			t.Errorf("the help has no word of the claim %s", check)
		}
	}
	for line := range strings.Lines(statementsOf(facts)) {
		assignment, more, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(line, "fact ")), "=")
		for value := range strings.SplitSeq(more, "|") {
			if _, err := Parse("fact", "fact "+assignment+"="+value); err != nil {
				t.Error(err)
			}
			shown[assignment] = true
		}
	}
	for _, f := range Facts() {
		if !shown[f.Switch] {
			t.Errorf("the help has no word of the fact %s", f.Switch)
		}
	}
	for line := range strings.Lines(Language()) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}
