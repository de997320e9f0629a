package hubspot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// passes reports whether a request gets through the gate.
func passes(ctx context.Context, t testing.TB, method string, u *url.URL) bool {
	t.Helper()
	passed := false
	g := gate{wire(func(*http.Request) (*http.Response, error) {
		passed = true
		return reply(200, "{}"), nil
	})}
	_, err := g.RoundTrip((&http.Request{Method: method, URL: u, Header: http.Header{}}).WithContext(ctx))
	if passed != (err == nil) || err != nil && !errors.Is(err, ErrReadOnly) {
		t.Errorf("%s %s: passed %t, with the error %v", method, u, passed, err)
	}
	return passed
}

// rights are the effects that need one, with what gives it.
var rights = map[effect]func(context.Context) context.Context{creates: AllowCreates, removes: AllowRemovals, defines: AllowDefinitions}

// allRights gives all of them.
func allRights(ctx context.Context) context.Context {
	return AllowCreates(AllowRemovals(AllowDefinitions(ctx)))
}

// sendable is every request that the client can send, with its effect.
const sendable = `
reads   GET    /account-info/v3/details
reads   GET    /account-info/{v}/details
reads   POST   /oauth/v2/private-apps/get/access-token-info
reads   GET    /crm-object-schemas/v3/schemas
reads   GET    /crm-object-schemas/{v}/schemas
reads   GET    /crm-object-schemas/v3/schemas/{type}
reads   GET    /crm-object-schemas/{v}/schemas/{type}
reads   GET    /crm/v3/properties/{type}
reads   GET    /crm/properties/{v}/{type}
reads   GET    /crm/v3/pipelines/{type}
reads   GET    /crm/pipelines/{v}/{type}
reads   GET    /crm/v3/owners
reads   GET    /crm/owners/{v}
reads   GET    /crm/v3/objects/{type}
reads   GET    /crm/objects/{v}/{type}
reads   POST   /crm/v3/objects/{type}/batch/read
reads   POST   /crm/objects/{v}/{type}/batch/read
reads   POST   /crm/v3/objects/{type}/search
reads   POST   /crm/objects/{v}/{type}/search
reads   GET    /crm/v3/limits/records
reads   GET    /crm/limits/{v}/records
reads   GET    /crm/v4/associations/{from}/{to}/labels
reads   GET    /crm/associations/{v}/{from}/{to}/labels
reads   POST   /crm/v4/associations/{from}/{to}/batch/read
reads   POST   /crm/associations/{v}/{from}/{to}/batch/read
creates POST   /crm/v4/associations/{from}/{to}/batch/create
creates POST   /crm/associations/{v}/{from}/{to}/batch/create
removes POST   /crm/v4/associations/{from}/{to}/batch/archive
removes POST   /crm/associations/{v}/{from}/{to}/batch/archive
removes POST   /crm/v4/associations/{from}/{to}/batch/labels/archive
removes POST   /crm/associations/{v}/{from}/{to}/batch/labels/archive
creates POST   /crm/v4/associations/{from}/{to}/batch/associate/default
creates POST   /crm/associations/{v}/{from}/{to}/batch/associate/default
reads   GET    /crm/v4/objects/{from}/{id}/associations/{to}
reads   GET    /crm/objects/{v}/{from}/{id}/associations/{to}
creates PUT    /crm/v4/objects/{from}/{id}/associations/{to}/{toId}
creates PUT    /crm/objects/{v}/{from}/{id}/associations/{to}/{toId}
removes DELETE /crm/v4/objects/{from}/{id}/associations/{to}/{toId}
removes DELETE /crm/objects/{v}/{from}/{id}/associations/{to}/{toId}
creates PUT    /crm/v4/objects/{from}/{id}/associations/default/{to}/{toId}
creates PUT    /crm/objects/{v}/{from}/{id}/associations/default/{to}/{toId}
defines POST   /crm/v4/associations/{from}/{to}/labels
defines POST   /crm/associations/{v}/{from}/{to}/labels
defines PUT    /crm/v4/associations/{from}/{to}/labels
defines PUT    /crm/associations/{v}/{from}/{to}/labels
defines DELETE /crm/v4/associations/{from}/{to}/labels/{typeId}
defines DELETE /crm/associations/{v}/{from}/{to}/labels/{typeId}
reads   GET    /crm/v4/associations/definitions/configurations/all
reads   GET    /crm/associations/{v}/definitions/configurations/all
reads   GET    /crm/v4/associations/definitions/configurations/{from}/{to}
reads   GET    /crm/associations/{v}/definitions/configurations/{from}/{to}
defines POST   /crm/v4/associations/definitions/configurations/{from}/{to}/batch/create
defines POST   /crm/associations/{v}/definitions/configurations/{from}/{to}/batch/create
defines POST   /crm/v4/associations/definitions/configurations/{from}/{to}/batch/update
defines POST   /crm/associations/{v}/definitions/configurations/{from}/{to}/batch/update
defines POST   /crm/v4/associations/definitions/configurations/{from}/{to}/batch/purge
defines POST   /crm/associations/{v}/definitions/configurations/{from}/{to}/batch/purge
reads   POST   /crm/v3/associations/{from}/{to}/batch/read
reads   GET    /crm/v3/objects/{from}/{id}/associations/{to}
reads   GET    /crm/v3/associations/{from}/{to}/types
creates POST   /crm/v3/associations/{from}/{to}/batch/create
removes POST   /crm/v3/associations/{from}/{to}/batch/archive
reads   GET    /crm-associations/v1/associations/{id}/HUBSPOT_DEFINED/{typeId}
creates PUT    /crm-associations/v1/associations
creates PUT    /crm-associations/v1/associations/create-batch
`

