package sim_test

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"hubgraph/hubspot/sim"
)

// TestGuide does what a guide in Python does: it looks the types up, and links a
// deal to a line item, a company, and a contact, with the ids of its own table.
func TestGuide(t *testing.T) {
	t.Parallel()
	a := serve(t, families[0], "deals 38700000000\nline_items 34400000000\ncompanies 7\ncontacts 8", sim.Options{})
	labels := decode[struct {
		Results []struct {
			Category string
			TypeID   int `json:"typeId"`
			Label    *string
		}
	}](a, a.call("GET", "/crm/v4/associations/deals/companies/labels", ""), 200)
	if got := labels.Results; len(got) != 2 || got[0].TypeID != 5 || *got[0].Label != "Primary" || got[1].TypeID != 341 || got[1].Label != nil {
		t.Errorf("the labels of deals and companies are %+v; want 5 Primary and 341", got)
	}
	for _, link := range []struct {
		from   string
		fromID int
		to     string
		toID   int
		typeID int
		labels string
	}{
		{"deals", 38700000000, "line_items", 34400000000, 19, ``},
		{"companies", 7, "contacts", 8, 2, `"Contact with Primary Company"`},
		{"contacts", 8, "deals", 38700000000, 4, ``},
		{"deals", 38700000000, "companies", 7, 5, `"Primary"`},
	} {
		body := fmt.Sprintf(`[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":%d}]`, link.typeID)
		ids := map[string]string{"deals": "0-3", "line_items": "0-8", "companies": "0-2", "contacts": "0-1"}
		a.want(a.call("PUT", fmt.Sprintf("/crm/v4/objects/%s/%d/associations/%s/%d", link.from, link.fromID, link.to, link.toID), body), 201,
			fmt.Sprintf(`{"fromObjectTypeId":%q,"fromObjectId":%d,"toObjectTypeId":%q,"toObjectId":%d,"labels":[%s]}`, ids[link.from], link.fromID, ids[link.to], link.toID, link.labels))
	}
	a.wantRows(`
		deals 38700000000 line_items 34400000000 19
		line_items 34400000000 deals 38700000000 20
		companies 7 contacts 8 2
		companies 7 contacts 8 280
		contacts 8 companies 7 1
		contacts 8 companies 7 279
		contacts 8 deals 38700000000 4
		deals 38700000000 contacts 8 3
		deals 38700000000 companies 7 5
		deals 38700000000 companies 7 341
		companies 7 deals 38700000000 6
		companies 7 deals 38700000000 342`, "deals", "line_items", "companies", "contacts")
	if got := a.call("PUT", "/crm/v4/objects/deals/38700000000/associations/line_items/34400000000", `[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":20}]`); got.status != 400 {
		t.Errorf("the wrong direction: status %d, %s", got.status, got.body)
	}
}

// documentPortal has the records that the OpenAPI document's examples name.
const documentPortal = "contacts 12345\ncontacts 12346\ncompanies 67890\ncompanies 67891\n" + `label contacts 101 "Partner Company" companies 102 "Partner"
contacts 12345 -> companies 67890 primary
contacts 12345 -> companies 67891 "Partner Company"
`

