package crawl

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hubgraph/graphmodel"
	"hubgraph/hubspot/sim"
)

// severalLists is a portal whose larger types take several pages.
func severalLists() *sim.Portal { return sim.Generate(sim.Spec{Seed: 5, Contacts: 450}) }

// lists gives the requests for pages of lists, in an order of their own.
func (s served) lists() (lists []string) {
	for _, r := range s.server.Requests() {
		if r.Operation == "list" {
			lists = append(lists, r.Path+"?"+r.Query)
		}
	}
	slices.Sort(lists)
	return lists
}

// TestPartsAskForWhatTheListAsksFor reads lists in one and in parts: the requests for
// pages are the same to the letter, each once, and so is what they bring.
func TestPartsAskForWhatTheListAsksFor(t *testing.T) {
	t.Parallel()
	whole := servePortal(t, "2026-09", severalLists(), sim.Options{})
	want := whole.crawl(t, Scope{})
	s := servePortal(t, "2026-09", severalLists(), sim.Options{})
	s.part = 100
	got := s.crawl(t, Scope{})
	if diff := cmp.Diff(whole.lists(), s.lists()); diff != "" {
		t.Errorf("- in one, + in parts:\n%s", diff)
	}
	if diff := cmp.Diff(strings.Split(text(t, want.Snapshot), "\n"), strings.Split(text(t, got.Snapshot), "\n")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(counted(want.Snapshot), counted(got.Snapshot)); diff != "" || !got.Complete || got.Repeated > 0 {
		t.Errorf("complete: %t, %d repeated:\n%s", got.Complete, got.Repeated, diff)
	}
}

// counted is the coverage of a snapshot but for its times.
func counted(s *graphmodel.Snapshot) []graphmodel.Coverage {
	cells := slices.Clone(s.Coverage)
	for i := range cells {
		cells[i].StartedAt, cells[i].FinishedAt = time.Time{}, time.Time{}
	}
	return cells
}

// TestPartsAreReadAtOnce holds the second page of a list up until its fourth is asked
// for, which waits for no answer in between.
func TestPartsAreReadAtOnce(t *testing.T) {
	t.Parallel()
	var portal strings.Builder
	for id := 1; id <= 450; id++ {
		fmt.Fprintf(&portal, "contacts %d\n", id)
	}
	for after, name := range map[string]string{"300": "the fourth page", "200": "the third page"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := sim.Parse(t.Name(), portal.String())
			if err != nil {
				t.Fatal(err)
			}
			server, came, held := sim.NewServer(p, sim.Options{Token: "token"}), make(chan struct{}), atomic.Bool{}
			web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch r.URL.Query().Get("after") {
				case after:
					close(came)
				case "100":
					held.Store(true)
					select {
					case <-came:
					case <-time.After(30 * time.Second):
						t.Errorf("%s waits for the one before", name)
					}
				}
				server.ServeHTTP(w, r)
			}))
			defer web.Close()
			s := served{server: server, client: clientOf(t, web.URL, "2026-09"), part: 100}
			if s.crawl(t, Scope{Types: []string{"contacts"}}); !held.Load() {
				t.Error("nothing was held up: this shows nothing")
			}
		})
	}
}

// TestPartsSurviveWhatIsWrongWithAnswers has each kind of fault of what answers say hit
// some of the requests, the same ones for a crawl that reads lists in one and for one
// that reads them in parts: both end alike, and find the same. So does a crawl of which
// search reads four parts of nine, also where all of its pages are hit. As it asks lists
// for less, they may spoil less.
func TestPartsSurviveWhatIsWrongWithAnswers(t *testing.T) {
	t.Parallel()
	const all, part = 950, 100
	var lines strings.Builder
	for id := 1; id <= all; id++ {
		fmt.Fprintf(&lines, "contacts %d email=a%d@example.com\n", id, id)
	}
	portal, err := sim.Parse(t.Name(), lines.String())
	if err != nil {
		t.Fatal(err)
	}
	calm := crawlSpoiled(t, portal, served{}, nil)
	cases := map[string]sim.Fault{}
	for _, kind := range sim.FaultKinds() {
		for _, on := range []string{"list", "search"} {
			for _, param := range []string{"", "contacts:150,201,333,550,750,751,899"} {
				f := sim.Fault{Name: kind.Name, Param: param, On: on, Percent: 15}
				if (sim.Options{Faults: []sim.Fault{f}}).Check(portal) != nil || onlyTakesTime(kind.Name) {
					continue
				}
				cases[fmt.Sprintf("%s on %s %s", kind.Name, on, param)] = f
				if on == "search" {
					if f.Percent = 0; param == "" { // the first ask where parts begin, and how many records there are
						f.First, f.Last = all/part+2, all/part+9
					}
					cases[fmt.Sprintf("%s on %s %s, then", kind.Name, on, param)] = f
				}
			}
		}
	}
	if len(cases) < 180 {
		t.Fatalf("%d cases: the catalogue is not covered", len(cases))
	}
	var both, searched atomic.Int64
	turns := make(chan struct{}, 12) // of all at once none would find search before lists
	atOnce(t, cases, func(t *testing.T, f sim.Fault) {
		turns <- struct{}{}
		defer func() { <-turns }()
		want := calm
		if f.Percent > 0 {
			want = crawlSpoiled(t, portal, served{}, &f)
			if got := crawlSpoiled(t, portal, served{part: part}, &f); got.ended != want.ended || got.text != want.text {
				t.Errorf("- in one, + in parts:\n%s", cmp.Diff(want.lines(), got.lines()))
			}
			if got := crawlSpoiled(t, portal, served{counts: -1}, &f); got.ended != want.ended || got.text != want.text {
				t.Errorf("- counted at the end, + early:\n%s", cmp.Diff(want.lines(), got.lines()))
			}
			if f.On == "search" {
				return
			}
		}
		got := crawlSpoiled(t, portal, served{part: part, both: true}, &f)
		searched.Add(int64(got.rows))
		both.Add(1)
		if (got.ended != want.ended || got.text != want.text) && (f.On == "search" || !got.between(want, calm)) {
			t.Errorf("ended: %t, %t; - in one, + by both lanes:\n%s", want.ended, got.ended, cmp.Diff(want.lines(), got.lines()))
		}
	})
	if n, most := searched.Load(), both.Load()*all; n < most/4 {
		t.Errorf("search returned %d of %d rows: this shows little", n, most)
	}
}

