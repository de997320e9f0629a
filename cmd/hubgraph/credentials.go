package main

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"hubgraph/hubspot"
	"hubgraph/internal/secrets"
)

// The variables of an app that buys its access tokens; as for a token, the name
// of a file may be in VARIABLE_FILE instead.
const (
	oauthID      = "HUBSPOT_OAUTH_CLIENT_ID"
	oauthSecret  = "HUBSPOT_OAUTH_CLIENT_SECRET"
	oauthRefresh = "HUBSPOT_OAUTH_REFRESH_TOKEN"
)

// paceFlags are the flags of what sends many requests.
func paceFlags(flags *pflag.FlagSet) {
	flags.String("rate-share", "0.9", "part of the portal's burst limit to use, the rest is for its other apps; or auto: what they leave")
	flags.String("daily-reserve", "10%", "part of the account's daily requests to leave to others: a crawl stops there")
}

// client makes the client of the portal whose token the first of the variables
// holds, or else of the portal that an app is installed in.
func (a *app) client(s settings, variables ...string) (*hubspot.Client, error) {
	o := hubspot.Options{BaseURL: s.String("base-url"), APIVersion: cmp.Or(a.apiVersion, s.String("api-version")), UserAgent: "hubgraph/" + version, Log: a.log()}
	if err := s.pace(&o); err != nil {
		return nil, err
	}
	token, err := a.token(variables)
	if err != nil {
		return nil, err
	}
	var c *hubspot.Client
	if token != "" {
		c, err = hubspot.New(token, o)
	} else {
		var app hubspot.OAuth
		if app, err = a.oauth(variables[len(variables)-1]); err != nil {
			return nil, err
		}
		c, err = hubspot.NewOAuth(app, o)
	}
	if err != nil {
		return nil, status{exitUsage, err}
	}
	return c, nil
}

// pace sets how fast and how much a client may send, as far as the flags or the
// settings file say it.
func (s settings) pace(o *hubspot.Options) error {
	var err error
	if s.Exists("rate-share") {
		if o.Share, o.ShareAuto, err = share(s.String("rate-share")); err != nil {
			return usage("--rate-share %v", err)
		}
	}
	if s.Exists("daily-reserve") {
		if o.DailyReserve, err = reserve(s.String("daily-reserve")); err != nil {
			return usage("--daily-reserve %v", err)
		}
		if o.DailyReserve == 0 {
			o.DailyReserve = -1 // nothing is left to others
		}
	}
	return nil
}

// share reads a part of the burst limit, or auto.
func share(text string) (n float64, auto bool, err error) {
	if strings.TrimSpace(text) == "auto" {
		return 0, true, nil
	}
	n, err = part(text)
	switch {
	case err != nil:
		err = fmt.Errorf("%w, or auto", err)
	case n == 0:
		err = fmt.Errorf("%s leaves nothing to send: give a part above 0", text)
	}
	return n, false, err
}

// reserve reads a part of the day's requests that is left to others.
func reserve(text string) (float64, error) {
	n, err := part(text)
	if err == nil && n == 1 {
		err = fmt.Errorf("%s leaves nothing to send: give a part below 1", text)
	}
	return n, err
}

// part reads a part of a whole: 10% or 0.1.
func part(text string) (float64, error) {
	text = strings.TrimSpace(text)
	number, percent := strings.CutSuffix(text, "%")
	n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if percent {
		n /= 100
	}
	if err != nil || !(n >= 0 && n <= 1) {
		return 0, fmt.Errorf("%q is no part of a whole: write 10%% or 0.1", text)
	}
	return n, nil
}

// token is what the first of the variables that is set holds, or else the unit's
// credential.
func (a *app) token(variables []string) (hubspot.Secret, error) {
	for _, name := range variables {
		if token, err := a.secret(name); token != "" || err != nil {
			return token, err
		}
	}
	return secrets.Token(a.getenv(secrets.DirectoryVariable))
}

// secret is what a variable holds, itself or in the file that VARIABLE_FILE
// names; empty where neither is set.
func (a *app) secret(name string) (hubspot.Secret, error) {
	path := a.getenv(name + "_FILE")
	if path == "" {
		return hubspot.Secret(strings.TrimSpace(a.getenv(name))), nil
	}
	return secrets.InFile(path, "the file of "+name+"_FILE", a.getenv(secrets.DirectoryVariable))
}

// oauth is the app that the variables describe, which must be all there.
func (a *app) oauth(instead string) (hubspot.OAuth, error) {
	values := map[string]hubspot.Secret{}
	var missing []string
	for _, name := range []string{oauthID, oauthSecret, oauthRefresh} {
		value, err := a.secret(name)
		if err != nil {
			return hubspot.OAuth{}, err
		}
		if values[name] = value; value == "" {
			missing = append(missing, name)
		}
	}
	switch len(missing) {
	case 0:
		return hubspot.OAuth{ClientID: string(values[oauthID]), ClientSecret: values[oauthSecret], RefreshToken: values[oauthRefresh]}, nil
	case len(values):
		return hubspot.OAuth{}, status{exitAuth, fmt.Errorf("there is no token: put a HubSpot private-app token or service key into %s, or the name of a file that holds it into %s_FILE", instead, instead)}
	}
	return hubspot.OAuth{}, status{exitAuth, errors.New("an app needs its client id, its client secret and a refresh token, and " + strings.Join(missing, " and ") + " is not set")}
}
