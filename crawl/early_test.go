package crawl

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

// asked are the requests for counts and ids of a crawl, each in the order in which they came: the
// kind of it, and the object type's id.
type asked struct {
	mu   sync.Mutex
	list []string
}

func (a *asked) kind(r *http.Request) string {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	path := strings.Split(strings.TrimSuffix(r.URL.Path, "/search"), "/")
	typ, kind := path[len(path)-1], ""
	switch {
	case strings.HasSuffix(r.URL.Path, "/search") && bytes.Contains(body, []byte(`"GTE","value":"1"`)):
		kind = "early"
	case strings.HasSuffix(r.URL.Path, "/search") && bytes.Contains(body, []byte("DESCENDING")):
		kind = "count"
	case r.URL.Query().Get("properties") == idProperty:
		kind = "again"
	default:
		return ""
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.list = append(a.list, kind+" "+typ)
	return kind
}

func (a *asked) number(what string) (n int) {
	a.mu.Lock() // a page of a list that was given up may still be on its way
	defer a.mu.Unlock()
	for _, one := range a.list {
		if strings.HasPrefix(one, what) {
			n++
		}
	}
	return n
}

// answering answers a request of a kind for a portal.
type answering func(w http.ResponseWriter, r *http.Request, kind string, portal http.Handler)

// asThePortal answers nothing in another way.
func asThePortal(w http.ResponseWriter, r *http.Request, _ string, portal http.Handler) {
	portal.ServeHTTP(w, r)
}

// serveAsked serves a portal with other answers to some kinds of requests.
func serveAsked(t *testing.T, p *sim.Portal, instead answering) (served, *asked) {
	t.Helper()
	server, a := sim.NewServer(p, sim.Options{Token: "token"}), &asked{}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Del("Accept-Encoding")
		instead(w, r, a.kind(r), server)
	}))
	t.Cleanup(web.Close)
	return served{server: server, client: clientOf(t, web.URL, hubspot.DefaultAPIVersion)}, a
}

// TestTheSmallestAreCountedEarly has search count four types of six at once: the other two, of
// which one has several pages, are counted before all is read, and listed again.
func TestTheSmallestAreCountedEarly(t *testing.T) {
	t.Parallel()
	generate := func() *sim.Portal { return sim.Generate(sim.Spec{Seed: 3, Contacts: 700, Clean: true}) }
	want := servePortal(t, hubspot.DefaultAPIVersion, generate(), sim.Options{}).crawl(t, Scope{})
	s, a := serveAsked(t, generate(), asThePortal)
	s.counts = 4
	got := s.crawl(t, Scope{})
	if diff := cmp.Diff(strings.Split(text(t, want.Snapshot), "\n"), strings.Split(text(t, got.Snapshot), "\n")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(counted(want.Snapshot), counted(got.Snapshot)); diff != "" || !got.Complete {
		t.Errorf("complete: %t\n%s", got.Complete, diff)
	}
	if a.number("early 0-2") != 1 || a.number("early") != 2 || a.number("again 0-2") != 2 || a.number("again") != 3 || a.number("count") != 4 {
		t.Errorf("it asked for %q", a.list)
	}
}

// TestAnEarlyCountIsNotTrusted has search count other than the list, know another largest record
// or not answer, has the second list refused, and cursors that are no ids: the type is counted
// when all is read, as every other.
func TestAnEarlyCountIsNotTrusted(t *testing.T) {
	t.Parallel()
	refuse := func(w http.ResponseWriter) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"status":"error","message":"no","category":"MISSING_SCOPES"}`))
	}
	rewrite := func(w http.ResponseWriter, r *http.Request, portal http.Handler, old, by string) {
		answer := httptest.NewRecorder()
		portal.ServeHTTP(answer, r)
		body := strings.Replace(answer.Body.String(), old, by, 1)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = io.WriteString(w, body)
	}
	for name, tt := range map[string]struct {
		instead answering
		again   bool // the list is read again
		counts  int  // when all is read
	}{
		"as it is": {asThePortal, true, 0},
		"it counts one more": {func(w http.ResponseWriter, r *http.Request, kind string, portal http.Handler) {
			if kind == "early" {
				rewrite(w, r, portal, `"total":250`, `"total":251`)
				return
			}
			portal.ServeHTTP(w, r)
		}, false, 1},
		"it knows a larger one": {func(w http.ResponseWriter, r *http.Request, kind string, portal http.Handler) {
			if kind == "early" {
				rewrite(w, r, portal, `"id":"250"`, `"id":"300"`)
				return
			}
			portal.ServeHTTP(w, r)
		}, false, 1},
		"it does not answer": {func(w http.ResponseWriter, r *http.Request, kind string, portal http.Handler) {
			if kind == "early" {
				refuse(w)
				return
			}
			portal.ServeHTTP(w, r)
		}, false, 1},
		"the list is refused": {func(w http.ResponseWriter, r *http.Request, kind string, portal http.Handler) {
			if kind == "again" {
				refuse(w)
				return
			}
			portal.ServeHTTP(w, r)
		}, true, 1},
		"cursors are no ids": {func(w http.ResponseWriter, r *http.Request, _ string, portal http.Handler) {
			if q := r.URL.Query(); q.Has("after") {
				q.Set("after", strings.TrimPrefix(q.Get("after"), "x"))
				r.URL.RawQuery = q.Encode()
			}
			rewrite(w, r, portal, `"after":"`, `"after":"x`)
		}, false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := sim.Parse(t.Name(), contacts(250))
			if err != nil {
				t.Fatal(err)
			}
			s, a := serveAsked(t, p, tt.instead)
			s.counts = -1
			got := s.crawl(t, Scope{Types: []string{"contacts"}})
			if again, counts := a.number("again") > 0, a.number("count"); again != tt.again || counts != tt.counts {
				t.Errorf("it asked for %q", a.list)
			}
			cells := counted(got.Snapshot)
			if i := slices.IndexFunc(cells, func(c graphmodel.Coverage) bool { return c.Kind == "objects" }); !got.Complete || cells[i].Expected == nil || *cells[i].Expected != 250 {
				t.Errorf("complete: %t, %+v", got.Complete, cells)
			}
		})
	}
}
