package sim_test

import (
	"slices"
	"testing"

	"hubgraph/hubspot/sim"
)

type schemaAnswer struct {
	ID, ObjectTypeID, Name, FullyQualifiedName, Description, PrimaryDisplayProperty string

	Labels               struct{ Singular, Plural string }
	RequiredProperties   []string
	SearchableProperties []string
	Properties           []struct{ Name string }
	Archived             bool
	Associations         []schemaAssociation
}

type schemaAssociation struct {
	ID, FromObjectTypeID, ToObjectTypeID, Name, Cardinality, InverseCardinality string

	MaxToObjectIDs, MaxFromObjectIDs                               int
	HasUserEnforcedMaxToObjectIDs, HasUserEnforcedMaxFromObjectIDs bool
}

// association finds an association type of a schema.
func (s schemaAnswer) association(from, id string) string {
	for _, a := range s.Associations {
		if a.FromObjectTypeID == from && a.ID == id {
			return a.Name + " " + a.Cardinality + " " + a.InverseCardinality
		}
	}
	return ""
}

func TestSchemaOfStandardType(t *testing.T) {
	t.Parallel()
	inBoth(t, office+"limit companies contacts \"Advises\" 7\nlimit contacts companies plain 9", sim.Options{}, func(t *testing.T, a *api) {
		s := decode[schemaAnswer](a, a.call("GET", "@schemas/contacts", ""), 200)
		for _, want := range [][3]string{
			{"0-1", "279", "CONTACT_TO_COMPANY_UNLABELED ONE_TO_MANY ONE_TO_MANY"},
			{"0-1", "1", "CONTACT_TO_COMPANY ONE_TO_ONE ONE_TO_MANY"},
			{"0-2", "2", "COMPANY_TO_CONTACT ONE_TO_MANY ONE_TO_ONE"},
			{"0-1", "931", "BILLING_CONTACT_TO_COMPANY ONE_TO_MANY ONE_TO_MANY"},
			{"0-3", "3", "DEAL_TO_CONTACT ONE_TO_MANY ONE_TO_MANY"},
			{"0-2", "13", ""}, // between companies: not of this schema
		} {
			if got := s.association(want[0], want[1]); got != want[2] {
				t.Errorf("type %s from %s is %q; want %q", want[1], want[0], got, want[2])
			}
		}
		for _, row := range s.Associations {
			if row.FromObjectTypeID == "0-1" && row.ToObjectTypeID == "0-2" && row.ID == "4" {
				if row.Name != "advisor" || row.MaxFromObjectIDs != 7 || !row.HasUserEnforcedMaxFromObjectIDs || row.HasUserEnforcedMaxToObjectIDs {
					t.Errorf("the label is %+v; want advisor with at most 7 from", row)
				}
			}
			if row.ID == "279" && (row.MaxToObjectIDs != 9 || !row.HasUserEnforcedMaxToObjectIDs) {
				t.Errorf("the plain type is %+v; want at most 9 to", row)
			}
		}
		if got := decode[schemaAnswer](a, a.call("GET", "@schemas/0-2", ""), 200); got.association("0-2", "13") != "PARENT_TO_CHILD_COMPANY ONE_TO_MANY ONE_TO_ONE" {
			t.Errorf("type 13 is %q", got.association("0-2", "13"))
		}
	})
}

