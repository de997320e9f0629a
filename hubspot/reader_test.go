package hubspot

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// oddPortal answers batch reads, of which some go wrong, and says how many it got.
type oddPortal struct {
	// meets says what becomes of a batch: nil is a good answer.
	meets func(path string, ids []int64) *http.Response

	mu    sync.Mutex
	calls int
	last  map[string]int // by path
}

func (p *oddPortal) client(t *testing.T) *Client {
	t.Helper()
	p.last = map[string]int{}
	c, err := newClient(canary, Options{}, roundTrip(p.answer))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (p *oddPortal) answer(r *http.Request) (*http.Response, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.Method == http.MethodGet { // the account
		if p.meets(r.URL.Path, nil) == nil {
			return reply(200, goodAccount), nil
		}
		return p.meets(r.URL.Path, nil), nil
	}
	defer r.Body.Close()
	p.calls++
	p.last[r.URL.Path]++
	texts, _ := asks(r)
	ids := make([]int64, len(texts))
	for i, text := range texts {
		ids[i], _ = strconv.ParseInt(text, 10, 64)
	}
	if odd := p.meets(r.URL.Path, ids); odd != nil {
		return odd, nil
	}
	var rows []string
	for _, id := range ids {
		if strings.Contains(r.URL.Path, "objects") {
			rows = append(rows, fmt.Sprintf(`{"id":"%d"}`, id))
		} else {
			rows = append(rows, result(id, 7, ""))
		}
	}
	return reply(200, answerOf(rows, 0)), nil
}

// holding reports whether a batch holds one of some ids.
func holding(ids []int64, bad ...int64) bool {
	return slices.ContainsFunc(ids, func(id int64) bool { return slices.Contains(bad, id) })
}

func failedIDs(items []ItemError) []int64 {
	ids := []int64{}
	for _, item := range items {
		ids = append(ids, item.ID)
	}
	slices.Sort(ids)
	return ids
}

// page is a page that is not HubSpot's document.
func page(status int) *http.Response { return reply(status, "<html>", "Content-Type", "text/html") }

// TestOnlyWhatSpoilsABatchFails has records that no batch is answered with.
func TestOnlyWhatSpoilsABatchFails(t *testing.T) {
	answers := map[string]func() *http.Response{
		"500": func() *http.Response { return page(500) }, "503": func() *http.Response { return page(503) }, "524": func() *http.Response { return page(524) },
		"a page of HTML": func() *http.Response { return page(200) }, "nothing": func() *http.Response { return reply(200, "") },
		"a cut body": func() *http.Response {
			resp := reply(200, `{"results":[`)
			resp.Body, resp.ContentLength = io.NopCloser(io.MultiReader(strings.NewReader(`{"res`), broken{})), 99
			return resp
		},
		"400": func() *http.Response { return reply(400, `{"category":"VALIDATION_ERROR","message":"bad"}`) },
		"413": func() *http.Response { return page(413) },
	}
	for name, odd := range answers {
		for _, bad := range [][]int64{{1}, {1000}, {512}, {1, 2, 3}, {998, 999, 1000}, {1, 500, 501}} {
			synctest.Test(t, func(t *testing.T) {
				p := &oddPortal{meets: func(path string, ids []int64) *http.Response {
					if holding(ids, bad...) {
						return odd()
					}
					return nil
				}}
				r := p.client(t).NewReader()
				b, err := r.Associations(t.Context(), "0-1", "0-2", numbered(1000))
				if err != nil || len(b.Answered) != 1000-len(bad) || len(b.Links) != 1000-len(bad) || !slices.Equal(failedIDs(b.Failed), bad) || len(b.Unanswered) > 0 || b.Refused != nil {
					t.Fatalf("%s for %v: %d answered, failed %v, unanswered %v, %v", name, bad, len(b.Answered), b.Failed, b.Unanswered, err)
				}
				if p.calls > 1+18*len(bad) {
					t.Errorf("%s for %v: %d calls", name, bad, p.calls)
				}
				before := p.calls
				for _, to := range []string{"0-3", "0-5", "0-1"} { // they are known by now
					if b, err := r.Associations(t.Context(), "0-1", to, numbered(1000)); err != nil || !slices.Equal(failedIDs(b.Failed), bad) {
						t.Errorf("%s for %v: failed %v, %v", name, bad, b.Failed, err)
					}
				}
				if extra := p.calls - before - 3*(1+len(bad)); extra != 0 {
					t.Errorf("%s for %v: %d calls more than one a batch and one a record", name, bad, extra)
				}
			})
		}
	}
}

// broken is a connection that breaks.
type broken struct{}

// Read fails.
func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// TestTheSameRecordIsSoughtOnce has batches of several pairs of one object type that
// are under way together, and share a bad record.
func TestTheSameRecordIsSoughtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &oddPortal{meets: func(_ string, ids []int64) *http.Response {
			if holding(ids, 1) {
				return page(500)
			}
			return nil
		}}
		r := p.client(t).NewReader()
		var reads sync.WaitGroup
		for _, to := range []string{"0-1", "0-2", "0-3", "0-5"} {
			reads.Go(func() {
				b, err := r.Associations(t.Context(), "0-1", to, numbered(1000))
				if err != nil || !slices.Equal(failedIDs(b.Failed), []int64{1}) || len(b.Answered) != 999 {
					t.Errorf("to %s: failed %v, %v", to, b.Failed, err)
				}
			})
		}
		reads.Wait()
		if p.calls > 4+30 {
			t.Errorf("%d calls, of which 4 had to be", p.calls)
		}
	})
}

