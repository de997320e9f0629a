package sim_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"hubgraph/hubspot/sim"
)

// linked is any answer in which links to a next page can stand.
type linked struct {
	Results []struct {
		ID         string
		ToObjectID any `json:"toObjectId"`
		From       struct{ ID string }
		To         []struct {
			ToObjectID any `json:"toObjectId"`
		}
		Paging       *nextPage
		Associations map[string]linked
	}
	Paging *nextPage
}

type nextPage struct{ Next struct{ After, Link string } }

// names are the records that an answer lists, of a batch read those at the other
// end.
func (l linked) names() []string {
	var names []string
	for _, r := range l.Results {
		switch {
		case r.ID != "":
			names = append(names, r.ID)
		case r.ToObjectID != nil:
			names = append(names, fmt.Sprintf("%v", r.ToObjectID))
		}
		for _, to := range r.To {
			names = append(names, fmt.Sprintf("%v", to.ToObjectID))
		}
	}
	return names
}

// follow goes on by the links alone, and returns what all pages list.
func (a *api) follow(names []string, next *nextPage) []string {
	a.t.Helper()
	for next != nil {
		u, err := url.Parse(next.Next.Link)
		if err != nil || u.Host != "api.hubapi.com" || next.Next.After == "" {
			a.t.Fatalf("%q is no link to a page of HubSpot's behind %q", next.Next.Link, next.Next.After)
		}
		page := decode[linked](a, a.call("GET", u.RequestURI(), ""), 200)
		names, next = append(names, page.names()...), page.Paging
	}
	return names
}

// TestLinksLeadToTheNextPage follows every link that the simulator prints: each
// record comes, with a row for each type where rows are by type, and once.
func TestLinksLeadToTheNextPage(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	var companies, owners, rows []string
	text.WriteString(`label contacts 71 "Advisor" companies 72 "Advises"` + "\ncontacts 1\ncontacts 2\n")
	for id := 1001; id <= 1333; id++ {
		kinds := []string{"", "", ` "Advisor"`}[id%3] // rows of one record stand at the ends of pages, too
		fmt.Fprintf(&text, "contacts 1 -> companies %d%s\n", id, kinds)
		companies = append(companies, fmt.Sprint(id))
		rows = append(rows, fmt.Sprint(id))
		if kinds != "" {
			rows = append(rows, fmt.Sprint(id))
		}
	}
	for id := 1; id <= 3; id++ {
		fmt.Fprintf(&text, "owner %d\n", id)
		owners = append(owners, fmt.Sprint(id))
	}
	inBoth(t, text.String(), sim.Options{PageSize: 40}, func(t *testing.T, a *api) {
		check := func(what string, names, want []string) {
			t.Helper()
			slices.Sort(names)
			if !slices.Equal(names, want) {
				t.Errorf("%s: by the links there are %d records, want %d", what, len(names), len(want))
			}
		}
		for what, list := range map[string]struct {
			path string
			want []string
		}{
			"list":                  {"@objects/companies?limit=100&properties=name&properties=domain", companies},
			"owners":                {a.crm("owners") + "?limit=1", owners},
			"associations":          {"@links/contacts/1/associations/companies?limit=50", companies},
			"associations of v3":    {"/crm/v3/objects/contact/1/associations/company", rows},
			"small pages of v3":     {"/crm/v3/objects/contacts/1/associations/companies?limit=7", rows},
			"associations by name":  {"@links/contact/1/associations/COMPANY?limit=499", companies},
			"archived, of which no": {"@objects/companies?archived=true", nil},
		} {
			page := decode[linked](a, a.call("GET", list.path, ""), 200)
			check(what, a.follow(page.names(), page.Paging), list.want)
		}
		listed := decode[linked](a, a.call("GET", "@objects/contacts?associations=companies&limit=1", ""), 200)
		inline := listed.Results[0].Associations["companies"]
		if n := len(inline.Results); n > 100 || n < 98 || inline.Paging == nil {
			t.Errorf("within a list there are %d rows, want about 100", n)
		}
		names := slices.Compact(slices.Sorted(slices.Values(a.follow(inline.names(), inline.Paging))))
		check("within a list", names, companies)
		if !a.dated { // the dated page has no rows by name
			check("rows within a list", a.follow(inline.names(), inline.Paging), rows)
		}
		read := decode[linked](a, a.call("POST", "@associations/contacts/companies/batch/read", `{"inputs":[{"id":"1"}]}`), 200)
		names = slices.Compact(slices.Sorted(slices.Values(a.follow(read.names(), read.Results[0].Paging))))
		check("batch read", names, companies)
		found := a.call("POST", "@objects/companies/search", `{"limit":100}`)
		if strings.Contains(string(found.body), `"link"`) || decode[linked](a, found, 200).Paging == nil {
			t.Errorf("a search has a link, and is no GET: %.200s", found.body[len(found.body)-200:])
		}
	})
}

// TestAssociationsOfV3 reads those of one record by name: what the links within
// lists of v3 lead to, and some clients ask.
func TestAssociationsOfV3(t *testing.T) {
	t.Parallel()
	a := serve(t, families[0], office+`contacts 101 -> companies 201 primary "Board"`, sim.Options{WithoutScope: []string{"deals"}})
	const path = "/crm/v3/objects/contacts/"
	a.want(a.call("GET", path+"101/associations/companies", ""), 200,
		`{"results":[{"id":"201","type":"contact_to_company"},{"id":"201","type":"contact_to_company_unlabeled"},{"id":"201","type":"board"}]}`)
	a.want(a.call("GET", path+"101/associations/tickets", ""), 200, `{"results":[]}`)
	for at, want := range map[string]int{"999/associations/companies": 404, "x/associations/companies": 400, "101/associations/ships": 400, "101/associations/deals": 403,
		"101/associations/companies?after=nonsense": 400, "101/associations/companies?limit=501": 400} {
		if got := a.call("GET", path+at, "").status; got != want {
			t.Errorf("%s: status %d, want %d", at, got, want)
		}
	}
}
