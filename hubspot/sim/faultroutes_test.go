package sim

import (
	"cmp"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// lasting are faults that take long, or that an answer in memory cannot show.
var lasting = []string{"delay", "slow", "stall", "huge", "long-value", "many-results", "gzip-bomb", "deep"}

// TestEveryFaultOnEveryRoute lets each kind of fault meet each request that works
// or nearly does, on record 101: a fault of the simulator's own would be a panic.
func TestEveryFaultOnEveryRoute(t *testing.T) {
	t.Parallel()
	p, err := Parse("language", language)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.DeleteFunc(sortedKeys(faultKinds), func(name string) bool { return slices.Contains(lasting, name) }) {
		fault := Fault{Name: name}
		switch kind := faultKinds[name]; {
		case kind.aim == mustAim:
			fault.Param = "101"
		case kind.above:
			fault.Param = "0"
		case name == "change":
			fault.Param = "contacts 101 name=x"
		}
		s := NewServer(p, Options{Faults: []Fault{fault}})
		for _, group := range routeGroups() {
			for _, r := range group {
				for _, body := range []string{``, `{}`, `{"inputs":[{"id":"101"},{"id":201,"after":"MC0yLTE%3D"}]}`, `{"inputs":[{"from":{"id":"101"},"to":{"id":"201"}}]}`} {
					if !r.writes {
						serveAnyhow(t, s, r.method, places.Replace(cmp.Or(r.legacy, r.dated)), body)
					}
				}
			}
		}
		if met := slices.ContainsFunc(s.Requests(), func(q Request) bool { return q.Fault == name }); !met && name != "409" {
			t.Errorf("no request met %s", name)
		}
	}
}

// serveAnyhow serves a request whose connection may break.
func serveAnyhow(t *testing.T, s *Server, method, path, body string) {
	t.Helper()
	defer func() {
		if reason := recover(); reason != nil && reason != http.ErrAbortHandler {
			t.Errorf("%s %s %s: %v", method, path, body, reason)
		}
	}()
	r := httptest.NewRequest(method, path+"?limit=1&after=", strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer test")
	s.ServeHTTP(httptest.NewRecorder(), r)
}
