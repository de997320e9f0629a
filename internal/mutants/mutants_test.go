package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// top is the folder of the module.
const top = "../.."

// TestBugsStillApply holds each bug to the code as it is: the text that it changes is
// there once, and so are the tests that are to catch it.
func TestBugsStillApply(t *testing.T) {
	mutants, err := all()
	if err != nil {
		t.Fatal(err)
	}
	if len(mutants) < 14 {
		t.Errorf("there are only %d bugs", len(mutants))
	}
	for _, m := range mutants {
		copied := t.TempDir()
		for _, e := range m.edits {
			if err := copyFile(filepath.Join(top, e.file), filepath.Join(copied, e.file)); err != nil {
				t.Fatal(err)
			}
		}
		before, err := m.apply(copied)
		if err != nil {
			t.Errorf("%s: %v", m.name, err)
		}
		for file, text := range before {
			if after, err := os.ReadFile(filepath.Join(copied, file)); err != nil || string(after) == string(text) {
				t.Errorf("%s does not change %s, %v", m.name, file, err)
			}
		}
		tests := testsOf(t, m.test)
		for pattern := range strings.SplitSeq(m.pattern, "|") {
			pattern, _, _ = strings.Cut(pattern, "/")
			if pattern = strings.Trim(pattern, "^$"); !tests[pattern] {
				t.Errorf("%s: there is no %s in %s", m.name, pattern, m.test)
			}
		}
	}
}

var testName = regexp.MustCompile(`(?m)^func (Test\w+)\(`)

// testsOf are the tests of a package.
func testsOf(t *testing.T, in string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(top, in, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range testName.FindAllStringSubmatch(string(text), -1) {
			tests[m[1]] = true
		}
	}
	return tests
}

func TestBugsThatAreNone(t *testing.T) {
	const good = "breaks: it\ntest: export TestIt\n-- a.go --\nold\n" + between + "new\n"
	if _, err := parse("x", []byte(good)); err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{
		{"breaks: it\n", ""},
		{"test: export TestIt\n", ""},
		{" TestIt", ""},
		{"breaks", "brakes"},
		{between, ""},
		{"new", "old"},
		{"-- a.go --\nold\n" + between + "new\n", ""},
	} {
		if _, err := parse("x", []byte(strings.Replace(good, change[0], change[1], 1))); err == nil {
			t.Errorf("without %q, with %q: it is taken", change[0], change[1])
		}
	}
}

// TestWhatBecomesOfABug plants bugs into a module of three lines.
func TestWhatBecomesOfABug(t *testing.T) {
	m := module{t.TempDir()}
	for name, text := range map[string]string{
		"go.mod":      "module m\n\ngo 1.26\n",
		"p/p.go":      "package p\n\nfunc one() int { return 1 }\n",
		"p/p_test.go": "package p\n\nimport \"testing\"\n\nfunc TestOne(t *testing.T) {\n\tif one() != 1 {\n\t\tt.Error(one())\n\t}\n}\n",
	} {
		if err := os.MkdirAll(filepath.Join(m.dir, "p"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(m.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct{ pattern, old, new, by, err string }{
		{"TestOne", "return 1", "return 2", "TestOne", ""},
		{"TestOne", "return 1", "return 2 - 1", "", "it survives"},
		{"TestOne", "return 1", "return x", "", "it does not compile"},
		{"TestOne", "return 7", "return 1", "", "it no longer applies: the text is 0 times in p/p.go"},
		{"TestTwo", "return 1", "return 2", "", "no test ran to its end"},
	} {
		by, err := m.plant(t.Context(), mutant{test: "p", pattern: tt.pattern, edits: []edit{{"p/p.go", tt.old, tt.new}}})
		if by != tt.by || (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
			t.Errorf("%s to %s: caught by %q, %v", tt.old, tt.new, by, err)
		}
		if failed, err := m.test(t.Context(), "p", "TestOne"); failed != "" || err != nil {
			t.Fatalf("%s to %s stays: %s, %v", tt.old, tt.new, failed, err)
		}
	}
}