// operations are those of the OpenAPI document, in its order, called with its
// own examples.
var operations = map[string]func(*api){
	"listObjectAssociations": func(a *api) {
		a.want(a.call("GET", "/crm/v4/objects/contacts/12345/associations/companies?limit=100", ""), 200, `{"results":[
			{"toObjectId":67890,"associationTypes":[{"category":"HUBSPOT_DEFINED","typeId":279,"label":null},{"category":"HUBSPOT_DEFINED","typeId":1,"label":"Primary"}]},
			{"toObjectId":67891,"associationTypes":[{"category":"USER_DEFINED","typeId":101,"label":"Partner Company"},{"category":"HUBSPOT_DEFINED","typeId":279,"label":null}]}]}`)
	},
	"createObjectAssociation": func(a *api) {
		got := a.call("PUT", "/crm/v4/objects/contacts/12346/associations/companies", `{"to":{"id":"67890"},"types":[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":1}]}`)
		a.want(got, 405, `{"status":"error","message":"HTTP 405 Method Not Allowed"}`)
		if got.header.Get("Allow") != "GET" {
			a.t.Errorf("allowed is %q; want GET", got.header.Get("Allow"))
		}
		a.want(a.call("PUT", "/crm/v4/objects/contacts/12346/associations/companies/67890", `[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":1}]`), 201,
			`{"fromObjectTypeId":"0-1","fromObjectId":12346,"toObjectTypeId":"0-2","toObjectId":67890,"labels":["Primary"]}`)
		a.wantLinks("companies/67890", "contacts", "12345", "12346")
	},
	"deleteObjectAssociation": func(a *api) {
		a.want(a.call("DELETE", "/crm/v4/objects/contacts/12345/associations/companies/67890", ""), 204, "")
		a.wantLinks("contacts/12345", "companies", "67891")
		a.wantLinks("companies/67890", "contacts")
	},
	"batchReadAssociations": func(a *api) {
		got := decode[readPage](a, a.call("POST", "/crm/v4/associations/contacts/companies/batch/read", `{"inputs":[{"id":"12345"},{"id":"12346"}]}`), 207)
		if len(got.Results) != 1 || got.Results[0].From.ID != "12345" || len(got.Results[0].To) != 2 || len(got.Errors) != 1 || got.Errors[0].SubCategory != "crm.associations.NO_ASSOCIATIONS_FOUND" {
			a.t.Errorf("the batch read answers %+v", got)
		}
	},
	"batchCreateAssociations": func(a *api) {
		a.want(a.call("POST", "/crm/v4/associations/contacts/companies/batch/create", `{"inputs":[{"from":{"id":"12346"},"to":{"id":"67890"},"types":[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":1}]}]}`), 201,
			`{"status":"COMPLETE","results":[{"fromObjectTypeId":"0-1","fromObjectId":12346,"toObjectTypeId":"0-2","toObjectId":67890,"labels":["Primary"]}]}`)
		a.wantLinks("contacts/12346", "companies", "67890")
	},
	"batchArchiveAssociations": func(a *api) {
		const path = "/crm/v4/associations/contacts/companies/batch/archive"
		a.want(a.call("POST", path, `{"inputs":[{"from":{"id":"12345"},"to":{"id":"67890"}}]}`), 400, refusal("Invalid input JSON on line 1, column 40: cannot read object as the value of [inputs.to]"))
		a.wantLinks("contacts/12345", "companies", "67890", "67891")
		a.want(a.call("POST", path, `{"inputs":[{"from":{"id":"12345"},"to":[{"id":"67890"}]}]}`), 204, "")
		a.wantLinks("contacts/12345", "companies", "67891")
	},
	"listAssociationLabels": func(a *api) {
		a.want(a.call("GET", "/crm/v4/associations/contacts/companies/labels", ""), 200, `{"results":[{"category":"HUBSPOT_DEFINED","typeId":1,"label":"Primary"},
			{"category":"HUBSPOT_DEFINED","typeId":279,"label":null},{"category":"HUBSPOT_DEFINED","typeId":931,"label":"Billing Contact"},{"category":"USER_DEFINED","typeId":101,"label":"Partner Company"}]}`)
	},
	"createAssociationLabel": func(a *api) {
		a.want(a.call("POST", "/crm/v4/associations/contacts/companies/labels", `{"label":"Primary Contact","name":"primary_contact","inverseLabel":"Main Company"}`), 200,
			`{"results":[{"category":"USER_DEFINED","typeId":104,"label":"Primary Contact"},{"category":"USER_DEFINED","typeId":103,"label":"Main Company"}]}`)
		a.wantLabel("companies/contacts", 103, "Main Company")
	},
	"updateAssociationLabel": func(a *api) {
		const body = `{"label":"Primary Contact","name":"primary_contact","inverseLabel":"Main Company"`
		got := a.call("PUT", "/crm/v4/associations/contacts/companies/labels/101", body+"}")
		a.want(got, 405, `{"status":"error","message":"HTTP 405 Method Not Allowed"}`)
		a.wantLabel("contacts/companies", 101, "Partner Company")
		a.want(a.call("PUT", "/crm/v4/associations/contacts/companies/labels", body+`,"associationTypeId":101}`), 204, "")
		a.wantLabel("contacts/companies", 101, "Primary Contact")
		a.wantLabel("companies/contacts", 102, "Main Company")
	},
	"deleteAssociationLabel": func(a *api) {
		a.want(a.call("DELETE", "/crm/v4/associations/contacts/companies/labels/101", ""), 204, "")
		a.wantLabel("companies/contacts", 102, "")
		a.wantRows(`
			contacts 12345 companies 67890 1
			contacts 12345 companies 67890 279
			contacts 12345 companies 67891 279
			companies 67890 contacts 12345 2
			companies 67890 contacts 12345 280
			companies 67891 contacts 12345 280`, "contacts", "companies")
	},
	"listAssociationDefinitions": func(a *api) {
		a.want(a.call("GET", "/crm/v4/associations/definitions", ""), 404, `{"status":"error","message":"resource not found"}`)
	},
}

