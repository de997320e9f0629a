package crawl

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hubgraph/hubspot/sim"
)

// laneOf gives a client of a portal of which search reads a part.
func laneOf(t *testing.T, p *sim.Portal, o sim.Options) (served, *behindSearch) {
	t.Helper()
	o.Token = "token"
	server := sim.NewServer(p, o)
	lane := &behindSearch{portal: server, patience: 30 * time.Second}
	return served{server: server, client: clientOf(t, lane.serve(t), "2026-09"), part: 100, both: true}, lane
}

// behindSearch has the list of contacts wait behind its first page until search was asked
// for a page of records, or patience is at its end.
type behindSearch struct {
	portal   http.Handler
	patience time.Duration
	front    int64           // where set, lists wait up to this id alone, until search is through
	behind   int             // records that lie behind it and that search can read
	answered func(pages int) // called when search has returned so many; nil: nobody wants to know

	mu    sync.Mutex
	pages int           // of search, since the last crawl began
	rows  int           // of them
	asked chan struct{} // closed with the first of them
	under int           // requests under way that do not wait
	last  time.Time     // when one was answered
	let   bool          // lists have waited
}

// serve serves the portal until the test ends.
func (b *behindSearch) serve(t *testing.T) (url string) {
	b.begin()
	web := httptest.NewServer(b)
	t.Cleanup(web.Close)
	return web.URL
}

// begin says that another crawl begins.
func (b *behindSearch) begin() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pages, b.rows, b.let, b.last, b.asked = 0, 0, false, time.Now(), make(chan struct{})
}

func (b *behindSearch) searched() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.pages
}

func (b *behindSearch) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	after, isPage := r.URL.Query().Get("after"), searchPage(r)
	waits := after != "" && (strings.HasSuffix(r.URL.Path, "/0-1") || b.front > 0)
	if id, err := strconv.ParseInt(after, 10, 64); waits && b.front > 0 {
		if waits = err == nil && id <= b.front; waits {
			b.waitForSearch()
		}
	}
	b.mu.Lock()
	asked := b.asked
	if b.under++; isPage {
		if b.pages++; b.pages == 1 {
			close(asked)
		}
	}
	b.mu.Unlock()
	if waits && b.front == 0 {
		select {
		case <-asked:
		case <-time.After(b.patience):
		}
	}
	if isPage {
		r.Header.Del("Accept-Encoding") // so that its rows can be counted
	}
	answer := &countedRows{ResponseWriter: w}
	defer func() { // also where the portal breaks the connection
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.under, b.last = b.under-1, time.Now(); isPage {
			b.rows += answer.rows
			if b.answered != nil {
				b.answered(b.pages)
			}
		}
	}()
	b.portal.ServeHTTP(answer, r)
}

// rest is how long nothing is asked for when search has read what it can, at most.
const rest = 500 * time.Millisecond

// waitForSearch waits until search has read all that lies behind the front, or nothing
// but what waits is asked for.
func (b *behindSearch) waitForSearch() {
	through := func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		idle := time.Since(b.last)
		b.let = b.let || b.under == 0 && (idle > rest || b.rows >= b.behind && idle > rest/25)
		return b.let
	}
	for end := time.Now().Add(b.patience); !through() && time.Now().Before(end); {
		time.Sleep(rest / 50)
	}
}

// countedRows counts the rows of an answer.
type countedRows struct {
	http.ResponseWriter
	rows int
}

func (c *countedRows) Write(b []byte) (int, error) {
	c.rows += bytes.Count(b, []byte(`"createdAt"`))
	return c.ResponseWriter.Write(b)
}

// searchPage reports whether a request is for records of search and not for their count.
func searchPage(r *http.Request) bool {
	if !strings.HasSuffix(r.URL.Path, "/search") {
		return false
	}
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	var asked struct{ Properties []string }
	return json.Unmarshal(body, &asked) == nil && len(asked.Properties) > 1
}

