package graphviz

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"

	"hubgraph/internal/sentence"
	"hubgraph/internal/terminal"
)

// ErrNotInstalled: the command dot was asked for, and is not there.
var ErrNotInstalled = errors.New("no Graphviz is installed")

// Installed lays out a drawing with the command dot on PATH, which is never used unless
// somebody asks for it, and returns it as SVG. The limits are those of SVG.
func Installed(ctx context.Context, dot []byte) ([]byte, error) {
	if err := checkSize(dot); err != nil {
		return nil, err
	}
	command, err := exec.LookPath("dot")
	if err != nil {
		return nil, sentence.New(ErrNotInstalled, "--dot needs Graphviz's command dot, which is not installed: leave out --dot, and the Graphviz that is inside draws")
	}
	within, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	var picture, complaint bytes.Buffer
	cmd := exec.CommandContext(within, command, "-Tsvg")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(dot), &picture, &complaint
	cmd.WaitDelay = time.Second
	if err := cmd.Run(); err != nil {
		return nil, unfinished(ctx, within, fmt.Errorf("%w: %.500s", err, terminal.Printable(complaint.String())))
	}
	return picture.Bytes(), nil
}
