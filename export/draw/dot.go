// Package draw draws what a DuckDB file holds as DOT, the language of Graphviz, and has
// Graphviz make pictures of that.
package draw

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"hubgraph/internal/sentence"
	"hubgraph/internal/terminal"
)

// A drawing is DOT, the language of Graphviz. Text in it comes from a CRM, so
// anybody may have written it: every text is quoted, with what Graphviz would
// read as an escape or an entity taken literally; labels in HTML, links and
// files are never used; nodes have names of our own.

// dotLabel is the longest name that a label shows, in characters.
const dotLabel = 60

// attribute is an attribute of a node, edge or graph.
type attribute struct{ name, value string }

// lines makes one label of several lines.
func lines(texts ...string) string {
	escaped := make([]string, len(texts))
	for i, t := range texts {
		escaped[i] = dotText(t)
	}
	return strings.Join(escaped, `\n`)
}

// dotText is a text inside of a quoted label.
func dotText(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, `&`, `&amp;`).Replace(s)
}

// shown is a name of the portal's, in one line that fits into a label.
func shown(s string) string {
	runes := []rune(terminal.Printable(strings.ToValidUTF8(s, "\uFFFD")))
	if len(runes) > dotLabel {
		runes = append(runes[:dotLabel-1], '…')
	}
	return string(runes)
}

// statement writes a subject with its attributes, whose values are escaped
// already.
func statement(b *bytes.Buffer, indent, subject string, attributes ...attribute) {
	b.WriteString(indent + subject)
	for i, a := range attributes {
		b.WriteString([]string{" [", ", "}[min(i, 1)] + a.name + `="` + a.value + `"`)
	}
	if len(attributes) > 0 {
		b.WriteString("]")
	}
	b.WriteString(";\n")
}

// ErrNoGraphviz: the command dot of Graphviz is not installed.
var ErrNoGraphviz = errors.New("no Graphviz is installed")

// renderTime is how long Graphviz may take.
const renderTime = 20 * time.Second

// Render runs Graphviz's dot on a drawing and returns the picture, "svg" or
// "png". Without Graphviz the error is ErrNoGraphviz; a drawing that takes more
// than 20 seconds is given up.
func Render(ctx context.Context, dot []byte, format string) ([]byte, error) {
	if format != "svg" && format != "png" {
		return nil, fmt.Errorf("no picture of the format %q can be made: choose svg or png", format)
	}
	program, err := exec.LookPath("dot")
	if err != nil {
		return nil, sentence.New(ErrNoGraphviz, "a picture needs Graphviz's command dot, which is not installed: install Graphviz, or ask for DOT (a name that ends in .dot)")
	}
	ctx, cancel := context.WithTimeout(ctx, renderTime)
	defer cancel()
	var picture, complaint bytes.Buffer
	cmd := exec.CommandContext(ctx, program, "-T"+format)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(dot), &picture, &complaint
	cmd.WaitDelay = time.Second
	err = cmd.Run()
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return nil, fmt.Errorf("drawing with Graphviz took more than %s: ask for DOT (a name that ends in .dot)", renderTime)
	}
	if err != nil {
		return nil, fmt.Errorf("draw with Graphviz: %w: %s", err, terminal.Printable(complaint.String()))
	}
	return picture.Bytes(), nil
}