// manyLists is a portal of which one type takes more pages than lists begin at once.
func manyLists() *sim.Portal { return sim.Generate(sim.Spec{Seed: 5, Contacts: 1500}) }

// alone is a portal of contacts that nothing names.
func alone(n int) string {
	var b strings.Builder
	for id := 1; id <= n; id++ {
		fmt.Fprintf(&b, "contacts %d\n", id)
	}
	return b.String()
}

// TestBothLanesBringTheSame crawls a portal by lists, and by lists and search.
func TestBothLanesBringTheSame(t *testing.T) {
	t.Parallel()
	want := servePortal(t, "2026-09", manyLists(), sim.Options{}).crawl(t, Scope{})
	s, lane := laneOf(t, manyLists(), sim.Options{})
	got := s.crawl(t, Scope{})
	if lane.searched() == 0 {
		t.Fatal("search was not asked: this shows nothing")
	}
	if diff := cmp.Diff(strings.Split(text(t, want.Snapshot), "\n"), strings.Split(text(t, got.Snapshot), "\n")); diff != "" {
		t.Errorf("- by lists, + by both:\n%s", diff)
	}
	if diff := cmp.Diff(counted(want.Snapshot), counted(got.Snapshot)); diff != "" || !got.Complete || got.Repeated > 0 {
		t.Errorf("complete: %t, %d repeated:\n%s", got.Complete, got.Repeated, diff)
	}
}

// TestEachRecordIsReadOnce counts calls: what search returns no list asks for.
func TestEachRecordIsReadOnce(t *testing.T) {
	t.Parallel()
	p, err := sim.Parse(t.Name(), alone(2000))
	if err != nil {
		t.Fatal(err)
	}
	s, lane := laneOf(t, p, sim.Options{})
	if r := s.crawl(t, Scope{Types: []string{"contacts"}}); !r.Complete || r.Graph.Order() != 2000 {
		t.Errorf("%d records, complete: %t", r.Graph.Order(), r.Complete)
	}
	// Parts are of 100 records, and so a page of a list is one, and a page of search.
	if lists, searched := len(s.lists()), lane.searched(); searched == 0 || lists+searched > 21 {
		t.Errorf("%d pages of lists, %d of search, of %d parts", lists, searched, 20)
	}
}

// TestSearchIsNotTrusted has search know less than lists, or say it.
func TestSearchIsNotTrusted(t *testing.T) {
	t.Parallel()
	const all = 1500
	var page []string
	for id := 1201; id <= 1300; id++ {
		page = append(page, fmt.Sprint(id))
	}
	cases := map[string][]sim.Fault{
		"it never knew some":               {{Name: "search-lacks", Param: "contacts:150,151,330"}},
		"it counts fewer":                  {{Name: "search-counts", Param: "-1"}},
		"it counts more":                   {{Name: "search-counts", Param: "2"}},
		"it returns nothing":               {{Name: "search-empty"}},
		"it lacks some, now and then":      {{Name: "search-lacks", Param: "contacts:150,151,330", Every: 2}},
		"it does not answer, now and then": {{Name: "400", On: "search", Every: 2}},
		// Search is asked 14 times where parts begin, and once how many records there are.
		"it returns nothing then":    {{Name: "search-empty", On: "search", First: 16, Last: 18}},
		"it lacks all of a page":     {{Name: "search-lacks", Param: "contacts:" + strings.Join(page, ","), On: "search", First: 16, Last: 60}},
		"it has doubles then":        {{Name: "duplicate-rows", On: "search", First: 16, Last: 18}},
		"it has rows of nobody then": {{Name: "id-missing", Param: "contacts:" + strings.Join(page, ","), On: "search", First: 16, Last: 60}},
	}
	atOnce(t, cases, func(t *testing.T, faults []sim.Fault) {
		p, err := sim.Parse(t.Name(), alone(all))
		if err != nil {
			t.Fatal(err)
		}
		s, lane := laneOf(t, p, sim.Options{Faults: faults})
		lane.patience = 300 * time.Millisecond
		seen := map[int64]bool{}
		for n := range s.crawl(t, Scope{Types: []string{"contacts"}}).Graph.Nodes() {
			if n.Type == "contacts" && n.Seen {
				seen[n.ID] = true
			}
		}
		if len(seen) != all {
			t.Errorf("%d records, want %d", len(seen), all)
		}
	})
}

