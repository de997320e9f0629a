package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hubgraph/queries"
)

const (
	readme  = "../../README.md"
	picture = "../../docs/map.svg" // the map of the demo
)

// TestReadmeConsole runs the console blocks of the README, one after the other in
// one folder, and holds what they print against what stands there. A line "…"
// stands for any lines; ids, times and addresses that differ from run to run
// are not compared.
func TestReadmeConsole(t *testing.T) {
	text := readFile(t, readme)
	dir := t.TempDir()
	env := append(os.Environ(), "HUBGRAPH_DATA=hubgraph-demo", "NO_COLOR=1")
	commands := 0
	for _, block := range consoleBlocks(text) {
		for _, c := range block {
			commands++
			cmd := exec.Command("sh", "-c", strings.Replace(c.line, "go run ./cmd/hubgraph", "hubgraph", 1))
			cmd.Dir, cmd.Env = dir, env
			out, err := cmd.Output()
			if err != nil {
				if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != exitCheckFailed {
					t.Errorf("$ %s: %v", c.line, err)
				}
			}
			got := strings.TrimRight(string(out), "\n")
			if matches(changing(c.output), changing(got)) {
				continue
			}
			if *update && !strings.Contains(c.output, "…") {
				text = strings.Replace(text, c.String(), command{c.line, got}.String(), 1)
				continue
			}
			t.Errorf("$ %s\nthe README shows:\n%s\n\nit prints:\n%s", c.line, c.output, got)
		}
	}
	drawing := readFile(t, filepath.Join(dir, "map.svg"))
	if *update {
		if err := errors.Join(os.WriteFile(readme, []byte(text), 0o644), os.WriteFile(picture, []byte(drawing), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	if drawing != readFile(t, picture) {
		t.Errorf("%s is not the map of the demo: `go test ./cmd/hubgraph -run TestReadme -update` makes it again", picture)
	}
	if commands < 5 {
		t.Errorf("the README shows %d commands; it should show the job", commands)
	}
}

// command is a line of a console block, with what it prints.
type command struct{ line, output string }

func (c command) String() string {
	if c.output == "" {
		return "$ " + c.line + "\n"
	}
	return "$ " + c.line + "\n" + c.output + "\n"
}

var console = regexp.MustCompile("(?ms)^```console\n(.*?)^```$")

func consoleBlocks(text string) [][]command {
	var blocks [][]command
	for _, m := range console.FindAllStringSubmatch(text, -1) {
		var block []command
		for _, part := range strings.Split("\n"+m[1], "\n$ ")[1:] {
			line, output, _ := strings.Cut(part, "\n")
			block = append(block, command{line, strings.TrimRight(output, "\n")})
		}
		blocks = append(blocks, block)
	}
	return blocks
}

// differing is what no two runs print alike.
var differing = regexp.MustCompile(`[0-9]{8}T[0-9]{6}Z(-[0-9]+)?|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z|sha256:[0-9a-f]{64}|[0-9]+\.[0-9]+ s\b|http://127\.0\.0\.1:[0-9]+`)

func changing(text string) []string {
	return strings.Split(differing.ReplaceAllString(text, "#"), "\n")
}

// matches compares lines, of which "…" in want stands for any number.
func matches(want, got []string) bool {
	if len(want) == 0 {
		return len(got) == 0
	}
	if strings.TrimSpace(want[0]) == "…" {
		for skip := 0; skip <= len(got); skip++ {
			if matches(want[1:], got[skip:]) {
				return true
			}
		}
		return false
	}
	return len(got) > 0 && strings.TrimRight(want[0], " ") == strings.TrimRight(got[0], " ") && matches(want[1:], got[1:])
}

// checkTable is the table of checks as it stands in the README.
var checkTable = regexp.MustCompile(`(?m)^\| check \|.*\n(\|.*\n)+`)

// TestReadmeTables holds the table of checks and the table of exit codes against
// the program.
func TestReadmeTables(t *testing.T) {
	text := readFile(t, readme)
	var checks strings.Builder
	checks.WriteString("| check | severity | finds | fails on | repair |\n|---|---|---|---|---|\n")
	for _, c := range queries.All() {
		repair := ""
		if c.Repair != "" {
			repair = "yes"
		}
		fmt.Fprintf(&checks, "| `%s` | %s | %s | %s | %s |\n", c.ID, c.Severity, c.Title, c.Gate, repair)
	}
	if *update {
		text = checkTable.ReplaceAllLiteralString(text, checks.String())
		if err := os.WriteFile(readme, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.Contains(text, checks.String()) {
		t.Errorf("the README's table of checks is not that of the catalogue, which is\n%s", checks.String())
	}
	var codes strings.Builder
	codes.WriteString("| exit code | meaning |\n|---|---|\n")
	for _, e := range exitCodes {
		fmt.Fprintf(&codes, "| %s | %s |\n", numbers(e.codes), e.meaning)
	}
	if !strings.Contains(text, codes.String()+"\n") {
		t.Errorf("the README's table of exit codes is not that of the program, which is\n%s", codes.String())
	}
}

// TestReadmeNamesEveryFolder compares the README's section on the folders with
// the tree.
func TestReadmeNamesEveryFolder(t *testing.T) {
	text := readFile(t, readme)
	for folder := range goFiles(t, filepath.Join("..", "..")) {
		if !strings.Contains(text, "`"+folder+"`") {
			t.Errorf("the README does not say what %s is for", folder)
		}
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
