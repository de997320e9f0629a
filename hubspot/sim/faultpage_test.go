package sim_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/hubspot/sim"
)

// manyContacts is a portal of ten contacts, the first with five companies.
func manyContacts() string {
	var b strings.Builder
	for id := range 10 {
		fmt.Fprintf(&b, "contacts %d email=person%d@example.com\n", id+1, id+1)
	}
	for id := range 5 {
		fmt.Fprintf(&b, "contacts 1 -> companies %d\n", id+11)
	}
	return b.String()
}

// listed is a list of records, page by page up to so many, as "ids>cursor".
func (a *api) listed(pages int) []string {
	a.t.Helper()
	var seen []string
	after := ""
	for range pages {
		page := decode[struct {
			Results []struct {
				ID         string
				UpdatedAt  string
				Properties map[string]string
			}
			Paging *struct{ Next struct{ After string } }
		}](a, a.call("GET", "@objects/contacts?limit=2&properties=email&after="+after, ""), 200)
		text := ""
		for _, o := range page.Results {
			text += o.ID
			if strings.HasPrefix(o.UpdatedAt, "1970") {
				text += "(" + o.Properties["email"] + ")"
			}
			text += " "
		}
		if page.Paging == nil {
			return append(seen, text)
		}
		after = page.Paging.Next.After
		seen = append(seen, text+">"+after)
	}
	return seen
}

// TestPagingFaults follows the cursors of a list.
func TestPagingFaults(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		fault sim.Fault
		want  []string
	}{
		{sim.Fault{Name: "delay", Param: "0s"}, []string{"1 2 >2", "3 4 >4", "5 6 >6", "7 8 >8", "9 10 "}},
		{sim.Fault{Name: "cursor-cycle"}, []string{"1 2 >2", "3 4 >2", "3 4 >2", "3 4 >2", "3 4 >2", "3 4 >2"}},
		{sim.Fault{Name: "cursor-cycle", Param: "2"}, []string{"1 2 >2", "3 4 >4", "5 6 >2", "3 4 >4", "5 6 >2", "3 4 >4"}},
		{sim.Fault{Name: "cursor-cycle", Param: "1000"}, []string{"1 2 >2", "3 4 >4", "5 6 >6", "7 8 >8", "9 10 >2", "3 4 >4"}},
		{sim.Fault{Name: "empty-page", First: 2, Last: 3}, []string{"1 2 >2", ">2", ">2", "3 4 >4", "5 6 >6", "7 8 >8"}},
		{sim.Fault{Name: "empty-last"}, []string{"1 2 >2", "3 4 >4", "5 6 >6", "7 8 >8", "9 10 >10", ""}},
		{sim.Fault{Name: "old-rows"}, []string{"1 2 >new-1", "1 2 >new-2", "1 2 >new-3", "1 2 >new-4", "1 2 >new-5", "1 2 >new-6"}},
		{sim.Fault{Name: "list-ends", Param: "2"}, []string{"1 2 >2", "3 4 "}},
		{sim.Fault{Name: "list-ends"}, []string{"1 2 "}},
		{sim.Fault{Name: "list-lacks", Param: "3,7,8"}, []string{"1 2 >2", "4 >4", "5 6 >6", ">8", "9 10 "}},
		{sim.Fault{Name: "overlap"}, []string{"1 2 >2", "1 2 3 4 >4", "3 4 5 6 >6", "5 6 7 8 >8", "7 8 9 10 "}},
		{sim.Fault{Name: "duplicate-rows", First: 5, Last: 5}, []string{"1 2 >2", "3 4 >4", "5 6 >6", "7 8 >8", "9 10 9 10 "}},
		{sim.Fault{Name: "versions", First: 5, Last: 5}, []string{"1 2 >2", "3 4 >4", "5 6 >6", "7 8 >8", "9 10 9(older person9@example.com) "}},
	} {
		t.Run(tt.fault.String(), func(t *testing.T) {
			inBoth(t, manyContacts(), sim.Options{Faults: []sim.Fault{tt.fault}}, func(t *testing.T, a *api) {
				if diff := cmp.Diff(tt.want, a.listed(6)); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
			})
		})
	}
}

