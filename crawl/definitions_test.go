package crawl

import (
	"testing"

	"hubgraph/hubspot"
)

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
