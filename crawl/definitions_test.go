package crawl

import (
	"testing"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

func TestInversesAreNamedBySource(t *testing.T) {
	defs := []graphmodel.Definition{
		{From: "contacts", To: "companies", Category: hubspot.HubSpotDefined, TypeID: 1, Label: "Primary"},
		{From: "contacts", To: "companies", Category: hubspot.UserDefined, TypeID: 1, Label: "Advisor"},
		{From: "companies", To: "contacts", Category: hubspot.UserDefined, TypeID: 2, Label: "advisor"},
		{From: "contacts", To: "companies", Category: hubspot.UserDefined, TypeID: 9, Label: "Pays"},
		{From: "companies", To: "contacts", Category: hubspot.UserDefined, TypeID: 8, Label: "Is paid by"},
		// A single label between records of one type has two ids with one text.
		{From: "contacts", To: "contacts", Category: hubspot.UserDefined, TypeID: 11, Label: "Colleague"},
		{From: "contacts", To: "contacts", Category: hubspot.UserDefined, TypeID: 12, Label: "Colleague"},
		{From: "contacts", To: "contacts", Category: hubspot.UserDefined, TypeID: 13, Label: "Sibling"},
		// Of two labels that stand once, each may be its own inverse or the other's.
		{From: "companies", To: "companies", Category: hubspot.UserDefined, TypeID: 40, Label: "Supplier"},
		{From: "companies", To: "companies", Category: hubspot.UserDefined, TypeID: 41, Label: "Customer"},
		// Two labels with one text on the way back: which is meant is not known.
		{From: "deals", To: "p_cars", Category: hubspot.UserDefined, TypeID: 20, Label: "Trade-in"},
		{From: "p_cars", To: "deals", Category: hubspot.UserDefined, TypeID: 21, Label: "Trade-in"},
		{From: "p_cars", To: "deals", Category: hubspot.UserDefined, TypeID: 23, Label: "Trade-in"},
	}
	resolveInverses(defs, sources{})
	want := []struct {
		id     int32
		source string
	}{{2, "documented"}, {2, "same_text"}, {1, "same_text"}, {0, ""}, {0, ""}, {12, "same_text"}, {11, "same_text"}, {13, "same_text"}, {0, ""}, {0, ""}, {0, ""}, {0, ""}, {0, ""}}
	for i, d := range defs {
		if d.InverseTypeID != want[i].id || d.InverseSource != want[i].source {
			t.Errorf("%s -> %s %s %d %q: inverse %d (%s), want %d (%s)", d.From, d.To, d.Category, d.TypeID, d.Label,
				d.InverseTypeID, d.InverseSource, want[i].id, want[i].source)
		}
	}
}

func TestDefineKeepsCollidingIDsApart(t *testing.T) {
	contacts, companies := hubspot.ObjectType{ID: "0-1", Name: "contacts"}, hubspot.ObjectType{ID: "0-2", Name: "companies"}
	most := int64(10000)
	defs := define(Pair{contacts, companies}, []hubspot.Label{
		{Category: hubspot.UserDefined, TypeID: 1, Label: "Advisor"},
		{Category: hubspot.HubSpotDefined, TypeID: 1, Label: "Primary"},
		{Category: hubspot.HubSpotDefined, TypeID: 279},
	}, map[int]hubspot.SchemaAssociation{1: {TypeID: 1, Name: "CONTACT_TO_COMPANY", MaxTo: &most}})
	if len(defs) != 3 {
		t.Fatalf("%d definitions, want 3", len(defs))
	}
	primary, plain, own := defs[0], defs[1], defs[2]
	if !primary.Primary || primary.Default || primary.Name != "CONTACT_TO_COMPANY" || primary.MaxTo != &most {
		t.Errorf("HubSpot's type 1 is %+v", primary)
	}
	if !plain.Default || plain.Primary {
		t.Errorf("the plain type is %+v", plain)
	}
	if own.Primary || own.Name != "" || own.MaxTo != nil {
		t.Errorf("the user's type 1 is %+v", own)
	}
}

func TestScopeHashIsOfWhatIsAskedFor(t *testing.T) {
	hash := Scope{Types: []string{"deals", "0-1"}}.Hash()
	if same := (Scope{Types: []string{"contact", "Deals", "deals"}}).Hash(); same != hash {
		t.Errorf("the same types by other names have another hash: %s, %s", same, hash)
	}
	if other := (Scope{Types: []string{"deals"}}).Hash(); other == hash {
		t.Errorf("fewer types have the same hash")
	}
	if all := (Scope{}).Hash(); all == hash || all != (Scope{Properties: map[string][]string{"deals": {"dealname"}}}).Hash() {
		t.Errorf("properties change the scope, or all types do not")
	}
}
