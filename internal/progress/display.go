// Package progress shows how long work goes: on a terminal with bars, elsewhere with
// plain lines.
package progress

import (
	"fmt"
	"io"
	"time"

	"hubgraph/internal/terminal"
)

// How often progress is printed, whatever comes meanwhile.
const (
	drawEvery = time.Second // on a terminal
	lineEvery = time.Minute // elsewhere
)

// Display is where work is shown. The zero value shows nothing.
type Display struct {
	lines  io.Writer // nil: nothing is shown
	screen io.Writer // the terminal; nil: plain lines
}

// On is a display that writes to a stream, with bars where that is a terminal that can
// draw them: a dumb one, by the name of its kind, cannot.
func On(w io.Writer, kind string) Display {
	d := Display{lines: w}
	if screen := terminal.Of(w); screen != nil && kind != "dumb" {
		d.screen = screen
	}
	return d
}

// Say prints a line for a person.
func (d Display) Say(format string, args ...any) {
	if d.lines != nil {
		fmt.Fprintf(d.lines, format+"\n", args...)
	}
}
