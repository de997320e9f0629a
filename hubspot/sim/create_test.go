package sim_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"hubgraph/hubspot/sim"
)

// input writes one input of a batch create.
func input(from, to any, types ...string) string {
	list := make([]string, len(types))
	for i, t := range types {
		category, id, ok := strings.Cut(t, ":")
		if !ok {
			category, id = "HUBSPOT_DEFINED", t
		}
		list[i] = fmt.Sprintf(`{"associationCategory":%q,"associationTypeId":%s}`, category, id)
	}
	return fmt.Sprintf(`{"from":{"id":"%v"},"to":{"id":"%v"},"types":[%s]}`, from, to, strings.Join(list, ","))
}

func inputs(list ...string) string { return `{"inputs":[` + strings.Join(list, ",") + `]}` }

// refusal is HubSpot's error document for a request that is no good.
func refusal(message string) string {
	return fmt.Sprintf(`{"status":"error","category":"VALIDATION_ERROR","message":%q}`, message)
}

const (
	contactCompany = "@associations/contacts/companies/batch/create"
	bothRows       = "contacts 101 companies 201 279\ncompanies 201 contacts 101 280"
	createdPlain   = `{"fromObjectTypeId":"0-1","fromObjectId":101,"toObjectTypeId":"0-2","toObjectId":201,"labels":[]}`
)

var createCases = []struct {
	name, path, body string
	status           int
	want, rows       string
}{
	{"plain", contactCompany, inputs(input(101, 201, "279")), 201, `{"status":"COMPLETE","results":[` + createdPlain + `]}`, bothRows},
	{"nothing", contactCompany, inputs(), 201, `{"status":"COMPLETE","results":[]}`, ``},
	{"twice in one batch", contactCompany, inputs(input(101, 201, "279"), input(101, 201, "279")), 201,
		`{"status":"COMPLETE","results":[` + createdPlain + `,` + createdPlain + `]}`, bothRows},
	{"by name of the types and number of the records", "@associations/CONTACT/company/batch/create", `{"inputs":[{"to":{"id":201},"from":{"id":101},"types":[{"associationTypeId":279,"associationCategory":"HUBSPOT_DEFINED"}],"more":1}]}`, 201,
		`{"status":"COMPLETE","results":[` + createdPlain + `]}`, bothRows},
	{"a primary company moves", contactCompany, inputs(input(101, 201, "1"), input(101, 202, "1")), 201,
		`{"status":"COMPLETE","results":[{"fromObjectTypeId":"0-1","fromObjectId":101,"toObjectTypeId":"0-2","toObjectId":201,"labels":["Primary"]},
		{"fromObjectTypeId":"0-1","fromObjectId":101,"toObjectTypeId":"0-2","toObjectId":202,"labels":["Primary"]}]}`,
		bothRows + `
		contacts 101 companies 202 279
		contacts 101 companies 202 1
		companies 202 contacts 101 280
		companies 202 contacts 101 2`},
	{"an id is no number", contactCompany, inputs(input("abc", 201, "279"), input(101, 201, "279")), 207,
		`{"status":"COMPLETE","results":[` + createdPlain + `],"numErrors":1,"errors":[{"status":"error","category":"VALIDATION_ERROR","subCategory":"crm.associations.INVALID_IDENTIFIER",
		"message":"Invalid object ID \"abc\": object IDs are numbers","context":{"id":["abc"]}}]}`, bothRows},
	{"records are missing", contactCompany, inputs(input(999, 201, "279"), input(103, 201, "279"), input(101, 998, "279")), 207,
		`{"status":"COMPLETE","results":[],"numErrors":3,"errors":[
		{"status":"error","category":"OBJECT_NOT_FOUND","subCategory":"crm.associations.FROM_OBJECT_NOT_FOUND","message":"CONTACT with id 999 does not exist","context":{"objectType":["0-1"],"id":["999"]}},
		{"status":"error","category":"OBJECT_NOT_FOUND","subCategory":"crm.associations.FROM_OBJECT_NOT_FOUND","message":"CONTACT with id 103 does not exist","context":{"objectType":["0-1"],"id":["103"]}},
		{"status":"error","category":"OBJECT_NOT_FOUND","subCategory":"crm.associations.TO_OBJECT_NOT_FOUND","message":"COMPANY with id 998 does not exist","context":{"objectType":["0-2"],"id":["998"]}}]}`, ``},
	{"a record with itself", "@associations/companies/companies/batch/create", inputs(input(201, 201, "450"), input(201, 202, "13")), 207,
		`{"status":"COMPLETE","results":[{"fromObjectTypeId":"0-2","fromObjectId":201,"toObjectTypeId":"0-2","toObjectId":202,"labels":["Child Company"]}],"numErrors":1,
		"errors":[{"status":"error","category":"VALIDATION_ERROR","message":"COMPANY 201 cannot be associated to itself"}]}`,
		`companies 201 companies 202 450
		companies 201 companies 202 13
		companies 202 companies 201 450
		companies 202 companies 201 14`},
	{"no such type", contactCompany, inputs(input(101, 202, "279"), input(101, 201, "USER_DEFINED:99"), input(101, 201, "USER_DEFINED:98")), 400,
		`{"status":"error","category":"VALIDATION_ERROR","message":"One or more associations are invalid","context":{"associationSpec":["USER_DEFINED=99","USER_DEFINED=98"],
		"INVALID_ASSOCIATION_TYPE_ID":["USER_DEFINED=99 is not a valid association definition id","USER_DEFINED=98 is not a valid association definition id"]}}`, ``},
	{"the category is another", contactCompany, inputs(input(101, 201, "USER_DEFINED:279")), 400,
		`{"status":"error","category":"VALIDATION_ERROR","message":"One or more associations are invalid","context":{"associationSpec":["USER_DEFINED=279"],
		"INVALID_ASSOCIATION_TYPE_ID":["USER_DEFINED=279 is not a valid association definition id"]}}`, ``},
	{"a type of another pair", "@associations/deals/companies/batch/create", inputs(input(301, 201, "1")), 400,
		`{"status":"error","category":"VALIDATION_ERROR","message":"One or more associations are invalid","context":{"INVALID_OBJECT_IDS":["CONTACT=301 is not valid"],"objectId":["301"],"objectType":["0-1"]}}`, ``},
	{"the other direction", contactCompany, inputs(input(101, 201, "280")), 400,
		`{"status":"error","category":"VALIDATION_ERROR","subCategory":"crm.associations.INVALID_ASSOCIATION_TYPE","message":"invalid from object type 0-1 for the association type HUBSPOT_DEFINED=280: expected 0-2",
		"context":{"INVALID_ASSOCIATION_TYPE_ID":["HUBSPOT_DEFINED=280"]}}`, ``},
	{"no types", contactCompany, inputs(input(101, 201)), 400, refusal("At least one association type must be given for each input: [types] is empty"), ``},
	{"no from", contactCompany, `{"inputs":[{"_from":{"id":"101"},"to":{"id":"201"},"types":[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":279}]}]}`, 400,
		refusal("Invalid input JSON on line 1: some required fields were not set: [from, to]"), ``},
	{"no id", contactCompany, `{"inputs":[{"from":{},"to":{"id":"201"},"types":[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":279}]}]}`, 400,
		refusal("Invalid input JSON on line 1: some required fields were not set: [id]"), ``},
	{"no inputs", contactCompany, `{}`, 400, refusal("Invalid input JSON on line 1: some required fields were not set: [inputs]"), ``},
	{"no JSON", contactCompany, `{"inputs":[`, 400, refusal("Invalid input JSON on line 1: unexpected EOF"), ``},
	{"more than JSON", contactCompany, inputs() + "]", 400, refusal("Invalid input JSON on line 1: there is more behind the document"), ``},
	{"no object type", "@associations/contacts/cars/batch/create", inputs(), 400, refusal("Unable to infer object type from: cars"), ``},
}

