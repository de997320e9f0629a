package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

const (
	apiDocument = "../../docs/api.md"
	apiPortal   = "../../docs/api.portal"
)

// TestAPIDocument runs the console blocks of docs/api.md, one after the other against one
// portal.
func TestAPIDocument(t *testing.T) {
	_, _, url := served(t, readFile(t, apiPortal))
	if commands := runDocument(t, apiDocument, inFolder(t.TempDir(), url)); commands < 20 {
		t.Errorf("%d commands", commands)
	}
}

// longestQuestion is how many characters a question of docs/questions.md may take.
const longestQuestion = 120

// TestQuestions asks the questions of docs/questions.md after two nights.
func TestQuestions(t *testing.T) {
	portal, _, url := served(t, readFile(t, "../../docs/questions.portal"))
	dir := t.TempDir()
	run := func() {
		cmd := inFolder(dir, url)("hubgraph run --owners --quiet")
		if out, err := cmd.CombinedOutput(); err != nil && cmd.ProcessState.ExitCode() != exitCheckFailed {
			t.Fatalf("%v: %s", err, out)
		}
	}
	run()
	if err := portal.Script("questions.night", readFile(t, "../../docs/questions.night")); err != nil {
		t.Fatal(err)
	}
	run()
	if n := runDocument(t, "../../docs/questions.md", inFolder(dir, url)); n != 12 {
		t.Errorf("%d questions", n)
	}
	for _, block := range consoleBlocks(readFile(t, "../../docs/questions.md")) {
		for _, c := range block {
			query := strings.TrimSuffix(strings.TrimPrefix(c.line, `hubgraph sql "`), `"`)
			if query == c.line || len(query) > longestQuestion {
				t.Errorf("%d characters, or not through hubgraph sql: %s", len(query), c.line)
			}
			if !strings.Contains(c.output, "| ") || strings.Contains(c.output, "0 rows") {
				t.Errorf("no answer: %s", c.line)
			}
		}
	}
}

// inFolder makes commands of lines that run in a folder with a portal at hand.
func inFolder(dir, url string) func(line string) *exec.Cmd {
	return func(line string) *exec.Cmd {
		cmd := exec.Command("sh", "-c", line)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "HUBSPOT_ACCESS_TOKEN=token", "HUBSPOT_BASE_URL="+url, "NO_COLOR=1")
		return cmd
	}
}

// runDocument runs the console blocks of a document, and holds what they print against
// what stands there. With -update it is written there, where it stands whole. It returns
// how many commands there are. A check that fails is no failure of its command.
func runDocument(t *testing.T, document string, command func(line string) *exec.Cmd) (commands int) {
	t.Helper()
	text := readFile(t, document)
	for _, block := range consoleBlocks(text) {
		for _, c := range block {
			commands++
			cmd := command(c.line)
			var errs strings.Builder
			cmd.Stderr = &errs
			out, err := cmd.Output()
			if err != nil && cmd.ProcessState.ExitCode() != exitCheckFailed {
				t.Errorf("$ %s: %v: %s", c.line, err, errs.String())
			}
			got := strings.TrimRight(string(out), "\n")
			switch {
			case matches(changing(c.output), changing(got)):
			case *update && !strings.Contains(c.output, "…"):
				text = strings.Replace(text, c.String(), session{c.line, got}.String(), 1)
			default:
				t.Errorf("$ %s\nthe document shows:\n%s\n\nit prints:\n%s", c.line, c.output, got)
			}
		}
	}
	if *update {
		if err := os.WriteFile(document, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return commands
}
