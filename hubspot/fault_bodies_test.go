package hubspot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

// Answers of about 4 KiB to the two requests that a crawl is made of.
var (
	somePage = func() string {
		var rows []string
		for id := range 20 {
			rows = append(rows, fmt.Sprintf(`{"id":"%d","properties":{"domain":"example.com","name":"Company %d"},"createdAt":"2026-01-31T09:00:00.000Z","updatedAt":"2026-02-01T10:00:00Z","archived":false}`, id+1, id+1))
		}
		return `{"results":[` + strings.Join(rows, ",") + `],"paging":{"next":{"after":"20","link":"https://api.hubapi.com/x?after=20"}}}`
	}()
	someLinks = func() string {
		var rows []string
		for id := range int64(30) {
			rows = append(rows, result(id+1, id+100, ""))
		}
		return answerOf(rows, 1, item(noAssociations, "31"))
	}()
)

// reader is one of the two requests, with an answer of its own.
type reader struct {
	name, answer string
	read         func(context.Context, *Client) (any, error)
}

var readers = []reader{
	{"a page", somePage, func(ctx context.Context, c *Client) (any, error) {
		page, err := c.objectPage(ctx, "0-2", ObjectQuery{})
		return page, err
	}},
	{"links", someLinks, func(ctx context.Context, c *Client) (any, error) {
		batch, err := c.ReadAssociations(ctx, "0-1", "0-2", numbered(31))
		if err != nil {
			return nil, err
		}
		return *batch, nil
	}},
}

// TestEveryCutOfAnAnswerIsAnError ends it behind each of its bytes.
func TestEveryCutOfAnAnswerIsAnError(t *testing.T) {
	for _, r := range readers {
		body := ""
		c := onWire(t, Options{Attempts: 1}, func(*http.Request) (*http.Response, error) { return reply(200, body), nil })
		if len(r.answer) < 3000 {
			t.Errorf("%s has %d bytes only", r.name, len(r.answer))
		}
		for n := range len(r.answer) {
			body = r.answer[:n]
			if got, err := r.read(t.Context(), c); !errors.Is(err, ErrMalformed) {
				t.Fatalf("%s, cut behind %d of %d bytes: %+v, %v", r.name, n, len(r.answer), got, err)
			}
		}
		body = r.answer
		if _, err := r.read(t.Context(), c); err != nil {
			t.Errorf("the whole of %s: %v", r.name, err)
		}
	}
}

// spoilt puts members at the beginning of a document.
func spoilt(members string) func(string) string {
	return func(answer string) string { return "{" + members + "," + answer[1:] }
}

// nested has as many brackets in a member, so that they are one deeper than that.
func nested(n int) func(string) string {
	return spoilt(`"x":` + strings.Repeat("[", n) + strings.Repeat("]", n))
}

func replaced(old, new string) func(string) string {
	return func(answer string) string { return strings.Replace(answer, old, new, 1) }
}

func constant(text string) func(string) string { return func(string) string { return text } }

// TestAnswersThatAreNoneEndAfterThreeAttempts has what a parser may stumble over,
// or pass over.
func TestAnswersThatAreNoneEndAfterThreeAttempts(t *testing.T) {
	for name, spoil := range map[string]func(string) string{
		"something behind": func(a string) string { return a + "}" }, "two documents": func(a string) string { return a + "\n" + a },
		"a byte order mark": func(a string) string { return "\ufeff" + a }, "a null byte": func(a string) string { return a + "\x00" },
		"no UTF-8 in a key": spoilt("\"\xff\":1"), "no UTF-8 in a value": spoilt("\"x\":\"\xc3\x28\""), "no UTF-8 in the rows": replaced("example", "\xff"+"example"),
		"NaN": spoilt(`"x":NaN`), "infinity": spoilt(`"x":-Infinity`),
		"64 deep and more": nested(64), "10,000 deep": nested(10_000),
		"results twice": spoilt(`"results":[]`), "results before": spoilt(`"results" : null`), "results null": constant(`{"results":null}`), "no results": constant(`{"status":"COMPLETE"}`),
		"results that are none": constant(`{"results":{}}`), "an error": constant(`{"status":"error","message":"internal error"}`), "a list": constant(`[]`), "null": constant("null"),
		"a page of HTML": constant("<html>sign in</html>"), "nothing": constant(""), "blanks": constant(" \n"), "single quotes": constant(`{'results':[]}`), "a comma": constant(`{"results":[],}`),
	} {
		for _, r := range readers {
			if spoil(r.answer) == r.answer { // what only the other answer has
				continue
			}
			synctest.Test(t, func(t *testing.T) {
				c := onWire(t, Options{}, func(*http.Request) (*http.Response, error) { return reply(200, spoil(r.answer)), nil })
				got, err := r.read(t.Context(), c)
				if !errors.Is(err, ErrMalformed) || c.Stats().Requests != mostGarbled || len(err.Error()) > 800 {
					t.Errorf("%s with %s: %+v in %d requests, %v", r.name, name, got, c.Stats().Requests, err)
				}
			})
		}
	}
}

// TestOddAnswersAreTakenAsTheyAre has what is strange, and means the same.
func TestOddAnswersAreTakenAsTheyAre(t *testing.T) {
	for name, odd := range map[string]func(string) string{
		"a number too large where nobody looks": spoilt(`"x":1e999999`), "63 deep": nested(63), "a member": spoilt(`"x":{"results":null}`),
		"an id as a number": replaced(`"id":"1"`, `"id":1`), "blanks": func(a string) string { return "\n" + strings.ReplaceAll(a, ":", " : ") + "\n" },
	} {
		for _, r := range readers {
			if name == "blanks" && r.name == "a page" {
				continue // it has times, in which a blank is wrong
			}
			body := r.answer
			c := onWire(t, Options{Attempts: 1}, func(*http.Request) (*http.Response, error) { return reply(200, body), nil })
			want, err := r.read(t.Context(), c)
			body = odd(r.answer)
			got, err2 := r.read(t.Context(), c)
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(ReadInput{})); err != nil || err2 != nil || diff != "" || body == r.answer {
				t.Errorf("%s with %s: %v, %v\n%s", r.name, name, err, err2, diff)
			}
		}
	}
}
