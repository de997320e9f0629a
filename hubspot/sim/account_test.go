package sim_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"hubgraph/hubspot/sim"
)

func (a *api) accountInfo() string {
	if a.dated {
		return "/account-info/2026-09"
	}
	return "/account-info/v3"
}

func TestAccount(t *testing.T) {
	t.Parallel()
	inBoth(t, "portal 42 type=SANDBOX timezone=Europe/Berlin currency=USD domain=app-eu1.hubspot.com\n", sim.Options{Now: func() time.Time { return noon }}, func(t *testing.T, a *api) {
		a.want(a.call("GET", a.accountInfo()+"/details", ""), 200, `{"portalId":42,"accountType":"SANDBOX","timeZone":"Europe/Berlin","companyCurrency":"USD","additionalCurrencies":[],
			"utcOffset":"+01:00","utcOffsetMilliseconds":3600000,"uiDomain":"app-eu1.hubspot.com","dataHostingLocation":"na1"}`)
		a.want(a.call("GET", a.accountInfo()+"/api-usage/daily/private-apps", ""), 200, `{"results":[{"name":"private-apps-api-calls-daily","usageLimit":1000000,"currentUsage":2,
			"collectedAt":"2026-03-04T12:00:00Z","fetchStatus":"SUCCESS","resetsAt":"2026-03-04T23:00:00Z"}]}`)
	})
}

func TestObjectLibrary(t *testing.T) {
	t.Parallel()
	inBoth(t, "object p_cars 2-7\n", sim.Options{WithoutScope: []string{"deals"}}, func(t *testing.T, a *api) {
		all := decode[map[string]map[string]bool](a, a.call("GET", a.crm("object-library")+"/enablement", ""), 200)["enablementByObjectTypeId"]
		if len(all) < 30 || !all["0-1"] || !all["2-7"] {
			t.Errorf("got %v", all)
		}
		for typ, want := range map[string]int{"0-1": 200, "2-7": 200, "0-9": 400, "0-3": 403} {
			if got := a.call("GET", a.crm("object-library")+"/enablement/"+typ, "").status; got != want {
				t.Errorf("%s: status %d, want %d", typ, got, want)
			}
		}
	})
}

func TestOwners(t *testing.T) {
	t.Parallel()
	inBoth(t, "owner 7 email=bo@example.com\nowner 3 email=ada@example.com first=Ada last=Lovelace\nowner 5\n", sim.Options{}, func(t *testing.T, a *api) {
		const ada = `{"id":"3","email":"ada@example.com","type":"PERSON","firstName":"Ada","lastName":"Lovelace","userId":1000003,"userIdIncludingInactive":1000003,"archived":false}`
		page := a.call("GET", a.crm("owners")+"/?limit=1", "")
		a.want(page, 200, `{"results":[`+ada+`],"paging":{"next":{"after":"3"}}}`)
		a.want(a.call("GET", a.crm("owners")+"?email=ADA@example.com", ""), 200, `{"results":[`+ada+`]}`)
		a.want(a.call("GET", a.crm("owners")+"?archived=true", ""), 200, `{"results":[]}`)
		for _, path := range []string{"/3", "/3?idProperty=id", "/1000003?idProperty=userId"} {
			a.want(a.call("GET", a.crm("owners")+path, ""), 200, ada)
		}
		var ids []string
		for after := ""; ; {
			page := decode[found](a, a.call("GET", a.crm("owners")+"?limit=1&after="+after, ""), 200)
			ids = append(ids, page.ids())
			if page.Paging == nil {
				break
			}
			after = page.Paging.Next.After
		}
		if got := strings.Join(ids, " "); got != "3 5 7" {
			t.Errorf("page by page there are %s", got)
		}
		for path, want := range map[string]int{"/4": 404, "/3?archived=true": 404, "/3?idProperty=userId": 404, "/x": 400, "?limit=501": 400, "?after=x": 400} {
			if got := a.call("GET", a.crm("owners")+path, "").status; got != want {
				t.Errorf("%s: status %d, want %d", path, got, want)
			}
		}
	})
}

// TestRemovedOwners has an owner who was removed: listed with archived=true alone,
// without an id as a user.
func TestRemovedOwners(t *testing.T) {
	t.Parallel()
	inBoth(t, "owner 3 first=Ada\nowner 5 archived first=Alan\nowner 5 last=Turing\nowner 7 archived\n", sim.Options{}, func(t *testing.T, a *api) {
		const alan = `{"id":"5","email":"","type":"PERSON","firstName":"Alan","lastName":"Turing","userId":null,"userIdIncludingInactive":1000005,"archived":true}`
		if got := decode[found](a, a.call("GET", a.crm("owners"), ""), 200).ids(); got != "3" {
			t.Errorf("those who are there: %s", got)
		}
		a.want(a.call("GET", a.crm("owners")+"?archived=true&limit=1", ""), 200, `{"results":[`+alan+`],"paging":{"next":{"after":"5"}}}`)
		a.want(a.call("GET", a.crm("owners")+"/5?archived=true", ""), 200, alan)
		if got := a.call("GET", a.crm("owners")+"/5", "").status; got != 404 {
			t.Errorf("an owner who was removed, among those who are there: status %d", got)
		}
	})
}