func TestSchemaLife(t *testing.T) {
	t.Parallel()
	inBoth(t, office, sim.Options{}, func(t *testing.T, a *api) {
		made := decode[schemaAnswer](a, a.call("POST", "@schemas", `{"name":"boat","labels":{"singular":"Boat","plural":"Boats"},"primaryDisplayProperty":"hull","requiredProperties":["hull"],
			"properties":[{"name":"hull","label":"Hull","type":"string","fieldType":"text"}],"associatedObjects":["CONTACT","2-1001"]}`), 201)
		if made.ObjectTypeID != "2-40000001" || made.FullyQualifiedName != "p7654321_boat" || made.PrimaryDisplayProperty != "hull" || !slices.Equal(made.RequiredProperties, []string{"hull"}) {
			t.Errorf("the new schema is %+v", made)
		}
		a.want(a.call("GET", "@associations/contacts/p_boat/labels", ""), 200, a.labelAnswer(labelRow(60, "")))
		a.want(a.call("GET", "@associations/p_boat/notes/labels", ""), 200, a.labelAnswer(labelRow(51, "")))
		changed := decode[schemaAnswer](a, a.call("PATCH", "@schemas/2-40000001", `{"name":"ship","description":"afloat","labels":{"singular":"Ship","plural":"Ships"},"searchableProperties":["hull"]}`), 200)
		if changed.Name != "boat" || changed.Labels.Plural != "Ships" || changed.Description != "afloat" || !slices.Equal(changed.SearchableProperties, []string{"hull"}) {
			t.Errorf("the changed schema is %+v", changed)
		}
		a.want(a.call("PATCH", "@schemas/p_boat", `{"primaryDisplayProperty":"mast"}`), 400, refusal(`The property "mast" does not exist on 2-40000001`))
		a.want(a.call("DELETE", "@schemas/p_boat?archived=true", ""), 400, refusal("p_boat is not archived: archive it before"))
		a.want(a.call("DELETE", "@schemas/p_boat", ""), 204, "")
		a.want(a.call("GET", "@schemas/p_boat", ""), 400, refusal("Unable to infer object type from: p_boat"))
		a.want(a.call("GET", "@associations/contacts/notes/labels", ""), 200, a.labelAnswer(`{"category":"HUBSPOT_DEFINED","typeId":201,"label":null}`))
		if got := a.schemas(""); !slices.Equal(got, []string{"2-1001 false"}) {
			t.Errorf("the schemas are %v", got)
		}
		if got := a.schemas("?archived=true"); !slices.Equal(got, []string{"2-40000001 true"}) {
			t.Errorf("the archived schemas are %v", got)
		}
		a.want(a.call("DELETE", "@schemas/2-40000001?archived=True", ""), 204, "")
		if got := a.schemas("?archived=true"); got != nil {
			t.Errorf("after the purge the archived schemas are %v", got)
		}
	})
}

// schemas lists the custom objects.
func (a *api) schemas(query string) []string {
	a.t.Helper()
	var list []string
	for _, s := range decode[struct{ Results []schemaAnswer }](a, a.call("GET", "@schemas"+query, ""), 200).Results {
		list = append(list, s.ObjectTypeID+" "+map[bool]string{true: "true", false: "false"}[s.Archived])
	}
	return list
}

func TestSchemaRefusals(t *testing.T) {
	t.Parallel()
	const labels = `"labels":{"singular":"Boat","plural":"Boats"}`
	sub := func(subCategory, message string) string {
		return `{"status":"error","category":"VALIDATION_ERROR","subCategory":"` + subCategory + `","message":"` + message + `"}`
	}
	cases := []struct {
		name, method, path, body string
		status                   int
		want                     string
	}{
		{"no name", "POST", "@schemas", `{` + labels + `}`, 400, refusal("Invalid input JSON on line 1: some required fields were not set: [name, labels]")},
		{"bad name", "POST", "@schemas", `{"name":"my-boat",` + labels + `,"primaryDisplayProperty":"hs_object_id"}`, 400, refusal(`Invalid name "my-boat": a name starts with a letter and has at most 50 letters, digits and underscores`)},
		{"no primary property", "POST", "@schemas", `{"name":"boat",` + labels + `}`, 400, sub("ObjectSchemas.PRIMARY_DISPLAY_PROPERTY_REQUIRED", "A primary display property must be given")},
		{"no such property", "POST", "@schemas", `{"name":"boat",` + labels + `,"primaryDisplayProperty":"mast"}`, 400, refusal(`The property "mast" does not exist on 2-40000001`)},
		{"bad property", "POST", "@schemas", `{"name":"boat",` + labels + `,"primaryDisplayProperty":"a b","properties":[{"name":"a b"}]}`, 400, refusal("Invalid property name: it starts with a small letter and has small letters, digits and underscores")},
		{"no such type", "POST", "@schemas", `{"name":"boat",` + labels + `,"primaryDisplayProperty":"hs_object_id","associatedObjects":["ships"]}`, 400, refusal("Unable to infer object type from: ships")},
		{"taken", "POST", "@schemas", `{"name":"CARS",` + labels + `,"primaryDisplayProperty":"hs_object_id"}`, 409, `{"status":"error","category":"OBJECT_ALREADY_EXISTS","message":"An object type with the name \"CARS\" exists already"}`},
		{"HubSpot's own", "PATCH", "@schemas/contacts", `{}`, 400, refusal("0-1 is HubSpot's own object type: only custom objects can be changed")},
		{"HubSpot's own again", "DELETE", "@schemas/contacts", ``, 400, refusal("0-1 is HubSpot's own object type: only custom objects can be changed")},
		{"with records", "DELETE", "@schemas/p_cars", ``, 400, sub("ObjectSchemas.EXISTING_OBJECT_RECORDS", "2-1001 has records: archive them before")},
		{"unknown", "DELETE", "@schemas/p_boats", ``, 400, refusal("Unable to infer object type from: p_boats")},
		{"bare name", "GET", "@schemas/cars", ``, 400, refusal("Unable to infer object type from: cars")},
	}
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			inBoth(t, office, sim.Options{}, func(t *testing.T, a *api) {
				a.want(a.call(tt.method, tt.path, tt.body), tt.status, tt.want)
				if got, gone := a.schemas(""), a.schemas("?archived=true"); !slices.Equal(got, []string{"2-1001 false"}) || gone != nil {
					t.Errorf("the schemas are %v, the archived ones %v", got, gone)
				}
			})
		})
	}
}

