package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"
)

// shown is what a command line prints on a terminal of so many columns, or where columns
// is 0, into a pipe. vars are the environment.
func shown(t *testing.T, columns uint16, vars map[string]string, args ...string) string {
	t.Helper()
	e := &env{stdin: strings.NewReader(""), getenv: func(name string) string { return vars[name] }, environ: func() []string { return append(os.Environ(), "LC_ALL=C.UTF-8") }}
	var complaints bytes.Buffer
	e.stderr = &complaints
	printed := ""
	code := 0
	if columns == 0 {
		var out bytes.Buffer
		e.stdout = &out
		code = run(context.Background(), e, args)
		printed = out.String()
	} else {
		screen, device := openTerminal(t, columns)
		e.stdout = device
		drawn := make(chan string)
		go func() {
			all, _ := io.ReadAll(screen) // a terminal that nobody has open any more is an error
			drawn <- string(all)
		}()
		code = run(context.Background(), e, args)
		device.Close()
		printed = strings.ReplaceAll(<-drawn, "\r\n", "\n")
	}
	if code != 0 && code != exitCheckFailed {
		t.Fatalf("hubgraph %s: exit code %d: %s", strings.Join(args, " "), code, complaints.String())
	}
	return printed
}

// smallPortal has a few findings, some with long names.
const smallPortal = `portal 77
label contacts 21 "Advisor" companies 22 "Advises"
contacts 1
contacts 2
companies 11 name="Rösterei Kahlenberg und Söhne, Handelsgesellschaft für Kaffee"
companies 12 name=咖啡
contacts 1 -> companies 11 primary "Advisor"
contacts 2 -> companies 12 primary
deals 301 dealname="A deal with a name that no screen of eighty columns can show as a whole" amount=5000 created=2020-01-01
deals 302 created=2020-01-01
deals 303 created=2020-01-01
deals 304 created=2020-01-01
deals 305 created=2020-01-01
`

// smallData makes a data folder of two nights of smallPortal, which the environment leads
// to. They begin in different seconds: the id of a second one in a second is longer.
func smallData(t *testing.T, dir string, online map[string]string) {
	t.Helper()
	for range 2 {
		vars := maps.Clone(online)
		vars["HUBGRAPH_DATA"] = dir
		shown(t, 0, vars, "run", "--quiet")
		time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(time.Second)))
	}
}

// passing is what differs from run to run, times, sizes, digests and calls that are left,
// and from machine to machine: of all that no digit stays.
var passing = regexp.MustCompile(`[0-9]{8}T[0-9]{6}Z|[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:]{8}Z)?|\b[0-9]{2}:[0-9]{2}(:[0-9]{2})?\b|[0-9]+\.[0-9] [kMG]B|\b99[0-9]{4}\b|sha256:[0-9a-f]+`)

// machine is what does not even have the same width on every machine.
var machine = regexp.MustCompile(`[0-9.]+ [kMGT]B are free|go1[.0-9]+( [a-z]+/[a-z0-9]+)?`)

var digit = regexp.MustCompile(`[0-9]`)

// lasting is a text without what differs.
func lasting(s string) string {
	s = machine.ReplaceAllStringFunc(s, func(found string) string {
		if strings.HasPrefix(found, "go1") {
			return "go1"
		}
		return "0 GB are free"
	})
	return passing.ReplaceAllStringFunc(s, func(found string) string {
		if hash, ok := strings.CutPrefix(found, "sha256:"); ok {
			return "sha256:" + strings.Repeat("0", len(hash))
		}
		return digit.ReplaceAllString(found, "0")
	})
}

// escape is what colours a text.
var escape = regexp.MustCompile("\x1b\\[[0-9;]*m")