// TestWhatPassesIsNoGap has batches that are refused, cut or garbled for a while.
func TestWhatPassesIsNoGap(t *testing.T) {
	for name, odd := range map[string]func(ids []int64) *http.Response{
		"500":  func([]int64) *http.Response { return page(500) },
		"html": func([]int64) *http.Response { return page(200) },
		"an item": func(ids []int64) *http.Response {
			return reply(207, answerOf(nil, 1, fmt.Sprintf(`{"category":"INTERNAL_ERROR","context":{"fromObjectId":["%d"]}}`, ids[0])))
		},
		"silence": func([]int64) *http.Response { return reply(200, answerOf(nil, 0)) },
	} {
		for times := 1; times < 3; times++ {
			synctest.Test(t, func(t *testing.T) {
				left := times
				p := &oddPortal{meets: func(_ string, ids []int64) *http.Response {
					if left--; ids != nil && left >= 0 {
						return odd(ids)
					}
					return nil
				}}
				b, err := p.client(t).NewReader().Associations(t.Context(), "0-1", "0-2", numbered(10))
				if err != nil || len(b.Answered) != 10 || len(b.Links) != 10 || len(b.Failed)+len(b.Unanswered) > 0 {
					t.Errorf("%s, %d times: %+v, %v", name, times, b, err)
				}
			})
		}
	}
}

// TestWhatIsNeverAnsweredIsNamed has one record that HubSpot is silent about, or has
// an error for, however it is asked.
func TestWhatIsNeverAnsweredIsNamed(t *testing.T) {
	for name, row := range map[string]string{"silence": "", "an item": `{"category":"INTERNAL_ERROR","message":"no","context":{"fromObjectId":["3"]}}`} {
		synctest.Test(t, func(t *testing.T) {
			p := &oddPortal{}
			p.meets = func(_ string, ids []int64) *http.Response {
				var rows, items []string
				for _, id := range ids {
					if id != 3 {
						rows = append(rows, result(id, 7, ""))
					} else if row != "" {
						items = append(items, row)
					}
				}
				return reply(207, answerOf(rows, len(items), items...))
			}
			b, err := p.client(t).NewReader().Associations(t.Context(), "0-1", "0-2", numbered(1000))
			want := &AssociationBatch{Unanswered: []int64{3}}
			if row != "" {
				want = &AssociationBatch{Failed: []ItemError{{3, "INTERNAL_ERROR", "", "no"}}}
			}
			if diff := cmp.Diff(want, b, cmpopts.IgnoreFields(AssociationBatch{}, "Links", "Answered"), cmpopts.EquateEmpty()); diff != "" || err != nil || len(b.Answered) != 999 {
				t.Errorf("%s: %v %s", name, err, diff)
			}
			if p.calls != 3 {
				t.Errorf("%s: %d calls, want one, one for the record among what is open, and one for it alone", name, p.calls)
			}
		})
	}
}

// TestTrimmedErrorsAreAskedForAgain has a portal that lists one error of many.
func TestTrimmedErrorsAreAskedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &oddPortal{meets: func(_ string, ids []int64) *http.Response {
			var rows, items []string
			for _, id := range ids {
				if id == 7 {
					continue // has associations, and is passed over unless it is asked for alone
				}
				items = append(items, item(noAssociations, strconv.FormatInt(id, 10)))
			}
			if len(ids) == 1 && ids[0] == 7 {
				rows = append(rows, result(7, 70, ""))
			}
			return reply(207, answerOf(rows, len(ids)-len(rows), items[:min(1, len(items))]...))
		}}
		b, err := p.client(t).NewReader().Associations(t.Context(), "0-1", "0-2", numbered(20))
		if err != nil || len(b.Empty) != 19 || !slices.Equal(b.Answered, []int64{7}) || len(b.Links) != 1 {
			t.Errorf("%+v, %v", b, err)
		}
	})
}

