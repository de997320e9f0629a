//go:build linux && (amd64 || arm64)

package duckdb

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"hubgraph/export/lake"
	"hubgraph/internal/failat"
)

// TestEachFileOperationFails has the first file operation of a night fail, then the
// second, and so on until there are no more: of each class, for each reason, in a
// folder without a snapshot and in one with two. Each night ends with an error that
// says why, or with success; what is visible is whole in both cases, and all of it
// is there where the night says so. Of operations that repeat themselves only some
// fail, chosen with a fixed seed; HUBGRAPH_SOAK=1 has every one fail for every
// reason.
func TestEachFileOperationFails(t *testing.T) {
	t.Parallel()
	var table failat.Tally
	t.Run("nights", func(t *testing.T) {
		for _, before := range []int{0, 2} {
			f := &failing{before: before, template: filepath.Join(realDir(t), "data"), table: &table}
			if err := os.Mkdir(f.template, lake.DirMode); err != nil {
				t.Fatal(err)
			}
			for range before {
				if err := doNight(f.template, func(string) {}); err != nil {
					t.Fatal(err)
				}
			}
			ops, exit, said := watchedNight(t, f.fresh(t), failat.Fault{})
			if exit != 0 {
				t.Fatalf("a night in which nothing fails: %s", said)
			}
			for _, class := range failat.Classes() {
				t.Run(fmt.Sprintf("%s after %d", class, before), func(t *testing.T) {
					t.Parallel()
					f.each(t, class, ops)
				})
			}
		}
	})
	t.Logf("nights of which one file operation failed:\n%s", &table)
}

// failing are nights that begin alike, with a number of nights before them.
type failing struct {
	before   int
	template string
	table    *failat.Tally
}

// each has the operations of a class fail, one a night, and goes on until a night
// has fewer.
func (f *failing) each(t *testing.T, class failat.Class, ops []failat.Op) {
	ops = slices.DeleteFunc(slices.Clone(ops), func(op failat.Op) bool { return op.Class != class })
	h := fnv.New64a()
	fmt.Fprint(h, class, f.before)
	random := rand.New(rand.NewPCG(6, h.Sum64()))
	chosen := choose(ops, random)
	for i := 0; ; i++ {
		n := len(ops) + 1 + i - len(chosen)
		if i < len(chosen) {
			n = chosen[i]
		}
		for _, reason := range reasons(len(ops), random) {
			if failed := f.one(t, failat.Fault{Class: class, N: n, Errno: reason}); !failed && n > len(ops) {
				return
			}
		}
	}
}

// few is how many operations of a class are so few that each fails for each reason.
const few = 5

// thorough reports whether everything is to fail.
func thorough() bool { return os.Getenv("HUBGRAPH_SOAK") != "" }

// choose picks the operations, counted from 1, that are to fail: all where there are
// few, else some of those that are the first or the last of their file, and a few of
// the others.
func choose(ops []failat.Op, random *rand.Rand) (chosen []int) {
	all := thorough() || len(ops) <= few
	first, last := map[string]int{}, map[string]int{}
	for i, op := range ops {
		if _, ok := first[op.Path]; !ok {
			first[op.Path] = i
		}
		last[op.Path] = i
	}
	for i, op := range ops {
		edge := i == first[op.Path] || i == last[op.Path]
		if all || edge && random.IntN(3) == 0 || random.IntN(100) == 0 {
			chosen = append(chosen, i+1)
		}
	}
	return chosen
}

// reasons are those for which an operation is to fail: all where there are few
// operations, else one.
func reasons(operations int, random *rand.Rand) []syscall.Errno {
	if operations <= few || thorough() {
		return failat.Reasons()
	}
	return failat.Reasons()[random.IntN(3):][:1]
}

// one does a night with a fault, and reports whether there was an operation to
// fail.
func (f *failing) one(t *testing.T, fault failat.Fault) bool {
	t.Helper()
	dir := f.fresh(t)
	ops, exit, said := watchedNight(t, dir, fault)
	at := slices.IndexFunc(ops, func(op failat.Op) bool { return op.Failed })
	what := "none"
	if at >= 0 {
		what = ops[at].String()
		f.table.Add(fault, exit == 0)
	}
	snapshots, duckdb := intact(t, dir)
	switch {
	case exit == 0:
		if snapshots != max(1, f.before) || duckdb != 1 || said != "" {
			t.Errorf("%v (%s): success, with %d snapshots and %d DuckDB files; it says %q", fault, what, snapshots, duckdb, said)
		}
		isNewest(t, dir)
	case exit != 1 || at < 0 || snapshots < f.before || strings.Count(said, "\n") != 1:
		t.Errorf("%v (%s): exit code %d, %d snapshots; it says %q", fault, what, exit, snapshots, said)
	case !saysWhy(said, fault.Errno):
		t.Errorf("%v (%s): the error does not say why: %q", fault, what, said)
	}
	if fault.N%5 == 0 {
		f.after(t, dir, snapshots)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Error(err)
	}
	return at >= 0
}

// saysWhy reports whether an error says why the operation failed. DuckDB has words
// of its own for a sync and a lock that fail.
func saysWhy(said string, why syscall.Errno) bool {
	return strings.Contains(strings.ToLower(said), why.Error()) || strings.Contains(said, "fsync failed") ||
		strings.Contains(said, "cannot be locked") || strings.Contains(said, "Could not set lock")
}

// after does nights after a failed one, until there are as many snapshots as are kept.
func (f *failing) after(t *testing.T, dir string, snapshots int) {
	t.Helper()
	if snapshots == 0 {
		if err := doNight(dir, func(string) {}); err != nil {
			t.Errorf("the night after: %v", err)
		}
	}
	sweptUp(t, dir)
}

// fresh copies the folder in which a night begins.
func (f *failing) fresh(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(realDir(t), "data")
	if f.before == 0 {
		return dir
	}
	if err := os.CopyFS(dir, os.DirFS(f.template)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// isNewest holds the one DuckDB file to be of the newest snapshot.
func isNewest(t *testing.T, dir string) {
	t.Helper()
	d, err := filesIn(dir)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := d.All()
	if err != nil || len(entries) == 0 {
		t.Fatalf("%d snapshots, %v", len(entries), err)
	}
	db, err := Open(d.path(lake.DuckDBFile), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	want := fmt.Sprintf("[\n{\"snapshot_id\":%q}\n]\n", entries[len(entries)-1].ID)
	if got := ask(t, db, "SELECT snapshot_id FROM snapshot"); got != want {
		t.Errorf("the DuckDB file is of %s, want %s", got, want)
	}
}

// watchedNight does a night in a process of its own, and returns its operations on
// files, its exit code and what it says of an error.
func watchedNight(t *testing.T, dir string, fault failat.Fault) (ops []failat.Op, exit int, said string) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // it is not to hang
	defer cancel()
	cmd := exec.CommandContext(ctx, program)
	cmd.Env = append(os.Environ(), nightIn+"="+dir)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	ops, err = failat.Run(cmd, filepath.Dir(dir), fault)
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	return ops, cmd.ProcessState.ExitCode(), stderr.String()
}

// realDir is a temporary folder, by its name without symbolic links.
func realDir(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
