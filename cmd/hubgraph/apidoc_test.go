package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"hubgraph/hubspot/sim"
)

const (
	apiDocument = "../../docs/api.md"
	apiPortal   = "../../docs/api.portal"
)

// TestAPIDocument runs the console blocks of docs/api.md, one after the other against one
// portal, and holds what they print against what stands there. With -update it is written
// there.
func TestAPIDocument(t *testing.T) {
	text := readFile(t, apiDocument)
	portal, err := sim.Parse("api.portal", readFile(t, apiPortal))
	if err != nil {
		t.Fatal(err)
	}
	url, stop, err := sim.NewServer(portal, sim.Options{}).Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	dir := t.TempDir()
	commands := 0
	for _, block := range consoleBlocks(text) {
		for _, c := range block {
			commands++
			cmd := exec.Command("sh", "-c", c.line)
			cmd.Dir, cmd.Env = dir, append(os.Environ(), "HUBSPOT_ACCESS_TOKEN=token", "HUBSPOT_BASE_URL="+url, "NO_COLOR=1")
			var errs strings.Builder
			cmd.Stderr = &errs
			out, err := cmd.Output()
			if err != nil {
				t.Errorf("$ %s: %v: %s", c.line, err, errs.String())
			}
			got := strings.TrimRight(string(out), "\n")
			switch {
			case matches(changing(c.output), changing(got)):
			case *update:
				text = strings.Replace(text, c.String(), command{c.line, got}.String(), 1)
			default:
				t.Errorf("$ %s\nthe document shows:\n%s\n\nit prints:\n%s", c.line, c.output, got)
			}
		}
	}
	if commands < 20 {
		t.Errorf("%d commands", commands)
	}
	if *update {
		if err := os.WriteFile(apiDocument, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