// spoiled is what a crawl of a portal with a fault came to.
type spoiled struct {
	ended bool // with an error
	text  string
	rows  int // that search returned
}

func (s spoiled) lines() []string { return strings.Split(s.text, "\n") }

// between reports whether each line of a crawl is that of one or the other.
func (s spoiled) between(spoilt, calm spoiled) bool {
	if spoilt.ended {
		return s.text == calm.text
	}
	all := map[string]bool{}
	for _, line := range slices.Concat(spoilt.lines(), calm.lines()) {
		all[line] = true
	}
	return !s.ended && len(s.lines()) == len(calm.lines()) && !slices.ContainsFunc(s.lines(), func(line string) bool { return !all[line] })
}

// crawlSpoiled crawls the contacts of a portal with a fault, or without, in some way.
func crawlSpoiled(t *testing.T, portal *sim.Portal, way served, f *sim.Fault) (got spoiled) {
	t.Helper()
	o := sim.Options{Seed: 1}
	if f != nil {
		o.Faults = []sim.Fault{*f}
	}
	s := impatientPortal(t, portal, o)
	if s.part, s.both, s.counts = way.part, way.both, way.counts; s.both {
		lane := &behindSearch{portal: s.server, patience: 10 * time.Second, front: (1 + listersBeside) * int64(s.part), behind: 4 * s.part}
		s.client = impatientClient(t, lane.serve(t))
		defer func() { got.rows = lane.rows }()
	}
	result, err := s.attempt(t, Scope{Types: []string{"contacts"}})
	if err != nil {
		return spoiled{ended: true}
	}
	var lines strings.Builder
	fmt.Fprintf(&lines, "complete: %t\n%s", result.Complete, text(t, result.Snapshot))
	for r, err := range result.Records() {
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&lines, r.Key, r.EmailDomain, r.CreatedAt, r.UpdatedAt)
	}
	got.text = lines.String()
	return got
}

// onlyTakesTime reports whether a kind of fault takes long, or megabytes, and is gone
// when the request is repeated: statuses, and what is wrong with the wire. Or it changes
// the portal for good.
func onlyTakesTime(kind string) bool {
	others := []string{"delay", "slow", "slow-body", "stall", "stall-header", "huge", "bomb", "many-results", "long-value", "change", "reset", "reset-header", "cut", "redirect"}
	return kind[0] >= '0' && kind[0] <= '9' || slices.Contains(others, kind)
}

// TestACrawlInPartsGoesOn ends a crawl in parts early, and goes on with it in parts
// and in one: what was answered is not asked for again.
func TestACrawlInPartsGoesOn(t *testing.T) {
	t.Parallel()
	for name, sizes := range map[string][2]int{"in parts": {100, 100}, "in one, then in parts": {0, 100}, "in parts, then in one": {100, 0}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "journal")
			early, ctx := serveUntil(t, severalLists(), 55)
			early.part = sizes[0]
			if _, _, err := early.kept(ctx, t, path, Scope{}); !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			answers := answersOf(t, path)
			s := servePortal(t, "2026-09", severalLists(), sim.Options{PageSize: pageSize})
			s.part = sizes[1]
			r, _, err := s.kept(t.Context(), t, path, Scope{})
			if err != nil {
				t.Fatal(err)
			}
			want := servePortal(t, "2026-09", severalLists(), sim.Options{PageSize: pageSize}).crawl(t, Scope{})
			if diff := cmp.Diff(strings.Split(text(t, want.Snapshot), "\n"), strings.Split(text(t, r.Snapshot), "\n")); diff != "" {
				t.Error(diff)
			}
			searches := int64(0)
			for _, q := range early.server.Requests() {
				if q.Operation == "search" {
					searches++ // which only crawls in parts ask for as early
				}
			}
			if sent := int64(len(s.server.Requests())); sent > r.Requests-answers+searches {
				t.Errorf("%d requests were sent again", sent-(r.Requests-answers))
			}
		})
	}
}
