package sim_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"hubgraph/hubspot/sim"
)

// app is the public app of the tests.
var app = sim.OAuth{ClientID: "client", ClientSecret: "secret", Refresh: "refresh"}

// form posts a form without a token.
func (a *api) form(path string, fields ...string) reply {
	a.t.Helper()
	values := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		values.Set(fields[i], fields[i+1])
	}
	r, err := http.NewRequest("POST", a.url+path, strings.NewReader(values.Encode()))
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8")
	return a.send(r)
}

// with reads a record with a token.
func (a *api) with(token string) reply {
	a.t.Helper()
	r, err := http.NewRequest("GET", a.url+a.paths.Replace("@objects/contacts/1"), nil)
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	return a.send(r)
}

type grant struct {
	AccessToken  string   `json:"access_token"`
	RefreshToken string   `json:"refresh_token"`
	ExpiresIn    int      `json:"expires_in"`
	TokenType    string   `json:"token_type"`
	TokenUse     string   `json:"token_use"`
	HubID        int      `json:"hub_id"`
	Scopes       []string `json:"scopes"`
}

func refresh(id, secret, token string) []string {
	return []string{"grant_type", "refresh_token", "client_id", id, "client_secret", secret, "refresh_token", token}
}

var tokenPaths = []string{"/oauth/v1/token", "/oauth/v3/token", "/oauth/2026-03/token", "/oauth/2026-09/token"}

// TestTokenLife buys tokens in each way, and lets them expire.
func TestTokenLife(t *testing.T) {
	t.Parallel()
	for _, path := range tokenPaths {
		c := &clock{at: noon}
		a := serve(t, families[0], troubled, sim.Options{OAuth: app, Now: c.now, TokenLife: 30 * time.Second, Daily: 1})
		first := decode[grant](a, a.form(path, refresh("client", "secret", "refresh")...), 200)
		second := decode[grant](a, a.form(path, "grant_type", "authorization_code", "client_id", "client", "client_secret", "secret", "code", "once", "redirect_uri", "http://localhost"), 200)
		if first.AccessToken == second.AccessToken || first.RefreshToken != "refresh" || first.ExpiresIn != 30 || first.TokenType != "bearer" {
			t.Errorf("%s: got %+v and %+v", path, first, second)
		}
		if newer := path != tokenPaths[0]; newer != (first.TokenUse == "access_token" && first.HubID == 7654321 && len(first.Scopes) > 50) {
			t.Errorf("%s: token use %q, portal %d, %d scopes", path, first.TokenUse, first.HubID, len(first.Scopes))
		}
		for range 3 { // more than the day's one request, which is not for public apps
			got := a.with(first.AccessToken)
			if got.status != 200 || got.header.Get("X-HubSpot-RateLimit-Max") == "" || got.header.Get("X-HubSpot-RateLimit-Daily") != "" {
				t.Errorf("%s: status %d, headers %v", path, got.status, got.header)
			}
		}
		c.pass(30 * time.Second)
		a.want(a.with(second.AccessToken), 401, `{"status":"error","category":"EXPIRED_AUTHENTICATION","message":"The OAuth token used to make this call expired 0 second(s) ago."}`)
		if got := a.with(decode[grant](a, a.form(path, refresh("client", "secret", "refresh")...), 200).AccessToken).status; got != 200 {
			t.Errorf("%s: the next token is answered with %d", path, got)
		}
	}
}

