package sim_test

import (
	"strings"
	"testing"
	"time"

	"hubgraph/hubspot/sim"
)

// TestExport asks for a file, for how far it is, and for the file.
func TestExport(t *testing.T) {
	t.Parallel()
	for _, f := range families {
		c := &clock{at: noon}
		a := serve(t, f, people+"contacts 1 -> companies 11\n", sim.Options{Now: c.now, WithoutScope: []string{"deals"}})
		at := a.crm("exports") + "/export"
		export := func(more string) string {
			return `{"exportType":"VIEW","format":"CSV","exportName":"all","language":"EN","exportInternalValuesOptions":[],"objectType":"CONTACT",
				"objectProperties":["email","nothing","firstname"],"associatedObjectType":["COMPANY"],"overrideAssociatedObjectsPerDefinitionPerRowLimit":true` + more + `}`
		}
		task := decode[struct{ ID string }](a, a.call("POST", at+"/async", export("")), 202)
		type status struct{ Status, Result string }
		if got := decode[status](a, a.call("GET", at+"/async/tasks/"+task.ID+"/status", ""), 200); got != (status{Status: "PROCESSING"}) {
			t.Errorf("%s: at first it is %+v", f.name, got)
		}
		done := decode[status](a, a.call("GET", at+"/async/tasks/"+task.ID+"/status", ""), 200)
		path, loopback := strings.CutPrefix(done.Result, a.url)
		if done.Status != "COMPLETE" || !loopback {
			t.Fatalf("%s: then it is %+v", f.name, done)
		}
		if code, file := a.control("GET", path); code != 200 || file != "Record ID,Email,Firstname,Associated Company IDs\n1,ada@example.com,Ada,11\n30000000000,,,\n" {
			t.Errorf("%s: the file is %d\n%s", f.name, code, file)
		}
		c.pass(5*time.Minute + time.Second)
		if code, _ := a.control("GET", path); code != 403 {
			t.Errorf("%s: later the link is answered with %d", f.name, code)
		}
		one := decode[struct{ ID string }](a, a.call("POST", at+"/async", export(`,"publicCrmSearchRequest":`+filtered("firstname", "EQ", `"value":"Ada"`))), 202)
		if _, file := a.control("GET", "/_sim/exports/"+one.ID+".csv"); strings.Count(file, "\n") != 2 {
			t.Errorf("%s: with a filter the file is\n%s", f.name, file)
		}
		for body, want := range map[string]int{`{}`: 400, strings.Replace(export(""), "VIEW", "LIST", 1): 400, strings.Replace(export(""), "CSV", "XLSX", 1): 400, strings.Replace(export(""), `"COMPANY"`, `"CAR"`, 1): 400,
			strings.Replace(export(""), `["COMPANY"]`, `"COMPANY"`, 1): 202, strings.Replace(export(""), `"COMPANY"`, `"DEAL"`, 1): 403, strings.Replace(export(""), `"CONTACT"`, `"CAR"`, 1): 400} {
			if got := a.call("POST", at+"/async", body); got.status != want {
				t.Errorf("%s %s: status %d, want %d: %s", f.name, body, got.status, want, got.body)
			}
		}
		if got := a.call("GET", at+"/async/tasks/99/status", "").status; got != 404 {
			t.Errorf("%s: another task is answered with %d", f.name, got)
		}
		if f.dated {
			a.want(a.call("GET", at+"/"+task.ID, ""), 200, `{"id":"1","exportName":"all","exportType":"VIEW","exportState":"DONE","objectType":"0-1","objectProperties":["email","firstname"],"recordCount":2}`)
		}
	}
}
