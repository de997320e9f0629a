//go:build browser

package web_test

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"hubgraph/hubspot/sim"
	"hubgraph/internal/golden"
	"hubgraph/internal/nightlytest"
	"hubgraph/internal/reporting"
	"hubgraph/internal/web"
	"hubgraph/queries/report"
)

// TestPicturesInChromium runs with -tags browser, as TestInChromium does. It holds the
// pictures in docs against the pages of the demo's second night, as a real browser shows
// them: `make pictures` takes them again.
func TestPicturesInChromium(t *testing.T) {
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("%v: `make tools` installs it", err)
	}
	portal, data := sim.Generate(sim.Spec{Seed: 1}), nightlytest.Folder(t)
	nightlytest.Night(t, data, portal)
	portal.Night(1)
	files := nightlytest.Night(t, data, portal)
	server := httptest.NewServer(web.Guard{}.Around(web.Explorer(reporting.NewExplorer(files, nil, report.Options{}))))
	defer server.Close()
	dir := t.TempDir()
	cmd := exec.Command("node", "browser/pictures.mjs")
	cmd.Env = append(os.Environ(), "EXPLORER="+server.URL, "PICTURES="+dir, "CHROMIUM="+browser)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
	for _, name := range []string{"report.png", "finding.png", "record.png"} {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		golden.Picture(t, filepath.Join("..", "..", "..", "docs", name), got) // from testdata
		shown, err := os.Stat(filepath.Join("..", "..", "docs", name))
		if err != nil {
			t.Fatal(err)
		}
		if shown.Size() > 150_000 {
			t.Errorf("%s has %d bytes, too many for a page that people open", name, shown.Size())
		}
	}
}