func TestCreateAssociations(t *testing.T) {
	t.Parallel()
	for _, tt := range createCases {
		t.Run(tt.name, func(t *testing.T) {
			inBoth(t, office, sim.Options{}, func(t *testing.T, a *api) {
				a.want(a.call("POST", tt.path, tt.body), tt.status, tt.want)
				a.wantRows(tt.rows, officeTypes...)
			})
		})
	}
}

func TestCreateAssociationsCap(t *testing.T) {
	t.Parallel()
	inBoth(t, office, sim.Options{}, func(t *testing.T, a *api) {
		list := make([]string, 2001)
		for i := range list {
			list[i] = input(101, 201, "279")
		}
		a.want(a.call("POST", contactCompany, inputs(list...)), 400, refusal("The maximum number of inputs supported in a batch request is 2000, and there are 2001"))
		a.wantRows("", officeTypes...)
		if got := a.call("POST", contactCompany, inputs(list[1:]...)); got.status != 201 {
			t.Errorf("2,000 inputs: status %d, %s", got.status, got.body)
		}
	})
}

func TestDefaultBatch(t *testing.T) {
	t.Parallel()
	inBoth(t, office, sim.Options{}, func(t *testing.T, a *api) {
		const path = "/batch/associate/default"
		a.want(a.call("POST", "@associations/contacts/companies"+path, `{"inputs":[{"from":{"id":"101"},"to":{"id":"201"}},{"from":{"id":"x"},"to":{"id":"201"}}]}`), 200,
			`{"status":"COMPLETE","results":[
			{"from":{"id":"101"},"to":{"id":"201"},"associationSpec":{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":279}},
			{"from":{"id":"201"},"to":{"id":"101"},"associationSpec":{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":280}}],
			"numErrors":1,"errors":[{"status":"error","category":"VALIDATION_ERROR","subCategory":"crm.associations.INVALID_IDENTIFIER","message":"Invalid object ID \"x\": object IDs are numbers","context":{"id":["x"]}}]}`)
		a.want(a.call("POST", "@associations/p_cars/deals"+path, `{"inputs":[]}`), 400, refusal("There is no default association type from 2-1001 to 0-3"))
		a.wantRows(bothRows, officeTypes...)
	})
}

