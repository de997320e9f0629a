package hubspot_test

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

// spec is a portal of two pages of contacts, some with more companies than fit
// one page of a few.
var spec = sim.Spec{Seed: 1, Contacts: 200}

// everything reads all that a generated portal has of contacts and companies.
func everything(t *testing.T, c *hubspot.Client) string {
	t.Helper()
	contacts, companies := list(t, c, "0-1", hubspot.ObjectQuery{}), list(t, c, "0-2", hubspot.ObjectQuery{})
	out, _ := links(t, c, "0-1", "0-2", contacts)
	back, _ := links(t, c, "0-2", "0-1", companies)
	if len(contacts) < 101 || len(companies) < 20 || len(out) < 100 || len(back) < 100 {
		t.Fatalf("a portal of %d contacts, %d companies and %d and %d links tests little", len(contacts), len(companies), len(out), len(back))
	}
	return fmt.Sprint(contacts, companies, out, back)
}

// atOnce runs a test for each fault, in one path family and the other in turn,
// all at the same time whatever GOMAXPROCS is: what passes they spend waiting.
func atOnce(t *testing.T, faults []sim.Fault, pageSize int, test func(*testing.T, *hubspot.Client)) {
	var all sync.WaitGroup
	for i, fault := range faults {
		version := versions[i%len(versions)]
		all.Go(func() {
			t.Run(fault.Name+fault.Param+"/"+version, func(t *testing.T) {
				test(t, serve(t, sim.Generate(spec), version, sim.Options{PageSize: pageSize, Faults: []sim.Fault{fault}}))
			})
		})
	}
	all.Wait()
}

// TestFaultsThatPassChangeNothing reads one portal undisturbed, and then through
// each of the faults that pass.
func TestFaultsThatPassChangeNothing(t *testing.T) {
	want := everything(t, serve(t, sim.Generate(spec), hubspot.DefaultAPIVersion, sim.Options{}))
	faults := []sim.Fault{{Name: "429", Param: "1"}, {Name: "429", Param: "+1s"}, {Name: "429", Param: "-1h"}, {Name: "503", Param: "1"}}
	for _, name := range []string{"429", "429-nameless", "423", "477"} {
		faults = append(faults, sim.Fault{Name: name})
	}
	for i := range faults {
		faults[i].Every = 9 // each is waited for a second or two
	}
	for _, name := range []string{"500", "502", "503", "504", "521", "522", "523", "524", "reset", "reset-after", "reset-header", "cut",
		"html", "empty", "no-content", "content-type", "not-json", "garbage", "two-documents", "bom", "invalid-utf8", "nan", "deep", "duplicate-keys", "null-results"} {
		faults = append(faults, sim.Fault{Name: name, Every: 4})
	}
	faults = append(faults, sim.Fault{Name: "trimmed"})
	atOnce(t, faults, 5, func(t *testing.T, c *hubspot.Client) {
		if got := everything(t, c); got != want {
			t.Error("what was read is not what the portal has")
		}
		if c.Stats().Retries == 0 {
			t.Error("nothing went wrong: this tests nothing")
		}
	})
}

// TestOdditiesChangeNothing has the portal answer strangely, but not wrongly.
func TestOdditiesChangeNothing(t *testing.T) {
	want := everything(t, serve(t, sim.Generate(spec), hubspot.DefaultAPIVersion, sim.Options{}))
	var faults []sim.Fault
	faults = append(faults, sim.Fault{Name: "content-type", Param: "application/problem+json"}, sim.Fault{Name: "content-type", Param: "application/json;charset"})
	for _, name := range []string{"ids", "swapped", "status-200", "link", "no-rate-headers", "overlap", "duplicate-rows"} {
		faults = append(faults, sim.Fault{Name: name})
	}
	faults = append(faults, sim.Fault{Name: "empty-last", On: "list"})
	atOnce(t, faults, 5, func(t *testing.T, c *hubspot.Client) {
		if got := everything(t, c); got != want {
			t.Error("what was read is not what the portal has")
		}
		if n := c.Stats().Retries; n > 0 {
			t.Errorf("%d requests were repeated", n)
		}
	})
}

