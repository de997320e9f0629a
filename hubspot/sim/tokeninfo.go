package sim

import (
	"cmp"
	"slices"
)

// tokenInfo is what HubSpot says of a token.
type tokenInfo struct {
	TokenUse  string   `json:"token_use,omitempty"`
	Active    *bool    `json:"active,omitempty"`
	Token     string   `json:"token,omitempty"`
	HubID     int64    `json:"hub_id,omitempty"`
	HubDomain string   `json:"hub_domain,omitempty"`
	UserID    int64    `json:"user_id,omitempty"`
	User      string   `json:"user,omitempty"`
	ClientID  string   `json:"client_id,omitempty"`
	AppID     int64    `json:"app_id,omitempty"`
	Scopes    []string `json:"scopes,omitempty"`
	ExpiresIn int      `json:"expires_in,omitempty"` // seconds
	TokenType string   `json:"token_type,omitempty"`
	Private   *bool    `json:"is_private_distribution,omitempty"` // of an access token, as the next
	Signed    *signed  `json:"signed_access_token,omitempty"`
}

// signed is what HubSpot's own apps know a token by, with the keys of its
// specification. The texts of scopes and signatures are encoded there, and here
// they say nothing.
type signed struct {
	AppID       int64  `json:"appId"`
	ExpiresAt   int64  `json:"expiresAt"` // milliseconds since 1970
	HubID       int64  `json:"hubId"`
	Hublet      string `json:"hublet"`
	Installer   int64  `json:"installingUserId"`
	Private     bool   `json:"isPrivateDistribution"`
	Service     bool   `json:"isServiceAccount"`
	UserLevel   bool   `json:"isUserLevel"`
	New         string `json:"newSignature"`
	Scopes      string `json:"scopes"`
	Groups      string `json:"scopeToScopeGroupPks"`
	Signature   string `json:"signature"`
	Trial       string `json:"trialScopes"`
	TrialGroups string `json:"trialScopeToScopeGroupPks"`
	UserID      int64  `json:"userId"`
}

// describeToken describes a token that is good now.
func (c *call) describeToken(token string) (info tokenInfo, good bool) {
	s := c.server
	user, email := c.portal.installer()
	info = tokenInfo{Token: token, HubID: c.portal.account.id, HubDomain: "example.com", UserID: user, User: email, Scopes: s.scopes(),
		ClientID: s.options.OAuth.ClientID, TokenUse: "access_token", TokenType: "access", AppID: appID}
	if s.tokens.refreshes(token) {
		info.TokenUse, info.TokenType = "refresh_token", "refresh"
		return info, true
	}
	until, bought := s.tokens.expires(token)
	left := until.Sub(c.time())
	info.ExpiresIn, info.Private = int(left.Seconds()), new(bool)
	info.Signed = &signed{AppID: appID, ExpiresAt: until.UnixMilli(), HubID: info.HubID, Hublet: "na1", Installer: user, UserID: user}
	return info, bought && left > 0
}

// scopes are those that the token has.
func (s *Server) scopes() []string {
	scopes := map[string]bool{"oauth": true, ownersScope: true, "crm.export": true}
	if slices.Contains(s.options.WithoutScope, ownersWord) {
		delete(scopes, ownersScope)
	}
	for _, t := range s.portal.types {
		scopes[t.scope("read")], scopes[t.scope("write")] = true, true
	}
	for t := range s.without {
		delete(scopes, t.scope("read"))
		delete(scopes, t.scope("write"))
	}
	return sortedKeys(scopes)
}

func introspectToken(c *call) (answer, error) {
	form := c.form()
	if refused := c.client(form); refused != nil {
		return *refused, nil
	}
	info, good := c.describeToken(form.Get("token"))
	if !good {
		info = tokenInfo{}
	}
	info.Active = &good
	return ok(info), nil
}

// revokeToken ends a token; a refresh token does not take the access tokens that
// it has bought with it.
func revokeToken(c *call) (answer, error) {
	form := c.form()
	if refused := c.client(form); refused != nil {
		return *refused, nil
	}
	c.server.tokens.revoke(form.Get("token"))
	return done(), nil
}

func getAccessToken(c *call) (answer, error) {
	info, good := c.describeToken(c.places["token"])
	if !good || info.TokenUse != "access_token" {
		return answer{}, missing("The access token is unknown, or has expired")
	}
	info.TokenUse = ""
	return ok(info), nil
}

func getRefreshToken(c *call) (answer, error) {
	info, good := c.describeToken(c.places["token"])
	if !good || info.TokenUse != "refresh_token" {
		return answer{}, missing("The refresh token is unknown")
	}
	info.TokenUse, info.AppID = "", 0
	return ok(info), nil
}

func deleteRefreshToken(c *call) (answer, error) {
	if !c.server.tokens.refreshes(c.places["token"]) {
		return answer{}, missing("The refresh token is unknown")
	}
	c.server.tokens.revoke(c.places["token"])
	return done(), nil
}

// privateApp is what HubSpot says of a private app's token.
type privateApp struct {
	UserID int64    `json:"userId"`
	HubID  int64    `json:"hubId"`
	AppID  int64    `json:"appId"`
	Scopes []string `json:"scopes"`
}

func getPrivateAppToken(c *call) (answer, error) {
	var doc struct {
		TokenKey string `json:"tokenKey"`
	}
	if err := c.decode(&doc); err != nil {
		return answer{}, err
	}
	if doc.TokenKey == "" || doc.TokenKey != cmp.Or(c.server.options.Token, doc.TokenKey) {
		return answer{}, missing("The token is unknown")
	}
	user, _ := c.portal.installer()
	return ok(privateApp{user, c.portal.account.id, appID, c.server.scopes()}), nil
}
