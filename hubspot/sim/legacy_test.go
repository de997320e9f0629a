package sim_test

import (
	"fmt"
	"strings"
	"testing"

	"hubgraph/hubspot/sim"
)

func TestV3Associations(t *testing.T) {
	t.Parallel()
	const path = "/crm/v3/associations/contacts/companies/"
	a := serve(t, families[0], office, sim.Options{})
	a.want(a.call("GET", path+"types", ""), 200, `{"results":[{"id":"1","name":"contact_to_company"},{"id":"279","name":"contact_to_company_unlabeled"},{"id":"931","name":"billing_contact_to_company"},
		{"id":"4","name":"advisor"},{"id":"5","name":"board"}]}`)
	a.want(a.call("POST", path+"batch/create", `{"inputs":[
		{"from":{"id":"101"},"to":{"id":"201"},"type":"contact_to_company_unlabeled"},
		{"from":{"id":"101"},"to":{"id":"202"},"type":"CONTACT_TO_COMPANY"},
		{"from":{"id":"101"},"to":{"id":"202"},"type":"4"},
		{"from":{"id":"101"},"to":{"id":"202"},"type":"contact_to_deal"},
		{"from":{"id":"101"},"to":{"id":"299"},"type":"279"}]}`), 207, `{"status":"COMPLETE","results":[
		{"from":{"id":"101"},"to":{"id":"201"},"type":"contact_to_company_unlabeled"},{"from":{"id":"201"},"to":{"id":"101"},"type":"company_to_contact_unlabeled"},
		{"from":{"id":"101"},"to":{"id":"202"},"type":"contact_to_company"},{"from":{"id":"202"},"to":{"id":"101"},"type":"company_to_contact"},
		{"from":{"id":"101"},"to":{"id":"202"},"type":"advisor"},{"from":{"id":"202"},"to":{"id":"101"},"type":"advisor"}],"numErrors":2,"errors":[
		{"status":"error","category":"VALIDATION_ERROR","subCategory":"crm.associations.INVALID_ASSOCIATION_TYPE","message":"contact_to_deal is not a valid association type from CONTACT to COMPANY","context":{"type":["contact_to_deal"]}},
		{"status":"error","category":"OBJECT_NOT_FOUND","subCategory":"crm.associations.TO_OBJECT_NOT_FOUND","message":"COMPANY with id 299 does not exist","context":{"objectType":["0-2"],"id":["299"]}}]}`)
	a.want(a.call("POST", path+"batch/read", `{"inputs":[{"id":"101"},{"id":"5000000102"},{"id":"x"}]}`), 207, `{"status":"COMPLETE","results":[{"from":{"id":"101"},"to":[
		{"id":"201","type":"contact_to_company_unlabeled"},{"id":"202","type":"contact_to_company"},{"id":"202","type":"contact_to_company_unlabeled"},{"id":"202","type":"advisor"}]}],"numErrors":2,"errors":[
		{"status":"error","category":"OBJECT_NOT_FOUND","subCategory":"crm.associations.NO_ASSOCIATIONS_FOUND","message":"No company is associated with contact 5000000102.","context":{"fromObjectId":["5000000102"],"fromObjectType":["0-1"],"toObjectType":["0-2"]}},
		{"status":"error","category":"VALIDATION_ERROR","subCategory":"crm.associations.INVALID_IDENTIFIER","message":"Invalid object ID \"x\": object IDs are numbers","context":{"id":["x"]}}]}`)
	a.want(a.call("POST", path+"batch/archive", `{"inputs":[{"from":{"id":"101"},"to":{"id":"201"},"type":"279"},{"from":{"id":"101"},"to":{"id":"202"},"type":"advisor"}]}`), 204, "")
	a.wantRows(`
		contacts 101 companies 202 1
		contacts 101 companies 202 279
		companies 202 contacts 101 2
		companies 202 contacts 101 280`, officeTypes...)
	a.want(a.call("POST", path+"batch/archive", `{"inputs":[{"from":{"id":"101"},"to":{"id":"202"},"type":"never"}]}`), 400,
		`{"status":"error","category":"VALIDATION_ERROR","subCategory":"crm.associations.INVALID_ASSOCIATION_TYPE","message":"never is not a valid association type from CONTACT to COMPANY","context":{"type":["never"]}}`)
	a.want(a.call("POST", path+"batch/create", `{"inputs":[{"from":{"id":"101"},"to":{"id":"201"}}]}`), 400, refusal("Invalid input JSON on line 1: some required fields were not set: [from, to, type]"))
}

