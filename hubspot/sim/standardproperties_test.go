package sim_test

import (
	"slices"
	"strings"
	"testing"

	"hubgraph/hubspot/sim"
)

// values are the options of a property.
func (a *api) values(typ, name string) string {
	a.t.Helper()
	var list []string
	for _, o := range decode[property](a, a.call("GET", a.crm("properties")+"/"+typ+"/"+name, ""), 200).Options {
		list = append(list, o.Value)
	}
	return strings.Join(list, " ")
}

// TestStandardOptions looks for what every portal has, and writes it: a value that
// is no option is refused.
func TestStandardOptions(t *testing.T) {
	t.Parallel()
	inBoth(t, office+"tickets 7\ndeals 8\npipeline deals a \"A\"\nstage deals a open \"Open\" probability=0.1\npipeline deals b \"B\"\nstage deals b won \"Won\" probability=1\n", sim.Options{}, func(t *testing.T, a *api) {
		for name, want := range map[string]string{"tickets/hs_ticket_priority": "LOW MEDIUM HIGH URGENT", "tickets/hs_ticket_category": "PRODUCT_ISSUE BILLING_ISSUE FEATURE_REQUEST GENERAL_INQUIRY",
			"contacts/lifecyclestage":  "subscriber lead marketingqualifiedlead salesqualifiedlead opportunity customer evangelist other",
			"companies/lifecyclestage": "subscriber lead marketingqualifiedlead salesqualifiedlead opportunity customer evangelist other", "deals/dealstage": "open won", "deals/pipeline": ""} {
			typ, property, _ := strings.Cut(name, "/")
			if got := a.values(typ, property); got != want {
				t.Errorf("the options of %s are %q, want %q", name, got, want)
			}
		}
		a.call("POST", a.crm("pipelines")+"/deals/b/stages", `{"label":"Lost","displayOrder":-1,"metadata":{"probability":"0"}}`)
		if got := a.values("deals", "dealstage"); got != "open won 100000001" {
			t.Errorf("with a new stage the options of dealstage are %q", got)
		}
		for body, want := range map[string]int{`deals/8 {"dealstage":"won"}`: 200, `deals/8 {"dealstage":"gone"}`: 400, `tickets/7 {"hs_ticket_priority":"HIGH"}`: 200,
			`tickets/7 {"hs_ticket_priority":"high"}`: 400, `contacts/101 {"lifecyclestage":"Customer"}`: 400, `contacts/101 {"lifecyclestage":"customer"}`: 200} {
			path, properties, _ := strings.Cut(body, " ")
			if got := a.call("PATCH", "@objects/"+path, `{"properties":`+properties+`}`); got.status != want || want == 400 && !strings.Contains(string(got.body), "INVALID_OPTION") {
				t.Errorf("%s: status %d, want %d: %s", body, got.status, want, got.body)
			}
		}
	})
}

// TestUnnumberedTypes are found by name.
func TestUnnumberedTypes(t *testing.T) {
	t.Parallel()
	inBoth(t, "contracts 1 name=x\npartner_clients 2\npartner_services 3\n", sim.Options{}, func(t *testing.T, a *api) {
		for _, path := range []string{"contracts/1", "CONTRACT/1", "partner_clients/2", "partner_service/3"} {
			if got := a.call("GET", "@objects/"+path, ""); got.status != 200 {
				t.Errorf("%s: status %d", path, got.status)
			}
		}
	})
}

