package sim_test

import (
	"testing"

	"hubgraph/hubspot/sim"
)

// full is an office in which records have several types towards each other.
const full = office + `
contacts 101 -> companies 201 primary "Advisor" "Board"
contacts 101 -> companies 202 "Board"
deals 301 -> p_cars 401 "Test drive"
`

const (
	fullContact = `
contacts 101 companies 202 279
contacts 101 companies 202 USER_DEFINED:5
companies 202 contacts 101 280
companies 202 contacts 101 USER_DEFINED:6
`
	fullPair = `
contacts 101 companies 201 279
contacts 101 companies 201 1
contacts 101 companies 201 USER_DEFINED:4
contacts 101 companies 201 USER_DEFINED:5
companies 201 contacts 101 280
companies 201 contacts 101 2
companies 201 contacts 101 USER_DEFINED:3
companies 201 contacts 101 USER_DEFINED:6
`
	fullDeal = `
deals 301 p_cars 401 USER_DEFINED:41
deals 301 p_cars 401 USER_DEFINED:43
p_cars 401 deals 301 USER_DEFINED:42
p_cars 401 deals 301 USER_DEFINED:44
`
)

// removed is the answer of the dated versions to a batch that removes.
const removed = `{"status":"COMPLETE","results":[]}`

func TestBatchRemovals(t *testing.T) {
	t.Parallel()
	const archive, unlabel = "/batch/archive", "/batch/labels/archive"
	cases := []struct {
		name, path, body string
		status           int // 204: of v4, and 200 in the dated versions
		want, rows       string
	}{
		{"everything", "@associations/companies/contacts" + archive, `{"inputs":[{"from":{"id":"201"},"to":[{"id":"101"},{"id":"999"}]},{"from":{"id":"998"},"to":[{"id":"101"}]}]}`, 204, "", fullContact + fullDeal},
		{"several ends", "@associations/contacts/companies" + archive, `{"inputs":[{"from":{"id":"101"},"to":[{"id":"201"},{"id":202}]}]}`, 204, "", fullDeal},
		{"one end as an object", "@associations/contacts/companies" + archive, `{"inputs":[{"from":{"id":"101"},"to":{"id":"201"}}]}`, 400,
			refusal("Invalid input JSON on line 1, column 38: cannot read object as the value of [inputs.to]"), fullPair + fullContact + fullDeal},
		{"no end", "@associations/contacts/companies" + archive, `{"inputs":[{"from":{"id":"101"}}]}`, 400, refusal("Invalid input JSON on line 1: some required fields were not set: [from, to]"), fullPair + fullContact + fullDeal},
		{"an id is no number", "@associations/contacts/companies" + archive, `{"inputs":[{"from":{"id":"101"},"to":[{"id":"201"},{"id":"x"}]}]}`, 400,
			`{"status":"error","category":"VALIDATION_ERROR","subCategory":"crm.associations.INVALID_IDENTIFIER","message":"Invalid object ID \"x\": object IDs are numbers","context":{"id":["x"]}}`, fullPair + fullContact + fullDeal},
		{"a label", "@associations/contacts/companies" + unlabel, inputs(input(101, 201, "USER_DEFINED:4", "1"), input(101, 999, "USER_DEFINED:5")), 204, "", fullContact + fullDeal + `
contacts 101 companies 201 279
contacts 101 companies 201 USER_DEFINED:5
companies 201 contacts 101 280
companies 201 contacts 101 USER_DEFINED:6`},
		{"a label that is not there", "@associations/contacts/companies" + unlabel, inputs(input(101, 202, "USER_DEFINED:4")), 204, "", fullPair + fullContact + fullDeal},
		{"the plain type takes all", "@associations/companies/contacts" + unlabel, inputs(input(201, 101, "280")), 204, "", fullContact + fullDeal},
		{"a custom object's plain type too", "@associations/deals/p_cars" + unlabel, inputs(input(301, 401, "USER_DEFINED:41")), 204, "", fullPair + fullContact},
		{"the category must be the type's", "@associations/contacts/companies" + unlabel, inputs(input(101, 201, "USER_DEFINED:279"), input(101, 202, "USER_DEFINED:5")), 400,
			`{"status":"error","category":"VALIDATION_ERROR","message":"One or more associations are invalid","context":{"associationSpec":["USER_DEFINED=279"],
			"INVALID_ASSOCIATION_TYPE_ID":["USER_DEFINED=279 is not a valid association definition id"]}}`, fullPair + fullContact + fullDeal},
		{"no types", "@associations/contacts/companies" + unlabel, inputs(input(101, 201)), 400, refusal("At least one association type must be given for each input: [types] is empty"), fullPair + fullContact + fullDeal},
	}
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			inBoth(t, full, sim.Options{}, func(t *testing.T, a *api) {
				got := a.call("POST", tt.path, tt.body)
				if tt.status == 204 && a.dated {
					a.want(got, 200, removed)
				} else {
					a.want(got, tt.status, tt.want)
				}
				a.wantRows(tt.rows, officeTypes...)
			})
		})
	}
}
