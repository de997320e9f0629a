package sim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Options say how a server answers; the zero value behaves well and takes any
// token.
type Options struct {
	// Token is the only private-app token that is accepted; empty: any, unless
	// there is an OAuth app.
	Token string
	// OAuth is an app whose refresh token buys access tokens; the zero value is
	// none.
	OAuth OAuth
	// TokenLife is how long an access token of the app is good; 0 means 30 min.
	TokenLife time.Duration
	// PageSize is the number of records that one input of an associations batch
	// read gets at once; 0 means what the portal's fact page-size says.
	PageSize int
	// Rate is the burst that an app is allowed; the zero value sets no limit,
	// for searches neither.
	Rate Rate
	// Daily is the number of requests that the account is allowed in a day, which
	// ends at midnight in the portal's time zone; 0 means 1,000,000.
	Daily int
	// SearchLag is how long the search API does not see what is written.
	SearchLag time.Duration
	// Faults are what goes wrong on purpose.
	Faults []Fault
	// Seed is what faults are drawn from that hit a share of the requests.
	Seed uint64
	// WithoutScope are object types, or the word owners, that the token may not see.
	WithoutScope []string
	// WithoutEditAssociations makes the token one of a user who may not change
	// associations, which only the version 2026-09 checks.
	WithoutEditAssociations bool
	// Latency delays every answer.
	Latency time.Duration
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// First makes the portal as it was at first, for POST /_sim/reset; nil: there is no reset.
	First func() (*Portal, error)
	// NotServed is called once for each method and path that the simulator does
	// not serve, with {id} in place of ids; nil is nothing. Calls do not overlap.
	NotServed func(method, path string)
}

// Check reports what a server for the portal cannot do with its options: an object
// type that is not there, or a fault.
func (o Options) Check(p *Portal) error {
	p.mu.RLock()
	defer p.mu.RUnlock()
	for _, name := range o.WithoutScope {
		if p.typeOf(name) == nil && name != ownersWord {
			return fmt.Errorf("without scope: the portal has no object type %q", name)
		}
	}
	for _, f := range o.Faults {
		err := f.check()
		if err == nil {
			err = f.known(p)
		}
		if err != nil {
			return fmt.Errorf("fault %s: %w", f, err)
		}
	}
	return nil
}

// Server answers HTTP requests for a portal as api.hubapi.com does. It is an
// http.Handler.
type Server struct {
	portal  *Portal
	options Options
	without map[*objectType]bool
	limits  *limits
	faults  *faults
	tokens  *tokens
	index   *searchIndex
	exports *exports
	after   atomic.Pointer[Server] // who answers since a reset; nil: this one

	mu       sync.Mutex
	requests []Request
	missed   map[string]bool // method and path of what is not served

	writers sync.Pool // of *linkWriter
}

// NewServer makes a server for a portal. It panics where Options.Check finds an
// error.
func NewServer(p *Portal, o Options) *Server {
	if err := o.Check(p); err != nil {
		panic("sim: " + err.Error())
	}
	if o.Daily == 0 {
		o.Daily = defaultDaily
	}
	if o.TokenLife == 0 {
		o.TokenLife = defaultTokenLife
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Server{portal: p, options: o, without: map[*objectType]bool{}, limits: newLimits(o, p.account), faults: newFaults(o),
		missed: map[string]bool{}, tokens: newTokens(o), index: newSearchIndex(o.SearchLag), exports: newExports()}
	for _, name := range o.WithoutScope {
		if t := p.typeOf(name); t != nil {
			s.without[t] = true
		}
	}
	return s
}

const (
	defaultDaily     = 1_000_000
	defaultTokenLife = 30 * time.Minute // HubSpot's documentation, "Working with OAuth"
)

// Start serves on a loopback address such as 127.0.0.1:0 until stop is called,
// which waits until the server has ended.
func (s *Server) Start(address string) (url string, stop func(), err error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(listener) // it ends with Close, which is no error
	}()
	stop = func() {
		_ = server.Close()
		<-ended
	}
	return "http://" + listener.Addr().String(), stop, nil
}

