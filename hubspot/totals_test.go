package hubspot

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRecordCounts(t *testing.T) {
	got, err := saying(t, `{"hubspotDefinedObjectTypes":[{"objectTypeId":"0-1","limit":15000000,"usage":12,"percentage":0.1},{"objectTypeId":"0-2"},{"usage":3}],
		"customObjectTypes":{"overallUsage":7,"byObjectType":[{"objectTypeId":"2-77","usage":7}]}}`).RecordCounts(t.Context())
	if diff := cmp.Diff(map[string]int64{"0-1": 12, "2-77": 7}, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	for _, body := range []string{`{}`, `[]`, `{"hubspotDefinedObjectTypes":null}`, `{"hubspotDefinedObjectTypes":[7]}`, `<html>`} {
		if _, err := saying(t, body).RecordCounts(t.Context()); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestSearchObjects(t *testing.T) {
	var sent map[string]any
	c := onServer(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		sent = nil
		if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
			t.Error(err)
		}
		fmt.Fprint(w, `{"total":1234,"results":[{"id":"5","properties":{}}],"paging":{"next":{"after":"1"}}}`)
	})
	found, err := c.SearchObjects(t.Context(), "0-1", ObjectSearch{First: 5, Last: 9, Limit: 200})
	if err != nil || found.Total != 1234 || len(found.Objects) != 1 || found.Objects[0].ID != 5 {
		t.Errorf("%+v, %v", found, err)
	}
	filter := func(operator, id string) any {
		return map[string]any{"propertyName": "hs_object_id", "operator": operator, "value": id}
	}
	want := map[string]any{
		"filterGroups": []any{map[string]any{"filters": []any{filter("GTE", "5"), filter("LTE", "9")}}},
		"sorts":        []any{map[string]any{"propertyName": "hs_object_id", "direction": "ASCENDING"}},
		"properties":   []any{"hs_object_id"},
		"limit":        200.0,
	}
	if diff := cmp.Diff(want, sent); diff != "" {
		t.Error(diff)
	}
	if _, err := c.SearchObjects(t.Context(), "0-1", ObjectSearch{}); err != nil {
		t.Fatal(err)
	}
	if groups := sent["filterGroups"]; len(groups.([]any)) != 0 || sent["limit"] != 1.0 {
		t.Errorf("a search without bounds is sent as %v", sent)
	}
	if _, err := c.SearchObjects(t.Context(), "0-1", ObjectSearch{Limit: 201}); err == nil {
		t.Error("more than a page is asked for")
	}
	if _, err := c.SearchObjects(t.Context(), "0-1", ObjectSearch{Skip: 7, Descending: true}); err != nil {
		t.Fatal(err)
	}
	if sorts := fmt.Sprint(sent["sorts"]); sent["after"] != "7" || !strings.Contains(sorts, "DESCENDING") {
		t.Errorf("a search behind 7 records, from the end, is sent as %v", sent)
	}
	for _, skip := range []int{-1, MaxSearchSkip} {
		if _, err := c.SearchObjects(t.Context(), "0-1", ObjectSearch{Skip: skip}); err == nil {
			t.Errorf("a search behind %d records is sent", skip)
		}
	}
}

// TestLatency has answers take their time: the shortest counts.
func TestLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		took := []time.Duration{300 * time.Millisecond, 80 * time.Millisecond, 2 * time.Second}
		c := onWire(t, Options{}, func(*http.Request) (*http.Response, error) {
			time.Sleep(took[0])
			took = took[1:]
			return reply(200, goodAccount), nil
		})
		if got := c.Latency(); got != 0 {
			t.Errorf("%s before any answer", got)
		}
		for _, want := range []time.Duration{300 * time.Millisecond, 80 * time.Millisecond, 80 * time.Millisecond} {
			if err := account(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			if got := c.Latency(); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		}
	})
}

