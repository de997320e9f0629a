package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// measuredBy finds the commands of docs/performance.md that run a benchmark or a test: what
// is run, and the folder.
var measuredBy = regexp.MustCompile("`[^`]*go test ([^`]*?)(\\./[a-z/]+)([^`]*)`")

// TestFiguresAreRepeatable looks for the benchmarks and tests that docs/performance.md names as
// the commands that repeat its figures.
func TestFiguresAreRepeatable(t *testing.T) {
	root := filepath.Join("..", "..")
	commands := measuredBy.FindAllStringSubmatch(readFile(t, filepath.Join(root, "docs", "performance.md")), -1)
	for _, found := range commands {
		names := functions(t, filepath.Join(root, found[2]))
		for kind, prefix := range map[string]string{"-bench ": "Benchmark", "-run ": "Test"} {
			_, name, is := strings.Cut(found[1]+found[3], kind)
			if name, _, _ = strings.Cut(strings.Trim(name, "'"), " "); !is || name == "-" {
				continue
			}
			name, _, _ = strings.Cut(strings.Trim(name, "'"), "/") // of sub-benchmarks the first part
			wanted, err := regexp.Compile(name)
			if err != nil {
				t.Errorf("%s: %v", found[0], err)
				continue
			}
			there := false
			for _, f := range names {
				there = there || strings.HasPrefix(f, prefix) && wanted.MatchString(f)
			}
			if !there {
				t.Errorf("%s: %s has no %s that %q finds", found[0], found[2], prefix, name)
			}
		}
	}
	if len(commands) < 20 {
		t.Errorf("%d commands", len(commands))
	}
}

var testFunction = regexp.MustCompile(`(?m)^func ((?:Test|Benchmark)\w+)\(`)

// functions are the names of the tests and benchmarks of a folder.
func functions(t *testing.T, dir string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range testFunction.FindAllStringSubmatch(string(text), -1) {
			names = append(names, found[1])
		}
	}
	return names
}
