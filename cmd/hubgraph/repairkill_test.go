package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"text/tabwriter"
	"time"

	"hubgraph/hubspot/sim"
	"hubgraph/repair"
)

// mendable is a portal with pairs to link, some of which have something already, and with
// links that are none of the plan's business.
const mendable = `portal 77
label contacts 21 "Advisor" companies 22 "Advises"
contacts 1
contacts 2
contacts 3
contacts 4
companies 11
companies 12
companies 13
contacts 3 -> companies 11 primary
contacts 3 -> companies 13 "Advisor"
contacts 4 -> companies 11
contacts 4 -> companies 12 primary "Advisor"
`

const mended = "from,to,label\ncontacts:1,companies:11,\ncontacts:2,companies:12,Advisor\ncontacts:3,companies:11,Advisor\ncontacts:2,companies:13,\n"

// TestKilledRepairs kills applications of a plan and of its undo: as a request comes, as it
// was served, before its answer, or a moment after it, while the journal is written. Each is
// gone on with until it is through. Nothing was written twice, the portal is as after an
// apply that nobody disturbed, and after the undo as it was before; what came or went
// between is of the plan.
func TestKilledRepairs(t *testing.T) {
	t.Parallel()
	var table repairMoments
	var all sync.WaitGroup
	n := kills(t, "HUBGRAPH_REPAIR_KILLS", 500)
	for worker := range uint64(2) {
		all.Go(func() {
			k := newMendKiller(t, rand.New(rand.NewPCG(13, worker)), &table)
			for k.kills < n/2 && !t.Failed() {
				k.cycle()
			}
		})
	}
	all.Wait()
	t.Logf("\n%s", &table)
	for _, moment := range []string{"apply: before a write", "apply: after a write", "undo: before a write", "undo: after a write"} {
		if table.kills[moment] == 0 && n >= 200 {
			t.Errorf("no kill fell into %q: the moments are chosen badly", moment)
		}
	}
}

// mendKiller kills repairs of one portal, again and again.
type mendKiller struct {
	t      *testing.T
	random *rand.Rand
	table  *repairMoments
	dir    string
	url    string
	kills  int

	before, after string // the portal's links, without the plan and with it
	calls         map[string]int
	step          string // apply, undo
	killed        []string

	mu      sync.Mutex
	portal  *sim.Portal
	server  *sim.Server
	process int // how many were started
	n       int // requests of the last one
	aim     aim
	moment  string         // of what the process did last
	written map[string]int // inputs of the writes that the portal took in this step
	now     atomic.Pointer[os.Process]
}

// aim is when a process is to be killed: at a request, of a number or the first write, before
// it is served or after it, or a while after its answer.
type aim struct {
	request int
	write   bool
	when    string // "before", "after", "later"
	later   time.Duration
}

