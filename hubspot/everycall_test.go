package hubspot

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

// aCall is a call of the client that sends one operation.
type aCall struct {
	op   operation
	call func(context.Context, *Client) error
	good string // an answer to it; empty: 204
	sent string // the body
}

// theTypes and thePair are what the calls below are about.
var (
	theTypes = []LinkType{{UserDefined, 9, "not sent"}}
	thePair  = Pair{5_000_000_000, 2}
)

// everyCall has a call for each operation of the association API, and for those of
// metadata that the command line asks for.
var everyCall = []aCall{
	{opTokenInfo, func(ctx context.Context, c *Client) error { _, err := c.Scopes(ctx); return err }, `{"scopes":["oauth"]}`, `{"tokenKey":"pat-na1-canary-0123456789"}`},
	{opLabels, func(ctx context.Context, c *Client) error { _, err := c.Labels(ctx, "0-1", "0-2"); return err }, `{"results":[]}`, ""},
	{opReadLinks, func(ctx context.Context, c *Client) error {
		_, err := c.ReadAssociations(ctx, "0-1", "0-2", []ReadInput{{ID: 5}})
		return err
	}, `{"results":[]}`, `{"inputs":[{"id":"5"}]}`},
	{opCreateLinks, func(ctx context.Context, c *Client) error {
		_, err := c.CreateAssociations(ctx, "0-1", "0-2", []CreateInput{{5_000_000_000, 2, theTypes}})
		return err
	}, goodCreated, `{"inputs":[{"from":{"id":"5000000000"},"to":{"id":"2"},"types":[{"associationCategory":"USER_DEFINED","associationTypeId":9}]}]}`},
	{opArchiveLinks, func(ctx context.Context, c *Client) error {
		_, err := c.ArchiveAssociations(ctx, "0-1", "0-2", []ArchiveInput{{5, []int64{6, 7}}})
		return err
	}, "", `{"inputs":[{"from":{"id":"5"},"to":[{"id":"6"},{"id":"7"}]}]}`},
	{opArchiveLabels, func(ctx context.Context, c *Client) error {
		_, err := c.ArchiveLabels(ctx, "0-1", "0-2", []CreateInput{{5, 6, theTypes}})
		return err
	}, "", `{"inputs":[{"from":{"id":"5"},"to":{"id":"6"},"types":[{"associationCategory":"USER_DEFINED","associationTypeId":9}]}]}`},
	{opCreateDefaults, func(ctx context.Context, c *Client) error {
		_, err := c.CreateDefaultAssociations(ctx, "0-1", "0-2", []Pair{thePair})
		return err
	}, goodDefault, `{"inputs":[{"from":{"id":"5000000000"},"to":{"id":"2"}}]}`},
	{opListLinks, func(ctx context.Context, c *Client) (last error) {
		for _, err := range c.RecordAssociations(ctx, "0-1", "0-2", 5) {
			last = err
		}
		return last
	}, `{"results":[]}`, ""},
	{opPutLink, func(ctx context.Context, c *Client) error {
		return c.PutAssociation(ctx, "0-1", "0-2", CreateInput{5_000_000_000, 2, theTypes})
	}, `{"fromObjectTypeId":"0-1","fromObjectId":5000000000,"toObjectTypeId":"0-2","toObjectId":"2","labels":["x"]}`, `[{"associationCategory":"USER_DEFINED","associationTypeId":9}]`},
	{opDeleteLink, func(ctx context.Context, c *Client) error { return c.DeleteAssociation(ctx, "0-1", "0-2", thePair) }, "", ""},
	{opPutDefault, func(ctx context.Context, c *Client) error {
		_, err := c.PutDefaultAssociation(ctx, "0-1", "0-2", thePair)
		return err
	}, goodDefault, ""},
	{opCreateLabel, func(ctx context.Context, c *Client) error {
		_, err := c.CreateLabel(ctx, "0-1", "0-2", NewLabel{"boss", "Boss", "Report"})
		return err
	}, `{"results":[` + ownType + `,` + ownType + `]}`, `{"name":"boss","label":"Boss","inverseLabel":"Report"}`},
	{opUpdateLabel, func(ctx context.Context, c *Client) error {
		return c.UpdateLabel(ctx, "0-1", "0-2", 9, NewLabel{"not_sent", "Boss", ""})
	}, "", `{"associationTypeId":9,"label":"Boss"}`},
	{opDeleteLabel, func(ctx context.Context, c *Client) error { return c.DeleteLabel(ctx, "0-1", "0-2", 9) }, "", ""},
	{opAllLimits, func(ctx context.Context, c *Client) error { _, err := c.AllLimits(ctx); return err }, `{"results":[]}`, ""},
	{opLimits, func(ctx context.Context, c *Client) error { _, err := c.PairLimits(ctx, "0-1", "0-2"); return err }, `{"results":[]}`, ""},
	{opCreateLimits, func(ctx context.Context, c *Client) error {
		_, err := c.CreateLimits(ctx, "0-1", "0-2", []Limit{{UserDefined, 9, "not sent", 10_000}})
		return err
	}, goodLimits, `{"inputs":[{"category":"USER_DEFINED","typeId":9,"maxToObjectIds":10000}]}`},
	{opUpdateLimits, func(ctx context.Context, c *Client) error {
		_, err := c.UpdateLimits(ctx, "0-1", "0-2", []Limit{{UserDefined, 9, "", 1}})
		return err
	}, goodLimits, `{"inputs":[{"category":"USER_DEFINED","typeId":9,"maxToObjectIds":1}]}`},
	{opPurgeLimits, func(ctx context.Context, c *Client) error {
		_, err := c.PurgeLimits(ctx, "0-1", "0-2", theTypes)
		return err
	}, "", `{"inputs":[{"category":"USER_DEFINED","typeId":9}]}`},
	{opReadV3, func(ctx context.Context, c *Client) error {
		_, err := c.ReadAssociationsV3(ctx, "0-1", "0-2", []int64{5})
		return err
	}, `{"results":[]}`, `{"inputs":[{"id":"5"}]}`},
	{opListV3, func(ctx context.Context, c *Client) (last error) {
		for _, err := range c.RecordAssociationsV3(ctx, "0-1", "0-2", 5) {
			last = err
		}
		return last
	}, `{"results":[]}`, ""},
	{opTypesV3, func(ctx context.Context, c *Client) error { _, err := c.TypesV3(ctx, "0-1", "0-2"); return err }, `{"results":[]}`, ""},
	{opCreateV3, func(ctx context.Context, c *Client) error {
		_, err := c.CreateAssociationsV3(ctx, "0-1", "0-2", []LinkV3{{5, 6, "contact_to_company"}})
		return err
	}, `{"results":[{"from":{"id":"5"},"to":{"id":"6"},"type":"contact_to_company"}]}`, `{"inputs":[{"from":{"id":"5"},"to":{"id":"6"},"type":"contact_to_company"}]}`},
	{opArchiveV3, func(ctx context.Context, c *Client) error {
		_, err := c.ArchiveAssociationsV3(ctx, "0-1", "0-2", []LinkV3{{5, 6, "contact_to_company"}})
		return err
	}, "", `{"inputs":[{"from":{"id":"5"},"to":{"id":"6"},"type":"contact_to_company"}]}`},
	{opListV1, func(ctx context.Context, c *Client) (last error) {
		for _, err := range c.RecordAssociationsV1(ctx, 5, 279) {
			last = err
		}
		return last
	}, `{"results":[],"hasMore":false,"offset":0}`, ""},
	{opPutV1, func(ctx context.Context, c *Client) error {
		return c.PutAssociationV1(ctx, AssociationV1{5, 6, 279})
	}, "", `{"fromObjectId":5,"toObjectId":6,"category":"HUBSPOT_DEFINED","definitionId":279}`},
	{opPutBatchV1, func(ctx context.Context, c *Client) error {
		return c.PutAssociationsV1(ctx, []AssociationV1{{5, 6, 279}, {6, 5, 280}})
	}, "", `[{"fromObjectId":5,"toObjectId":6,"category":"HUBSPOT_DEFINED","definitionId":279},{"fromObjectId":6,"toObjectId":5,"category":"HUBSPOT_DEFINED","definitionId":280}]`},
}

