package sim_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"hubgraph/hubspot/sim"
)

// office is a small portal with what tests of writes need: ids above 2^31, a
// custom object, and USER_DEFINED types whose ids collide with HubSpot's own.
const office = `
object p_cars 2-1001 singular=Car plural=Cars
label contacts 4 "Advisor" companies 3 "Advises"
label contacts 5 "Board" companies 6 "Board"
label contacts 30 "Colleague" contacts
label deals 41 p_cars 42
label deals 43 "Test drive" p_cars 44 "Driven in"
contacts 101
contacts 5000000102
contacts 103 archived
companies 201
companies 202
deals 301
p_cars 401
`

var officeTypes = []string{"contacts", "companies", "deals", "p_cars"}

func TestPutAssociation(t *testing.T) {
	t.Parallel()
	const path = "@links/contacts/5000000102/associations/companies/201"
	cases := []struct {
		name, path, body string
		status           int
		want             string
		rows             string
	}{
		{"plain", path, `[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":279}]`, 201,
			`{"fromObjectTypeId":"0-1","fromObjectId":5000000102,"toObjectTypeId":"0-2","toObjectId":201,"labels":[]}`,
			`contacts 5000000102 companies 201 279
			 companies 201 contacts 5000000102 280`},
		{"labels", path, `[{"associationCategory":"USER_DEFINED","associationTypeId":4},{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":1}]`, 201,
			`{"fromObjectTypeId":"0-1","fromObjectId":5000000102,"toObjectTypeId":"0-2","toObjectId":201,"labels":["Advisor","Primary"]}`,
			`contacts 5000000102 companies 201 1
			 contacts 5000000102 companies 201 279
			 contacts 5000000102 companies 201 USER_DEFINED:4
			 companies 201 contacts 5000000102 2
			 companies 201 contacts 5000000102 280
			 companies 201 contacts 5000000102 USER_DEFINED:3`},
		{"its own inverse", "@links/contacts/101/associations/contacts/5000000102", `[{"associationCategory":"USER_DEFINED","associationTypeId":30}]`, 201,
			`{"fromObjectTypeId":"0-1","fromObjectId":101,"toObjectTypeId":"0-1","toObjectId":5000000102,"labels":["Colleague"]}`,
			`contacts 101 contacts 5000000102 449
			 contacts 101 contacts 5000000102 USER_DEFINED:30
			 contacts 5000000102 contacts 101 449
			 contacts 5000000102 contacts 101 USER_DEFINED:30`},
		{"custom object", "@links/deals/301/associations/2-1001/401", `[{"associationCategory":"USER_DEFINED","associationTypeId":"41"}]`, 201,
			`{"fromObjectTypeId":"0-3","fromObjectId":301,"toObjectTypeId":"2-1001","toObjectId":401,"labels":[]}`,
			`deals 301 p_cars 401 USER_DEFINED:41
			 p_cars 401 deals 301 USER_DEFINED:42`},
		{"no body", path, ``, 400, `{"status":"error","category":"VALIDATION_ERROR","message":"Invalid JSON input: a request body was expected, but none found"}`, ``},
		{"empty array", path, `[]`, 400, `{"status":"error","category":"VALIDATION_ERROR","message":"At least one association type must be given: the array is empty"}`, ``},
		{"an object", path, `{"to":{"id":"201"},"types":[]}`, 400, `{"status":"error","category":"VALIDATION_ERROR","message":"Invalid input JSON on line 1, column 1: cannot read object as the value of []"}`, ``},
		{"no such category", path, `[{"associationCategory":"MINE","associationTypeId":279}]`, 400,
			`{"status":"error","category":"VALIDATION_ERROR","message":"Invalid input JSON on line 1: associationCategory is \"MINE\", and must be one of [HUBSPOT_DEFINED USER_DEFINED INTEGRATOR_DEFINED WORK]"}`, ``},
		{"no such record", "@links/contacts/999/associations/companies/201", `[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":279}]`, 404,
			`{"status":"error","category":"OBJECT_NOT_FOUND","subCategory":"crm.associations.FROM_OBJECT_NOT_FOUND","message":"CONTACT with id 999 does not exist","context":{"objectType":["0-1"],"id":["999"]}}`, ``},
		{"no number", "@links/contacts/abc/associations/companies/201", `[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":279}]`, 400,
			`{"status":"error","category":"VALIDATION_ERROR","subCategory":"crm.associations.INVALID_IDENTIFIER","message":"Invalid object ID \"abc\": object IDs are numbers","context":{"id":["abc"]}}`, ``},
		{"no such type", "@links/persons/1/associations/companies/201", `[]`, 400, `{"status":"error","category":"VALIDATION_ERROR","message":"Unable to infer object type from: persons"}`, ``},
		{"itself", "@links/contacts/101/associations/contacts/101", `[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":449}]`, 400,
			`{"status":"error","category":"VALIDATION_ERROR","message":"CONTACT 101 cannot be associated to itself"}`, ``},
	}
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			inBoth(t, office, sim.Options{}, func(t *testing.T, a *api) {
				got := a.call("PUT", tt.path, tt.body)
				a.want(got, tt.status, tt.want)
				if want := "https://api.hubapi.com" + a.paths.Replace(tt.path); tt.status == 201 && got.header.Get("Location") != want {
					t.Errorf("Location is %q; want %q", got.header.Get("Location"), want)
				}
				a.wantRows(tt.rows, officeTypes...)
			})
		})
	}
}

