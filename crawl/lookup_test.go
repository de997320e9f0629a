package crawl

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"hubgraph/graphmodel"
)

// hush takes a record out of the answer to a batch read of several, as if HubSpot
// had said nothing of it, and out of lists. With always it is left out alone, too.
func (a onTheWay) hush(id string, always bool) {
	path := a.request.URL.Path
	batch := strings.HasSuffix(path, "/0-2/batch/read")
	if !strings.Contains(path, "/crm/objects/") || !batch && !strings.HasSuffix(path, "/0-2") {
		return
	}
	named := len(a.rows())
	items, _ := a.doc["errors"].([]any)
	for _, item := range items {
		named += len(item.(map[string]any)["context"].(map[string]any)["ids"].([]any))
	}
	if batch && named == 1 && !always {
		return
	}
	a.doc["results"] = slices.DeleteFunc(a.rows(), func(row any) bool {
		return row.(map[string]any)["id"] == json.Number(id) || row.(map[string]any)["id"] == id
	})
	for _, item := range items {
		context := item.(map[string]any)["context"].(map[string]any)
		context["ids"] = slices.DeleteFunc(context["ids"].([]any), func(other any) bool { return other == id })
	}
}

// TestSilenceIsNoAbsence has associations with records that no list returns, and
// HubSpot passes over one of them when they are looked up together.
func TestSilenceIsNoAbsence(t *testing.T) {
	t.Parallel()
	const portal = `
contacts 1
companies 10
companies 11 archived
companies 12
companies 13 absent
companies 14 merged=10
contacts 1 ->> companies 11 279
contacts 1 ->> companies 12 279
contacts 1 ->> companies 13 279
contacts 1 ->> companies 14 279
`
	for _, silent := range []string{"11", "12", "13", "14"} {
		for _, always := range []bool{false, true} {
			if always && silent != "13" {
				continue
			}
			s := serveSpoiled(t, portal, func(a onTheWay) {
				a.hush(silent, always)
			})
			result := s.crawl(t, Scope{Types: []string{"contacts", "companies"}})
			var got []string
			for id := range int64(5) {
				n, _ := result.Graph.Node(graphmodel.Key{Type: "companies", ID: 10 + id})
				got = append(got, fmt.Sprintf("%d seen=%t archived=%t", 10+id, n.Seen, n.Archived))
			}
			want := []string{"10 seen=true archived=false", "11 seen=true archived=true", "12 seen=true archived=false", "13 seen=false archived=false", "14 seen=false archived=false"}
			var gaps []int64 // HubSpot names what is not there: one that it never names may be
			for _, g := range result.Gaps {
				if g.Kind == "objects" && g.From == "companies" && g.ID != nil {
					gaps = append(gaps, *g.ID)
				}
			}
			if !slices.Equal(got, want) || result.Complete == always || always != slices.Equal(gaps, []int64{13}) || len(result.Aliases) != 1 {
				t.Errorf("silent about %s, always %t: complete %t, %q, %v", silent, always, result.Complete, got, result.Aliases)
			}
		}
	}
}
