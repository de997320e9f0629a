package sim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// call is one request under way.
type call struct {
	server    *Server
	portal    *Portal
	request   *http.Request
	body      []byte
	n         int
	operation string // name of the route
	route     *route
	dated     bool              // the path is one of the date-based family
	version   string            // of a dated path
	places    map[string]string // what stands in the places of the path
	inputs    int
	oauth     bool // its token is one of a public app
	fault     *rule
	hit       []string // ids of the records that the fault is about here; none: it is about whatever comes first
}

// answer is what a call is answered with.
type answer struct {
	status int
	body   any    // marshaled, unless raw is set
	raw    []byte // JSON
	header http.Header
}

// ok is an answer with a body.
func ok(body any) answer { return answer{status: http.StatusOK, body: body} }

// done is an answer without a body.
func done() answer { return answer{status: http.StatusNoContent} }

func (p *problem) answer() answer { return answer{status: p.status, body: p} }

// find finds the route of a request.
func (c *call) find() bool {
	path := c.path()
	switches := c.portal.current()
	for _, r := range routesBy(c.request.Method, len(path)) {
		if places, version, ok := r.match(path, switches); ok {
			c.route, c.operation, c.places, c.version, c.dated = r.route, r.route.name, places, version, r.dated
			return true
		}
	}
	return false
}

func (c *call) path() []string {
	return strings.Split(strings.TrimSuffix(c.request.URL.EscapedPath(), "/"), "/")
}

// current are the switches now: a night can change them.
func (p *Portal) current() Switches {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.switches
}

// unrouted answers for a path that has no such method, or is none of those that
// are served. HubSpot may well serve it, which is why the answer has a header
// that says whose refusal it is.
func (c *call) unrouted() answer {
	path := c.path()
	switches := c.portal.current()
	var methods []string
	for _, method := range []string{http.MethodDelete, http.MethodGet, http.MethodPatch, http.MethodPost, http.MethodPut} {
		if slices.ContainsFunc(routesBy(method, len(path)), func(t template) bool {
			_, _, ok := t.match(path, switches)
			return ok
		}) {
			methods = append(methods, method)
		}
	}
	c.server.miss(c.request.Method, path)
	p := &problem{status: http.StatusNotFound, Status: "error", Message: "resource not found"}
	header := http.Header{"X-Hubgraph-Sim": {"not-served"}}
	if len(methods) > 0 {
		p.status, p.Message = http.StatusMethodNotAllowed, "HTTP 405 Method Not Allowed"
		header.Set("Allow", strings.Join(methods, ", "))
	}
	a := p.answer()
	a.header = header
	return a
}

// serve runs the handler under the portal's lock.
func (c *call) serve() answer {
	if c.route == nil {
		return c.unrouted()
	}
	if c.route.writes {
		c.portal.mu.Lock()
		defer c.portal.mu.Unlock()
		c.portal.history.begin(c.now())
		defer c.portal.history.end()
	} else {
		c.portal.mu.RLock()
		defer c.portal.mu.RUnlock()
	}
	if refused := c.admit(); refused != nil {
		return refused.answer()
	}
	a, err := c.route.serve(c)
	var p *problem
	if errors.As(err, &p) {
		return p.answer()
	}
	return a
}

// admit checks the object types that the path names, and what the token may do
// with them.
func (c *call) admit() *problem {
	types, refused := c.types()
	if refused == nil {
		refused = c.scope(types...)
	}
	if refused == nil && c.route.edits && c.version == "2026-09" && c.server.options.WithoutEditAssociations {
		refused = bad("Missing 'Edit Associations' permission.") // 400, not 403: HubSpot's changelog on the validation of writes
	}
	return refused
}

// types finds the object types that the path names.
func (c *call) types() ([]*objectType, *problem) {
	var types []*objectType
	for _, place := range []string{"type", "from", "to"} {
		name, ok := c.places[place]
		if !ok {
			continue
		}
		t := c.portal.typeOf(name)
		if t == nil {
			return nil, unknownType(name)
		}
		types = append(types, t)
	}
	return types, nil
}

// typ is the object type in a place of the path; serve has checked it.
func (c *call) typ(place string) *objectType { return c.portal.typeOf(c.places[place]) }

// ends are the object types of a path from one to another.
func (c *call) ends() (from, to *objectType) { return c.typ("from"), c.typ("to") }

