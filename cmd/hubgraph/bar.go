package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"hubgraph/crawl"
)

// barWidth leaves room for the figures in a terminal of 120 columns.
const barWidth = 12

// begin makes the bar of a phase, where there is a terminal: of calls where it is
// known how many there will be, and else one that only moves.
func (p *progress) begin(now crawl.Progress) {
	if p.screen == nil {
		return
	}
	options := []progressbar.Option{
		progressbar.OptionSetWriter(p.screen), progressbar.OptionSetWidth(barWidth), progressbar.OptionClearOnFinish(),
		progressbar.OptionThrottle(100 * time.Millisecond), progressbar.OptionSpinnerType(14),
		progressbar.OptionSetSpinnerChangeInterval(0), // it moves when it is drawn, without a goroutine of its own
	}
	length := p.length(now)
	if length > 0 {
		options = append(options, progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString("calls"))
	}
	p.bar = progressbar.NewOptions64(length, options...)
}

// length is that of the bar in calls, at least one more than were made: a bar
// that is full ends. It is -1 where the phase's calls are not known.
func (p *progress) length(now crawl.Progress) int64 {
	if now.Phase != crawl.PhaseRead || now.ExpectedRequests == 0 {
		return -1
	}
	return max(now.ExpectedRequests, now.Requests+1) - p.calls
}

// draw shows how far the phase has come. What the terminal does with it is no
// reason to end a crawl.
func (p *progress) draw() {
	made := p.now.Requests - p.calls
	parts := []string{fmt.Sprintf("%s: %d records, %d links", p.now.Phase, p.now.Records-p.before.Records, p.now.Links-p.before.Links)}
	length := p.length(p.now)
	if length < 0 {
		parts = append(parts, fmt.Sprintf("%d calls", made))
	}
	p.bar.Describe(strings.Join(append(parts, p.limits()...), ", "))
	if length < 0 {
		return
	}
	if length != p.bar.GetMax64() {
		p.bar.ChangeMax64(length)
	}
	_ = p.bar.Set64(made)
}

// clear takes the bar away.
func (p *progress) clear() {
	if p.bar != nil {
		_ = p.bar.Clear()
		p.bar = nil
	}
}
