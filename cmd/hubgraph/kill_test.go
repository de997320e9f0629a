package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/hubspot/sim"
)

// kills is how many runs are killed: so many, unless a variable sets another number.
func kills(t *testing.T, variable string, usually int) int {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return usually
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// mostRework is how many requests a kill may have sent again: those that were
// under way, and fifty.
const mostRework = 8 + 50

// TestKilledCrawls kills crawls at random moments, from their first request to the
// DuckDB file, and starts each again until it is through. What is visible is whole
// at any time, little is asked for again, and in the end the tables are, byte for
// byte, those of a crawl that nobody disturbed.
func TestKilledCrawls(t *testing.T) {
	t.Parallel()
	const seed = 20
	var table moments
	var all sync.WaitGroup
	n := kills(t, "HUBGRAPH_KILLS", 200)
	for worker := range uint64(2) {
		all.Go(func() {
			k := newKiller(t, rand.New(rand.NewPCG(seed, worker)), &table)
			for range n / 2 {
				if !k.kill() {
					return
				}
			}
			k.finish()
		})
	}
	all.Wait()
	t.Logf("%d kills:\n%s", n, &table)
	for _, moment := range []string{"metadata", "records and associations", "changes during the crawl", "DuckDB file"} {
		if table.kills[moment] == 0 && n >= 200 {
			t.Errorf("no kill fell into %q: the moments are chosen badly", moment)
		}
	}
}

// killer kills the crawls of one portal into one data folder after another.
type killer struct {
	t      *testing.T
	random *rand.Rand
	table  *moments
	server *sim.Server
	url    string
	dir    string
	lasts  time.Duration // an undisturbed crawl
	calls  int           // that it takes
	want   string        // the digest of its tables
	begun  int           // requests before this crawl
	killed []string      // the moments of this crawl's kills

	until    atomic.Int64               // requests before the kill
	searches atomic.Int64               // searches before the kill
	now      atomic.Pointer[os.Process] // that is to be killed
}

func (k *killer) end() { _ = k.now.Load().Kill() }

func newKiller(t *testing.T, random *rand.Rand, table *moments) *killer {
	t.Helper()
	k := &killer{t: t, random: random, table: table, dir: filepath.Join(t.TempDir(), "data")}
	k.server = sim.NewServer(sim.Generate(sim.Spec{Seed: 5, Contacts: 250, Clean: true}),
		sim.Options{Token: scriptToken, PageSize: 3, Rate: sim.Rate{Requests: 1_000_000, Interval: time.Second}, Latency: time.Millisecond})
	wire := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if k.until.Add(-1) == 0 || isSearch(r.URL.Path) && k.searches.Add(-1) == 0 {
			k.end()
		}
		k.server.ServeHTTP(w, r)
	}))
	t.Cleanup(wire.Close)
	k.url = wire.URL
	started := time.Now()
	if out, err := k.crawl().CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	k.lasts, k.calls, k.want = time.Since(started), k.asked(), digestOf(k.t, onlySnapshot(k.t, k.dir))
	k.anew()
	return k
}

func (k *killer) crawl() *exec.Cmd {
	cmd := exec.Command("hubgraph", "crawl", "--types", "contacts,companies", "--data", k.dir, "--base-url", k.url)
	cmd.Env = append(os.Environ(), "HUBSPOT_ACCESS_TOKEN="+scriptToken)
	return cmd
}

// kill starts crawls until it has killed one.
func (k *killer) kill() bool {
	for {
		before := len(k.server.Requests())
		cmd := k.crawl()
		var said bytes.Buffer
		cmd.Stdout, cmd.Stderr = &said, &said
		if err := cmd.Start(); err != nil {
			k.t.Error(err)
			return false
		}
		stop := k.aim(cmd.Process)
		err := cmd.Wait()
		stop()
		var exit *exec.ExitError
		if errors.As(err, &exit) && exit.ExitCode() == -1 {
			k.killed = append(k.killed, k.moment(before))
			if k.done() {
				k.same()
			}
			return k.whole()
		}
		if err != nil {
			k.t.Errorf("killed in %v, the next crawl ends with %v: %s", k.killed, err, &said)
			return false
		}
		k.through()
	}
}

// aim has a process killed at a request, at one of the first searches, or else at
// a time. Searches have a turn of their own, because they are few, and a time
// rarely meets them on a machine that is busy.
func (k *killer) aim(p *os.Process) (stop func()) {
	k.now.Store(p)
	switch k.random.IntN(8) {
	case 0:
		k.searches.Store(1 + k.random.Int64N(2))
		return func() { k.searches.Store(0) }
	case 1, 2, 3:
		k.until.Store(1 + k.random.Int64N(int64(k.calls)))
		return func() { k.until.Store(0) }
	}
	timer := time.AfterFunc(time.Duration(k.random.Float64()*float64(k.lasts)), k.end)
	return func() { timer.Stop() }
}

