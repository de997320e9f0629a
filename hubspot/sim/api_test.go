package sim_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/hubspot/sim"
)

// family is one of the two families of paths, as tests write paths for both.
type family struct {
	name  string
	dated bool
	paths *strings.Replacer
}

var families = []family{
	{"v4", false, strings.NewReplacer("@associations", "/crm/v4/associations", "@links", "/crm/v4/objects", "@objects", "/crm/v3/objects",
		"@schemas", "/crm-object-schemas/v3/schemas", "@limits", "/crm/v3/limits")},
	{"2026-09", true, strings.NewReplacer("@associations", "/crm/associations/2026-09", "@links", "/crm/objects/2026-09", "@objects", "/crm/objects/2026-09",
		"@schemas", "/crm-object-schemas/2026-09/schemas", "@limits", "/crm/limits/2026-09")},
}

// api is a client that knows nothing of a portal but what HTTP shows.
type api struct {
	family
	t      failer
	url    string // empty: the server is called without a network
	server *sim.Server
}

// failer is what tests and rapid's checks have in common.
type failer interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Fatal(args ...any)
}

// serve serves the portal of a text over HTTP until the test ends.
func serve(t testing.TB, f family, text string, o sim.Options) *api {
	t.Helper()
	s := sim.NewServer(parse(t, text), o)
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	return &api{f, t, web.URL, s}
}

func parse(t failer, text string) *sim.Portal {
	t.Helper()
	p, err := sim.Parse("test", text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// inBoth runs a test in both families, each with a portal of its own.
func inBoth(t *testing.T, text string, o sim.Options, test func(t *testing.T, a *api)) {
	for _, f := range families {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			test(t, serve(t, f, text, o))
		})
	}
}

type reply struct {
	status int
	header http.Header
	body   []byte
}

// call sends a request. A path in which @associations, @links, @objects, @schemas
// or @limits stands is one of both families.
func (a *api) call(method, path, body string) reply {
	a.t.Helper()
	r, err := http.NewRequest(method, a.url+a.paths.Replace(path), strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer test")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return a.send(r)
}

func (a *api) send(r *http.Request) reply {
	a.t.Helper()
	if a.url == "" {
		w := httptest.NewRecorder()
		a.server.ServeHTTP(w, r)
		return reply{w.Code, w.Header(), w.Body.Bytes()}
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	defer answer.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(answer.Body); err != nil {
		a.t.Fatal(err)
	}
	return reply{answer.StatusCode, answer.Header, b.Bytes()}
}

// want checks an answer: its status and its JSON, in which times, links and
// correlation ids are passed over. An empty want is an answer without a body.
func (a *api) want(got reply, status int, body string) {
	a.t.Helper()
	if got.status != status {
		a.t.Fatalf("got status %d and %s; want status %d", got.status, got.body, status)
	}
	if body == "" {
		if len(got.body) > 0 {
			a.t.Errorf("got %s; want no body", got.body)
		}
		return
	}
	if diff := cmp.Diff(tidy(a.t, []byte(body)), tidy(a.t, got.body)); diff != "" {
		a.t.Errorf("the answer differs (-want +got):\n%s", diff)
	}
}

// volatile are keys whose values no test is about.
var volatile = []string{"startedAt", "completedAt", "createdAt", "updatedAt", "correlationId", "link"}

// tidy decodes JSON without what is volatile.
func tidy(t failer, data []byte) any {
	t.Helper()
	var doc any
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&doc); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	return stripped(doc)
}

// stripped takes away what is volatile, and sorts what HubSpot promises no order
// for: associated records, and their types.
func stripped(doc any) any {
	switch doc := doc.(type) {
	case map[string]any:
		maps.DeleteFunc(doc, func(key string, _ any) bool { return slices.Contains(volatile, key) })
		for key, value := range doc {
			doc[key] = stripped(value)
		}
		if types, ok := doc["associationTypes"].([]any); ok {
			sortJSON(types)
		}
	case []any:
		for i, value := range doc {
			doc[i] = stripped(value)
		}
		if !slices.ContainsFunc(doc, func(element any) bool { m, _ := element.(map[string]any); return m["associationTypes"] == nil }) {
			sortJSON(doc)
		}
	}
	return doc
}

func sortJSON(list []any) {
	slices.SortFunc(list, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
}

// decode reads the body of an answer that must have a status.
func decode[T any](a *api, got reply, status int) T {
	a.t.Helper()
	var doc T
	if got.status != status {
		a.t.Fatalf("got status %d and %s; want status %d", got.status, got.body, status)
	}
	if err := json.Unmarshal(got.body, &doc); err != nil {
		a.t.Fatalf("%v in %s", err, got.body)
	}
	return doc
}
