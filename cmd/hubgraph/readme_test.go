package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"hubgraph/queries"
)

const (
	readme  = "../../README.md"
	picture = "../../docs/map.svg" // the map of the demo
)

// demoDocuments are those whose console blocks follow each other in the folder of the demo.
var demoDocuments = []string{readme, "../../docs/findings.md", "../../docs/repair.md"}

// TestReadmeConsole runs the console blocks of the README and of the documents that go on
// with its demo, one after the other in one folder, and holds what they print against what
// stands there. A line "…" stands for any lines; ids, times and addresses that differ from
// run to run are not compared.
func TestReadmeConsole(t *testing.T) {
	dir := t.TempDir()
	for _, document := range demoDocuments {
		if commands := runDocument(t, document, func(line string) *exec.Cmd {
			cmd := exec.Command("sh", "-c", strings.Replace(line, "go run ./cmd/hubgraph", "hubgraph", 1))
			cmd.Dir, cmd.Env = dir, append(os.Environ(), "HUBGRAPH_DATA=hubgraph-demo", "NO_COLOR=1")
			return cmd
		}); commands < 2 {
			t.Errorf("%s shows %d commands", document, commands)
		}
	}
	drawing := readFile(t, filepath.Join(dir, "map.svg"))
	if *update {
		if err := os.WriteFile(picture, []byte(drawing), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if drawing != readFile(t, picture) {
		t.Errorf("%s is not the map of the demo: `go test ./cmd/hubgraph -run TestReadme -update` makes it again", picture)
	}
}

// session is a line that is typed, with what it prints.
type session struct{ line, output string }

func (c session) String() string {
	if c.output == "" {
		return "$ " + c.line + "\n"
	}
	return "$ " + c.line + "\n" + c.output + "\n"
}

var console = regexp.MustCompile("(?ms)^```console\n(.*?)^```$")

func consoleBlocks(text string) [][]session {
	var blocks [][]session
	for _, m := range console.FindAllStringSubmatch(text, -1) {
		var block []session
		for _, part := range strings.Split("\n"+m[1], "\n$ ")[1:] {
			line, output, _ := strings.Cut(part, "\n")
			block = append(block, session{line, strings.TrimRight(output, "\n")})
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

// The documents that hold the tables of checks, of exit codes, and of folders.
const (
	checksDocument = "../../docs/checks.md"
	nightsDocument = "../../docs/nights.md"
	codeDocument   = "../../CONTRIBUTING.md"
)

// checkTable is the table of checks as it stands in docs/checks.md.
var checkTable = regexp.MustCompile(`(?m)^\| check \|.*\n(\|.*\n)+`)

// TestReadmeTables holds the table of checks and the table of exit codes against
// the program.
func TestReadmeTables(t *testing.T) {
	text := readFile(t, checksDocument)
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
		if err := os.WriteFile(checksDocument, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.Contains(text, checks.String()) {
		t.Errorf("the table of %s is not that of the catalogue, which is\n%s", checksDocument, checks.String())
	}
	var codes strings.Builder
	codes.WriteString("| exit code | meaning |\n|---|---|\n")
	for _, e := range exitCodes {
		fmt.Fprintf(&codes, "| %s | %s |\n", numbers(e.codes), e.meaning)
	}
	if !strings.Contains(readFile(t, nightsDocument), codes.String()+"\n") {
		t.Errorf("the table of exit codes of %s is not that of the program, which is\n%s", nightsDocument, codes.String())
	}
}

// TestReadmeFigures holds the figures by which the README sells against where they come
// from: the catalogue, and the table of the comparison with a peer.
func TestReadmeFigures(t *testing.T) {
	plain := func(text string) string { return strings.ReplaceAll(strings.Join(strings.Fields(text), " "), ",", "") }
	text := plain(readFile(t, readme))
	peers := readFile(t, "../../docs/peers/README.md")
	row := func(name string) []string {
		for _, line := range strings.Split(peers, "\n") {
			if cells := strings.Split(line, "|"); len(cells) > 3 && strings.HasPrefix(strings.TrimSpace(cells[1]), name) {
				return []string{strings.TrimSpace(cells[2]), strings.TrimSpace(cells[3])}
			}
		}
		t.Fatalf("the comparison has no row of %s", name)
		return nil
	}
	calls, pairs := row("calls"), row("pairs landed, of")
	number := func(s string) int {
		n, err := strconv.Atoi(plain(s))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, sentence := range []string{
		fmt.Sprintf("**%d checks each an SQL file**", len(queries.All())),
		fmt.Sprintf("in that comparison %d where the peer makes %d", number(calls[0]), number(calls[1])),
		fmt.Sprintf("%d of %d pairs", number(pairs[0])-number(pairs[1]), number(pairs[0])),
	} {
		if !strings.Contains(text, sentence) {
			t.Errorf("the README does not say %q", sentence)
		}
	}
}

// TestEveryFolderIsNamed compares the section on the folders with the tree.
func TestEveryFolderIsNamed(t *testing.T) {
	text := readFile(t, codeDocument)
	for folder := range goFiles(t, filepath.Join("..", "..")) {
		if !strings.Contains(text, "`"+folder+"`") {
			t.Errorf("%s does not say what %s is for", codeDocument, folder)
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
