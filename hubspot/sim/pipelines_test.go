package sim_test

import (
	"strings"
	"testing"

	"hubgraph/hubspot/sim"
)

const sales = `
pipeline deals default "Sales"
stage deals default open "Open" isClosed=false probability=0.2
stage deals default won "Won" isClosed=true probability=1.0
pipeline deals second "Second"
deals 1 pipeline=default dealstage=open
`

type pipeline struct {
	ID, Label    string
	DisplayOrder int
	Stages       []stage
}

type stage struct {
	ID, Label    string
	DisplayOrder int
	Metadata     map[string]string
}

// pipelines writes the pipelines of deals: label(stage probability closed, …).
func (a *api) pipelines() string {
	a.t.Helper()
	var list []string
	for i, p := range decode[struct{ Results []pipeline }](a, a.call("GET", a.crm("pipelines")+"/deals", ""), 200).Results {
		var stages []string
		for j, s := range p.Stages {
			if s.DisplayOrder != j || p.DisplayOrder != i || p.ID == "" || s.ID == "" {
				a.t.Errorf("pipeline %d is %+v, stage %d is %+v", i, p, j, s)
			}
			stages = append(stages, s.Label+" "+s.Metadata["probability"]+" "+s.Metadata["isClosed"])
		}
		list = append(list, p.Label+"("+strings.Join(stages, ", ")+")")
	}
	return strings.Join(list, " ")
}

func TestPipelines(t *testing.T) {
	t.Parallel()
	inBoth(t, sales, sim.Options{}, func(t *testing.T, a *api) {
		at := a.crm("pipelines") + "/deals"
		step := func(method, path, body string, status int, want string) reply {
			t.Helper()
			got := a.call(method, at+path, body)
			if got.status != status {
				t.Errorf("%s %s: status %d, want %d: %s", method, path, got.status, status, got.body)
			}
			if now := a.pipelines(); now != want {
				t.Errorf("after %s %s there are %s, want %s", method, path, now, want)
			}
			return got
		}
		const first = "Sales(Open 0.2 false, Won 1.0 true) Second()"
		a.want(a.call("GET", at+"/second", ""), 200, `{"id":"second","label":"Second","displayOrder":1,"archived":false,"stages":[]}`)
		step("GET", "/none", "", 404, first)
		a.want(a.call("GET", at+"/second/audit", ""), 200, `{"results":[{"portalId":7654321,"identifier":"second","action":"CREATE","timestamp":"2025-01-02T03:04:05.678Z","message":"second was created"}]}`)
		const input = `{"label":"New","displayOrder":0,"stages":[{"label":"Lost","displayOrder":1,"metadata":{"probability":"0.0"}},{"label":"Half","displayOrder":0,"metadata":{"probability":0.5}}]}`
		made := decode[pipeline](a, step("POST", "", input, 201, "New(Half 0.5 false, Lost 0.0 true) "+first), 201)
		step("POST", "", `{"label":"New"}`, 400, "New(Half 0.5 false, Lost 0.0 true) "+first)
		step("POST", "", strings.Replace(input, "0.5", "1.5", 1), 400, "New(Half 0.5 false, Lost 0.0 true) "+first)
		replaced := decode[pipeline](a, step("PUT", "/"+made.ID, `{"label":"Newer","displayOrder":9,"stages":[{"label":"Half","displayOrder":0,"metadata":{"probability":"0.6"}}]}`, 200, first+" Newer(Half 0.6 false)"), 200)
		if replaced.Stages[0].ID != made.Stages[0].ID {
			t.Errorf("the stage that stays has the id %s, before %s", replaced.Stages[0].ID, made.Stages[0].ID)
		}
		step("PATCH", "/"+made.ID, `{"label":"Newest","displayOrder":1}`, 200, "Sales(Open 0.2 false, Won 1.0 true) Newest(Half 0.6 false) Second()")
		step("DELETE", "/default?validateReferencesBeforeDelete=true", "", 400, "Sales(Open 0.2 false, Won 1.0 true) Newest(Half 0.6 false) Second()")
		step("DELETE", "/"+made.ID+"?validateReferencesBeforeDelete=true", "", 204, first)
		step("DELETE", "/default", "", 204, "Second()")
	})
}

func TestPipelineStages(t *testing.T) {
	t.Parallel()
	inBoth(t, sales, sim.Options{}, func(t *testing.T, a *api) {
		at := a.crm("pipelines") + "/deals/default/stages"
		step := func(method, path, body string, status int, want string) reply {
			t.Helper()
			got := a.call(method, at+path, body)
			if got.status != status {
				t.Errorf("%s %s: status %d, want %d: %s", method, path, got.status, status, got.body)
			}
			if now := a.pipelines(); now != want+" Second()" {
				t.Errorf("after %s %s there are %s, want %s", method, path, now, want)
			}
			return got
		}
		const first = "Sales(Open 0.2 false, Won 1.0 true)"
		a.want(a.call("GET", at+"/won", ""), 200, `{"id":"won","label":"Won","displayOrder":1,"archived":false,"metadata":{"isClosed":"true","probability":"1.0"},"writePermissions":"CRM_PERMISSIONS_ENFORCEMENT"}`)
		step("GET", "/none", "", 404, first)
		if got := decode[struct{ Results []stage }](a, step("GET", "", "", 200, first), 200).Results; len(got) != 2 {
			t.Errorf("stages are %v", got)
		}
		if got := a.call("GET", at+"/won/audit", "").status; got != 200 {
			t.Errorf("what was done to a stage is answered with %d", got)
		}
		made := decode[stage](a, step("POST", "", `{"label":"Half","displayOrder":1,"metadata":{"probability":"0.5"}}`, 201, "Sales(Open 0.2 false, Half 0.5 false, Won 1.0 true)"), 201)
		step("POST", "", `{"label":"Half"}`, 400, "Sales(Open 0.2 false, Half 0.5 false, Won 1.0 true)")
		step("POST", "", `{"label":"Half","displayOrder":1}`, 400, "Sales(Open 0.2 false, Half 0.5 false, Won 1.0 true)")
		step("PATCH", "/won", `{"metadata":{"is closed":"true"}}`, 400, "Sales(Open 0.2 false, Half 0.5 false, Won 1.0 true)")
		step("PATCH", "/"+made.ID, `{"displayOrder":-1,"metadata":{"probability":"0"}}`, 200, "Sales(Open 0.2 false, Won 1.0 true, Half 0 true)")
		step("PUT", "/"+made.ID, `{"label":"Third","displayOrder":0,"metadata":{"probability":"0.3"}}`, 200, "Sales(Third 0.3 false, Open 0.2 false, Won 1.0 true)")
		step("DELETE", "/open", "", 400, "Sales(Third 0.3 false, Open 0.2 false, Won 1.0 true)")
		step("DELETE", "/"+made.ID, "", 204, first)
	})
}

// TestTicketStages have a state in place of a probability.
func TestTicketStages(t *testing.T) {
	t.Parallel()
	a := serve(t, families[0], "pipeline tickets 0 Support\n", sim.Options{})
	for body, want := range map[string]string{`{"label":"New","displayOrder":0}`: "OPEN false", `{"label":"Done","displayOrder":0,"metadata":{"ticketState":"CLOSED"}}`: "CLOSED true"} {
		got := decode[stage](a, a.call("POST", "/crm/v3/pipelines/tickets/0/stages", body), 201).Metadata
		if state := got["ticketState"] + " " + got["isClosed"]; state != want {
			t.Errorf("%s: %s, want %s", body, state, want)
		}
	}
}
