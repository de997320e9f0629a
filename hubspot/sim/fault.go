package sim

import (
	"encoding/binary"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
)

// Fault is something that goes wrong on purpose. Of the requests that it fits it
// hits those that one of Every, First and Percent names; without any, all.
type Fault struct {
	Name  string // one of FaultKinds
	Param string // of the kinds that take one; empty: its usual value
	// On is an operation as the request log names it, or a method and a path, in
	// which * stands for what is between two slashes and a last ** for all that
	// follows: "GET /crm/*/objects/contacts". Empty: every request of the kind's.
	On    string
	Every int // one in so many
	// From First to Last, counted from 1; a Last of 0 means for ever.
	First, Last int
	// Percent of the requests, above 0 and up to 100. Which ones it hits follows from
	// Options.Seed and from what a request asks for, not from when it comes: two
	// runs that ask the same meet the same, however their requests interleave.
	Percent float64
}

// faultKind is what the name of a fault means. A kind has one of instead, edit,
// body, header and wire, or two of them.
type faultKind struct {
	about   string
	aim     aim // at records, which stand in front of the parameter: it fits the requests that hold one
	param   param
	unseen  bool                             // it fits requests that do not hold its records, too
	inner   string                           // it is another fault for some requests: the parameter names which, this is the usual one
	only    func(*call) bool                 // the requests that it fits; nil: all
	above   bool                             // of these, batches of more inputs than the number in front of the parameter
	before  func(*call, string)              // what happens first
	instead func(*call, string) answer       // the answer, in place of the portal's
	edit    func(*document, string)          // what changes in the answer's JSON
	body    func([]byte, string) []byte      // what changes in the answer's bytes
	header  func(*call, http.Header, string) // what changes in its headers
	wire    func(*exchange)                  // how it gets to the client, or does not
	silent  bool                             // no status gets there
}

// FaultKind describes a kind of fault.
type FaultKind struct {
	Name, About string
	Param       string // what its parameter is, with the usual value; empty: it takes none
}

// FaultKinds lists the kinds of faults by name.
func FaultKinds() []FaultKind {
	var list []FaultKind
	for _, name := range sortedKeys(faultKinds) {
		k := faultKinds[name]
		list = append(list, FaultKind{name, k.about, k.takes()})
	}
	return list
}

// faultKinds are all kinds by name.
var faultKinds = func() map[string]faultKind {
	all := map[string]faultKind{}
	for _, kinds := range []map[string]faultKind{refusalFaults, garblingFaults, wireFaults, pageFaults, batchFaults, wrappingFaults,
		absenceFaults, accountFaults, linkFaults, rowFaults, edgeFaults, definitionFaults, otherFaults} {
		maps.Copy(all, kinds)
	}
	return all
}()

// otherFaults are faults of other kinds than an answer's: time and the portal.
var otherFaults = map[string]faultKind{
	"delay": {about: "the answer comes late", param: durationParam("TIME", "1s"), before: func(c *call, d string) { pause(c.request.Context(), paramDuration(d)) }},
	"change": {about: "the portal changes just before the request is answered", param: param{name: "TEXT in the portal language", check: checkScript},
		before: func(c *call, text string) { c.change(text) }},
	"stale": {about: "associations are read as they were before the newest write", only: readsAssociations},
}

// faults decides which request meets which fault.
type faults struct {
	seed  uint64
	mu    sync.Mutex
	rules []*rule
}

// rule is a fault at work.
type rule struct {
	Fault
	kind  faultKind
	front front             // what stands in front of the parameter
	text  string            // the parameter, or its usual value
	count int               // requests that fitted
	asked map[string]int    // how often a record came that the fault is about, by where it came
	seen  map[uint64]uint64 // how often a request came, by what it asks for

	editing sync.Mutex
	streams map[string]*stream // what a kind knows of the pages before
}

func newFaults(o Options) *faults {
	f := &faults{seed: o.Seed}
	for _, fault := range o.Faults {
		f.rules = append(f.rules, newRule(fault))
	}
	return f
}

