//go:build browser

package web

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"hubgraph/export/draw"
	"hubgraph/internal/hostile"
)

// TestInChromium runs with -tags browser, as it needs a browser and Node: `make test`
// installs both. It has a real browser open, search, sort, filter and print the report, with
// the pages that browser/report.test.mjs names.
func TestInChromium(t *testing.T) {
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("%v: `make tools` installs it", err)
	}
	if _, err := os.Stat("browser/node_modules/playwright-core"); err != nil {
		t.Fatalf("%v: `make tools` installs it", err)
	}
	dir := t.TempDir()
	const findings = 300
	r, f := audit(findings, "")
	picture := &draw.Picture{Title: "Deal linked to neither contact nor company", Facts: []string{"critical"}, Nodes: []draw.Node{
		{ID: "a", Type: "deals", Lines: []string{"Eagle Wines"}, Focus: true, Link: "https://app.hubspot.com/contacts/7654321/record/0-3/1"},
		{ID: "b", Type: "contacts", Lines: []string{"no contact"}, Line: draw.Missing},
	}, Edges: []draw.Edge{{ID: "e", From: "a", To: "b", Line: draw.Missing, Link: "https://app.hubspot.com/contacts/7654321/record/0-3/1"}}}
	if f.Map, err = picture.Inline(t.Context(), "map-"); err != nil {
		t.Fatal(err)
	}
	if f.Pictures[r.Findings[0].Fingerprint], err = picture.Inline(t.Context(), "f1-"); err != nil {
		t.Fatal(err)
	}
	pages := map[string][]byte{"report.html": made(t, r, f)}
	r, f = audit(20_000, "")
	pages["large.html"] = made(t, r, f)
	for i, s := range append([]string{"harmless"}, hostile.Texts()...) {
		r, f := audit(4, s)
		f.Catalog = nil
		pages[fmt.Sprintf("hostile/report/%03d.html", i)] = made(t, r, f)
		writeHostile(t, filepath.Join(dir, "hostile"), fmt.Sprintf("%03d.html", i), s)
	}
	if err := os.Mkdir(filepath.Join(dir, "hostile", "report"), 0o750); err != nil {
		t.Fatal(err)
	}
	for name, page := range pages {
		if err := os.WriteFile(filepath.Join(dir, name), page, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("node", "--test", "--test-reporter=tap", "browser/report.test.mjs")
	cmd.Env = append(os.Environ(), "PAGES="+dir, fmt.Sprintf("FINDINGS=%d", findings), "CHROMIUM="+browser)
	out, err := cmd.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("\n# pass 11\n")) {
		t.Errorf("%v:\n%s", err, out)
	}
	t.Logf("%s", regexp.MustCompile(`(?m)^# scripts: .*$`).Find(out))
}
