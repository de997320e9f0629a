package crawl

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"hubgraph/graphmodel"
	"hubgraph/hubspot/sim"
)

// contacts is a portal of so many contacts of one company.
func contacts(n int) string {
	var b strings.Builder
	b.WriteString("companies 1\n")
	for id := 1; id <= n; id++ {
		fmt.Fprintf(&b, "contacts %d\ncontacts %d -> companies 1\n", id, id)
	}
	return b.String()
}

var contactScope = Scope{Types: []string{"contacts", "companies"}}

// TestRecordsAreHeldAgainstSearch has lists that give less, and searches that know
// less or count otherwise than the portal has.
func TestRecordsAreHeldAgainstSearch(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		faults   []sim.Fault
		expected int64
		gap      string
	}{
		"whole":                                       {nil, 450, ""},
		"the list ends early":                         {[]sim.Fault{{Name: "list-ends", Param: "2"}}, 450, ""},
		"the list ends after its first page":          {[]sim.Fault{{Name: "list-ends"}}, 450, ""},
		"the list is empty":                           {[]sim.Fault{{Name: "empty-page", On: "list"}}, 450, ""},
		"the list lacks a few":                        {[]sim.Fault{{Name: "list-lacks", Param: "contacts:1,2,203,449,450"}}, 450, ""},
		"search has not heard of the last ones":       {[]sim.Fault{{Name: "search-lacks", Param: "contacts:448,449,450"}}, 447, ""},
		"both lack some":                              {[]sim.Fault{{Name: "list-lacks", Param: "contacts:7,300", On: "list"}, {Name: "search-lacks", Param: "contacts:8,9,10", On: "search"}}, 447, ""},
		"search counts fewer":                         {[]sim.Fault{{Name: "search-counts", Param: "-1", On: "POST /crm/objects/*/0-1/search"}}, 449, ""},
		"search counts more":                          {[]sim.Fault{{Name: "search-counts", Param: "3", On: "POST /crm/objects/*/0-1/search"}}, 453, "search counts "},
		"search returns nothing of what a list lacks": {[]sim.Fault{{Name: "list-ends"}, {Name: "search-empty"}}, 450, "and returns 0 of them"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, "2026-09", contacts(450), sim.Options{Faults: tt.faults})
			result := s.crawl(t, Scope{Types: []string{"contacts"}})
			of := cellOf(t, result.Snapshot, "objects", "contacts", "")
			if of.Complete != (tt.gap == "") || result.Complete != of.Complete || of.Expected == nil || *of.Expected != tt.expected || !strings.Contains(of.Reason, tt.gap) {
				t.Errorf("%+v, the snapshot is complete: %t", of, result.Complete)
			}
			seen := 0
			for n := range result.Graph.Nodes() {
				if n.Seen && n.Type == "contacts" {
					seen++
				}
			}
			if tt.gap == "" && seen != 450 {
				t.Errorf("%d contacts of 450", seen)
			}
		})
	}
}

// TestSearchesThatFailLeaveTheCountUnverified has portals in which a type cannot
// be searched.
func TestSearchesThatFailLeaveTheCountUnverified(t *testing.T) {
	t.Parallel()
	atOnce(t, map[string]string{"400": "400", "403": "403", "html": "html", "525": "525"}, func(t *testing.T, fault string) {
		s := serve(t, "2026-09", contacts(3), sim.Options{Faults: []sim.Fault{{Name: fault, On: "search"}}})
		result := s.crawl(t, contactScope)
		of := cellOf(t, result.Snapshot, "objects", "contacts", "")
		if !of.Complete || of.Verdict != graphmodel.VerdictUnverifiable || of.Expected != nil || !strings.Contains(of.Reason, "search does not count them") {
			t.Errorf("%+v", of)
		}
		if !result.Complete {
			t.Error("what cannot be verified makes the snapshot incomplete")
		}
	})
}

// TestWhatDiffersIsFoundByFewSearches has a list that passes over single records,
// far from each other.
func TestWhatDiffersIsFoundByFewSearches(t *testing.T) {
	t.Parallel()
	missing := map[string]bool{"17": true, "2500": true, "5111": true, "6000": true}
	asked := 0
	s := serveSpoiled(t, contacts(6400), func(a onTheWay) {
		switch {
		case a.searches():
			asked++
		case a.lists():
			kept := []any{}
			for _, row := range a.rows() {
				if !missing[row.(map[string]any)["id"].(string)] {
					kept = append(kept, row)
				}
			}
			a.doc["results"] = kept
		}
	})
	s.part = 10_000 // parts, which the list has where the machine answers slowly, begin with searches
	result := s.crawl(t, Scope{Types: []string{"contacts"}})
	for id := range missing {
		n, err := json.Number(id).Int64()
		if err != nil {
			t.Fatal(err)
		}
		if node, _ := result.Graph.Node(graphmodel.Key{Type: "contacts", ID: n}); !node.Seen {
			t.Errorf("contact %s is not found", id)
		}
	}
	// The total, that up to the last id, and for each record at most two searches
	// for each time that 6,400 ids are halved until 200 can be compared one by one.
	if most := 2 + len(missing)*2*5; asked > most || !result.Complete {
		t.Errorf("%d searches, want %d at most; complete: %t; of all requests: %v", asked, most, result.Complete, s.server.Requests())
	}
}
