package hubspot

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestArchives(t *testing.T) {
	var sent, answer string
	status := 200
	c := onServer(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		sent = r.Method + " " + r.URL.String() + " " + string(body)
		w.WriteHeader(status)
		io.WriteString(w, answer)
	})
	ctx := AllowRemovals(t.Context())
	all := func() (*ArchiveBatch, error) {
		return c.ArchiveAssociations(ctx, "0-1", "0-2", []ArchiveInput{{5_000_000_000, []int64{2, 3}}, {4, []int64{2}}})
	}
	labels := func() (*ArchiveBatch, error) {
		return c.ArchiveLabels(ctx, "0-1", "0-2", []CreateInput{{1, 2, []LinkType{{UserDefined, 9, "not sent"}}}})
	}
	for want, call := range map[string]func() (*ArchiveBatch, error){
		`POST /crm/associations/2026-09/0-1/0-2/batch/archive {"inputs":[{"from":{"id":"5000000000"},"to":[{"id":"2"},{"id":"3"}]},{"from":{"id":"4"},"to":[{"id":"2"}]}]}`:                   all,
		`POST /crm/associations/2026-09/0-1/0-2/batch/labels/archive {"inputs":[{"from":{"id":"1"},"to":{"id":"2"},"types":[{"associationCategory":"USER_DEFINED","associationTypeId":9}]}]}`: labels,
	} {
		for _, test := range []struct {
			status int
			body   string
			failed []ItemError
		}{
			{204, "", nil},
			{200, `{"status":"COMPLETE","results":[]}`, nil},
			{207, `{"status":"COMPLETE"}`, nil},
			{207, `{"numErrors":1,"errors":[{"category":"VALIDATION_ERROR","subCategory":"crm.associations.INVALID_IDENTIFIER","message":"no","context":{"id":["3"]}}]}`,
				[]ItemError{{3, "VALIDATION_ERROR", "crm.associations.INVALID_IDENTIFIER", "no"}}},
		} {
			status, answer = test.status, test.body
			got, err := call()
			if diff := cmp.Diff(&ArchiveBatch{test.failed}, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
				t.Error(test.status, test.body, err, diff)
			}
			if sent != want {
				t.Errorf("%s\nwant %s", sent, want)
			}
		}
		for _, body := range []string{"", "{}", "null", "<html>", `{"status":null}`, `[]`} {
			status, answer = 200, body
			if got, err := call(); !errors.Is(err, ErrUnclear) || got != nil {
				t.Errorf("%q: %+v, %v", body, got, err)
			}
		}
	}
}

// TestWritesThatCannotBe has what HubSpot refuses, or answers 2xx without doing
// it. Nothing is sent.
func TestWritesThatCannotBe(t *testing.T) {
	c := onWire(t, Options{}, func(r *http.Request) (*http.Response, error) {
		t.Errorf("%s was sent", r.URL)
		return reply(204, ""), nil
	})
	ctx := allRights(t.Context())
	plain := []LinkType{{HubSpotDefined, 279, ""}}
	create := func(from, to string, inputs ...CreateInput) func() error {
		return func() error { _, err := c.CreateAssociations(ctx, from, to, inputs); return err }
	}
	archive := func(from, to string, inputs ...ArchiveInput) func() error {
		return func() error { _, err := c.ArchiveAssociations(ctx, from, to, inputs); return err }
	}
	unlabel := func(inputs ...CreateInput) func() error {
		return func() error { _, err := c.ArchiveLabels(ctx, "0-1", "0-2", inputs); return err }
	}
	for _, test := range []struct {
		call func() error
		says string
	}{
		{create("0-1", "0-2", CreateInput{From: 1, To: 2}), "create 1 to 2: no association types are given"},
		{create("0-1", "0-2", CreateInput{1, 2, []LinkType{{"", 279, ""}}}), `create 1 to 2: "" 279 is no association type`},
		{create("0-1", "0-2", CreateInput{1, 2, []LinkType{{HubSpotDefined, 0, ""}}}), `create 1 to 2: "HUBSPOT_DEFINED" 0 is no association type`},
		{create("0-1", "0-2", CreateInput{0, 2, plain}), "create 0 to 2: a record id is a number above 0"},
		{create("0-1", "contacts", CreateInput{1, 1, plain}), "create 1 to 1: a record cannot be associated with itself"},
		{create("2-7", "2-7", CreateInput{1, 1, plain}), "create 1 to 1: a record cannot be associated with itself"},
		{create("0-1", "0-2", make([]CreateInput, MaxBatchCreate+1)...), "create 2001 associations: HubSpot takes 2000 in a call"},
		{archive("0-1", "0-2", ArchiveInput{From: 1}), "archive the associations of 1: no records at the other end are given"},
		{archive("0-1", "0-2", ArchiveInput{1, []int64{2, -2}}), "archive 1 to -2: a record id is a number above 0"},
		{archive("0-1", "0-1", ArchiveInput{1, []int64{1}}), "archive 1 to 1: a record cannot be associated with itself"},
		{archive("0-1", "0-2", ArchiveInput{1, make([]int64, 0)}), "no records"},
		{archive("0-1", "0-2", ArchiveInput{1, counted(MaxBatchArchive)}, ArchiveInput{2, []int64{5}}), "archive 2001 associations: HubSpot takes 2000 in a call"},
		{unlabel(CreateInput{From: 1, To: 2}), "archive labels of 1 to 2: no association types are given"},
		{unlabel(make([]CreateInput, MaxBatchArchive+1)...), "archive labels of 2001 associations: HubSpot takes 2000 in a call"},
	} {
		if err := test.call(); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%v, want %s", err, test.says)
		}
	}
	for _, call := range []func() error{create("0-1", "0-2"), archive("0-1", "0-2"), unlabel(), create("0-1", "0-2")} {
		if err := call(); err != nil {
			t.Errorf("nothing asked: %v", err)
		}
	}
}

// counted are the ids from 1 to n.
func counted(n int) (ids []int64) {
	for i := range n {
		ids = append(ids, int64(i)+1)
	}
	return ids
}
