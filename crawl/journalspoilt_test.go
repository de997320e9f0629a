package crawl

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

// journaled is the journal of a small crawl that was not finished.
func journaled(t *testing.T) (path string) {
	t.Helper()
	p, err := sim.Parse(t.Name(), settled)
	if err != nil {
		t.Fatal(err)
	}
	s, ctx := serveUntil(t, p, 36)
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
	for _, n := range []int{45, 50} {
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
	if kept[1] < 25 || kept[2] < kept[1]+25 {
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

// TestNewerJournal has a journal of another format be replaced, and not read.
func TestNewerJournal(t *testing.T) {
	l := loadOf(t, []byte(strings.Replace(journalMagic, "1", "2", 1)+"whatever it may be"))
	if want := "its journal was written by another version of hubgraph"; l.why != want || l.count != 0 {
		t.Errorf("it says %q, %d answers", l.why, l.count)
	}
}