// TestTokenRefusals has the errors of each endpoint in OAuth's form, with
// HubSpot's status in it.
func TestTokenRefusals(t *testing.T) {
	t.Parallel()
	a := serve(t, families[0], troubled, sim.Options{OAuth: app})
	code := func(code, redirect string) []string {
		return []string{"grant_type", "authorization_code", "client_id", "client", "client_secret", "secret", "code", code, "redirect_uri", redirect}
	}
	for _, path := range tokenPaths {
		a.form(path, code("used"+path, "http://localhost")...)
		for want, fields := range map[string][]string{
			"BAD_CLIENT_ID":     refresh("other", "secret", "refresh"),
			"BAD_CLIENT_SECRET": refresh("client", "other", "refresh"),
			"BAD_REFRESH_TOKEN": refresh("client", "secret", "other"),
			"BAD_GRANT_TYPE":    {"grant_type", "password", "client_id", "client", "client_secret", "secret"},
			"BAD_AUTH_CODE":     code("used"+path, "http://localhost"),
			"BAD_REDIRECT_URI":  code("new", ""),
		} {
			got := decode[struct {
				Error, Status, Message string
				CorrelationID          string `json:"correlationId"`
			}](a, a.form(path, fields...), 400)
			if got.Status != want || got.Error == "" || got.Message == "" || got.CorrelationID == "" {
				t.Errorf("%s: got %+v, want %s", path, got, want)
			}
		}
	}
}

// TestTokenInTheQuery is for v1 alone.
func TestTokenInTheQuery(t *testing.T) {
	t.Parallel()
	a := serve(t, families[0], troubled, sim.Options{OAuth: app})
	for i, path := range tokenPaths {
		want := 400
		if i == 0 {
			want = 200
		}
		if got := a.form(path + "?grant_type=refresh_token&client_id=client&client_secret=secret&refresh_token=refresh").status; got != want {
			t.Errorf("%s: status %d, want %d", path, got, want)
		}
		r, _ := http.NewRequest("POST", a.url+path, strings.NewReader(`{"grant_type":"refresh_token"}`))
		r.Header.Set("Content-Type", "application/json")
		if got := a.send(r).status; got != 400 {
			t.Errorf("%s: JSON is answered with %d", path, got)
		}
	}
}

// TestWhoMayCome has the tokens that a server takes.
func TestWhoMayCome(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		options sim.Options
		token   string
		want    int
	}{
		{sim.Options{}, "any", 200},
		{sim.Options{}, "", 401},
		{sim.Options{Token: "pat"}, "pat", 200},
		{sim.Options{Token: "pat"}, "other", 401},
		{sim.Options{OAuth: app}, "any", 401},
		{sim.Options{OAuth: app}, "refresh", 401},
		{sim.Options{OAuth: app, Token: "pat"}, "pat", 200},
	} {
		a := serve(t, families[1], troubled, tt.options)
		if got := a.with(tt.token); got.status != tt.want {
			t.Errorf("%+v: %q is answered with %d, want %d", tt.options, tt.token, got.status, tt.want)
		} else if got.status == 401 {
			a.want(got, 401, `{"status":"error","category":"INVALID_AUTHENTICATION","message":"Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details in the documentation."}`)
		}
	}
}

// tokenInfo is what HubSpot says of a token.
type tokenInfo struct {
	Active    bool
	TokenUse  string `json:"token_use"`
	TokenType string `json:"token_type"`
	ExpiresIn int    `json:"expires_in"`
	HubID     int    `json:"hub_id"`
	ClientID  string `json:"client_id"`
	Scopes    []string
}

// TestIntrospection goes through what HubSpot says of tokens.
func TestIntrospection(t *testing.T) {
	t.Parallel()
	c := &clock{at: noon}
	a := serve(t, families[0], troubled, sim.Options{OAuth: app, Now: c.now, WithoutScope: []string{"deals"}})
	token := decode[grant](a, a.form(tokenPaths[3], refresh("client", "secret", "refresh")...), 200).AccessToken
	c.pass(10 * time.Minute)
	introspect := func(path, token string) tokenInfo {
		return decode[tokenInfo](a, a.form(path+"/introspect", "client_id", "client", "client_secret", "secret", "token", token), 200)
	}
	for _, path := range tokenPaths[1:] {
		got := introspect(path, token)
		if !got.Active || got.TokenUse != "access_token" || got.ExpiresIn != 1200 || got.HubID != 7654321 || got.ClientID != "client" {
			t.Errorf("%s: the access token is %+v", path, got)
		}
		scopes := strings.Join(got.Scopes, " ")
		if !strings.Contains(scopes, "crm.objects.contacts.read") || strings.Contains(scopes, "deals") || !strings.Contains(scopes, "tickets") {
			t.Errorf("%s: the scopes are %s", path, scopes)
		}
		if got := introspect(path, "refresh"); !got.Active || got.TokenUse != "refresh_token" {
			t.Errorf("%s: the refresh token is %+v", path, got)
		}
		if got := introspect(path, "other"); got.Active || got.HubID != 0 {
			t.Errorf("%s: another token is %+v", path, got)
		}
		if got := a.form(path+"/introspect", "client_id", "client", "client_secret", "other", "token", token).status; got != 400 {
			t.Errorf("%s: a stranger is answered with %d", path, got)
		}
	}
}

