package sim_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/hubspot/sim"
)

// kept is what an answer says of a record.
type kept struct {
	ID         string
	Properties map[string]*string
	Archived   bool
	New        *bool
	Trace      string `json:"objectWriteTraceId"`
}

// batch is the answer to a batch of records.
type batch struct {
	Results []kept
	Errors  []struct {
		Category, Message string
		Context           map[string][]string
	}
}

func (k kept) value(name string) string {
	if v := k.Properties[name]; v != nil {
		return *v
	}
	return ""
}

func TestCreateObject(t *testing.T) {
	t.Parallel()
	inBoth(t, people+"contacts 1 -> companies 11\n", sim.Options{}, func(t *testing.T, a *api) {
		got := a.call("POST", "@objects/contacts", `{"properties":{"email":"bo@example.com","firstname":null,"phone":12},
			"associations":[{"to":{"id":"11"},"types":[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":1}]}]}`)
		made := decode[kept](a, got, 201)
		if made.value("email") != "bo@example.com" || made.value("phone") != "12" || made.value("hs_object_id") != made.ID || !strings.HasSuffix(got.header.Get("Location"), "/"+made.ID) {
			t.Errorf("got %+v, location %s", made, got.header.Get("Location"))
		}
		if made.ID < "20000000000" {
			t.Errorf("the id is %s, which fits into 32 bits", made.ID)
		}
		a.wantRows(fmt.Sprintf(`contacts 1 companies 11 279
			contacts %[1]s companies 11 279
			contacts %[1]s companies 11 1
			companies 11 contacts 1 280
			companies 11 contacts %[1]s 280
			companies 11 contacts %[1]s 2`, made.ID), "contacts", "companies")
	})
}

func TestCreateObjectRefused(t *testing.T) {
	t.Parallel()
	link := func(to, category string, id int) string {
		return fmt.Sprintf(`{"properties":{"firstname":"Cy"},"associations":[{"to":{"id":%q},"types":[{"associationCategory":%q,"associationTypeId":%d}]}]}`, to, category, id)
	}
	inBoth(t, people+"limit companies contacts plain 1\ncontacts 1 -> companies 11\nproperty contacts score \"Score\" type=number\nproperty contacts tier \"Tier\" type=enumeration options=\"a;b\"\nproperty contacts vip \"VIP\" type=bool\nproperty contacts since \"Since\" type=date\n", sim.Options{}, func(t *testing.T, a *api) {
		for body, want := range map[string]string{
			`{}`:                              `400 some required fields were not set: [properties]`,
			`{"properties":{"shoe":"44"}}`:    `400 Property \"shoe\" does not exist`,
			`{"properties":{"createdate":1}}`: `400 READ_ONLY_VALUE`,
			`{"properties":{"hs_email_domain":"x.example"}}`:                                   `400 READ_ONLY_VALUE`,
			`{"properties":{"score":"many"}}`:                                                  `400 INVALID_DOUBLE`,
			`{"properties":{"tier":"a;c"}}`:                                                    `400 INVALID_OPTION`,
			`{"properties":{"vip":"yes"}}`:                                                     `400 INVALID_BOOLEAN`,
			`{"properties":{"since":"soon"}}`:                                                  `400 INVALID_DATE`,
			`{"properties":{"email":{}}}`:                                                      `400 a property's value is a text`,
			`{"properties":{"email":"ADA@example.com"}}`:                                       `409 Contact already exists. Existing ID: 1`,
			link("11", "HUBSPOT_DEFINED", 3):                                                   `400 One or more associations are invalid`,
			link("12", "HUBSPOT_DEFINED", 279):                                                 `400 COMPANY with id 12 does not exist`,
			link("x", "HUBSPOT_DEFINED", 279):                                                  `400 crm.associations.INVALID_IDENTIFIER`,
			link("11", "HUBSPOT_DEFINED", 279):                                                 `400 COMPANY 11 already has the maximum of 1 associations with CONTACT`,
			`{"properties":{"firstname":"Cy"},"associations":[{"to":{"id":"11"},"types":[]}]}`: `400 types is empty`,
			``: `400 a request body was expected`,
		} {
			got := a.call("POST", "@objects/contacts", body)
			if status, text, _ := strings.Cut(want, " "); fmt.Sprint(got.status) != status || !strings.Contains(strings.ReplaceAll(string(got.body), `\\\"`, `\"`), text) {
				t.Errorf("%s: %d %s, want %s", body, got.status, got.body, want)
			}
		}
		if ids := a.ids("contacts"); len(ids) != 2 {
			t.Errorf("the refused requests left %v", ids)
		}
	})
}

