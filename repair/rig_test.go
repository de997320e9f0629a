package repair

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

// request is one that reaches a portal, as a test may look at it.
type request struct {
	n     int // from 1, of this run
	path  string
	body  string
	read  bool // of associations
	write bool
	after bool // a write was served before
}

// rig is a portal behind something that can go wrong, or change the portal, at any request.
type rig struct {
	server *sim.Server
	portal *sim.Portal

	mu      sync.Mutex
	n       int
	writes  int            // that reached the portal
	written map[string]int // by the texts of their inputs, those that it took
	fault   func(request) string
}

// applyIn applies a plan with a journal in a folder. fault says for each request how it goes
// wrong: "" not at all, else a status to answer instead of the portal, "wait" to be asked again
// in a second, "promise" to say that it was done, "after STATUS", "cut", "reset", or "portal LINES", which change the portal before it is served.
func applyIn(t *testing.T, dir, portal string, p *Plan, o ApplyOptions, fault func(request) string) rigged {
	t.Helper()
	parsed, err := sim.Parse(t.Name(), portal)
	if err != nil {
		t.Fatal(err)
	}
	return (&rig{server: sim.NewServer(parsed, sim.Options{}), portal: parsed, fault: fault}).apply(t, dir, p, o)
}

// rigged is one application of a plan to the portal of a rig.
type rigged struct {
	*rig
	run *Run
	err error
}

func (r rigged) creates() int { return r.writes }

func (r rigged) outcomes() []string { return applied{run: r.run}.outcomes() }

func (r rigged) want(t *testing.T, outcomes ...string) {
	t.Helper()
	applied{run: r.run}.want(t, outcomes...)
}

func (r *rig) apply(t *testing.T, dir string, p *Plan, o ApplyOptions) rigged {
	t.Helper()
	client, stop := r.client(t)
	defer stop()
	h, err := FindPlan(dir, p.Digest)
	var journal *Journal
	if err == nil && h != nil {
		journal, err = Resume(h)
	} else if err == nil {
		journal, err = CreateJournal(dir, "20261122T030000Z")
	}
	if err != nil {
		t.Fatal(err)
	}
	a := rigged{rig: r}
	a.run, a.err = Apply(t.Context(), client, p, journal, o)
	if err := journal.Close(); err != nil {
		t.Fatal(err)
	}
	return a
}

// resume goes on with the run of a plan, with a portal that behaves.
func (r rigged) resume(t *testing.T, dir string, p *Plan) rigged {
	t.Helper()
	r.fault = nil
	return r.rig.apply(t, dir, p, quick())
}

func (r *rig) client(t *testing.T) (*hubspot.Client, func()) {
	t.Helper()
	r.n = 0
	server := httptest.NewServer(r)
	client, err := hubspot.New("token", hubspot.Options{BaseURL: server.URL, Attempts: 1})
	if err != nil {
		t.Fatal(err)
	}
	return client, func() {
		client.Close()
		server.Close()
	}
}

// ServeHTTP serves a request as the rig's fault says.
func (r *rig) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	body, err := io.ReadAll(req.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	r.n++
	seen := request{n: r.n, path: req.URL.Path, body: string(body), after: r.writes > 0,
		read:  strings.Contains(req.URL.Path, "/associations/") && strings.HasSuffix(req.URL.Path, "/batch/read"),
		write: strings.HasSuffix(req.URL.Path, "/batch/create") || strings.HasSuffix(req.URL.Path, "/archive") || req.Method == http.MethodPut}
	fault := ""
	if r.fault != nil {
		fault = r.fault(seen)
	}
	if lines, is := strings.CutPrefix(fault, "portal "); is {
		if err := r.portal.Script("change", lines); err != nil {
			panic(err)
		}
	}
	switch fault {
	case "wait":
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = io.WriteString(w, `{"status":"error","message":"too many","errorType":"RATE_LIMIT","policyName":"TEN_SECONDLY_ROLLING"}`)
		return
	case "promise":
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"status":"COMPLETE","results":[]}`)
		return
	case "500", "429":
		refuse(w, fault)
		return
	case "teapot":
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"status":"error","message":"I am a teapot","category":"TEAPOT"}`)
		return
	case "reset":
		panic(http.ErrAbortHandler)
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	answer := httptest.NewRecorder()
	r.server.ServeHTTP(answer, req)
	if seen.write {
		r.writes++
		r.count(body, answer.Code)
	}
	switch fault {
	case "after 500":
		refuse(w, "500")
		return
	case "silence", "after reset":
		panic(http.ErrAbortHandler)
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	text := answer.Body.Bytes()
	if fault == "207" && (seen.write || seen.read) {
		refusePart(w, text)
		return
	}
	if fault == "cut" {
		w.Header().Set("Content-Length", "100000")
		text = text[:len(text)/2]
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(text)
	if fault == "cut" {
		panic(http.ErrAbortHandler)
	}
}

// count counts the inputs of a write that the portal took.
func (r *rig) count(body []byte, code int) {
	var doc struct{ Inputs []json.RawMessage }
	if code/100 != 2 || json.Unmarshal(body, &doc) != nil {
		return
	}
	if r.written == nil {
		r.written = map[string]int{}
	}
	for _, in := range doc.Inputs {
		r.written[string(in)]++
	}
}

// refusePart answers with the results but the last, and an error that names no record: what
// became of that one is not said.
func refusePart(w http.ResponseWriter, text []byte) {
	var doc map[string]json.RawMessage
	var results []json.RawMessage
	if json.Unmarshal(text, &doc) == nil && json.Unmarshal(doc["results"], &results) == nil && len(results) > 0 {
		doc["results"], _ = json.Marshal(results[:len(results)-1])
		doc["errors"] = json.RawMessage(`[{"status":"error","category":"INTERNAL_ERROR","message":"internal error"}]`)
		doc["numErrors"] = json.RawMessage("1")
	}
	text, _ = json.Marshal(doc)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusMultiStatus)
	_, _ = w.Write(text)
}

func mustParse(t *testing.T, portal string) *sim.Portal {
	t.Helper()
	p, err := sim.Parse(t.Name(), portal)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func refuse(w http.ResponseWriter, status string) {
	w.Header().Set("Content-Type", "application/json")
	if status == "429" {
		w.Header().Set("Retry-After", "0")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = io.WriteString(w, `{"status":"error","message":"too many","errorType":"RATE_LIMIT","policyName":"DAILY"}`)
		return
	}
	w.WriteHeader(http.StatusInternalServerError)
	_, _ = io.WriteString(w, `{"status":"error","message":"internal error"}`)
}

// journalIn is the one journal of a folder.
func journalIn(t *testing.T, dir string) *History {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "run=*.ndjson"))
	if err != nil || len(names) != 1 {
		t.Fatalf("%v, %v", names, err)
	}
	h, err := ReadJournal(names[0])
	if err != nil {
		t.Fatal(errors.Join(err))
	}
	return h
}
