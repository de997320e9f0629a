package progress

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"hubgraph/crawl"
)

const (
	barWidth    = 10
	aroundBar   = 11 // columns: the percentage, the frame, and one that stays free
	usualScreen = 80 // columns of a terminal that does not say

	redrawn = 100 * time.Millisecond // at most so often
)

// begin makes the bar of a phase, where there is a terminal: of calls where it is
// known how many there will be, and else one that only moves.
func (p *Crawl) begin() {
	if p.display.screen == nil {
		return
	}
	p.bar = newBar(p.display.screen, p.length())
	p.drawn = time.Time{}
	p.draw()
}

// newBar makes a bar of a length; -1 where that is not known.
func newBar(screen io.Writer, length int64) *progressbar.ProgressBar {
	return progressbar.NewOptions64(length,
		progressbar.OptionSetWriter(screen), progressbar.OptionUseANSICodes(true), progressbar.OptionClearOnFinish(),
		progressbar.OptionSetWidth(barWidth), progressbar.OptionSpinnerType(14), progressbar.OptionShowDescriptionAtLineEnd(),
		progressbar.OptionSetSpinnerChangeInterval(0),                                    // it moves when it is drawn, without a goroutine of its own
		progressbar.OptionSetPredictTime(false), progressbar.OptionSetElapsedTime(false), // these do not know of pauses
	)
}

// length is that of the bar in calls, at least one more than were made: a bar
// that is full ends. It is -1 where the phase's calls are not known.
func (p *Crawl) length() int64 {
	if n := p.expected(); n > 0 {
		return max(n, p.calls()+1)
	}
	return -1
}

// draw shows how far the phase has come. What the terminal does with it is no
// reason to end a crawl.
func (p *Crawl) draw() {
	if time.Since(p.drawn) < redrawn {
		return
	}
	p.drawn = time.Now()
	length, room := p.length(), columns(p.display.screen)-aroundBar
	if length < 0 {
		p.bar.Describe(fit(p.facts(), room))
		return
	}
	room -= barWidth
	p.bar.Describe(fit(p.facts(), room))
	if length != p.bar.GetMax64() {
		p.bar.ChangeMax64(length)
	}
	_ = p.bar.Set64(p.calls())
}

// facts are shown beside a bar, what matters most first.
func (p *Crawl) facts() []string {
	var parts []string
	switch length := p.length(); {
	case length > 0:
		parts = append(parts, fmt.Sprintf("%d/%d calls", p.calls(), length))
	case p.calls() > 0:
		parts = append(parts, fmt.Sprintf("%s: %d calls", p.now.Phase, p.calls()))
	default:
		parts = append(parts, p.now.Phase)
	}
	parts = append(parts, p.paused()...)
	if rate := p.rate(); rate > 0 {
		parts = append(parts, fmt.Sprintf("%.1f/s", rate))
	}
	parts = append(append(parts, p.toGo()...), p.limits()...)
	if p.now.Phase == crawl.PhaseRead || p.now.Phase == crawl.PhaseSettle {
		parts = append(parts, fmt.Sprintf("%d records", p.now.Records-p.before.Records), fmt.Sprintf("%d links", p.now.Links-p.before.Links))
	}
	return parts
}

// fit joins as many parts as there is room for, the first ones: a line that is
// longer than the screen is wide cannot be drawn over.
func fit(parts []string, room int) string {
	for n := len(parts); n > 0; n-- {
		if line := strings.Join(parts[:n], ", "); utf8.RuneCountInString(line) <= room {
			return line
		}
	}
	return ""
}

// columns is how wide a screen is now.
func columns(screen io.Writer) int {
	if f, ok := screen.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			return width
		}
	}
	return usualScreen
}

// wipe takes the bar off the screen, until it is drawn again.
func (p *Crawl) wipe() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}
