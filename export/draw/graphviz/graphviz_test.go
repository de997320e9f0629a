package graphviz

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goccy/go-graphviz"
	"github.com/google/go-cmp/cmp"

	"hubgraph/internal/leaks"
)

func TestMain(m *testing.M) { os.Exit(leaks.Watch(m).Run()) }

const drawing = `digraph "g" {
  graph [rankdir="LR"];
  "a" [label="A \"name\"\\N\nand & a line", shape="hexagon", id="a", URL="https://app.hubspot.com/contacts/7/record/0-3/1", tooltip="more"];
  "b" [label="ünï", shape="ellipse", style="dashed", id="b"];
  "c" [label="C", shape="box3d", class="some"];
  "a" -> "b" [label="Primary", dir="both", penwidth="2.6", id="e1"];
  "b" -> "c" [style="dotted", arrowhead="tee"];
}
`

// TestTheWebAssemblyIsThatOfGoGraphviz holds the file against the one of the module that
// go.mod names.
func TestTheWebAssemblyIsThatOfGoGraphviz(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/goccy/go-graphviz").Output()
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "internal", "wasm", "graphviz.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(program, want) {
		t.Error("graphviz.wasm is another one: copy it from the module's internal/wasm")
	}
}

// TestItDrawsAsGoGraphvizDoes compares with the package that the WebAssembly comes from.
func TestItDrawsAsGoGraphvizDoes(t *testing.T) {
	g, err := graphviz.New(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	graph, err := graphviz.ParseBytes([]byte(drawing))
	if err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	if err := g.Render(t.Context(), graph, graphviz.SVG, &want); err != nil {
		t.Fatal(err)
	}
	got, err := SVG(t.Context(), []byte(drawing))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(want.String(), "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("go-graphviz draws another picture (-go-graphviz +here):\n%s", diff)
	}
}

// TestTheInstalledGraphvizDrawsTheSame compares what is inside with the command dot, which
// `make tools` installs: versions differ in the places of things, and in nothing else.
func TestTheInstalledGraphvizDrawsTheSame(t *testing.T) {
	inside, err := SVG(t.Context(), []byte(drawing))
	if err != nil {
		t.Fatal(err)
	}
	installed, err := Installed(t.Context(), []byte(drawing))
	if errors.Is(err, ErrNotInstalled) {
		t.Skip("it compares with the command dot; `make tools` installs it, and so does `make test`")
	}
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(elements(t, installed), elements(t, inside)); diff != "" {
		t.Errorf("-installed +inside:\n%s", diff)
	}
}

// elements are those of SVG with what does not depend on where things are.
func elements(t *testing.T, svg []byte) []string {
	t.Helper()
	var all []string
	decoder := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			text := e.Name.Local
			for _, a := range e.Attr {
				if slices.Contains([]string{"id", "class", "href", "title", "fill", "stroke", "stroke-dasharray", "text-anchor"}, a.Name.Local) {
					// A colour that is none has had two names.
					text += " " + a.Name.Local + "=" + strings.Replace(a.Value, "transparent", "none", 1)
				}
			}
			all = append(all, text)
		case xml.CharData:
			if text := strings.TrimSpace(string(e)); text != "" {
				all = append(all, text)
			}
		}
	}
}

// tangle is a drawing that takes Graphviz long.
func tangle(nodes int) []byte {
	var b bytes.Buffer
	b.WriteString("digraph g {\n")
	for i := range nodes {
		for j := range 12 {
			fmt.Fprintf(&b, "  n%d -> n%d;\n", i, (i*i+7*j*j+j)%nodes)
		}
	}
	b.WriteString("}\n")
	return b.Bytes()
}

// TestADrawingThatTakesLongIsGivenUp: it stops, and does not go on behind.
func TestADrawingThatTakesLongIsGivenUp(t *testing.T) {
	if _, err := SVG(t.Context(), []byte(drawing)); err != nil { // compiles
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := SVG(ctx, tangle(2000)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the caller's time is over: %v", err)
	}
	within, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	e, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	_, err = e.render(within, tangle(2000))
	if err = unfinished(t.Context(), within, err); !errors.Is(err, ErrTooSlow) || strings.Contains(err.Error(), "\n") {
		t.Errorf("its own time is over: %v", err)
	}
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := SVG(canceled, []byte(drawing)); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
}

// TestWhatIsNoDrawing gets a sentence, and the next drawing is drawn.
func TestWhatIsNoDrawing(t *testing.T) {
	if _, err := SVG(t.Context(), []byte("digraph {")); err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "syntax error") {
		t.Errorf("half a drawing: %v", err)
	}
	if _, err := SVG(t.Context(), make([]byte, MaxDOT+1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a large drawing: %v", err)
	}
	if _, err := Installed(t.Context(), make([]byte, MaxDOT+1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a large drawing for the installed one: %v", err)
	}
	if _, err := SVG(t.Context(), []byte(drawing)); err != nil {
		t.Error(err)
	}
}

// TestNoFileIsOpened: what a drawing names as an image is not read.
func TestNoFileIsOpened(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret.svg")
	if err := os.WriteFile(secret, []byte(`<svg width="9pt" height="9pt"><text>secret</text></svg>`), 0o600); err != nil {
		t.Fatal(err)
	}
	picture, err := SVG(t.Context(), fmt.Appendf(nil, `digraph { a [image=%q]; b [shapefile=%q] }`, secret, secret))
	if err != nil || bytes.Contains(picture, []byte("<image")) {
		t.Errorf("%v: %s", err, picture)
	}
}

// TestManyAtOnce: each picture has a memory of its own.
func TestManyAtOnce(t *testing.T) {
	want, err := SVG(t.Context(), []byte(drawing))
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if got, err := SVG(t.Context(), []byte(drawing)); err != nil || !bytes.Equal(got, want) {
				t.Errorf("another picture, %v", err)
			}
		})
	}
	all.Wait()
}

// TestInstalled stands in programs for the command dot: what is tested is how it is run.
func TestInstalled(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	if _, err := Installed(t.Context(), nil); !errors.Is(err, ErrNotInstalled) || strings.Contains(err.Error(), "\n") {
		t.Errorf("without it: %v", err)
	}
	program := func(script string) {
		if err := os.WriteFile(filepath.Join(dir, "dot"), []byte("#!/bin/sh\n"+script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	program(`echo "$@"; read line; echo "$line"`)
	if picture, err := Installed(t.Context(), []byte("digraph {}\n")); err != nil || string(picture) != "-Tsvg\ndigraph {}\n" {
		t.Errorf("picture %q, %v", picture, err)
	}
	program("echo no such >&2; exit 3")
	if _, err := Installed(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "no such") {
		t.Errorf("a failing program: %v", err)
	}
}

// TestPNGOfWhatIsNone gets an error.
func TestPNGOfWhatIsNone(t *testing.T) {
	for _, svg := range []string{"", "<g/>", "<svg", `<svg viewBox="0 0 0 0"/>`, `<svg viewBox="0 0 90000 90000"/>`, `<svg viewBox="a b c d"/>`, `<svg viewBox="0 0 9 9"><text>a`} {
		if _, err := PNG([]byte(svg)); err == nil {
			t.Errorf("%q was painted", svg)
		}
	}
}
