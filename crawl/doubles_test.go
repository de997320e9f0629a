package crawl

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

const doublesPortal = `object p_cars 2-77 singular=Car plural=Cars
label contacts p_cars
label contacts 21 "Drives" p_cars 22 "Driven by"
pipeline deals default Sales
stage deals default open Open isClosed=false probability=0.2
stage deals default won Won isClosed=true probability=1.0
contacts 1
p_cars 5
contacts 1 -> p_cars 5 "Drives"
`

// TestDefinitionsThatComeTwice has types, association types and stages come twice in an
// answer: each is taken once, and where two differ, that is noted.
func TestDefinitionsThatComeTwice(t *testing.T) {
	t.Parallel()
	plan := func(t *testing.T, faults ...sim.Fault) *Plan {
		p, err := NewPlan(t.Context(), serve(t, "2026-09", doublesPortal, sim.Options{Faults: faults}).client, Scope{})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	calm := plan(t)
	for name, test := range map[string]struct {
		fault sim.Fault
		notes []string
	}{
		"all types alike":  {sim.Fault{Name: "duplicate-rows", On: "schemas"}, nil},
		"all labels alike": {sim.Fault{Name: "duplicate-rows", On: "labels"}, nil},
		"all stages alike": {sim.Fault{Name: "duplicate-rows", On: "pipelines"}, nil},
		"a type": {sim.Fault{Name: "definition-twice", Param: "Zars", On: "schemas"},
			[]string{`the object type 2-77 comes twice, and not alike`, `called "Cars", is taken`}},
		"a label":    {sim.Fault{Name: "definition-twice", Param: "zz", On: "labels"}, []string{`the association type HUBSPOT_DEFINED:1 from contacts to companies comes twice, and not alike: the text "zz" is not taken`, `the association type USER_DEFINED:1 from contacts to p_cars comes twice, and not alike: the text "" is not taken`}},
		"a pipeline": {sim.Fault{Name: "definition-twice", Param: "Zales", On: "pipelines"}, []string{`the stage open of the pipeline default of deals comes twice, and not alike: "Open" of "Sales" is taken, not "Open" of "Zales"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := plan(t, test.fault)
			if name == "a label" { // plain types have no text, and then the one with a text stands
				for i := range p.Definitions {
					p.Definitions[i].Label = strings.TrimSuffix(p.Definitions[i].Label, "zz")
					p.Definitions[i].Default = p.Definitions[i].Label == ""
				}
			}
			if diff := cmp.Diff(calm.Definitions, p.Definitions) + cmp.Diff(calm.Stages, p.Stages) + cmp.Diff(calm.Types, p.Types) + cmp.Diff(calm.Pairs, p.Pairs); diff != "" {
				t.Errorf("the plan differs:\n%s", diff)
			}
			notes := strings.Join(p.Notes, "\n")
			for _, note := range test.notes {
				if !strings.Contains(notes, note) {
					t.Errorf("%s\nlacks: %s", notes, note)
				}
			}
			if len(test.notes) == 0 && notes != "" {
				t.Errorf("it notes: %s", notes)
			}
		})
	}
}

// TestOrderOfDoublesDoesNotMatter gives doubles that differ in both orders.
func TestOrderOfDoublesDoesNotMatter(t *testing.T) {
	t.Parallel()
	most := int64(1)
	cars := hubspot.ObjectType{ID: "2-77", Name: "p_cars"}
	a := hubspot.Schema{ObjectType: cars, Label: "Cars", Associations: []hubspot.SchemaAssociation{{TypeID: 1, From: "0-1", To: "2-77", Name: "b"}}}
	b := hubspot.Schema{ObjectType: cars, Label: "Autos", Associations: []hubspot.SchemaAssociation{{TypeID: 1, From: "0-1", To: "2-77", Name: "a", MaxTo: &most}}}
	bare := hubspot.Schema{ObjectType: cars, Label: "A"}
	for _, schemas := range [][]hubspot.Schema{{a, b, bare}, {bare, b, a}, {b, a, bare}} {
		p := &Plan{}
		got := p.distinct(schemas)
		if len(got) != 1 || got[0].Label != "Cars" && got[0].Label != "Autos" || got[0].Label != p.distinct([]hubspot.Schema{b, a})[0].Label {
			t.Errorf("%+v", got)
		}
		both := associationsOf([]hubspot.Schema{schemas[0], schemas[1], schemas[2]})[[2]string{"0-1", "2-77"}][1]
		if both.Name != "a" || both.MaxTo != &most {
			t.Errorf("%+v", both)
		}
	}
}
