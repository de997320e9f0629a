package crawl

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
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
		r, err = Run(ctx, s.client, plan, Options{Dir: t.TempDir()})
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
	return served{server, clientOf(t, wire.URL, "2026-09")}, ctx
}

// journaled is the journal of a small crawl that was not finished.
func journaled(t *testing.T) (path string) {
	t.Helper()
	p, err := sim.Parse(t.Name(), settled)
	if err != nil {
		t.Fatal(err)
	}
	s, ctx := serveUntil(t, p, 20)
	path = filepath.Join(t.TempDir(), "journal")
	if _, _, err := s.kept(ctx, t, path, Scope{}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	return path
}

// settled is a portal in which nothing is wrong.
const settled = `
contacts 1 email=a@x.example
contacts 2 email=b@x.example
companies 11 domain=x.example
contacts 1 -> companies 11
contacts 2 -> companies 11
`

// TestSpoiltJournal cuts a journal off at every byte, and flips a bit in every
// byte of another: what is read of it is always the beginning of what was
// written, and the crawl goes on from there, or begins anew and says why.
func TestSpoiltJournal(t *testing.T) {
	t.Parallel()
	path := journaled(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	full := loadOf(t, whole)
	if full.count < 10 || full.why != "" || full.end != int64(len(whole)) {
		t.Fatalf("the journal itself: %d answers, %q", full.count, full.why)
	}
	spoil := map[string]func(at int) []byte{
		"cut":     func(at int) []byte { return whole[:at] },
		"flipped": func(at int) []byte { b := bytes.Clone(whole); b[at] ^= 1 << (at % 8); return b },
		"zeroed":  func(at int) []byte { return append(bytes.Clone(whole[:at]), make([]byte, len(whole)-at)...) },
	}
	for how, spoilt := range spoil {
		for at := range whole {
			b := spoilt(at)
			got := loadOf(t, b)
			if got.end > int64(same(b, whole)) || got.count > full.count {
				t.Fatalf("%s at %d: it reads %d bytes, %d answers", how, at, got.end, got.count)
			}
			if (got.count > 0) == (got.why != "") && got.header.PortalID == 0 {
				t.Fatalf("%s at %d: %d answers, %q", how, at, got.count, got.why)
			}
			for f, places := range got.places {
				for i, p := range places {
					if full.places[f][i] != p {
						t.Fatalf("%s at %d: an answer is taken for another one", how, at)
					}
				}
			}
		}
	}
}

// TestTornJournalGoesOn has a crawl go on from a journal whose last frame was torn,
// and end early once more: the third crawl has the answers of both.
func TestTornJournalGoesOn(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal")
	kept := []int64{0}
	for _, n := range []int{20, 25} {
		s, ctx := serveUntil(t, busyPortal(), n)
		if _, _, err := s.kept(ctx, t, path, Scope{}); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		l, err := load(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.file.WriteAt(frame(answerFrame, make([]byte, 100))[:50], l.end); err != nil {
			t.Fatal(err)
		}
		if err := l.file.Close(); err != nil {
			t.Fatal(err)
		}
		kept = append(kept, l.count)
	}
	if kept[1] < 10 || kept[2] < kept[1]+15 {
		t.Errorf("the crawls kept %d answers", kept[1:])
	}
	s := servePortal(t, "2026-09", busyPortal(), sim.Options{PageSize: pageSize})
	r, note, err := s.kept(t.Context(), t, path, Scope{})
	if err != nil || !strings.HasSuffix(note, fmt.Sprintf(": %d answers are kept", kept[2])) {
		t.Fatalf("%q, %v", note, err)
	}
	if sent := r.Requests - kept[2]; int64(len(s.server.Requests())) != sent {
		t.Errorf("it sent %d requests, want %d", len(s.server.Requests()), sent)
	}
}

// same is how many bytes two texts begin with alike.
func same(a, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// loadOf loads a journal from bytes.
func loadOf(t testing.TB, b []byte) *loaded {
	t.Helper()
	l := &loaded{places: map[hubspot.Fingerprint][]extent{}}
	if err := l.read(bufio.NewReader(bytes.NewReader(b))); err != nil {
		t.Fatal(err)
	}
	return l
}

// FuzzJournal has anything lie where a journal should.
func FuzzJournal(f *testing.F) {
	head, err := json.Marshal(header{Tool: "test", PortalID: 1, Started: time.Unix(1, 0)})
	if err != nil {
		f.Fatal(err)
	}
	begun := append([]byte(journalMagic), frame(headerFrame, head)...)
	f.Add(begun)
	f.Add(append(bytes.Clone(begun), frame(answerFrame, make([]byte, 40))...))
	f.Add(append(bytes.Clone(begun), frame(markFrame, []byte(`{"answers":1}`))...))
	f.Fuzz(func(t *testing.T, b []byte) {
		l := loadOf(t, b)
		if l.end > int64(len(b)) || (l.header.PortalID == 0) != (l.why != "") {
			t.Errorf("it reads %d of %d bytes, %q, portal %d", l.end, len(b), l.why, l.header.PortalID)
		}
		for _, places := range l.places {
			for _, p := range places {
				if p.length < 0 || p.offset+p.length > l.end {
					t.Errorf("an answer lies at %d, %d bytes long", p.offset, p.length)
				}
			}
		}
	})
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

// TestNewerJournal has a journal of another format be replaced, and not read.
func TestNewerJournal(t *testing.T) {
	l := loadOf(t, []byte(strings.Replace(journalMagic, "1", "2", 1)+"whatever it may be"))
	if want := "its journal was written by another version of hubgraph"; l.why != want || l.count != 0 {
		t.Errorf("it says %q, %d answers", l.why, l.count)
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
