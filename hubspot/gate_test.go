package hubspot

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
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

func TestEveryOperationIsClassified(t *testing.T) {
	for op, route := range routes {
		if route.effect == unclassified || route.method == "" {
			t.Errorf("operation %d has no effect or no method: %+v", op, route)
		}
		if strings.Contains(route.legacy, "{v}") || !strings.Contains(route.dated, "{v}") {
			t.Errorf("operation %d has the version in the wrong path: %+v", op, route)
		}
	}
}

func TestGateKnowsItsOwnRequests(t *testing.T) {
	for op, route := range routes {
		for _, version := range []string{"v4", "2026-03", "2026-09"} {
			path, err := route.path(version, "0-1", "2-123")
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
	f.Fuzz(func(t *testing.T, method, path string) {
		u, err := url.Parse("https://api.hubapi.com" + path)
		if err != nil || u.Host != "api.hubapi.com" {
			return
		}
		passed := passes(t.Context(), t, method, u)
		sent := u.EscapedPath()
		allowed := method == "GET" || method == "POST" && (strings.HasSuffix(sent, "/batch/read") || strings.HasSuffix(sent, "/search"))
		if passed && (!allowed || strings.ContainsAny(sent, "%.\\;") || strings.Contains(sent, "//")) {
			t.Errorf("%q %q passes", method, sent)
		}
		for right, give := range rights {
			withRight := passes(give(t.Context()), t, method, u)
			if passed && !withRight {
				t.Errorf("%q %q passes only without the right to write", method, sent)
			}
			if withRight && !passed && !spelled(right, method, sent) {
				t.Errorf("%q %q passes with the right to %d", method, sent, right)
			}
		}
	})
}

// spelled reports whether a request that writes looks like one of an effect.
func spelled(e effect, method, path string) bool {
	switch e {
	case creates:
		return method == "POST" && strings.HasSuffix(path, "/batch/create")
	case removes:
		return method == "POST" && (strings.HasSuffix(path, "/batch/archive") || strings.HasSuffix(path, "/batch/labels/archive"))
	}
	return false
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
