package hubspot

import (
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// Options are the knobs of a Client; the zero value works.
type Options struct {
	// BaseURL is where the API answers; "" means https://api.hubapi.com. Plain
	// http is taken for loopback addresses only.
	BaseURL string
	// APIVersion is v4 or a date-based version; "" means DefaultAPIVersion.
	APIVersion string
	// UserAgent names the program; "" means hubgraph.
	UserAgent string
	// Log, where set, hears of each request at level debug: its method, path and
	// status, never a query, a body or a token.
	Log *slog.Logger
	// Share is the part of the portal's burst limit that the client keeps to; 0
	// means 0.9, the rest is for the portal's other apps.
	Share float64
	// ShareAuto is for all that the other apps leave, as far as answers show what they
	// use: but for a twentieth, and giving way within about a second to one that begins to
	// send. Searches, whose answers show nothing, keep to Share.
	ShareAuto bool
	// DailyReserve is the part of the account's daily requests that is left to
	// others; 0 means 0.1, a negative one that nothing is left. Runs that write
	// may use it up.
	DailyReserve float64
	// SearchRate is how many searches a second HubSpot allows the account; 0
	// means 5. Answers to searches do not say it.
	SearchRate int
	// Attempts is how often a request is sent before its fault counts; 0 means 5.
	Attempts int
}

// Client talks to the portal that its token belongs to. It may be used by many
// goroutines, which share its rate limit.
type Client struct {
	base     *url.URL
	version  string
	agent    string
	attempts int
	http     *http.Client
	auth     *authorize
	receiver *receiver
	pace     *pace
	searches *pace // of the search API alone
	types    typeSets
	budget   retryBudget
	sent     atomic.Int64
	retries  atomic.Int64
	recalled atomic.Int64
	answered atomic.Int64 // calls that the portal answered with what was asked for
	overruns atomic.Int64
	fastest  atomic.Int64           // nanoseconds that an answer took at least; 0: none came
	zone     atomic.Pointer[string] // the portal's time zone, once it is known

	closeIdle func()
}

// New makes a client. An error says which of the options cannot be.
func New(token Secret, o Options) (*Client, error) {
	wire := newTransport()
	c, err := newClient(token, o, wire)
	if err != nil {
		return nil, err
	}
	c.closeIdle = wire.CloseIdleConnections
	return c, nil
}

// newTransport is the transport below all others: net/http's, with as many idle
// connections as requests are ever under way.
func newTransport() *http.Transport {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         dialer.DialContext,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: 10 * time.Second,
		MaxIdleConns:        64,
		MaxIdleConnsPerHost: 64,
		IdleConnTimeout:     90 * time.Second,
		ForceAttemptHTTP2:   true,
		DisableCompression:  true, // the receiver inflates, and counts what it inflates

		OnProxyConnectResponse: proxyAnswered,
	}
}

func newClient(token Secret, o Options, wire http.RoundTripper) (*Client, error) {
	if err := checkToken(token); err != nil {
		return nil, err
	}
	c, err := connect(o, wire)
	if err == nil {
		c.auth.token = &token
	}
	return c, err
}

