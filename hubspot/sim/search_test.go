package sim_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hubgraph/hubspot/sim"
)

const deals = `
deals 1 dealname="Big Fish" amount=100 dealstage=won closedate=2026-01-01T00:00:00Z created=2026-01-03
deals 2 dealname="small fish" amount=9.5 dealstage=open created=2026-01-02
deals 3 dealname=Bird dealstage=open closedate=2026-03-01T00:00:00Z created=2026-01-01
deals 4 archived dealname=Gone
companies 11
companies 12
deals 1 -> companies 11
deals 2 -> companies 11
deals 2 -> companies 12
property deals colors "Colors" type=enumeration options="red;green;blue"
deals 2 colors=red;blue
`

type found struct {
	Total   int
	Results []kept
	Paging  *struct{ Next struct{ After string } }
}

// ids are those of the results in their order.
func (f found) ids() string {
	var ids []string
	for _, r := range f.Results {
		ids = append(ids, r.ID)
	}
	return strings.Join(ids, " ")
}

func (a *api) search(typ, body string) found {
	a.t.Helper()
	return decode[found](a, a.call("POST", "@objects/"+typ+"/search", body), 200)
}

// filtered is a search with one filter.
func filtered(property, operator, more string) string {
	if more != "" {
		more = "," + more
	}
	return fmt.Sprintf(`{"filterGroups":[{"filters":[{"propertyName":%q,"operator":%q%s}]}]}`, property, operator, more)
}

// TestSearchOperators has every operator; results are in the order in which the
// records were made, 3 2 1, where nothing else is asked for.
func TestSearchOperators(t *testing.T) {
	t.Parallel()
	inBoth(t, deals, sim.Options{}, func(t *testing.T, a *api) {
		for _, tt := range []struct{ property, operator, more, want string }{
			{"dealstage", "EQ", `"value":"OPEN"`, "3 2"},
			{"amount", "EQ", `"value":"100.0"`, "1"},
			{"amount", "EQ", `"value":100`, "1"},
			{"amount", "NEQ", `"value":"100"`, "2"},
			{"amount", "LT", `"value":"100"`, "2"},
			{"amount", "LTE", `"value":"100"`, "2 1"},
			{"amount", "GT", `"value":"9.5"`, "1"},
			{"amount", "GTE", `"value":"9.5"`, "2 1"},
			{"amount", "BETWEEN", `"value":"9","highValue":"99"`, "2"},
			{"closedate", "GTE", `"value":"1769904000000"`, "3"}, // 2026-02-01 in milliseconds
			{"closedate", "LT", `"value":"2026-02-01"`, "1"},
			{"createdate", "GT", `"value":"2026-01-02T00:00:00Z"`, "1"},
			{"dealname", "IN", `"values":["bird","big fish"]`, "3 1"},
			{"dealname", "NOT_IN", `"values":["bird"]`, "2 1"},
			{"amount", "HAS_PROPERTY", "", "2 1"},
			{"amount", "NOT_HAS_PROPERTY", "", "3"},
			{"dealname", "CONTAINS_TOKEN", `"value":"FISH"`, "2 1"},
			{"dealname", "CONTAINS_TOKEN", `"value":"b*"`, "3 1"},
			{"dealname", "CONTAINS_TOKEN", `"value":"*mall f*h"`, "2"},
			{"dealname", "NOT_CONTAINS_TOKEN", `"value":"fish"`, "3"},
			{"colors", "EQ", `"value":"blue"`, "2"},
			{"colors", "IN", `"values":["green"]`, ""},
			{"hs_object_id", "GT", `"value":"1"`, "3 2"},
			{"associations.company", "EQ", `"value":"11"`, "2 1"},
			{"associations.companies", "IN", `"values":[12,13]`, "2"},
			{"associations.0-2", "NOT_HAS_PROPERTY", "", "3"},
		} {
			if got := a.search("deals", filtered(tt.property, tt.operator, tt.more)); got.ids() != tt.want || got.Total != len(strings.Fields(tt.want)) {
				t.Errorf("%s %s %s: %q of %d, want %q", tt.property, tt.operator, tt.more, got.ids(), got.Total, tt.want)
			}
		}
	})
}

