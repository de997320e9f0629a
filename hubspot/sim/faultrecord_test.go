package sim_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/hubspot/sim"
)

// recordRequests are what faults about contact 1 are tried on.
var recordRequests = map[string][3]string{
	"list":   {"GET", "@objects/contacts?limit=2&properties=email", ""},
	"search": {"POST", "@objects/contacts/search", `{"properties":["email"]}`},
	"read":   {"POST", "@objects/contacts/batch/read", `{"properties":["email"],"inputs":[{"id":"1"},{"id":"2"},{"id":"9"}]}`},
	"one":    {"POST", "@objects/contacts/batch/read", `{"inputs":[{"id":"1"}]}`},
	"links":  {"POST", "@associations/contacts/companies/batch/read", `{"inputs":[{"id":"1"},{"id":"2"},{"id":"3"}]}`},
	"later":  {"POST", "@associations/contacts/companies/batch/read", `{"inputs":[{"id":"1","after":"MC0yLTEy"},{"id":"2"}]}`},
}

// short leaves out of answers what no case is about.
var short = strings.NewReplacer(`{"category":"HUBSPOT_DEFINED","label":null,"typeId":279}`, "279", `"paging":{"next":{"after":"MC0yLTEy","link":"https://api.hubapi.com/crm/v3/objects/0-1/1/associations/0-2?after=MC0yLTEy"}}`, "more",
	`"createdate":"2025-01-02T03:04:05.678Z",`, "", `,"hs_object_id":"1","lastmodifieddate":"2026-01-02T00:00:00.000Z"`, "",
	`"createdAt":"2025-01-02T03:04:05.678Z"`, "created", `"updatedAt":"2026-01-02T00:00:00.000Z"`, "updated", `"associationTypes"`, "types", `"toObjectId"`, "to",
	`"status":"error"`, "error", `"category"`, "category", `"context"`, "context", `"properties"`, "properties")

// answered is what an answer says, by record.
type answered struct {
	Status int
	Of     map[string][]string // results and, behind a !, error items
	Count  string              // numErrors, or total
}

// ask sends one of the requests.
func (a *api) ask(request string) answered {
	a.t.Helper()
	q := recordRequests[request]
	got := a.call(q[0], q[1], q[2])
	doc := struct {
		Total, NumErrors json.Number
		Results, Errors  []json.RawMessage
	}{}
	_ = json.Unmarshal(got.body, &doc) // not every answer is one
	said := answered{got.status, map[string][]string{}, doc.NumErrors.String() + doc.Total.String()}
	for _, row := range doc.Results {
		said.add("", row)
	}
	for _, item := range doc.Errors {
		said.add("!", item)
	}
	for _, list := range said.Of {
		slices.Sort(list)
	}
	return said
}

// add files a result or an error item under the record that it names.
func (s answered) add(mark string, row json.RawMessage) {
	var doc struct {
		ID      string
		From    struct{ ID string }
		Context map[string][]string
	}
	var any any
	_ = json.Unmarshal(row, &doc) // a row that is null names nothing
	_ = json.Unmarshal(row, &any)
	id := doc.ID + doc.From.ID
	for _, key := range []string{"fromObjectId", "id", "ids"} {
		id += strings.Join(doc.Context[key], ",")
	}
	text, _ := json.Marshal(sorted(any))
	s.Of[id] = append(s.Of[id], mark+string(text))
}

// sorted sorts the lists in a document, which come in no order.
func sorted(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			v[key] = sorted(value)
		}
	case []any:
		slices.SortFunc(v, func(a, b any) int {
			x, _ := json.Marshal(sorted(a))
			y, _ := json.Marshal(sorted(b))
			return strings.Compare(string(x), string(y))
		})
	}
	return v
}