func TestSchemaParts(t *testing.T) {
	t.Parallel()
	a := serve(t, families[1], office, sim.Options{})
	s := decode[map[string]any](a, a.call("GET", "@schemas/p_cars?includeAssociationDefinitions=false&includePropertyDefinitions=False&includeAuditMetadata=false", ""), 200)
	for _, key := range []string{"associations", "properties", "createdAt"} {
		if _, ok := s[key]; ok {
			t.Errorf("the schema has %s, which the request left out", key)
		}
	}
}

func TestSchemaAssociations(t *testing.T) {
	t.Parallel()
	inBoth(t, office, sim.Options{}, func(t *testing.T, a *api) {
		const path = "@schemas/p_cars/associations"
		a.want(a.call("POST", path, `{"fromObjectTypeId":"2-1001","toObjectTypeId":"0-5","name":"in_repair"}`), 201,
			`{"id":"45","fromObjectTypeId":"2-1001","toObjectTypeId":"0-5","name":"in_repair","cardinality":"ONE_TO_MANY","inverseCardinality":"ONE_TO_MANY",
			"maxToObjectIds":250000,"maxFromObjectIds":250000,"hasUserEnforcedMaxToObjectIds":false,"hasUserEnforcedMaxFromObjectIds":false}`)
		a.want(a.call("GET", "@associations/tickets/p_cars/labels", ""), 200, a.labelAnswer(labelRow(46, "")))
		a.want(a.call("POST", path, `{"fromObjectTypeId":"2-1001","toObjectTypeId":"0-5","name":"again"}`), 400, refusal("2-1001 and 0-5 are associated already"))
		a.want(a.call("POST", path, `{"fromObjectTypeId":"0-1","toObjectTypeId":"0-5","name":"again"}`), 400, refusal("The association from 0-1 to 0-5 is not one of 2-1001"))
		a.want(a.call("POST", "@schemas/contacts/associations", `{"fromObjectTypeId":"0-1","toObjectTypeId":"0-5"}`), 400, refusal("0-1 and 0-5 are HubSpot's own object types"))
		a.want(a.call("POST", path, `{"fromObjectTypeId":"2-1001","toObjectTypeId":"0-2","name":"Board"}`), 400, refusal(`An association definition with the name "Board" exists already`))
		a.want(a.call("POST", path, `{"fromObjectTypeId":"2-1001","toObjectTypeId":"0-99"}`), 400, refusal("Unable to infer object type from: 0-99"))
		a.want(a.call("POST", path, `{}`), 400, refusal("Invalid input JSON on line 1: some required fields were not set: [fromObjectTypeId, toObjectTypeId]"))
		a.want(a.call("DELETE", path+"/41", ""), 400, refusal("Definition with label still exists; Cannot delete unlabeled type with associationTypeId 41"))
		a.want(a.call("DELETE", path+"/46", ""), 204, "")
		a.want(a.call("DELETE", path+"/46", ""), 404, `{"status":"error","category":"OBJECT_NOT_FOUND","message":"2-1001 has no association 46 that can be removed"}`)
		a.want(a.call("DELETE", path+"/x", ""), 400, refusal(`Invalid association id "x": it must be a number`))
		a.want(a.call("GET", "@associations/p_cars/tickets/labels", ""), 200, a.labelAnswer())
	})
}
