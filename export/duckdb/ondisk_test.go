//go:build linux && (amd64 || arm64)

package duckdb

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hubgraph/internal/failat"
)

// TestWhatIsPublishedIsOnDisk watches three nights: each file that they publish is
// on disk before the rename that makes it visible, and its name after that.
func TestWhatIsPublishedIsOnDisk(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(realDir(t), "data")
	scratch := []string{filepath.Join(dir, workDir), filepath.Join(dir, lockFile)}
	lasting := func(path string) bool {
		return !slices.ContainsFunc(scratch, func(s string) bool { return path == s || strings.HasPrefix(path, s+"/") })
	}
	renames := 0
	for n := range 3 {
		ops, exit, said := watchedNight(t, dir, failat.Fault{})
		if exit != 0 {
			t.Fatal(said)
		}
		for _, found := range failat.Unsafe(ops, lasting) {
			t.Errorf("night %d: %s", n+1, found)
		}
		for _, op := range ops {
			if op.Class == failat.Rename && lasting(op.To) {
				renames++
			}
		}
	}
	if renames != 6 {
		t.Errorf("three nights publish %d things, want a snapshot and a DuckDB file each", renames)
	}
}