// TestSearchWaitsForItsIndex has search not know yet what was written just before the
// crawl: it is not asked for records before it may.
func TestSearchWaitsForItsIndex(t *testing.T) {
	t.Parallel()
	const lag = 100 * time.Millisecond
	p, err := sim.Parse(t.Name(), alone(2000))
	if err != nil {
		t.Fatal(err)
	}
	s, lane := laneOf(t, p, sim.Options{SearchLag: lag})
	call := func(method, path, body string) {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer token")
		w := httptest.NewRecorder()
		if s.server.ServeHTTP(w, r); w.Code/100 != 2 {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	for id := 1; id <= 2000; id += 100 {
		call("PATCH", fmt.Sprintf("/crm/v3/objects/contacts/%d", id), `{"properties":{"lifecyclestage":"customer"}}`)
	}
	plan, err := NewPlan(t.Context(), s.client, Scope{Types: []string{"contacts"}})
	if err != nil {
		t.Fatal(err)
	}
	o := s.options(t.TempDir())
	o.SearchLag = lag
	plan.counts["contacts"] = 100_000_000 // it takes long
	result, err := Run(t.Context(), s.client, plan, o)
	if err != nil {
		t.Fatal(err)
	}
	defer result.Close()
	changed := 0
	for r, err := range result.Records() {
		if err != nil {
			t.Fatal(err)
		}
		if r.LifecycleStage == "customer" {
			changed++
		}
	}
	if changed != 20 || lane.searched() == 0 {
		t.Errorf("%d records as they are, want 20; %d pages of search", changed, lane.searched())
	}
}

// TestSearchIsNotWaitedFor has search not answer for a page before a list is asked for what
// was to be on it.
func TestSearchIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	p, err := sim.Parse(t.Name(), alone(1000))
	if err != nil {
		t.Fatal(err)
	}
	server := sim.NewServer(p, sim.Options{Token: "token"})
	var once sync.Once
	stalled, listed := make(chan int64, 1), make(chan struct{})
	var behind atomic.Int64
	lane := &behindSearch{patience: 30 * time.Second, front: (1 + listersBeside) * 100, behind: 300}
	lane.portal = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if first, ok := firstOf(r); ok {
			once.Do(func() {
				behind.Store(first - 1)
				stalled <- first
				select {
				case <-listed:
				case <-time.After(30 * time.Second):
					t.Error("the crawl waits for search")
				}
			})
		}
		if after, err := strconv.ParseInt(r.URL.Query().Get("after"), 10, 64); err == nil && after == behind.Load() {
			close(listed)
		}
		server.ServeHTTP(w, r)
	})
	s := served{server: server, client: clientOf(t, lane.serve(t), "2026-09"), part: 100, both: true}
	if r := s.crawl(t, Scope{Types: []string{"contacts"}}); !r.Complete || r.Graph.Order() != 1000 || len(stalled) == 0 {
		t.Errorf("%d records, complete: %t; %d pages held up", r.Graph.Order(), r.Complete, len(stalled))
	}
}

// firstOf is the first id of the range of which a request asks search for records.
func firstOf(r *http.Request) (id int64, ok bool) {
	if !searchPage(r) {
		return 0, false
	}
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	var asked struct {
		FilterGroups []struct {
			Filters []struct {
				Value int64 `json:",string"`
			}
		}
	}
	if json.Unmarshal(body, &asked) != nil || len(asked.FilterGroups) == 0 {
		return 0, false
	}
	return asked.FilterGroups[0].Filters[0].Value, true
}

