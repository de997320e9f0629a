package repair

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

// TestTheJournalKnowsOfAWriteBeforeThePortal reads the journal whenever a write
// arrives: it holds the intent of that batch by then, and the outcomes of those
// before it.
func TestTheJournalKnowsOfAWriteBeforeThePortal(t *testing.T) {
	parsed, err := sim.Parse(t.Name(), broken)
	if err != nil {
		t.Fatal(err)
	}
	journal, err := CreateJournal(t.TempDir(), "20261122T030000Z")
	if err != nil {
		t.Fatal(err)
	}
	portal := sim.NewServer(parsed, sim.Options{})
	var known []string // the events in the journal, at each write
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/batch/create") {
			events := ""
			for _, e := range readJournal(t, journal.Name()) {
				events += e.Event + " "
			}
			known = append(known, events)
		}
		portal.ServeHTTP(w, r)
	}))
	defer server.Close()
	client, err := hubspot.New("token", hubspot.Options{BaseURL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if _, err := Apply(t.Context(), client, mending(), journal, quick()); err != nil {
		t.Error(err)
	}
	if err := journal.Close(); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(known, "| "), "start intent | start intent answer outcome intent "; got != want {
		t.Errorf("when writes arrive, the journal holds %q, want %q", got, want)
	}
}