// TestPropertiesV2 lists definitions as a bare array, in an older form.
func TestPropertiesV2(t *testing.T) {
	t.Parallel()
	a := serve(t, families[0], `property contacts score "Score" type=enumeration options=a;b group=own description="How good"`, sim.Options{WithoutScope: []string{"deals"}})
	type row struct {
		Name, GroupName, Type, FieldType, Description string
		HubspotDefined                                *bool
		ReadOnlyValue, ReadOnlyDefinition             bool
		CreatedAt                                     int64
		Options                                       []struct {
			Value      string
			ReadOnly   bool
			DoubleData float64
		}
	}
	byName := map[string]row{}
	for _, r := range decode[[]row](a, a.call("GET", "/properties/v2/contact/properties", ""), 200) {
		byName[r.Name] = r
	}
	score, email := byName["score"], byName["email"]
	if score.HubspotDefined != nil || score.ReadOnlyDefinition || score.GroupName != "own" || score.Type != "enumeration" || score.FieldType != "select" || score.Description != "How good" || len(score.Options) != 2 {
		t.Errorf("what a user defined is %+v", score)
	}
	if email.HubspotDefined == nil || !email.ReadOnlyDefinition || email.CreatedAt != 1735787045678 || email.Options == nil {
		t.Errorf("HubSpot's own is %+v", email)
	}
	if !byName["hs_object_id"].ReadOnlyValue {
		t.Error("the id can be written")
	}
	for path, want := range map[string]int{"ships": 400, "deals": 403} {
		if got := a.call("GET", "/properties/v2/"+path+"/properties", "").status; got != want {
			t.Errorf("%s: status %d, want %d", path, got, want)
		}
	}
}

// TestPropertyGroups makes one, fills it, and takes it away; the portal's text
// has it.
func TestPropertyGroups(t *testing.T) {
	t.Parallel()
	inBoth(t, "object p_cars 2-7\n"+`property contacts score "Score" type=number group=own`+"\n", sim.Options{}, func(t *testing.T, a *api) {
		at := a.crm("properties") + "/contacts/groups"
		a.want(a.call("POST", at, `{"name":"sizes","label":"Sizes","displayOrder":3}`), 201, `{"name":"sizes","label":"Sizes","displayOrder":3,"archived":false}`)
		a.want(a.call("GET", at, ""), 200, `{"results":[{"name":"contactinformation","label":"Contact information","displayOrder":0,"archived":false},
			{"name":"sizes","label":"Sizes","displayOrder":3,"archived":false},{"name":"own","label":"Own","displayOrder":-1,"archived":false}]}`)
		a.want(a.call("PATCH", at+"/sizes", `{"label":"All sizes","name":"other"}`), 200, `{"name":"sizes","label":"All sizes","displayOrder":3,"archived":false}`)
		a.want(a.call("PATCH", at+"/contactinformation", `{"displayOrder":9}`), 200, `{"name":"contactinformation","label":"Contact information","displayOrder":9,"archived":false}`)
		text := string(a.call("GET", "/_sim/portal", "").body)
		if again := parse(t, text).String(); again != text || !strings.Contains(text, `group contacts sizes "All sizes" order=3`) {
			t.Errorf("the portal's text is\n%s", text)
		}
		a.want(a.call("GET", at+"/sizes", ""), 200, `{"name":"sizes","label":"All sizes","displayOrder":3,"archived":false}`)
		for ask, want := range map[string]int{"POST  {\"name\":\"sizes\",\"label\":\"x\"}": 409, "POST  {\"name\":\"x\"}": 400, "GET /none ": 404, "PATCH /none {}": 404, "DELETE /none ": 404, "DELETE /own ": 400} {
			words := strings.SplitN(ask, " ", 3)
			if got := a.call(words[0], at+words[1], words[2]); got.status != want {
				t.Errorf("%s: status %d, want %d: %s", ask, got.status, want, got.body)
			}
		}
		a.want(a.call("DELETE", at+"/sizes", ""), 204, "")
		if got := a.call("GET", at+"/sizes", "").status; got != 404 {
			t.Errorf("it is still there: status %d", got)
		}
		a.want(a.call("GET", a.crm("properties")+"/p_cars/groups", ""), 200, `{"results":[{"name":"cars_information","label":"Cars information","displayOrder":0,"archived":false}]}`)
	})
}