// screens are command lines that print what is held against testdata/screens.
var screens = []struct {
	golden string
	args   []string // FINGERPRINT stands for that of a finding
	online bool     // it asks the portal
	writes bool     // it changes the folder, and each run has a folder of its own
}{
	{golden: "hubgraph"},
	{golden: "help", args: []string{"help", "accept"}},
	{golden: "checks", args: []string{"checks"}},
	{golden: "check", args: []string{"checks", "deal_fully_orphaned"}},
	{golden: "settings", args: []string{"settings"}},
	{golden: "snapshots", args: []string{"snapshots", "list"}},
	{golden: "verify", args: []string{"snapshots", "verify"}},
	{golden: "forget", args: []string{"snapshots", "forget", "--keep-last", "1", "--dry-run"}},
	{golden: "audit", args: []string{"audit", "--stored", "last"}},
	{golden: "findings", args: []string{"findings"}},
	{golden: "groups", args: []string{"findings", "--group-by", "check"}},
	{golden: "finding", args: []string{"findings", "FINGERPRINT"}},
	{golden: "diff", args: []string{"diff"}},
	{golden: "sql", args: []string{"sql", "SELECT object_type, object_id, name, created_at, amount, degree, component, url, seen, archived FROM objects ORDER BY ALL"}},
	{golden: "turned", args: []string{"sql", "SELECT object_type, object_id, name, created_at, amount, degree, component, url, seen, archived FROM objects WHERE object_id = 301"}},
	{golden: "many", args: []string{"sql", "SELECT i FROM range(50) AS r(i)"}},
	{golden: "status", args: []string{"repair", "status"}},
	{golden: "map", args: []string{"draw", "map", "--output", "map.dot"}},
	{golden: "record", args: []string{"draw", "record", "contacts:1", "--output", "record.dot"}},
	{golden: "path", args: []string{"draw", "path", "contacts:1", "companies:11", "--output", "path.dot"}},
	{golden: "component", args: []string{"draw", "component", "contacts:1", "--output", "component.dot"}},
	{golden: "picture", args: []string{"draw", "finding", "FINGERPRINT", "--output", "finding.dot"}},
	{golden: "report", args: []string{"report", "--output", "report.html"}},
	{golden: "version", args: []string{"version"}},
	{golden: "man", args: []string{"man", "man1"}},
	{golden: "erase", args: []string{"erase", "contacts:1", "--dry-run"}},
	{golden: "plan", args: []string{"repair", "plan", "--pairs", "pairs.csv", "--output", "new.json"}},
	{golden: "show", args: []string{"repair", "show", "plan.json"}},
	{golden: "apply", args: []string{"repair", "apply", "plan.json"}, online: true},
	{golden: "doctor", args: []string{"doctor"}, online: true},
	{golden: "association-list", args: []string{"association", "list", "contacts:1", "companies"}, online: true},
	{golden: "association-read", args: []string{"association", "read", "--file", "records.csv"}, online: true},
	{golden: "association-create", args: []string{"association", "create", "contacts:1", "companies:12", "--dry-run"}, online: true},
	{golden: "association-delete", args: []string{"association", "delete", "contacts:1", "companies:11", "--dry-run"}, online: true},
	{golden: "label-list", args: []string{"label", "list", "contacts", "companies"}, online: true},
	{golden: "label-create", args: []string{"label", "create", "contacts", "companies", "--label", "Buyer", "--inverse", "Seller", "--dry-run"}, online: true},
	{golden: "label-update", args: []string{"label", "update", "contacts", "companies", "Advisor", "--label", "Counsel", "--dry-run"}, online: true},
	{golden: "label-delete", args: []string{"label", "delete", "contacts", "companies", "21", "--with-associations", "1", "--dry-run"}, online: true},
	{golden: "label-limit", args: []string{"label", "limit", "contacts", "companies", "--max", "3", "--dry-run"}, online: true},
	{golden: "foreseen", args: []string{"crawl", "--dry-run"}, online: true},
	{golden: "crawl", args: []string{"crawl"}, online: true, writes: true},
	{golden: "run", args: []string{"run"}, online: true, writes: true},
	{golden: "rebuild", args: []string{"rebuild"}, writes: true},
	{golden: "accept", args: []string{"accept"}, writes: true},
	{golden: "waive", args: []string{"waive", "FINGERPRINT", "--reason", "left over from the import", "--until", "2099-01-31"}, writes: true},
	{golden: "checks-new", args: []string{"checks", "new", "deal_without_owner", "--dir", "nights/own"}, writes: true},
	{golden: "checks-test", args: []string{"checks", "test", "own"}},
}

