package duckdb

import (
	"os"
	"path/filepath"
	"testing"

	"hubgraph/internal/nights"
)

// TestStateChangesWithTheFiles: reading changes nothing, and whatever comes, goes or is
// replaced changes the state.
func TestStateChangesWithTheFiles(t *testing.T) {
	d := openData(t)
	if _, err := d.State(); err == nil {
		t.Error("a folder without a DuckDB file has a state")
	}
	file, _ := publishNight(t, d, "20261121T020000Z")
	seen := map[string]string{}
	state := func(when string, want string) {
		t.Helper()
		s, err := d.State()
		if err != nil {
			t.Fatal(err)
		}
		if before, ok := seen[s]; ok && before != want || !ok && want != "" {
			t.Errorf("%s the state is that of %q:\n%s", when, before, s)
		}
		seen[s] = when
	}
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	state("at first", "")
	db, err := OpenNight(d.Dir(), 0)
	check(err)
	check(db.Close())
	state("after it was read", "at first")
	log := file + ".wal"
	check(os.WriteFile(log, nil, 0o600))
	state("with the log of a writer", "")
	check(os.Remove(log))
	state("without the log", "after it was read")
	content, err := os.ReadFile(file)
	check(err)
	info, err := os.Stat(file)
	check(err)
	same := filepath.Join(filepath.Dir(d.Dir()), "same")
	check(os.WriteFile(same, content, 0o600))
	check(os.Chtimes(same, info.ModTime(), info.ModTime()))
	check(os.Rename(same, file))
	state("with another file of the same size and time", "")
	night := publish(t, d, nights.First(), "20261122T020000Z")
	state("with a night more", "")
	auditNight(t, d, night, nil)
	state("with an audit", "")
	check(d.Forget(t.Context(), night))
	state("with a night that went", "")
	info, err = os.Stat(d.Lake())
	check(err)
	all, err := d.Snapshots()
	check(err)
	check(os.Rename(all[0].Path, same))
	check(os.Chtimes(d.Lake(), info.ModTime(), info.ModTime()))
	state("with another one that went before the clock went on", "")
}
