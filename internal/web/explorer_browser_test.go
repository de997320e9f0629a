//go:build browser

package web_test

import (
	"bytes"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"hubgraph/internal/nightlytest"
	"hubgraph/internal/reporting"
	"hubgraph/internal/web"
	"hubgraph/queries/report"
)

// TestExplorerInChromium runs with -tags browser, as TestInChromium does. It has a real
// browser walk through the explorer of a portal with two nights, as
// browser/explorer.test.mjs says.
func TestExplorerInChromium(t *testing.T) {
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("%v: `make tools` installs it", err)
	}
	var crowd strings.Builder
	for i := range 30 {
		fmt.Fprintf(&crowd, "contacts %[1]d created=2025-01-01T00:00:00Z\ncontacts %[1]d -> companies 202\n", 1000+i)
	}
	files := nightlytest.Nights(t, `
portal 77
pipeline deals default Sales
stage deals default open Open isClosed=false
contacts 101 created=2025-01-01T00:00:00Z
companies 201 name="Eagle Ltd" created=2025-01-01T00:00:00Z
deals 301 dealname="Eagle Wines" created=2025-01-01T00:00:00Z pipeline=default dealstage=open amount=5 deal_currency_code=EUR
contacts 101 -> companies 201
deals 301 -> contacts 101
deals 301 -> companies 201
companies 202 name="Crowd Ltd" created=2025-01-01T00:00:00Z
`+crowd.String(), "", "unlink deals 301 contacts 101")
	server := httptest.NewServer(web.Guard{}.Around(web.Explorer(reporting.NewExplorer(files, nil, report.Options{}))))
	defer server.Close()
	cmd := exec.Command("node", "--test", "--test-reporter=tap", "browser/explorer.test.mjs")
	cmd.Env = append(os.Environ(), "EXPLORER="+server.URL, "CHROMIUM="+browser)
	if out, err := cmd.CombinedOutput(); err != nil || !bytes.Contains(out, []byte("\n# pass 7\n")) {
		t.Errorf("%v:\n%s", err, out)
	}
}
