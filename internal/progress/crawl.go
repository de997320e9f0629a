package progress

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"hubgraph/crawl"
	"hubgraph/hubspot"
)

// phaseMetadata is what comes before the phases of a crawl: the portal is asked
// what it has.
const phaseMetadata = "metadata"

// Crawl shows how a crawl goes: on a terminal one bar a phase, elsewhere one
// plain line a minute. In both cases a line prints the sums of each phase at its
// end.
type Crawl struct {
	display Display
	client  *hubspot.Client

	base     hubspot.Stats // what the client had sent before this crawl
	overruns int64         // and how often that was too much

	ended   chan struct{}
	ticking sync.WaitGroup

	mu      sync.Mutex
	bar     *progressbar.ProgressBar
	drawn   time.Time // when the bar was
	now     crawl.Progress
	before  crawl.Progress // the end of the phase before
	started time.Time      // the phase
}

// Crawl starts to show a crawl. What its client was used for before is not counted.
func (d Display) Crawl(c *hubspot.Client) *Crawl {
	p := &Crawl{display: d, client: c, base: c.Stats(), overruns: c.Overruns()}
	p.start()
	return p
}

func (p *Crawl) start() {
	p.ended, p.started = make(chan struct{}), time.Now()
	p.now = crawl.Progress{Phase: phaseMetadata, Left: -1}
	p.begin()
	p.ticking.Go(p.tick)
}

// Show takes in how far the crawl has come.
func (p *Crawl) Show(now crawl.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now.Phase != p.now.Phase {
		p.end()
		p.before, p.started = p.now, time.Now()
		p.now = now
		p.begin()
	}
	if p.now = now; p.bar != nil {
		p.draw()
	}
}

// Aside has f print or ask something without the bar in between.
func (p *Crawl) Aside(f func() error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wipe()
	return f()
}

// tick prints how the crawl goes from time to time, until it ends.
func (p *Crawl) tick() {
	every := lineEvery
	if p.display.screen != nil {
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
		p.count()
		if p.bar != nil {
			p.draw()
		} else {
			p.display.Say("%s", p.line())
		}
		p.mu.Unlock()
	}
}

// count looks how many calls there were for metadata, of which the crawl reports
// nothing while they are made.
func (p *Crawl) count() {
	if p.now.Phase == phaseMetadata {
		stats := p.client.Stats()
		recalled := stats.Recalled - p.base.Recalled
		p.now.Requests, p.now.Recalled, p.now.Left = stats.Requests-p.base.Requests+recalled, recalled, p.client.Allowance().Left
	}
}

// Done ends what is shown of a crawl that ended with err.
func (p *Crawl) Done(err error) {
	close(p.ended)
	p.ticking.Wait()
	if err == nil {
		p.end()
		return
	}
	p.wipe()
	if p.now.Phase != phaseMetadata {
		p.display.Say("stopped at %s", p.line())
	}
}

// end prints the sums of the phase.
func (p *Crawl) end() {
	p.wipe()
	p.count()
	p.display.Say("%s in %s", p.sums(), time.Since(p.started).Round(100*time.Millisecond))
}

// sums are the records, links and calls of the phase so far.
func (p *Crawl) sums() string {
	records, links, calls := p.now.Records-p.before.Records, p.now.Links-p.before.Links, p.calls()
	switch {
	case p.now.Phase == phaseMetadata:
		return fmt.Sprintf("%s: %d calls", p.now.Phase, calls)
	case calls == 0:
		return p.now.Phase
	}
	return fmt.Sprintf("%s: %d records, %d links, %d calls", p.now.Phase, records, links, calls)
}

// calls are those of the phase so far.
func (p *Crawl) calls() int64 { return p.now.Requests - p.before.Requests }

// line is the phase as it stands.
func (p *Crawl) line() string {
	parts := []string{p.sums()}
	if n := p.expected(); n > p.calls() {
		parts[0] += fmt.Sprintf(" of at least %d", n)
	}
	parts = append(parts, p.toGo()...)
	return strings.Join(append(append(parts, p.limits()...), p.paused()...), ", ")
}

// expected is how many calls the phase needs at least; 0: not known.
func (p *Crawl) expected() int64 {
	if p.now.Phase != crawl.PhaseRead {
		return 0
	}
	return max(0, p.now.ExpectedRequests-p.before.Requests)
}

// rate is how many calls a second were made in this phase so far, but for those
// that the journal answered; 0: not known yet.
func (p *Crawl) rate() float64 {
	took := time.Since(p.started)
	if took < time.Second {
		return 0
	}
	return float64(p.calls()-(p.now.Recalled-p.before.Recalled)) / took.Seconds()
}

// toGo is how long the calls that are known of still take, at the rate of this
// phase so far, and what is left of a pause.
func (p *Crawl) toGo() []string {
	rate, left := p.rate(), p.expected()-p.calls()
	if rate <= 0 || left <= 0 {
		return nil
	}
	d := time.Duration(float64(left)/rate*float64(time.Second)) + p.client.Pause()
	return []string{fmt.Sprintf("about %s to go", d.Round(time.Second))}
}

// limits are the calls that are left today and those that were too many.
func (p *Crawl) limits() []string {
	var parts []string
	if p.now.Left >= 0 {
		parts = append(parts, fmt.Sprintf("%d left today", p.now.Left))
	}
	if n := p.client.Overruns() - p.overruns; n > 0 {
		parts = append(parts, fmt.Sprintf("%d × 429", n))
	}
	return parts
}

// paused is how long nothing is sent because HubSpot has asked for that.
func (p *Crawl) paused() []string {
	if d := p.client.Pause().Round(time.Second); d > 0 {
		return []string{fmt.Sprintf("paused for %s", d)}
	}
	return nil
}
