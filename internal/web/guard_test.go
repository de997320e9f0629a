package web

import (
	"context"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// TestTheGuard: what is let in, and what is refused, by the header that says it.
func TestTheGuard(t *testing.T) {
	const token = "correct-horse-battery"
	open := httptest.NewServer(Guard{Host: "127.0.0.1"}.Around(http.NotFoundHandler()))
	defer open.Close()
	locked := httptest.NewServer(Guard{Host: "crm.example", Token: token}.Around(http.NotFoundHandler()))
	defer locked.Close()
	for _, c := range []struct {
		name, server, method, path string
		headers                    map[string]string
		want                       int
	}{
		{"plain", open.URL, "GET", "/", nil, 404},
		{"head", open.URL, "HEAD", "/", nil, 404},
		{"localhost", open.URL, "GET", "/", map[string]string{"Host": "localhost:1"}, 404},
		{"a name that somebody made lead here", open.URL, "GET", "/", map[string]string{"Host": "evil.example"}, 421},
		{"an address that is not this machine's own", open.URL, "GET", "/", map[string]string{"Host": "10.1.2.3"}, 421},
		{"another site's page", open.URL, "GET", "/", map[string]string{"Origin": "http://evil.example"}, 403},
		{"a page of nobody's", open.URL, "GET", "/", map[string]string{"Origin": "null"}, 403},
		{"an image of another site's page", open.URL, "GET", "/", map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403},
		{"an image of a page of this machine's", open.URL, "GET", "/", map[string]string{"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"}, 403},
		{"a frame of another site's page", open.URL, "GET", "/", map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}, 403},
		{"a link from another site", open.URL, "GET", "/", map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 404},
		{"a link of ours", open.URL, "GET", "/", map[string]string{"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 404},
		{"an address that was typed", open.URL, "GET", "/", map[string]string{"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 404},
		{"post", open.URL, "POST", "/", nil, 405},
		{"delete", open.URL, "DELETE", "/record/deals/1", nil, 405},
		{"a login where none is", open.URL, "POST", "/login", nil, 405},
		{"no token", locked.URL, "GET", "/", nil, 401},
		{"a wrong token", locked.URL, "GET", "/", map[string]string{"Authorization": "Bearer correct-horse-batterx"}, 401},
		{"no bearer", locked.URL, "GET", "/", map[string]string{"Authorization": "Basic " + token}, 401},
		{"a made-up cookie", locked.URL, "GET", "/", map[string]string{"Cookie": "hubgraph-A=" + token}, 401},
		{"the token", locked.URL, "GET", "/", map[string]string{"Authorization": "Bearer " + token}, 404},
		{"its own name", locked.URL, "GET", "/login", map[string]string{"Host": "crm.example"}, 200},
		{"another name", locked.URL, "GET", "/login", map[string]string{"Host": "evil.example"}, 421},
		{"post with the token", locked.URL, "POST", "/", map[string]string{"Authorization": "Bearer " + token}, 405},
	} {
		r, err := http.NewRequest(c.method, c.server+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range c.headers {
			r.Header.Set(name, value)
		}
		r.Host = c.headers["Host"]
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != c.want {
			t.Errorf("%s: %d, and not %d", c.name, answer.StatusCode, c.want)
		}
		if policy := answer.Header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("%s: the policy is %q", c.name, policy)
		}
		for header, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"} {
			if got := answer.Header.Get(header); got != want {
				t.Errorf("%s: %s is %q", c.name, header, got)
			}
		}
	}
}

// TestTheLogin: a browser shows the token once, and is known by a cookie that no script and
// no other site can use.
func TestTheLogin(t *testing.T) {
	const token = "correct-horse-battery"
	server := httptest.NewServer(Guard{Token: token}.Around(http.NotFoundHandler()))
	defer server.Close()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	login := func(word string) *http.Response {
		t.Helper()
		answer, err := client.PostForm(server.URL+"/login", url.Values{"token": {word}})
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		return answer
	}
	if answer := login("wrong"); answer.StatusCode != http.StatusUnauthorized || len(answer.Cookies()) > 0 {
		t.Errorf("a wrong token: %d with %v", answer.StatusCode, answer.Cookies())
	}
	answer := login(token)
	cookies := answer.Cookies()
	if answer.StatusCode != http.StatusSeeOther || len(cookies) != 1 || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteStrictMode || strings.Contains(cookies[0].Value, token) {
		t.Fatalf("the token: %d with %v", answer.StatusCode, cookies)
	}
	seen, err := client.Get(server.URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	seen.Body.Close()
	if seen.StatusCode != http.StatusNotFound {
		t.Errorf("a browser that logged in: %d", seen.StatusCode)
	}
	second := httptest.NewServer(Guard{Token: token}.Around(http.NotFoundHandler()))
	defer second.Close()
	other, err := client.PostForm(second.URL+"/login", url.Values{"token": {token}}) // on another port of the host
	if err != nil {
		t.Fatal(err)
	}
	other.Body.Close()
	for _, address := range []string{server.URL, second.URL} {
		seen, err := client.Get(address + "/")
		if err != nil {
			t.Fatal(err)
		}
		seen.Body.Close()
		if seen.StatusCode != http.StatusNotFound {
			t.Errorf("a browser that logged in at two servers of a host, at %s: %d", address, seen.StatusCode)
		}
	}
}

// TestBehindAProxy: it is reached by the name that was given for it, and what it gives a
// browser goes by https alone where the request came so.
func TestBehindAProxy(t *testing.T) {
	const token = "correct-horse-battery"
	server := httptest.NewServer(Guard{Host: "127.0.0.1", Token: token, Names: []string{"crm.example"}}.Around(http.NotFoundHandler()))
	defer server.Close()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, c := range []struct {
		host, by string
		status   int
		secure   bool
	}{
		{"crm.example", "https", http.StatusSeeOther, true},
		{"CRM.example:443", "https", http.StatusSeeOther, true},
		{"crm.example", "http", http.StatusSeeOther, false},
		{"127.0.0.1", "https", http.StatusSeeOther, false}, // no proxy says so
		{"evil.example", "https", http.StatusMisdirectedRequest, false},
	} {
		r, err := http.NewRequest("POST", server.URL+"/login", strings.NewReader(url.Values{"token": {token}}.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Host = c.host
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", c.by+"://"+c.host)
		r.Header.Set("X-Forwarded-Proto", c.by)
		answer, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		secure := len(answer.Cookies()) == 1 && answer.Cookies()[0].Secure
		if answer.StatusCode != c.status || secure != c.secure {
			t.Errorf("%s by %s: %s, secure: %t", c.host, c.by, answer.Status, secure)
		}
	}
}

// TestServeEndsWithItsContext, and gives its port back.
func TestServeEndsWithItsContext(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- Serve(ctx, listener, http.NotFoundHandler()) }()
	answer, err := http.Get("http://" + listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	end()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	again, err := net.Listen("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
}
