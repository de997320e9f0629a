package hubspot

import (
	"context"
	"fmt"
	"net/http"
)

// AllowCreates gives the right to create associations to what is called with the
// context. It is asked for by what a person has approved, and by nothing else; so
// are the other rights, of which none gives another.
func AllowCreates(ctx context.Context) context.Context { return allow(ctx, creates) }

// AllowRemovals gives the right to remove associations and labels of them.
func AllowRemovals(ctx context.Context) context.Context { return allow(ctx, removes) }

// AllowDefinitions gives the right to change what the portal defines: labels and
// limits. A label that is deleted is taken from all associations that carry it.
func AllowDefinitions(ctx context.Context) context.Context { return allow(ctx, defines) }

// allow gives the right to an effect, which is the key of its own right.
func allow(ctx context.Context, e effect) context.Context { return context.WithValue(ctx, e, true) }

func allowed(ctx context.Context, e effect) bool {
	given, _ := ctx.Value(e).(bool)
	return given
}

// mayWrite reports whether a context has any of the rights.
func mayWrite(ctx context.Context) bool {
	return allowed(ctx, creates) || allowed(ctx, removes) || allowed(ctx, defines)
}

// repeating is the key of what BeforeRepeat has called.
type repeating struct{}

// BeforeRepeat has f called before a write that HubSpot refused for now is sent again, behind
// the wait that it asked for: what the write rests on may be another by then. An error of f ends
// the call, which has changed nothing.
func BeforeRepeat(ctx context.Context, f func(context.Context) error) context.Context {
	return context.WithValue(ctx, repeating{}, f)
}

// gate lets nothing pass that is not one of the routes, and nothing that writes
// without the right to its effect.
type gate struct{ next http.RoundTripper }

// RoundTrip passes a request on, or refuses it with ErrReadOnly.
func (g *gate) RoundTrip(r *http.Request) (*http.Response, error) {
	switch e := effectOf(r); {
	case e == unclassified:
		return nil, fmt.Errorf("%w: no operation is sent as %.10q to %.200q", ErrReadOnly, r.Method, r.URL.EscapedPath())
	case e == reads, allowed(r.Context(), e):
		return g.next.RoundTrip(r)
	}
	return nil, ErrReadOnly
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