// wantLinks checks with which records one record is associated.
func (a *api) wantLinks(of, to string, ids ...string) {
	a.t.Helper()
	var got []string
	for _, r := range decode[struct {
		Results []struct {
			ToObjectID int64 `json:"toObjectId"`
		}
	}](a, a.call("GET", "/crm/v4/objects/"+of+"/associations/"+to, ""), 200).Results {
		got = append(got, fmt.Sprint(r.ToObjectID))
	}
	slices.Sort(got)
	if fmt.Sprint(got) != fmt.Sprint(ids) {
		a.t.Errorf("%s is associated with %s %v; want %v", of, to, got, ids)
	}
}

// wantLabel checks the text of a type of a pair; an empty one means
// no such type.
func (a *api) wantLabel(pair string, typeID int, want string) {
	a.t.Helper()
	got := ""
	for _, row := range decode[struct {
		Results []struct {
			TypeID int `json:"typeId"`
			Label  string
		}
	}](a, a.call("GET", "/crm/v4/associations/"+pair+"/labels", ""), 200).Results {
		if row.TypeID == typeID {
			got = row.Label
		}
	}
	if got != want {
		a.t.Errorf("the type %d of %s reads %q; want %q", typeID, pair, got, want)
	}
}

func TestOpenAPIDocument(t *testing.T) {
	t.Parallel()
	table, err := os.ReadFile("docs_openapi.go")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(table), "//	     ") - strings.Count(string(table), "//	     associations "); n != len(operations) {
		t.Errorf("the table names %d operations; want %d", n, len(operations))
	}
	for name, call := range operations {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(string(table), "//	     "+name) {
				t.Errorf("the table in docs_openapi.go lacks the operation")
			}
			call(serve(t, families[0], documentPortal, sim.Options{}))
		})
	}
}

// TestOpenAPIHeader asks with the header that the document invents.
func TestOpenAPIHeader(t *testing.T) {
	t.Parallel()
	a := serve(t, families[0], documentPortal, sim.Options{})
	r, err := http.NewRequest("GET", a.url+"/crm/v4/associations/contacts/companies/labels", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("private-app", "test")
	if got := a.send(r); got.status != 401 {
		t.Errorf("status %d, %s; want 401", got.status, got.body)
	}
}

// TestLegacyPage does what HubSpot's page on v1 says: it associates a ticket with
// a contact, and a line item with a deal.
func TestLegacyPage(t *testing.T) {
	t.Parallel()
	a := serve(t, families[0], "contacts 496346\ntickets 176602\ndeals 5\nline_items 6", sim.Options{})
	const path = "/crm-associations/v1/associations"
	for _, body := range []string{
		`{"fromObjectId":496346,"toObjectId":176602,"category":"HUBSPOT_DEFINED","definitionId":15}`,
		`{"fromObjectId":6,"toObjectId":5,"category":"HUBSPOT_DEFINED","definitionId":20}`,
	} {
		a.want(a.call("PUT", path, body), 204, "")
	}
	a.wantRows(`
		contacts 496346 tickets 176602 15
		tickets 176602 contacts 496346 16
		line_items 6 deals 5 20
		deals 5 line_items 6 19`, "contacts", "tickets", "deals", "line_items")
	r, err := http.NewRequest("PUT", a.url+path+"?hapikey=demo", strings.NewReader(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := a.send(r); got.status != 401 {
		t.Errorf("with a key in the query: status %d, %s; want 401", got.status, got.body)
	}
}
