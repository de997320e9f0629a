package sim_test

import (
	"testing"
	"time"

	"hubgraph/hubspot/sim"
)

func TestConfigurations(t *testing.T) {
	t.Parallel()
	inBoth(t, full+`limit companies contacts "Advises" 7`, sim.Options{}, func(t *testing.T, a *api) {
		const all, pair = "@associations/definitions/configurations/all", "@associations/definitions/configurations/contacts/companies"
		const set = `{"category":"USER_DEFINED","typeId":3,"label":"Advises","userEnforcedMaxToObjectIds":7}`
		a.want(a.call("GET", all, ""), 200, `{"results":[`+set+`]}`)
		a.want(a.call("GET", pair, ""), 200, `{"results":[
			{"category":"HUBSPOT_DEFINED","typeId":1,"label":"Primary","userEnforcedMaxToObjectIds":null},
			{"category":"HUBSPOT_DEFINED","typeId":279,"label":null,"userEnforcedMaxToObjectIds":null},
			{"category":"HUBSPOT_DEFINED","typeId":931,"label":"Billing Contact","userEnforcedMaxToObjectIds":null},
			{"category":"USER_DEFINED","typeId":4,"label":"Advisor","userEnforcedMaxToObjectIds":null},
			{"category":"USER_DEFINED","typeId":5,"label":"Board","userEnforcedMaxToObjectIds":null}]}`)
		a.want(a.call("POST", pair+"/batch/create", `{"inputs":[{"category":"HUBSPOT_DEFINED","typeId":279,"maxToObjectIds":10},
			{"category":"USER_DEFINED","typeId":4,"maxToObjectIds":11},{"category":"USER_DEFINED","typeId":43,"maxToObjectIds":1}]}`), 207,
			`{"status":"COMPLETE","results":[{"category":"HUBSPOT_DEFINED","typeId":279,"label":null,"userEnforcedMaxToObjectIds":10}],"numErrors":2,"errors":[
			{"status":"error","category":"VALIDATION_ERROR","message":"The limit of USER_DEFINED:4 is 11: it must be from 1 to 10"},
			{"status":"error","category":"VALIDATION_ERROR","subCategory":"crm.associations.INVALID_ASSOCIATION_TYPE","message":"USER_DEFINED=43 is no association type from 0-1 to 0-2",
			"context":{"INVALID_ASSOCIATION_TYPE_ID":["USER_DEFINED=43 is not a valid association definition id"]}}]}`)
		a.want(a.call("POST", pair+"/batch/create", `{"inputs":[{"category":"USER_DEFINED","typeId":4,"maxToObjectIds":1}]}`), 201,
			`{"status":"COMPLETE","results":[{"category":"USER_DEFINED","typeId":4,"label":"Advisor","userEnforcedMaxToObjectIds":1}]}`)
		a.want(a.call("POST", pair+"/batch/update", `{"inputs":[{"category":"USER_DEFINED","typeId":4,"maxToObjectIds":2}]}`), 200,
			`{"status":"COMPLETE","results":[{"category":"USER_DEFINED","typeId":4,"label":"Advisor","userEnforcedMaxToObjectIds":2}]}`)
		a.want(a.call("POST", pair+"/batch/update", `{"inputs":[{"category":"HUBSPOT_DEFINED","typeId":279,"maxToObjectIds":1}]}`), 207,
			`{"status":"COMPLETE","results":[],"numErrors":1,"errors":[{"status":"error","category":"VALIDATION_ERROR","message":"The limit of HUBSPOT_DEFINED:279 is 1: it must be from 2 to 10000"}]}`)
		a.want(a.call("POST", pair+"/batch/update", `{"inputs":[{"category":"HUBSPOT_DEFINED","typeId":279,"maxToObjectIds":10001}]}`), 207,
			`{"status":"COMPLETE","results":[],"numErrors":1,"errors":[{"status":"error","category":"VALIDATION_ERROR","message":"The limit of HUBSPOT_DEFINED:279 is 10001: it must be from 2 to 10000"}]}`)
		got := a.call("POST", pair+"/batch/purge", `{"inputs":[{"category":"USER_DEFINED","typeId":4},{"category":"HUBSPOT_DEFINED","typeId":279},{"category":"HUBSPOT_DEFINED","typeId":1}]}`)
		if a.dated {
			a.want(got, 200, removed)
		} else {
			a.want(got, 204, "")
		}
		a.want(a.call("GET", all, ""), 200, `{"results":[`+set+`]}`)
		a.want(a.call("POST", pair+"/batch/purge", `{"inputs":[{"category":"USER_DEFINED","typeId":99}]}`), 400,
			`{"status":"error","category":"VALIDATION_ERROR","subCategory":"crm.associations.INVALID_ASSOCIATION_TYPE","message":"USER_DEFINED=99 is no association type from 0-1 to 0-2",
			"context":{"INVALID_ASSOCIATION_TYPE_ID":["USER_DEFINED=99 is not a valid association definition id"]}}`)
		a.want(a.call("POST", pair+"/batch/update", `{"inputs":[{"category":"USER_DEFINED","typeId":4}]}`), 400, refusal("Invalid input JSON on line 1: some required fields were not set: [category, typeId, maxToObjectIds]"))
	})
}

// TestConfigurationOfOneType sets a limit between records of one type, which
// binds both directions of what reads the same in both.
func TestConfigurationOfOneType(t *testing.T) {
	t.Parallel()
	text := "fact same-object-label=two\ncontacts 1\ncontacts 2\ncontacts 3\n" + `label contacts 71 "Peer" contacts 72 "Peer"`
	inBoth(t, text, sim.Options{}, func(t *testing.T, a *api) {
		a.want(a.call("POST", "@associations/definitions/configurations/contacts/contacts/batch/update", `{"inputs":[{"category":"USER_DEFINED","typeId":72,"maxToObjectIds":1}]}`), 200,
			`{"status":"COMPLETE","results":[{"category":"USER_DEFINED","typeId":72,"label":"Peer","userEnforcedMaxToObjectIds":1}]}`)
		const path = "@associations/contacts/contacts/batch/create"
		if got := a.call("POST", path, inputs(input(1, 2, "USER_DEFINED:71"))); got.status != 201 {
			t.Fatalf("status %d, %s", got.status, got.body)
		}
		a.want(a.call("POST", path, inputs(input(1, 3, "USER_DEFINED:71"))), 400, refusal("CONTACT 1 already has the maximum of 1 associations with CONTACT"))
	})
}

func TestUsageReport(t *testing.T) {
	t.Parallel()
	clock := func() time.Time { return time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC) }
	inBoth(t, "owner 42 email=ada@example.com", sim.Options{Now: clock}, func(t *testing.T, a *api) {
		const path = "@associations/usage/high-usage-report/"
		a.want(a.call("POST", path+"1000042", ""), 200, `{"userId":1000042,"userEmail":"ada@example.com","enqueueTime":{"value":1795312800000,"dateOnly":false,"timeZoneShift":0}}`)
		a.want(a.call("POST", path+"43", ""), 200, `{"userId":43,"userEmail":"user-43@example.com","enqueueTime":{"value":1795312800000,"dateOnly":false,"timeZoneShift":0}}`)
		a.want(a.call("POST", path+"ada", ""), 400, refusal(`Invalid user id "ada": it must be a number`))
	})
}
