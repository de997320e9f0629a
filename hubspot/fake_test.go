package hubspot

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// canary is a token that must not be seen anywhere but in the Authorization
// header of a request to the portal.
const canary = "pat-na1-canary-0123456789"

// wire answers requests in place of a network.
type wire func(*http.Request) (*http.Response, error)

// RoundTrip answers.
func (w wire) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer r.Body.Close()
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return nil, err
		}
	}
	return w(r)
}

// reply is an answer of a portal that takes any rate; header holds names and
// values in turn.
func reply(status int, body string, header ...string) *http.Response {
	h := http.Header{"Content-Type": {"application/json"}}
	h.Set(maxHeader, "1000000")
	h.Set(intervalHeader, "10000")
	for i := 0; i < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}
}

// onWire is a client whose requests the wire answers.
func onWire(t testing.TB, o Options, w wire) *Client {
	t.Helper()
	c, err := newClient(canary, o, w)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// onServer is a client of a server on this machine that takes any rate.
func onServer(t testing.TB, o Options, answer http.HandlerFunc) *Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set(maxHeader, "1000000")
		w.Header().Set(intervalHeader, "10000")
		answer(w, r)
	}))
	o.BaseURL = server.URL
	transport := newTransport()
	t.Cleanup(func() { transport.CloseIdleConnections(); server.Close() })
	c, err := newClient(canary, o, transport)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
