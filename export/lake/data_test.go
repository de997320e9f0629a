package lake

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"hubgraph/internal/nights"
)

func TestOpenDataRefuses(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{file, filepath.Join(file, "below"), filepath.Join(dir, "a?b"), filepath.Join(dir, "a#b")} {
		_, err := Open(name)
		if !errors.Is(err, ErrData) || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), filepath.Base(filepath.Dir(name))) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestOtherFileSystems looks at what every Linux has mounted.
func TestOtherFileSystems(t *testing.T) {
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink("/proc", link); err != nil {
		t.Fatal(err)
	}
	for place, want := range map[string]bool{"/proc": true, "/": false, "/missing": false, link: false} {
		if got := other("/", place); got != want {
			t.Errorf("%s: %t", place, got)
		}
	}
}

func TestLock(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	d, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := d.Lock()
	if err != nil {
		t.Fatal(err)
	}
	work, err := d.Work("crawl")
	if err != nil {
		t.Fatal(err)
	}
	again, err := d.Work("crawl")
	if err != nil || again == work {
		t.Errorf("two folders of one name: %s, %s, %v", work, again, err)
	}
	second, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := second.Lock(); !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), "process") {
		t.Errorf("a second run: %v", err)
	}
	if _, err := os.Stat(work); err != nil {
		t.Errorf("the second run swept the first one's work: %v", err)
	}
	unlock()
	if _, err := os.Stat(work); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("work is left: %v", err)
	}
	leftover := filepath.Join(dir, workDir, "run-1", "build", DuckDBFile)
	if err := os.MkdirAll(filepath.Dir(leftover), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(leftover, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	spill := filepath.Join(dir, DuckDBFile+".tmp", "duckdb_temp_storage-0.tmp")
	other := filepath.Join(dir, DuckDBFile+".123-4.tmp", "duckdb_temp_storage-0.tmp") // of one of several that had it open
	for _, name := range []string{spill, other, filepath.Join(dir, "mine.tmp", "x"), filepath.Join(dir, "20261122T020000Z.tmp")} {
		if err := os.MkdirAll(name, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	fresh := filepath.Join(dir, "hubgraph-20261122T020000Z.duckdb.tmp") // somebody may need it
	if err := os.Mkdir(fresh, 0o700); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-2 * spillTime)
	for _, name := range []string{spill, filepath.Dir(spill), other, filepath.Dir(other)} {
		if err := os.Chtimes(name, old, old); err != nil {
			t.Fatal(err)
		}
	}
	unlock, err = second.Lock()
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if names, err := second.list("."); err != nil || strings.Join(names, " ") != ".lock 20261122T020000Z.tmp hubgraph-20261122T020000Z.duckdb.tmp mine.tmp work" {
		t.Errorf("left: %v, %v", names, err)
	}
	if left, err := second.list(workDir); err != nil || len(left) > 0 {
		t.Errorf("left of a dead run: %v, %v", left, err)
	}
}

// TestLocksThatNobodyHolds has what other runs left in the lock: a process that is
// dead, one of another machine, one whose number somebody has again, and nothing
// that can be read. None keeps a run out, and all is replaced.
func TestLocksThatNobodyHolds(t *testing.T) {
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for _, held := range []string{
		fmt.Sprintf(`{"host":%q,"pid":%d,"started":"2026-11-22T02:00:00Z"}`, host, 1<<30),
		fmt.Sprintf(`{"host":%q,"pid":%d,"started":"2026-11-22T02:00:00Z"}`, host, os.Getpid()),
		`{"host":"elsewhere","pid":1,"started":"2099-11-22T02:00:00Z"}`,
		"", "{", strings.Repeat("x", 1<<20), `{"host":"\u001b[2J","pid":-1}`,
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, lockFile), []byte(held), 0o600); err != nil {
			t.Fatal(err)
		}
		d, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		unlock, err := d.Lock()
		if err != nil {
			t.Errorf("%.60s: %v", held, err)
			continue
		}
		if _, err := d.Lock(); !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), fmt.Sprintf("process %d on %q", os.Getpid(), host)) {
			t.Errorf("%.60s: a second run gets %v", held, err)
		}
		unlock()
	}
}

// TestLinksOutAreNotFollowed plants links where hubgraph writes.
func TestLinksOutAreNotFollowed(t *testing.T) {
	for _, name := range []string{workDir, lakeDir, lockFile} {
		dir, outside := filepath.Join(t.TempDir(), "data"), t.TempDir()
		d, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		target := outside
		if name == lockFile {
			target = filepath.Join(outside, "file")
		}
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		unlock, err := d.Lock()
		if err == nil {
			defer unlock()
			_, err = portal(t, d).Publish(context.Background(), nights.First().Snapshot("20261122T020000Z"))
		}
		if err == nil {
			t.Errorf("%s: followed", name)
		}
		if left, _ := os.ReadDir(outside); len(left) > 0 {
			t.Errorf("%s: %v lies outside", name, left)
		}
	}
}

// TestALockEndsWhileProcessesStart has processes be started all the time: each
// shares the lock's file until it runs its program.
func TestALockEndsWhileProcessesStart(t *testing.T) {
	d, err := Open(filepath.Join(t.TempDir(), "data"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var starting sync.WaitGroup
	for range 4 {
		starting.Go(func() {
			for ctx.Err() == nil {
				_ = exec.Command("true").Run()
			}
		})
	}
	for range 300 {
		unlock, err := d.Lock()
		if err != nil {
			t.Error(err)
			break
		}
		unlock()
	}
	cancel()
	starting.Wait()
}
