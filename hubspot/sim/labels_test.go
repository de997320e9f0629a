package sim_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"hubgraph/hubspot/sim"
)

// labelAnswer is an answer about labels, with the keys that only the dated
// versions have.
func (a *api) labelAnswer(rows ...string) string {
	if a.dated {
		for i := range rows {
			rows[i] = strings.TrimSuffix(rows[i], "}") + `,"fromObjectTypeId":null,"toObjectTypeId":null}`
		}
	}
	return `{"results":[` + strings.Join(rows, ",") + `]}`
}

func labelRow(typeID int, label string) string {
	text, _ := json.Marshal(label)
	if label == "" {
		text = []byte("null")
	}
	return fmt.Sprintf(`{"category":"USER_DEFINED","typeId":%d,"label":%s}`, typeID, text)
}

func TestLabelLife(t *testing.T) {
	t.Parallel()
	inBoth(t, office, sim.Options{}, func(t *testing.T, a *api) {
		const path = "@associations/contacts/tickets/labels"
		a.want(a.call("POST", path, `{"name":"reporter","label":"Reporter","inverseLabel":"Reported by"}`), 200, a.labelAnswer(labelRow(46, "Reporter"), labelRow(45, "Reported by")))
		a.want(a.call("POST", path, `{"name":"watcher","label":"Watcher"}`), 200, a.labelAnswer(labelRow(48, "Watcher"), labelRow(47, "Watcher")))
		a.want(a.call("GET", "@associations/tickets/contacts/labels", ""), 200, a.labelAnswer(
			`{"category":"HUBSPOT_DEFINED","typeId":16,"label":null}`, labelRow(45, "Reported by"), labelRow(47, "Watcher")))
		a.want(a.call("PUT", path, `{"associationTypeId":46,"label":"Caller"}`), 204, "") // without a second text both directions read the same
		a.want(a.call("PUT", "@associations/tickets/contacts/labels", `{"associationTypeId":47,"label":"Watched by","inverseLabel":"Watches"}`), 204, "")
		a.want(a.call("GET", path, ""), 200, a.labelAnswer(`{"category":"HUBSPOT_DEFINED","typeId":15,"label":null}`, labelRow(46, "Caller"), labelRow(48, "Watches")))
		a.want(a.call("DELETE", "@associations/tickets/contacts/labels/47", ""), 204, "")
		a.want(a.call("GET", path, ""), 200, a.labelAnswer(`{"category":"HUBSPOT_DEFINED","typeId":15,"label":null}`, labelRow(46, "Caller")))
		a.want(a.call("POST", path, `{"name":"watcher","label":"Watcher"}`), 200, a.labelAnswer(labelRow(50, "Watcher"), labelRow(49, "Watcher"))) // the name is free again
	})
}

// TestLabelDelete deletes a label that records have: they keep the plain type.
func TestLabelDelete(t *testing.T) {
	t.Parallel()
	inBoth(t, full, sim.Options{}, func(t *testing.T, a *api) {
		a.want(a.call("DELETE", "@associations/companies/contacts/labels/6", ""), 204, "")
		a.want(a.call("DELETE", "@associations/deals/p_cars/labels/41", ""), 400, refusal("Definition with label still exists; Cannot delete unlabeled type with associationTypeId 41"))
		a.want(a.call("DELETE", "@associations/deals/p_cars/labels/43", ""), 204, "")
		a.wantRows(`
			contacts 101 companies 201 279
			contacts 101 companies 201 1
			contacts 101 companies 201 USER_DEFINED:4
			contacts 101 companies 202 279
			companies 201 contacts 101 280
			companies 201 contacts 101 2
			companies 201 contacts 101 USER_DEFINED:3
			companies 202 contacts 101 280
			deals 301 p_cars 401 USER_DEFINED:41
			p_cars 401 deals 301 USER_DEFINED:42`, officeTypes...)
		a.want(a.call("DELETE", "@associations/deals/p_cars/labels/41", ""), 204, "")
		a.want(a.call("GET", "@associations/p_cars/deals/labels", ""), 200, a.labelAnswer())
		a.wantRows("", "deals", "p_cars")
	})
}

func TestLabelOfCustomObject(t *testing.T) {
	t.Parallel()
	inBoth(t, office, sim.Options{}, func(t *testing.T, a *api) {
		const path = "@associations/contacts/p_cars/labels"
		a.want(a.call("GET", path, ""), 200, a.labelAnswer())
		a.want(a.call("POST", path, `{"name":"drives","label":"Drives","inverseLabel":"Driven by"}`), 200, a.labelAnswer(labelRow(48, "Drives"), labelRow(47, "Driven by")))
		a.want(a.call("GET", path, ""), 200, a.labelAnswer(labelRow(45, ""), labelRow(48, "Drives"))) // with the plain association of the pair
		a.want(a.call("POST", "@associations/p_cars/companies/labels", `{"name":"fleet","label":""}`), 200, a.labelAnswer(labelRow(49, ""), labelRow(50, "")))
		a.want(a.call("POST", "@associations/p_cars/p_cars/labels", `{"name":"towed","label":"Tows","inverseLabel":"Towed by"}`), 200, a.labelAnswer(labelRow(53, "Tows"), labelRow(52, "Towed by")))
		a.want(a.call("GET", "@associations/p_cars/p_cars/labels", ""), 200, a.labelAnswer(labelRow(51, ""), labelRow(53, "Tows"), labelRow(52, "Towed by")))
	})
}

