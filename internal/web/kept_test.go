package web

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// still is the state of files that nobody changes.
func still() (string, error) { return "a", nil }

// TestWhatManyAskForIsMadeOnce: who asks while it is made waits for it, and gets what that
// one gets, but where that one goes before it is made.
func TestWhatManyAskForIsMadeOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := &kept{state: still, room: 100}
		var mutex sync.Mutex
		var wait sync.WaitGroup
		made := 0
		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		slow := func(ctx context.Context) func() (*answer, error) {
			return func() (*answer, error) {
				mutex.Lock()
				made++
				mutex.Unlock()
				select {
				case <-time.After(time.Minute):
					return &answer{page: []byte("page"), lasts: true}, nil
				case <-ctx.Done():
					return &answer{page: []byte("interrupted")}, nil // as SQL that is interrupted is a page
				}
			}
		}
		gone, leave := context.WithCancel(t.Context())
		wait.Go(func() {
			if _, err := k.get(gone, "/", slow(gone)); !errors.Is(err, context.Canceled) {
				t.Errorf("who goes gets %v", err)
			}
		})
		synctest.Wait()
		for range 20 {
			wait.Go(func() {
				a, err := k.get(t.Context(), "/", slow(t.Context()))
				if err != nil || string(a.page) != "page" {
					t.Errorf("one gets %v, %v", a, err)
				}
			})
		}
		synctest.Wait()
		leave()
		wait.Wait()
		if made != 2 {
			t.Errorf("it was made %d times", made)
		}
		if _, err := k.get(impatient, "/other", slow(impatient)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("who has no patience gets %v", err)
		}
	})
}

// TestAnswersAreKeptForOneState: an answer goes with the state that its files were in, and
// is not kept where that was another one before or after it was made.
func TestAnswersAreKeptForOneState(t *testing.T) {
	state, made := "a", 0
	k := &kept{state: func() (string, error) { return state, nil }, room: 100}
	get := func(during, after string, lasts bool) string {
		t.Helper()
		a, err := k.get(t.Context(), "/", func() (*answer, error) {
			made++
			state = during
			return &answer{page: fmt.Appendf(nil, "%d", made), lasts: lasts}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		state = after
		return string(a.page)
	}
	for i, c := range []struct {
		during, after string
		lasts         bool
		want          string
	}{
		{"b", "a", true, "1"}, // the files went and came back while it was made
		{"a", "a", false, "2"},
		{"a", "a", true, "3"},
		{"a", "b", true, "3"},
		{"b", "a", true, "4"},
		{"a", "a", true, "5"},
		{"a", "a", true, "5"},
	} {
		if got := get(c.during, c.after, c.lasts); got != c.want {
			t.Errorf("question %d gets answer %s, not %s", i+1, got, c.want)
		}
	}
	k.state = func() (string, error) { return "", errors.New("the folder is gone") }
	if _, err := k.get(t.Context(), "/", nil); err == nil {
		t.Error("an answer is kept of files that are gone")
	}
}

// TestAnswersHaveSoMuchRoom: those go that nobody asked for the longest, and one that is very
// long is not kept at all.
func TestAnswersHaveSoMuchRoom(t *testing.T) {
	k := &kept{state: still, room: 30}
	get := func(address, page string) (made bool) {
		t.Helper()
		a, err := k.get(t.Context(), address, func() (*answer, error) {
			made = true
			return &answer{page: append(make([]byte, 0, 1000), page...), lasts: true}, nil
		})
		if err != nil || string(a.page) != page {
			t.Fatalf("%s: %v, %v", address, a, err)
		}
		return made
	}
	page := strings.Repeat("x", 9)
	for _, c := range []struct {
		address string
		made    bool
	}{{"1", true}, {"2", true}, {"3", true}, {"1", false}, {"4", true}, {"1", false}, {"3", false}, {"2", true}, {"4", true}, {"1", true}} {
		if made := get(c.address, page); made != c.made {
			t.Errorf("%s is made: %t", c.address, made)
		}
	}
	if k.used != 30 || len(k.all) != 3 || k.order.Len() != 3 {
		t.Errorf("%d answers of %d bytes are kept", len(k.all), k.used)
	}
	for e := k.order.Front(); e != nil; e = e.Next() {
		if room := cap(e.Value.(*named).page); room > 16 {
			t.Errorf("a page of 9 bytes takes %d", room)
		}
	}
	k.room = mostKept
	long := strings.Repeat("x", mostPage)
	if first, second := get("long", long), get("long", long); !first || !second || get("1", page) {
		t.Error("a very long one is kept, or drives others out")
	}
}
