package crawl

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

// impatient serves a portal to a client that asks twice.
func impatient(t *testing.T, portal string, o sim.Options) served {
	t.Helper()
	p, err := sim.Parse(t.Name(), portal)
	if err != nil {
		t.Fatal(err)
	}
	o.PageSize = 2
	return impatientPortal(t, p, o)
}

func impatientPortal(t *testing.T, p *sim.Portal, o sim.Options) served {
	t.Helper()
	o.Token = "token"
	server := sim.NewServer(p, o)
	url, stop, err := server.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return served{server: server, client: impatientClient(t, url)}
}

// impatientClient sends each request twice at most.
func impatientClient(t *testing.T, url string) *hubspot.Client {
	t.Helper()
	client, err := hubspot.New("token", hubspot.Options{BaseURL: url, SearchRate: 10_000, Attempts: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// attempt crawls a portal that may not let it.
func (s served) attempt(t *testing.T, scope Scope) (*Result, error) {
	t.Helper()
	plan, err := NewPlan(t.Context(), s.client, scope)
	if err != nil {
		return nil, err
	}
	dir := t.TempDir()
	result, err := Run(t.Context(), s.client, plan, s.options(dir))
	if err != nil {
		if left := entries(t, dir); len(left) > 0 {
			t.Errorf("it leaves %v", left)
		}
		return nil, err
	}
	t.Cleanup(func() {
		if err := result.Close(); err != nil {
			t.Error(err)
		}
	})
	return result, nil
}

// TestAnOutageIsNoSnapshot has the portal go down for good at each of the
// requests of a crawl in turn. It ends with the outage, and never with a snapshot
// that lacks something; only the count that a search gives as a second opinion may
// be missing, and is then reported as missing.
func TestAnOutageIsNoSnapshot(t *testing.T) {
	t.Parallel()
	calm := impatient(t, small, sim.Options{})
	result, err := calm.attempt(t, contactScope)
	if err != nil {
		t.Fatal(err)
	}
	whole, requests := text(t, result.Snapshot), len(calm.server.Requests())
	kinds := []string{"500", "502", "503", "504", "521", "522", "523", "524", "525", "526", "reset", "reset-header"}
	cases := map[string]sim.Fault{}
	for n := range requests {
		fault := sim.Fault{Name: kinds[n%len(kinds)], First: n + 1}
		cases[fmt.Sprintf("%s from request %d on", fault.Name, n+1)] = fault
	}
	atOnce(t, cases, func(t *testing.T, fault sim.Fault) {
		s := impatient(t, small, sim.Options{Faults: []sim.Fault{fault}})
		result, err := s.attempt(t, contactScope)
		if err != nil {
			if !errors.Is(err, hubspot.ErrUnavailable) {
				t.Error(err)
			}
			return
		}
		if got := text(t, result.Snapshot); got != whole || !result.Complete {
			t.Errorf("a snapshot, complete: %t, of what was there before:\n%s", result.Complete, got)
		}
		for _, c := range result.Coverage {
			if c.Verdict == graphmodel.VerdictUnverifiable {
				return
			}
		}
		t.Error("a snapshot that does not show the outage")
	})
}

// TestACrawlThatIsRefusedStops has the token or the day end at some request: what
// was under way then is all that the portal still hears.
func TestACrawlThatIsRefusedStops(t *testing.T) {
	t.Parallel()
	calm := impatient(t, small, sim.Options{})
	if _, err := calm.attempt(t, contactScope); err != nil {
		t.Fatal(err)
	}
	cases := map[string]sim.Fault{}
	for first := 1; first <= len(calm.server.Requests()); first += 2 {
		for _, name := range []string{"401", "401-invalid", "429-daily"} {
			cases[fmt.Sprintf("%s from request %d on", name, first)] = sim.Fault{Name: name, First: first}
		}
	}
	atOnce(t, cases, func(t *testing.T, fault sim.Fault) {
		s := impatient(t, small, sim.Options{Faults: []sim.Fault{fault}})
		_, err := s.attempt(t, contactScope)
		refused := 0
		for _, r := range s.server.Requests() {
			if r.Status == http.StatusUnauthorized || r.Status == http.StatusTooManyRequests {
				refused++
			}
		}
		if want := map[bool]error{true: hubspot.ErrDailyLimit, false: hubspot.ErrUnauthorized}[fault.Name == "429-daily"]; !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
		if most := 8 + 2; refused == 0 || refused > most { // 8 association calls and 2 lists at once
			t.Errorf("%d requests were refused, want at most %d", refused, most)
		}
	})
}