// TestSchemaForms are the two addresses of the schemas, the batch read, and the
// fields that 2026-09 requires.
func TestSchemaForms(t *testing.T) {
	t.Parallel()
	inBoth(t, office, sim.Options{WithoutScope: []string{"deals"}}, func(t *testing.T, a *api) {
		const made = `{"name":"boat","labels":{"singular":"Boat","plural":"Boats"},"primaryDisplayProperty":"hull","allowsSensitiveProperties":true,
			"properties":[{"name":"hull","label":"Hull","type":"string","fieldType":"text"}]}`
		type answer struct {
			Name                      string
			AllowsSensitiveProperties *bool
			Description               string
			Associations, CreatedAt   any
			Properties                []struct {
				Name, Type             string
				Description, GroupName *string
				Options                []any
			}
		}
		boat := decode[answer](a, a.call("POST", "@schemas", made), 201)
		if boat.AllowsSensitiveProperties == nil || !*boat.AllowsSensitiveProperties {
			t.Errorf("the new schema is %+v", boat)
		}
		for _, p := range boat.Properties {
			if p.Description == nil || p.GroupName == nil || *p.GroupName != "boat_information" || p.Options == nil {
				t.Errorf("its property %s lacks what 2026-09 requires: %+v", p.Name, p)
			}
		}
		cleared := decode[answer](a, a.call("PATCH", "@schemas/p_boat", `{"allowsSensitiveProperties":false,"description":"afloat"}`), 200)
		if *cleared.AllowsSensitiveProperties || cleared.Description != "afloat" {
			t.Errorf("changed, it is %+v", cleared)
		}
		if got := decode[answer](a, a.call("PATCH", "@schemas/p_boat", `{"clearDescription":true}`), 200).Description; got != "" {
			t.Errorf("a description that was cleared is %q", got)
		}
		both := decode[struct{ Results []answer }](a, a.call("POST", "@schemas/batch/read", `{"inputs":["p_boat","0-1"],"includePropertyDefinitions":false,"includeAuditMetadata":false}`), 200).Results
		if len(both) != 2 || both[0].Name != "boat" || both[1].Properties != nil || both[1].Associations == nil || both[1].CreatedAt != nil {
			t.Errorf("the batch read has %+v", both)
		}
		for body, want := range map[string]int{`{}`: 400, `{"inputs":["p_ships"]}`: 400, `{"inputs":["deals"]}`: 403, `{"inputs":[]}`: 200} {
			if got := a.call("POST", "@schemas/batch/read", body).status; got != want {
				t.Errorf("%s: status %d, want %d", body, got, want)
			}
		}
		for _, path := range []string{"", "/contacts", "?archived=true"} {
			if one, two := a.call("GET", "/crm/v3/schemas"+path, ""), a.call("GET", "/crm-object-schemas/v3/schemas"+path, ""); one.status != 200 || !slices.Equal(one.body, two.body) {
				t.Errorf("%s: the two addresses of v3 answer %d %s and %s", path, one.status, one.body, two.body)
			}
		}
		if got := a.call("GET", "/crm-object-schemas/2026-03/schemas", "").status; got != 200 {
			t.Errorf("2026-03: status %d", got)
		}
	})
}

// TestTokenOfAnOwner asks who the token's user is, and finds them among the
// owners.
func TestTokenOfAnOwner(t *testing.T) {
	t.Parallel()
	inBoth(t, "owner 42 email=ada@example.com\nowner 43\n", sim.Options{}, func(t *testing.T, a *api) {
		const ask = `{"tokenKey":"test"}`
		user := decode[struct{ UserID int64 }](a, a.call("POST", "/oauth/v2/private-apps/get/access-token-info", ask), 200).UserID
		var found bool
		for _, o := range decode[struct{ Results []struct{ UserID int64 } }](a, a.call("GET", a.crm("owners"), ""), 200).Results {
			found = found || o.UserID == user
		}
		if !found {
			t.Errorf("no owner is the user %d", user)
		}
	})
}
