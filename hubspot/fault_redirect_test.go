package hubspot

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// TestNothingIsSentElsewhere has answers of each kind that lead to another host, a
// subdomain, another port, another scheme, and the same place, by redirects and
// by links to a next page. Whatever a name is called, it leads to a second server
// here, which must not see anything.
func TestNothingIsSentElsewhere(t *testing.T) {
	second := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("another server got %s %s with Authorization %q", r.Method, r.URL, r.Header.Get("Authorization"))
	}))
	defer second.Close()
	for _, where := range []string{
		"http://other.example/crm", "https://other.example/crm", "http://api.hubapi.com.other.example/", "http://sub.HOST/", "http://HOST@other.example/",
		second.URL, "http://other.example/URI", "https://HOST/URI", "http://HOST/URI", "/URI", "//other.example/URI", "http://HOST/",
	} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			redirects(t, second.Listener.Addr().String(), status, where)
		}
		links(t, second.Listener.Addr().String(), where)
	}
}

// confined is a client of a server, whose connections to anywhere else go to a
// second one and are noted.
func confined(t *testing.T, second string, answer http.HandlerFunc) (*Client, string, func() string) {
	t.Helper()
	first := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set(maxHeader, "1000000")
		w.Header().Set(intervalHeader, "10000")
		answer(w, r)
	}))
	host := first.Listener.Addr().String()
	var mu sync.Mutex
	var dialed []string
	wire := newTransport()
	direct := wire.DialContext
	wire.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if addr == host {
			return direct(ctx, network, addr)
		}
		mu.Lock()
		dialed = append(dialed, addr)
		mu.Unlock()
		return direct(ctx, network, second)
	}
	t.Cleanup(func() { wire.CloseIdleConnections(); first.Close() })
	c, err := newClient(canary, Options{BaseURL: first.URL}, wire)
	if err != nil {
		t.Fatal(err)
	}
	return c, host, func() string {
		mu.Lock()
		defer mu.Unlock()
		return strings.Join(dialed, " ")
	}
}

func redirects(t *testing.T, second string, status int, where string) {
	t.Helper()
	host := ""
	c, own, dialed := confined(t, second, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Location"] = []string{strings.NewReplacer("HOST", host, "/URI", r.URL.RequestURI()).Replace(where)}
		w.WriteHeader(status)
	})
	host = own
	_, list := c.objectPage(t.Context(), "0-1", ObjectQuery{})
	_, read := c.ReadAssociations(t.Context(), "0-1", "0-2", numbered(2))
	write := create(t.Context(), c)
	if n := c.Stats().Requests; list == nil || read == nil || write == nil || n != 3 || dialed() != "" {
		t.Errorf("%d to %s: %d requests, and connections to %q; %v, %v, %v", status, where, n, dialed(), list, read, write)
	}
}

func links(t *testing.T, second, where string) {
	t.Helper()
	host := ""
	c, own, dialed := confined(t, second, func(w http.ResponseWriter, r *http.Request) {
		paging := fmt.Sprintf(`"paging":{"next":{"after":"next","link":%q}}`, strings.ReplaceAll(where, "HOST", host))
		switch {
		case r.Method == http.MethodPost:
			fmt.Fprintf(w, `{"results":[{"from":{"id":"1"},"to":[{"toObjectId":7,"associationTypes":[%s]}],%s}]}`, plainType, paging)
		case r.URL.Query().Get("after") == "":
			fmt.Fprintf(w, `{"results":[{"id":"1"}],%s}`, paging)
		default:
			fmt.Fprint(w, `{"results":[{"id":"2"}]}`)
		}
	})
	host = own
	pages := 0
	for _, err := range c.Objects(t.Context(), "0-1", ObjectQuery{}) {
		if pages++; err != nil {
			t.Error(err)
		}
	}
	batch, err := c.ReadAssociations(t.Context(), "0-1", "0-2", numbered(1))
	if err != nil || pages != 2 || len(batch.Next) != 1 || batch.Next[0].After != "next" || dialed() != "" {
		t.Errorf("a link to %s: %d pages, %+v, %v, and connections to %q", where, pages, batch, err, dialed())
	}
}