// connect makes a client that has no token yet.
func connect(o Options, wire http.RoundTripper) (*Client, error) {
	o = o.withDefaults()
	base, err := parseBase(o.BaseURL)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(checkVersion(o.APIVersion), o.check()); err != nil {
		return nil, err
	}
	c := &Client{base: base, version: o.APIVersion, agent: o.UserAgent, attempts: o.Attempts,
		receiver: &receiver{next: wire}, pace: newPace(o.Share, o.DailyReserve), searches: newSearchPace(o), closeIdle: func() {}}
	c.pace.auto = o.ShareAuto
	c.auth = &authorize{next: stay{c.receiver}, clock: &clock{}, overruns: &c.overruns, turn: c.turn, scheme: base.Scheme, host: base.Host}
	c.http = &http.Client{
		Transport:     &gate{&paced{next: c.auth, pace: c.pace, searches: c.searches, sent: &c.sent, fastest: &c.fastest, log: o.Log}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return c, nil
}

// turn waits until a request may be sent again, and counts it.
func (c *Client) turn(ctx context.Context) error {
	err := c.pace.again(ctx)
	if err == nil {
		c.sent.Add(1)
		c.retries.Add(1)
	}
	return err
}

func (o Options) withDefaults() Options {
	if o.BaseURL == "" {
		o.BaseURL = "https://api.hubapi.com"
	}
	if o.APIVersion == "" {
		o.APIVersion = DefaultAPIVersion
	}
	if o.UserAgent == "" {
		o.UserAgent = "hubgraph"
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Share == 0 {
		o.Share = 0.9
	}
	if o.DailyReserve == 0 {
		o.DailyReserve = 0.1
	}
	if o.SearchRate == 0 {
		o.SearchRate = searchMax
	}
	if o.Attempts == 0 {
		o.Attempts = 5
	}
	return o
}

func (o Options) check() error {
	switch {
	case !(o.Share > 0 && o.Share <= 1):
		return fmt.Errorf("the share %v of the burst limit cannot be kept to: give one above 0, up to 1", o.Share)
	case !(o.DailyReserve < 1):
		return fmt.Errorf("the daily reserve %v leaves nothing to send: give one below 1", o.DailyReserve)
	case o.SearchRate < 0:
		return fmt.Errorf("searches cannot be sent at %d a second: give a rate above 0", o.SearchRate)
	case o.Attempts < 0:
		return fmt.Errorf("a request cannot be sent %d times: give a number of attempts above 0", o.Attempts)
	}
	return nil
}

// parseBase takes the address of an API. It may hold no user and no password:
// an error that shows it shows all of it.
func parseBase(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, errors.New("the base URL cannot be read: give one such as https://api.hubapi.com")
	case u.User != nil:
		return nil, errors.New("the base URL holds a user name or password: the token alone says who asks")
	case u.Host == "" || u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("the base URL %q is not of the form https://HOST", text)
	case u.Scheme != "https" && !(u.Scheme == "http" && isLoopback(u.Hostname())):
		return nil, fmt.Errorf("the base URL %q would send the token in the clear: give an https one (plain http is for this machine only)", text)
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Close lets go of the connections that wait to be used again.
func (c *Client) Close() { c.closeIdle() }

// Stats counts what a client has sent.
type Stats struct {
	Requests int64 // repeats included
	Retries  int64 // of them, repeats
	Recalled int64 // answers that were remembered, and so not asked for again
}

// Stats counts what the client has sent so far.
func (c *Client) Stats() Stats {
	return Stats{Requests: c.sent.Load(), Retries: c.retries.Load(), Recalled: c.recalled.Load()}
}

// Overruns is how many requests HubSpot has answered with 429 so far: too many in
// a time.
func (c *Client) Overruns() int64 { return c.overruns.Load() }

// Latency is how long the portal takes to answer at least, as far as was seen: what
// is asked for costs it more time, and the way there and back does not. 0: it has not
// answered yet.
func (c *Client) Latency() time.Duration { return time.Duration(c.fastest.Load()) }

// Pause is how long the client still sends nothing, because HubSpot has asked for
// that; 0 where it sends.
func (c *Client) Pause() time.Duration { return max(0, c.pace.rest()) }

// APIVersion is the version of the API that the client speaks.
func (c *Client) APIVersion() string { return c.version }

// request is what an operation sends beside its route.
type request struct {
	places []string // what stands in the places of the path, in order
	query  url.Values
	body   any  // is marshaled, unless it is JSON already, as bytes; nil for none
	most   int  // attempts, 429s aside; 0: as many as the client makes
	bare   bool // the answer may be a 204, which is not decoded
}

// do sends an operation until it is answered, or until that is hopeless, and
// has the answer decoded. What decode gets is only good until it returns; it is
// called again where it finds that an answer is malformed.
func (c *Client) do(ctx context.Context, op operation, r request, decode func([]byte) error) error {
	route := routes[op]
	path, err := route.path(c.version, r.places...)
	if err != nil {
		return err
	}
	target := *c.base
	target.Path, target.RawQuery = path, r.query.Encode()
	text, ready := r.body.([]byte)
	if !ready && r.body != nil {
		if text, err = json.Marshal(r.body); err != nil {
			return fmt.Errorf("%s %s: %w", route.method, path, err)
		}
	}
	var body any // an untyped nil: no body
	if text != nil {
		body = text
	}
	k := &call{client: c, pace: c.pace, method: route.method, path: path, effect: route.effect, most: min(cmp.Or(r.most, c.attempts), c.attempts), bare: r.bare, decode: decode}
	if answers := answersOf(ctx); answers != nil && route.effect == reads {
		f := fingerprint(route.method, target.RequestURI(), text)
		if k.recall(answers, f) {
			return ctx.Err()
		}
		k.keep = func(b Body) error { return answers.Keep(f, b) }
	}
	req, err := retryablehttp.NewRequestWithContext(ctx, route.method, target.String(), body)
	if err != nil {
		return fmt.Errorf("%s %s: %w", route.method, path, err)
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.agent)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if op == opSearchObjects {
		k.pace = c.searches
	}
	return k.run(ctx, req)
}
