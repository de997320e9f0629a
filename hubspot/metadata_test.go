package hubspot

import (
	"errors"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// saying is a client of a portal that always says the same.
func saying(t *testing.T, body string) *Client {
	return onWire(t, Options{Attempts: 1}, func(*http.Request) (*http.Response, error) { return reply(200, body), nil })
}

func TestAccount(t *testing.T) {
	for body, want := range map[string]Account{
		`{"portalId":7654321,"accountType":"STANDARD","timeZone":"US/Eastern","companyCurrency":"USD","uiDomain":"app-eu1.hubspot.com"}`: {7654321, "STANDARD", "US/Eastern", "USD", "app-eu1.hubspot.com"},
		`{"portalId":"7"}`: {PortalID: 7, UIDomain: "app.hubspot.com"},
	} {
		if got, err := saying(t, body).Account(t.Context()); err != nil || got != want {
			t.Errorf("%+v, %v; want %+v", got, err, want)
		}
	}
}

func TestSchemas(t *testing.T) {
	const car = `{"objectTypeId":"2-77","name":"cars","primaryDisplayProperty":"plate","secondaryDisplayProperties":["maker","color"],"labels":{"singular":"Car","plural":"Cars"},"associations":[
		{"id":"15","fromObjectTypeId":"2-77","toObjectTypeId":"0-1","name":"car_to_contact","maxToObjectIds":10000},
		{"id":16,"fromObjectTypeId":"0-1","toObjectTypeId":"2-77"},{"id":"legacy_x","fromObjectTypeId":"0-1","toObjectTypeId":"2-77"},
		{"fromObjectTypeId":"0-1","toObjectTypeId":"2-77"},{"id":7,"fromObjectTypeId":null,"toObjectTypeId":"2-77"},null]}`
	most := int64(10000)
	want := Schema{ObjectType{"2-77", "p_cars", "p_cars"}, "cars", "", "Cars", "Car", "plate", []string{"maker", "color"},
		[]SchemaAssociation{{15, "2-77", "0-1", "car_to_contact", &most}, {16, "0-1", "2-77", "", nil}, {0, "0-1", "2-77", "", nil}, {0, "0-1", "2-77", "", nil}}, 4}
	got, err := saying(t, car).Schema(t.Context(), "p_cars")
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	list, err := saying(t, `{"results":[`+car+`]}`).CustomSchemas(t.Context())
	if diff := cmp.Diff([]Schema{want}, list); err != nil || diff != "" {
		t.Error(err, diff)
	}
	got, err = saying(t, `{"objectTypeId":"0-2","name":"COMPANY","primaryDisplayProperty":7,"secondaryDisplayProperties":"domain"}`).Schema(t.Context(), "0-2")
	if diff := cmp.Diff(Schema{ObjectType: ObjectType{"0-2", "companies", "company"}, Name: "COMPANY"}, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

// TestNamesOfObjectTypes has objects of the portal and of apps, which may share a
// name, and types of HubSpot that no table here lists.
func TestNamesOfObjectTypes(t *testing.T) {
	for doc, want := range map[string]string{
		`{"objectTypeId":"2-1","name":"cars","fullyQualifiedName":"p77_cars"}`:       "p_cars",
		`{"objectTypeId":"2-2","name":"cars","fullyQualifiedName":"a16858319_cars"}`: "p_a16858319_cars",
		`{"objectTypeId":"2-3","name":"a1_cars","fullyQualifiedName":"p77_a1_cars"}`: "p_a1_cars",
		`{"objectTypeId":"2-4"}`: "p_2-4",
		`{"objectTypeId":"0-45","name":"CONTRACT","fullyQualifiedName":"CONTRACT"}`: "contracts",
		`{"objectTypeId":"1-23","name":"VISIT"}`:                                    "visit",
		`{"objectTypeId":"0-1","name":"CONTACT","fullyQualifiedName":"CONTACT"}`:    "contacts",
	} {
		if s, err := saying(t, doc).Schema(t.Context(), "x"); err != nil || s.ObjectType.Name != want {
			t.Errorf("%s is %+v, %v; want %s", doc, s.ObjectType, err, want)
		}
	}
}

func TestStandardTypesHaveManySpellings(t *testing.T) {
	for _, name := range []string{"0-8", "line_items", "line_item", "Line Items", "LINE-ITEM", " line items"} {
		if typ, ok := StandardType(name); !ok || typ.ID != "0-8" {
			t.Errorf("%q is %+v, %t", name, typ, ok)
		}
	}
	for _, name := range []string{"", "0 8", "lineitems", "0_8", "cars"} {
		if typ, ok := StandardType(name); ok {
			t.Errorf("%q is %+v", name, typ)
		}
	}
}

func TestProperties(t *testing.T) {
	got, err := saying(t, `{"results":[{"name":"email","label":"E-mail","options":[]},{"name":"jobtitle"}]}`).Properties(t.Context(), "0-1")
	if diff := cmp.Diff([]string{"email", "jobtitle"}, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestLabels(t *testing.T) {
	got, err := saying(t, `{"results":[`+plainType+`,`+ownType+`,{"category":"WORK","typeId":5},{"category":"NEW","typeId":"6","label":7},
		{"category":"USER_DEFINED","typeId":1,"label":"another text"},{"category":"WORK","typeId":1},
		null,7,{},{"category":"WORK"},{"typeId":9},{"category":null,"typeId":9},{"category":"WORK","typeId":"x"},{"category":"WORK","typeId":2147483648}]}`).Labels(t.Context(), "0-1", "0-2")
	want := LabelList{[]Label{{HubSpotDefined, 279, ""}, {UserDefined, 1, "Decision maker"}, {Work, 5, ""}, {"NEW", 6, "7"}, {Work, 1, ""}}, 8, []Label{{UserDefined, 1, "another text"}}, nil}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	got, err = saying(t, `{"results":[{"category":"USER_DEFINED","typeId":8,"label":"Boss","fromObjectTypeId":"0-1","toObjectTypeId":"0-2"},
		{"category":"USER_DEFINED","typeId":7,"label":"Works for","fromObjectTypeId":"0-2","toObjectTypeId":"0-1"},
		{"category":"WORK","typeId":9,"label":"Odd","fromObjectTypeId":"CONTACT","toObjectTypeId":null}]}`).Labels(t.Context(), "0-1", "0-2")
	want = LabelList{Labels: []Label{{UserDefined, 8, "Boss"}, {Work, 9, "Odd"}}, Inverses: []Label{{UserDefined, 7, "Works for"}}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	if got, err := saying(t, `{"results":[]}`).Labels(t.Context(), "0-1", "0-2"); err != nil || got.Labels == nil {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestPipelines(t *testing.T) {
	got, err := saying(t, `{"results":[{"id":"default","label":"Sales","stages":[
		{"id":"won","label":"Won","displayOrder":2,"metadata":{"isClosed":"true","probability":"1.0"}},
		{"id":"new","label":"New","displayOrder":0,"metadata":{"isClosed":false,"probability":0.2}},{"id":"x"}]}]}`).Pipelines(t.Context(), "0-3")
	want := []Pipeline{{"default", "Sales", []Stage{
		{"won", "Won", 2, map[string]string{"isClosed": "true", "probability": "1.0"}},
		{"new", "New", 0, map[string]string{"isClosed": "false", "probability": "0.2"}}, {ID: "x"},
	}}}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestOwners(t *testing.T) {
	got, err := saying(t, `{"results":[{"id":"42","email":"ada@example.com","firstName":" Ada ","lastName":"Lovelace","userId":7},{"id":43,"lastName":"Turing"},{"id":"44","firstName":null}]}`).Owners(t.Context(), true)
	want := []Owner{{42, "Ada Lovelace", true}, {43, "Turing", true}, {44, "", true}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestMetadataThatIsNone(t *testing.T) {
	for _, body := range []string{`{}`, `[]`, `{"results":null}`, `{"results":7}`, `<html>`} {
		c := saying(t, body)
		_, account := c.Account(t.Context())
		_, schema := c.Schema(t.Context(), "0-1")
		_, schemas := c.CustomSchemas(t.Context())
		_, labels := c.Labels(t.Context(), "0-1", "0-2")
		_, pipelines := c.Pipelines(t.Context(), "0-3")
		_, properties := c.Properties(t.Context(), "0-3")
		_, owners := c.Owners(t.Context(), false)
		for i, err := range []error{owners, account, schema, schemas, labels, pipelines, properties} {
			if !errors.Is(err, ErrMalformed) {
				t.Errorf("%s, call %d: %v", body, i, err)
			}
		}
	}
}
