package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	faultRow  = regexp.MustCompile(`(?m)^\| *([0-9]+) *\|([^|]+)\|([^|]+)\|([^|]+)\|$`)
	shownBy   = regexp.MustCompile("`([^`]+)`")
	namedTest = regexp.MustCompile(`^([a-z/]+)\.(Test[A-Za-z0-9]+)$`)
)

// TestFaultTables holds the tables of faults against the tests that they name: each
// row has some, and each of them exists.
func TestFaultTables(t *testing.T) {
	for name, least := range map[string]int{"../../docs/faults.md": 30, "../../docs/repair.md": 11} {
		holdFaults(t, name, least)
	}
}

// holdFaults holds the table of a file, which has at least so many rows.
func holdFaults(t *testing.T, name string, least int) {
	rows := faultRow.FindAllStringSubmatch(readFile(t, name), -1)
	if len(rows) < least {
		t.Fatalf("%s has %d rows", name, len(rows))
	}
	tests := map[string]map[string]bool{}
	for _, row := range rows {
		number, promise, names := row[1], strings.TrimSpace(row[3]), shownBy.FindAllStringSubmatch(row[4], -1)
		if promise == "" || len(names) == 0 {
			t.Errorf("row %s says %q and names %d tests", number, promise, len(names))
		}
		for _, name := range names {
			if err := findTest(name[1], tests); err != "" {
				t.Errorf("row %s: %s: %s", number, name[1], err)
			}
		}
	}
}

// findTest says what is wrong with the name of a test: of a package and a test,
// or of a script. It remembers the tests of each package.
func findTest(name string, tests map[string]map[string]bool) string {
	if strings.HasSuffix(name, ".txtar") {
		if _, err := os.Stat(filepath.Join("testdata", "script", name)); err != nil {
			return "there is no such script"
		}
		return ""
	}
	parts := namedTest.FindStringSubmatch(name)
	if parts == nil {
		return "it is neither a script nor of the form package.TestName"
	}
	if tests[parts[1]] == nil {
		found, err := testsOf(filepath.Join("..", "..", filepath.FromSlash(parts[1])))
		if err != nil {
			return err.Error()
		}
		tests[parts[1]] = found
	}
	if !tests[parts[1]][parts[2]] {
		return "there is no such test"
	}
	return ""
}

// testsOf names the functions in the test files of a folder.
func testsOf(dir string) (map[string]bool, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
				found[f.Name.Name] = true
			}
		}
	}
	return found, nil
}
