package hubspot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"
)

// OAuth is an app that is installed in a portal: what it buys access tokens with.
type OAuth struct {
	ClientID     string
	ClientSecret Secret
	RefreshToken Secret
}

func (o OAuth) check() error {
	for name, value := range map[string]Secret{"client id": Secret(o.ClientID), "client secret": o.ClientSecret, "refresh token": o.RefreshToken} {
		if err := checkToken(value); err != nil {
			return fmt.Errorf("the app's %s cannot be sent: %w", name, err)
		}
	}
	return nil
}

// NewOAuth makes a client that buys its access tokens, and renews each before it
// expires. An error says which of the options cannot be; whether HubSpot takes
// the app shows with the first request.
func NewOAuth(app OAuth, o Options) (*Client, error) {
	wire := newTransport()
	c, err := newOAuthClient(app, o, wire)
	if err != nil {
		return nil, err
	}
	c.closeIdle = wire.CloseIdleConnections
	return c, nil
}

func newOAuthClient(app OAuth, o Options, wire http.RoundTripper) (*Client, error) {
	if err := app.check(); err != nil {
		return nil, err
	}
	c, err := connect(o, wire)
	if err != nil {
		return nil, err
	}
	c.auth.grant = newGrant(c, app, o.withDefaults().Log)
	return c, nil
}

// lifeUsed is the part of its life after which a token is renewed. HubSpot asks
// apps to go by expires_in and not by 401s (documentation, "Working with OAuth").
const lifeUsed = 0.8

// grant buys access tokens for all requests of a client, one at a time.
type grant struct {
	app      OAuth
	endpoint string
	client   *Client // for what it counts and how it cleans texts; its http is not used
	http     *http.Client
	log      *slog.Logger
	turn     chan struct{} // holds one: whoever put it there may buy
	refusal  error         // HubSpot's last word; of who has the turn

	mu      sync.Mutex
	held    *access
	secrets []string // the forms of all that must not be shown, the longest first
}

// access is an access token. Its fields but token are the mutex's.
type access struct {
	token    Secret
	due      time.Time // to be renewed
	expires  time.Time
	forced   bool // bought because the one before was refused
	accepted bool // by an answer other than 401
}

func newGrant(c *Client, app OAuth, log *slog.Logger) *grant {
	path := "/oauth/" + c.version + "/token"
	if c.version == "v4" {
		path = "/oauth/v3/token"
	}
	g := &grant{app: app, endpoint: c.base.String() + path, client: c, log: log, turn: make(chan struct{}, 1)}
	g.http = &http.Client{
		Transport:     c.auth.next,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	g.hide(app.ClientSecret, app.RefreshToken)
	return g
}

// token gives an access token that has time left.
func (g *grant) token(ctx context.Context) (*access, error) {
	return g.get(ctx, false, func(a *access) bool { return time.Now().Before(a.due) })
}

// instead gives another token than the one that was refused. It gives none where
// that one had itself replaced a refused one, and nothing has taken it since: a
// third would fare no better.
func (g *grant) instead(ctx context.Context, refused *access) (*access, error) {
	g.mu.Lock()
	hopeless := refused.forced && !refused.accepted
	g.mu.Unlock()
	if hopeless {
		return nil, nil
	}
	return g.get(ctx, true, func(a *access) bool { return a != refused })
}

// get gives the token that is held if it is good, and else a new one.
func (g *grant) get(ctx context.Context, forced bool, good func(*access) bool) (*access, error) {
	if a := g.current(good); a != nil {
		return a, nil
	}
	select {
	case g.turn <- struct{}{}:
		defer func() { <-g.turn }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if a := g.current(good); a != nil { // somebody else bought it meanwhile
		return a, nil
	}
	if g.refusal != nil {
		return nil, g.refusal
	}
	return g.renew(ctx, forced)
}

// current is the token that is held if it is good, and else nil.
func (g *grant) current(good func(*access) bool) *access {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.held == nil || !good(g.held) {
		return nil
	}
	return g.held
}

// renew buys a token. Where the token endpoint does not answer, the old one goes
// on to serve until it expires, unless it was refused.
func (g *grant) renew(ctx context.Context, forced bool) (*access, error) {
	started := time.Now()
	got, err := g.buy(ctx)
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	switch {
	case err == nil:
		g.held = &access{token: got.AccessToken, forced: forced, expires: started.Add(got.life()),
			due: started.Add(time.Duration(lifeUsed * float64(got.life())))}
		return g.held, nil
	case errors.Is(err, ErrUnauthorized):
		g.refusal = err
	case !forced && ctx.Err() == nil && g.held != nil && now.Before(g.held.expires):
		g.held.due = now.Add(g.held.expires.Sub(now) / 2)
		g.log.DebugContext(ctx, "the access token was not renewed", "good_until", g.held.expires)
		return g.held, nil
	}
	return nil, err
}

// accept notes that a token was taken.
func (g *grant) accept(a *access) {
	g.mu.Lock()
	defer g.mu.Unlock()
	a.accepted = true
}

// hide adds to what must not be shown.
func (g *grant) hide(secrets ...Secret) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, s := range secrets {
		if !slices.Contains(g.secrets, s.reveal()) {
			g.secrets = append(g.secrets, disguises(s)...)
		}
	}
	slices.SortFunc(g.secrets, func(a, b string) int { return len(b) - len(a) })
}

// hidden are the forms of the secrets, the longest first: where one holds another, the whole
// of it must go.
func (g *grant) hidden() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.secrets)
}
