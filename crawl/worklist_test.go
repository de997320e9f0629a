package crawl

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

// TestSpansWithYoungRecordsAreComparedByID has a list that lacks an old record and a
// search that has not heard of a new one: both count as many.
func TestSpansWithYoungRecordsAreComparedByID(t *testing.T) {
	t.Parallel()
	var portal strings.Builder
	for id := 1; id <= 10; id++ {
		fmt.Fprintf(&portal, "deals %d created=2025-01-01T00:00:00Z\n", id)
	}
	portal.WriteString("deals 11 created=-1m\n")
	s := serve(t, "2026-09", portal.String(), sim.Options{Faults: []sim.Fault{
		{Name: "list-lacks", Param: "deals:5", On: "list"}, {Name: "search-lacks", Param: "deals:11", On: "search"}}})
	result := s.crawl(t, Scope{Types: []string{"deals"}})
	for id := range int64(11) {
		if n, _ := result.Graph.Node(graphmodel.Key{Type: "deals", ID: id + 1}); !n.Seen {
			t.Errorf("deal %d is lost; complete: %t", id+1, result.Complete)
		}
	}
}

// TestStormsLeaveNoGap has a pair that is not answered for a while, longer than a
// batch is asked for again: it is read once more when the crawl settles.
func TestStormsLeaveNoGap(t *testing.T) {
	t.Parallel()
	atOnce(t, map[string]string{"500": "500", "html": "html", "cut": "cut", "silence": "unanswered"}, func(t *testing.T, fault string) {
		s := serve(t, "2026-09", lessPortal, sim.Options{PageSize: 2, Faults: []sim.Fault{{Name: fault, On: contactReads, First: 1, Last: 6}}})
		result := s.crawl(t, lessScope)
		calm := serve(t, "2026-09", lessPortal, sim.Options{PageSize: 2}).crawl(t, lessScope)
		if got, want := text(t, result.Snapshot), text(t, calm.Snapshot); !result.Complete || got != want {
			t.Errorf("complete: %t, %+v, equal: %t", result.Complete, result.Gaps, got == want)
		}
	})
}

// TestAPortalThatNeverRestsIsNamed has a portal in which each record that is looked up
// names another one that no list returned, without end.
func TestAPortalThatNeverRestsIsNamed(t *testing.T) {
	t.Parallel()
	s := serveSpoiled(t, "contacts 1\ncompanies 2\ncontacts 1 -> companies 2\n", func(a onTheWay) {
		if !strings.HasSuffix(a.request.URL.Path, "/batch/read") {
			return
		}
		rows := a.rows()
		items, _ := a.doc["errors"].([]any)
		for _, item := range items {
			context := item.(map[string]any)["context"].(map[string]any)
			ids, of := context["ids"].([]any)
			if !of {
				ids, _ = context["fromObjectId"].([]any)
			}
			for _, id := range ids {
				row := map[string]any{"id": id, "properties": map[string]any{"hs_object_id": id}}
				if !of {
					n, err := json.Number(id.(string)).Int64()
					if err != nil {
						t.Error(err)
					}
					plain := map[string]any{"category": "HUBSPOT_DEFINED", "typeId": 279, "label": nil}
					row = map[string]any{"from": map[string]any{"id": id}, "to": []any{map[string]any{"toObjectId": n + 1, "associationTypes": []any{plain}}}}
				}
				rows = append(rows, row)
			}
		}
		a.doc["results"] = rows
		delete(a.doc, "errors")
		delete(a.doc, "numErrors")
	})
	result := s.crawl(t, contactScope)
	if result.Complete || !slices.ContainsFunc(result.Gaps, func(g graphmodel.Gap) bool { return g.ID != nil && strings.Contains(g.Reason, "faster") }) {
		t.Errorf("complete: %t, %+v", result.Complete, result.Gaps)
	}
}

// TestLedgerChecksItsSums has an input of which nothing became.
func TestLedgerChecksItsSums(t *testing.T) {
	l := newLedger()
	c := cell{"deals", "contacts"}
	l.ask(c, 3)
	l.answer(c, 1, 1)
	cells, gaps := l.close()
	if len(cells) != 1 || cells[0].Complete || !strings.Contains(cells[0].Reason, "please report it") || len(gaps) != 1 || gaps[0].ID != nil {
		t.Errorf("%+v, %+v", cells, gaps)
	}
	l.lose(c, 7, "why", true)
	if cells, gaps = l.close(); cells[0].Complete || cells[0].Unread != 1 || cells[0].Reason == "" || len(gaps) != 2 {
		t.Errorf("%+v, %+v", cells, gaps)
	}
}

