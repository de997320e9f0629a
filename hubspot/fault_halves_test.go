package hubspot

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
)

// slowPortal answers batches of up to some inputs, and says of larger ones that they
// take too long.
func slowPortal(t *testing.T, status, most int) (*Client, *int) {
	t.Helper()
	requests := 0
	c, err := newClient(canary, Options{}, roundTrip(func(r *http.Request) (*http.Response, error) {
		defer r.Body.Close()
		requests++
		var doc struct {
			Inputs []struct {
				ID int64 `json:"id,string"`
			}
		}
		if err := json.NewDecoder(r.Body).Decode(&doc); err != nil {
			return nil, err
		}
		if len(doc.Inputs) > most {
			return reply(status, "<html>", "Content-Type", "text/html"), nil
		}
		var rows []string
		for _, in := range doc.Inputs {
			rows = append(rows, result(in.ID, 7, ""))
		}
		return reply(200, answerOf(rows, 0)), nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	return c, &requests
}

func TestABatchThatTakesTooLongIsHalved(t *testing.T) {
	for _, test := range []struct {
		status, most, answered, requests int
	}{
		{502, 1000, 1000, 1}, {502, 500, 1000, 2 + 2}, {504, 250, 1000, 2 + 4 + 4}, {524, 125, 1000, 2 + 4 + 8 + 8},
		{504, 0, 0, 2 * (mostHalvings + 1)}, // down: each size twice, and the end
		{503, 500, 0, 5},                    // not for its size
	} {
		synctest.Test(t, func(t *testing.T) {
			c, requests := slowPortal(t, test.status, test.most)
			b, err := c.ReadAssociations(t.Context(), "0-1", "0-2", numbered(1000))
			if test.answered == 0 {
				if !errors.Is(err, ErrUnavailable) || *requests != test.requests {
					t.Errorf("%d above %d: %d requests, want %d; %v", test.status, test.most, *requests, test.requests, err)
				}
				return
			}
			if err != nil || len(b.Answered) != test.answered || len(b.Links) != test.answered || *requests != test.requests {
				t.Errorf("%d above %d: %d requests, want %d; %v", test.status, test.most, *requests, test.requests, err)
			}
		})
	}
}

// TestHalvesAreRepeatsToo has a portal that is down: the halves of many batches
// come out of the same budget.
func TestHalvesAreRepeatsToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, requests := slowPortal(t, 504, 0)
		const batches = 200
		for range batches {
			if _, err := c.ReadAssociations(t.Context(), "0-1", "0-2", numbered(1000)); !errors.Is(err, ErrUnavailable) {
				t.Fatal(err)
			}
		}
		if *requests > batches*12/10 {
			t.Errorf("%d requests for %d batches", *requests, batches)
		}
	})
}
