package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// layers says which packages of ours each package may import outside its tests.
// The order of the table is the order in which data flows.
var layers = map[string][]string{
	"hubspot":              {},
	"hubspot/sim":          {"hubspot"},
	"graphmodel":           {},
	"queries":              {},
	"internal/nearest":     {},
	"crawl":                {"hubspot", "graphmodel", "internal/nearest"},
	"export":               {"graphmodel", "queries"},
	"export/lake":          {"graphmodel", "queries", "export", "internal/sentence"},
	"export/duckdb":        {"graphmodel", "queries", "export", "export/lake", "internal/sentence", "internal/sqlrows", "internal/terminal"},
	"export/draw/graphviz": {"internal/sentence", "internal/terminal"},
	"export/draw":          {"export/draw/graphviz", "queries", "internal/sentence", "internal/sqlrows", "internal/terminal"},
	"repair":               {"hubspot", "graphmodel", "queries", "internal/nearest", "internal/sentence", "internal/sqlrows", "internal/terminal"},
	"queries/report":       {"queries", "internal/terminal"},
	"internal/settings":    {"hubspot", "graphmodel", "queries", "crawl", "export/duckdb", "internal/nearest", "internal/terminal"},
	"internal/reporting": {
		"queries", "queries/report", "export/lake", "export/duckdb", "export/draw", "internal/progress", "internal/sentence", "internal/sqlrows", "internal/terminal", "internal/web",
	},
	"internal/web":     {"queries", "queries/report", "export/draw", "internal/terminal"},
	"internal/deliver": {"queries", "queries/report", "internal/sentence", "internal/terminal", "internal/web"},
	"internal/failat":  {},
	"internal/fixtures": {
		"hubspot", "hubspot/sim", "queries", "queries/report", "crawl", "export/lake", "internal/nightly", "internal/settings",
	},
	"internal/goals":       {},
	"internal/goals/table": {"internal/goals"},
	"internal/golden":      {},
	"internal/hostile":     {},
	"internal/leaks":       {},
	"internal/manual":      {},
	"internal/mutants":     {},
	"internal/nights":      {"graphmodel"},
	"internal/nightlytest": {"hubspot", "hubspot/sim", "export/lake", "export/duckdb", "internal/nightly"},
	"internal/nightly": {
		"hubspot", "graphmodel", "queries", "crawl", "export/lake", "export/duckdb", "repair",
		"internal/progress", "internal/sentence", "internal/terminal",
	},
	"internal/demo": {
		"hubspot", "hubspot/sim", "queries", "queries/report", "export/lake", "export/duckdb", "export/draw",
		"internal/nightly", "repair", "internal/progress", "internal/sentence",
	},
	"internal/progress": {"hubspot", "crawl", "internal/terminal"},
	"internal/replay":   {"hubspot/sim"},
	"internal/secrets":  {"hubspot", "internal/sentence"},
	"internal/sentence": {},
	"internal/rows":     {},
	"internal/sqlrows":  {},
	"internal/terminal": {},
	"cmd/hubgraph":      {"hubspot", "hubspot/sim", "queries", "crawl", "export", "export/lake", "export/duckdb", "export/draw", "repair", "queries/report", "internal/deliver", "internal/demo", "internal/fixtures", "internal/manual", "internal/nearest", "internal/settings", "internal/nightly", "internal/progress", "internal/reporting", "internal/rows", "internal/secrets", "internal/terminal", "internal/web"},
}

const driver = "github.com/duckdb/duckdb-go"

func TestImportsGoOneWay(t *testing.T) {
	root := filepath.Join("..", "..")
	seen := map[string]bool{}
	for folder, files := range goFiles(t, root) {
		allowed, ok := layers[folder]
		if !ok {
			t.Errorf("%s: the table of layers does not name this package", folder)
		}
		seen[folder] = true
		for _, name := range files {
			for _, path := range imports(t, filepath.Join(root, folder, name)) {
				own, ours := strings.CutPrefix(path, "hubgraph/")
				if ours && !slices.Contains(allowed, own) {
					t.Errorf("%s/%s imports %s, which the layers forbid", folder, name, path)
				}
				if strings.HasPrefix(path, driver) && folder != "export/duckdb" {
					t.Errorf("%s/%s imports the DuckDB driver; only export/duckdb may, others take *sql.DB", folder, name)
				}
			}
		}
	}
	for folder := range layers {
		if !seen[folder] {
			t.Errorf("the table of layers names %s, which holds no Go", folder)
		}
	}
}

// goFiles lists the Go files of each package, without its tests.
func goFiles(t *testing.T, root string) map[string][]string {
	t.Helper()
	packages := map[string][]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules") {
			return fs.SkipDir
		}
		if filepath.Ext(path) == ".go" && !strings.HasSuffix(path, "_test.go") {
			folder, err := filepath.Rel(root, filepath.Dir(path))
			packages[filepath.ToSlash(folder)] = append(packages[filepath.ToSlash(folder)], d.Name())
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return packages
}

func imports(t *testing.T, file string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, spec := range f.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}
