package sim_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hubgraph/hubspot/sim"
)

// TestFaultsAsAClientSeesThem sends one request into each fault.
func TestFaultsAsAClientSeesThem(t *testing.T) {
	t.Parallel()
	for _, tt := range faultCases {
		t.Run(tt.fault+" "+tt.param[:min(len(tt.param), 20)], func(t *testing.T) {
			t.Parallel()
			a := troubledBy(t, sim.Fault{Name: tt.fault, Param: tt.param})
			got, whole := a.look(tt.request, tt.want.Header)
			if tt.want.Bytes > 0 {
				got.Bytes = len(whole)
			}
			if strings.Contains(whole, tt.want.Body) {
				got.Body = tt.want.Body
			}
			if tt.want.Err != "" && strings.Contains(got.Err, tt.want.Err) {
				got.Err = tt.want.Err
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s\nbody %.300q", diff, whole)
			}
			if log := a.server.Requests(); log[0].Fault != tt.fault || log[0].Status != got.Status {
				t.Errorf("the log has %+v", log[0])
			}
		})
	}
}

// troubledBy serves the portal with faults, at noon.
func troubledBy(t *testing.T, faults ...sim.Fault) *api {
	t.Helper()
	return serve(t, families[0], troubled, sim.Options{Faults: faults, PageSize: 2, Now: func() time.Time { return noon }})
}

// look sends a request and returns what comes, the body apart.
func (a *api) look(request, header string) (seen, string) {
	a.t.Helper()
	q := troubledRequests[request]
	r, err := http.NewRequest(q[0], a.url+a.paths.Replace(strings.ReplaceAll(q[1], "@account-info", "/account-info/v3")), strings.NewReader(q[2]))
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer test")
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		return seen{Err: err.Error()}, ""
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	got := seen{Status: answer.StatusCode}
	if err != nil {
		got.Err = err.Error()
	}
	if name, _, ok := strings.Cut(header, ": "); ok {
		got.Header = name + ": " + answer.Header.Get(name)
	}
	return got, string(body)
}

// pagedFaults are shown by tests of more than one request.
var pagedFaults = []string{"cursor-cycle", "overlap", "duplicate-rows", "versions", "unanswered", "trimmed", "too-many", "swapped", "stale", "stall", "gzip-bomb",
	"list-ends", "most-inputs", "search-lacks", "search-counts", "search-empty"}

// TestEveryFaultIsShown has no kind of fault without a test.
func TestEveryFaultIsShown(t *testing.T) {
	shown := append(recordFaultNames(), pagedFaults...)
	for _, c := range faultCases {
		shown = append(shown, c.fault)
	}
	slices.Sort(shown)
	var kinds []string
	for _, k := range sim.FaultKinds() {
		kinds = append(kinds, k.Name)
		if k.About == "" {
			t.Errorf("%s is not described", k.Name)
		}
	}
	if diff := cmp.Diff(kinds, slices.Compact(shown)); diff != "" {
		t.Errorf("kinds of faults (-) and tests of them (+):\n%s", diff)
	}
}

// TestWorkBeforeReset has the answer lost and the work done.
func TestWorkBeforeReset(t *testing.T) {
	t.Parallel()
	for name, done := range map[string]bool{"reset": false, "reset-after": true, "reset-header": true, "cut": true, "409": false, "item": true} {
		a := troubledBy(t, sim.Fault{Name: name, First: 1, Last: 1})
		a.look("associations-create", "")
		_, portal := a.control("GET", "/_sim/portal")
		if got := strings.Contains(portal, "contacts 3 -> companies 13"); got != done {
			t.Errorf("%s: the association was made: %t, want %t", name, got, done)
		}
	}
}

// TestStall has an answer that never ends: the client gives up.
func TestStall(t *testing.T) {
	t.Parallel()
	a := troubledBy(t, sim.Fault{Name: "stall", Param: "12"})
	r, _ := http.NewRequest("GET", a.url+"/crm/v3/objects/contacts", nil)
	r.Header.Set("Authorization", "Bearer test")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	start := make([]byte, 12)
	if _, err := io.ReadFull(answer.Body, start); err != nil || string(start) != `{"results":[` {
		t.Errorf("got %q, %v", start, err)
	}
	answer.Body.Close()
}

// TestGzipBomb has a small answer that inflates a thousandfold.
func TestGzipBomb(t *testing.T) {
	t.Parallel()
	a := troubledBy(t, sim.Fault{Name: "gzip-bomb", Param: "3"})
	r, _ := http.NewRequest("GET", a.url+"/crm/v3/objects/contacts", nil)
	r.Header.Set("Authorization", "Bearer test")
	r.Header.Set("Accept-Encoding", "gzip") // so that net/http leaves it as it is
	got := a.send(r)
	z, err := gzip.NewReader(bytes.NewReader(got.body))
	if err != nil {
		t.Fatal(err)
	}
	inflated, err := io.ReadAll(z)
	if len(inflated) != 3<<20+len(`{"results":[]}`) || len(inflated) < 900*len(got.body) || err != nil {
		t.Errorf("%d bytes inflate to %d, %v", len(got.body), len(inflated), err)
	}
	var doc struct{ Results []any }
	if err := json.Unmarshal(inflated, &doc); err != nil {
		t.Errorf("what inflates is no document: %v", err)
	}
}