func newMendKiller(t *testing.T, random *rand.Rand, table *repairMoments) *mendKiller {
	t.Helper()
	k := &mendKiller{t: t, random: random, table: table, dir: t.TempDir(), calls: map[string]int{}}
	wire := httptest.NewServer(k)
	t.Cleanup(wire.Close)
	k.url = wire.URL
	k.anew()
	k.before = k.portal.String()
	for name, text := range map[string]string{"pairs.csv": mended, "hubgraph.yaml": "base_url: " + k.url + "\ninverses: [\"contacts companies USER_DEFINED:21 USER_DEFINED:22\"]\n"} {
		if err := os.WriteFile(filepath.Join(k.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"crawl", "--types", "contacts,companies"}, {"audit"}, {"repair", "plan", "--pairs", "pairs.csv", "--output", "plan.json"}} {
		k.must(args...)
	}
	k.undisturbed("apply")
	k.after = k.portal.String()
	k.undisturbed("undo")
	if now := k.portal.String(); k.before == k.after || now != k.before {
		t.Fatalf("undisturbed, the portal is\n%s\nthen\n%s\nthen\n%s", k.before, k.after, now)
	}
	k.forget()
	return k
}

func (k *mendKiller) undisturbed(step string) {
	k.begin(step)
	k.must(k.applying()...)
	k.calls[step] = k.n
}

// ServeHTTP serves the portal, and kills.
func (k *mendKiller) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if r.Header.Get("Authorization") != "Bearer "+k.token() {
		return // it was on its way when its process was killed, and is lost
	}
	r.Header.Set("Authorization", "Bearer "+scriptToken)
	k.n++
	write := strings.HasSuffix(r.URL.Path, "/batch/create") || strings.HasSuffix(r.URL.Path, "/archive")
	hit := k.aim.request == k.n || k.aim.write && write
	what := "reading"
	if write {
		what = "a write"
	}
	if hit && k.aim.when == "before" {
		k.moment = "before " + what
		_ = k.now.Load().Kill()
		return // the connection is the process's: the request is as if it was never sent
	}
	var body bytes.Buffer
	if _, err := body.ReadFrom(r.Body); err != nil {
		return
	}
	r.Body = http.NoBody
	if body.Len() > 0 {
		r.Body = readCloser{bytes.NewReader(body.Bytes())}
	}
	answer := httptest.NewRecorder()
	k.server.ServeHTTP(answer, r)
	k.moment = "after " + what
	if write && answer.Code/100 == 2 {
		k.count(body.Bytes())
	}
	if hit && k.aim.when == "after" {
		_ = k.now.Load().Kill()
		return
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
	if hit {
		p, later := k.now.Load(), k.aim.later
		k.moment = "a moment after " + what
		time.AfterFunc(later, func() { _ = p.Kill() })
	}
}

type readCloser struct{ *bytes.Reader }

func (readCloser) Close() error { return nil }

// count counts the inputs of a write.
func (k *mendKiller) count(body []byte) {
	var doc struct{ Inputs []json.RawMessage }
	if err := json.Unmarshal(body, &doc); err != nil {
		k.t.Error(err)
	}
	for _, in := range doc.Inputs {
		k.written[string(in)]++
	}
}

// anew has a portal in which nothing was repaired yet, and no journal.
func (k *mendKiller) anew() {
	portal, err := sim.Parse("mendable", mendable)
	if err != nil {
		k.t.Fatal(err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.portal = portal
	k.server = sim.NewServer(portal, sim.Options{Token: scriptToken, Rate: sim.Rate{Requests: 1_000_000, Interval: time.Second}})
	k.n, k.aim, k.moment, k.written = 0, aim{}, "the start", map[string]int{}
}

func (k *mendKiller) forget() {
	if err := os.RemoveAll(filepath.Join(k.dir, "data", "repairs")); err != nil {
		k.t.Fatal(err)
	}
	k.anew()
}

// token is that of the process that was started last: each has its own.
func (k *mendKiller) token() string { return fmt.Sprint(scriptToken, "-", k.process) }

// command is the next process, without the variables of these tests.
func (k *mendKiller) command(args ...string) *exec.Cmd {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.process++
	cmd := exec.Command("hubgraph", append(args, "--data", "data")...)
	cmd.Dir = k.dir
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "HUBGRAPH_") })
	cmd.Env = append(cmd.Env, "HUBSPOT_ACCESS_TOKEN="+k.token())
	return cmd
}

func (k *mendKiller) must(args ...string) string {
	out, err := k.command(args...).CombinedOutput()
	if err != nil {
		k.t.Fatalf("killed in %v, %v: %v: %s", k.killed, args, err, out)
	}
	return string(out)
}