const (
	goodDefault = `{"status":"COMPLETE","results":[{"from":{"id":"5000000000"},"to":{"id":"2"},"associationSpec":{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":279}}]}`
	goodLimits  = `{"status":"COMPLETE","results":[{"category":"USER_DEFINED","typeId":9,"label":"x","userEnforcedMaxToObjectIds":5}]}`
)

// attempt is what the call meets where all is well.
func (a aCall) attempt() attempt {
	if a.good == "" {
		return attempt{status: 204}
	}
	return attempt{status: 200, body: a.good}
}

// right gives what the call needs.
func (a aCall) right(ctx context.Context) context.Context {
	if give := rights[routes[a.op].effect]; give != nil {
		return give(ctx)
	}
	return ctx
}

// bodyWire is a wire that leaves the body of a request to be read.
type bodyWire func(*http.Request) (*http.Response, error)

// RoundTrip answers.
func (w bodyWire) RoundTrip(r *http.Request) (*http.Response, error) { return w(r) }

// sentBody is the body of a request.
func sentBody(t *testing.T, r *http.Request) string {
	t.Helper()
	if r.Body == nil {
		return ""
	}
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Error(err)
	}
	return string(text)
}

// TestEveryCallIsSentAsItsRouteSays sends every call in each version.
func TestEveryCallIsSentAsItsRouteSays(t *testing.T) {
	for _, version := range []string{"v4", "2026-03", "2026-09"} {
		for _, a := range everyCall {
			route := routes[a.op]
			requests := 0
			c, err := newClient(canary, Options{APIVersion: version}, bodyWire(func(r *http.Request) (*http.Response, error) {
				requests++
				template := strings.Replace(route.dated, "{v}", version, 1)
				if version == "v4" || route.dated == "" {
					template = route.legacy
				}
				if r.Method != route.method || !matchTemplate(template, r.URL.Path) {
					t.Errorf("%s: %s %s is sent, want %s %s", version, r.Method, r.URL.Path, route.method, template)
				}
				if got := sentBody(t, r); got != a.sent {
					t.Errorf("%s %s sends %s, want %s", r.Method, r.URL.Path, got, a.sent)
				}
				return a.attempt().answer()
			}))
			if err != nil {
				t.Fatal(err)
			}
			if err := a.call(a.right(t.Context()), c); err != nil || requests != 1 {
				t.Errorf("%s, %s %s: %d requests, %v", version, route.method, route.legacy, requests, err)
			}
		}
	}
}

