package sim_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/hubspot/sim"
)

const people = `
contacts 1 email=ada@example.com firstname=Ada created=2026-01-01 updated=2026-01-02
contacts 2 archived=2026-02-01T00:00:00Z
contacts 30000000000
contacts 3 merged=1
contacts 4 absent
companies 11 name=Acme
`

// object writes what an answer says of a record.
func object(id, properties string) string {
	return fmt.Sprintf(`{"id":%q,"properties":{%s},"createdAt":"","updatedAt":"","archived":false}`, id, properties)
}

const adasDates = `"createdate":"2026-01-01T00:00:00.000Z","lastmodifieddate":"2026-01-02T00:00:00.000Z","hs_object_id":"1"`

func TestListObjects(t *testing.T) {
	t.Parallel()
	inBoth(t, people, sim.Options{}, func(t *testing.T, a *api) {
		page := a.call("GET", "@objects/contacts?limit=1&properties=email,nothing&properties=lastname", "")
		a.want(page, 200, `{"results":[`+object("1", `"email":"ada@example.com","lastname":null,`+adasDates)+`],"paging":{"next":{"after":"1"}}}`)
		last := decode[map[string]any](a, a.call("GET", "@objects/contacts?limit=1&after=1", ""), 200)
		if last["paging"] != nil || last["results"].([]any)[0].(map[string]any)["id"] != "30000000000" {
			t.Errorf("the last page is %v", last)
		}
		gone := decode[map[string][]map[string]any](a, a.call("GET", "@objects/contacts?archived=True", ""), 200)["results"]
		if len(gone) != 1 || gone[0]["id"] != "2" || gone[0]["archived"] != true || gone[0]["archivedAt"] != "2026-02-01T00:00:00.000Z" {
			t.Errorf("archived are %v", gone)
		}
		for path, want := range map[string]int{"?limit=100": 200, "?limit=101": 400, "?limit=0": 400, "?after=MQ%3D%3D": 400, "?limit=50&propertiesWithHistory=email": 200, "?limit=51&propertiesWithHistory=email": 400} {
			if got := a.call("GET", "@objects/contacts"+path, "").status; got != want {
				t.Errorf("%s: status %d, want %d", path, got, want)
			}
		}
		long := "?properties=" + strings.Repeat("email,", 2600)
		if got := a.call("GET", "@objects/contacts"+long, "").status; got != 414 {
			t.Errorf("a URI of %d characters is answered with %d", len(long), got)
		}
	})
}

func TestGetObject(t *testing.T) {
	t.Parallel()
	inBoth(t, people, sim.Options{}, func(t *testing.T, a *api) {
		for _, path := range []string{"contacts/1", "0-1/1", "CONTACT/1", "contacts/3", "contacts/ada@example.com?idProperty=email"} {
			a.want(a.call("GET", "@objects/"+path, ""), 200, object("1", adasDates))
		}
		a.want(a.call("GET", "@objects/contacts/1?propertiesWithHistory=firstname,lastname", ""), 200,
			`{"id":"1","properties":{"firstname":"Ada",`+adasDates+`},"propertiesWithHistory":{"firstname":[{"value":"Ada","timestamp":"2026-01-02T00:00:00.000Z","sourceType":"CRM_UI"}]},"archived":false}`)
		for path, want := range map[string]int{"contacts/2": 404, "contacts/2?archived=true": 200, "contacts/1?archived=true": 404, "contacts/4": 404, "contacts/5": 404, "contacts/x": 400,
			"contacts/x?idProperty=email": 404, "contacts/1?idProperty=nothing": 400, "cars/1": 400} {
			if got := a.call("GET", "@objects/"+path, ""); got.status != want {
				t.Errorf("%s: status %d, want %d: %s", path, got.status, want, got.body)
			}
		}
	})
}