// begin begins to apply the plan, or to undo its run.
func (k *mendKiller) begin(step string) {
	k.step, k.killed = step, nil
	if step == "undo" {
		runs, err := repair.Status(filepath.Join(k.dir, "data", "repairs"))
		if err != nil || len(runs) != 1 {
			k.t.Fatalf("the runs are %v, %v", runs, err)
		}
		k.must("repair", "undo", runs[0].RunID, "--output", "undo.json")
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.n, k.aim, k.moment, k.written = 0, aim{}, "the start", map[string]int{}
}

func (k *mendKiller) applying() []string {
	name := map[string]string{"apply": "plan.json", "undo": "undo.json"}[k.step]
	p, err := repair.Read(filepath.Join(k.dir, name))
	if err != nil {
		k.t.Fatal(err)
	}
	return []string{"repair", "apply", name, "--execute", "--resume", "--no-canary", "--format", "json", "--approve", p.Digest}
}

// cycle applies the plan and undoes it, with kills.
func (k *mendKiller) cycle() {
	for _, step := range []string{"apply", "undo"} {
		k.begin(step)
		args := k.applying()
		for k.killOne(args) {
		}
		if k.t.Failed() {
			return
		}
		want := map[string]string{"apply": k.after, "undo": k.before}[step]
		if got := k.portal.String(); got != want {
			k.table.count(&k.table.different)
			k.t.Errorf("%s, killed in %v: the portal is\n%s\nand should be\n%s", step, k.killed, got, want)
		}
		for in, n := range k.written {
			if n > 1 {
				k.table.count(&k.table.twice)
				k.t.Errorf("%s, killed in %v: %s was written %d times", step, k.killed, in, n)
			}
		}
		k.table.add(k.killed)
	}
	k.forget()
}

// killOne starts the step, and mostly kills it; it reports whether it is to be gone on with.
func (k *mendKiller) killOne(args []string) bool {
	k.mu.Lock()
	k.n = 0
	k.aim = aim{when: []string{"before", "after", "later"}[k.random.IntN(3)], later: time.Duration(k.random.IntN(4000)) * time.Microsecond}
	if k.random.IntN(3) == 0 {
		k.aim.write = true
	} else {
		k.aim.request = 1 + k.random.IntN(k.calls[k.step])
	}
	k.mu.Unlock()
	cmd := k.command(args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	k.start(cmd)
	err := cmd.Wait()
	k.mu.Lock()
	defer k.mu.Unlock()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return false
	case errors.As(err, &exit) && exit.ExitCode() == -1:
		k.kills++
		k.killed = append(k.killed, k.step+": "+k.moment)
		k.between()
		return !k.t.Failed()
	}
	k.t.Errorf("%s, killed in %v, ends with %v: %s", k.step, k.killed, err, &out)
	return false
}

// start starts a process before the portal answers anything.
func (k *mendKiller) start(cmd *exec.Cmd) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	k.now.Store(cmd.Process)
}

// between holds the portal of a process that was killed to having all that it had before the
// plan, and nothing that it has not after it.
func (k *mendKiller) between() {
	now, before, after := linksOf(k.portal.String()), linksOf(k.before), linksOf(k.after)
	for l := range before {
		if !now[l] {
			k.table.count(&k.table.lost)
			k.t.Errorf("killed in %v: %s is gone", k.killed, l)
		}
	}
	for l := range now {
		if !after[l] {
			k.table.count(&k.table.unplanned)
			k.t.Errorf("killed in %v: %s came, and is not planned", k.killed, l)
		}
	}
}

// linksOf are the types of the links of a portal, each by itself.
func linksOf(portal string) map[string]bool {
	links := map[string]bool{}
	for line := range strings.Lines(portal) {
		fields := strings.Fields(line)
		if len(fields) < 5 || !strings.HasPrefix(fields[2], "->") {
			continue
		}
		pair := strings.Join(fields[:5], " ")
		links[pair] = true
		for _, typ := range fields[5:] {
			links[pair+" "+typ] = true
		}
	}
	return links
}

// repairMoments is the table of what was killed, and what became of it.
type repairMoments struct {
	mu            sync.Mutex
	kills         map[string]int
	runs, several int

	twice, unplanned, lost, different int
}

func (m *repairMoments) count(n *int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	*n++
}

func (m *repairMoments) add(killed []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kills == nil {
		m.kills = map[string]int{}
	}
	for _, moment := range killed {
		m.kills[moment]++
	}
	m.runs++
	if len(killed) > 1 {
		m.several++
	}
}

// String is the table.
func (m *repairMoments) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "killed in\tkills\t")
	all := 0
	for _, moment := range slices.Sorted(maps.Keys(m.kills)) {
		fmt.Fprintf(w, "%s\t%d\t\n", moment, m.kills[moment])
		all += m.kills[moment]
	}
	w.Flush()
	fmt.Fprintf(&b, "%d kills in %d runs, %d of them killed more than once, each gone on with to its end\n", all, m.runs, m.several)
	fmt.Fprintf(&b, "%d operations written twice, %d rows not planned, %d rows lost, %d portals different in the end", m.twice, m.unplanned, m.lost, m.different)
	return b.String()
}