// TestValuesAreReadInOneForm writes dates as clients send them.
func TestValuesAreReadInOneForm(t *testing.T) {
	t.Parallel()
	inBoth(t, "deals 1\nproperty deals due \"Due\" type=date\n", sim.Options{}, func(t *testing.T, a *api) {
		for body, want := range map[string]string{
			`{"properties":{"closedate":1767225600000}}`:               "2026-01-01T00:00:00.000Z",
			`{"properties":{"closedate":"2026-01-31"}}`:                "2026-01-31T00:00:00.000Z",
			`{"properties":{"closedate":"2026-01-31T10:00:00+02:00"}}`: "2026-01-31T08:00:00.000Z",
			`{"properties":{"due":"2026-01-31T10:00:00Z"}}`:            "2026-01-31",
			`{"properties":{"dealname":true}}`:                         "true",
			`{"properties":{"amount":1.50}}`:                           "1.50",
		} {
			got := decode[kept](a, a.call("PATCH", "@objects/deals/1", body), 200)
			if value := got.value("closedate") + got.value("due") + got.value("dealname") + got.value("amount"); value != want {
				t.Errorf("%s is read as %s, want %s", body, value, want)
			}
		}
	})
}

// TestCreateWithLabels makes a record whose association carries two types.
func TestCreateWithLabels(t *testing.T) {
	t.Parallel()
	inBoth(t, people+"label contacts 21 \"Advisor\" companies 22 \"Advises\"\n", sim.Options{}, func(t *testing.T, a *api) {
		types := `{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":1},{"associationCategory":"USER_DEFINED","associationTypeId":21}`
		made := decode[kept](a, a.call("POST", "@objects/contacts", `{"properties":{},"associations":[{"to":{"id":11},"types":[`+types+`]}]}`), 201)
		a.wantRows(fmt.Sprintf(`contacts %[1]s companies 11 279
			contacts %[1]s companies 11 1
			contacts %[1]s companies 11 USER_DEFINED:21
			companies 11 contacts %[1]s 280
			companies 11 contacts %[1]s 2
			companies 11 contacts %[1]s USER_DEFINED:22`, made.ID), "contacts", "companies")
		mixed := `{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":1},{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":4}`
		if got := a.call("POST", "@objects/contacts", `{"properties":{},"associations":[{"to":{"id":11},"types":[`+mixed+`]}]}`).status; got != 400 {
			t.Errorf("types towards two object types are answered with %d", got)
		}
	})
}

// TestUnknownPropertyIsNamed has both forms in which HubSpot names it.
func TestUnknownPropertyIsNamed(t *testing.T) {
	t.Parallel()
	a := serve(t, families[0], people, sim.Options{})
	a.want(a.call("PATCH", "@objects/contacts/1", `{"properties":{"shoe":"44"}}`), 400, `{"status":"error","category":"VALIDATION_ERROR",
		"message":"Property values were not valid: [{\"isValid\":false,\"message\":\"Property \\\"shoe\\\" does not exist\",\"error\":\"PROPERTY_DOESNT_EXIST\",\"name\":\"shoe\",\"localizedErrorMessage\":\"Property \\\"shoe\\\" does not exist\",\"portalId\":7654321}]",
		"errors":[{"message":"Property \"shoe\" does not exist","code":"PROPERTY_DOESNT_EXIST","context":{"propertyName":["shoe"]}}]}`)
}

func TestUpdateAndArchiveObject(t *testing.T) {
	t.Parallel()
	c := &clock{at: noon}
	inBoth(t, people+"contacts 1 -> companies 11\n", sim.Options{Now: c.now}, func(t *testing.T, a *api) {
		got := decode[kept](a, a.call("PATCH", "@objects/contacts/3", `{"properties":{"firstname":"Augusta"}}`), 200) // 3 went into 1
		if got.ID != "1" || got.value("firstname") != "Augusta" || got.value("lastmodifieddate") != "2026-03-04T12:00:00.000Z" {
			t.Errorf("got %+v", got)
		}
		a.want(a.call("PATCH", "@objects/contacts/1", `{"properties":{}}`), 400,
			`{"status":"error","category":"VALIDATION_ERROR","message":"No properties found to update, please provide at least one.","context":{"properties":["{}"]}}`)
		if got := a.call("PATCH", "@objects/contacts/ada@example.com?idProperty=email", `{"properties":{"email":""}}`).status; got != 200 {
			t.Errorf("an update by email is answered with %d", got)
		}
		if got := a.call("PATCH", "@objects/contacts/30000000000", `{"properties":{"email":"ada@example.com"}}`).status; got != 200 {
			t.Errorf("an address that is free again is answered with %d", got)
		}
		if got := a.call("PATCH", "@objects/contacts/1", `{"properties":{"email":"ada@example.com"}}`).status; got != 409 {
			t.Errorf("an address that is taken is answered with %d", got)
		}
		if got := a.call("DELETE", "@objects/contacts/x", "").status; got != 400 {
			t.Errorf("archiving x is answered with %d", got)
		}
		if got := a.call("PATCH", "@objects/contacts/9", `{"properties":{"email":""}}`).status; got != 404 {
			t.Errorf("an update of what is not there is answered with %d", got)
		}
		a.want(a.call("DELETE", "@objects/contacts/1", ""), 204, "")
		a.want(a.call("DELETE", "@objects/contacts/1", ""), 204, "")
		for _, id := range []string{"4", "9"} {
			if got := a.call("DELETE", "@objects/contacts/"+id, "").status; got != 404 {
				t.Errorf("archiving %s, which never was, is answered with %d", id, got)
			}
		}
		gone := decode[kept](a, a.call("GET", "@objects/contacts/1?archived=true&properties=firstname", ""), 200)
		if !gone.Archived || gone.value("firstname") != "Augusta" {
			t.Errorf("got %+v", gone)
		}
		a.wantRows("", "contacts", "companies")
	})
}

