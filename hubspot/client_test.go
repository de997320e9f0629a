package hubspot

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
)

func TestBaseURL(t *testing.T) {
	for text, want := range map[string]string{
		"":                           "https://api.hubapi.com",
		"https://api-eu1.hubapi.com": "https://api-eu1.hubapi.com",
		"https://api.hubapi.com/":    "https://api.hubapi.com",
		"http://127.0.0.1:8080":      "http://127.0.0.1:8080",
		"http://127.8.9.1":           "http://127.8.9.1",
		"http://[::1]:8080/":         "http://[::1]:8080",
		"http://localhost:8080":      "http://localhost:8080",
	} {
		c, err := New(canary, Options{BaseURL: text})
		if err != nil {
			t.Errorf("%q: %v", text, err)
		} else if c.base.String() != want {
			t.Errorf("%q becomes %s, want %s", text, c.base, want)
		}
	}
	for _, text := range []string{
		"http://api.hubapi.com", "http://localhost.example", "http://127.0.0.1.example", "http://10.0.0.1", "http://0.0.0.0", "http://[::]",
		"ftp://127.0.0.1", "//127.0.0.1", "127.0.0.1:80", "api.hubapi.com", "https://", "https:///x", "https://api.hubapi.com/crm",
		"https://api.hubapi.com?x=1", "https://api.hubapi.com#x", "https://user:secret@api.hubapi.com", "https://secret@api.hubapi.com", "https://api hubapi.com:secret", "://secret",
	} {
		_, err := New(canary, Options{BaseURL: text})
		if err == nil {
			t.Errorf("%q is taken", text)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: the error shows its password: %v", text, err)
		}
	}
}

func TestOptionsThatCannotBe(t *testing.T) {
	for name, o := range map[string]Options{
		"version 2026-01": {APIVersion: "2026-01"}, "version v3": {APIVersion: "v3"}, "version with a path": {APIVersion: "2026-09/x"},
		"share 1.1": {Share: 1.1}, "share -1": {Share: -1}, "reserve 1": {DailyReserve: 1}, "attempts -1": {Attempts: -1},
	} {
		if _, err := New(canary, o); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	for _, token := range []Secret{"", "two words", "line\nbreak", "tab\t", "nul\x00", "ünïcode"} {
		if _, err := New(token, Options{}); err == nil || token != "" && strings.Contains(err.Error(), string(token)) {
			t.Errorf("the token %q: %v", string(token), err)
		}
	}
	c, err := New(canary, Options{APIVersion: "v4"})
	if err != nil || c.APIVersion() != "v4" {
		t.Errorf("v4: %v, %v", c, err)
	}
}

func TestRequestsAreSigned(t *testing.T) {
	var got http.Header
	c := onServer(t, Options{UserAgent: "hubgraph/9"}, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Clone()
		io.WriteString(w, goodAccount)
	})
	a, err := c.Account(t.Context())
	if err != nil || a.PortalID != 7 || a.TimeZone != "Europe/Berlin" {
		t.Fatalf("%+v, %v", a, err)
	}
	for name, want := range map[string]string{"Authorization": "Bearer " + canary, "User-Agent": "hubgraph/9", "Accept": "application/json", "Accept-Encoding": "gzip", "Content-Type": ""} {
		if got.Get(name) != want {
			t.Errorf("%s: %s, want %s", name, got.Get(name), want)
		}
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("another server got %s %s with Authorization %q", r.Method, r.URL, r.Header.Get("Authorization"))
	}))
	defer other.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, where := range []string{other.URL + "/crm/v3/objects/0-1", "/elsewhere", "//" + other.Listener.Addr().String() + "/x", "http://[::1", ""} {
			requests := 0
			c := onServer(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
				requests++
				w.Header().Set("Location", where)
				w.WriteHeader(status)
			})
			_, err := c.Account(t.Context())
			var refused *Error
			if requests != 1 || !errors.As(err, &refused) || refused.Status != status || errors.Is(err, ErrUnavailable) {
				t.Errorf("%d to %q: %d requests, %v", status, where, requests, err)
			}
		}
	}
}

