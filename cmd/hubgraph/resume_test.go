package main

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"hubgraph/export/lake"
	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
	"hubgraph/internal/nightly"
)

// stopped is a portal whose crawls end at a request.
type stopped struct {
	server *sim.Server
	client *hubspot.Client
	until  atomic.Int64 // requests that are still answered
	end    atomic.Pointer[context.CancelFunc]
}

func newStopped(t *testing.T) *stopped {
	t.Helper()
	s := &stopped{server: sim.NewServer(sim.Generate(sim.Spec{Seed: 3, Contacts: 150}), sim.Options{Token: "token", PageSize: 3})}
	wire := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.server.ServeHTTP(w, r)
		if s.until.Add(-1) == 0 {
			(*s.end.Load())()
		}
	}))
	t.Cleanup(wire.Close)
	var err error
	if s.client, err = hubspot.New("token", hubspot.Options{BaseURL: wire.URL, SearchRate: unhurried}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.client.Close)
	return s
}

// crawl crawls into a data folder, until some requests are answered; 0: to its end.
func (s *stopped) crawl(t *testing.T, dir string, until int) error {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s.end.Store(&cancel)
	s.until.Store(int64(until))
	data, unlock, err := locked(lake.Open(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	_, err = nightly.Read(ctx, nightly.Crawling{Client: s.client, Data: data, Resume: &nightly.Resume{Within: time.Hour}})
	return err
}

// TestACrawlEndedAtEachRequestGoesOn ends a crawl at its first request, its second,
// and so on. The tables of the crawl that goes on are each time, byte for byte, those
// of one that nobody disturbed.
func TestACrawlEndedAtEachRequestGoesOn(t *testing.T) {
	t.Parallel()
	s := newStopped(t)
	undisturbed := t.TempDir()
	if err := s.crawl(t, undisturbed, 0); err != nil {
		t.Fatal(err)
	}
	want, all := digestOf(t, onlySnapshot(t, undisturbed)), len(s.server.Requests())
	for n := 1; n < all; n++ {
		dir := t.TempDir()
		if err := s.crawl(t, dir, n); !errors.Is(err, context.Canceled) {
			t.Fatalf("ended at request %d: %v", n, err)
		}
		before := len(s.server.Requests())
		if err := s.crawl(t, dir, 0); err != nil {
			t.Fatalf("ended at request %d: %v", n, err)
		}
		if digestOf(t, onlySnapshot(t, dir)) != want {
			t.Errorf("ended at request %d: other tables", n)
		}
		if again := len(s.server.Requests()) - before - (all - n); again > 1+mostRework {
			t.Errorf("ended at request %d: %d requests were sent again", n, again)
		}
	}
}

func onlySnapshot(t *testing.T, dir string) string {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join(dir, "lake", "*", "*"))
	if err != nil || len(folders) != 1 {
		t.Fatalf("the snapshots are %v, %v", folders, err)
	}
	return folders[0]
}