// TestAccountIsCountedOnce has search read lists of two types: how many records there are
// of each is one call, beside that of the plan.
func TestAccountIsCountedOnce(t *testing.T) {
	t.Parallel()
	var lines strings.Builder
	for id := 1; id <= 1000; id++ {
		fmt.Fprintf(&lines, "contacts %d\ncompanies %d\n", id, id)
	}
	p, err := sim.Parse(t.Name(), lines.String())
	if err != nil {
		t.Fatal(err)
	}
	s, lane := laneOf(t, p, sim.Options{})
	lane.front, lane.behind = (1+listersBeside)*int64(s.part), 2*5*s.part
	s.crawl(t, contactScope)
	counts := 0
	for _, r := range s.server.Requests() {
		if r.Operation == "limits-records" {
			counts++
		}
	}
	if counts != 2 || lane.searched() < 6 {
		t.Errorf("%d calls, want 2; %d pages of search", counts, lane.searched())
	}
}

// TestPagesOfSearchAreKept ends a crawl when search has returned four pages. The crawl that
// goes on with it asks for none of them again, also where search does not know all records
// by now.
func TestPagesOfSearchAreKept(t *testing.T) {
	t.Parallel()
	const all, part = 1000, 100
	path, scope := filepath.Join(t.TempDir(), "journal"), Scope{Types: []string{"contacts"}}
	for _, more := range []string{"", "contacts 5000\n"} {
		p, err := sim.Parse(t.Name(), alone(all))
		if err != nil {
			t.Fatal(err)
		}
		s, lane := laneOf(t, p, sim.Options{})
		lane.front, lane.behind = (1+listersBeside)*part, all
		ctx, cancel := context.WithCancel(t.Context())
		lane.answered = func(pages int) {
			if pages >= 4 {
				cancel()
			}
		}
		s.part = part
		if _, _, err := s.kept(ctx, t, path, scope); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		answers := answersOf(t, path)
		if p, err = sim.Parse(t.Name(), alone(all)+more); err != nil {
			t.Fatal(err)
		}
		var faults []sim.Fault
		if more != "" {
			faults = []sim.Fault{{Name: "search-lacks", Param: "contacts:5000"}}
		}
		again, later := laneOf(t, p, sim.Options{Faults: faults})
		later.front, later.behind = lane.front, 200
		again.part = part
		r, _, err := again.kept(t.Context(), t, path, scope)
		if err != nil {
			t.Fatal(err)
		}
		// Of ten parts the first, the last, and three of search's were kept at least.
		if lists, pages := len(again.lists()), later.searched(); lists+pages > 6 || !r.Complete {
			t.Errorf("%q: %d pages of lists and %d of search; complete: %t", more, lists, pages, r.Complete)
		}
		// Which of the two begins the part between them is not decided: one page may be for nothing.
		if sent := int64(len(again.server.Requests())); more == "" && sent > r.Requests-answers+1 {
			t.Errorf("%d requests were sent again", sent-(r.Requests-answers))
		}
	}
}

// TestACrawlByBothLanesGoesOn ends a crawl by lists and search early, and goes on with it.
func TestACrawlByBothLanesGoesOn(t *testing.T) {
	t.Parallel()
	want := text(t, servePortal(t, "2026-09", manyLists(), sim.Options{}).crawl(t, Scope{}).Snapshot)
	for _, requests := range []int{60, 120, 180} {
		t.Run(fmt.Sprint(requests), func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "journal")
			early, ctx := serveUntil(t, manyLists(), requests)
			early.part, early.both = 100, true
			if _, _, err := early.kept(ctx, t, path, Scope{}); !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			s, _ := laneOf(t, manyLists(), sim.Options{})
			r, _, err := s.kept(t.Context(), t, path, Scope{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(text(t, r.Snapshot), "\n")); diff != "" || !r.Complete {
				t.Errorf("complete: %t\n%s", r.Complete, diff)
			}
		})
	}
}
