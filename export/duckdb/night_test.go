package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hubgraph/export/lake"
	"hubgraph/internal/leaks"
	"hubgraph/internal/nights"
	"hubgraph/queries"
)

// Names in a data folder.
const (
	lockFile     = ".lock"
	workDir      = "work"
	lakeDir      = "lake"
	auditsDir    = "audits"
	manifestFile = "manifest.json"
)

// filesIn opens the data of the portal of all nights.
func filesIn(dir string) (*Files, error) {
	d, err := lake.Open(dir)
	if err != nil {
		return nil, err
	}
	p, err := d.Portal(7)
	return Of(p, 0), err
}

// path is where something within a data folder lies.
func (f *Files) path(rel string) string { return filepath.Join(f.Dir(), rel) }

// left names what lies in a folder of the data folder, which need not be there.
func left(t *testing.T, f *Files, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(f.path(dir))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

// openData makes a data folder that is locked until the test ends.
func openData(t *testing.T) *Files {
	t.Helper()
	d, err := filesIn(filepath.Join(t.TempDir(), "data"))
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := d.Lock()
	if err != nil {
		t.Fatal(err)
	}
	leaks.Folder(t, d.path(workDir), "history")
	t.Cleanup(unlock)
	return d
}

func publish(t *testing.T, d *Files, n *nights.Night, id string) lake.Entry {
	t.Helper()
	e, err := d.Publish(context.Background(), n.Snapshot(id))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// build makes the DuckDB file of a snapshot and opens it as an analyst would.
func build(t *testing.T, d *Files, e lake.Entry) (string, *sql.DB) {
	t.Helper()
	compared, err := d.Baseline(e, lake.LastComplete)
	baseline := compared.Entry
	if err != nil {
		t.Fatal(err)
	}
	file, err := d.Build(context.Background(), Build{Snapshot: e, Baseline: baseline, Settings: queries.DefaultSettings()})
	if err != nil {
		t.Fatal(err)
	}
	return file, open(t, file)
}

func open(t *testing.T, file string) *sql.DB {
	t.Helper()
	db, err := Open(file, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// memory is a DuckDB of nobody's settings, which reads files as another program
// would.
func memory(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// ask is the result of a query as JSON.
func ask(t *testing.T, db *sql.DB, query string, args ...any) string {
	t.Helper()
	var b strings.Builder
	if err := Query(context.Background(), &b, db, fmt.Sprintf(query, args...), Form{Format: "json"}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