// TestEveryRouteIsCalled has a call above, or a test elsewhere, for each route.
func TestEveryRouteIsCalled(t *testing.T) {
	called := map[operation]bool{}
	for _, op := range []operation{opAccount, opSchemas, opSchema, opProperties, opPipelines, opOwners, opListObjects, opReadObjects, opSearchObjects, opRecordCounts} {
		called[op] = true // in the tests of metadata, objects and totals
	}
	for _, a := range everyCall {
		called[a.op] = true
	}
	for op := range routes {
		if !called[operation(op)] {
			t.Errorf("nothing calls operation %d, %s %s", op, routes[op].method, routes[op].legacy)
		}
	}
}

// TestEveryWriteNeedsItsOwnRight gives each call all rights but its own.
func TestEveryWriteNeedsItsOwnRight(t *testing.T) {
	for _, a := range everyCall {
		route := routes[a.op]
		if !route.effect.writes() {
			continue
		}
		c := onWire(t, Options{}, func(r *http.Request) (*http.Response, error) {
			t.Errorf("%s %s was sent", r.Method, r.URL)
			return a.attempt().answer()
		})
		ctx := t.Context()
		for e, give := range rights {
			if e != route.effect {
				ctx = give(ctx)
			}
		}
		if err := a.call(ctx, c); !errors.Is(err, ErrReadOnly) || errors.Is(err, ErrUnclear) {
			t.Errorf("%s %s without its right: %v, want a refusal that is clear", route.method, route.legacy, err)
		}
	}
}

// TestWritesAreNeverRepeatedBlindly has each call meet faults of which it is not known
// whether the portal did anything, and some of which it is.
func TestWritesAreNeverRepeatedBlindly(t *testing.T) {
	for _, test := range []struct {
		attempt
		clear bool // nothing was done
	}{
		{attempt{status: 500}, false},
		{attempt{status: 504, body: "<html>"}, false},
		{attempt{status: 408}, false},
		{attempt{err: io.ErrUnexpectedEOF}, false},
		{attempt{status: 200, body: "<html>"}, false},
		{attempt{status: 200}, false},
		{attempt{status: 200, body: "{}"}, false},
		{attempt{status: 202, body: "{}"}, false},
		{attempt{status: 423}, true},
		{attempt{status: 429, body: burst, header: []string{"Retry-After", "1"}}, true},
	} {
		for _, a := range everyCall {
			route := routes[a.op]
			got := try(t, func(i int) attempt {
				if i == 0 {
					return test.attempt
				}
				return a.attempt()
			}, func(ctx context.Context, c *Client) error { return a.call(a.right(ctx), c) })
			if route.effect.writes() && !test.clear {
				if got.requests != 1 || !errors.Is(got.err, ErrUnclear) {
					t.Errorf("%+v, %s %s: %d requests, %v", test, route.method, route.legacy, got.requests, got.err)
				}
			} else if got.requests != 2 || got.err != nil {
				t.Errorf("%+v, %s %s: %d requests, %v, want it repeated", test, route.method, route.legacy, got.requests, got.err)
			}
		}
	}
}