func TestSearchesThatAreNone(t *testing.T) {
	for _, body := range []string{`{}`, `{"results":[]}`, `{"total":3}`, `{"total":-1,"results":[]}`, `{"total":"x","results":[]}`} {
		if _, err := saying(t, body).SearchObjects(t.Context(), "0-1", ObjectSearch{}); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// TestSearchesHaveAnAllowanceOfTheirOwn sends both kinds of requests at once:
// neither waits for the other, and a 429 of one does not slow the other.
func TestSearchesHaveAnAllowanceOfTheirOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var searches []time.Time
		refuse := true
		c := onWire(t, Options{Share: 1}, func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodGet {
				return reply(200, `{"portalId":7}`), nil
			}
			if refuse {
				refuse = false
				resp := reply(429, `{"policyName":"SECONDLY"}`)
				resp.Header.Del(maxHeader)
				return resp, nil
			}
			searches = append(searches, time.Now())
			resp := reply(200, `{"total":0,"results":[]}`)
			resp.Header.Del(maxHeader)
			return resp, nil
		})
		if _, err := c.Account(t.Context()); err != nil { // the answer names the rate
			t.Fatal(err)
		}
		for range 40 {
			if _, err := c.SearchObjects(t.Context(), "0-1", ObjectSearch{}); err != nil {
				t.Fatal(err)
			}
		}
		for i := searchMax; i < len(searches); i++ {
			if searches[i].Sub(searches[i-searchMax]) < time.Second {
				t.Errorf("search %d follows the fifth before it after %v", i, searches[i].Sub(searches[i-searchMax]))
			}
		}
		started := time.Now()
		for range 100 {
			if _, err := c.Account(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(started); took > time.Second {
			t.Errorf("100 requests that are no searches take %v", took)
		}
	})
}

// TestSearchesTakeTheirShare: none is the sixth in a second, whenever between its request and
// its answer HubSpot counts it; and what is sent is the share, but where answers take longer
// than the share leaves of a second.
func TestSearchesTakeTheirShare(t *testing.T) {
	for latency, least := range map[time.Duration]float64{10 * time.Millisecond: 4.4, 100 * time.Millisecond: 4.4, 300 * time.Millisecond: 3.7, time.Second: 2.4} {
		synctest.Test(t, func(t *testing.T) {
			var mu sync.Mutex
			var counted []time.Time
			n := 0
			c := onWire(t, Options{Share: 0.9}, func(*http.Request) (*http.Response, error) {
				mu.Lock()
				n++
				before := latency * time.Duration(n*n%7) / 6
				mu.Unlock()
				time.Sleep(before)
				mu.Lock()
				counted = append(counted, time.Now())
				mu.Unlock()
				time.Sleep(latency - before)
				resp := reply(200, `{"total":0,"results":[]}`)
				resp.Header.Del(maxHeader)
				return resp, nil
			})
			started := time.Now()
			var all sync.WaitGroup
			for range 8 {
				all.Go(func() {
					for range 25 {
						if _, err := c.SearchObjects(t.Context(), "0-1", ObjectSearch{}); err != nil {
							t.Error(err)
						}
					}
				})
			}
			all.Wait()
			slices.SortFunc(counted, time.Time.Compare)
			for i := searchMax; i < len(counted); i++ {
				if d := counted[i].Sub(counted[i-searchMax]); d < time.Second {
					t.Errorf("with answers after %v the sixth of six searches is counted %v after the first", latency, d)
				}
			}
			rate := float64(len(counted)) / time.Since(started).Seconds()
			if rate < least || rate > 4.7 {
				t.Errorf("with answers after %v: %.2f searches a second, want %.1f to 4.5", latency, rate, least)
			}
			if said := c.Allowance().Searches; said < rate-0.2 || said > rate+0.1 {
				t.Errorf("with answers after %v it says %.2f searches a second and sends %.2f", latency, said, rate)
			}
		})
	}
}

func TestAllowance(t *testing.T) {
	c := onWire(t, Options{Share: 1}, func(*http.Request) (*http.Response, error) {
		return reply(200, `{"portalId":7}`, maxHeader, "190", dailyHeader, "1000", dailyRemainingHeader, "400"), nil
	})
	if got := c.Allowance(); got.Daily != -1 || got.Left != -1 || got.PerSecond > 10 {
		t.Errorf("before any answer: %+v", got)
	}
	if _, err := c.Account(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := c.Allowance(); got.Daily != 1000 || got.Left != 400 || got.PerSecond < 18 || got.PerSecond > 19 {
		t.Errorf("after an answer: %+v", got)
	}
}
