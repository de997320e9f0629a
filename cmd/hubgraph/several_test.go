package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"hubgraph/hubspot/sim"
)

// ended is a process that has ended.
type ended struct {
	code int
	said string
}

// TestOneOfSeveralRunsWorks starts five crawls into one folder at once, and four
// more while the one that works is in the middle of it: they all end with 11 and a
// sentence that names it, without a request and without a change.
func TestOneOfSeveralRunsWorks(t *testing.T) {
	t.Parallel()
	server := sim.NewServer(sim.Generate(sim.Spec{Seed: 1, Contacts: 20}), sim.Options{})
	var asked atomic.Int64
	open := make(chan struct{})
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		<-open
		server.ServeHTTP(w, r)
	}))
	defer web.Close()
	dir := filepath.Join(t.TempDir(), "data")
	start := func(command string, ends chan<- ended) {
		cmd := exec.Command("hubgraph", command, "--quiet", "--data", dir)
		cmd.Env = append(os.Environ(), "HUBSPOT_ACCESS_TOKEN=any", "HUBSPOT_BASE_URL="+web.URL)
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Start(); err != nil {
			t.Error(err)
		}
		go func() {
			_ = cmd.Wait() // its state says it
			ends <- ended{cmd.ProcessState.ExitCode(), out.String()}
		}()
	}
	refused := func(ends <-chan ended, say string) {
		for range 4 {
			e := <-ends
			if e.code != exitLocked || strings.Count(e.said, "\n") != 1 || !strings.Contains(e.said, dir+" is in use by another run"+say) {
				t.Errorf("exit code %d, %q", e.code, e.said)
			}
		}
	}
	ends := make(chan ended)
	for range 5 {
		start("crawl", ends)
	}
	refused(ends, "") // it may not have written who it is yet
	lock := filepath.Join(dir, ".lock")
	before, holder := treeOf(t, dir), readFile(t, lock)
	late := make(chan ended)
	for _, command := range []string{"crawl", "run", "audit", "rebuild"} {
		start(command, late)
	}
	refused(late, " (process ")
	if after := treeOf(t, dir); after != before || readFile(t, lock) != holder {
		t.Errorf("they left\n%s%s\nof\n%s%s", after, readFile(t, lock), before, holder)
	}
	if n := asked.Load(); n > 1 {
		t.Errorf("the portal was asked %d times before it answered", n)
	}
	close(open)
	e := <-ends
	if made, err := filepath.Glob(filepath.Join(dir, "lake", "*", "snapshot=*")); e.code != 0 || e.said != "" || err != nil || len(made) != 1 {
		t.Errorf("the one that works ends with %d, %s, and made %v, %v", e.code, e.said, made, err)
	}
}
