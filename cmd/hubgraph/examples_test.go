package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
)

// shop is the portal that the examples of the help speak of.
const shop = `
portal 77
pipeline deals default "Sales"
stage deals default open "Open" isClosed=false
label contacts 25 "Decides" deals 27 "Decision maker"
contacts 7 created=2025-01-01T00:00:00Z
contacts 101 created=2025-01-01T00:00:00Z
contacts 123 created=2025-01-01T00:00:00Z
contacts 124 created=2025-01-01T00:00:00Z
contacts 456 created=2025-01-01T00:00:00Z
companies 9 created=2025-01-01T00:00:00Z
companies 201 created=2025-01-01T00:00:00Z
deals 1 created=2025-01-01T00:00:00Z pipeline=default dealstage=open
deals 123 created=2025-01-01T00:00:00Z pipeline=default dealstage=open
contacts 456 -> companies 9
deals 123 -> companies 9
contacts 101 -> companies 201
deals 1 -> contacts 101
deals 1 -> companies 201
`

// notRun are examples that need what is not there, and why.
var notRun = map[string]string{
	"hubgraph demo":             "TestReadmeConsole runs it",
	"hubgraph demo --nights 30": "make test runs it for the notebooks",
	"hubgraph demo --serve":     "it ends with a signal; TestProgressCountsFromItsOwnStart runs it",
	"jq -c … deals.json | hubgraph association read --file -":                     "it leaves out what jq is to do",
	"hubgraph sim --token secret --listen 127.0.0.1:8080 &":                       "it takes a port that may be taken; every test runs the simulator",
	"HUBSPOT_ACCESS_TOKEN=secret hubgraph crawl --base-url http://127.0.0.1:8080": "it follows on that",
	`hubgraph waive --family 0c123f9a --reason "old import" --until 2027-01-31`:   "so small a portal has no family; the script families runs it",
	"hubgraph serve":                         "it serves until it is stopped; TestServeRuns runs it",
	"hubgraph serve --listen 127.0.0.1:8080": "so does this, at a port that may be taken",
	"hubgraph serve --listen 10.0.0.5:8080 --token-file /etc/hubgraph/serve-token": "it takes an address of another machine; the script serve has the like",
	"hubgraph man man1 && man -l man1/hubgraph-audit.1":                            "man need not be there; TestManPages runs both",
}

// asking are examples that ask a person at a terminal, and write nothing where there is none.
var asking = []string{
	"hubgraph association create deals:123 companies:9", `hubgraph association create deals:123 contacts:7 --label "Decision maker"`,
	`hubgraph association delete deals:123 contacts:7 --label "Decision maker"`, "hubgraph label create deals contacts --label Decider --inverse Decides",
	"hubgraph label delete deals contacts 27 --with-associations 1234", "hubgraph label limit deals contacts --max 50",
	`hubgraph label limit deals contacts "Decision maker" --none`, `hubgraph label update deals contacts "Decision maker" --label "Decider"`,
	"hubgraph repair apply plan.json --execute", "hubgraph repair apply plan.json --execute --resume",
}

// documented is an example of a document, without what stands behind it for people.
var documented = regexp.MustCompile(`(?m)^    (hubgraph .+?)(?:  .*)?$`)

// TestExamplesRun runs every example of the help, and those of documents that are no console
// blocks, with a shell, each in a folder of its own, with the nights, plans and files that it
// speaks of. What stands for something of one's own, such as a night or a fingerprint, is
// that of the folder.
func TestExamplesRun(t *testing.T) {
	t.Parallel()
	portal, _, url := served(t, shop)
	made := t.TempDir()
	env := append(os.Environ(), "HUBSPOT_ACCESS_TOKEN=token", "HUBSPOT_WRITE_TOKEN=token", "HUBSPOT_BASE_URL="+url, "USER=somebody", "NO_COLOR=1")
	shell := func(dir, line string) (string, int) {
		cmd := exec.Command("sh", "-c", line)
		cmd.Dir, cmd.Env = dir, env
		out, err := cmd.CombinedOutput()
		if err != nil && cmd.ProcessState == nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out)), cmd.ProcessState.ExitCode()
	}
	must := func(line string, codes ...int) string {
		out, code := shell(made, line)
		if code != 0 && !slices.Contains(codes, code) {
			t.Fatalf("%s: exit %d: %s", line, code, out)
		}
		return out
	}
	for name, text := range map[string]string{
		"pairs.csv": "from,to,label\ncontacts:7,companies:9,\n", "deals.csv": "from,to\ndeals:123,companies\n", "query.sql": "SELECT 1",
	} {
		if err := os.WriteFile(filepath.Join(made, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	must("hubgraph run --quiet", exitCheckFailed)
	must("hubgraph accept")
	if err := portal.Script("night", "unlink deals 1 contacts 101\nunlink deals 1 companies 201"); err != nil {
		t.Fatal(err)
	}
	must("hubgraph run --quiet", exitCheckFailed)
	must("hubgraph repair plan --pairs pairs.csv --output plan.json", exitIncomplete)
	digest := regexp.MustCompile(`sha256:[0-9a-f]{64}`).FindString(readFile(t, filepath.Join(made, "plan.json")))
	must("hubgraph repair apply plan.json --execute --approve "+digest, exitIncomplete)
	must("hubgraph checks new deal_without_owner --dir checks")
	one := func(query string) string {
		lines := strings.Split(must(`hubgraph sql --format csv "`+query+`"`), "\n")
		return lines[len(lines)-1]
	}
	run := regexp.MustCompile(`[0-9]{8}T[0-9]{6}Z(-[0-9]+)?`).FindString(must("hubgraph repair status"))
	today := time.Now().UTC().Format(time.DateOnly)
	finding := one("SELECT left(fingerprint, 12) FROM findings WHERE state <> 'resolved' ORDER BY 1 LIMIT 1")
	own := strings.NewReplacer("diff 2026-11-20", "diff "+one("SELECT min(snapshot_id) FROM snapshots"), "20261122T020000Z", one("SELECT max(snapshot_id) FROM snapshots"), "20261122T030000Z", run, "2026-11-20", today, "2026-11-21", today,
		"2027-01-31", "2099-01-31", "sha256:…", digest+" --resume", "companies:789", "companies:9", "3f9a0c12", finding, "6630da91", finding)
	example := func(line string) {
		dir := filepath.Join(t.TempDir(), "own")
		if err := os.CopyFS(dir, os.DirFS(made)); err != nil {
			t.Fatal(err)
		}
		out, code := shell(dir, own.Replace(line))
		asks := slices.Contains(asking, line)
		switch {
		case asks && code == exitUsage && !strings.Contains(out, "unknown"):
		case !asks && (code == 0 || code == exitIncomplete || code == exitCheckFailed):
		default:
			t.Errorf("%s: exit %d: %s", line, code, out)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	ran, named := 0, 0
	everyCommand(t, func(cmd *cobra.Command, _ []string) {
		for line := range strings.Lines(cmd.Example) {
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			if notRun[line] != "" {
				named++
				continue
			}
			ran++
			example(line)
		}
	})
	written := 0
	for _, name := range []string{"../../README.md", "../../docs/findings.md", "../../docs/nights.md", "../../docs/repair.md"} {
		for _, line := range documented.FindAllStringSubmatch(readFile(t, name), -1) {
			written++
			example(line[1])
		}
	}
	if written < 16 {
		t.Errorf("%d examples of the documents were run", written)
	}
	if named != len(notRun) || ran < 70 {
		t.Errorf("%d examples were run; %d of those that are not to be run are there, of %d", ran, named, len(notRun))
	}
}
