package crawl

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

// busy serves a portal in which something happens just before given requests, as
// people and integrations write through the same API.
type busy struct {
	*sim.Server
	mu    sync.Mutex
	n     int                 // requests so far that read records or associations
	plans map[int][]httpWrite // by the number of the request before which they are sent
	t     *testing.T

	settling bool // the crawl looks records up, or lists ids again: it has read everything
}

// reading fits the paths of lists and of reads of associations.
var reading = regexp.MustCompile(`^/crm/(v3/objects|objects/[-0-9]+)/[-0-9]+$|^/crm/(v4/associations|associations/[-0-9]+)/[-0-9]+/[-0-9]+/batch/read$`)

// httpWrite is a request that changes a portal.
type httpWrite struct{ method, path, body string }

// lookingUp fits the path of a look-up.
var lookingUp = regexp.MustCompile(`objects.*/batch/read$`)

// ServeHTTP answers a request of the crawl.
func (b *busy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	b.settling = b.settling || lookingUp.MatchString(r.URL.Path) || r.URL.Query().Get("properties") == idProperty
	if !b.settling && (reading.MatchString(r.URL.Path) || searchPage(r)) {
		b.n++
		for _, write := range b.plans[b.n] {
			b.send(write)
		}
	}
	b.mu.Unlock()
	b.Server.ServeHTTP(w, r)
}

func (b *busy) send(write httpWrite) {
	r := httptest.NewRequest(write.method, write.path, strings.NewReader(write.body))
	r.Header.Set("Authorization", "Bearer token")
	w := httptest.NewRecorder()
	b.Server.ServeHTTP(w, r)
	if w.Code/100 != 2 {
		b.t.Errorf("%s %s %s: %d %s", write.method, write.path, write.body, w.Code, w.Body)
	}
}

// serveBusy serves a portal and gives a client of it.
func serveBusy(t *testing.T, p *sim.Portal, o sim.Options) (*busy, served) {
	t.Helper()
	o.Token = "token"
	b := &busy{Server: sim.NewServer(p, o), t: t, plans: map[int][]httpWrite{}}
	web := httptest.NewServer(b)
	client := clientOf(t, web.URL, hubspot.DefaultAPIVersion)
	t.Cleanup(web.Close)
	return b, served{server: b.Server, client: client}
}

// writer draws what happens to a portal: merges, deletions, and records that are made. No
// record is in two of them.
type writer struct {
	random *rand.Rand
	left   map[string][]int64 // live records by type
}

func newWriter(seed uint64, s *graphmodel.Snapshot) *writer {
	w := &writer{rand.New(rand.NewPCG(seed, 1)), map[string][]int64{}}
	for n := range s.Graph.Nodes() {
		if n.Seen && !n.Archived {
			w.left[n.Type] = append(w.left[n.Type], n.ID)
		}
	}
	for _, ids := range w.left {
		w.random.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	}
	return w
}

func (w *writer) take(typ string) (id int64) {
	id, w.left[typ] = w.left[typ][0], w.left[typ][1:]
	return id
}

// draw gives a change that uses two records at most.
func (w *writer) draw() httpWrite {
	var all []string
	for typ, ids := range w.left {
		for range len(ids) - 2 {
			all = append(all, typ)
		}
	}
	slices.Sort(all)
	typ := all[w.random.IntN(len(all))]
	path := "/crm/v3/objects/" + typ
	switch w.random.IntN(3) {
	case 0:
		return httpWrite{"DELETE", fmt.Sprintf("%s/%d", path, w.take(typ)), ""}
	case 1:
		return httpWrite{"POST", path, `{"properties":{}}`}
	}
	return httpWrite{"POST", path + "/merge", fmt.Sprintf(`{"primaryObjectId":"%d","objectIdToMerge":"%d"}`, w.take(typ), w.take(typ))}
}

// TestWhatChangesDuringTheCrawlIsSettled has lists read in one, in parts, and beside search, and
// most of them counted early, and lets two of a hundred records be made, merged or archived while
// the portal is crawled. The snapshot is that of a crawl afterwards, in a portal that stands
// still: nothing of what was read before is left that does not fit.
func TestWhatChangesDuringTheCrawlIsSettled(t *testing.T) {
	t.Parallel()
	for _, merge := range []string{"new-id", "primary"} {
		for seed := range uint64(15) {
			t.Run(fmt.Sprintf("merge=%s/%d", merge, seed), func(t *testing.T) {
				t.Parallel()
				contacts, way := 200, served{}
				switch {
				case seed >= 11:
					way.counts = 1
				case seed >= 8:
					contacts, way.part, way.both = 1500, 100, true
				case seed >= 5:
					contacts, way.part = 400, 100
				}
				p := sim.Generate(sim.Spec{Seed: seed, Contacts: contacts})
				if err := p.Use("merge=" + merge); err != nil {
					t.Fatal(err)
				}
				before, during, after := busyNight(t, p, seed, way)
				unheard := unheardOf(after, during)
				if diff := gocmp.Diff(living(t, after, unheard), living(t, during, unheard)); diff != "" {
					t.Errorf("- after the changes, + during them:\n%s", diff)
				}
				for _, c := range gapsOf(during) {
					t.Errorf("%+v is a gap", c)
				}
				explain(t, during, after)
				t.Logf("%d requests, %d without changes", during.Requests, before.Requests)
			})
		}
	}
}