// id is a record's id in a place of the path.
func (c *call) id(place string) (int64, error) {
	n, err := strconv.ParseInt(c.places[place], 10, 64)
	if err != nil || n < 0 {
		p := bad("Invalid object ID %q: object IDs are numbers", c.places[place]).sub(invalidIdentifier)
		return 0, p.with("id", c.places[place])
	}
	return n, nil
}

// query gives a value of the query.
func (c *call) query(name string) string { return c.request.URL.Query().Get(name) }

// list gives a list in the query: with commas, repeated, or both.
func (c *call) list(name string) []string {
	var values []string
	for _, v := range c.request.URL.Query()[name] {
		values = append(values, strings.Split(v, ",")...)
	}
	return slices.DeleteFunc(values, func(v string) bool { return v == "" })
}

// limit gives the size of a page that the query asks for.
func (c *call) limit(standard, most int) (int, error) {
	text := c.query("limit")
	if text == "" {
		return standard, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		return 0, bad("Invalid input: limit %q: it must be a number from 1 to %d", text, most)
	}
	return n, nil
}

// flag gives a boolean of the query, in any letter case.
func (c *call) flag(name string) bool { return strings.EqualFold(c.query(name), "true") }

// decode reads the body into a document.
func (c *call) decode(doc any) error {
	if len(bytes.TrimSpace(c.body)) == 0 {
		return bad("Invalid JSON input: a request body was expected, but none found")
	}
	d := json.NewDecoder(bytes.NewReader(c.body))
	err := d.Decode(doc)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("there is more behind the document")
		}
	}
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong):
		return bad("Invalid input JSON on line 1, column %d: cannot read %s as the value of [%s]", wrong.Offset, wrong.Value, wrong.Field)
	case err != nil:
		return bad("Invalid input JSON on line 1: %v", err)
	}
	return nil
}

// unset refuses a document that lacks what it must have.
func unset(fields ...string) *problem {
	return bad("Invalid input JSON on line 1: some required fields were not set: [%s]", strings.Join(fields, ", "))
}

// batchOf reads the inputs of a batch, of which there may be at most so many.
func batchOf[Input any](c *call, most int) ([]Input, error) {
	var doc struct {
		Inputs *[]Input `json:"inputs"`
	}
	if err := c.decode(&doc); err != nil {
		return nil, err
	}
	if doc.Inputs == nil {
		return nil, unset("inputs")
	}
	if c.inputs = len(*doc.Inputs); c.inputs > most {
		return nil, bad("The maximum number of inputs supported in a batch request is %d, and there are %d", most, c.inputs)
	}
	return *doc.Inputs, nil
}

// batch is the answer to a batch.
type batch struct {
	Status  string `json:"status"`
	Results any    `json:"results"`
	batchEnd
}

// batchEnd is what stands behind the results.
type batchEnd struct {
	NumErrors   int        `json:"numErrors,omitempty"`
	Errors      []*problem `json:"errors,omitempty"`
	StartedAt   string     `json:"startedAt"`
	CompletedAt string     `json:"completedAt"`
}

// batched answers a batch: with a status of its own where some inputs failed.
func (c *call) batched(status int, results any, problems []*problem) answer {
	status, end := c.end(status, problems)
	return answer{status: status, body: batch{"COMPLETE", results, end}}
}

func (c *call) end(status int, problems []*problem) (int, batchEnd) {
	now := timestamp(c.now())
	end := batchEnd{NumErrors: len(problems), Errors: problems, StartedAt: now, CompletedAt: now}
	if len(problems) > 0 {
		status = http.StatusMultiStatus
	}
	if c.portal.switches.Errors == "trimmed" && len(end.Errors) > 1 {
		end.Errors = end.Errors[:1]
	}
	return status, end
}

// paging is where a next page begins.
type paging struct {
	Next struct {
		After string `json:"after"`
		Link  string `json:"link,omitempty"`
	} `json:"next"`
}

// next names the next page of the same request.
func (c *call) next(after string) *paging {
	p := &paging{}
	p.Next.After = after
	u := url.URL{Scheme: "https", Host: "api.hubapi.com", Path: c.request.URL.Path}
	q := c.request.URL.Query()
	q.Set("after", after)
	u.RawQuery = q.Encode()
	p.Next.Link = u.String()
	return p
}

// correlation is the id that HubSpot's support would ask for: the same for the
// same request of a run.
func (c *call) correlation() string {
	return fmt.Sprintf("%08x-0000-4000-8000-%012x", c.n, c.n)
}
