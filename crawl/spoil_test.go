package crawl

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

// onTheWay is an answer between the portal and the crawl.
type onTheWay struct {
	request *http.Request
	header  http.Header
	doc     map[string]any
}

// serveSpoiled serves a portal whose answers are changed on their way, one at a
// time.
func serveSpoiled(t *testing.T, portal string, edit func(onTheWay), faults ...sim.Fault) served {
	t.Helper()
	p, err := sim.Parse(t.Name(), portal)
	if err != nil {
		t.Fatal(err)
	}
	server := sim.NewServer(p, sim.Options{Token: "token", PageSize: 2, Faults: faults})
	var mu sync.Mutex
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Del("Accept-Encoding")
		answer := httptest.NewRecorder()
		server.ServeHTTP(answer, r)
		body := answer.Body.Bytes()
		var doc map[string]any
		decoder := json.NewDecoder(strings.NewReader(string(body)))
		decoder.UseNumber()
		if decoder.Decode(&doc) == nil {
			mu.Lock()
			edit(onTheWay{r, answer.Header(), doc})
			mu.Unlock()
			var err error
			if body, err = json.Marshal(doc); err != nil {
				t.Error(err)
			}
		}
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(answer.Code)
		_, _ = w.Write(body) // a client that ends does not care
	}))
	client := clientOf(t, web.URL, hubspot.DefaultAPIVersion)
	t.Cleanup(web.Close)
	return served{server: server, client: client}
}

// lists reports whether it is a page of the list of contacts.
func (a onTheWay) lists() bool {
	return strings.HasSuffix(a.request.URL.Path, "/0-1") && strings.Contains(a.request.URL.Path, "/objects/")
}

// searches reports whether it answers a search for contacts.
// A refused one, too many in its second on a slow machine, is sent again.
func (a onTheWay) searches() bool {
	return strings.HasSuffix(a.request.URL.Path, "/0-1/search") && a.doc["results"] != nil
}

// rows are its results.
func (a onTheWay) rows() []any { return a.doc["results"].([]any) }