// TestFaultsOfOneRecord meets each fault that is about a record with a request
// that holds contact 1 and others, and with one that does not: what is said of the
// others stays.
func TestFaultsOfOneRecord(t *testing.T) {
	t.Parallel()
	for _, tt := range recordCases {
		t.Run(tt.fault+" "+tt.request, func(t *testing.T) {
			t.Parallel()
			name, param, _ := strings.Cut(tt.fault, " ")
			troubled := troubledBy(t, sim.Fault{Name: name, Param: param})
			calm, got := troubledBy(t).ask(tt.request), troubled.ask(tt.request)
			of := func(s answered) map[string][]string {
				others := map[string][]string{}
				for id, list := range s.Of {
					if id != "1" && id != "" && id != "987654321987" {
						others[id] = list
					}
				}
				return others
			}
			if diff := cmp.Diff(of(calm), of(got)); diff != "" && name != "poison" {
				t.Errorf("of the others (-without +with the fault):\n%s", diff)
			}
			said := fmt.Sprint(got.Status, " ", got.Count)
			for _, id := range []string{"1", "", "987654321987"} {
				for _, text := range got.Of[id] {
					said += " " + short.Replace(text)
				}
			}
			if said != tt.want {
				t.Errorf("got\n%s\nwant\n%s", said, tt.want)
			}
			if log := troubled.server.Requests(); log[0].Fault != name {
				t.Errorf("the log has %+v", log[0])
			}
		})
	}
}

// TestFaultsHitTheirRecordsOnly has faults that are about records pass over the
// requests without them, and stop after so many times.
func TestFaultsHitTheirRecordsOnly(t *testing.T) {
	t.Parallel()
	const links, deals, read = "@associations/contacts/companies/batch/read", "@associations/deals/companies/batch/read", "@objects/contacts/batch/read"
	for _, tt := range []struct {
		fault, method, path string
		bodies              []string
		want                string // statuses
		met                 int    // requests that met the fault
	}{
		{"poison 1", "POST", links, []string{`{"inputs":[{"id":"1"}]}`, `{"inputs":[{"id":"2"}]}`, `{"inputs":[{"id":2},{"id":1}]}`, `{"inputs":[{"id":"11"}]}`}, "500 200 500 207", 2},
		{"poison 1,2", "POST", links, []string{`{"inputs":[{"id":"1"}]}`, `{"inputs":[{"id":"2"}]}`, `{"inputs":[{"id":"3"}]}`}, "500 500 207", 2},
		{"poison 1 x2 504", "POST", links, []string{`{"inputs":[{"id":"1"}]}`, `{"inputs":[{"id":"2"}]}`, `{"inputs":[{"id":"1"},{"id":"2"}]}`, `{"inputs":[{"id":"1"}]}`}, "504 200 504 200", 2},
		{"item 1 x1", "POST", links, []string{`{"inputs":[{"id":"2"}]}`, `{"inputs":[{"id":"1"}]}`, `{"inputs":[{"id":"1"}]}`}, "200 207 200", 1},
		{"poison companies:1", "POST", links, []string{`{"inputs":[{"id":"1"}]}`}, "200", 0},
		{"poison 0-3:1", "POST", deals, []string{`{"inputs":[{"id":"1"}]}`}, "500", 1},
		{"poison 3", "GET", "@objects/contacts?limit=2", []string{""}, "200", 0},
		{"poison 3", "GET", "@objects/contacts?limit=2&after=2", []string{""}, "500", 1},
		{"poison 3", "GET", "@objects/contacts/3", []string{""}, "500", 1},
		{"poison 3", "GET", "@links/contacts/3/associations/companies", []string{""}, "500", 1},
		{"poison 3", "GET", "@associations/contacts/companies/labels", []string{""}, "200", 0},
		{"poison 3 400", "POST", "@objects/contacts/search", []string{`{"limit":2}`, `{"limit":2,"after":"2"}`}, "200 400", 1},
		{"poison 3", "POST", read, []string{`{"idProperty":"email","inputs":[{"id":"cy@example.com"}]}`, `{"idProperty":"email","inputs":[{"id":"bo@example.com"}]}`}, "500 200", 1},
		{"poison 3", "POST", "@associations/contacts/companies/batch/create", []string{troubledRequests["associations-create"][2]}, "201", 0},
		{"most-inputs 2", "POST", links, []string{`{"inputs":[{"id":"1"},{"id":"2"}]}`, `{"inputs":[{"id":"1"},{"id":"2"},{"id":"2"}]}`}, "200 413", 1},
		{"most-inputs 1 400", "POST", read, []string{`{"inputs":[{"id":"1"}]}`, `{"inputs":[{"id":"1"},{"id":"2"}]}`}, "200 400", 1},
	} {
		name, param, _ := strings.Cut(tt.fault, " ")
		inBoth(t, troubled, sim.Options{Faults: []sim.Fault{{Name: name, Param: param}}}, func(t *testing.T, a *api) {
			var got []string
			for _, body := range tt.bodies {
				got = append(got, fmt.Sprint(a.call(tt.method, tt.path, body).status))
			}
			if text := strings.Join(got, " "); text != tt.want {
				t.Errorf("%s: %s %s: statuses %s, want %s", tt.fault, tt.method, tt.path, text, tt.want)
			}
			met := 0
			for _, q := range a.server.Requests() {
				if q.Fault != "" {
					met++
				}
			}
			if met != tt.met {
				t.Errorf("%s: %d requests met it, want %d", tt.fault, met, tt.met)
			}
		})
	}
}

