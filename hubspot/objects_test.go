package hubspot

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestObjectsAreDecoded(t *testing.T) {
	created := time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC)
	c := onServer(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		if want := "archived=true&limit=100&properties=amount%2Cdealname"; r.URL.Path != "/crm/objects/2026-09/0-3" || r.URL.RawQuery != want {
			t.Errorf("%s, want the query %s", r.URL, want)
		}
		io.WriteString(w, `{"results":[
			{"id":"9007199254740993","properties":{"amount":"1234.50","dealname":null,"x":""},"createdAt":"2026-01-02T03:04:05.678Z","updatedAt":"2026-01-02T04:04:05.678+01:00","archived":true,"archivedAt":null},
			{"id":2,"properties":null}]}`)
	})
	var got []Object
	for page, err := range c.Objects(t.Context(), "0-3", ObjectQuery{Properties: []string{"amount", "dealname"}, Archived: true}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, page.Objects...)
	}
	want := []Object{{ID: 1<<53 + 1, Properties: map[string]string{"amount": "1234.50", "x": ""}, CreatedAt: created, UpdatedAt: created, Archived: true}, {ID: 2}}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

func TestObjectsThatAreNone(t *testing.T) {
	for _, body := range []string{
		`{}`, `{"results":null}`, `{"results":"secret@example.com"}`, `{"results":[{"id":"1"}],"paging":7}`, `{"results":[{"id":"1"}],"paging":{"next":{"link":"x"}}}`,
		`{"results":[{"id":"1"}` + strings.Repeat(`,{"id":"1"}`, mostRows) + `]}`,
	} {
		c := onWire(t, Options{Attempts: 1}, func(*http.Request) (*http.Response, error) { return reply(200, body), nil })
		pages := 0
		for _, err := range c.Objects(t.Context(), "0-1", ObjectQuery{}) {
			if pages++; !errors.Is(err, ErrMalformed) || strings.Contains(err.Error(), "example.com") {
				t.Errorf("%s: %v", body, err)
			}
		}
		if pages != 1 {
			t.Errorf("%s: %d pages", body, pages)
		}
	}
}

func TestListsThatLeadNowhereEnd(t *testing.T) {
	page := func(id int, after string) string {
		results := ""
		if id > 0 {
			results = fmt.Sprintf(`{"id":"%d"}`, id)
		}
		return fmt.Sprintf(`{"results":[%s],"paging":{"next":{"after":%q}}}`, results, after)
	}
	for name, test := range map[string]struct {
		page func(n int) string
		most int
	}{
		"the same cursor":         {func(n int) string { return page(n, "c") }, 2},
		"two in turn":             {func(n int) string { return page(n, strconv.Itoa(n%2)) }, 3},
		"a thousand":              {func(n int) string { return page(n, strconv.Itoa(n%1000)) }, 1001},
		"the same page":           {func(n int) string { return page(7, strconv.Itoa(n)) }, 1 + mostUseless},
		"empty pages":             {func(n int) string { return page(0, strconv.Itoa(n)) }, mostUseless},
		"empty pages, in between": {func(n int) string { return page(max(0, 3-n), strconv.Itoa(n)) }, 2 + mostUseless},
	} {
		pages := 0
		c := onWire(t, Options{}, func(*http.Request) (*http.Response, error) {
			pages++
			return reply(200, test.page(pages)), nil
		})
		var last error
		for _, err := range c.Objects(t.Context(), "0-1", ObjectQuery{}) {
			last = err
		}
		if !errors.Is(last, ErrMalformed) || pages > test.most {
			t.Errorf("%s: %d pages, want at most %d; %v", name, pages, test.most, last)
		}
	}
}

func TestAListMayBeLeftAndTakenUpAgain(t *testing.T) {
	c := onWire(t, Options{}, func(r *http.Request) (*http.Response, error) {
		n, _ := strconv.Atoi(r.URL.Query().Get("after"))
		return reply(200, fmt.Sprintf(`{"results":[{"id":"%d"}],"paging":{"next":{"after":"%d"}}}`, n+1, n+1)), nil
	})
	var q ObjectQuery
	for range 5 {
		for page, err := range c.Objects(t.Context(), "0-1", q) {
			if err != nil {
				t.Fatal(err)
			}
			q.After = page.After
			break
		}
	}
	if q.After != "5" || c.Stats().Requests != 5 {
		t.Errorf("it is at %s after %d requests, want 5 and 5", q.After, c.Stats().Requests)
	}
}

