package hubspot

import "net/http"

// NewOAuthOnWire is NewOAuth with a wire of the test's own.
func NewOAuthOnWire(app OAuth, o Options, wire http.RoundTripper) (*Client, error) {
	return newOAuthClient(app, o, wire)
}

// NewOnWire is New with a wire of the test's own.
func NewOnWire(token Secret, o Options, wire http.RoundTripper) (*Client, error) {
	return newClient(token, o, wire)
}