// TestWhatIsRefusedAsAWholeIsRemembered has pairs that are refused whatever the
// records, and a portal that takes fewer inputs in a call than it says.
func TestWhatIsRefusedAsAWholeIsRemembered(t *testing.T) {
	for status, most := range map[int]int{400: mostFailures, 403: 1, 404: 1, 413: mostFailures, 500: mostFailures} {
		synctest.Test(t, func(t *testing.T) {
			p := &oddPortal{meets: func(path string, _ []int64) *http.Response {
				if strings.Contains(path, "/0-2/") {
					return reply(status, `{"message":"no"}`)
				}
				return nil
			}}
			r := p.client(t).NewReader()
			if _, err := r.Associations(t.Context(), "0-1", "0-3", numbered(10)); err != nil {
				t.Fatal(err)
			}
			for range 5 {
				b, err := r.Associations(t.Context(), "0-1", "0-2", numbered(1000))
				var refused *Error
				if err != nil || len(b.Failed) != 1000 || !errors.As(b.Refused, &refused) || refused.Status != status {
					t.Errorf("%d: %d failed, %v, %v", status, len(b.Failed), b.Refused, err)
				}
			}
			for path, n := range p.last {
				if strings.Contains(path, "/0-2/") && n != most {
					t.Errorf("%d: %d calls for 5 batches, want %d", status, n, most)
				}
			}
		})
	}
}

func TestASizeThatIsNotTakenIsRemembered(t *testing.T) {
	for _, status := range []int{400, 413, 504} {
		synctest.Test(t, func(t *testing.T) {
			p := &oddPortal{meets: func(_ string, ids []int64) *http.Response {
				if len(ids) > 100 {
					return reply(status, `{"message":"too many"}`)
				}
				return nil
			}}
			r := p.client(t).NewReader()
			calls := 0
			for range 8 {
				calls = p.calls
				b, err := r.Associations(t.Context(), "0-1", "0-2", numbered(1000))
				if err != nil || len(b.Answered) != 1000 || len(b.Links) != 1000 {
					t.Fatalf("%d: %d answered, %v, %v", status, len(b.Answered), b.Failed, err)
				}
			}
			if last := p.calls - calls; last > 16 { // of 63 inputs each
				t.Errorf("%d: the last batch took %d calls", status, last)
			}
		})
	}
}

// TestAnOutageIsNoSpoiler has a portal that is down: nothing is blamed for it.
func TestAnOutageIsNoSpoiler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &oddPortal{meets: func(string, []int64) *http.Response { return page(503) }}
		c := p.client(t)
		for range 100 {
			if _, err := c.NewReader().Associations(t.Context(), "0-1", "0-2", numbered(1000)); !errors.Is(err, ErrUnavailable) {
				t.Fatal(err)
			}
		}
		if n := c.Stats().Requests; n > 400 {
			t.Errorf("%d requests for 100 batches", n)
		}
	})
	synctest.Test(t, func(t *testing.T) { // associations alone
		p := &oddPortal{meets: func(path string, _ []int64) *http.Response {
			if strings.Contains(path, "associations") {
				return page(503)
			}
			return nil
		}}
		if _, err := p.client(t).NewReader().Associations(t.Context(), "0-1", "0-2", numbered(1000)); !errors.Is(err, ErrUnavailable) {
			t.Error(err)
		}
	})
}

// TestRecordsByIDAreReadOneWayOrTheOther has records that are merged, missing, and
// passed over.
func TestRecordsByIDAreReadOneWayOrTheOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &oddPortal{meets: func(_ string, ids []int64) *http.Response {
			var rows, items []string
			for _, id := range ids {
				switch {
				case id == 1: // went into 10
					rows = append(rows, `{"id":"10","properties":{"hs_merged_object_ids":"1;2"}}`)
				case id == 3: // went into 20, which does not say so
					rows = append(rows, `{"id":"20"}`)
				case id == 4:
					items = append(items, `{"category":"OBJECT_NOT_FOUND","context":{"ids":["4"]}}`)
				case id >= 100 && len(ids) > 1, id == 2 && holding(ids, 1), id == 5: // silence, unless it is asked for alone
				case id == 6:
					rows, items = append(rows, `{"id":"6"}`), append(items, `{"category":"OBJECT_NOT_FOUND","context":{"ids":["6"]}}`)
				case id == 7:
					items = append(items, `{"category":"OBJECT_NOT_FOUND","context":{"ids":["999"]}}`)
				default:
					rows = append(rows, fmt.Sprintf(`{"id":"%d"}`, id))
				}
			}
			return reply(207, answerOf(rows, len(items), items...))
		}}
		got, err := p.client(t).NewReader().Objects(t.Context(), "0-1", ObjectRead{IDs: []int64{1, 2, 3, 4, 5, 6, 7, 8, 100}})
		var found []int64
		for _, o := range got.Objects {
			found = append(found, o.ID)
		}
		want := ObjectBatch{Absent: []int64{4}, Into: map[int64]int64{1: 10, 2: 10, 3: 20}, Failed: []ItemError{{6, "", "", "it has both an answer and an error"}}, Unanswered: []int64{5, 7}}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(ObjectBatch{}, "Objects"), cmpopts.EquateEmpty()); err != nil || diff != "" || !slices.Equal(found, []int64{8, 10, 20, 100}) {
			t.Errorf("%v, %v %s", err, found, diff)
		}
	})
}
