package sim_test

import (
	"fmt"
	"strings"
	"testing"

	"hubgraph/hubspot/sim"
)

const (
	contactRow = `"objectTypeId":"0-1","singularLabel":"Contact","pluralLabel":"Contacts"`
	companyRow = `"objectTypeId":"0-2","singularLabel":"Company","pluralLabel":"Companies"`
	dealRow    = `"objectTypeId":"0-3","singularLabel":"Deal","pluralLabel":"Deals"`
	carRow     = `"objectTypeId":"2-1001","singularLabel":"Car","pluralLabel":"Cars"`
)

func TestLimitsOfLabels(t *testing.T) {
	t.Parallel()
	inBoth(t, office, sim.Options{}, func(t *testing.T, a *api) {
		const path = "@limits/associations/labels"
		there := `{"fromObjectType":{` + contactRow + `},"toObjectType":{` + companyRow + `},"limit":50,"usage":2,"percentage":4,"allLabels":["Advisor","Board"]}`
		back := `{"fromObjectType":{` + companyRow + `},"toObjectType":{` + contactRow + `},"limit":50,"usage":2,"percentage":4,"allLabels":["Advises","Board"]}`
		a.want(a.call("GET", path+"?fromObjectTypeId=0-1&toObjectTypeId=0-2", ""), 200, `{"results":[`+there+`]}`)
		a.want(a.call("GET", path+"?toObjectTypeId=contacts", ""), 200, `{"results":[
			{"fromObjectType":{`+contactRow+`},"toObjectType":{`+contactRow+`},"limit":50,"usage":1,"percentage":2,"allLabels":["Colleague"]},`+back+`]}`)
		all := decode[struct{ Results []any }](a, a.call("GET", path, ""), 200)
		if len(all.Results) != 5 { // both directions of three pairs, one of which has one direction only
			t.Errorf("there are %d pairs with labels; want 5", len(all.Results))
		}
	})
}

// TestLimitsOfRecords has three companies: at the limit of ten contacts, near it,
// and far from it.
func TestLimitsOfRecords(t *testing.T) {
	t.Parallel()
	b := strings.Builder{}
	b.WriteString("limit companies contacts plain 10\ncompanies 1 name=Full\ncompanies 2 name=Nearly\ncompanies 3\n")
	for company, n := range []int{0, 10, 8, 7} {
		for i := range n {
			fmt.Fprintf(&b, "contacts %d\ncompanies %d -> contacts %d\n", 100+i, company, 100+i)
		}
	}
	inBoth(t, b.String(), sim.Options{}, func(t *testing.T, a *api) {
		const path = "@limits/associations/records/"
		a.want(a.call("GET", path+"from", ""), 200, `{"results":[{`+companyRow+`,"hasRecordsNearLimit":true,"hasRecordsAtLimit":true}]}`)
		a.want(a.call("GET", path+"0-2/to", ""), 200, `{"results":[{`+contactRow+`,"hasRecordsNearLimit":true,"hasRecordsAtLimit":true}]}`)
		a.want(a.call("GET", path+"0-1/to", ""), 200, `{"results":[]}`)
		a.want(a.call("GET", path+"0-2/0-1", ""), 200, `{"limit":10,"totalRecordsNearLimit":1,"totalRecordsAtLimit":1,
			"nearLimitFromRecordSamples":[{"objectId":2,"label":"Nearly","usage":8,"percentage":80}],"atLimitFromRecordSamples":[{"objectId":1,"label":"Full"}]}`)
		a.want(a.call("GET", path+"0-1/0-2", ""), 200, `{"limit":250000,"totalRecordsNearLimit":0,"totalRecordsAtLimit":0,"nearLimitFromRecordSamples":[],"atLimitFromRecordSamples":[]}`)
		a.want(a.call("GET", path+"0-1/0-99", ""), 400, refusal("Unable to infer object type from: 0-99"))
	})
}

func TestLimitsOfAccount(t *testing.T) {
	t.Parallel()
	text := office + "contacts 110 shoe_size=44\ncontacts 111 archived\npipeline deals default Sales\npipeline p_cars fleet Fleet\npipeline p_cars rent Rent\n"
	inBoth(t, text, sim.Options{}, func(t *testing.T, a *api) {
		a.want(a.call("GET", "@limits/custom-object-types", ""), 200, `{"limit":20,"usage":1,"percentage":5}`)
		a.want(a.call("GET", "@limits/calculated-properties", ""), 200, `{"overallLimit":200,"overallUsage":0,"overallPercentage":0,"byObjectType":[]}`)
		a.want(a.call("GET", "@limits/custom-properties", ""), 200, `{"overallLimit":10000,"overallUsage":1,"overallPercentage":0.01,"byObjectType":[{`+contactRow+`,"limit":1000,"usage":1,"percentage":0.1}]}`)
		a.want(a.call("GET", "@limits/pipelines", ""), 200, `{"customObjectTypes":{"overallLimit":100,"overallUsage":2,"overallPercentage":2,"byObjectType":[{`+carRow+`,"usage":2}]},
			"hubspotDefinedObjectTypes":[{`+dealRow+`,"limit":100,"usage":1,"percentage":1}]}`)
		records := decode[struct {
			CustomObjectTypes         struct{ OverallUsage int }
			HubspotDefinedObjectTypes []struct {
				ObjectTypeID string
				Usage        int
			}
		}](a, a.call("GET", "@limits/records", ""), 200)
		if got, want := fmt.Sprint(records), "{{1} [{0-1 3} {0-2 2} {0-3 1}]}"; got != want {
			t.Errorf("records are %s; want %s", got, want)
		}
	})
}
