package main

import (
	"io"
	"path/filepath"
	"strings"
	"testing"
)

// TestAPersonIsShownAndAsked has a person at a terminal approve or not: before, they see what
// the pair has and would have, and how much is asked for.
func TestAPersonIsShownAndAsked(t *testing.T) {
	for answer, want := range map[string]int{"yes\n": 0, "no\n": exitGuard, "\n": exitGuard} {
		portal, _, url := served(t, "contacts 1\ncompanies 2\n")
		before := portal.String()
		screen, device := openTerminal(t, 80)
		if _, err := io.WriteString(screen, answer); err != nil {
			t.Fatal(err)
		}
		var errs strings.Builder
		vars := map[string]string{"HUBSPOT_ACCESS_TOKEN": "any", "HUBSPOT_BASE_URL": url, "HUBGRAPH_DATA": filepath.Join(t.TempDir(), "data")}
		e := &env{stdin: device, stdout: io.Discard, stderr: &errs, getenv: func(name string) string { return vars[name] }}
		code := run(t.Context(), e, []string{"association", "create", "contacts:1", "companies:2"})
		shown := "would be sent: contacts:1 -> companies:2\n  has nothing; on the way back nothing\n  would have HUBSPOT_DEFINED:279; on the way back HUBSPOT_DEFINED:280\n"
		if code != want || !strings.HasPrefix(errs.String(), shown) || !strings.Contains(errs.String(), "1 pair\nThis writes to portal 7654321. Type yes to go on: ") {
			t.Errorf("%q: exit %d, want %d:\n%s", answer, code, want, &errs)
		}
		if changed := portal.String() != before; changed != (want == 0) {
			t.Errorf("%q: the portal is\n%s", answer, portal)
		}
	}
}
