package sim

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestReset begins anew: the portal is as it was at first, nothing was asked, and the
// day's requests are whole again. A portal that cannot be made again stays.
func TestReset(t *testing.T) {
	const text = "portal 77\ncontacts 1\ncompanies 11\n"
	wrong := false
	first := func() (*Portal, error) {
		if wrong {
			return Parse("portal", "mistake")
		}
		return Parse("portal", text)
	}
	portal, err := first()
	if err != nil {
		t.Fatal(err)
	}
	server := NewServer(portal, Options{Daily: 2, First: first})
	url, stop, err := server.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	ask := func(method, path, body string) (int, string) {
		t.Helper()
		r, _ := http.NewRequest(method, url+path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer any")
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		all, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(all)
	}
	_, before := ask("GET", "/_sim/portal", "")
	for round := range 2 {
		if status, said := ask("POST", "/_sim/night", "archive contacts 1"); status != http.StatusOK {
			t.Fatal(status, said)
		}
		for _, want := range []int{http.StatusNotFound, http.StatusOK, http.StatusTooManyRequests} {
			path := map[bool]string{true: "1", false: "2"}[want != http.StatusOK]
			if want == http.StatusOK {
				path = "?limit=1"
			} else {
				path = "/" + path
			}
			if status, said := ask("GET", "/crm/v3/objects/contacts"+path, ""); status != want {
				t.Errorf("round %d: %d, want %d: %s", round, status, want, said)
			}
		}
		if n := len(server.Requests()); n != 3 {
			t.Errorf("round %d: %d requests", round, n)
		}
		if _, now := ask("GET", "/_sim/portal", ""); now == before {
			t.Errorf("round %d: the night changed nothing", round)
		}
		if status, said := ask("POST", "/_sim/reset", ""); status != http.StatusOK {
			t.Fatal(status, said)
		}
		if _, now := ask("GET", "/_sim/portal", ""); now != before || len(server.Requests()) != 0 {
			t.Errorf("round %d: %d requests, and the portal is\n%s\nwant\n%s", round, len(server.Requests()), now, before)
		}
	}
	wrong = true
	if status, said := ask("POST", "/_sim/reset", ""); status != http.StatusConflict || !strings.Contains(said, "portal:1") {
		t.Errorf("%d %s", status, said)
	}
	if _, now := ask("GET", "/_sim/portal", ""); now != before {
		t.Errorf("the portal is\n%s", now)
	}
}

// TestNoReset answers what it is where nobody said how the portal is made.
func TestNoReset(t *testing.T) {
	url, stop, err := NewServer(Generate(Spec{Contacts: 1}), Options{}).Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	resp, err := http.Post(url+"/_sim/reset", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if all, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusNotFound || !strings.Contains(string(all), "there is no reset") {
		t.Errorf("%s %s", resp.Status, all)
	}
}
