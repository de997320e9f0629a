package sim_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"hubgraph/hubspot/sim"
)

func TestReadAssociations(t *testing.T) {
	t.Parallel()
	text := office + `
contacts 104 merged=101
contacts 105
contacts 106 absent
contacts 101 -> companies 201 primary "Advisor"
contacts 105 -> companies 202
contacts 106 -> companies 202
deals 301 ->> companies 201 5
`
	inBoth(t, text, sim.Options{}, func(t *testing.T, a *api) {
		got := a.call("POST", readContact, `{"inputs":[{"id":"101"},{"id":105},{"id":"5000000102"},{"id":"103"},{"id":"999"},{"id":"x"}]}`)
		var items []string
		for _, id := range []string{"5000000102", "103", "999"} {
			items = append(items, fmt.Sprintf(`{"status":"error","category":"OBJECT_NOT_FOUND","subCategory":"crm.associations.NO_ASSOCIATIONS_FOUND",
				"message":"No company is associated with contact %s.","context":{"fromObjectId":["%s"],"fromObjectType":["0-1"],"toObjectType":["0-2"]}}`, id, id))
		}
		a.want(got, 207, `{"status":"COMPLETE","results":[
			{"from":{"id":"105"},"to":[{"toObjectId":202,"associationTypes":[{"category":"HUBSPOT_DEFINED","typeId":279,"label":null}]}]},
			{"from":{"id":"101"},"to":[{"toObjectId":201,"associationTypes":[{"category":"HUBSPOT_DEFINED","typeId":1,"label":"Primary"},{"category":"HUBSPOT_DEFINED","typeId":279,"label":null},
			{"category":"USER_DEFINED","typeId":4,"label":"Advisor"}]}]}],"numErrors":4,"errors":[`+strings.Join(items, ",")+`,
			{"status":"error","category":"VALIDATION_ERROR","subCategory":"crm.associations.INVALID_IDENTIFIER","message":"Invalid object ID \"x\": object IDs are numbers","context":{"id":["x"]}}]}`)
		merged := decode[readPage](a, a.call("POST", readContact, `{"inputs":[{"id":"104"}]}`), 200)
		if len(merged.Results) != 1 || merged.Results[0].From.ID != "104" || merged.Results[0].To[0].ToObjectID != "201" {
			t.Errorf("a merged-away id gives %+v; want the survivor's associations", merged.Results)
		}
		a.wantRows(`
			contacts 101 companies 201 1
			contacts 101 companies 201 279
			contacts 101 companies 201 USER_DEFINED:4
			contacts 105 companies 202 279
			companies 201 contacts 101 2
			companies 201 contacts 101 280
			companies 201 contacts 101 USER_DEFINED:3
			companies 202 contacts 105 280
			companies 202 contacts 106 280
			deals 301 companies 201 5`, officeTypes...) // the last two are a dangling end and a row without inverse and plain type
		a.want(a.call("POST", readContact, `{"inputs":[{"after":"x"}]}`), 400, refusal("Invalid input JSON on line 1: some required fields were not set: [id]"))
		a.want(a.call("POST", readContact, `{"inputs":[{"id":"101","after":"x"}]}`), 400, refusal(`Invalid cursor "x"`))
		a.want(a.call("POST", readContact, `{"inputs":[]}`), 200, `{"status":"COMPLETE","results":[]}`)
	})
}

// TestReadAssociationsPages reads on within two inputs at once, with cursors as
// they come and decoded.
func TestReadAssociationsPages(t *testing.T) {
	t.Parallel()
	text := crowd(5) + "companies 2\ncompanies 2 -> contacts 1001\ncompanies 2 -> contacts 1002\ncompanies 2 -> contacts 1003 primary\n"
	inBoth(t, text, sim.Options{PageSize: 2}, func(t *testing.T, a *api) {
		const path = "@associations/companies/contacts/batch/read"
		var seen []string
		asked := []string{`{"id":"1"}`, `{"id":"2"}`}
		for page := 0; len(asked) > 0; page++ {
			got := decode[readPage](a, a.call("POST", path, `{"inputs":[`+strings.Join(asked, ",")+`]}`), 200)
			asked = nil
			for _, r := range got.Results {
				for _, to := range r.To {
					seen = append(seen, fmt.Sprint(r.From.ID, "-", to.ToObjectID, "-", len(to.AssociationTypes)))
				}
				if r.Paging == nil {
					continue
				}
				after := r.Paging.Next.After
				if page == 1 {
					decoded, err := url.QueryUnescape(after)
					if err != nil || decoded == after {
						t.Fatalf("the cursor %q is not percent-encoded", after)
					}
					after = decoded
				}
				asked = append(asked, fmt.Sprintf(`{"id":"%s","after":%q}`, r.From.ID, after))
			}
		}
		slices.Sort(seen)
		if got, want := strings.Join(seen, " "), "1-1001-1 1-1002-1 1-1003-1 1-1004-1 1-1005-1 2-1001-1 2-1002-1 2-1003-2"; got != want {
			t.Errorf("page by page there is\n%s; want\n%s", got, want)
		}
	})
}

// TestStaleReads meets the fault stale: one read shows what stood before the
// newest write, the next one what stands.
func TestStaleReads(t *testing.T) {
	t.Parallel()
	inBoth(t, office+"contacts 101 -> companies 201", sim.Options{Faults: []sim.Fault{{Name: "stale", Every: 2}}}, func(t *testing.T, a *api) {
		read := func() string {
			return strings.Join(a.rowsBetween("contacts", []string{"101"}, "companies"), ", ")
		}
		a.want(a.call("DELETE", "@links/contacts/101/associations/companies/201", ""), 204, "")
		a.call("POST", contactCompany, inputs(input(101, 202, "279")))
		const before, after = "", "contacts 101 companies 202 279"
		for i, want := range []string{after, before, after} {
			if got := read(); got != want {
				t.Errorf("read %d shows %q; want %q", i+1, got, want)
			}
		}
	})
}