// unseen are the commands that no screen is of, and why.
var unseen = map[string]string{
	"demo":                  "TestReadmeConsole holds all that it prints, which takes seconds",
	"repair undo":           "it needs a repair that was sent; the script repair holds what it prints",
	"serve":                 "it serves until it is stopped, and prints its address",
	"sim":                   "so does this",
	"completion bash":       "a script for a shell, whatever the terminal is",
	"completion fish":       "a script for a shell, whatever the terminal is",
	"completion powershell": "a script for a shell, whatever the terminal is",
	"completion zsh":        "a script for a shell, whatever the terminal is",
}

// TestEveryCommandHasAScreen compares the screens with the commands.
func TestEveryCommandHasAScreen(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range screens {
		cmd, _, err := tree().Find(s.args)
		if err != nil {
			t.Fatal(err)
		}
		seen[cmd.CommandPath()] = true
	}
	everyCommand(t, func(cmd *cobra.Command, words []string) {
		if !cmd.Runnable() || len(words) > 0 && cmd.HasSubCommands() && !seen[cmd.CommandPath()] { // which names the commands below it
			return
		}
		name := strings.Join(words, " ")
		if seen[cmd.CommandPath()] == (unseen[name] != "") {
			t.Errorf("hubgraph %s: there is a screen of it: %t; why there is none: %q", name, seen[cmd.CommandPath()], unseen[name])
		}
	})
}

