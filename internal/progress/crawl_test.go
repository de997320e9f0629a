package progress

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"hubgraph/crawl"
	"hubgraph/hubspot"
)

// steps have a crawl of half an hour: every ten seconds an answer, then a phase
// that reads little, and one that reads nothing.
func steps(p *Crawl) {
	now := crawl.Progress{Phase: crawl.PhaseRead, ExpectedRecords: 18_000, ExpectedRequests: 180, Left: 1000}
	p.Show(now)
	time.Sleep(5 * time.Second) // so that no answer comes with a tick
	for i := range int64(180) {
		now.Records, now.Links, now.Requests, now.Left = 100*(i+1), 50*(i+1), 1+i, 990-i
		p.Show(now)
		time.Sleep(10 * time.Second)
	}
	now.Phase = crawl.PhaseSettle
	for range 2 {
		now.Requests++
		now.Records++
		p.Show(now)
		time.Sleep(100 * time.Millisecond)
	}
	now.Phase = crawl.PhaseMeasure
	p.Show(now)
	time.Sleep(time.Second)
}

func plainProgress(t *testing.T, quiet bool) (*Crawl, *bytes.Buffer) {
	t.Helper()
	c, err := hubspot.New("any", hubspot.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	display := On(&said, "")
	if quiet {
		display = Display{}
	}
	return display.Crawl(c), &said
}

func TestPlainProgressIsALineAMinuteAndOneAPhase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, said := plainProgress(t, false)
		steps(p)
		p.Done(nil)
		lines := strings.Split(strings.TrimSpace(said.String()), "\n")
		if len(lines) != 30+4 {
			t.Fatalf("%d lines:\n%s", len(lines), said)
		}
		want := []string{
			"metadata: 0 calls in 0s",
			"records and associations: 600 records, 300 links, 6 calls of at least 180, about 29m0s to go, 985 left today",
			"records and associations: 1200 records, 600 links, 12 calls of at least 180, about 28m0s to go, 979 left today",
		}
		if diff := cmp.Diff(want, lines[:3]); diff != "" {
			t.Error(diff)
		}
		want = []string{
			"records and associations: 18000 records, 9000 links, 180 calls in 30m5s",
			"changes during the crawl: 2 records, 0 links, 2 calls in 200ms",
			"measures in 1s",
		}
		if diff := cmp.Diff(want, lines[31:]); diff != "" {
			t.Error(diff)
		}
	})
}

func TestPlainProgressOfACrawlThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, said := plainProgress(t, false)
		p.Done(errors.New("before anything was read"))
		if said.Len() > 0 {
			t.Errorf("it says %q", said)
		}
		p, said = plainProgress(t, false)
		p.Show(crawl.Progress{Phase: crawl.PhaseRead, Records: 100, Requests: 12, Left: -1})
		time.Sleep(59 * time.Second)
		p.Show(crawl.Progress{Phase: crawl.PhaseRead, Records: 200, Requests: 13, Left: -1})
		p.Done(errors.New("later"))
		if want := "metadata: 0 calls in 0s\nstopped at records and associations: 200 records, 0 links, 13 calls\n"; said.String() != want {
			t.Errorf("it says %q, want %q", said, want)
		}
	})
}

// TestProgressWhileNothingComes has the portal be silent.
func TestProgressWhileNothingComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, said := plainProgress(t, false)
		time.Sleep(2*time.Minute + time.Second)
		p.Show(crawl.Progress{Phase: crawl.PhaseRead, Records: 100, Requests: 12, Left: -1})
		time.Sleep(2*time.Minute + time.Second)
		p.Done(errors.New("it never comes"))
		time.Sleep(5 * time.Minute)
		const line = "records and associations: 100 records, 0 links, 12 calls\n"
		want := "metadata: 0 calls\nmetadata: 0 calls\nmetadata: 0 calls in 2m1s\n" + line + line + "stopped at " + line
		if diff := cmp.Diff(want, said.String()); diff != "" {
			t.Error(diff)
		}
	})
}

// TestProgressOfACrawlThatGoesOn has a journal answer most of what is to be read,
// at once: how long the rest takes, only the portal's answers show.
func TestProgressOfACrawlThatGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, said := plainProgress(t, false)
		now := crawl.Progress{Phase: crawl.PhaseRead, ExpectedRequests: 1000, Left: -1}
		p.Show(now)
		now.Requests, now.Recalled = 700, 700
		p.Show(now)
		time.Sleep(59 * time.Second)
		now.Requests += 100
		p.Show(now)
		time.Sleep(2 * time.Second)
		p.Done(errors.New("enough"))
		if want := "800 calls of at least 1000, about 2m0s to go\n"; !strings.Contains(said.String(), want) {
			t.Errorf("it says %q, want %q", said, want)
		}
	})
}

