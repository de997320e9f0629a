package crawl

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/hubspot/sim"
)

// TestRecordsThatComeDuringTheCrawl has records that are made, changed or archived
// after their list was read, but before their associations are: what is made is a
// record like all others, and no association leads nowhere.
func TestRecordsThatComeDuringTheCrawl(t *testing.T) {
	t.Parallel()
	const portal = "contacts 1\ncompanies 10\ncompanies 11\ncontacts 1 -> companies 10\n"
	for name, tt := range map[string]struct{ change, want string }{
		"made": {"companies 12\ncontacts 1 -> companies 12\n", `
companies:10
companies:11
companies:12
contacts:1
companies:10 -> contacts:1 HUBSPOT_DEFINED:280 ""
companies:12 -> contacts:1 HUBSPOT_DEFINED:280 ""
contacts:1 -> companies:10 HUBSPOT_DEFINED:279 ""
contacts:1 -> companies:12 HUBSPOT_DEFINED:279 ""`},
		"changed": {"companies 11 name=new updated=2026-03-01\ncontacts 1 -> companies 11\n", `
companies:10
companies:11
contacts:1
companies:10 -> contacts:1 HUBSPOT_DEFINED:280 ""
companies:11 -> contacts:1 HUBSPOT_DEFINED:280 ""
contacts:1 -> companies:10 HUBSPOT_DEFINED:279 ""
contacts:1 -> companies:11 HUBSPOT_DEFINED:279 ""`},
		"gone with its associations": {"archive companies 10\n", `
companies:11
contacts:1`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, "2026-09", portal, sim.Options{Faults: []sim.Fault{{Name: "change", Param: tt.change, On: "associations-read", First: 1, Last: 1}}})
			result := s.crawl(t, Scope{Types: []string{"contacts", "companies"}})
			var got []string
			for line := range strings.Lines(text(t, result.Snapshot)) {
				if line = strings.TrimSpace(line); !strings.HasSuffix(line, "map[]") && !strings.HasSuffix(line, " archived") {
					got = append(got, line)
				}
			}
			if diff := cmp.Diff(strings.Split(strings.TrimSpace(tt.want), "\n"), got); diff != "" || !result.Complete {
				t.Errorf("complete: %t (-want +got):\n%s", result.Complete, diff)
			}
		})
	}
}