// TestFaultsThatDoNotPassEnd has them in every answer: a list ends with an error
// of the right kind, after few requests.
func TestFaultsThatDoNotPassEnd(t *testing.T) {
	for kind, faults := range map[error][]sim.Fault{
		hubspot.ErrMalformed: {{Name: "cursor-cycle"}, {Name: "empty-page"}, {Name: "old-rows"}, {Name: "gzip-bomb", Param: "80"}, {Name: "huge", Param: "80000000"},
			{Name: "long-value", Param: "80000000"}, {Name: "many-results", Param: "11000"}, {Name: "html"}, {Name: "deep"}, {Name: "content-type"}},
		hubspot.ErrDailyLimit:   {{Name: "429-daily"}},
		hubspot.ErrUnauthorized: {{Name: "401"}, {Name: "401-invalid"}},
		hubspot.ErrScope:        {{Name: "403"}},
		hubspot.ErrUnavailable:  {{Name: "477", Param: "86400"}, {Name: "525"}, {Name: "526"}},
		&hubspot.Error{}:        {{Name: "redirect"}, {Name: "400"}, {Name: "status"}, {Name: "cursor-rejected"}},
	} {
		atOnce(t, faults, 5, func(t *testing.T, c *hubspot.Client) {
			var last error
			for _, err := range c.Objects(t.Context(), "0-1", hubspot.ObjectQuery{}) {
				last = err
			}
			refused := new(hubspot.Error)
			if errors.As(kind, &refused) {
				if !errors.As(last, &refused) || errors.Is(last, hubspot.ErrUnavailable) {
					t.Errorf("%v, want a refusal", last)
				}
			} else if !errors.Is(last, kind) {
				t.Errorf("%v, want %v", last, kind)
			}
			if n := c.Stats().Requests; n > 5 {
				t.Errorf("it took %d requests", n)
			}
		})
	}
}

// TestCursorsOfRecordsThatLeadNowhereEnd follows the pages of every record of a
// batch, of which some never end.
func TestCursorsOfRecordsThatLeadNowhereEnd(t *testing.T) {
	faults := []sim.Fault{{Name: "cursor-cycle"}, {Name: "cursor-cycle", Param: "3"}, {Name: "empty-page"}, {Name: "old-rows"}}
	atOnce(t, faults, 2, func(t *testing.T, c *hubspot.Client) {
		var open []hubspot.ReadInput
		for _, id := range list(t, serve(t, sim.Generate(spec), "v4", sim.Options{}), "0-2", hubspot.ObjectQuery{}) {
			open = append(open, hubspot.ReadInput{ID: id})
		}
		failed := 0
		for calls := 0; len(open) > 0; calls++ {
			if calls > 300 {
				t.Fatal("it does not end")
			}
			batch, err := c.ReadAssociations(t.Context(), "0-2", "0-1", open)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range batch.Failed {
				if failed++; f.ID == 0 || f.Message == "" {
					t.Errorf("%+v", f)
				}
			}
			open = batch.Next
		}
		if failed == 0 {
			t.Error("no record failed: this tests nothing")
		}
	})
}

// TestStrangersCostNobodyElse has results that nobody asked for.
func TestStrangersCostNobodyElse(t *testing.T) {
	atOnce(t, []sim.Fault{{Name: "stranger"}, {Name: "too-many"}}, 5, func(t *testing.T, c *hubspot.Client) {
		ids := list(t, serve(t, sim.Generate(spec), "v4", sim.Options{}), "0-1", hubspot.ObjectQuery{})
		var open []hubspot.ReadInput
		for _, id := range ids[:50] {
			open = append(open, hubspot.ReadInput{ID: id})
		}
		b, err := c.NewReader().Associations(t.Context(), "0-1", "0-2", open)
		if err != nil || len(b.Answered)+len(b.Empty) != len(open) {
			t.Errorf("%+v, %v", b, err)
		}
	})
}

// TestEveryInputIsAccountedFor has batches of which parts fail or are missing.
func TestEveryInputIsAccountedFor(t *testing.T) {
	want := []int64{101, 103, 5_000_000_000}
	for _, name := range []string{"unanswered", "item", "bare-error", "trimmed", "num-errors"} {
		perVersion(t, sim.Options{Faults: []sim.Fault{{Name: name}}}, func(t *testing.T, c *hubspot.Client) {
			var in []hubspot.ReadInput
			for _, id := range want {
				in = append(in, hubspot.ReadInput{ID: id})
			}
			b, err := c.ReadAssociations(t.Context(), "0-1", "0-2", in)
			if err != nil {
				t.Fatal(err)
			}
			all := slices.Concat(b.Answered, b.Empty, b.Unanswered)
			for _, f := range b.Failed {
				all = append(all, f.ID)
			}
			if slices.SortFunc(all, cmp.Compare[int64]); !slices.Equal(all, want) {
				t.Errorf("%s: %+v", name, b)
			}
		})
	}
}
