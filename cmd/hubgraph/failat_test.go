//go:build linux && (amd64 || arm64)

package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hubgraph/hubspot/sim"
	"hubgraph/internal/failat"
)

// TestEachFileOperationOfACrawlFails has file operations of a crawl fail, one a run,
// from its lock and its journal to the DuckDB file. The crawl ends with a sentence or
// gets through, what is visible is whole, and the same command gets through after
// it, with the tables of a crawl that nothing disturbed. Some operations of each class
// fail, chosen with a fixed seed; HUBGRAPH_SOAK=1 has every one fail for every reason.
func TestEachFileOperationOfACrawlFails(t *testing.T) {
	t.Parallel()
	server := sim.NewServer(sim.Generate(sim.Spec{Seed: 5, Contacts: 30, Clean: true}), sim.Options{Token: scriptToken, PageSize: 10})
	url, stop, err := server.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	f := &failingCrawl{url: url}
	dir := freshFolder(t)
	ops, exit, said := f.crawl(t, dir, failat.Fault{})
	if exit != 0 {
		t.Fatal(said)
	}
	f.want = digestOf(t, onlySnapshot(t, dir))
	t.Run("crawls", func(t *testing.T) {
		for _, class := range failat.Classes() {
			t.Run(string(class), func(t *testing.T) {
				t.Parallel()
				f.each(t, class, ops)
			})
		}
	})
	t.Logf("crawls of which one file operation failed:\n%s", &f.table)
}

// failingCrawl are crawls of one portal, each into a folder of its own.
type failingCrawl struct {
	url, want string
	table     failat.Tally
}

// each has operations of a class fail, up to the one behind the last.
func (f *failingCrawl) each(t *testing.T, class failat.Class, ops []failat.Op) {
	count := 0
	for _, op := range ops {
		if op.Class == class {
			count++
		}
	}
	random := rand.New(rand.NewPCG(6, uint64(len(class))))
	for n := 1; ; n++ {
		reasons := failat.Reasons()
		if os.Getenv("HUBGRAPH_SOAK") == "" {
			reasons = reasons[random.IntN(len(reasons)):][:1]
			n = min(n+random.IntN(1+count/5), max(n, count+1))
		}
		for _, reason := range reasons {
			if failed := f.one(t, failat.Fault{Class: class, N: n, Errno: reason}); !failed && n > count {
				return
			}
		}
	}
}

// one crawls with a fault and then without, and reports whether there was an
// operation to fail.
func (f *failingCrawl) one(t *testing.T, fault failat.Fault) bool {
	t.Helper()
	k := &killer{t: t, dir: freshFolder(t), table: &moments{}}
	ops, exit, said := f.crawl(t, k.dir, fault)
	at := slices.IndexFunc(ops, func(op failat.Op) bool { return op.Failed })
	what := "none"
	if at >= 0 {
		what = ops[at].String()
		f.table.Add(fault, exit == 0)
	}
	k.killed = []string{what}
	switch {
	case !k.whole():
	case exit == 0:
		if digestOf(k.t, onlySnapshot(k.t, k.dir)) != f.want {
			t.Errorf("%v (%s): success, and other tables", fault, what)
		}
	case at < 0 || exit != exitFailed && exit != exitUsage || strings.Count(said, "\n") != 1 || !strings.HasPrefix(said, "hubgraph: "):
		t.Errorf("%v (%s): exit code %d; it says %q", fault, what, exit, said)
	}
	if exit != 0 {
		if _, exit, said := f.crawl(t, k.dir, failat.Fault{}); exit != 0 {
			t.Errorf("after %v (%s): exit code %d; it says %q", fault, what, exit, said)
		} else if k.whole() && digestOf(k.t, onlySnapshot(k.t, k.dir)) != f.want {
			t.Errorf("after %v (%s): other tables", fault, what)
		}
	}
	if err := os.RemoveAll(k.dir); err != nil {
		t.Error(err)
	}
	return at >= 0
}

// crawl crawls in a process of its own, and returns its operations on files, its exit
// code and what it says on stderr.
func (f *failingCrawl) crawl(t *testing.T, dir string, fault failat.Fault) (ops []failat.Op, exit int, said string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // it is not to hang
	defer cancel()
	cmd := exec.CommandContext(ctx, "hubgraph", "crawl", "--quiet", "--types", "contacts,companies", "--data", dir, "--base-url", f.url)
	cmd.Env = append(os.Environ(), "HUBSPOT_ACCESS_TOKEN="+scriptToken)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	ops, err := failat.Run(cmd, filepath.Dir(dir), fault)
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	return ops, cmd.ProcessState.ExitCode(), stderr.String()
}

// freshFolder is where a data folder may be made.
func freshFolder(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "data")
}
