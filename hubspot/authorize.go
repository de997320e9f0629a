package hubspot

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// checkToken refuses what cannot be sent as a token, without showing it.
func checkToken(token Secret) error {
	if token == "" {
		return errors.New("the token is empty")
	}
	for _, r := range string(token) {
		if r <= ' ' || r > '~' {
			return errors.New("the token holds a character that no token has: check that it was copied whole, and alone")
		}
	}
	return nil
}

// authorize signs the requests to one host, and to no other.
type authorize struct {
	next         http.RoundTripper
	token        *Secret // behind a pointer: printing the transport shows an address
	scheme, host string
}

// RoundTrip sends a request with the token. Where an answer would send it on to
// is forgotten here: nobody above can follow it.
func (a *authorize) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != a.scheme || r.URL.Host != a.host || r.Host != "" && r.Host != a.host {
		return nil, fmt.Errorf("the token is for %s alone", a.host)
	}
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+a.token.reveal())
	resp, err := a.next.RoundTrip(r)
	if err == nil {
		resp.Header.Del("Location")
	}
	return resp, err
}

// scrub takes the token out of a text that came from outside.
func (a *authorize) scrub(text string) string {
	return strings.ReplaceAll(text, a.token.reveal(), redacted)
}