func TestSearchGroupsSortsAndQuery(t *testing.T) {
	t.Parallel()
	const either = `"filterGroups":[{"filters":[{"propertyName":"dealstage","operator":"EQ","value":"open"},{"propertyName":"amount","operator":"HAS_PROPERTY"}]},
		{"filters":[{"propertyName":"dealname","operator":"EQ","value":"Bird"}]}]`
	inBoth(t, deals, sim.Options{}, func(t *testing.T, a *api) {
		for body, want := range map[string]string{
			`{}`: "3 2 1",
			`{` + either + `,"sorts":[{"propertyName":"dealname","direction":"DESCENDING"}]}`: "2 3",
			`{` + either + `,"sorts":["dealname"]}`:                                           "3 2",
			`{` + either + `,"sorts":["-dealname"]}`:                                          "2 3",
			`{"sorts":["amount"]}`:                                                            "2 1 3",
			`{"sorts":["-amount"]}`:                                                           "1 2 3",
			`{"sorts":["hs_object_id"],"limit":2}`:                                            "1 2",
			`{"query":"fish"}`:                                                                "2 1",
			`{"query":"BIG fi"}`:                                                              "1",
			`{"query":"whale"}`:                                                               "",
			`{"limit":"1","after":"1"}`:                                                       "2",
			`{"limit":0}`:                                                                     "",
		} {
			if got := a.search("deals", body).ids(); got != want {
				t.Errorf("%s: %q, want %q", body, got, want)
			}
		}
		got := a.search("deals", `{"limit":1,"after":0,"properties":["dealname","nothing"]}`)
		if got.Total != 3 || got.Paging.Next.After != "1" || got.Results[0].value("dealname") != "Bird" || len(got.Results[0].Properties) != 4 {
			t.Errorf("got %+v", got)
		}
		if last := a.search("deals", `{"limit":1,"after":"2"}`); last.Paging != nil || last.ids() != "1" {
			t.Errorf("the last page is %+v", last)
		}
	})
}

func TestSearchRefused(t *testing.T) {
	t.Parallel()
	filter := func(n int) string {
		return strings.TrimSuffix(strings.Repeat(`{"propertyName":"amount","operator":"HAS_PROPERTY"},`, n), ",")
	}
	groups := func(filters ...int) string {
		var all []string
		for _, n := range filters {
			all = append(all, `{"filters":[`+filter(n)+`]}`)
		}
		return `{"filterGroups":[` + strings.Join(all, ",") + `]}`
	}
	inBoth(t, deals, sim.Options{WithoutScope: []string{"companies"}}, func(t *testing.T, a *api) {
		for body, want := range map[string]string{
			groups(1, 1, 1, 1, 1):    "200",
			groups(6, 6, 6):          "200",
			groups(1, 1, 1, 1, 1, 1): "400 A search can have 5 filter groups",
			groups(7):                "400 A filter group can have 6 filters",
			groups(6, 6, 6, 1):       "400 A search can have 18 filters",
			groups(0):                "400 some required fields were not set: [filters]",
			`{"limit":201}`:          "400 limit 201: it must be a number from 0 to 200",
			`{"limit":-1}`:           "400 limit -1",
			`{"after":"MQ%3D%3D"}`:   "400 it must be a number",
			`{"after":"10000"}`:      "400 Paging is limited to 10000 results",
			`{"after":"9999"}`:       "200",
			`{"query":"` + strings.Repeat("a", 3000) + `"}`:        "200",
			`{"query":"` + strings.Repeat("a", 3001) + `"}`:        "400 The query can have 3000 characters",
			`{"sorts":["amount","dealname"]}`:                      "400 A search can have 1 sort",
			`{"sorts":["nothing"]}`:                                "400 PROPERTY_DOESNT_EXIST",
			`{"filterGroups":`:                                     "400 Invalid input JSON",
			filtered("nothing", "EQ", `"value":"1"`):               "400 PROPERTY_DOESNT_EXIST",
			filtered("amount", "LIKE", `"value":"1"`):              "400 \\\"LIKE\\\" is no operator: there are BETWEEN,",
			filtered("amount", "EQ", ""):                           "400 operator EQ requires value",
			filtered("amount", "BETWEEN", `"value":"1"`):           "400 operator BETWEEN requires highValue",
			filtered("amount", "IN", `"value":"1"`):                "400 operator IN requires values",
			filtered("associations.cars", "HAS_PROPERTY", ""):      "400 PROPERTY_DOESNT_EXIST",
			filtered("associations.company", "EQ", `"value":"11"`): "403 MISSING_SCOPES",
		} {
			got := a.call("POST", "@objects/deals/search", body)
			if status, text, _ := strings.Cut(want, " "); fmt.Sprint(got.status) != status || !strings.Contains(string(got.body), text) {
				t.Errorf("%.100s: %d %s, want %s", body, got.status, got.body, want)
			}
		}
	})
}

