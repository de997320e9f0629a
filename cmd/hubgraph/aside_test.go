package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/hubspot/sim"
	"hubgraph/internal/reporting"
	"hubgraph/internal/web"
	"hubgraph/queries/report"
)

// writeLock is the name of a file on which this program is to hold a write lock, as
// DuckDB does that has a file open to write, until its standard input ends.
const writeLock = "HUBGRAPH_TEST_WRITE_LOCK"

// TestAFileThatStepsAside has another process write to the DuckDB file: each command
// that would replace it says so, even where it is to be quiet, and ends with 3.
func TestAFileThatStepsAside(t *testing.T) {
	t.Parallel()
	url, stop, err := sim.NewServer(sim.Generate(sim.Spec{Seed: 3, Contacts: 20}), sim.Options{}).Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	dir := filepath.Join(t.TempDir(), "data")
	vars := map[string]string{"HUBSPOT_ACCESS_TOKEN": "any", "HUBSPOT_BASE_URL": url}
	call := func(line string) (code int, out, said string) {
		var stdout, stderr strings.Builder
		e := &env{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, getenv: func(name string) string { return vars[name] }}
		code = run(t.Context(), e, append(strings.Fields(line), "--quiet", "--data", dir))
		return code, stdout.String(), stderr.String()
	}
	if code, _, said := call("crawl"); code != 0 || said != "" {
		t.Fatalf("exit code %d, %s", code, said)
	}
	release := lockToWrite(t, filepath.Join(dir, "hubgraph.duckdb"))
	refusedWhileHeld(t, dir)
	for _, line := range []string{"crawl", "crawl --format json", "audit", "run", "rebuild"} {
		code, out, said := call(line)
		if code != exitIncomplete || out == "" || strings.Count(said, "\n") != 1 || !strings.Contains(said, "hubgraph.duckdb is open to write in process") || !strings.Contains(said, "the new file is "+dir+"/hubgraph-2") {
			t.Errorf("%s: exit code %d, %s", line, code, said)
		}
	}
	release()
	if code, _, said := call("rebuild"); code != 0 || said != "" {
		t.Errorf("when nobody writes any more: exit code %d, %s", code, said)
	}
	if files, err := filepath.Glob(filepath.Join(dir, "*.duckdb")); err != nil || len(files) != 1 {
		t.Errorf("there are %v, %v", files, err)
	}
}

// refusedWhileHeld has the explorer asked while there is nothing but a file that somebody
// writes to.
func refusedWhileHeld(t *testing.T, dir string) {
	t.Helper()
	data, err := lake.Find(dir)
	if err != nil {
		t.Fatal(err)
	}
	portal, err := data.Only()
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	web.Explorer(reporting.NewExplorer(duckdb.Of(portal, 0), nil, report.Options{})).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "is locked by another process: close it there first") {
		t.Errorf("the explorer answers %d: %s", w.Code, w.Body)
	}
}

// lockToWrite has another process lock a file, until release is called.
func lockToWrite(t *testing.T, file string) (release func()) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, program)
	cmd.Env = append(os.Environ(), writeLock+"="+file)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := stdout.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	return func() {
		stdin.Close()
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
}

// lockedToWrite locks a file until standard input ends, and reports whether there was
// one to lock.
func lockedToWrite(name string) bool {
	if name == "" {
		return false
	}
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err == nil {
		err = syscall.FcntlFlock(f.Fd(), syscall.F_SETLK, &syscall.Flock_t{Type: syscall.F_WRLCK})
	}
	if err != nil {
		panic(err)
	}
	fmt.Print("!")
	_, _ = io.Copy(io.Discard, os.Stdin)
	return true
}