// TestAPoisonedRecordCostsFewCalls counts what a record costs that no batch is
// answered with, in full batches of all pairs of its type.
func TestAPoisonedRecordCostsFewCalls(t *testing.T) {
	t.Parallel()
	var portal strings.Builder
	for id := 1; id <= 2000; id++ {
		fmt.Fprintf(&portal, "contacts %d\n", id)
	}
	portal.WriteString("companies 1\ndeals 1\ntickets 1\n")
	for _, link := range []string{"companies", "deals", "tickets"} {
		fmt.Fprintf(&portal, "contacts 5 -> %s 1\n", link)
	}
	calm := serve(t, "2026-09", portal.String(), sim.Options{}).crawl(t, Scope{})
	atOnce(t, map[string]string{"first": "1", "middle": "777", "last": "1000", "second batch": "1001"}, func(t *testing.T, id string) {
		s := serve(t, "2026-09", portal.String(), sim.Options{Faults: []sim.Fault{{Name: "poison", Param: "contacts:" + id, On: "associations-read"}}})
		result := s.crawl(t, Scope{})
		if more := result.Requests - calm.Requests; more > 30 || len(result.Gaps) == 0 {
			t.Errorf("%d calls more than %d; the gaps are %+v", more, calm.Requests, result.Gaps)
		}
		for _, g := range result.Gaps {
			if g.ID == nil || fmt.Sprint(*g.ID) != id {
				t.Errorf("another gap: %+v", g)
			}
		}
	})
}

// TestAsManyPropertiesAsUsersWant asks for more than an address can name.
func TestAsManyPropertiesAsUsersWant(t *testing.T) {
	t.Parallel()
	var names []string
	row := "deals 1"
	for n := range 900 {
		names = append(names, fmt.Sprintf("a_property_with_a_name_%d", n))
		row += fmt.Sprintf(" %s=%d", names[n], n)
	}
	s := serve(t, "2026-09", row+"\ndeals 2 amount=5\n", sim.Options{})
	result := s.crawl(t, Scope{Types: []string{"deals"}, Properties: map[string][]string{"deals": names}})
	for r, err := range result.Records() {
		if err != nil || r.ID == 1 && r.Properties["a_property_with_a_name_899"] != "899" || r.ID == 2 && r.Amount != "5" {
			t.Errorf("%s: %d properties, amount %q, %v", r.Key, len(r.Properties), r.Amount, err)
		}
	}
	for _, r := range s.server.Requests() {
		if n := len(r.Path) + len(r.Query); n > 15_000 {
			t.Errorf("an address has %d characters", n)
		}
	}
	if !result.Complete {
		t.Errorf("%+v", gapsOf(result.Snapshot))
	}
}

// TestABrokenSpoolEndsTheCalls has a disk that takes no more.
func TestABrokenSpoolEndsTheCalls(t *testing.T) {
	s := serve(t, "2026-09", contacts(3000), sim.Options{})
	plan, err := NewPlan(t.Context(), s.client, Scope{Types: []string{"contacts"}})
	if err != nil {
		t.Fatal(err)
	}
	spool, err := newSpool(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer spool.Close()
	spool.writer = bufio.NewWriterSize(brokenDisk{}, 16)
	r := &run{client: s.client, reader: s.client.NewReader(), plan: plan, ledger: newLedger()}
	r.collector = newCollector(plan, r.ledger, spool, newReporter(s.client, plan, Options{}))
	if err := r.all(t.Context()); !errors.Is(err, errBrokenDisk) || hubspot.ClassOf(err) == hubspot.Refused {
		t.Errorf("it ends with %v", err)
	}
	listed := 0
	for _, request := range s.server.Requests() {
		if request.Operation == "list" {
			listed++
		}
	}
	if listed >= 30 {
		t.Errorf("all %d pages were listed", listed)
	}
}

var errBrokenDisk = errors.New("no space left")

type brokenDisk struct{}

// Write fails.
func (brokenDisk) Write([]byte) (int, error) { return 0, errBrokenDisk }