// busyNight crawls a portal, and again while two of a hundred records are made, merged
// or archived, and once more when that has ended.
func busyNight(t *testing.T, p *sim.Portal, seed uint64, way served) (before, during, after *graphmodel.Snapshot) {
	t.Helper()
	b, s := serveBusy(t, p, sim.Options{PageSize: 20})
	var lane *behindSearch
	if s.part, s.both, s.counts = way.part, way.both, way.counts; way.both {
		lane = &behindSearch{portal: b, patience: 5 * time.Second}
		s.client = clientOf(t, lane.serve(t), hubspot.DefaultAPIVersion)
	}
	before = s.crawl(t, Scope{}).Snapshot
	w := newWriter(seed, before)
	last := b.n - 1 // what happens later is not settled any more
	b.n, b.settling = 0, false
	for range before.Graph.Order() / 50 {
		at := 1 + w.random.IntN(last)
		b.plans[at] = append(b.plans[at], w.draw())
	}
	if way.both {
		lane.begin()
	}
	during = s.crawl(t, Scope{}).Snapshot
	if way.both && lane.searched() == 0 {
		t.Error("search was not asked: this shows nothing")
	}
	b.plans = nil
	return before, during, s.crawl(t, Scope{}).Snapshot
}

// unheardOf are the merges of the first snapshot that the other crawl could not
// hear of: the survivor was listed before the merge, and the other record was
// neither listed after it nor named by anything.
func unheardOf(s, other *graphmodel.Snapshot) map[graphmodel.Alias]bool {
	unheard := map[graphmodel.Alias]bool{}
	for _, a := range s.Aliases {
		_, named := other.Graph.Node(graphmodel.Key{Type: a.ObjectType, ID: a.OldID})
		if !named && !slices.Contains(other.Aliases, a) {
			unheard[a] = true
		}
	}
	return unheard
}

// living writes down the live records of a snapshot with their links and what
// was merged into them, unheard merges aside.
func living(t *testing.T, s *graphmodel.Snapshot, unheard map[graphmodel.Alias]bool) []string {
	t.Helper()
	var lines []string
	older := map[graphmodel.Key]bool{}
	for a := range unheard {
		older[graphmodel.Key{Type: a.ObjectType, ID: a.CurrentID}] = true
	}
	for n := range s.Graph.Nodes() {
		if n.Seen && !n.Archived {
			lines = append(lines, n.Key.String())
		}
	}
	for e := range s.Graph.Edges() {
		for _, typ := range e.Types {
			lines = append(lines, fmt.Sprintf("%s -> %s %s:%d %q", e.From, e.To, typ.Category, typ.ID, typ.Label))
		}
	}
	for r, err := range s.Records() {
		if err != nil {
			t.Fatal(err)
		}
		if !r.Archived && !older[r.Key] {
			lines = append(lines, fmt.Sprintf("%s %s %s %v %v", r.Key, r.StageID, r.Amount, r.UpdatedAt, r.Properties))
		}
	}
	for _, a := range s.Aliases {
		n, _ := s.Graph.Node(graphmodel.Key{Type: a.ObjectType, ID: a.CurrentID})
		if n.Seen && !n.Archived && !unheard[a] {
			lines = append(lines, fmt.Sprintf("%s:%d is %d", a.ObjectType, a.OldID, a.CurrentID))
		}
	}
	return lines
}

// explain checks that a record that is not live is archived, merged away, or
// absent for the other snapshot, too.
func explain(t *testing.T, s, other *graphmodel.Snapshot) {
	t.Helper()
	aliases := map[graphmodel.Key]bool{}
	for _, a := range s.Aliases {
		aliases[graphmodel.Key{Type: a.ObjectType, ID: a.OldID}] = true
	}
	for n := range s.Graph.Nodes() {
		if there, ok := other.Graph.Node(n.Key); !n.Seen && !aliases[n.Key] && (!ok || there.Seen) {
			t.Errorf("nothing explains the end %s", n.Key)
		}
		if n.Archived {
			for e := range s.Graph.In(n.Key) {
				if _, ok := other.Graph.Edge(e.From, e.To); !ok {
					t.Errorf("%s lists %s, which is archived", e.From, n.Key)
				}
			}
		}
	}
}