// effectNames are the effects that an operation can have.
var effectNames = map[effect]string{reads: "reads", creates: "creates", removes: "removes", defines: "defines"}

// TestEveryOperationIsClassified lists the methods and paths of the route table: what
// is new there has to be written down here, with its effect.
func TestEveryOperationIsClassified(t *testing.T) {
	var got strings.Builder
	for op, route := range routes {
		if effectNames[route.effect] == "" || route.method == "" {
			t.Errorf("operation %d has no effect or no method: %+v", op, route)
		}
		if strings.Contains(route.legacy, "{v}") || route.dated != "" && !strings.Contains(route.dated, "{v}") {
			t.Errorf("operation %d has the version in the wrong path: %+v", op, route)
		}
		for _, path := range []string{route.legacy, route.dated} {
			if path != "" {
				fmt.Fprintf(&got, "%-8s%-7s%s\n", effectNames[route.effect], route.method, path)
			}
		}
	}
	if diff := cmp.Diff(strings.TrimPrefix(sendable, "\n"), got.String()); diff != "" {
		t.Errorf("- what is known to be sent, + what the route table has:\n%s", diff)
	}
}

// TestNoRequestHasTwoEffects has each route's requests fit no route of another effect.
func TestNoRequestHasTwoEffects(t *testing.T) {
	for op, route := range routes {
		for _, version := range []string{"v4", "2026-09"} {
			path, err := route.path(version, texts(route)...)
			if err != nil {
				t.Fatal(err)
			}
			for other, r := range routes {
				if r.matches(route.method, path) && other != op {
					t.Errorf("%s %s is operation %d and operation %d", route.method, path, op, other)
				}
			}
		}
	}
}

// texts are what may stand in the places of a route, in order.
func texts(r route) (list []string) {
	for _, part := range strings.Split(r.legacy, "/") {
		switch {
		case takesNumber(part):
			list = append(list, "12")
		case strings.HasPrefix(part, "{"):
			list = append(list, "2-123")
		}
	}
	return list
}

func TestGateKnowsItsOwnRequests(t *testing.T) {
	for op, route := range routes {
		for _, version := range []string{"v4", "2026-03", "2026-09"} {
			path, err := route.path(version, texts(route)...)
			if err != nil {
				t.Fatal(err)
			}
			u := &url.URL{Scheme: "https", Host: "api.hubapi.com", Path: path, RawQuery: "limit=100"}
			if got := passes(t.Context(), t, route.method, u); got != (route.effect == reads) {
				t.Errorf("operation %d, %s %s without the right to write: passed %t", op, route.method, path, got)
			}
			for right, give := range rights {
				if got := passes(give(t.Context()), t, route.method, u); got != (route.effect == reads || route.effect == right) {
					t.Errorf("operation %d, %s %s, of effect %d, with the right to %d: passed %t", op, route.method, path, route.effect, right, got)
				}
			}
		}
	}
}

