package hubspot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"
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
	grant        *grant  // buys the tokens instead, where set
	clock        *clock
	overruns     *atomic.Int64
	turn         func(context.Context) error // waits until a request may be sent again
	scheme, host string
}

// RoundTrip sends a request with the token.
func (a *authorize) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != a.scheme || r.URL.Host != a.host || r.Host != "" && r.Host != a.host {
		return nil, fmt.Errorf("the token is for %s alone", a.host)
	}
	if a.grant == nil {
		return a.send(r, *a.token)
	}
	bought, err := a.grant.token(r.Context())
	if err != nil {
		return nil, unsent{err}
	}
	resp, err := a.sendWith(r, bought)
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		return resp, err
	}
	return a.sendAgain(r, resp, bought)
}

// sendWith sends a request with a token that was bought, and notes if it is taken.
func (a *authorize) sendWith(r *http.Request, with *access) (*http.Response, error) {
	resp, err := a.send(r, with.token)
	if err == nil && resp.StatusCode != http.StatusUnauthorized {
		a.grant.accept(with)
	}
	return resp, err
}

// sendAgain sends a request once more after a 401, with another token. HubSpot
// refused it as a whole, so that this is safe for writes too.
func (a *authorize) sendAgain(r *http.Request, refused *http.Response, with *access) (*http.Response, error) {
	other, err := a.grant.instead(r.Context(), with)
	if err == nil && other == nil {
		return refused, nil
	}
	if err = errors.Join(err, refused.Body.Close()); err != nil {
		return nil, unsent{err}
	}
	again := r.Clone(r.Context())
	if r.GetBody != nil {
		if again.Body, err = r.GetBody(); err != nil {
			return nil, unsent{err}
		}
	}
	if err := a.turn(r.Context()); err != nil {
		return nil, unsent{err}
	}
	return a.sendWith(again, other)
}

func (a *authorize) send(r *http.Request, token Secret) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+token.reveal())
	sent := time.Now()
	resp, err := a.next.RoundTrip(r)
	if err == nil {
		a.clock.compare(sent, resp.Header)
		if resp.StatusCode == http.StatusTooManyRequests {
			a.overruns.Add(1)
		}
	}
	return resp, err
}

// stay forgets where an answer would send a request on to: nobody above can
// follow it.
type stay struct{ next http.RoundTripper }

// RoundTrip sends a request.
func (s stay) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := s.next.RoundTrip(r)
	if err == nil {
		resp.Header.Del("Location")
	}
	return resp, err
}

// scrub takes the tokens out of a text that came from outside.
func (a *authorize) scrub(text string) string {
	if a.grant == nil {
		return redact(text, disguises(*a.token))
	}
	return redact(text, a.grant.hidden())
}
