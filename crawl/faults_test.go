package crawl

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

// small is a portal with labels, several pages, and a pair without links.
const small = `
object p_cars 2-1001
label contacts 1 "Advisor" companies 2 "Advises"
label deals p_cars
pipeline deals default Sales
stage deals default won "Closed won" isClosed=true probability=1.0
contacts 1
contacts 2
contacts 3
companies 11
companies 12
companies 13
deals 21 pipeline=default dealstage=won amount=12.50
p_cars 31
contacts 1 -> companies 11 primary "Advisor"
contacts 1 -> companies 12
contacts 1 -> companies 13
contacts 2 -> companies 13
deals 21 -> contacts 1
deals 21 -> p_cars 31
`

// TestFaultsThatPassChangeNothing crawls through faults that go away when the
// request is repeated: the snapshot is that of an undisturbed crawl.
func TestFaultsThatPassChangeNothing(t *testing.T) {
	undisturbed := serve(t, "2026-09", small, sim.Options{PageSize: 2}).crawl(t, Scope{})
	want := strings.Split(text(t, undisturbed.Snapshot), "\n")
	for _, name := range []string{"429", "423", "502", "503", "524", "html", "not-json", "reset", "cut", "unanswered"} {
		every := 25
		if name == "unanswered" { // one of few requests that it fits
			every = 15 // once: what goes unanswered twice is a gap
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, "2026-09", small, sim.Options{PageSize: 2, Faults: []sim.Fault{{Name: name, Every: every}}})
			result := s.crawl(t, Scope{})
			if !result.Complete {
				t.Errorf("incomplete: %+v", gapsOf(result.Snapshot))
			}
			if diff := cmp.Diff(want, strings.Split(text(t, result.Snapshot), "\n")); diff != "" {
				t.Error(diff)
			}
			met := 0
			for _, r := range s.server.Requests() {
				if r.Fault == name {
					met++
				}
			}
			if met == 0 {
				t.Error("no request met the fault: this shows nothing")
			}
		})
	}
}

// TestMissingScopeIsAGap has a token that may not see deals: what hangs on them
// is not read, and named; the rest is complete.
func TestMissingScopeIsAGap(t *testing.T) {
	t.Parallel()
	bothVersions(t, func(t *testing.T, version string) {
		s := serve(t, version, small, sim.Options{WithoutScope: []string{"deals"}})
		result := s.crawl(t, Scope{})
		if result.Complete {
			t.Error("the snapshot says that it is complete")
		}
		for _, key := range [][3]string{{"objects", "deals", ""}, {"associations", "contacts", "deals"}, {"types", "deals", "contacts"}} {
			c := cellOf(t, result.Snapshot, key[0], key[1], key[2])
			if c.Complete || !strings.Contains(c.Reason, "crm.objects.deals.read") {
				t.Errorf("%v: complete %t, reason %q; want a gap that names the scope", key, c.Complete, c.Reason)
			}
		}
		for _, key := range [][3]string{{"objects", "contacts", ""}, {"associations", "contacts", "companies"}} {
			if c := cellOf(t, result.Snapshot, key[0], key[1], key[2]); !c.Complete {
				t.Errorf("%v is incomplete: %s", key, c.Reason)
			}
		}
	})
}

// TestRefusedInputIsCounted has a record whose associations HubSpot will not
// give, however often it is asked.
func TestRefusedInputIsCounted(t *testing.T) {
	t.Parallel()
	s := serve(t, "2026-09", small, sim.Options{Faults: []sim.Fault{{Name: "item", Every: 1}}})
	result := s.crawl(t, Scope{Types: []string{"contacts", "companies"}})
	c := cellOf(t, result.Snapshot, "associations", "contacts", "companies")
	if result.Complete || c.Complete || c.Requested != 3 || c.Failed != 1 || c.Received+c.Empty != 2 || c.Unread != 0 {
		t.Errorf("coverage %+v", c)
	}
	if !strings.Contains(c.Reason, "Unable to read associations") {
		t.Errorf("the reason %q does not say what HubSpot said", c.Reason)
	}
}

// TestUnansweredInputIsCounted has a record that HubSpot passes over, twice.
func TestUnansweredInputIsCounted(t *testing.T) {
	t.Parallel()
	s := serve(t, "2026-09", small, sim.Options{Faults: []sim.Fault{{Name: "unanswered", Every: 1}}})
	result := s.crawl(t, Scope{Types: []string{"contacts", "companies"}})
	c := cellOf(t, result.Snapshot, "associations", "contacts", "companies")
	if result.Complete || c.Complete || c.Requested != 3 || c.Unread != 1 || c.Received+c.Empty != 2 || c.Failed != 0 {
		t.Errorf("coverage %+v", c)
	}
}

// TestEveryInputIsAccountedFor sums the coverage of every pair up.
func TestEveryInputIsAccountedFor(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"", "item", "unanswered", "bare-error"} {
		options := sim.Options{PageSize: 2}
		if fault != "" {
			options.Faults = []sim.Fault{{Name: fault, Every: 2}}
		}
		result := serve(t, "v4", small, options).crawl(t, Scope{})
		for _, c := range result.Coverage {
			if c.Kind == "associations" && c.Requested != c.Received+c.Empty+c.Failed+c.Unread {
				t.Errorf("%s: %+v does not add up", fault, c)
			}
		}
	}
}

// TestCrawlEnds has faults after which nothing more can be had.
func TestCrawlEnds(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]error{"401": hubspot.ErrUnauthorized, "429-daily": hubspot.ErrDailyLimit} {
		s := serve(t, "2026-09", small, sim.Options{Faults: []sim.Fault{{Name: name, Every: 20}}})
		plan, err := NewPlan(t.Context(), s.client, Scope{Types: []string{"contacts", "companies"}})
		if err != nil {
			t.Fatal(err)
		}
		for err == nil {
			var result *Result
			if result, err = Run(t.Context(), s.client, plan, Options{Dir: t.TempDir()}); err == nil {
				err = result.Close()
			}
		}
		if !errors.Is(err, want) {
			t.Errorf("%s ends the crawl with %v, want %v", name, err, want)
		}
	}
}

// TestInterruptedCrawlEnds stops a crawl after each of its requests in turn:
// it ends with the cause, and leaves nothing behind.
func TestInterruptedCrawlEnds(t *testing.T) {
	cause := errors.New("interrupted")
	whole := serve(t, "2026-09", small, sim.Options{PageSize: 2})
	whole.crawl(t, Scope{})
	for n := range len(whole.server.Requests()) {
		s := serve(t, "2026-09", small, sim.Options{PageSize: 2})
		ctx, cancel := context.WithCancelCause(t.Context())
		plan, err := NewPlan(ctx, s.client, Scope{})
		if err != nil {
			t.Fatal(err)
		}
		before := len(s.server.Requests())
		if n < before {
			cancel(nil)
			continue
		}
		dir := t.TempDir()
		progress := func(Progress) {
			if len(s.server.Requests()) >= n {
				cancel(cause)
			}
		}
		result, err := Run(ctx, s.client, plan, Options{Dir: dir, Progress: progress})
		cancel(nil)
		if err == nil {
			if err := result.Close(); err != nil { // it was done before anybody looked
				t.Error(err)
			}
		} else if !errors.Is(err, cause) {
			t.Errorf("stopped after %d requests, the crawl ends with %v", n, err)
		}
		if left := entries(t, dir); len(left) > 0 {
			t.Errorf("stopped after %d requests, the crawl leaves %v", n, left)
		}
	}
}
