package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"hubgraph/crawl"
	"hubgraph/hubspot"
)

// steps have a crawl of half an hour: every ten seconds an answer, then a phase
// that reads little, and one that reads nothing.
func steps(p *progress) {
	now := crawl.Progress{Phase: crawl.PhaseRead, ExpectedRecords: 18_000, ExpectedRequests: 190, Requests: 10, Left: 1000}
	p.show(now)
	time.Sleep(5 * time.Second) // so that no answer comes with a tick
	for i := range int64(180) {
		now.Records, now.Links, now.Requests, now.Left = 100*(i+1), 50*(i+1), 11+i, 990-i
		p.show(now)
		time.Sleep(10 * time.Second)
	}
	now.Phase = crawl.PhaseSettle
	for range 2 {
		now.Requests++
		now.Records++
		p.show(now)
		time.Sleep(100 * time.Millisecond)
	}
	now.Phase = crawl.PhaseMeasure
	p.show(now)
	time.Sleep(time.Second)
}

func plainProgress(t *testing.T, quiet bool) (*progress, *bytes.Buffer) {
	t.Helper()
	c, err := hubspot.New("any", hubspot.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	return (&app{env: &env{stderr: &said}, quiet: quiet}).progress(c), &said
}

func TestPlainProgressIsALineAMinuteAndOneAPhase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, said := plainProgress(t, false)
		steps(p)
		p.done(nil)
		lines := strings.Split(strings.TrimSpace(said.String()), "\n")
		if len(lines) != 30+3 {
			t.Fatalf("%d lines:\n%s", len(lines), said)
		}
		want := []string{
			"records and associations: 600 records, 300 links, 16 calls of at least 190, about 29m0s to go, 985 left today",
			"records and associations: 1200 records, 600 links, 22 calls of at least 190, about 28m0s to go, 979 left today",
		}
		if diff := cmp.Diff(want, lines[:2]); diff != "" {
			t.Error(diff)
		}
		want = []string{
			"records and associations: 18000 records, 9000 links, 190 calls in 30m5s",
			"changes during the crawl: 2 records, 0 links, 2 calls in 200ms",
			"measures in 1s",
		}
		if diff := cmp.Diff(want, lines[30:]); diff != "" {
			t.Error(diff)
		}
	})
}

func TestPlainProgressOfACrawlThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, said := plainProgress(t, false)
		p.done(errors.New("before anything was read"))
		if said.Len() > 0 {
			t.Errorf("it says %q", said)
		}
		p, said = plainProgress(t, false)
		p.show(crawl.Progress{Phase: crawl.PhaseRead, Records: 100, Requests: 12, Left: -1})
		time.Sleep(59 * time.Second)
		p.show(crawl.Progress{Phase: crawl.PhaseRead, Records: 200, Requests: 13, Left: -1})
		p.done(errors.New("later"))
		if want := "stopped at records and associations: 200 records, 0 links, 13 calls\n"; said.String() != want {
			t.Errorf("it says %q, want %q", said, want)
		}
	})
}

// TestProgressWhileNothingComes has the portal be silent.
func TestProgressWhileNothingComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, said := plainProgress(t, false)
		p.show(crawl.Progress{Phase: crawl.PhaseRead, Records: 100, Requests: 12, Left: -1})
		time.Sleep(2*time.Minute + time.Second)
		p.done(errors.New("it never comes"))
		time.Sleep(5 * time.Minute)
		const line = "records and associations: 100 records, 0 links, 12 calls\n"
		if want := line + line + "stopped at " + line; said.String() != want {
			t.Errorf("it says %q, want %q", said, want)
		}
	})
}

func TestQuietMeansQuiet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, said := plainProgress(t, true)
		steps(p)
		p.done(nil)
		if said.Len() > 0 {
			t.Errorf("it says %q", said)
		}
	})
}

// TestTheBarNeverEndsByItself has more calls than were expected, for which a bar
// would be full; what it draws goes to a terminal.
func TestTheBarNeverEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, said := plainProgress(t, false)
		var screen bytes.Buffer
		p.screen = &screen
		now := crawl.Progress{Phase: crawl.PhaseRead, ExpectedRequests: 20, Left: 77}
		for now.Requests = 10; now.Requests < 40; now.Requests++ {
			p.show(now)
			time.Sleep(time.Second)
			if p.bar == nil || p.bar.IsFinished() {
				t.Fatalf("the bar is gone after %d calls", now.Requests)
			}
		}
		if drawn := screen.String(); !strings.Contains(drawn, "(5/10") || !strings.Contains(drawn, "(28/29") || !strings.Contains(drawn, "77 left today") {
			t.Errorf("it draws %q", drawn)
		}
		p.show(crawl.Progress{Phase: crawl.PhaseSettle, Requests: 40, Left: 76})
		p.done(nil)
		if want := "records and associations: 0 records, 0 links, 39 calls in 30s\nchanges during the crawl: 0 records, 0 links, 1 calls in 0s\n"; said.String() != want {
			t.Errorf("it says %q, want %q", said, want)
		}
	})
}
