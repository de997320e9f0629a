package main

import "hubgraph/internal/secrets"

// variable is an environment variable that is read.
type variable struct {
	name   string
	flag   string // the flag that it sets; empty: none
	secret bool   // NAME_FILE may name a file that holds it
	about  string
}

// environment are the variables that the program and its libraries read.
var environment = []variable{
	{name: "HUBSPOT_ACCESS_TOKEN", secret: true, about: "the private-app token or service key to read the portal with"},
	{name: writeToken, secret: true, about: "the token to repair with; else the one to read with is used"},
	{name: oauthID, secret: true, about: "instead of a token: the client id of an app that is installed in the portal"},
	{name: oauthSecret, secret: true, about: "its client secret"},
	{name: oauthRefresh, secret: true, about: "its refresh token"},
	{name: secrets.DirectoryVariable, about: "where systemd puts the credential hubspot-token, which is read where no variable holds a token"},
	{name: "HUBSPOT_BASE_URL", flag: "base-url", about: "where the API answers: --base-url"},
	{name: "HUBGRAPH_DATA", flag: "data", about: "folder of the snapshots and the DuckDB file: --data"},
	{name: "HUBGRAPH_NOTIFY", flag: "notify", about: "URL of a webhook to send what is new to: --notify"},
	{name: "HTTPS_PROXY", about: "the proxy to reach the API through, with user and password where it wants them; HTTP_PROXY and NO_PROXY, too"},
	{name: "HUBGRAPH_PAGER", about: "the pager for results that do not fit a terminal; else PAGER, else less; cat for none"},
	{name: "PAGER", about: "the same, for all programs"},
	{name: "LESS", about: "options of less; FRX where it is not set"},
	{name: "NO_COLOR", about: "set: no colours on a terminal. What is no terminal gets none, and whole lines"},
	{name: "TERM", about: "dumb: no colours, no bars, no pager"},
	{name: "USER", about: "who waives a finding, unless --by says so"},
	{name: "GITHUB_ACTIONS", about: "true: what an audit finds becomes annotations of the job"},
	{name: "GITHUB_STEP_SUMMARY", about: "the file that the summary of the job is added to"},
}

// variables are those that set a flag, by its name.
func variables() map[string]string {
	set := map[string]string{}
	for _, v := range environment {
		if v.flag != "" {
			set[v.flag] = v.name
		}
	}
	return set
}

// secretNames are the variables that hold a secret, or in NAME_FILE the name of its file.
func secretNames() []string {
	var names []string
	for _, v := range environment {
		if v.secret {
			names = append(names, v.name)
		}
	}
	return names
}
