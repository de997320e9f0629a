package terminal

import (
	"bytes"
	"io"
	"os"
	"os/exec"
)

// Pager writes to a screen what fits it, and what does not into a pager, a program that
// shows it page by page.
type Pager struct {
	Screen  *os.File
	Command string   // of the pager, for sh; empty: there is none, and all goes to the screen
	Environ []string // of the pager
	Rows    int      // of the screen

	kept  []byte // as long as it fits
	under *exec.Cmd
	pipe  io.WriteCloser // into the pager; nil once nobody reads it
}

// Write keeps what fits the screen, and starts the pager at what does not.
func (p *Pager) Write(b []byte) (int, error) {
	switch {
	case p.Command == "":
		return p.Screen.Write(b)
	case p.under == nil:
		p.kept = append(p.kept, b...)
		if bytes.Count(p.kept, []byte("\n")) >= p.Rows {
			p.start()
		}
	default:
		p.pass(b)
	}
	return len(b), nil
}

// start has the pager show what was kept. Where it cannot be started, the screen does.
func (p *Pager) start() {
	p.under = exec.Command("sh", "-c", p.Command)
	p.under.Stdout, p.under.Stderr, p.under.Env = p.Screen, p.Screen, p.Environ
	pipe, err := p.under.StdinPipe()
	if err == nil {
		err = p.under.Start()
	}
	if err != nil {
		p.Command = ""
		_, _ = p.Screen.Write(p.kept) // whoever looks sees it
		return
	}
	p.pipe = pipe
	p.pass(p.kept)
}

// pass gives the pager more. Whoever has read enough ends the pager, which is no error.
func (p *Pager) pass(b []byte) {
	if p.pipe == nil {
		return
	}
	if _, err := p.pipe.Write(b); err != nil {
		p.pipe = nil
	}
}

// Close shows what fitted the screen, or waits until the pager was left.
func (p *Pager) Close() error {
	if p.under == nil {
		_, err := p.Screen.Write(p.kept)
		p.kept = nil
		return err
	}
	if p.pipe != nil {
		_ = p.pipe.Close() // the pager sees the end either way
	}
	if p.under.Process != nil {
		_ = p.under.Wait() // how it ends says nothing about what was printed
	}
	return nil
}
