package hubspot

import "net/http"

// NewOAuthOnWire is NewOAuth with a wire of the test's own.
func NewOAuthOnWire(app OAuth, o Options, wire http.RoundTripper) (*Client, error) {
	return newOAuthClient(app, o, wire)
}
