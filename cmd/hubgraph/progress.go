package main

import (
	"fmt"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"hubgraph/crawl"
)

// progress shows how a crawl goes: a line that renews itself on a terminal, one
// plain line a phase and a minute elsewhere.
type progress struct {
	app   *app
	bar   *progressbar.ProgressBar // nil: plain lines
	phase string
	told  time.Time
}

func (a *app) progress() *progress {
	p := &progress{app: a, told: time.Now()}
	if f, ok := a.stderr.(*os.File); ok && term.IsTerminal(int(f.Fd())) && !a.quiet {
		p.bar = progressbar.NewOptions64(-1, progressbar.OptionSetWriter(f), progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionSpinnerType(14), progressbar.OptionClearOnFinish())
	}
	return p
}

func (p *progress) show(now crawl.Progress) {
	text := fmt.Sprintf("%s: %d records, %d links", now.Phase, now.Records, now.Links)
	if p.bar != nil {
		p.bar.Describe(text)
		return
	}
	if now.Phase != p.phase || time.Since(p.told) >= time.Minute {
		p.app.say("%s", text)
		p.phase, p.told = now.Phase, time.Now()
	}
}

func (p *progress) done() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
