package hubspot

import (
	"io"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestCreateAssociations(t *testing.T) {
	var sent string
	var answer string
	c := onServer(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		sent = r.Method + " " + r.URL.String() + " " + string(body)
		w.WriteHeader(207)
		io.WriteString(w, answer)
	})
	in := []CreateInput{{5_000_000_000, 2, []LinkType{{HubSpotDefined, 279, ""}, {UserDefined, 1, "not sent"}}}, {3, 4, []LinkType{{UserDefined, 9, ""}}}}
	for text, want := range map[string]CreateBatch{
		`{"results":[{"fromObjectTypeId":"0-1","fromObjectId":5000000000,"toObjectTypeId":"0-2","toObjectId":"2","labels":["x"]}]}`: {Created: []Created{{5_000_000_000, 2}}},
		`{"results":[],"numErrors":1,"errors":[{"category":"VALIDATION_ERROR","subCategory":"crm.associations.INVALID_IDENTIFIER","message":"no","context":{"id":["3","3"]}}]}`: {
			Failed: []ItemError{{3, "VALIDATION_ERROR", "crm.associations.INVALID_IDENTIFIER", "no"}}},
		`{"errors":[{"category":"VALIDATION_ERROR","message":"cannot be associated to itself"}]}`: {Failed: []ItemError{{0, "VALIDATION_ERROR", "", "cannot be associated to itself"}}},
	} {
		answer = text
		got, err := c.CreateAssociations(AllowCreates(t.Context()), "0-1", "0-2", in)
		if diff := cmp.Diff(&want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Error(err, diff)
		}
	}
	want := `POST /crm/associations/2026-09/0-1/0-2/batch/create {"inputs":[` +
		`{"from":{"id":"5000000000"},"to":{"id":"2"},"types":[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":279},{"associationCategory":"USER_DEFINED","associationTypeId":1}]},` +
		`{"from":{"id":"3"},"to":{"id":"4"},"types":[{"associationCategory":"USER_DEFINED","associationTypeId":9}]}]}`
	if sent != want {
		t.Errorf("%s\nwant %s", sent, want)
	}
}