// TestPagingFaultsWithinABatch follows the cursors of one input.
func TestPagingFaultsWithinABatch(t *testing.T) {
	t.Parallel()
	for fault, want := range map[string]int{"cursor-cycle": 6, "empty-page": 6, "old-rows": 6, "empty-last": 4, "overlap": 3} {
		inBoth(t, manyContacts(), sim.Options{PageSize: 2, Faults: []sim.Fault{{Name: fault}}}, func(t *testing.T, a *api) {
			after, pages := "", 0
			for more := true; more && pages < 6; pages++ {
				got := a.call("POST", "@associations/contacts/companies/batch/read", fmt.Sprintf(`{"inputs":[{"id":"1","after":%q}]}`, after))
				page := decode[readPage](a, got, got.status)
				if more = len(page.Results) > 0 && page.Results[0].Paging != nil; more {
					after = page.Results[0].Paging.Next.After
				}
			}
			if pages != want {
				t.Errorf("%s: %d pages, want %d", fault, pages, want)
			}
		})
	}
}

// TestLastPageOfASearch has a cursor behind the last result.
func TestLastPageOfASearch(t *testing.T) {
	t.Parallel()
	inBoth(t, manyContacts(), sim.Options{Faults: []sim.Fault{{Name: "empty-last"}}}, func(t *testing.T, a *api) {
		last := a.search("contacts", `{"limit":4,"after":"8"}`)
		if last.Paging == nil || last.Paging.Next.After != "10" || len(last.Results) != 2 {
			t.Fatalf("the last page is %+v", last)
		}
		if empty := a.search("contacts", `{"limit":4,"after":"10"}`); empty.Paging != nil || len(empty.Results) != 0 {
			t.Errorf("behind it is %+v", empty)
		}
	})
}

// TestBatchFaults asks for three records, of which one has nothing.
func TestBatchFaults(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, param         string
		status              int
		results, errors, of int // of is numErrors
	}{
		{"delay", "0s", 207, 3, 2, 2},
		{"unanswered", "", 207, 2, 2, 2},
		{"unanswered", "4", 207, 0, 1, 1},
		{"unanswered", "5", 207, 0, 0, 0},
		{"item", "", 207, 2, 3, 3},
		{"trimmed", "", 207, 3, 1, 2},
		{"num-errors", "", 207, 3, 2, 99},
		{"status-200", "", 200, 3, 2, 2},
		{"too-many", "", 207, 4, 2, 2},
		{"stranger", "", 207, 4, 2, 2},
		{"swapped", "", 207, 3, 2, 2},
	} {
		portal := "contacts 1 -> companies 11\ncontacts 2 -> companies 11\ncontacts 3 -> companies 11\ncontacts 4\ncontacts 5\n"
		inBoth(t, portal, sim.Options{Faults: []sim.Fault{{Name: tt.name, Param: tt.param}}}, func(t *testing.T, a *api) {
			got := a.call("POST", "@associations/contacts/companies/batch/read", `{"inputs":[{"id":"1"},{"id":"2"},{"id":"3"},{"id":"4"},{"id":"5"}]}`)
			page := decode[readPage](a, got, tt.status)
			if len(page.Results) != tt.results || len(page.Errors) != tt.errors || page.NumErrors != tt.of {
				t.Errorf("%s %s: %d results, %d errors of %d; want %d, %d of %d", tt.name, tt.param, len(page.Results), len(page.Errors), page.NumErrors, tt.results, tt.errors, tt.of)
			}
		})
	}
}

// TestSwapped has the results in the opposite order of a portal without faults.
func TestSwapped(t *testing.T) {
	t.Parallel()
	order := func(faults ...sim.Fault) []string {
		a := serve(t, families[0], troubled, sim.Options{Faults: faults})
		page := decode[readPage](a, a.call("POST", "@associations/contacts/companies/batch/read", `{"inputs":[{"id":"1"},{"id":"2"}]}`), 200)
		return []string{page.Results[0].From.ID.String(), page.Results[1].From.ID.String()}
	}
	plain, swapped := order(), order(sim.Fault{Name: "swapped"})
	if plain[0] != swapped[1] || plain[1] != swapped[0] {
		t.Errorf("%v is swapped to %v", plain, swapped)
	}
}

// TestStaleRead shows what stood before a write, until the fault is over.
func TestStaleRead(t *testing.T) {
	t.Parallel()
	inBoth(t, troubled, sim.Options{Faults: []sim.Fault{{Name: "stale", First: 1, Last: 2}}}, func(t *testing.T, a *api) {
		read := func() int {
			return a.call("POST", "@associations/contacts/companies/batch/read", `{"inputs":[{"id":"3"}]}`).status
		}
		before := read()
		a.call("POST", "@associations/contacts/companies/batch/create", troubledRequests["associations-create"][2])
		if stale, fresh := read(), read(); before != 207 || stale != 207 || fresh != 200 {
			t.Errorf("statuses %d before the write, %d stale, %d fresh", before, stale, fresh)
		}
	})
}