func TestGateRefusesEverythingElse(t *testing.T) {
	for _, request := range []string{
		"DELETE /crm/v3/objects/0-1",
		"get /crm/v3/objects/0-1",
		" /crm/v3/objects/0-1",
		"POST /crm/v3/objects/0-1",
		"PATCH /crm/v3/objects/0-1/batch/read",
		"DELETE /crm/v4/associations/0-1/0-2/batch/archive",
		"POST /crm/v4/associations/0-1/0-2/labels/archive",
		"POST /crm/v4/associations/0-1/0-2/batch/create/",
		"POST /crm/v4/associations/0-1/0-2/batch//create",
		"POST /crm/v4/associations/0-1/../0-2/batch/read",
		"POST /crm/v4/associations/0-1%2f..%2f0-2/x/batch/read",
		"POST /crm/v4/associations/0-1/0-2/batch/%72ead",
		"POST /crm/v4/associations/0-1/0-2/BATCH/READ",
		"POST /crm/associations/2026-13/0-1/0-2/batch/read",
		"GET /crm/v3/objects/..",
		"PUT /crm/v4/objects/0-1/contacts/associations/0-2/7",
		"PUT /crm/v4/objects/0-1/5/associations/0-2/07",
		"PUT /crm/v4/objects/0-1/5/associations/0-2/0",
		"PATCH /crm/v4/objects/0-1/5/associations/0-2/7",
		"DELETE /crm/v4/objects/0-1/5/associations/0-2",
		"DELETE /crm/v4/objects/0-1/5",
		"DELETE /crm/v4/associations/0-1/0-2/labels",
		"DELETE /crm/v4/associations/0-1/0-2/labels/all",
		"DELETE /crm/v3/objects/0-1/5/associations/0-2/7/x",
		"POST /crm/v4/associations/definitions/configurations/all",
		"POST /crm/v4/associations/usage/high-usage-report/7",
		"PUT /crm-associations/v1/associations/delete",
		"PUT /crm-associations/v1/associations/delete-batch",
		"POST /crm-associations/v1/associations",
		"PUT /crm-associations/2026-09/associations",
		"POST /crm/associations/v4/0-1/0-2/batch/create",
		"GET /crm/v3/objects/0-1%00",
		"GET //crm/v3/objects/0-1",
		"GET /crm/v3/objects/",
		"GET /",
		"GET",
	} {
		method, path, _ := strings.Cut(request, " ")
		u, err := url.Parse("https://api.hubapi.com" + path)
		if err != nil {
			t.Fatal(err)
		}
		if passes(allRights(t.Context()), t, method, u) {
			t.Errorf("%s passes", request)
		}
	}
	if passes(t.Context(), t, "GET", &url.URL{Scheme: "https", Host: "api.hubapi.com", Opaque: "//api.hubapi.com/crm/v3/objects/0-1", Path: "/crm/v3/objects/0-1"}) {
		t.Error("an opaque address passes")
	}
}

// FuzzGate sends anything; what passes without the right to write must be a read
// of the table, spelled exactly so.
func FuzzGate(f *testing.F) {
	f.Add("POST", "/crm/v4/associations/0-1/0-2/batch/create")
	f.Add("POST", "/crm/associations/2026-09/0-1/0-2/batch/cre%61te")
	f.Add("post", "/crm/v4/associations/0-1/0-2/batch/read")
	f.Add("GET", "/crm/v3/objects/0-1/../../v4/associations")
	f.Add("DELETE", "/crm-object-schemas/v3/schemas")
	for _, route := range routes {
		f.Add(route.method, route.legacy)
		path, err := route.path("2026-09", texts(route)...)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(route.method, path)
		f.Add(route.method, path+"/")
	}
	f.Fuzz(func(t *testing.T, method, path string) {
		u, err := url.Parse("https://api.hubapi.com" + path)
		if err != nil || u.Host != "api.hubapi.com" {
			return
		}
		passed := passes(t.Context(), t, method, u)
		sent := u.EscapedPath()
		allowed := method == "GET" || method == "POST" && (strings.HasSuffix(sent, "/batch/read") || strings.HasSuffix(sent, "/search") || strings.HasSuffix(sent, "/get/access-token-info"))
		if passed && (!allowed || strings.ContainsAny(sent, "%.\\;") || strings.Contains(sent, "//")) {
			t.Errorf("%q %q passes", method, sent)
		}
		for right, give := range rights {
			withRight := passes(give(t.Context()), t, method, u)
			if passed && !withRight {
				t.Errorf("%q %q passes only without the right to write", method, sent)
			}
			if withRight && !passed && !writeSpellings[right].MatchString(method+" "+sent) {
				t.Errorf("%q %q passes with the right to %d", method, sent, right)
			}
		}
	})
}

// writeSpellings are what requests that write look like, by their effect: the route table
// once more, in other words.
var writeSpellings = map[effect]*regexp.Regexp{
	creates: regexp.MustCompile(`^(POST /crm/.*/batch/(create|associate/default)|PUT /crm/.*/[0-9]+/associations/.*/[0-9]+|PUT /crm-associations/v1/associations(/create-batch)?)$`),
	removes: regexp.MustCompile(`^(POST /crm/.*/batch/(labels/)?archive|DELETE /crm/.*/[0-9]+/associations/.*/[0-9]+)$`),
	defines: regexp.MustCompile(`^((POST|PUT) /crm/.*/labels|DELETE /crm/.*/labels/[0-9]+|POST /crm/.*/definitions/configurations/.*/batch/(create|update|purge))$`),
}

func TestAWriteWithoutTheRightIsNotSent(t *testing.T) {
	c := onWire(t, Options{}, func(r *http.Request) (*http.Response, error) {
		t.Errorf("%s %s was sent", r.Method, r.URL)
		return reply(201, goodCreated), nil
	})
	_, err := c.CreateAssociations(t.Context(), "0-1", "0-2", []CreateInput{{1, 2, []LinkType{{HubSpotDefined, 279, ""}}}})
	if !errors.Is(err, ErrReadOnly) || errors.Is(err, ErrUnclear) {
		t.Errorf("%v, want a refusal that is clear", err)
	}
	if stats := c.Stats(); stats != (Stats{}) {
		t.Errorf("%+v, want nothing sent", stats)
	}
}
