package hubspot

import (
	"context"
	"fmt"
	"net/http"
)

type mayWrite struct{}

// AllowWrites gives the right to write to what is called with the context. It
// is asked for by what a person has approved, and by nothing else.
func AllowWrites(ctx context.Context) context.Context {
	return context.WithValue(ctx, mayWrite{}, true)
}

func writesAllowed(ctx context.Context) bool {
	allowed, _ := ctx.Value(mayWrite{}).(bool)
	return allowed
}

// gate lets nothing pass that is not one of the routes, and writes only with the
// right to write.
type gate struct{ next http.RoundTripper }

// RoundTrip passes a request on, or refuses it with ErrReadOnly.
func (g *gate) RoundTrip(r *http.Request) (*http.Response, error) {
	switch effectOf(r) {
	case reads:
		return g.next.RoundTrip(r)
	case writes:
		if writesAllowed(r.Context()) {
			return g.next.RoundTrip(r)
		}
		return nil, ErrReadOnly
	}
	return nil, fmt.Errorf("%w: no operation is sent as %.10q to %.200q", ErrReadOnly, r.Method, r.URL.EscapedPath())
}

// effectOf finds the effect of a request by its method and by its path as it is
// sent: an escaped character fits no route.
func effectOf(r *http.Request) effect {
	if r.URL.Opaque != "" {
		return unclassified
	}
	path := r.URL.EscapedPath()
	for _, route := range routes {
		if route.matches(r.Method, path) {
			return route.effect
		}
	}
	return unclassified
}