func TestLabelRefusals(t *testing.T) {
	t.Parallel()
	const path = "@associations/contacts/companies/labels"
	unknown := func(id string) string {
		return `{"status":"error","category":"VALIDATION_ERROR","subCategory":"crm.associations.INVALID_ASSOCIATION_TYPE","message":"One or more associations are invalid",
			"context":{"associationSpec":["USER_DEFINED=` + id + `"],"INVALID_ASSOCIATION_TYPE_ID":["USER_DEFINED=` + id + ` is not a valid association definition id"]}}`
	}
	foreign := func(t string) string {
		return `{"status":"error","category":"VALIDATION_ERROR","subCategory":"crm.associations.INVALID_ASSOCIATION_TYPE","message":"The association type ` + t + ` cannot be changed: users have not defined it"}`
	}
	cases := []struct{ name, method, path, body, want string }{
		{"hyphen", "POST", path, `{"name":"big-boss","label":"Boss"}`, refusal(`Invalid label name "big-boss": a name has no hyphens and does not start with a number`)},
		{"leading digit", "POST", path, `{"name":"1st","label":"First"}`, refusal(`Invalid label name "1st": a name has no hyphens and does not start with a number`)},
		{"name taken", "POST", path, `{"name":"test_drive","label":"Boss"}`, refusal(`An association definition with the name "test_drive" exists already`)},
		{"no name", "POST", path, `{"label":"Boss"}`, refusal("Invalid input JSON on line 1: some required fields were not set: [name, label]")},
		{"no label", "POST", path, `{"name":"boss","label":null}`, refusal("Invalid input JSON on line 1: some required fields were not set: [name, label]")},
		{"empty label", "POST", path, `{"name":"boss","label":""}`, refusal("The label is empty: 0-1 and 0-2 have a plain association")},
		{"no association", "POST", "@associations/tasks/calls/labels", `{"name":"boss","label":"Boss"}`, refusal("0-27 and 0-48 cannot be associated")},
		{"update without id", "PUT", path, `{"label":"Boss"}`, refusal("Invalid input JSON on line 1: some required fields were not set: [associationTypeId, label]")},
		{"update of another pair", "PUT", path, `{"associationTypeId":43,"label":"Boss"}`, unknown("43")},
		{"update of the other direction", "PUT", path, `{"associationTypeId":6,"label":"Boss"}`, unknown("6")},
		{"update of HubSpot's own", "PUT", path, `{"associationTypeId":1,"label":"Boss"}`, foreign("HUBSPOT_DEFINED:1")},
		{"update of an integration's", "PUT", path, `{"associationTypeId":60,"label":"Boss"}`, foreign("INTEGRATOR_DEFINED:60")},
		{"update of the plain type", "PUT", "@associations/deals/p_cars/labels", `{"associationTypeId":41,"label":"Boss"}`, refusal("The association type USER_DEFINED:41 is the plain one: it has no label")},
		{"two texts for one type", "PUT", "@associations/contacts/contacts/labels", `{"associationTypeId":30,"label":"Boss","inverseLabel":"Serf"}`, refusal("The association type USER_DEFINED:30 is its own inverse: it has one label")},
		{"delete of another pair", "DELETE", path + "/43", "", unknown("43")},
		{"delete of HubSpot's own", "DELETE", path + "/279", "", foreign("HUBSPOT_DEFINED:279")},
		{"delete of no number", "DELETE", path + "/boss", "", refusal(`Invalid association type id "boss": it must be a number`)},
	}
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			inBoth(t, full+`label contacts INTEGRATOR_DEFINED:60 "Synced" companies INTEGRATOR_DEFINED:61`, sim.Options{}, func(t *testing.T, a *api) {
				before := a.call("GET", strings.SplitAfter(tt.path, "/labels")[0], "")
				a.want(a.call(tt.method, tt.path, tt.body), 400, tt.want)
				a.want(a.call("GET", strings.SplitAfter(tt.path, "/labels")[0], ""), 200, string(before.body))
			})
		})
	}
}

// TestLabelCap defines labels up to the cap of a pair: a paired label counts
// once, and plain types do not count.
func TestLabelCap(t *testing.T) {
	t.Parallel()
	for _, pair := range []string{"contacts/companies", "p_cars/contacts", "contacts/contacts"} {
		t.Run(pair, func(t *testing.T) {
			inBoth(t, "object p_cars 2-1001", sim.Options{}, func(t *testing.T, a *api) {
				path := "@associations/" + pair + "/labels"
				for i := range 50 {
					body := fmt.Sprintf(`{"name":"l%d","label":"L%d","inverseLabel":"I%d"}`, i, i, i)
					if got := a.call("POST", path, body); got.status != 200 {
						t.Fatalf("label %d: status %d, %s", i+1, got.status, got.body)
					}
				}
				got := a.call("POST", path, `{"name":"last","label":"Last"}`)
				if got.status != 437 || !strings.Contains(string(got.body), "No more than 50 association types are allowed between") {
					t.Errorf("label 51: status %d, %s", got.status, got.body)
				}
				if got := a.call("POST", "@associations/contacts/tickets/labels", `{"name":"last","label":"Last"}`); got.status != 200 {
					t.Errorf("a label of another pair: status %d, %s", got.status, got.body)
				}
			})
		})
	}
}
