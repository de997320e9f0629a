package sim_test

import (
	"slices"
	"testing"

	"hubgraph/hubspot/sim"
)

// TestWhatIsNotServed is refused as HubSpot refuses, with a header that says
// whose refusal it is, and reported once for each kind of path.
func TestWhatIsNotServed(t *testing.T) {
	t.Parallel()
	var reported []string
	a := serve(t, families[1], office, sim.Options{NotServed: func(method, path string) { reported = append(reported, method+" "+path) }})
	for _, ask := range []struct {
		method, path string
		status       int
		mark         string
	}{
		{"GET", "/crm/lists/2026-09/17", 404, "not-served"},
		{"GET", "/crm/lists/2026-09/18/?limit=1", 404, "not-served"},
		{"POST", "/crm/lists/2026-09/18", 404, "not-served"},
		{"GET", "/crm/objects/2024-01/0-1/101", 404, "not-served"},
		{"GET", "/crm/objects/2024-01/2-1001/5", 404, "not-served"},
		{"PATCH", "@objects/contacts", 405, "not-served"},
		{"GET", "@objects/contacts/999", 404, ""},
		{"GET", "@objects/contacts/101", 200, ""},
		{"GET", "@objects/ships/101", 400, ""},
	} {
		got := a.call(ask.method, ask.path, "")
		if mark := got.header.Get("X-Hubgraph-Sim"); got.status != ask.status || mark != ask.mark {
			t.Errorf("%s %s: status %d and %q, want %d and %q", ask.method, ask.path, got.status, mark, ask.status, ask.mark)
		}
	}
	want := []string{"GET /crm/lists/2026-09/{id}", "POST /crm/lists/2026-09/{id}", "GET /crm/objects/2024-01/{id}/{id}", "PATCH /crm/objects/2026-09/contacts"}
	if !slices.Equal(reported, want) {
		t.Errorf("reported are %q, want %q", reported, want)
	}
}