// TestOwnersOutOfSight has a token without the scope of owners.
func TestOwnersOutOfSight(t *testing.T) {
	t.Parallel()
	inBoth(t, "owner 3\n", sim.Options{WithoutScope: []string{"owners"}}, func(t *testing.T, a *api) {
		for _, path := range []string{"", "/3", "?archived=true"} {
			got := a.call("GET", a.crm("owners")+path, "")
			if got.status != 403 || !strings.Contains(string(got.body), "MISSING_SCOPES") || !strings.Contains(string(got.body), "crm.objects.owners.read") {
				t.Errorf("%s: %d %s", path, got.status, got.body)
			}
		}
		if got := a.call("GET", "@objects/contacts", "").status; got != 200 {
			t.Errorf("contacts: status %d", got)
		}
	})
}

// TestMissingScope has one object type out of sight, wherever a request names
// it.
func TestMissingScope(t *testing.T) {
	t.Parallel()
	inBoth(t, "object p_cars 2-7\n", sim.Options{WithoutScope: []string{"deals", "2-7", "tickets"}}, func(t *testing.T, a *api) {
		for _, tt := range []struct{ method, path, body, scope string }{
			{"GET", "@objects/deals", "", "crm.objects.deals.read"},
			{"GET", "@objects/0-3/1", "", "crm.objects.deals.read"},
			{"POST", "@objects/DEAL/batch/read", `{"inputs":[]}`, "crm.objects.deals.read"},
			{"POST", "@objects/deals/search", "{}", "crm.objects.deals.read"},
			{"POST", "@objects/contacts/search", filtered("associations.deals", "HAS_PROPERTY", ""), "crm.objects.deals.read"},
			{"GET", "@objects/contacts?associations=companies,deals", "", "crm.objects.deals.read"},
			{"GET", "@objects/contacts/1?associations=deals", "", "crm.objects.deals.read"},
			{"POST", "@objects/deals", `{"properties":{}}`, "crm.objects.deals.write"},
			{"POST", "@objects/contacts", `{"properties":{},"associations":[{"to":{"id":"1"},"types":[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":4}]}]}`, "crm.objects.deals.write"},
			{"POST", "@associations/contacts/deals/batch/read", `{"inputs":[]}`, "crm.objects.deals.read"},
			{"POST", "@associations/deals/contacts/batch/create", `{"inputs":[]}`, "crm.objects.deals.write"},
			{"GET", "@associations/deals/contacts/labels", "", "crm.objects.deals.read"},
			{"GET", "@schemas/deals", "", "crm.objects.deals.read"},
			{"GET", "@schemas/p_cars", "", "crm.objects.custom.read"},
			{"GET", a.crm("properties") + "/deals", "", "crm.objects.deals.read"},
			{"GET", a.crm("pipelines") + "/deals", "", "crm.objects.deals.read"},
			{"GET", "@objects/tickets", "", "tickets"},
		} {
			a.want(a.call(tt.method, tt.path, tt.body), 403, fmt.Sprintf(`{"status":"error","category":"MISSING_SCOPES",
				"message":"This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.",
				"context":{"requiredGranularScopes":[%[1]q]},"errors":[{"message":"One or more of the following scopes are required.","context":{"requiredGranularScopes":[%[1]q]}}]}`, tt.scope))
		}
		if got := a.call("GET", "@objects/contacts?associations=companies", "").status; got != 200 {
			t.Errorf("what is in sight is answered with %d", got)
		}
	})
}

// TestLargeRequests are refused, and say so.
func TestLargeRequests(t *testing.T) {
	t.Parallel()
	a := serve(t, families[0], "", sim.Options{})
	a.want(a.call("POST", "@objects/contacts/batch/read", `{"inputs":[]}`+strings.Repeat(" ", 32<<20)), 413, `{"status":"error","message":"The request is too large."}`)
	if got := a.server.Requests()[0].Status; got != 413 {
		t.Errorf("the log has %d", got)
	}
}

// TestControl has what people ask of the simulator itself.
func TestControl(t *testing.T) {
	t.Parallel()
	a := serve(t, families[0], people, sim.Options{Token: "secret"})
	for path, want := range map[string]string{
		"GET /_sim/portal":        "200 contacts 1 created=",
		"GET /_sim/truth":         "200 []",
		"GET /_sim/requests":      `200 {"total":0,"faults":{},"requests":[]}`,
		"GET /_sim/rate":          `200 {"rate":"","taken":0,"daily":1000000}`,
		"POST /_sim/night?seed=x": "400 seed must be a number",
		"GET /_sim/night":         "404 there is GET /_sim/portal,",
		"GET /_sim/exports/1.csv": "403 there is no such file",
	} {
		method, at, _ := strings.Cut(path, " ")
		status, text := a.control(method, at)
		if code, part, _ := strings.Cut(want, " "); fmt.Sprint(status) != code || !strings.Contains(text, part) {
			t.Errorf("%s: %d %s, want %s", path, status, text, want)
		}
	}
	r, _ := http.NewRequest("POST", a.url+"/_sim/night", strings.NewReader("archive contacts 1\nmistake"))
	if got := a.send(r); got.status != 400 || !strings.Contains(string(got.body), "night:2: ") {
		t.Errorf("a night with a mistake: %d %s", got.status, got.body)
	}
}
