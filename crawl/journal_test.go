package crawl

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hubgraph/graphmodel"
	"hubgraph/hubspot/sim"
)

// kept crawls a portal with a journal in path, as a night does that ends with
// ctx, and says what the journal was found to be.
func (s served) kept(ctx context.Context, t *testing.T, path string, scope Scope) (r *Result, note string, err error) {
	t.Helper()
	source, err := Connect(ctx, s.client)
	if err != nil {
		return nil, "", err
	}
	j, note, err := source.OpenJournal(JournalOptions{Path: path, Tool: "test", Scope: scope, Within: time.Hour})
	if err != nil {
		return nil, note, err
	}
	plan, err := source.Plan(ctx, scope)
	if err == nil {
		r, err = Run(ctx, s.client, plan, s.options(t.TempDir()))
	}
	if err != nil {
		return nil, note, errors.Join(err, j.Close(nil))
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r, note, j.Discard()
}

// busyPortal is one whose crawl takes every kind of request: several pages of
// records and of associations, one-sided links, and a merged record.
func busyPortal() *sim.Portal {
	return sim.Generate(sim.Spec{Seed: 3, Contacts: 150})
}

// pageSize is small enough that records have several pages of associations.
const pageSize = 3

// serveUntil serves a portal, and ends the context with the answer to request n.
func serveUntil(t *testing.T, p *sim.Portal, n int) (served, context.Context) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	server := sim.NewServer(p, sim.Options{Token: "token", PageSize: pageSize})
	count := atomic.Int64{}
	wire := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		server.ServeHTTP(w, r)
		if count.Add(1) == int64(n) {
			cancel()
		}
	}))
	t.Cleanup(wire.Close)
	return served{server: server, client: clientOf(t, wire.URL, "2026-09")}, ctx
}

// TestJournalOfAnother has what lies there be of another crawl: it begins anew and
// says why.
func TestJournalOfAnother(t *testing.T) {
	t.Parallel()
	now := time.Now()
	mine := header{Tool: "test", APIVersion: "2026-09", PortalID: 77, Scope: Scope{}.text(), Started: now}
	reset := now.Add(-time.Minute)
	for name, tt := range map[string]struct {
		change func(*JournalOptions, *header)
		marks  []mark
		note   string
	}{
		"the same":        {func(*JournalOptions, *header) {}, nil, "going on"},
		"fresh":           {func(o *JournalOptions, _ *header) { o.Fresh = true }, nil, "--fresh"},
		"of a portal":     {func(_ *JournalOptions, h *header) { h.PortalID = 78 }, nil, "of portal 78"},
		"of a tool":       {func(_ *JournalOptions, h *header) { h.Tool = "2.0" }, nil, "hubgraph 2.0"},
		"of a version":    {func(_ *JournalOptions, h *header) { h.APIVersion = "v4" }, nil, "--api-version v4"},
		"of a scope":      {func(_ *JournalOptions, h *header) { h.Scope = Scope{Types: []string{"deals"}}.text() }, nil, "--types"},
		"of properties":   {func(o *JournalOptions, _ *header) { o.Scope.Properties = map[string][]string{"deals": {"x"}} }, nil, "--properties"},
		"too old":         {func(_ *JournalOptions, h *header) { h.Started = now.Add(-2 * time.Hour) }, nil, "more than 1h0m0s ago"},
		"not yet too old": {func(_ *JournalOptions, h *header) { h.Started = now.Add(-30 * time.Minute) }, nil, "going on"},
		"of the future":   {func(_ *JournalOptions, h *header) { h.Started = now.Add(time.Hour) }, nil, "the clock was set back"},
		"of a daily stop": {func(_ *JournalOptions, h *header) { h.Started = now.Add(-20 * time.Hour) }, []mark{{Reset: &reset}}, "going on"},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, "2026-09", settled, sim.Options{})
			source, err := Connect(t.Context(), s.client)
			if err != nil {
				t.Fatal(err)
			}
			o := JournalOptions{Path: filepath.Join(t.TempDir(), "journal"), Tool: "test", Within: time.Hour}
			h := mine
			h.PortalID = source.Account.PortalID
			tt.change(&o, &h)
			j, err := create(o.Path, h)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range tt.marks {
				if err := j.mark(m); err != nil {
					t.Fatal(err)
				}
			}
			if err := j.Close(nil); err != nil {
				t.Fatal(err)
			}
			j, note, err := source.OpenJournal(o)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(note, tt.note) || tt.note == "" && note != "" {
				t.Errorf("it says %q", note)
			}
			if goesOn := strings.HasPrefix(note, "going on"); goesOn != j.Started.Equal(h.Started) {
				t.Errorf("the crawl began at %s, and says %q", j.Started, note)
			}
			if err := j.Discard(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestCursorRejected has the portal not take a cursor that it gave to an earlier
// run: what it belongs to is read again from its beginning, the rest is not.
func TestCursorRejected(t *testing.T) {
	t.Parallel()
	portal := func() *sim.Portal { return sim.Generate(sim.Spec{Seed: 3, Contacts: 900}) }
	undisturbed := servePortal(t, "2026-09", portal(), sim.Options{PageSize: pageSize})
	want := undisturbed.crawl(t, Scope{}).Snapshot
	for name, on := range map[string]string{"of a list": "GET /crm/objects/*/0-1", "of associations": "POST /crm/associations/*/0-2/0-1/batch/read"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "journal")
			early, ctx := serveUntil(t, portal(), 45)
			if _, _, err := early.kept(ctx, t, path, Scope{}); !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			fault := sim.Fault{Name: "cursor-rejected", On: on, First: 1, Last: 1}
			late := servePortal(t, "2026-09", portal(), sim.Options{PageSize: pageSize, Faults: []sim.Fault{fault}})
			r, _, err := late.kept(t.Context(), t, path, Scope{})
			if err != nil {
				t.Fatal(err)
			}
			got, requests := r.Snapshot, late.server.Requests()
			if !slices.ContainsFunc(requests, func(r sim.Request) bool { return r.Fault == fault.Name }) {
				t.Fatal("no cursor was rejected")
			}
			if text(t, got) != text(t, want) || !got.Complete {
				t.Errorf("another snapshot: complete %t, %v", got.Complete, gapsOf(got))
			}
			if diff := cmp.Diff(counts(want), counts(got)); diff != "" {
				t.Error(diff)
			}
			if all := len(undisturbed.server.Requests()); len(requests) > all {
				t.Errorf("%d requests, and %d in an undisturbed crawl", len(requests), all)
			}
		})
	}
}

// counts are what the coverage of a snapshot counts.
func counts(s *graphmodel.Snapshot) (cells []string) {
	for _, c := range s.Coverage {
		cells = append(cells, fmt.Sprintln(c.Kind, c.From, c.To, c.Requested, c.Received, c.Empty, c.Failed, c.Unread))
	}
	return cells
}

// answersOf is how many answers a journal holds.
func answersOf(t testing.TB, path string) int64 {
	t.Helper()
	l, err := load(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.file.Close(); err != nil {
		t.Fatal(err)
	}
	return l.count
}
