package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// writers are the functions that can bring a write about, each with the files that call it,
// outside its tests: the rights of the client, what package repair sends with them, and what
// the commands ask for.
var writers = map[string][]string{
	`hubspot\.AllowCreates\(`:     {"repair/send.go"},
	`hubspot\.AllowRemovals\(`:    {"repair/send.go"},
	`hubspot\.AllowDefinitions\(`: {"repair/send.go"},
	`repair\.Apply\(`:             {"internal/nightly/apply.go"},
	`\.Send\(ctx, `:               {"internal/nightly/associate.go"},
	`nightly\.Apply\(`:            {"cmd/hubgraph/repairapply.go", "internal/demo/demo.go"},
	`nightly\.Write\(`:            {"cmd/hubgraph/associationwrite.go"},
	`nightly\.Label\(`:            {"cmd/hubgraph/label.go"},
}

// TestNothingElseCanWrite holds the ways to a write against the table.
func TestNothingElseCanWrite(t *testing.T) {
	root := filepath.Join("..", "..")
	callers := map[string][]string{}
	for folder, files := range goFiles(t, root) {
		for _, name := range files {
			text := readFile(t, filepath.Join(root, folder, name))
			for call := range writers {
				if regexp.MustCompile(call).MatchString(text) {
					callers[call] = append(callers[call], folder+"/"+name)
				}
			}
		}
	}
	for call, want := range writers {
		if got := callers[call]; !slices.Equal(slices.Sorted(slices.Values(got)), want) {
			t.Errorf("%s is called in %v, and the table says %v", call, got, want)
		}
	}
}

// TestOnlyApprovedCommandsWrite runs every command that writes without its approval, and as a dry
// run: the portal is asked, and nothing is sent that changes it.
func TestOnlyApprovedCommandsWrite(t *testing.T) {
	portal, server, url := served(t, "label contacts 21 \"Advisor\" companies 22 \"Advises\"\ncontacts 1 -> companies 2 \"Advisor\"\n")
	pairs := filepath.Join(t.TempDir(), "pairs.csv")
	if err := os.WriteFile(pairs, []byte("from,to\ncontacts:1,companies:2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := portal.String()
	for _, line := range []string{
		"association create contacts:1 companies:2 --type-id 1", "association create --file " + pairs, "association delete contacts:1 companies:2", "association delete --file " + pairs,
		"association create contacts:1 companies:2 --api-version v1", "association delete contacts:1 companies:2 --api-version v3",
		"label create contacts companies --label New", "label update contacts companies Advisor --label New", "label delete contacts companies Advisor --with-associations 9", "label limit contacts companies --max 5",
	} {
		for _, approval := range []string{"", " --dry-run"} {
			var out, errs strings.Builder
			e := &env{stdin: strings.NewReader(""), stdout: &out, stderr: &errs, getenv: func(name string) string {
				return map[string]string{"HUBSPOT_ACCESS_TOKEN": "token", "HUBSPOT_BASE_URL": url, "HUBGRAPH_DATA": filepath.Join(t.TempDir(), "data")}[name]
			}}
			code := run(t.Context(), e, append([]string{}, strings.Fields(line+approval)...))
			if want := map[string]int{"": exitUsage, " --dry-run": 0}[approval]; code != want {
				t.Errorf("%s%s: exit %d, want %d: %s", line, approval, code, want, errs.String())
			}
		}
	}
	reads := 0
	for _, r := range server.Requests() {
		if r.Method != "GET" && !strings.HasSuffix(r.Path, "/read") && !strings.HasSuffix(r.Path, "/search") {
			t.Errorf("%s %s was sent", r.Method, r.Path)
		}
		reads++
	}
	if reads == 0 || portal.String() != before {
		t.Errorf("%d requests, and the portal is\n%s", reads, portal)
	}
}

// TestAssociationHelp holds the help of the commands to 80 columns, and to an example each.
func TestAssociationHelp(t *testing.T) {
	root := (&app{env: &env{getenv: func(string) string { return "" }}}).root()
	var look func(*cobra.Command)
	seen := 0
	look = func(cmd *cobra.Command) {
		for _, below := range cmd.Commands() {
			look(below)
		}
		if cmd.HasSubCommands() {
			return
		}
		seen++
		if cmd.Example == "" {
			t.Errorf("%s has no example", cmd.CommandPath())
		}
		var help strings.Builder
		cmd.SetOut(&help)
		if err := cmd.Help(); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(help.String()) {
			if n := len([]rune(strings.TrimRight(line, "\n"))); n > 80 {
				t.Errorf("%s has a line of %d columns: %s", cmd.CommandPath(), n, line)
			}
		}
	}
	for _, name := range []string{"association", "label"} {
		cmd, _, err := root.Find([]string{name})
		if err != nil {
			t.Fatal(err)
		}
		look(cmd)
	}
	if seen != 9 {
		t.Errorf("%d commands were looked at", seen)
	}
}
