package repair

import (
	"fmt"
	"strings"
	"testing"

	"hubgraph/hubspot"
	"hubgraph/queries"
)

// missing is what a finding of one contact and company asks for.
func missing(text string) (*proposal, error) {
	contacts, companies, id := "contacts", "companies", int64(1)
	return of(queries.Finding{CheckID: "inverse_pair_missing", FromType: &contacts, FromID: &id, ToType: &companies, ToID: &id, Evidence: text}, queries.RepairInverse)
}

// TestMissing reads what a plan has to add out of the evidence of a finding.
func TestMissing(t *testing.T) {
	for evidence, want := range map[string]string{
		`{"missing":"HUBSPOT_DEFINED:2"}`:                                                    "[HUBSPOT_DEFINED:2]",
		`{"missing":["HUBSPOT_DEFINED:280","USER_DEFINED:7"]}`:                               "[HUBSPOT_DEFINED:280 USER_DEFINED:7]",
		`{"missing":["HUBSPOT_DEFINED:280"],"inverse_unknown":null}`:                         "[HUBSPOT_DEFINED:280]",
		`{"missing":["HUBSPOT_DEFINED:280"],"inverse_unknown":["USER_DEFINED:18"],"more":1}`: "[]", // writing would take the label off
		`{"missing":null}`: "[]",
		`{}`:               "[]",
	} {
		op, err := missing(evidence)
		got := "[]"
		if op != nil && op.cause == "" {
			got = fmt.Sprint(op.Types)
		}
		if err != nil || got != want {
			t.Errorf("%s: %v, %v", evidence, op, err)
		}
	}
	if op, err := missing(`{"missing":["HUBSPOT_DEFINED:280"],"inverse_unknown":["USER_DEFINED:18"]}`); err != nil || !strings.Contains(op.cause, "USER_DEFINED:18") {
		t.Errorf("what could be taken off is not said: %+v, %v", op, err)
	}
	for _, evidence := range []string{"", `{"missing":"2"}`, `{"missing":[2]}`} {
		if types, err := missing(evidence); err == nil {
			t.Errorf("%s is taken: %v", evidence, types)
		}
	}
}

// TestCustomID finds custom objects by the names that crawls give them.
func TestCustomID(t *testing.T) {
	named := func(id, name, full string) hubspot.Schema {
		return hubspot.Schema{ObjectType: hubspot.ObjectType{ID: id, Name: name}, FullName: full}
	}
	schemas := []hubspot.Schema{
		named("2-2", "p_cars", "p5_cars"), named("2-1", "p_cars", "P77_cars"), named("2-3", "p_boats", ""), named("2-4", "p_boats", ""),
		named("2-5", "p_a5_bikes", "a5_bikes"),
	}
	for name, want := range map[string]string{
		"p_cars": "2-1", "p_p5_cars": "2-2", "p_boats_2-4": "2-4", "p_boats_2-3": "2-3", "p_a5_bikes": "2-5", "p_bikes": "",
	} {
		if got := customID(schemas, 77, name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
}