func TestBatchCreateObjects(t *testing.T) {
	t.Parallel()
	inBoth(t, people, sim.Options{}, func(t *testing.T, a *api) {
		create := func(body string) reply { return a.call("POST", "@objects/contacts/batch/create", body) }
		if got := decode[batch](a, create(`{"inputs":[{"properties":{"email":"bo@example.com"}},{"properties":{"email":"cy@example.com"}}]}`), 201); len(got.Results) != 2 {
			t.Errorf("got %+v", got)
		}
		for body, want := range map[string]int{
			`{"inputs":[{"properties":{"email":"di@example.com"}},{"properties":{"shoe":"44"}}]}`:                          400,
			`{"inputs":[{"properties":{"email":"di@example.com"}},{"properties":{"email":"bo@example.com"}}]}`:             409,
			`{"inputs":[{"properties":{"email":"di@example.com"}},{"properties":{"email":"di@example.com"}}]}`:             400,
			`{"inputs":[{"objectWriteTraceId":"a","properties":{"email":"di@example.com"}},{"properties":{"shoe":"44"}}]}`: 400,
			`{"inputs":[` + strings.TrimSuffix(strings.Repeat(`{"properties":{"firstname":"x"}},`, 101), ",") + `]}`:       400,
		} {
			if got := create(body); got.status != want {
				t.Errorf("%.100s: status %d, want %d: %s", body, got.status, want, got.body)
			}
		}
		if ids := a.ids("contacts"); len(ids) != 4 {
			t.Errorf("there are %v, want the two from before and two more", ids)
		}
		got := decode[batch](a, create(`{"inputs":[{"objectWriteTraceId":"a","properties":{"email":"di@example.com"}},{"objectWriteTraceId":"b","properties":{"shoe":"44"}},
			{"objectWriteTraceId":"c","properties":{"email":"ada@example.com"}}]}`), 207)
		if len(got.Results) != 1 || got.Results[0].Trace != "a" || len(got.Errors) != 2 || got.Errors[0].Context["objectWriteTraceId"][0] != "b" || got.Errors[1].Category != "CONFLICT" {
			t.Errorf("got %+v", got)
		}
	})
}