// TestAssociationLimits writes up to limits that users have set, and what is there already.
func TestAssociationLimits(t *testing.T) {
	t.Parallel()
	full := func(whom string, most int, with string) string {
		return refusal(fmt.Sprintf("%s already has the maximum of %d associations with %s", whom, most, with))
	}
	cases := []struct {
		name, limit string
		body        string
		status      int
		want        string
	}{
		{"of a pair", "limit contacts companies plain 1", inputs(input(101, 201, "279"), input(101, 202, "279")), 400, full("CONTACT 101", 1, "COMPANY")},
		{"of the other end", "limit companies contacts plain 1", inputs(input(101, 201, "279"), input(5000000102, 201, "279")), 400, full("COMPANY 201", 1, "CONTACT")},
		{"of a label", `limit contacts companies "Advisor" 1`, inputs(input(101, 201, "USER_DEFINED:4"), input(101, 202, "USER_DEFINED:4")), 400, full("CONTACT 101", 1, "COMPANY")},
		{"again is no more", "limit contacts companies plain 1", inputs(input(101, 201, "279"), input(101, 201, "USER_DEFINED:4")), 201, ""},
		{"others have room", `limit contacts companies "Advisor" 1`, inputs(input(101, 201, "USER_DEFINED:4"), input(101, 202, "279")), 201, ""},
		{"what is there stays", "contacts 101 -> companies 202\ncontacts 101 -> companies 201\nlimit contacts companies plain 1", inputs(input(101, 201, "USER_DEFINED:4")), 201, ""},
	}
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			inBoth(t, office+tt.limit, sim.Options{}, func(t *testing.T, a *api) {
				before := a.rows(officeTypes...)
				got := a.call("POST", contactCompany, tt.body)
				if tt.want == "" && got.status == tt.status {
					return
				}
				a.want(got, tt.status, tt.want)
				a.wantRows(strings.Join(before, "\n"), officeTypes...)
			})
		})
	}
}

// TestEditPermission is about a user's token without the right to change
// associations, which matters in one version only.
func TestEditPermission(t *testing.T) {
	t.Parallel()
	inBoth(t, office, sim.Options{WithoutEditAssociations: true}, func(t *testing.T, a *api) {
		for _, write := range [][3]string{
			{"POST", contactCompany, inputs(input(101, 201, "279"))},
			{"PUT", "@links/contacts/101/associations/default/companies/201", ""},
			{"DELETE", "@links/contacts/101/associations/companies/201", ""},
			{"POST", "@associations/contacts/companies/batch/archive", inputs()},
			{"POST", "@associations/contacts/companies/batch/labels/archive", inputs()},
		} {
			got := a.call(write[0], write[1], write[2])
			if a.dated {
				a.want(got, 400, refusal("Missing 'Edit Associations' permission."))
			} else if got.status >= 300 {
				t.Errorf("%s %s: status %d, %s", write[0], write[1], got.status, got.body)
			}
		}
		if got := a.call("GET", "@links/contacts/101/associations/companies", ""); got.status != 200 {
			t.Errorf("reading: status %d, %s", got.status, got.body)
		}
	})
	older := serve(t, family{"2026-03", true, strings.NewReplacer("@associations", "/crm/associations/2026-03")}, office, sim.Options{WithoutEditAssociations: true})
	if got := older.call("POST", contactCompany, inputs(input(101, 201, "279"))); got.status != 201 {
		t.Errorf("in the version before: status %d, %s", got.status, got.body)
	}
}

// TestReadAssociationsCap reads as many records as one batch may ask for, and one more.
func TestReadAssociationsCap(t *testing.T) {
	t.Parallel()
	inBoth(t, office, sim.Options{}, func(t *testing.T, a *api) {
		list := make([]string, 1001)
		for i := range list {
			list[i] = `{"id":"` + strconv.Itoa(i+1) + `"}`
		}
		const path = "@associations/contacts/companies/batch/read"
		a.want(a.call("POST", path, inputs(list...)), 400, refusal("The maximum number of inputs supported in a batch request is 1000, and there are 1001"))
		page := decode[readPage](a, a.call("POST", path, inputs(list[1:]...)), 207)
		if page.NumErrors != 1000 || len(page.Errors) != 1000 || page.Errors[0].SubCategory != "crm.associations.NO_ASSOCIATIONS_FOUND" {
			t.Errorf("1,000 records without associations: %d errors, %d listed", page.NumErrors, len(page.Errors))
		}
	})
}