func TestPagingLinksAreNotFollowed(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("another server got %s", r.URL)
	}))
	defer other.Close()
	var cursors []string
	c := onServer(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		after := r.URL.Query().Get("after")
		cursors = append(cursors, after)
		if after != "" {
			io.WriteString(w, `{"results":[{"id":"2"}]}`)
			return
		}
		fmt.Fprintf(w, `{"results":[{"id":"1"}],"paging":{"next":{"after":"a%%3D=&x","link":"%s/crm"}}}`, other.URL)
	})
	records := 0
	for page, err := range c.Objects(t.Context(), "0-1", ObjectQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		records += len(page.Objects)
	}
	if records != 2 || strings.Join(cursors, " ") != " a%3D=&x" {
		t.Errorf("%d records by the cursors %q", records, cursors)
	}
}

// TestTheTokenIsNotShown has a portal that throws the token back in every place
// that an error or a log might show.
func TestTheTokenIsNotShown(t *testing.T) {
	escaped := strings.ReplaceAll(canary, "p", `\u0070`)
	answers := []attempt{
		{status: 400, body: `{"message":"bad ` + canary + `","category":"` + canary + `","subCategory":"` + canary + `","correlationId":"` + canary + `","context":{"` + canary + `":["` + canary + `"]}}`},
		{status: 401, body: `{"message":"` + escaped + `"}`},
		{status: 403, body: `{"message":"x","context":{"requiredGranularScopes":["` + canary + `"]}}`},
		{status: 429, body: `{"policyName":"` + canary + `","message":"` + canary + `"}`},
		{status: 500, body: "<html>" + strings.Repeat(" ", 40) + canary, header: []string{"Content-Type", "text/html; x=" + canary}},
		{status: 200, body: "<html>" + canary, header: []string{"Content-Type", "text/" + canary, correlationHeader, canary}},
		{status: 200, body: `{"portalId":"` + canary + `"}`},
		{status: 200, body: `{"portalId":7`, header: []string{"Content-Encoding", canary}},
		{err: errors.New("dial " + canary)},
	}
	for i, a := range answers {
		var log bytes.Buffer
		handler := slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})
		var err error
		synctest.Test(t, func(t *testing.T) { // a 429 is waited for
			c := onWire(t, Options{Log: slog.New(handler), Attempts: 1}, func(*http.Request) (*http.Response, error) { return a.answer() })
			err = account(t.Context(), c)
		})
		if err == nil {
			t.Errorf("answer %d is no error", i)
			continue
		}
		shown := fmt.Sprintf("%v %+v %s %q", err, err, log.String(), err.Error())
		var refused *Error
		if errors.As(err, &refused) {
			text, _ := json.Marshal(refused)
			shown += fmt.Sprintf("%+v %#v %s", *refused, *refused, text)
		}
		if strings.Contains(shown, canary) || strings.Contains(shown, canary[:20]) {
			t.Errorf("answer %d: the token is shown: %s", i, shown)
		}
		if len(err.Error()) > 800 {
			t.Errorf("answer %d: a sentence of %d bytes", i, len(err.Error()))
		}
	}
}

func TestItemsDoNotShowTheToken(t *testing.T) {
	c := onWire(t, Options{}, func(*http.Request) (*http.Response, error) {
		return reply(207, `{"results":[],"numErrors":1,"errors":[{"category":"X","message":"`+canary+`\u001b[2J","context":{"id":["1"]}}]}`), nil
	})
	batch, err := c.ReadAssociations(t.Context(), "0-1", "0-2", []ReadInput{{ID: 1}})
	if err != nil || len(batch.Failed) != 1 || batch.Failed[0].Message != "[redacted][2J" {
		t.Errorf("%+v, %v", batch, err)
	}
}

