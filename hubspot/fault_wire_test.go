package hubspot_test

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"testing"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

// TestABodyThatBreaksOffAnywhereIsAskedForAgain ends the connection at twenty
// places of each of the two kinds of answers.
func TestABodyThatBreaksOffAnywhereIsAskedForAgain(t *testing.T) {
	want := everything(t, serve(t, sim.Generate(spec), hubspot.DefaultAPIVersion, sim.Options{}))
	var faults []sim.Fault
	for i := range 20 {
		at := 3 * i * i // from before the first byte to behind the first kilobyte
		for _, on := range []string{"list", "associations-read"} {
			faults = append(faults, sim.Fault{Name: "cut", Param: strconv.Itoa(at), On: on, Every: 3})
		}
	}
	atOnce(t, faults, 5, func(t *testing.T, c *hubspot.Client) {
		if got := everything(t, c); got != want || c.Stats().Retries == 0 {
			t.Errorf("the data is equal: %t, %+v", got == want, c.Stats())
		}
	})
}

// TestBodiesWithoutEndAreGivenUp has what would fill the memory if it were read.
func TestBodiesWithoutEndAreGivenUp(t *testing.T) {
	faults := []sim.Fault{{Name: "huge", Param: strconv.Itoa(10 << 30)}, {Name: "long-value", Param: strconv.Itoa(100 << 20)}, {Name: "many-results", Param: "1000000"}, {Name: "gzip-bomb", Param: "1024"}}
	for _, fault := range faults { // one after the other: each takes the memory that it may
		c := serve(t, sim.Generate(spec), hubspot.DefaultAPIVersion, sim.Options{Faults: []sim.Fault{fault}})
		_, err := c.ReadAssociations(t.Context(), "0-1", "0-2", []hubspot.ReadInput{{ID: 1}})
		if !errors.Is(err, hubspot.ErrMalformed) || c.Stats().Requests != 1 {
			t.Errorf("%s: %+v, %v", fault.Name, c.Stats(), err)
		}
	}
}

// TestEveryInputOfAnOddBatchIsAccountedFor has batches that are answered for in
// part, twice, or in another order, and sums up what became of each input.
func TestEveryInputOfAnOddBatchIsAccountedFor(t *testing.T) {
	ids := list(t, serve(t, sim.Generate(spec), "v4", sim.Options{}), "0-2", hubspot.ObjectQuery{})
	var faults []sim.Fault
	for _, name := range []string{"unanswered", "item", "bare-error", "trimmed", "num-errors", "swapped", "status-200"} {
		faults = append(faults, sim.Fault{Name: name}, sim.Fault{Name: name, Every: 2})
	}
	for _, name := range []string{"unanswered", "num-errors"} {
		faults = append(faults, sim.Fault{Name: name, Param: "3"}, sim.Fault{Name: name, Param: "7"})
	}
	atOnce(t, faults, 3, func(t *testing.T, c *hubspot.Client) {
		for chunk := range slices.Chunk(ids, 40) {
			var in []hubspot.ReadInput
			for _, id := range chunk {
				in = append(in, hubspot.ReadInput{ID: id})
			}
			b, err := c.ReadAssociations(t.Context(), "0-2", "0-1", in)
			if err != nil {
				t.Fatal(err)
			}
			all := slices.Concat(b.Answered, b.Empty, b.Unanswered)
			for _, f := range b.Failed {
				all = append(all, f.ID)
			}
			if slices.SortFunc(all, cmp.Compare[int64]); !slices.Equal(all, chunk) {
				t.Errorf("asked for %v, and accounted for are %v", chunk, all)
			}
			for _, l := range b.Links {
				if _, asked := slices.BinarySearch(chunk, l.From); !asked {
					t.Errorf("a link of %d, which was not asked for", l.From)
				}
			}
		}
	})
}

// TestCursorsOfListsThatLeadNowhereEnd follows lists whose pages go in a circle, or
// bring nothing new for ever.
func TestCursorsOfListsThatLeadNowhereEnd(t *testing.T) {
	rows := func(id int) string { return fmt.Sprintf(`[{"id":"%d"}]`, id) }
	for name, test := range map[string]struct {
		page func(n int) (results, after string) // of the n-th request
		most int
	}{
		"the same cursor":                    {func(n int) (string, string) { return rows(n), "c" }, 2},
		"two in turn":                        {func(n int) (string, string) { return rows(n), strconv.Itoa(n % 2) }, 3},
		"a thousand in turn":                 {func(n int) (string, string) { return rows(n), strconv.Itoa(n % 1000) }, 1001},
		"new cursors, old records":           {func(int) (string, string) { return rows(7), "" }, 4},
		"new cursors, two pages in turn":     {func(n int) (string, string) { return rows(1 + n%2), "" }, 5},
		"new cursors, a page from far above": {func(n int) (string, string) { return rows(1 + min(n, 50)), "" }, 54},
		"a cursor on an empty page":          {func(int) (string, string) { return "[]", "" }, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requests := 0
			c := answered(t, func() string {
				requests++
				results, after := test.page(requests)
				return fmt.Sprintf(`{"results":%s,"paging":{"next":{"after":%q}}}`, results, cmp.Or(after, "new-"+strconv.Itoa(requests)))
			})
			var last error
			for _, err := range c.Objects(t.Context(), "0-1", hubspot.ObjectQuery{}) {
				if last = err; requests > 3*test.most {
					break
				}
			}
			if !errors.Is(last, hubspot.ErrMalformed) || requests > test.most {
				t.Errorf("%d requests, want at most %d, and an end: %v", requests, test.most, last)
			}
		})
	}
}

// answered is a client of a portal that answers with documents.
func answered(t *testing.T, answer func() string) *hubspot.Client {
	t.Helper()
	c, err := hubspot.NewOnWire("pat-test", hubspot.Options{}, handlerWire{http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-HubSpot-RateLimit-Max", "1000000")
		w.Header().Set("X-HubSpot-RateLimit-Interval-Milliseconds", "10000")
		if _, err := io.WriteString(w, answer()); err != nil {
			t.Error(err)
		}
	})})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
