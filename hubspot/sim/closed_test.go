package sim_test

import (
	"testing"

	"hubgraph/hubspot/sim"
)

const outcomes = `
pipeline deals default "Sales"
stage deals default won "Closed won" isClosed=true probability=1.0
stage deals default lost "Closed lost" isClosed=true probability=0.0
stage deals default open "Open" isClosed=false probability=0.2
pipeline tickets 0 "Support"
stage tickets 0 4 "Closed" ticketState=CLOSED isClosed=true
deals 1 pipeline=default dealstage=won
deals 2 pipeline=default dealstage=lost
deals 3 pipeline=default dealstage=open
deals 4 pipeline=default dealstage=gone hs_is_closed=true hs_is_closed_won=false
deals 5 pipeline=gone dealstage=won
deals 6
tickets 7 hs_pipeline=0 hs_pipeline_stage=4
`

// TestOutcomesOfDeals has hs_is_closed and hs_is_closed_won follow from the stage,
// of a stage that was deleted what the text says, and a request move it.
func TestOutcomesOfDeals(t *testing.T) {
	t.Parallel()
	inBoth(t, outcomes, sim.Options{}, func(t *testing.T, a *api) {
		says := func(path string) string {
			got := decode[struct{ Properties map[string]*string }](a, a.call("GET", "@objects/"+path+"?properties=hs_is_closed,hs_is_closed_won", ""), 200)
			text := ""
			for _, name := range []string{"hs_is_closed", "hs_is_closed_won"} {
				value, ok := got.Properties[name]
				switch {
				case !ok:
					text += " none"
				case value == nil:
					text += " null"
				default:
					text += " " + *value
				}
			}
			return text
		}
		for path, want := range map[string]string{"deals/1": " true true", "deals/2": " true false", "deals/3": " false false", "deals/4": " true false",
			"deals/5": " null null", "deals/6": " null null", "tickets/7": " none none"} {
			if got := says(path); got != want {
				t.Errorf("%s is closed and won:%s, want%s", path, got, want)
			}
		}
		if got := decode[found](a, a.call("POST", "@objects/deals/search", filtered("hs_is_closed_won", "EQ", `"value":"true"`)), 200).ids(); got != "1" {
			t.Errorf("a search finds won: %s", got)
		}
		if got := a.call("PATCH", "@objects/deals/1", `{"properties":{"hs_is_closed":"false"}}`).status; got != 400 {
			t.Errorf("a write of what HubSpot works out itself: status %d", got)
		}
		a.call("PATCH", "@objects/deals/4", `{"properties":{"dealstage":"open"}}`)
		if got := says("deals/4"); got != " false false" {
			t.Errorf("moved to an open stage:%s", got)
		}
		p := decode[property](a, a.call("GET", a.crm("properties")+"/deals/hs_is_closed_won", ""), 200)
		if p.Type != "bool" || !p.Calculated || !p.ModificationMetadata.ReadOnlyValue || !p.HubspotDefined {
			t.Errorf("its definition is %+v", p)
		}
	})
}
