package crawl

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/graphmodel"
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

// TestMergesOfMergedRecordsAreFollowed has an association with a record that was
// merged into one that was merged again, and a survivor that lists only the
// last of the two.
func TestMergesOfMergedRecordsAreFollowed(t *testing.T) {
	const portal = `
contacts 1
contacts 2
companies 10
companies 14 merged=10
companies 15 merged=14
companies 20
companies 16 merged=20
companies 17 absent
contacts 1 ->> companies 15 279
contacts 1 ->> companies 16 279
contacts 2 ->> companies 17 279
`
	s := serveSpoiled(t, portal, func(a onTheWay) {
		if !strings.Contains(a.request.URL.Path, "/objects/") || !strings.Contains(a.request.URL.Path, "/0-2") {
			return
		}
		for _, row := range a.rows() {
			properties := row.(map[string]any)["properties"].(map[string]any)
			if _, asked := properties[mergedIDs]; asked && row.(map[string]any)["id"] == "10" {
				properties[mergedIDs] = "14"
			}
		}
	})
	result := s.crawl(t, Scope{Types: []string{"contacts", "companies"}})
	want := []graphmodel.Alias{{ObjectType: "companies", OldID: 14, CurrentID: 10}, {ObjectType: "companies", OldID: 15, CurrentID: 10}, {ObjectType: "companies", OldID: 16, CurrentID: 20}}
	if diff := cmp.Diff(want, result.Aliases); diff != "" || !result.Complete {
		t.Errorf("complete: %t\n%s", result.Complete, diff)
	}
}