func TestV3Single(t *testing.T) {
	t.Parallel()
	const path = "/crm/v3/objects/contacts/101/associations/companies/"
	a := serve(t, families[0], office, sim.Options{})
	for _, name := range []string{"279", "contact_to_company"} {
		got := decode[struct {
			ID           string
			Associations map[string]struct {
				Results []struct{ ID, Type string }
			}
		}](a, a.call("PUT", path+"201/"+name, ""), 200)
		rows := got.Associations["companies"].Results
		if got.ID != "101" || len(rows) == 0 || rows[0].ID != "201" || !strings.HasPrefix(rows[0].Type, "contact_to_company") {
			t.Errorf("PUT %s answers %+v", name, got)
		}
	}
	a.wantRows(`
		contacts 101 companies 201 1
		contacts 101 companies 201 279
		companies 201 contacts 101 2
		companies 201 contacts 101 280`, officeTypes...)
	a.want(a.call("DELETE", path+"201/1", ""), 204, "")
	a.wantRows(bothRows, officeTypes...)
	a.want(a.call("DELETE", path+"201/contact_to_company_unlabeled", ""), 204, "")
	a.wantRows("", officeTypes...)
	a.want(a.call("PUT", path+"299/279", ""), 404, `{"status":"error","category":"OBJECT_NOT_FOUND","subCategory":"crm.associations.TO_OBJECT_NOT_FOUND","message":"COMPANY with id 299 does not exist","context":{"objectType":["0-2"],"id":["299"]}}`)
	a.want(a.call("PUT", path+"201/3", ""), 400, `{"status":"error","category":"VALIDATION_ERROR","subCategory":"crm.associations.INVALID_ASSOCIATION_TYPE","message":"3 is not a valid association type from CONTACT to COMPANY","context":{"type":["3"]}}`)
}

// TestV3Page reads more than v3 has to give: it hands out a cursor, and takes
// none.
func TestV3Page(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("companies 1\n")
	for id := 1001; id <= 1101; id++ {
		fmt.Fprintf(&b, "contacts %d\ncompanies 1 -> contacts %d\n", id, id)
	}
	a := serve(t, families[0], b.String(), sim.Options{})
	after := ""
	for range 3 {
		page := decode[struct {
			Results []struct {
				To     []struct{ ID string }
				Paging struct{ Next struct{ After string } }
			}
		}](a, a.call("POST", "/crm/v3/associations/companies/contacts/batch/read", `{"inputs":[{"id":"1","after":"`+after+`"}]}`), 200).Results[0]
		if len(page.To) != 100 || page.To[99].ID != "1100" || page.Paging.Next.After == "" || after != "" && page.Paging.Next.After != after {
			t.Fatalf("behind %q there are %d rows and the cursor %q; want the first 100 again and again", after, len(page.To), page.Paging.Next.After)
		}
		after = page.Paging.Next.After
	}
}

func TestV1Associations(t *testing.T) {
	t.Parallel()
	const path = "/crm-associations/v1/associations"
	one := func(from, to any, definition int) string {
		return fmt.Sprintf(`{"fromObjectId":%v,"toObjectId":%v,"category":"HUBSPOT_DEFINED","definitionId":%d}`, from, to, definition)
	}
	a := serve(t, families[0], office, sim.Options{})
	a.want(a.call("PUT", path, one(101, 201, 279)), 204, "")
	a.want(a.call("PUT", path+"/create-batch", "["+one(101, 202, 1)+","+one(`"5000000102"`, 202, 279)+"]"), 204, "")
	a.want(a.call("GET", path+"/202/HUBSPOT_DEFINED/280?limit=1", ""), 200, `{"results":[101],"hasMore":true,"offset":101}`)
	a.want(a.call("GET", path+"/202/HUBSPOT_DEFINED/280?limit=1&offset=101", ""), 200, `{"results":[5000000102],"hasMore":false,"offset":5000000102}`)
	a.want(a.call("GET", path+"/202/HUBSPOT_DEFINED/2", ""), 200, `{"results":[101],"hasMore":false,"offset":101}`)
	a.want(a.call("GET", path+"/299/HUBSPOT_DEFINED/280", ""), 200, `{"results":[],"hasMore":false,"offset":0}`)
	a.want(a.call("PUT", path+"/create-batch", "["+one(1, 202, 279)+","+one(101, 2, 279)+","+one(101, 201, 9999)+"]"), 400,
		`{"status":"error","message":"One or more associations are invalid","errors":["CONTACT=1 is not valid","COMPANY=2 is not valid","HUBSPOT_DEFINED=9999 is not a valid association definition id"]}`)
	a.want(a.call("PUT", path, one(201, 201, 450)), 400, `{"status":"error","message":"One or more associations are invalid","errors":["COMPANY=201 cannot be associated to itself"]}`)
	a.want(a.call("PUT", path, `{"fromObjectId":101}`), 400, `{"status":"error","message":"fromObjectId, toObjectId, category and definitionId must be given"}`)
	a.want(a.call("GET", path+"/202/HUBSPOT_DEFINED/x", ""), 400, `{"status":"error","message":"One or more associations are invalid","errors":["HUBSPOT_DEFINED=x is not a valid association definition id"]}`)
	a.want(a.call("PUT", path+"/delete", one(201, 101, 280)), 204, "")
	a.want(a.call("PUT", path+"/delete-batch", "["+one(101, 202, 1)+","+one(5000000102, 202, 279)+"]"), 204, "")
	a.wantRows("contacts 101 companies 202 279\ncompanies 202 contacts 101 280", officeTypes...)
}