// TestRevocation ends tokens, in v1 and in the newer versions.
func TestRevocation(t *testing.T) {
	t.Parallel()
	a := serve(t, families[0], troubled, sim.Options{OAuth: app})
	token := decode[grant](a, a.form(tokenPaths[3], refresh("client", "secret", "refresh")...), 200).AccessToken
	if got := decode[tokenInfo](a, a.call("GET", "/oauth/v1/access-tokens/"+token, ""), 200); got.ExpiresIn < 1700 || got.TokenType != "access" {
		t.Errorf("v1 says of the access token %+v", got)
	}
	if got := decode[tokenInfo](a, a.call("GET", "/oauth/v1/refresh-tokens/refresh", ""), 200); got.ClientID != "client" || got.TokenType != "refresh" {
		t.Errorf("v1 says of the refresh token %+v", got)
	}
	a.want(a.form(tokenPaths[3]+"/revoke", "client_id", "client", "client_secret", "secret", "token", token), 204, "")
	if got := a.with(token).status; got != 401 {
		t.Errorf("the revoked token is answered with %d", got)
	}
	again := decode[grant](a, a.form(tokenPaths[3], refresh("client", "secret", "refresh")...), 200).AccessToken
	a.want(a.call("DELETE", "/oauth/v1/refresh-tokens/refresh", ""), 204, "")
	if got := a.form(tokenPaths[3], refresh("client", "secret", "refresh")...); got.status != 400 || !strings.Contains(string(got.body), "BAD_REFRESH_TOKEN") {
		t.Errorf("the revoked refresh token is answered with %d %s", got.status, got.body)
	}
	if got := a.with(again).status; got != 200 || again == token {
		t.Errorf("an access token that the refresh token bought before is answered with %d", got)
	}
	for _, path := range []string{"access-tokens/" + token, "refresh-tokens/refresh"} {
		if got := a.call("GET", "/oauth/v1/"+path, "").status; got != 404 {
			t.Errorf("%s is answered with %d", path, got)
		}
	}
}

// TestPrivateAppToken asks what an app may do.
func TestPrivateAppToken(t *testing.T) {
	t.Parallel()
	a := serve(t, families[0], "portal 42\n", sim.Options{Token: "pat", WithoutScope: []string{"tickets"}})
	got := decode[struct {
		HubID  int `json:"hubId"`
		UserID int `json:"userId"`
		AppID  int `json:"appId"`
		Scopes []string
	}](a, a.call("POST", "/oauth/v2/private-apps/get/access-token-info", `{"tokenKey":"pat"}`), 200)
	if scopes := strings.Join(got.Scopes, " "); got.HubID != 42 || got.UserID == 0 || got.AppID == 0 || !strings.Contains(scopes, "crm.objects.contacts.write") || strings.Contains(scopes, "tickets") {
		t.Errorf("got %+v", got)
	}
	if got := a.call("POST", "/oauth/v2/private-apps/get/access-token-info", `{"tokenKey":"other"}`).status; got != 404 {
		t.Errorf("another token is answered with %d", got)
	}
}

func TestParseOAuth(t *testing.T) {
	t.Parallel()
	if got, err := sim.ParseOAuth("client:secret:refresh:more"); err != nil || got != (sim.OAuth{ClientID: "client", ClientSecret: "secret", Refresh: "refresh:more"}) {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, text := range []string{"", "client", "client:secret", "client::refresh", ":secret:refresh"} {
		if _, err := sim.ParseOAuth(text); err == nil {
			t.Errorf("%q is read", text)
		}
	}
}
