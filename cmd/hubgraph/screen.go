package main

import (
	"cmp"
	"errors"
	"io"
	"os/exec"

	"github.com/spf13/cobra"

	"hubgraph/internal/terminal"
)

// longResult marks the commands whose results may need a pager.
const longResult = "long result"

// long marks a command so.
func long(cmd *cobra.Command) *cobra.Command {
	cmd.Annotations = map[string]string{longResult: "yes"}
	return cmd
}

// person is where text for a person goes: on a terminal, its lines fit the screen, and
// have colours unless these are not wanted; elsewhere they stay as they are.
func (a *app) person() io.Writer {
	width := terminal.Width(a.screen)
	if width == 0 {
		return a.stdout
	}
	lines := &terminal.Lines{To: a.stdout, Width: width, Colour: a.getenv("NO_COLOR") == "" && a.getenv("TERM") != "dumb", Program: selfName()}
	a.closers = append(a.closers, lines.Close)
	return lines
}

// page has the result of a command that may be long go through a pager, as git has it:
// HUBGRAPH_PAGER, PAGER or less, and only where it does not fit the terminal.
func (a *app) page(cmd *cobra.Command, out *output) {
	screen := terminal.Of(a.screen)
	if screen == nil || a.noPager || cmd.Annotations[longResult] == "" || a.getenv("TERM") == "dumb" {
		return
	}
	pager := &terminal.Pager{Screen: screen, Command: a.pager(), Rows: terminal.Height(screen)}
	if pager.Command == "" || pager.Rows == 0 {
		return
	}
	if a.environ != nil {
		pager.Environ = a.environ()
	}
	if a.getenv("LESS") == "" {
		pager.Environ = append(pager.Environ, "LESS=FRX") // ends at the end of one page, keeps colours and the screen
	}
	out.to = pager
	a.closers = append(a.closers, pager.Close)
}

// pager is the command of the pager; empty where there is none.
func (a *app) pager() string {
	command := cmp.Or(a.getenv("HUBGRAPH_PAGER"), a.getenv("PAGER"))
	if command == "cat" {
		return ""
	}
	if command == "" {
		command = "less"
		if _, err := exec.LookPath(command); err != nil {
			return ""
		}
	}
	return command
}

// close ends what was printed to: what was opened last ends first.
func (a *app) close() (err error) {
	for len(a.closers) > 0 {
		last := len(a.closers) - 1
		err = errors.Join(err, a.closers[last]())
		a.closers = a.closers[:last]
	}
	return err
}