func TestReadObjects(t *testing.T) {
	t.Parallel()
	inBoth(t, people, sim.Options{}, func(t *testing.T, a *api) {
		read := func(body string) reply { return a.call("POST", "@objects/contacts/batch/read", body) }
		a.want(read(`{"inputs":[{"id":"1"},{"id":3},{"id":"9"},{"id":"2"}],"properties":["email"]}`), 207,
			`{"status":"COMPLETE","results":[`+object("1", `"email":"ada@example.com",`+adasDates)+`],"numErrors":1,"errors":[{"status":"error","category":"OBJECT_NOT_FOUND",
			"message":"Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.","context":{"ids":["9","2"]}}]}`)
		a.want(read(`{"inputs":[{"id":"ada@example.com"}],"idProperty":"email"}`), 200, `{"status":"COMPLETE","results":[`+object("1", adasDates)+`]}`)
		a.want(a.call("POST", "@objects/contacts/batch/read?archived=true", `{"inputs":[{"id":"2"}]}`), 200, `{"status":"COMPLETE","results":[{"id":"2","properties":{
			"createdate":"2025-01-02T03:04:05.678Z","lastmodifieddate":"2025-01-02T03:04:05.678Z","hs_object_id":"2"},"archived":true,"archivedAt":"2026-02-01T00:00:00.000Z"}]}`)
		inputs := func(n int, more string) string {
			return `{"inputs":[` + strings.TrimSuffix(strings.Repeat(`{"id":"1"},`, n), ",") + `]` + more + `}`
		}
		for body, want := range map[string]int{inputs(100, ""): 200, inputs(101, ""): 400, inputs(50, `,"propertiesWithHistory":["email"]`): 200, inputs(51, `,"propertiesWithHistory":["email"]`): 400,
			`{}`: 400, `{"inputs":[]}`: 200, `{"inputs":[{"id":"1"}],"idProperty":"nothing"}`: 400, `{"inputs":`: 400} {
			if got := read(body); got.status != want {
				t.Errorf("%.60s: status %d, want %d: %s", body, got.status, want, got.body)
			}
		}
	})
}

// TestInlineAssociations stop at a hundred rows, a primary company has two of
// them, and the way on is the endpoint for one record.
func TestInlineAssociations(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("object p_cars 2-7\nlabel contacts p_cars\ncontacts 1 -> p_cars 5\ncontacts 1 -> companies 1000 primary\ncontacts 2\n")
	for id := range 130 {
		fmt.Fprintf(&b, "contacts 1 -> companies %d\n", 1001+id)
	}
	inBoth(t, b.String(), sim.Options{}, func(t *testing.T, a *api) {
		type links struct {
			Results []struct{ ID, Type string }
			Paging  *struct{ Next struct{ After string } }
		}
		all := decode[struct {
			Results []struct{ Associations map[string]links }
		}](a, a.call("GET", "@objects/contacts?associations=companies,nothing&associations=2-7", ""), 200).Results
		one := decode[struct{ Associations map[string]links }](a, a.call("GET", "@objects/contacts/1?associations=COMPANY,p_cars", ""), 200)
		if !cmp.Equal(all[0].Associations, one.Associations) || all[1].Associations != nil {
			t.Errorf("a list says %v, one record %v", all, one)
		}
		companies := one.Associations["companies"]
		if n := len(companies.Results); n != 100 || companies.Paging == nil || len(one.Associations) != 2 || one.Associations["p7654321_cars"].Results[0].ID != "5" {
			t.Fatalf("%d companies of %v", n, one.Associations)
		}
		first := []string{companies.Results[0].ID + companies.Results[0].Type, companies.Results[1].ID + companies.Results[1].Type, companies.Results[2].ID + companies.Results[2].Type}
		slices.Sort(first)
		if diff := cmp.Diff([]string{"1000contact_to_company", "1000contact_to_company_unlabeled", "1001contact_to_company_unlabeled"}, first); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		rest := decode[struct{ Results []any }](a, a.call("GET", "@links/contacts/1/associations/companies?after="+companies.Paging.Next.After, ""), 200)
		if len(rest.Results) != 131-99 {
			t.Errorf("%d companies behind the cursor, want those that are not among the 100 rows: 32", len(rest.Results))
		}
	})
}