func TestLegacyRefusals(t *testing.T) {
	t.Parallel()
	const v1, v3 = "/crm-associations/v1/associations", "/crm/v3/objects/contacts/101/associations/companies/"
	identifier := `{"status":"error","category":"VALIDATION_ERROR","subCategory":"crm.associations.INVALID_IDENTIFIER","message":"Invalid object ID \"x\": object IDs are numbers","context":{"id":["x"]}}`
	full := "CONTACT 101 already has the maximum of 1 associations with COMPANY"
	cases := []struct {
		name, method, path, body string
		status                   int
		want                     string
	}{
		{"v1 without room", "PUT", v1, `{"fromObjectId":101,"toObjectId":202,"category":"HUBSPOT_DEFINED","definitionId":279}`, 400, `{"status":"error","message":"One or more associations are invalid","errors":["` + full + `"]}`},
		{"v1 of another category", "PUT", v1, `{"fromObjectId":101,"toObjectId":202,"category":"USER_DEFINED","definitionId":279}`, 400,
			`{"status":"error","message":"One or more associations are invalid","errors":["USER_DEFINED=279 is not a valid association definition id"]}`},
		{"v1 list of no number", "GET", v1 + "/x/HUBSPOT_DEFINED/279", ``, 400, identifier},
		{"v1 list with a bad offset", "GET", v1 + "/101/HUBSPOT_DEFINED/279?offset=x", ``, 400, refusal(`Invalid offset "x": it must be a number`)},
		{"v1 list of too many", "GET", v1 + "/101/HUBSPOT_DEFINED/279?limit=101", ``, 400, refusal(`Invalid input: limit "101": it must be a number from 1 to 100`)},
		{"v1 batch of too many", "PUT", v1 + "/create-batch", "[{}" + strings.Repeat(",{}", 2000) + "]", 400, refusal("The maximum number of inputs supported in a batch request is 2000, and there are 2001")},
		{"v1 batch that is none", "PUT", v1 + "/create-batch", "{}", 400, refusal("Invalid input JSON on line 1, column 1: cannot read object as the value of []")},
		{"v3 without room", "PUT", v3 + "202/279", ``, 400, refusal(full)},
		{"v3 of no number", "PUT", v3 + "x/279", ``, 400, identifier},
		{"v3 delete of no type", "DELETE", v3 + "201/280", ``, 400,
			`{"status":"error","category":"VALIDATION_ERROR","subCategory":"crm.associations.INVALID_ASSOCIATION_TYPE","message":"280 is not a valid association type from CONTACT to COMPANY","context":{"type":["280"]}}`},
		{"default without room", "PUT", "/crm/v4/objects/contacts/101/associations/default/companies/202", ``, 400, refusal(full)},
		{"default of no number", "PUT", "/crm/v4/objects/contacts/x/associations/default/companies/202", ``, 400, identifier},
		{"put without room", "PUT", "/crm/v4/objects/contacts/101/associations/companies/202", `[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":279}]`, 400, refusal(full)},
		{"delete of no number", "DELETE", "/crm/v4/objects/contacts/101/associations/companies/x", ``, 400, identifier},
		{"delete of no record", "DELETE", "/crm/v4/objects/contacts/999/associations/companies/201", ``, 404,
			`{"status":"error","category":"OBJECT_NOT_FOUND","subCategory":"crm.associations.FROM_OBJECT_NOT_FOUND","message":"CONTACT with id 999 does not exist","context":{"objectType":["0-1"],"id":["999"]}}`},
		{"labels archive of no number", "POST", "/crm/v4/associations/contacts/companies/batch/labels/archive", inputs(input("x", 201, "279")), 400, identifier},
	}
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := serve(t, families[0], office+"limit contacts companies plain 1\ncontacts 101 -> companies 201", sim.Options{})
			a.want(a.call(tt.method, tt.path, tt.body), tt.status, tt.want)
			a.wantRows(bothRows, "contacts", "companies")
		})
	}
}

// TestV1Scope asks for a type between objects of which the token may see only
// one: no path names it.
func TestV1Scope(t *testing.T) {
	t.Parallel()
	a := serve(t, families[0], office, sim.Options{WithoutScope: []string{"deals"}})
	const path = "/crm-associations/v1/associations"
	for _, got := range []reply{
		a.call("PUT", path, `{"fromObjectId":101,"toObjectId":301,"category":"HUBSPOT_DEFINED","definitionId":4}`),
		a.call("GET", path+"/101/HUBSPOT_DEFINED/4", ""),
	} {
		if got.status != 403 || !strings.Contains(string(got.body), "MISSING_SCOPES") {
			t.Errorf("status %d, %s; want 403", got.status, got.body)
		}
	}
}