// TestAPairIsRefused has a batch read of one ordered pair refused, by the paths
// of either family, and no other.
func TestAPairIsRefused(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"400", "403", "404", "413"} {
		fault, err := sim.ParseFaultFile("pair", "POST /crm/*/associations/0-1/0-2/batch/read status "+status+"\nPOST /crm/associations/*/0-1/0-2/batch/read status "+status)
		if err != nil {
			t.Fatal(err)
		}
		inBoth(t, troubled, sim.Options{Faults: fault}, func(t *testing.T, a *api) {
			for path, want := range map[string]string{"0-1/0-2": status, "0-2/0-1": "207", "0-1/0-3": "207"} {
				if got := a.call("POST", "@associations/"+path+"/batch/read", `{"inputs":[{"id":"3"},{"id":"11"}]}`); fmt.Sprint(got.status) != want {
					t.Errorf("%s answers %d, want %s", path, got.status, want)
				}
			}
		})
	}
}

// TestCutsInARow has the answer to whatever holds a record break off, again and
// again, and come whole at last.
func TestCutsInARow(t *testing.T) {
	t.Parallel()
	a := troubledBy(t, sim.Fault{Name: "poison", Param: "2 x3 cut"})
	var got []string
	for range 5 {
		answer, _ := a.look("associations-read", "")
		got = append(got, answer.Err)
	}
	if diff := cmp.Diff([]string{"unexpected EOF", "unexpected EOF", "unexpected EOF", "", ""}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestSearchesThatSayLess compares pages and totals.
func TestSearchesThatSayLess(t *testing.T) {
	t.Parallel()
	for fault, want := range map[string]string{
		"delay 0s":                    "10: 1 2 3 4 >4; 10: 5 6 7 8 >8; 10: 9 10 ",
		"search-lacks 2,9":            "8: 1 3 4 5 >4; 8: 6 7 8 10 ",
		"search-lacks contacts:10":    "9: 1 2 3 4 >4; 9: 5 6 7 8 >8; 9: 9 ",
		"search-lacks companies:1,10": "9: 1 2 3 4 >4; 9: 5 6 7 8 >8; 9: 9 ",
		"search-lacks companies:1":    "10: 1 2 3 4 >4; 10: 5 6 7 8 >8; 10: 9 10 ",
		"search-lacks 1 x2":           "9: 2 3 4 5 >4; 9: 6 7 8 9 >8; 10: 9 10 ",
		"search-counts":               "9: 1 2 3 4 >4; 9: 5 6 7 8 >8; 9: 9 10 ",
		"search-counts +5":            "15: 1 2 3 4 >4; 15: 5 6 7 8 >8; 15: 9 10 ",
		"search-counts -50":           "0: 1 2 3 4 >4; 0: 5 6 7 8 >8; 0: 9 10 ",
		"search-empty":                "10: ",
	} {
		name, param, _ := strings.Cut(fault, " ")
		inBoth(t, manyContacts(), sim.Options{Faults: []sim.Fault{{Name: name, Param: param}}}, func(t *testing.T, a *api) {
			var pages []string
			for after, more := "", true; more; {
				page := a.search("contacts", fmt.Sprintf(`{"limit":4,"after":%q,"filterGroups":[{"filters":[{"propertyName":"hs_object_id","operator":"GT","value":"0"}]}]}`, after))
				text := fmt.Sprint(page.Total, ": ")
				for _, o := range page.Results {
					text += o.ID + " "
				}
				if more = page.Paging != nil; more {
					after = page.Paging.Next.After
					text += ">" + after
				}
				pages = append(pages, text)
			}
			if got := strings.Join(pages, "; "); got != want {
				t.Errorf("%s: got %s, want %s", fault, got, want)
			}
			if plain := a.search("contacts", `{"limit":1}`); param == "2,9" && plain.Total != 8 {
				t.Errorf("%s: a search without filters counts %d", fault, plain.Total)
			}
		})
	}
}