// newRule makes a rule of a fault that was checked. Where it is another fault for
// some requests, it has that one's ways.
func newRule(f Fault) *rule {
	r := &rule{Fault: f, kind: faultKinds[f.Name], asked: map[string]int{}, seen: map[uint64]uint64{}, streams: map[string]*stream{}}
	r.front, r.text, _ = r.kind.cut(f.Param) // checked
	if r.kind.inner != "" {
		name, text := innerFault(r.kind, r.text)
		outer := r.kind
		r.kind, r.text = faultKinds[name], text
		inside := r.kind.only
		r.kind.only = func(c *call) bool { return outer.only(c) && (inside == nil || inside(c)) }
		r.kind.aim, r.kind.above = outer.aim, outer.above
	}
	if r.text == "" {
		r.text = r.kind.param.usual
	}
	return r
}

// next counts a request and gives the first fault that it meets, if any.
func (f *faults) next(c *call) *rule {
	f.mu.Lock()
	defer f.mu.Unlock()
	var met *rule
	mentioned := sync.OnceValue(c.mentioned)
	for _, r := range f.rules {
		if !r.fits(c) {
			continue
		}
		of := r.named(c, mentioned)
		if len(of) == 0 && len(r.front.records) > 0 {
			continue
		}
		if r.due(c, f.seed) && met == nil {
			met, c.hit = r, of
		}
	}
	return met
}

func (r *rule) fits(c *call) bool {
	return r.on(c) && (r.kind.only == nil || r.kind.only(c)) && (!r.kind.above || len(c.asks()) > r.front.number)
}

// due counts a request that the rule fits, and reports whether it is hit.
func (r *rule) due(c *call, seed uint64) bool {
	r.count++
	switch {
	case r.Percent > 0:
		return r.draw(c, seed)
	case r.Every > 0:
		return r.count%r.Every == 0
	}
	return r.count >= r.First && (r.Last == 0 || r.count <= r.Last)
}

// draw throws a die that is loaded with the seed, the rule and what the request
// asks for; a repeated request has another throw.
func (r *rule) draw(c *call, seed uint64) bool {
	h := fnv.New64a()
	_ = binary.Write(h, binary.LittleEndian, seed) // a hash takes everything
	for _, text := range []string{r.String(), c.request.Method, c.request.URL.RequestURI(), string(c.body)} {
		_, _ = h.Write([]byte(text + "\x00"))
	}
	key := h.Sum64()
	r.seen[key]++
	return rand.New(rand.NewPCG(key, r.seen[key])).Float64()*100 < r.Percent
}

// strike gives the answer of a request that meets the fault.
func (r *rule) strike(c *call) answer {
	if r.kind.before != nil {
		r.kind.before(c, r.text)
	}
	if r.kind.instead != nil {
		return r.kind.instead(c, r.text)
	}
	a := c.serve()
	if r.kind.edit != nil {
		r.edit(c, &a)
	}
	if r.kind.body != nil && a.status != http.StatusNoContent {
		a = answer{status: a.status, header: a.header, raw: r.kind.body(a.bytes(c), r.text)}
	}
	if r.kind.silent {
		return answer{}
	}
	return a
}

// send does what the fault does on the way to the client, and reports whether
// that was all there was to send.
func (r *rule) send(c *call, w http.ResponseWriter, status int, body []byte) bool {
	if r.kind.header != nil {
		r.kind.header(c, w.Header(), r.text)
	}
	if r.kind.wire == nil {
		return false
	}
	r.kind.wire(&exchange{w, c.request, status, body, r.text})
	return true
}

// The requests that kinds of faults fit.
func readsAlone(c *call) bool  { return c.route != nil && !c.route.writes && !c.route.open }
func writesAlone(c *call) bool { return c.route != nil && c.route.writes }
func tokensAlone(c *call) bool { return c.operation == "token" }

func readsAssociations(c *call) bool {
	return c.operation == "associations-read" || c.operation == "associations-list"
}

// change carries out lines of the portal language, up to the first that the
// portal, as it is now, cannot follow.
func (c *call) change(text string) {
	c.portal.mu.Lock()
	defer c.portal.mu.Unlock()
	_ = c.portal.apply("fault", text, c.time()) // no client can be answered
}

// checkScript reads a text of the portal language, as far as that can be done
// without the portal.
func checkScript(text string) error {
	for line := range strings.Lines(text) {
		if _, err := split(line); err != nil {
			return err
		}
	}
	return nil
}
