package crawl

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/hubspot/sim"
)

// TestUnknownEndsAreToldApart has associations with a record that is archived,
// one that was merged away, and one that never was.
func TestUnknownEndsAreToldApart(t *testing.T) {
	const portal = `
contacts 1
companies 10
companies 11 archived
companies 12 merged=10
companies 13 absent
companies 14 merged=10
companies 15 merged=14
contacts 1 ->> companies 11 279
contacts 1 ->> companies 12 279
contacts 1 ->> companies 13 279
contacts 1 ->> companies 15 279
`
	want := strings.Split(strings.TrimSpace(`
companies:10
companies:11 archived
companies:12 unseen
companies:13 unseen
companies:15 unseen
contacts:1
contacts:1 -> companies:11 HUBSPOT_DEFINED:279 ""
contacts:1 -> companies:12 HUBSPOT_DEFINED:279 ""
contacts:1 -> companies:13 HUBSPOT_DEFINED:279 ""
contacts:1 -> companies:15 HUBSPOT_DEFINED:279 ""
companies:10 "" "" map[]
companies:11 "" "" map[]
contacts:1 "" "" map[]
companies:12 is 10
companies:14 is 10
companies:15 is 10
`), "\n")
	bothVersions(t, func(t *testing.T, version string) {
		s := serve(t, version, portal, sim.Options{})
		result := s.crawl(t, Scope{Types: []string{"contacts", "companies"}})
		got := strings.Split(strings.TrimSpace(text(t, result.Snapshot)), "\n")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}
