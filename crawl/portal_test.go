package crawl

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
	"hubgraph/internal/leaks"
	"hubgraph/internal/replay"
)

func TestMain(m *testing.M) {
	if replay.Serve() {
		return
	}
	os.Exit(leaks.Watch(m).Run())
}

// bothVersions runs a test in each of the two path families.
func bothVersions(t *testing.T, test func(t *testing.T, version string)) {
	t.Helper()
	for _, version := range []string{"v4", "2026-09"} {
		t.Run(version, func(t *testing.T) { test(t, version) })
	}
}

// atOnce runs subtests at the same time, whatever GOMAXPROCS is: they wait more
// than they work. Each gets one of the cases.
func atOnce[Case any](t *testing.T, cases map[string]Case, test func(*testing.T, Case)) {
	t.Helper()
	var all sync.WaitGroup
	for name, tt := range cases {
		all.Go(func() { t.Run(name, func(t *testing.T) { test(t, tt) }) })
	}
	all.Wait()
}

// served is a simulated portal and a client for it.
type served struct {
	server *sim.Server
	client *hubspot.Client
	part   int  // of Options
	both   bool // search reads beside lists, at once
	counts int  // of Options
}

// options are those of a crawl that keeps its files in a folder.
func (s served) options(dir string) Options {
	o := Options{Dir: dir, Part: s.part, Lanes: LanesList, counts: s.counts}
	if s.both {
		o.Lanes, o.SearchLag = LanesBoth, time.Nanosecond
	}
	return o
}

// serve parses a portal and serves it until the test ends.
func serve(t *testing.T, version, portal string, o sim.Options) served {
	t.Helper()
	p, err := sim.Parse(t.Name(), portal)
	if err != nil {
		t.Fatal(err)
	}
	return servePortal(t, version, p, o)
}

func servePortal(t *testing.T, version string, p *sim.Portal, o sim.Options) served {
	t.Helper()
	o.Token = "token"
	server := sim.NewServer(p, o)
	url, stop, err := server.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return served{server: server, client: clientOf(t, url, version)}
}

// clientOf is a client that searches as fast as it asks for everything else.
func clientOf(t *testing.T, url, version string) *hubspot.Client {
	t.Helper()
	client, err := hubspot.New("token", hubspot.Options{BaseURL: url, APIVersion: version, SearchRate: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// crawl crawls a portal as a night does.
func (s served) crawl(t *testing.T, scope Scope) *Result {
	t.Helper()
	plan, err := NewPlan(t.Context(), s.client, scope)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	leaks.Folder(t, dir)
	result, err := Run(t.Context(), s.client, plan, s.options(dir))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := result.Close(); err != nil {
			t.Error(err)
		}
	})
	return result
}

// text writes a snapshot down: the records that are not plainly live, all rows
// and what the coverage counted, so that a test can say what it expects.
func text(t *testing.T, s *graphmodel.Snapshot) string {
	t.Helper()
	var b strings.Builder
	for n := range s.Graph.Nodes() {
		fmt.Fprintf(&b, "%s%s\n", n.Key, state(n))
	}
	for e := range s.Graph.Edges() {
		for _, typ := range e.Types {
			fmt.Fprintf(&b, "%s -> %s %s:%d %q\n", e.From, e.To, typ.Category, typ.ID, typ.Label)
		}
	}
	for r, err := range s.Records() {
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s %q %q %v\n", r.Key, r.PipelineID, r.StageID, r.Properties)
	}
	for _, a := range s.Aliases {
		fmt.Fprintf(&b, "%s:%d is %d\n", a.ObjectType, a.OldID, a.CurrentID)
	}
	return b.String()
}

func state(n graphmodel.Node) string {
	switch {
	case !n.Seen:
		return " unseen"
	case n.Archived:
		return " archived"
	}
	return ""
}

// cell finds the coverage of a cell.
func cellOf(t *testing.T, s *graphmodel.Snapshot, kind, from, to string) graphmodel.Coverage {
	t.Helper()
	for _, c := range s.Coverage {
		if c.Kind == kind && c.From == from && c.To == to {
			return c
		}
	}
	t.Fatalf("no coverage of %s %s %s", kind, from, to)
	return graphmodel.Coverage{}
}

// gapsOf lists the cells that were not read in full.
func gapsOf(s *graphmodel.Snapshot) []graphmodel.Coverage {
	return slices.DeleteFunc(slices.Clone(s.Coverage), func(c graphmodel.Coverage) bool { return c.Complete })
}

// entries lists what lies in a folder.
func entries(t *testing.T, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}
