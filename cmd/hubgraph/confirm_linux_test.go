package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAPersonTypesThePortalAndTheCount has a person at a terminal answer wrongly, in several
// ways, and in the end rightly: until then nothing is written, neither to the portal nor to
// a journal.
func TestAPersonTypesThePortalAndTheCount(t *testing.T) {
	portal, _, url := served(t, "portal 77\ncontacts 1\ncontacts 2\ncompanies 11\ncompanies 12\n")
	dir := t.TempDir()
	pairs, plan, data := filepath.Join(dir, "pairs.csv"), filepath.Join(dir, "plan.json"), filepath.Join(dir, "data")
	if err := os.WriteFile(pairs, []byte("from,to\ncontacts:1,companies:11\ncontacts:2,companies:12\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	vars := map[string]string{"HUBSPOT_ACCESS_TOKEN": "any", "HUBSPOT_BASE_URL": url, "HUBGRAPH_DATA": data}
	program := func(stdin io.Reader, args ...string) (int, string) {
		var errs strings.Builder
		e := &env{stdin: stdin, stdout: io.Discard, stderr: &errs, getenv: func(name string) string { return vars[name] }}
		return run(t.Context(), e, args), errs.String()
	}
	for _, args := range [][]string{{"crawl"}, {"audit"}, {"repair", "plan", "--pairs", pairs, "--output", plan}} {
		if code, errs := program(strings.NewReader(""), args...); code != 0 {
			t.Fatalf("%v: exit %d: %s", args, code, errs)
		}
	}
	before := portal.String()
	for _, tt := range []struct {
		typed string
		code  int
	}{
		{"\n", exitGuard}, {"yes\n", exitGuard}, {"77\n", exitGuard}, {"2\n", exitGuard}, {"77 3\n", exitGuard}, {"78 2\n", exitGuard},
		{"2 77\n", exitGuard}, {"77 2 yes\n", exitGuard}, {"772\n", exitGuard}, {"\x04", exitGuard}, {"77  2\n", 0},
	} {
		screen, device := openTerminal(t, 80)
		if _, err := io.WriteString(screen, tt.typed); err != nil {
			t.Fatal(err)
		}
		code, errs := program(device, "repair", "apply", plan, "--execute", "--no-canary")
		if code != tt.code || !strings.Contains(errs, "This writes to portal 77. Type the portal's id and the number of operations to go on: ") ||
			strings.Contains(errs, "not approved; nothing was written") != (tt.code != 0) {
			t.Errorf("%q: exit %d, want %d: %s", tt.typed, code, tt.code, errs)
		}
		_, err := os.Stat(filepath.Join(data, "repairs"))
		if changed := portal.String() != before; changed != (tt.code == 0) || os.IsNotExist(err) != (tt.code != 0) {
			t.Errorf("%q: %v, and the portal is\n%s", tt.typed, err, portal)
		}
	}
}