func TestReadObjectsAccountsForEveryID(t *testing.T) {
	c := onServer(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if want := `{"inputs":[{"id":"1"},{"id":"2"},{"id":"3"},{"id":"4"},{"id":"5"}],"properties":["name"]}`; string(body) != want || r.URL.RawQuery != "archived=true" {
			t.Errorf("%s %s", r.URL, body)
		}
		w.WriteHeader(207)
		io.WriteString(w, `{"results":[{"id":"3","archived":true},{"id":"50"}],"numErrors":2,"errors":[
			{"category":"OBJECT_NOT_FOUND","message":"gone","context":{"ids":["1","2"]}},{"category":"FORBIDDEN","message":"no","context":{"ids":["4","3"]}}]}`)
	})
	got, err := c.ReadObjects(t.Context(), "0-1", ObjectRead{IDs: []int64{5, 1, 3, 3, 2, 4}, Properties: []string{"name"}, Archived: true})
	want := ObjectBatch{
		Objects: []Object{{ID: 50}}, Absent: []int64{1, 2},
		Failed: []ItemError{{3, "", "", "it has both an answer and an error"}, {4, "FORBIDDEN", "", "no"}}, Unanswered: []int64{5},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestReadObjectsIsBounded(t *testing.T) {
	c := onWire(t, Options{Attempts: 1}, func(r *http.Request) (*http.Response, error) { return reply(200, `{}`), nil })
	if b, err := c.ReadObjects(t.Context(), "0-1", ObjectRead{}); err != nil || len(b.Objects) != 0 || c.Stats().Requests != 0 {
		t.Errorf("nothing asked: %+v, %v", b, err)
	}
	ids := make([]int64, MaxBatchObjects+1)
	for i := range ids {
		ids[i] = int64(i + 1)
	}
	if _, err := c.ReadObjects(t.Context(), "0-1", ObjectRead{IDs: ids}); err == nil || c.Stats().Requests != 0 {
		t.Errorf("%d ids are sent: %v", len(ids), err)
	}
	if _, err := c.ReadObjects(t.Context(), "0-1", ObjectRead{IDs: ids[1:]}); !errors.Is(err, ErrMalformed) {
		t.Errorf("an answer without results: %v", err)
	}
}

// TestRowsThatNameNoRecordAreCounted has one in each answer that holds records.
func TestRowsThatNameNoRecordAreCounted(t *testing.T) {
	c := saying(t, `{"total":3,"results":[{"id":"7","createdAt":0},null,{"properties":{}}]}`)
	want := []Object{{ID: 7, Unreadable: map[string]string{"createdAt": "0"}}}
	page, err := c.objectPage(t.Context(), "0-3", ObjectQuery{})
	batch, err2 := c.ReadObjects(t.Context(), "0-3", ObjectRead{IDs: []int64{7}})
	found, err3 := c.SearchObjects(t.Context(), "0-3", ObjectSearch{Limit: 3})
	if err := errors.Join(err, err2, err3); err != nil || page.Unnamed != 2 || batch.Unnamed != 2 || found.Unnamed != 2 {
		t.Errorf("%+v, %+v, %+v, %v", page, batch, found, err)
	}
	for _, list := range [][]Object{page.Objects, batch.Objects, found.Objects} {
		if diff := cmp.Diff(want, list, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	}
}

// TestAPageWhoseCursorIsLostIsNotTheLast has what it holds come with the error.
func TestAPageWhoseCursorIsLostIsNotTheLast(t *testing.T) {
	c := saying(t, `{"results":[{"id":"7"}],"paging":{"next":{"link":"?after=7"}}}`)
	for page, err := range c.Objects(t.Context(), "0-3", ObjectQuery{}) {
		if !errors.Is(err, ErrMalformed) || len(page.Objects) != 1 || page.Objects[0].ID != 7 {
			t.Errorf("%+v, %v", page, err)
		}
	}
}
