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
	const car = `{"objectTypeId":"2-77","name":"cars","labels":{"singular":"Car","plural":"Cars"},"associations":[
		{"id":"15","fromObjectTypeId":"2-77","toObjectTypeId":"0-1","name":"car_to_contact","maxToObjectIds":10000},
		{"id":16,"fromObjectTypeId":"0-1","toObjectTypeId":"2-77"},{"id":"legacy_x","fromObjectTypeId":"0-1","toObjectTypeId":"2-77"},
		{"fromObjectTypeId":"0-1","toObjectTypeId":"2-77"},{"id":7,"fromObjectTypeId":null,"toObjectTypeId":"2-77"},null]}`
	most := int64(10000)
	want := Schema{ObjectType{"2-77", "p_cars", "p_cars"}, "Cars", []SchemaAssociation{{15, "2-77", "0-1", "car_to_contact", &most}, {16, "0-1", "2-77", "", nil}}, 4}
	got, err := saying(t, car).Schema(t.Context(), "p_cars")
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	list, err := saying(t, `{"results":[`+car+`]}`).CustomSchemas(t.Context())
	if diff := cmp.Diff([]Schema{want}, list); err != nil || diff != "" {
		t.Error(err, diff)
	}
	got, err = saying(t, `{"objectTypeId":"0-2","name":"COMPANY"}`).Schema(t.Context(), "0-2")
	if diff := cmp.Diff(Schema{ObjectType: ObjectType{"0-2", "companies", "company"}}, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestLabels(t *testing.T) {
	got, err := saying(t, `{"results":[`+plainType+`,`+ownType+`,{"category":"WORK","typeId":5},{"category":"NEW","typeId":"6","label":7},
		{"category":"USER_DEFINED","typeId":1,"label":"another text"},{"category":"WORK","typeId":1},
		null,7,{},{"category":"WORK"},{"typeId":9},{"category":null,"typeId":9},{"category":"WORK","typeId":"x"},{"category":"WORK","typeId":2147483648}]}`).Labels(t.Context(), "0-1", "0-2")
	want := LabelList{[]Label{{HubSpotDefined, 279, ""}, {UserDefined, 1, "Decision maker"}, {Work, 5, ""}, {"NEW", 6, "7"}, {Work, 1, ""}}, 8}
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

func TestMetadataThatIsNone(t *testing.T) {
	for _, body := range []string{`{}`, `[]`, `{"results":null}`, `{"results":7}`, `<html>`} {
		c := saying(t, body)
		_, account := c.Account(t.Context())
		_, schema := c.Schema(t.Context(), "0-1")
		_, schemas := c.CustomSchemas(t.Context())
		_, labels := c.Labels(t.Context(), "0-1", "0-2")
		_, pipelines := c.Pipelines(t.Context(), "0-3")
		for i, err := range []error{account, schema, schemas, labels, pipelines} {
			if !errors.Is(err, ErrMalformed) {
				t.Errorf("%s, call %d: %v", body, i, err)
			}
		}
	}
}