// TestScreens prints on terminals of 80 and 120 columns and into a pipe, and holds that
// against testdata/screens. No line is wider than its terminal, but one with a command to copy; with colours it is the same
// text; and what is piped has none and is cut nowhere.
func TestScreens(t *testing.T) {
	goldens, err := filepath.Abs(filepath.Join("testdata", "screens"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	_, _, url := served(t, smallPortal)
	online := map[string]string{"HUBSPOT_ACCESS_TOKEN": "any", "HUBSPOT_WRITE_TOKEN": "any", "HUBSPOT_BASE_URL": url}
	const dir, kept = "nights", "kept"
	smallData(t, dir, online)
	if err := os.CopyFS(kept, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"pairs.csv": "from,to,label\ncontacts:1,companies:12,\ncontacts:1,companies:99,\n", "records.csv": "from,to\ncontacts:1,companies\ncontacts:2,companies\n"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	offline := map[string]string{"HUBGRAPH_DATA": dir}
	finding := strings.Fields(strings.Split(shown(t, 0, offline, "findings", "--check", "deal_fully_orphaned"), "\n")[2])[0]
	shown(t, 0, offline, "repair", "plan", "--pairs", "pairs.csv", "--output", "plan.json")
	shown(t, 0, offline, "checks", "new", "deal_without_owner", "--dir", "own")
	for _, s := range screens {
		name := "hubgraph " + strings.Join(s.args, " ")
		args := append([]string{}, s.args...) // nil stands for those of this process
		if i := slices.Index(args, "FINGERPRINT"); i > 0 {
			args[i] = finding
		}
		show := func(columns uint16, own ...string) string {
			vars := map[string]string{"HUBGRAPH_DATA": dir, "HUBGRAPH_PAGER": "cat", "USER": "somebody", "TERM": own[0], "NO_COLOR": own[1]}
			if s.online {
				maps.Copy(vars, online)
			}
			printed := shown(t, columns, vars, args...)
			if s.writes {
				if err := errors.Join(os.RemoveAll(dir), os.RemoveAll("waivers.yaml"), os.CopyFS(dir, os.DirFS(kept))); err != nil {
					t.Fatal(err)
				}
			}
			return printed
		}
		var all strings.Builder
		for _, columns := range []uint16{80, 120, 0} {
			plain := show(columns, "xterm", "1")
			for line := range strings.Lines(plain) {
				if n := text.StringWidth(strings.TrimSuffix(line, "\n")); columns > 0 && n > int(columns) && !strings.Contains(line, selfName()) {
					t.Errorf("%s: %d columns at %d: %s", name, n, columns, line)
				}
			}
			if strings.Contains(plain, "\x1b") || columns == 0 && strings.Contains(plain, "…\n") {
				t.Errorf("%s at %d is coloured or cut:\n%s", name, columns, plain)
			}
			fmt.Fprintf(&all, "== %d\n%s", columns, lasting(plain))
			if s.writes && columns != 80 { // once is enough of what takes longer
				continue
			}
			coloured := show(columns, "xterm", "")
			if lasting(escape.ReplaceAllString(coloured, "")) != lasting(plain) || columns == 0 && strings.Contains(coloured, "\x1b") {
				t.Errorf("%s at %d: with colours it is another text:\n%s\nwithout\n%s", name, columns, coloured, plain)
			}
			if s.writes || columns != 80 {
				continue
			}
			if dumb := show(columns, "dumb", ""); lasting(dumb) != lasting(plain) {
				t.Errorf("%s at %d on a dumb terminal:\n%s", name, columns, dumb)
			}
		}
		compareScreen(t, filepath.Join(goldens, s.golden+".txt"), all.String())
	}
	if coloured := shown(t, 80, map[string]string{"HUBGRAPH_DATA": dir, "TERM": "xterm", "HUBGRAPH_PAGER": "cat"}, "findings"); !strings.Contains(coloured, "\x1b[1;31mcritical\x1b[0m") {
		t.Errorf("there are no colours on a terminal:\n%q", coloured)
	}
}

// compareScreen holds what was printed against a file; with -update it writes the file.
func compareScreen(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(strings.Split(readFile(t, name), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", name, diff)
	}
}

// TestPager has a pager of its own show what does not fit the terminal, and only that, and
// only there.
func TestPager(t *testing.T) {
	vars := map[string]string{"TERM": "xterm", "NO_COLOR": "1", "HUBGRAPH_PAGER": "sed s/^/paged:/", "PAGER": "false"}
	if got := shown(t, 80, vars, "checks"); !strings.HasPrefix(got, "paged:CHECK ") || strings.Count(got, "\npaged:") < 40 {
		t.Errorf("a long result was not paged:\n%.300s", got)
	}
	vars["HUBGRAPH_PAGER"] = "exit 3" // who reads nothing, or leaves early, is no error
	if got := shown(t, 80, vars, "checks"); got != "" {
		t.Errorf("a pager that was left shows\n%.300s", got)
	}
	vars["HUBGRAPH_PAGER"] = "sed s/^/paged:/"
	for _, tt := range []struct {
		columns uint16
		args    []string
	}{{80, []string{"checks", "--no-pager"}}, {0, []string{"checks"}}, {80, []string{"settings"}}} {
		if got := shown(t, tt.columns, vars, tt.args...); got == "" || strings.Contains(got, "paged:") {
			t.Errorf("%q in %d columns prints\n%.300s", tt.args, tt.columns, got)
		}
	}
	vars["HUBGRAPH_PAGER"], vars["PAGER"] = "", "sed s/^/second:/"
	if got := shown(t, 80, vars, "checks"); !strings.HasPrefix(got, "second:CHECK ") {
		t.Errorf("PAGER was not asked:\n%.300s", got)
	}
}
