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

// TestRecordsAreHeldAgainstSearch has lists that give less, and searches that
// count otherwise than the portal has.
func TestRecordsAreHeldAgainstSearch(t *testing.T) {
	t.Parallel()
	whole := func(onTheWay) {}
	total := func(n int) func(onTheWay) {
		return func(a onTheWay) {
			if a.searches() {
				a.doc["total"] = n
			}
		}
	}
	for name, tt := range map[string]struct {
		edit     func(onTheWay)
		records  int // in the snapshot
		expected int64
		verdict  graphmodel.Verdict
		reason   string
	}{
		"whole": {whole, 450, 450, graphmodel.VerdictComplete, ""},
		"the list ends early": {func(a onTheWay) {
			if a.lists() && a.request.URL.Query().Get("after") == "200" {
				delete(a.doc, "paging")
			}
		}, 300, 450, graphmodel.VerdictIncomplete, "search counts 450 records, and the list ended after 300"},
		"the list is empty": {func(a onTheWay) {
			if a.lists() {
				a.doc["results"] = []any{}
				delete(a.doc, "paging")
			}
		}, 0, 450, graphmodel.VerdictIncomplete, "search counts 450 records, and the list ended after 0"},
		"a page lacks a few": {func(a onTheWay) {
			if a.lists() {
				a.doc["results"] = a.rows()[3:]
			}
		}, 450, 450, graphmodel.VerdictComplete, ""}, // they are looked up
		"search has not heard of the last ones": {total(447), 450, 447, graphmodel.VerdictComplete, ""},
		"search counts fewer":                   {total(100), 450, 100, graphmodel.VerdictIncomplete, "search counts 100 records with ids up to 450, and the list gave 450"},
		"search counts more":                    {total(1000), 450, 1000, graphmodel.VerdictIncomplete, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result := serveSpoiled(t, contacts(450), tt.edit).crawl(t, Scope{Types: []string{"contacts"}})
			of := cell(t, result.Snapshot, "objects", "contacts", "")
			if of.Verdict != tt.verdict || of.Complete != (tt.verdict == graphmodel.VerdictComplete) || of.Expected == nil || *of.Expected != tt.expected || !strings.Contains(of.Reason, tt.reason) {
				t.Errorf("%+v, of %v", of, of.Expected)
			}
			if result.Complete != of.Complete {
				t.Errorf("the snapshot is complete: %t", result.Complete)
			}
			seen := 0
			for n := range result.Graph.Nodes() {
				if n.Seen && n.Type == "contacts" {
					seen++
				}
			}
			if seen != tt.records {
				t.Errorf("%d contacts, want %d", seen, tt.records)
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
		of := cell(t, result.Snapshot, "objects", "contacts", "")
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
	// for each time that 6,400 ids are halved until 200 can be told one by one.
	if most := 2 + len(missing)*2*5; asked > most || !result.Complete {
		t.Errorf("%d searches, want %d at most; complete: %t", asked, most, result.Complete)
	}
}
