package hubspot

import (
	"errors"
	"io"
	"net/http"
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
		for _, body := range []string{"", "{}", "null", "<html>", `{"status":null}`, `[]`, `{"results":[]}`, `{"status":"error","message":"no"}`, `{"status":"PENDING","results":[]}`, `{"status":"CANCELED","errors":[]}`} {
			status, answer = 200, body
			if got, err := call(); !errors.Is(err, ErrUnclear) || got != nil {
				t.Errorf("%q: %+v, %v", body, got, err)
			}
		}
	}
}
