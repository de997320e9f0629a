package duckdb

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hubgraph/export/lake"
	"hubgraph/internal/nights"
)

// publishNight builds and publishes the DuckDB file of a night.
func publishNight(t *testing.T, d *Files, id string) (file, aside string) {
	t.Helper()
	built, db := build(t, d, publish(t, d, nights.First(), id))
	db.Close() // a writer could not open it
	published, err := d.PublishDuckDB(built, id)
	if err != nil {
		t.Fatal(err)
	}
	return published.Path, published.Aside
}

func duckFiles(t *testing.T, d *Files) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(d.Dir(), "*.duckdb*"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range names {
		names[i] = filepath.Base(names[i])
	}
	return strings.Join(names, " ")
}

// TestReadersHinderNothing has other processes read the DuckDB file for nights: each
// keeps the file that it opened, and whoever opens next gets the new one.
func TestReadersHinderNothing(t *testing.T) {
	const which = "SELECT snapshot_id FROM snapshot"
	d := openData(t)
	ids := []string{"20261121T020000Z", "20261122T020000Z", "20261123T020000Z"}
	var readers []*held
	for _, id := range ids {
		file, aside := publishNight(t, d, id)
		if aside != "" || filepath.Base(file) != lake.DuckDBFile {
			t.Fatalf("published as %s: %s", file, aside)
		}
		readers = append(readers, hold(t, file))
	}
	for i, r := range readers {
		if got := r.ask(which); got != ids[i] {
			t.Errorf("the reader of night %d sees %s", i+1, got)
		}
		if got := r.ask("SELECT count(*)::VARCHAR FROM objects JOIN associations ON from_id = object_id"); got == "0" || strings.Contains(got, "rror") {
			t.Errorf("the reader of night %d gets %s", i+1, got)
		}
	}
	if got := duckFiles(t, d); got != lake.DuckDBFile {
		t.Errorf("there are %s", got)
	}
}

func TestPublishBesideAWriter(t *testing.T) {
	d := openData(t)
	first, aside := publishNight(t, d, "20261121T020000Z")
	if aside != "" || filepath.Base(first) != lake.DuckDBFile {
		t.Fatalf("published as %s: %s", first, aside)
	}
	writer := hold(t, toWrite+first)
	second, aside := publishNight(t, d, "20261122T020000Z")
	if filepath.Base(second) != "hubgraph-20261122T020000Z.duckdb" || !strings.Contains(aside, "is open to write in process") {
		t.Errorf("published as %s: %s", second, aside)
	}
	if newest, err := Newest(d.Dir()); newest != second {
		t.Errorf("the newest file is %s, %v; want %s", newest, err, second)
	}
	writer.release()
	later := time.Now().Add(time.Hour) // as if the writer had written at the end
	if err := os.Chtimes(first, later, later); err != nil {
		t.Fatal(err)
	}
	if newest, err := Newest(d.Dir()); newest != second {
		t.Errorf("somebody wrote to the older file, and the newest is %s, %v; want %s", newest, err, second)
	}
	third, aside := publishNight(t, d, "20261123T020000Z")
	if third != first || aside != "" {
		t.Errorf("published as %s: %s", third, aside)
	}
	if newest, err := Newest(d.Dir()); newest != third {
		t.Errorf("the newest file is %s, %v; want %s", newest, err, third)
	}
	if got := duckFiles(t, d); got != lake.DuckDBFile {
		t.Errorf("there are %s", got)
	}
	if got := ask(t, open(t, third), "SELECT snapshot_id FROM snapshot"); !strings.Contains(got, "20261123") {
		t.Error(got)
	}
}

// TestPublishWhileAllAreHeld has somebody write to hubgraph.duckdb over three nights,
// and to the file of the second night, too.
func TestPublishWhileAllAreHeld(t *testing.T) {
	d := openData(t)
	first, _ := publishNight(t, d, "20261121T020000Z")
	hold(t, toWrite+first)
	second, _ := publishNight(t, d, "20261122T020000Z-2")
	writer := hold(t, toWrite+second)
	built, db := build(t, d, publish(t, d, nights.First(), "20261123T020000Z"))
	db.Close()
	published, err := d.PublishDuckDB(built, "20261122T020000Z-2") // audited again
	if err != nil {
		t.Fatal(err)
	}
	again := published.Path
	if filepath.Base(again) != "hubgraph-20261122T020000Z-2.2.duckdb" || !strings.Contains(published.Aside, again) {
		t.Errorf("published as %s: %s", again, published.Aside)
	}
	if newest, err := Newest(d.Dir()); newest != again {
		t.Errorf("the newest file is %s, %v; want %s", newest, err, again)
	}
	writer.release()
	if third, _ := publishNight(t, d, "20261124T020000Z"); filepath.Base(third) != "hubgraph-20261124T020000Z.duckdb" {
		t.Errorf("published as %s", third)
	}
	if got := duckFiles(t, d); got != "hubgraph-20261124T020000Z.duckdb hubgraph.duckdb" {
		t.Errorf("there are %s: the files of earlier nights should be gone", got)
	}
}

func TestPublishBesideWAL(t *testing.T) {
	d := openData(t)
	wal := filepath.Join(d.Dir(), lake.DuckDBFile+".wal")
	if err := os.WriteFile(wal, []byte("theirs"), 0o600); err != nil {
		t.Fatal(err)
	}
	file, warning := publishNight(t, d, "20261122T020000Z")
	if filepath.Base(file) != "hubgraph-20261122T020000Z.duckdb" || !strings.Contains(warning, "write-ahead log") {
		t.Errorf("published as %s, %q", file, warning)
	}
	if got, _ := os.ReadFile(wal); string(got) != "theirs" {
		t.Errorf("the log holds %q", got)
	}
}

// TestPublishLeavesOthers keeps what is not ours, and does not write through a
// link.
func TestPublishLeavesOthers(t *testing.T) {
	d := openData(t)
	elsewhere := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.WriteFile(elsewhere, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, filepath.Join(d.Dir(), lake.DuckDBFile)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"hubgraph-mine.duckdb", "20261121T020000Z", "20261121T020000Z.duckdb"} {
		if err := os.WriteFile(filepath.Join(d.Dir(), name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	publishNight(t, d, "20261122T020000Z")
	if got := duckFiles(t, d); got != "20261121T020000Z.duckdb hubgraph-mine.duckdb hubgraph.duckdb" {
		t.Errorf("there are %s", got)
	}
	if got, _ := os.ReadFile(elsewhere); string(got) != "precious" {
		t.Errorf("the file behind the link holds %q", got)
	}
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(filepath.Join(d.Dir(), "20261121T020000Z"), later, later); err != nil {
		t.Fatal(err)
	}
	file, err := Newest(d.Dir())
	if err != nil || filepath.Base(file) != lake.DuckDBFile {
		t.Fatalf("the newest file is %s, %v", file, err)
	}
	info, err := os.Lstat(file)
	if err != nil || !info.Mode().IsRegular() {
		t.Errorf("%s has mode %v, %v", file, info.Mode(), err)
	}
}