// Request is a request that the server has answered.
type Request struct {
	N         int    `json:"n"` // from 1
	Method    string `json:"method"`
	Path      string `json:"path"`
	Query     string `json:"query,omitempty"`
	Operation string `json:"operation"` // what it asked for; empty where there is no such path
	Inputs    int    `json:"inputs"`    // of a batch
	Status    int    `json:"status"`    // 0: the connection was cut before one was sent
	Fault     string `json:"fault,omitempty"`
}

// Requests lists the requests that were answered since the last reset, in their order,
// those to /_sim/ left out.
func (s *Server) Requests() []Request {
	s = s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request{}, s.requests...) // never nil, which JSON writes as null
}

// begin gives a request its number.
func (s *Server) begin(r *http.Request) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.requests) + 1
	s.requests = append(s.requests, Request{N: n, Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery})
	return n
}

func (s *Server) note(n int, set func(*Request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	set(&s.requests[n-1])
}

// idSegment is a piece of a path that names a record, a list, an app, …
var idSegment = regexp.MustCompile(`^([0-9]-)?[0-9]+$`)

// miss reports a path that is not served, once.
func (s *Server) miss(method string, path []string) {
	path = slices.Clone(path)
	for i, segment := range path {
		if idSegment.MatchString(segment) {
			path[i] = "{id}"
		}
	}
	name := strings.Join(path, "/")
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.options.NotServed != nil && !s.missed[method+" "+name] {
		s.missed[method+" "+name] = true
		s.options.NotServed(method, name)
	}
}

// Requests that are larger are refused, as HubSpot refuses them.
const (
	maxRequest = 32 << 20 // bytes of the body
	maxURI     = 15_000   // about; clients report where they meet the limit
)

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost && r.URL.Path == "/_sim/reset" {
		s.reset(w)
		return
	}
	s = s.now()
	if strings.HasPrefix(r.URL.Path, "/_sim/") {
		s.control(w, r)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	n := s.begin(r)
	c := &call{server: s, portal: s.portal, request: r, body: body, n: n}
	s.wait(r.Context())
	a := s.answer(c, err)
	s.note(n, func(q *Request) { q.Operation, q.Inputs, q.Status = c.operation, c.inputs, a.status })
	s.send(w, c, a)
}

func (s *Server) wait(ctx context.Context) {
	if s.options.Latency > 0 {
		pause(ctx, s.options.Latency)
	}
}

// pause waits, and reports whether the client is still there.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// answer takes a request through the gates that HubSpot has: size, token,
// limits, path, scope; and then to its handler.
func (s *Server) answer(c *call, unread error) answer {
	c.find()
	if refused := s.admit(c, unread); refused != nil {
		return refused.answer()
	}
	if c.fault = s.faults.next(c); c.fault == nil {
		return c.serve()
	}
	s.note(c.n, func(q *Request) { q.Fault = c.fault.Name })
	return c.fault.strike(c)
}

// admit refuses what is not let in.
func (s *Server) admit(c *call, unread error) *problem {
	var large *http.MaxBytesError
	switch {
	case errors.As(unread, &large):
		return &problem{status: http.StatusRequestEntityTooLarge, Status: "error", Message: "The request is too large."}
	case unread != nil: // the client is gone, and nobody reads this
		return bad("The request breaks off")
	case len(c.request.RequestURI) > maxURI:
		return &problem{status: http.StatusRequestURITooLong, Status: "error", Message: "The URI is too long."}
	case c.route != nil && c.route.open:
		return nil
	}
	if refused := s.authorize(c); refused != nil {
		return refused
	}
	exempt := c.operation == "associations-read" && c.portal.switches.AssociationRate == "exempt"
	return s.limits.take(c.operation, c.oauth, exempt)
}
