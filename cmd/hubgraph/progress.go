package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"hubgraph/crawl"
	"hubgraph/hubspot"
)

// How often is told how a crawl goes, whatever comes from the portal meanwhile.
const (
	drawEvery = time.Second // on a terminal
	lineEvery = time.Minute // elsewhere
)

// progress shows how a crawl goes: on a terminal one bar a phase, elsewhere one
// plain line a minute. In both cases a line tells the sums of each phase at its
// end.
type progress struct {
	app    *app
	client *hubspot.Client
	screen io.Writer // the terminal; nil: plain lines

	ended   chan struct{}
	ticking sync.WaitGroup

	mu      sync.Mutex
	bar     *progressbar.ProgressBar
	now     crawl.Progress
	before  crawl.Progress // the end of the phase before
	calls   int64          // that were made when the phase started
	started time.Time      // the phase
}

func (a *app) progress(c *hubspot.Client) *progress {
	p := &progress{app: a, client: c, ended: make(chan struct{})}
	if f, ok := a.stderr.(*os.File); ok && term.IsTerminal(int(f.Fd())) && !a.quiet {
		p.screen = f
	}
	return p
}

// show takes in how far the crawl has come.
func (p *progress) show(now crawl.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.now.Phase == "" {
		p.ticking.Go(p.tick)
	}
	if now.Phase != p.now.Phase {
		p.end()
		p.before, p.calls, p.started = p.now, now.Requests, time.Now()
		p.begin(now)
	}
	if p.now = now; p.bar != nil {
		p.draw()
	}
}

// tick tells how the crawl goes from time to time, until it ends.
func (p *progress) tick() {
	every := lineEvery
	if p.screen != nil {
		every = drawEvery
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-p.ended:
			return
		case <-ticker.C:
		}
		p.mu.Lock()
		if p.bar != nil {
			p.draw()
		} else {
			p.app.say("%s", p.line())
		}
		p.mu.Unlock()
	}
}

// done ends what is shown of a crawl that ended with err.
func (p *progress) done(err error) {
	close(p.ended)
	p.ticking.Wait()
	if err == nil {
		p.end()
		return
	}
	p.clear()
	if p.now.Phase != "" {
		p.app.say("stopped at %s", p.line())
	}
}

// end tells the sums of the phase.
func (p *progress) end() {
	p.clear()
	if p.now.Phase != "" {
		p.app.say("%s in %s", p.sums(), time.Since(p.started).Round(100*time.Millisecond))
	}
}

// sums are the records, links and calls of the phase so far. To the first phase
// the calls for metadata count too.
func (p *progress) sums() string {
	records, links, calls := p.now.Records-p.before.Records, p.now.Links-p.before.Links, p.now.Requests-p.before.Requests
	if calls == 0 {
		return p.now.Phase
	}
	return fmt.Sprintf("%s: %d records, %d links, %d calls", p.now.Phase, records, links, calls)
}

// line is the phase as it stands.
func (p *progress) line() string {
	parts := []string{p.sums()}
	if n := p.now.ExpectedRequests; n > p.now.Requests && p.now.Phase == crawl.PhaseRead {
		parts[0] += fmt.Sprintf(" of at least %d", n)
		if left, known := p.remaining(); known {
			parts = append(parts, "about "+left.String()+" to go")
		}
	}
	return strings.Join(append(parts, p.limits()...), ", ")
}

// remaining is how long the calls that are known of still take, at the rate of
// this phase so far.
func (p *progress) remaining() (time.Duration, bool) {
	made, took := p.now.Requests-p.calls, time.Since(p.started)
	if made == 0 || took < time.Second {
		return 0, false
	}
	return (took / time.Duration(made) * time.Duration(p.now.ExpectedRequests-p.now.Requests)).Round(time.Second), true
}

// limits are the calls that are left today and those that were too many, and how
// long nothing is sent because of them.
func (p *progress) limits() []string {
	var parts []string
	if p.now.Left >= 0 {
		parts = append(parts, fmt.Sprintf("%d left today", p.now.Left))
	}
	if n := p.client.Overruns(); n > 0 {
		parts = append(parts, fmt.Sprintf("%d × 429", n))
	}
	if d := p.client.Pause().Round(time.Second); d > 0 {
		parts = append(parts, fmt.Sprintf("paused for %s", d))
	}
	return parts
}
