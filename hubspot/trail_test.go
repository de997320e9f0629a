package hubspot

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"
)

// follow reads a record's pages, named by next from the cursor that was sent,
// to their end or to a failure, which it counts.
func follow(t *testing.T, next func(page int, after string) (to int64, cursor string)) (pages int, failed []ItemError) {
	t.Helper()
	c := onWire(t, Options{}, nil)
	for open := numbered(1); len(open) > 0; {
		if pages++; pages > 5000 {
			t.Fatal("it does not end")
		}
		to, cursor := next(pages, open[0].After)
		answer, err := decodeLinks([]byte(answerOf([]string{result(1, to, cursor)}, 0)), &c.types)
		if err != nil {
			t.Fatal(err)
		}
		places, err := newAsked(open)
		if err != nil {
			t.Fatal(err)
		}
		batch, err := c.accountLinks(answer, places)
		if err != nil {
			t.Fatal(err)
		}
		if len(batch.Answered)+len(batch.Failed) != 1 || len(batch.Failed) > 0 && len(batch.Next) > 0 {
			t.Fatalf("%+v", batch)
		}
		open, failed = batch.Next, append(failed, batch.Failed...)
	}
	return pages, failed
}

func TestCursorsThatLeadNowhereEnd(t *testing.T) {
	for name, test := range map[string]struct {
		next func(int, string) (int64, string)
		most int
	}{
		"the same cursor":   {func(n int, _ string) (int64, string) { return int64(n), "c" }, 2},
		"two in turn":       {func(n int, _ string) (int64, string) { return int64(n), strconv.Itoa(n % 2) }, 3},
		"a thousand":        {func(n int, _ string) (int64, string) { return int64(n), strconv.Itoa(n % 1000) }, 1001},
		"always new ones":   {func(n int, _ string) (int64, string) { return 7, strconv.Itoa(n) }, 1 + mostUseless},
		"two pages in turn": {func(n int, _ string) (int64, string) { return int64(1 + n%2), strconv.Itoa(n) }, 2 + mostUseless},
	} {
		pages, failed := follow(t, test.next)
		if len(failed) != 1 || failed[0].ID != 1 || failed[0].Message == "" || pages > test.most {
			t.Errorf("%s: %d pages, want at most %d; %+v", name, pages, test.most, failed)
		}
	}
	pages, failed := follow(t, func(n int, _ string) (int64, string) {
		if n == 120 {
			return int64(n), ""
		}
		return int64(n), fmt.Sprintf("MC%d%%3D", n)
	})
	if pages != 120 || len(failed) > 0 {
		t.Errorf("a good way of 120 pages: %d pages, %+v", pages, failed)
	}
}

func TestAnInputMayBeSentAgain(t *testing.T) {
	c := onWire(t, Options{Attempts: 1}, func(*http.Request) (*http.Response, error) {
		return reply(200, answerOf([]string{result(1, 10, "next")}, 0)), nil
	})
	in := []ReadInput{{ID: 1, After: "this", way: newTrail("")}}
	for range 3 {
		if b, err := c.ReadAssociations(t.Context(), "0-1", "0-2", in); err != nil || len(b.Next) != 1 || b.Next[0].After != "next" {
			t.Errorf("%+v, %v", b, err)
		}
	}
}
