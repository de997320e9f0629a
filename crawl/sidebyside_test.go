package crawl

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

// meeting holds requests up until as many have come as are meant to be under way
// together. Requests that come one by one never meet.
type meeting struct {
	*sim.Server
	of    *regexp.Regexp // the paths of the requests that meet
	t     *testing.T
	all   sync.WaitGroup
	ended chan struct{} // closed when all are there
	once  sync.Once
}

func newMeeting(t *testing.T, s *sim.Server, of string, n int) *meeting {
	m := &meeting{Server: s, of: regexp.MustCompile(of), t: t, ended: make(chan struct{})}
	m.all.Add(n)
	go func() { m.all.Wait(); close(m.ended) }()
	return m
}

// ServeHTTP answers when all are there. Who waits for half a minute waits in vain.
func (m *meeting) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if m.of.MatchString(r.URL.Path) {
		m.all.Done()
		select {
		case <-m.ended:
		case <-time.After(30 * time.Second):
			m.once.Do(func() { m.t.Errorf("%s waits for the others in vain", r.URL.Path) })
		}
	}
	m.Server.ServeHTTP(w, r)
}

// TestMetadataIsReadSideBySide holds up the calls that do not need each other's
// answers until all of them are under way.
func TestMetadataIsReadSideBySide(t *testing.T) {
	t.Parallel()
	named := Scope{Types: DefaultTypes, Properties: map[string][]string{"contacts": {"email"}, "companies": {"city"}, "deals": {"amount"}}}
	for name, tt := range map[string]struct {
		scope Scope
		of    string
		n     int
	}{
		"schemas and the list of custom objects": {Scope{}, `/schemas(/0-[0-9]+)?$`, len(DefaultTypes) + 1},
		"labels":                                 {Scope{Types: []string{"contacts", "companies", "deals"}}, `/labels$`, 9},
		"properties":                             {named, `/properties/`, 3},
		"schemas by name":                        {named, `/schemas/0-`, len(DefaultTypes)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := sim.Parse(t.Name(), small)
			if err != nil {
				t.Fatal(err)
			}
			web := httptest.NewServer(newMeeting(t, sim.NewServer(p, sim.Options{Token: "token"}), tt.of, tt.n))
			defer web.Close()
			if _, err := NewPlan(t.Context(), clientOf(t, web.URL, hubspot.DefaultAPIVersion), tt.scope); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestListsGoBeforeAssociations holds one list up until as many calls read associations as may
// beside lists, and these until more do, which may when all lists have ended.
func TestListsGoBeforeAssociations(t *testing.T) {
	t.Parallel()
	server := sim.NewServer(sim.Generate(sim.Spec{Seed: 1, Contacts: 50, Clean: true}), sim.Options{Token: "token"})
	var mu sync.Mutex
	reads, listed := 0, false
	usual, more := make(chan struct{}), make(chan struct{})
	wait := func(what string, came chan struct{}) {
		select {
		case <-came:
		case <-time.After(30 * time.Second):
			t.Errorf("%s waits for the others in vain", what)
		}
	}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case lookingUp.MatchString(r.URL.Path): // the crawl settles
		case strings.HasSuffix(r.URL.Path, "/batch/read"):
			mu.Lock()
			switch reads++; {
			case reads == usualWorkers:
				close(usual)
			case reads == usualWorkers+1:
				if !listed {
					t.Errorf("%s while a list is read", r.URL.Path)
				}
				close(more)
			}
			mu.Unlock()
			wait(r.URL.Path, more)
		case strings.HasSuffix(r.URL.Path, "/objects/2026-09/0-1"):
			wait(r.URL.Path, usual)
			time.Sleep(50 * time.Millisecond) // for one too many to come
			mu.Lock()
			listed = true
			mu.Unlock()
		}
		server.ServeHTTP(w, r)
	}))
	defer web.Close()
	if result := (served{server: server, client: clientOf(t, web.URL, "2026-09")}).crawl(t, Scope{}); !result.Complete {
		t.Errorf("the crawl is incomplete: %+v", gapsOf(result.Snapshot))
	}
}