// TestProgressTellsAPause has a portal that wants to be left alone for five minutes.
func TestProgressTellsAPause(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "300")
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	defer server.Close()
	c, err := hubspot.New("any", hubspot.Options{BaseURL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ctx, cancel := context.WithCancel(t.Context())
	var waiting sync.WaitGroup
	waiting.Go(func() {
		if _, err := c.Account(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("the call ends with %v", err)
		}
	})
	defer waiting.Wait()
	defer cancel()
	for c.Pause() == 0 {
		time.Sleep(time.Millisecond)
	}
	p := &Crawl{client: c}
	p.start()
	defer p.Done(nil)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count()
	if line := p.line(); !regexp.MustCompile("^metadata: 1 calls, 1 × 429, paused for [0-9]+m[0-9]+s$").MatchString(line) {
		t.Errorf("it says %q", line)
	}
	if facts := p.facts(); len(facts) < 2 || !strings.HasPrefix(facts[1], "paused for ") {
		t.Errorf("the bar says %q", facts)
	}
}

func TestQuietMeansQuiet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, said := plainProgress(t, true)
		steps(p)
		p.Done(nil)
		if said.Len() > 0 {
			t.Errorf("it says %q", said)
		}
	})
}

// TestTheBarNeverEndsByItself has more calls than were expected, for which a bar
// would be full; what it draws goes to a terminal.
func TestTheBarNeverEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said, screen bytes.Buffer
		p, _ := plainProgress(t, false)
		p.Done(errors.New("it is another that is looked at"))
		p = &Crawl{display: Display{&said, &screen}, client: p.client}
		p.start()
		time.Sleep(drawEvery / 2) // so that no answer comes with a tick
		now := crawl.Progress{Phase: crawl.PhaseRead, ExpectedRequests: 10, Left: 77}
		for ; now.Requests < 30; now.Requests++ {
			p.Show(now)
			time.Sleep(time.Second)
			if p.bar.IsFinished() {
				t.Fatalf("the bar is gone after %d calls", now.Requests)
			}
		}
		for _, part := range []string{"metadata", " 50% |█████     |  5/10 calls, 1.0/s, about 5s to go, 77 left today, 0 records ", " 96% |█████████ |  28/29 calls"} {
			if !strings.Contains(screen.String(), part) {
				t.Errorf("it draws %q, without %q", &screen, part)
			}
		}
		p.Show(crawl.Progress{Phase: crawl.PhaseSettle, Requests: 30, Left: 76})
		p.Done(nil)
		screen.Reset()
		time.Sleep(time.Hour)
		want := "metadata: 0 calls in 500ms\nrecords and associations: 0 records, 0 links, 29 calls in 30s\nchanges during the crawl: 0 records, 0 links, 1 calls in 0s\n"
		if said.String() != want || screen.Len() > 0 {
			t.Errorf("it says %q, want %q; when it is done it draws %q", &said, want, &screen)
		}
	})
}

func TestFactsThatFit(t *testing.T) {
	for room, want := range map[int]string{0: "", 2: "", 4: "", 5: "1 × 4", 12: "1 × 4", 13: "1 × 4, middle", 15: "1 × 4, middle", 16: "1 × 4, middle, b", 99: "1 × 4, middle, b"} {
		if got := fit([]string{"1 × 4", "middle", "b"}, room); got != want {
			t.Errorf("in %d columns: %q, want %q", room, got, want)
		}
	}
}

// TestWorkHereIsShown has steps of work that take their time: a plain line a minute,
// and one at the end.
func TestWorkHereIsShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said bytes.Buffer
		display := On(&said, "")
		work := func(report func(done, total int)) error {
			for done := range 4 {
				report(done, 3)
				time.Sleep(50 * time.Second)
			}
			return nil
		}
		if err := display.During("audit", "checks", work); err != nil {
			t.Fatal(err)
		}
		want := "audit: 1 of 3 checks\naudit: 2 of 3 checks\naudit: 3 of 3 checks\naudit: 3 checks in 3m20s\n"
		if said.String() != want {
			t.Errorf("it says %q, want %q", &said, want)
		}
		said.Reset()
		if err := display.During("audit", "checks", func(func(done, total int)) error { return io.EOF }); err != io.EOF || said.Len() > 0 {
			t.Errorf("work that fails: %v, and it says %q", err, &said)
		}
	})
}