func TestDeleteAssociation(t *testing.T) {
	t.Parallel()
	inBoth(t, office+`
contacts 101 -> companies 201 primary "Advisor"
contacts 101 -> companies 202
`, sim.Options{}, func(t *testing.T, a *api) {
		path := "@links/companies/201/associations/contacts/101"
		a.want(a.call("DELETE", path, ""), 204, "")
		a.want(a.call("DELETE", path, ""), 204, "") // there is nothing left, which is no error
		a.want(a.call("DELETE", "@links/companies/201/associations/contacts/103", ""), 404,
			`{"status":"error","category":"OBJECT_NOT_FOUND","subCategory":"crm.associations.TO_OBJECT_NOT_FOUND","message":"CONTACT with id 103 does not exist","context":{"objectType":["0-1"],"id":["103"]}}`)
		a.wantRows(`contacts 101 companies 202 279
			companies 202 contacts 101 280`, officeTypes...)
	})
}

func TestPutDefault(t *testing.T) {
	t.Parallel()
	inBoth(t, office, sim.Options{}, func(t *testing.T, a *api) {
		a.want(a.call("PUT", "@links/contacts/101/associations/default/companies/201", ""), 200, `{"status":"COMPLETE","results":[
			{"from":{"id":"101"},"to":{"id":"201"},"associationSpec":{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":279}},
			{"from":{"id":"201"},"to":{"id":"101"},"associationSpec":{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":280}}]}`)
		a.want(a.call("PUT", "@links/deals/301/associations/default/p_cars/401", ""), 400,
			`{"status":"error","category":"VALIDATION_ERROR","message":"There is no default association type from 0-3 to 2-1001"}`)
		a.want(a.call("PUT", "@links/contacts/101/associations/default/companies/999", ""), 404,
			`{"status":"error","category":"OBJECT_NOT_FOUND","subCategory":"crm.associations.TO_OBJECT_NOT_FOUND","message":"COMPANY with id 999 does not exist","context":{"objectType":["0-2"],"id":["999"]}}`)
		a.wantRows(`contacts 101 companies 201 279
			companies 201 contacts 101 280`, officeTypes...)
	})
}

func TestListAssociations(t *testing.T) {
	t.Parallel()
	inBoth(t, office+`
contacts 101 -> companies 201
contacts 101 -> companies 202 "Board"
`, sim.Options{}, func(t *testing.T, a *api) {
		const path = "@links/contacts/101/associations/companies"
		first := a.call("GET", path+"?limit=1", "")
		page := decode[struct {
			Paging struct{ Next struct{ After, Link string } }
		}](a, first, 200)
		after := page.Paging.Next.After
		a.want(first, 200, `{"results":[{"toObjectId":201,"associationTypes":[{"category":"HUBSPOT_DEFINED","typeId":279,"label":null}]}],"paging":{"next":{"after":"`+after+`"}}}`)
		if want := "https://api.hubapi.com" + a.paths.Replace(path) + "?after=" + after + "&limit=1"; page.Paging.Next.Link != want {
			t.Errorf("the link is %q; want %q", page.Paging.Next.Link, want)
		}
		decoded, err := url.QueryUnescape(after)
		if err != nil || decoded == after {
			t.Fatalf("the cursor %q is not percent-encoded", after)
		}
		for _, form := range []string{after, url.QueryEscape(after), url.QueryEscape(url.QueryEscape(after))} { // decoded, as it is, encoded once more
			got := decode[struct {
				Results []struct {
					ToObjectID       int `json:"toObjectId"`
					AssociationTypes []any
				}
				Paging any
			}](a, a.call("GET", path+"?after="+form, ""), 200)
			if len(got.Results) != 1 || got.Results[0].ToObjectID != 202 || len(got.Results[0].AssociationTypes) != 2 || got.Paging != nil {
				t.Errorf("behind the cursor %q there is %+v", form, got)
			}
		}
		a.want(a.call("GET", "@links/contacts/5000000102/associations/companies", ""), 200, `{"results":[]}`)
		a.want(a.call("GET", "@links/contacts/999/associations/companies", ""), 404, `{"status":"error","category":"OBJECT_NOT_FOUND","message":"CONTACT with id 999 does not exist","context":{"id":["999"]}}`)
		a.want(a.call("GET", path+"?limit=501", ""), 400, `{"status":"error","category":"VALIDATION_ERROR","message":"Invalid input: limit \"501\": it must be a number from 1 to 500"}`)
		a.want(a.call("GET", path+"?after=never", ""), 400, `{"status":"error","category":"VALIDATION_ERROR","message":"Invalid cursor \"never\""}`)
	})
}

// TestListAssociationsPages reads a record with one record more than a page
// holds, by the standard page size.
func TestListAssociationsPages(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("companies 1\n")
	for id := 1001; id <= 1501; id++ {
		b.WriteString("contacts " + strconv.Itoa(id) + "\ncompanies 1 -> contacts " + strconv.Itoa(id) + "\n")
	}
	inBoth(t, b.String(), sim.Options{}, func(t *testing.T, a *api) {
		type page struct {
			Results []struct {
				ToObjectID int `json:"toObjectId"`
			}
			Paging *struct{ Next struct{ After string } }
		}
		const path = "@links/companies/1/associations/contacts"
		first := decode[page](a, a.call("GET", path, ""), 200)
		if len(first.Results) != 500 || first.Paging == nil {
			t.Fatalf("the first page has %d results, paging %v; want 500 and a cursor", len(first.Results), first.Paging)
		}
		second := decode[page](a, a.call("GET", path+"?after="+first.Paging.Next.After, ""), 200)
		if len(second.Results) != 1 || second.Results[0].ToObjectID != 1501 || second.Paging != nil {
			t.Errorf("the second page is %+v; want the record 1501 alone", second)
		}
	})
}