// TestSearchWall has more records than a search gives away.
func TestSearchWall(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for id := range 10_050 {
		fmt.Fprintf(&b, "tickets %d\n", id+1)
	}
	a := serve(t, families[0], b.String(), sim.Options{})
	last := a.search("tickets", `{"limit":200,"after":"9900","sorts":["hs_object_id"]}`)
	if last.Total != 10_050 || len(last.Results) != 100 || last.Results[99].ID != "10000" || last.Paging.Next.After != "10000" {
		t.Errorf("total %d, %d results, next %+v", last.Total, len(last.Results), last.Paging)
	}
	if got := a.call("POST", "@objects/tickets/search", `{"after":"10000"}`).status; got != 400 {
		t.Errorf("beyond the wall: status %d", got)
	}
	beyond := a.search("tickets", `{"limit":200,"sorts":["hs_object_id"],"filterGroups":[{"filters":[{"propertyName":"hs_object_id","operator":"GT","value":"10000"}]}]}`)
	if beyond.Total != 50 || beyond.Results[0].ID != "10001" {
		t.Errorf("by id, %d of %d are beyond the wall", len(beyond.Results), beyond.Total)
	}
}

// TestSearchLag has searches see what is written later than other reads.
func TestSearchLag(t *testing.T) {
	t.Parallel()
	for _, f := range families {
		c := &clock{at: noon}
		a := serve(t, f, people, sim.Options{Now: c.now, SearchLag: 10 * time.Second})
		state := func() []string {
			got := a.search("contacts", `{"properties":["firstname"],"sorts":["hs_object_id"]}`)
			var list []string
			for _, r := range got.Results {
				list = append(list, r.ID[:1]+r.value("firstname"))
			}
			return list
		}
		want := func(when string, want ...string) {
			t.Helper()
			if diff := cmp.Diff(want, state()); diff != "" {
				t.Errorf("%s, %s (-want +got):\n%s", f.name, when, diff)
			}
		}
		want("before", "1Ada", "3")
		a.call("PATCH", "@objects/contacts/1", `{"properties":{"firstname":"Bo"}}`)
		a.call("POST", "@objects/contacts", `{"properties":{"firstname":"New"}}`)
		c.pass(5 * time.Second)
		a.call("PATCH", "@objects/contacts/1", `{"properties":{"firstname":"Cy"}}`)
		a.call("DELETE", "@objects/contacts/30000000000", "")
		want("5 s after the first writes", "1Ada", "3")
		c.pass(5 * time.Second)
		want("10 s after the first writes", "1Bo", "3", "3New")
		c.pass(5 * time.Second)
		want("10 s after the second writes", "1Cy", "3New")
		if got := a.search("contacts", filtered("firstname", "EQ", `"value":"Bo"`)).Total; got != 0 {
			t.Errorf("%s: %d records are found by what they were", f.name, got)
		}
	}
}

// TestSearchWithoutArchived leaves archived
// records out, however they are asked for.
func TestSearchWithoutArchived(t *testing.T) {
	t.Parallel()
	inBoth(t, deals, sim.Options{}, func(t *testing.T, a *api) {
		got := decode[found](a, a.call("POST", "@objects/deals/search?archived=true", `{}`), 200)
		if ids := strings.Fields(got.ids()); slices.Contains(ids, "4") || got.Total != 3 {
			t.Errorf("got %v of %d", ids, got.Total)
		}
	})
}