// TestFaultsAreCounted has several faults: the first that a request meets is the
// one, and each counts all that it fits.
func TestFaultsAreCounted(t *testing.T) {
	t.Parallel()
	a := troubledBy(t,
		sim.Fault{Name: "500", On: "list", First: 2, Last: 3},
		sim.Fault{Name: "503", On: "GET /crm/*/objects/contacts", Every: 3},
		sim.Fault{Name: "429", On: "POST /crm/**", First: 2})
	var got []int
	for range 7 {
		got = append(got, a.call("GET", "@objects/contacts", "").status)
	}
	for range 3 {
		got = append(got, a.call("POST", "@associations/contacts/companies/batch/read", `{"inputs":[]}`).status)
	}
	if diff := cmp.Diff([]int{200, 500, 500, 200, 200, 503, 200, 200, 429, 429}, got); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
	status, text := a.control("GET", "/_sim/requests")
	var log struct {
		Total  int
		Faults map[string]int
	}
	if err := json.Unmarshal([]byte(text), &log); err != nil || status != 200 {
		t.Fatal(status, err)
	}
	if diff := cmp.Diff(map[string]int{"500": 2, "503": 1, "429": 2}, log.Faults); diff != "" || log.Total != 10 {
		t.Errorf("%d requests, faults (-want +got):\n%s", log.Total, diff)
	}
}

// control asks the simulator itself.
func (a *api) control(method, path string) (int, string) {
	a.t.Helper()
	r, err := http.NewRequest(method, a.url+path, nil)
	if err != nil {
		a.t.Fatal(err)
	}
	got := a.send(r)
	return got.status, string(got.body)
}

// TestShareIsDrawnFromWhatIsAsked has the same requests in another order meet
// the same faults, and another seed other ones.
func TestShareIsDrawnFromWhatIsAsked(t *testing.T) {
	t.Parallel()
	run := func(seed uint64, ids []string) map[string][]int {
		a := serve(t, families[0], troubled, sim.Options{Seed: seed, Faults: []sim.Fault{{Name: "500", Percent: 50}}})
		statuses := map[string][]int{}
		for _, id := range ids {
			statuses[id] = append(statuses[id], a.call("GET", "@objects/contacts/"+id, "").status)
		}
		return statuses
	}
	ids := strings.Fields("1 2 3 11 12 13 14 15 16 17 18 19 1 2 3 1 2 3 1 2 3")
	backwards := slices.Clone(ids)
	slices.Reverse(backwards)
	want := run(7, ids)
	if diff := cmp.Diff(want, run(7, backwards)); diff != "" {
		t.Errorf("the order changes the faults:\n%s", diff)
	}
	if cmp.Equal(want, run(8, ids)) {
		t.Error("the seed changes nothing")
	}
	failed := 0
	for _, list := range want {
		for _, status := range list {
			failed += status / 500
		}
	}
	if failed < 5 || failed > 16 {
		t.Errorf("%d of %d requests fail, of which half should", failed, len(ids))
	}
}

// TestOptionsAreChecked has a server refuse what cannot be meant.
func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	portal := parse(t, troubled)
	for _, tt := range []struct {
		options sim.Options
		want    string
	}{
		{sim.Options{Faults: []sim.Fault{{Name: "429"}}, WithoutScope: []string{"deals"}}, ""},
		{sim.Options{Faults: []sim.Fault{{Name: "teapot"}}}, "there is no fault teapot"},
		{sim.Options{Faults: []sim.Fault{{Name: "500", Param: "1"}}}, "500 takes no parameter"},
		{sim.Options{Faults: []sim.Fault{{Name: "poison", Param: "p_cars:1"}}}, `the portal has no object type "p_cars"`},
		{sim.Options{Faults: []sim.Fault{{Name: "poison", Param: "Deals:1,0-1:1"}}}, ""},
		{sim.Options{WithoutScope: []string{"p_cars"}}, `the portal has no object type "p_cars"`},
	} {
		if err := tt.options.Check(portal); tt.want == "" != (err == nil) || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("got %v, want %q", err, tt.want)
		}
	}
	defer func() {
		if reason, _ := recover().(string); !strings.Contains(reason, "there is no fault teapot") {
			t.Errorf("the panic says %q", reason)
		}
	}()
	sim.NewServer(portal, sim.Options{Faults: []sim.Fault{{Name: "teapot"}}})
	t.Error(errors.New("a server was made"))
}