func TestASecretShowsNothing(t *testing.T) {
	s := Secret(canary)
	c := onWire(t, Options{}, nil)
	text, err := json.Marshal(map[string]any{"token": s, "in": struct{ Token Secret }{s}})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "token", s, "client", c)
	shown := fmt.Sprintf("%v %+v %#v %s %q %x %d %v %+v %v", s, s, s, s, s, s, s, struct{ T Secret }{s}, c, *c.auth) + string(text) + log.String()
	for _, form := range []string{canary, fmt.Sprintf("%x", canary), "canary"} {
		if strings.Contains(shown, form) {
			t.Errorf("the token is shown: %s", shown)
		}
	}
}

func TestTheTokenStaysAtItsHost(t *testing.T) {
	c := onWire(t, Options{}, func(r *http.Request) (*http.Response, error) {
		t.Errorf("%s was sent", r.URL)
		return reply(200, "{}"), nil
	})
	for _, url := range []string{"http://api.hubapi.com/account-info/v3/details", "https://api.hubapi.com:444/account-info/v3/details", "https://hubapi.com/account-info/v3/details"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		if resp, err := c.http.Do(r); err == nil {
			resp.Body.Close()
			t.Errorf("%s is answered", url)
		}
	}
}

func TestErrorsCarryTheCorrelationID(t *testing.T) {
	const id = "9f1b2c3d-0000-4000-8000-000000000000"
	for name, a := range map[string]attempt{
		"refusal, in its document": {status: 400, body: `{"message":"no","correlationId":"` + id + `"}`},
		"refusal, in its header":   {status: 400, body: `{"message":"no"}`, header: []string{correlationHeader, id}},
		"no token":                 {status: 401, header: []string{correlationHeader, id}},
		"no scope":                 {status: 403, header: []string{correlationHeader, id}},
		"nonsense":                 {status: 200, body: "<html>", header: []string{correlationHeader, id}},
	} {
		c := onWire(t, Options{Attempts: 1}, func(*http.Request) (*http.Response, error) { return a.answer() })
		if _, err := c.Account(t.Context()); err == nil || !strings.Contains(err.Error(), id) {
			t.Errorf("%s: %v, want it to name %s", name, err, id)
		}
	}
}

func TestScopesAreNamed(t *testing.T) {
	scopes := `"context":{"requiredGranularScopes":["tickets","crm.objects.contacts.read"]}`
	for _, where := range []string{scopes, `"errors":[{"message":"no",` + scopes + `}]`, scopes + `,"errors":[{` + scopes + `}]`} {
		c := onWire(t, Options{}, func(*http.Request) (*http.Response, error) {
			return reply(403, `{"status":"error","message":"no","category":"MISSING_SCOPES",`+where+`}`), nil
		})
		_, err := c.Pipelines(t.Context(), "0-5")
		if !errors.Is(err, ErrScope) || !strings.Contains(err.Error(), "crm.objects.contacts.read or tickets") {
			t.Errorf("%s: %v", where, err)
		}
	}
}

func TestCertificatesAreChecked(t *testing.T) {
	requests := 0
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests++ }))
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.StartTLS()
	defer server.Close()
	c, err := New(canary, Options{BaseURL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Account(t.Context())
	if err == nil || errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "cannot be trusted") || requests != 0 || c.Stats().Retries != 0 {
		t.Errorf("%d requests, %+v, %v", requests, c.Stats(), err)
	}
	// And a server that does not speak TLS at all.
	plain := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests++ }))
	defer plain.Close()
	if c, err = New(canary, Options{BaseURL: strings.Replace(plain.URL, "http:", "https:", 1)}); err != nil {
		t.Fatal(err)
	}
	if _, err = c.Account(t.Context()); err == nil || errors.Is(err, ErrUnavailable) || requests != 0 || c.Stats().Retries != 0 {
		t.Errorf("%d requests, %+v, %v", requests, c.Stats(), err)
	}
}

func TestTypesThatAreNone(t *testing.T) {
	c := onWire(t, Options{}, func(r *http.Request) (*http.Response, error) {
		t.Errorf("%s was sent", r.URL)
		return reply(200, "{}"), nil
	})
	for _, typ := range []string{"", "..", "a/b", "0-1?x", "0-1%2f", "0-1 "} {
		if _, err := c.Schema(t.Context(), typ); err == nil {
			t.Errorf("the type %q is sent", typ)
		}
	}
}