func TestBatchUpdateUpsertArchiveObjects(t *testing.T) {
	t.Parallel()
	inBoth(t, people, sim.Options{}, func(t *testing.T, a *api) {
		batchOf := func(what, body string, status int) batch {
			return decode[batch](a, a.call("POST", "@objects/contacts/batch/"+what, body), status)
		}
		got := batchOf("update", `{"inputs":[{"id":"1","properties":{"firstname":"A"}},{"id":"ada@example.com","idProperty":"email","properties":{"lastname":"L"}}]}`, 200)
		if len(got.Results) != 2 || got.Results[0].ID != "1" || got.Results[1].ID != "1" {
			t.Errorf("update: %+v", got)
		}
		got = batchOf("update", `{"inputs":[{"id":"1","properties":{"firstname":"B"}},{"id":"9","properties":{"firstname":"B"}}]}`, 207)
		if len(got.Results) != 1 || got.Errors[0].Category != "OBJECT_NOT_FOUND" || !cmp.Equal(got.Errors[0].Context, map[string][]string{"ids": {"9"}}) {
			t.Errorf("update of what is not there: %+v", got)
		}
		if got := a.call("POST", "@objects/contacts/batch/update", `{"inputs":[{"id":"1","properties":{"firstname":"C"}},{"id":"1","properties":{"shoe":"44"}}]}`).status; got != 400 {
			t.Errorf("update with an unknown property: status %d", got)
		}
		if got := decode[kept](a, a.call("GET", "@objects/contacts/1?properties=firstname", ""), 200).value("firstname"); got != "B" {
			t.Errorf("the refused update left %s", got)
		}
		got = batchOf("upsert", `{"inputs":[{"id":"ada@example.com","idProperty":"email","properties":{"firstname":"D"}},{"id":"ed@example.com","idProperty":"email","properties":{"firstname":"Ed"}}]}`, 200)
		fresh := map[string]bool{}
		for _, r := range got.Results {
			fresh[r.value("firstname")] = *r.New
		}
		if !cmp.Equal(fresh, map[string]bool{"D": false, "Ed": true}) {
			t.Errorf("upsert: %+v", fresh)
		}
		if got := batchOf("upsert", `{"inputs":[{"id":"fy@example.com","idProperty":"email"}]}`, 200); got.Results[0].value("email") != "fy@example.com" {
			t.Errorf("upsert without properties: %+v", got)
		}
		if got := batchOf("upsert", `{"inputs":[{"id":"1","properties":{"firstname":"E"}}]}`, 207); !strings.Contains(got.Errors[0].Message, "idProperty") {
			t.Errorf("upsert without idProperty: %+v", got)
		}
		a.want(a.call("POST", "@objects/contacts/batch/archive", `{"inputs":[{"id":"1"},{"id":"2"},{"id":"9"}]}`), 204, "")
		if got := a.call("POST", "@objects/contacts/batch/archive", `{"inputs":[{"id":"x"}]}`).status; got != 400 {
			t.Errorf("archive of x: status %d", got)
		}
		if ids := a.ids("contacts"); len(ids) != 3 || ids[0] != "30000000000" {
			t.Errorf("what is left is %v", ids)
		}
	})
}

// TestMerge goes through both behaviors that are known.
func TestMergeObjects(t *testing.T) {
	t.Parallel()
	for merge, survives := range map[string]bool{"new-id": false, "primary": true} {
		inBoth(t, "fact merge="+merge+"\n"+people+"contacts 5 lastname=Lovelace\ncontacts 5 -> companies 11\n", sim.Options{}, func(t *testing.T, a *api) {
			got := decode[kept](a, a.call("POST", "@objects/contacts/merge", `{"primaryObjectId":"1","objectIdToMerge":"5"}`), 200)
			want := "1;3;5"
			if survives {
				want = "3;5"
			}
			if (got.ID == "1") != survives || got.value("hs_merged_object_ids") != want {
				t.Errorf("%s: got %+v, merged %s", merge, got, got.value("hs_merged_object_ids"))
			}
			for _, old := range []string{"1", "5"} {
				now := decode[kept](a, a.call("GET", "@objects/contacts/"+old+"?properties=lastname,firstname", ""), 200)
				if now.ID != got.ID || now.value("lastname") != "Lovelace" || now.value("firstname") != "Ada" {
					t.Errorf("%s: %s leads to %+v", merge, old, now)
				}
			}
			a.wantRows(fmt.Sprintf("contacts %s companies 11 279\ncompanies 11 contacts %[1]s 280", got.ID), "contacts", "companies")
			for body, want := range map[string]int{`{"primaryObjectId":"1"}`: 400, `{"primaryObjectId":"1","objectIdToMerge":"1"}`: 400, `{"primaryObjectId":"1","objectIdToMerge":"9"}`: 404, `{"primaryObjectId":"x","objectIdToMerge":"1"}`: 404} {
				if got := a.call("POST", "@objects/contacts/merge", body).status; got != want {
					t.Errorf("%s: status %d, want %d", body, got, want)
				}
			}
		})
	}
}

func TestGDPRDelete(t *testing.T) {
	t.Parallel()
	inBoth(t, people+"contacts 1 -> companies 11\n", sim.Options{}, func(t *testing.T, a *api) {
		for body, want := range map[string]int{`{"objectId":"ada@example.com","idProperty":"email"}`: 204, `{"objectId":"2"}`: 204, `{"objectId":"9"}`: 404, `{}`: 400} {
			if got := a.call("POST", "@objects/contacts/gdpr-delete", body).status; got != want {
				t.Errorf("%s: status %d, want %d", body, got, want)
			}
		}
		for _, path := range []string{"1", "1?archived=true", "2?archived=true"} {
			if got := a.call("GET", "@objects/contacts/"+path, "").status; got != 404 {
				t.Errorf("%s is still there: status %d", path, got)
			}
		}
		a.wantRows("", "contacts", "companies")
	})
}
