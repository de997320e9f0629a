package sim

import (
	"net/http"
	"net/url"
	"strings"
)

var tokenRoutes = func() []route {
	routes := []route{
		{name: "access-token", method: "GET", legacy: "/oauth/v1/access-tokens/{token}", open: true, serve: getAccessToken},
		{name: "refresh-token", method: "GET", legacy: "/oauth/v1/refresh-tokens/{token}", open: true, serve: getRefreshToken},
		{name: "refresh-token-delete", method: "DELETE", legacy: "/oauth/v1/refresh-tokens/{token}", open: true, serve: deleteRefreshToken},
		{name: "token", method: "POST", legacy: "/oauth/v1/token", open: true, serve: func(c *call) (answer, error) { return c.token(c.formOrQuery()), nil }},
		{name: "private-app-token", method: "POST", legacy: "/oauth/v2/private-apps/get/access-token-info", open: true, serve: getPrivateAppToken},
	}
	for _, version := range []string{"v3", "2026-03", "2026-09"} {
		at := "/oauth/" + version + "/token"
		routes = append(routes,
			route{name: "token", method: "POST", legacy: at, open: true, serve: newToken},
			route{name: "token-introspect", method: "POST", legacy: at + "/introspect", open: true, serve: introspectToken},
			route{name: "token-revoke", method: "POST", legacy: at + "/revoke", open: true, serve: revokeToken})
	}
	return routes
}()

// form is the body of a request as a form; empty where it is none.
func (c *call) form() url.Values {
	kind, _, _ := strings.Cut(c.request.Header.Get("Content-Type"), ";")
	values, err := url.ParseQuery(string(c.body))
	if err != nil || strings.TrimSpace(kind) != "application/x-www-form-urlencoded" {
		return url.Values{}
	}
	return values
}

// formOrQuery is what v1 takes: from the query too.
func (c *call) formOrQuery() url.Values {
	values := c.form()
	for name, list := range c.request.URL.Query() {
		if !values.Has(name) {
			values[name] = list
		}
	}
	return values
}

// sold is the answer to a grant; v1 leaves out all behind token_type.
type sold struct {
	AccessToken  string   `json:"access_token"`
	RefreshToken string   `json:"refresh_token"`
	ExpiresIn    int      `json:"expires_in"` // seconds
	TokenType    string   `json:"token_type"`
	TokenUse     string   `json:"token_use,omitempty"`
	HubID        int64    `json:"hub_id,omitempty"`
	UserID       int64    `json:"user_id,omitempty"`
	Scopes       []string `json:"scopes,omitempty"`
}

// newToken takes everything from the body alone.
func newToken(c *call) (answer, error) {
	a := c.token(c.form())
	if s, granted := a.body.(sold); granted {
		s.TokenUse, s.HubID, s.Scopes = "access_token", c.portal.account.id, c.server.scopes()
		s.UserID, _ = c.portal.installer()
		a.body = s
	}
	return a, nil
}

// installer is the user who installed the app: the first of the portal's owners
// who is still there, and in a portal without any somebody who owns nothing.
func (p *Portal) installer() (id int64, email string) {
	for _, o := range p.owners {
		if !o.archived {
			return o.userID(), o.email
		}
	}
	return 1001, "admin@example.com"
}

// token answers a grant.
func (c *call) token(form url.Values) answer {
	t := c.server.tokens
	if refused := c.client(form); refused != nil {
		return *refused
	}
	switch form.Get("grant_type") {
	case "refresh_token":
		if !t.refreshes(form.Get("refresh_token")) {
			return c.refuseToken("BAD_REFRESH_TOKEN", "invalid_grant", "missing or invalid refresh token")
		}
	case "authorization_code":
		if form.Get("redirect_uri") == "" {
			return c.refuseToken("BAD_REDIRECT_URI", "invalid_request", "missing or invalid redirect uri")
		}
		if !t.redeem(form.Get("code")) {
			return c.refuseToken("BAD_AUTH_CODE", "invalid_grant", "missing or invalid auth code")
		}
	default:
		return c.refuseToken("BAD_GRANT_TYPE", "unsupported_grant_type", "missing or unknown grant type")
	}
	return ok(sold{AccessToken: t.sell(c.time()), RefreshToken: t.app.Refresh, ExpiresIn: int(t.life.Seconds()), TokenType: "bearer"})
}

// client checks who asks.
func (c *call) client(form url.Values) *answer {
	app := c.server.tokens.app
	var a answer
	switch {
	case app.ClientID == "" || form.Get("client_id") != app.ClientID:
		a = c.refuseToken("BAD_CLIENT_ID", "invalid_client", "missing or unknown client id")
	case form.Get("client_secret") != app.ClientSecret:
		a = c.refuseToken("BAD_CLIENT_SECRET", "invalid_client", "missing or invalid client secret")
	default:
		return nil
	}
	return &a
}

// tokenError is an error of the token endpoints, in their own form.
type tokenError struct {
	Error            string `json:"error"`
	ErrorDescription string `json:"error_description"`
	Status           string `json:"status"`
	Message          string `json:"message"`
	CorrelationID    string `json:"correlationId"`
}

func (c *call) refuseToken(status, code, message string) answer {
	return answer{status: http.StatusBadRequest, body: tokenError{code, message, status, message, c.correlation()}}
}