// finish lets the last crawl be.
func (k *killer) finish() {
	if out, err := k.crawl().CombinedOutput(); err != nil {
		k.t.Errorf("killed in %v, the next crawl ends with %v: %s", k.killed, err, out)
		return
	}
	k.through()
}

// done reports whether a crawl that was killed had nothing left to do.
func (k *killer) done() bool {
	_, journal := os.Stat(filepath.Join(k.dir, "work", "crawl.journal"))
	_, duckdb := os.Stat(filepath.Join(k.dir, lake.DuckDBFile))
	return errors.Is(journal, os.ErrNotExist) && duckdb == nil
}

// through holds a crawl that came through to leaving nothing.
func (k *killer) through() {
	left, err := os.ReadDir(filepath.Join(k.dir, "work"))
	left = slices.DeleteFunc(left, func(e os.DirEntry) bool { return e.Name() == "history" }) // stays from night to night
	if err != nil || len(left) > 0 {
		k.t.Errorf("left in work: %v, %v", left, err)
	}
	k.same()
}

// same holds a crawl that is done against the undisturbed one.
func (k *killer) same() {
	k.whole() // which needs a place to work in itself
	if got := digestOf(k.t, onlySnapshot(k.t, k.dir)); got != k.want {
		k.table.count(&k.table.different)
		k.t.Errorf("killed in %v, the crawl finds something else", k.killed)
	}
	rework := k.asked() - k.calls
	if most := len(k.killed) * mostRework; rework > most {
		k.table.count(&k.table.beyond)
		k.t.Errorf("killed in %v, the crawl sent %d requests again: %v", k.killed, rework, k.server.Requests()[k.begun:])
	}
	k.table.add(k.killed, rework)
	k.anew()
}

// asked is how many requests this crawl has sent. Refused ones are left out: a
// search too many of the second in which the crawl before ended is no rework.
func (k *killer) asked() int {
	n := 0
	for _, r := range k.server.Requests()[k.begun:] {
		if r.Status != http.StatusTooManyRequests {
			n++
		}
	}
	return n
}

func (k *killer) anew() {
	k.begun, k.killed = len(k.server.Requests()), nil
	if err := os.RemoveAll(k.dir); err != nil {
		k.t.Fatal(err)
	}
}

// moment says what a crawl was at when it ended.
func (k *killer) moment(before int) string {
	if left, _ := filepath.Glob(filepath.Join(k.dir, "work", "run-*", "*")); len(left) > 0 {
		for _, name := range left {
			if step := map[string]string{"staging": "publish", "build": "DuckDB file"}[filepath.Base(name)]; step != "" {
				return step
			}
		}
	}
	if _, err := os.Stat(filepath.Join(k.dir, lake.DuckDBFile)); err == nil {
		return "end"
	}
	requests := k.server.Requests()[before:]
	if len(requests) == 0 {
		return "start"
	}
	switch op := requests[len(requests)-1]; {
	case isSearch(op.Path):
		return "changes during the crawl"
	case strings.Contains(op.Path, "/objects/"), strings.HasSuffix(op.Path, "/batch/read"):
		return "records and associations"
	}
	return "metadata"
}

func isSearch(path string) bool { return strings.HasSuffix(path, "/search") }

// whole holds what is visible to what is promised at any moment.
func (k *killer) whole() bool {
	data, err := lake.Find(k.dir)
	var portal *lake.Portal
	if err == nil {
		portal, err = data.Only()
	}
	if errors.Is(err, lake.ErrNoSnapshot) {
		return true
	}
	if err != nil {
		k.t.Error(err)
		return false
	}
	checked, err := duckdb.Of(portal, 0).Check(context.Background())
	if err != nil && !errors.Is(err, lake.ErrNoSnapshot) {
		k.t.Errorf("killed in %v: %v", k.killed, err)
		return false
	}
	for _, c := range checked {
		if len(c.Damage) > 0 {
			k.table.count(&k.table.torn)
			k.t.Errorf("killed in %v, visible and not whole: %s: %v", k.killed, c.Path, c.Damage)
		}
	}
	return !k.t.Failed()
}

// digestOf is a digest of the tables of a snapshot, but for those that hold times.
func digestOf(t *testing.T, folder string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*", "*.parquet"))
	if err != nil || len(files) < 5 {
		t.Fatalf("the tables are %v, %v", files, err)
	}
	h := sha256.New()
	for _, name := range files {
		if table := filepath.Base(filepath.Dir(name)); table == "coverage" || table == "snapshot" {
			continue
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(h, "%s %d\n", filepath.Base(filepath.Dir(name)), len(b))
		h.Write(b)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}
