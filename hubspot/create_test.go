package hubspot

import (
	"errors"
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

// TestBatchesUnderWayAreUnclear has HubSpot answer that a batch of writes is not done yet: nobody
// knows then what will come of it.
func TestBatchesUnderWayAreUnclear(t *testing.T) {
	status := ""
	c := onServer(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `{"status":"`+status+`","results":[]}`)
	})
	creates, removes, defines := AllowCreates(t.Context()), AllowRemovals(t.Context()), AllowDefinitions(t.Context())
	one := []CreateInput{{1, 2, []LinkType{{UserDefined, 1, ""}}}}
	for name, write := range map[string]func() error{
		"create":      func() error { _, err := c.CreateAssociations(creates, "0-1", "0-2", one); return err },
		"default":     func() error { _, err := c.CreateDefaultAssociations(creates, "0-1", "0-2", []Pair{{1, 2}}); return err },
		"put default": func() error { _, err := c.PutDefaultAssociation(creates, "0-1", "0-2", Pair{1, 2}); return err },
		"create in v3": func() error {
			_, err := c.CreateAssociationsV3(creates, "0-1", "0-2", []LinkV3{{1, 2, "a"}})
			return err
		},
		"archive": func() error {
			_, err := c.ArchiveAssociations(removes, "0-1", "0-2", []ArchiveInput{{1, []int64{2}}})
			return err
		},
		"archive label": func() error { _, err := c.ArchiveLabels(removes, "0-1", "0-2", one); return err },
		"limit": func() error {
			_, err := c.CreateLimits(defines, "0-1", "0-2", []Limit{{Category: UserDefined, TypeID: 1, Max: 5}})
			return err
		},
	} {
		for _, status = range []string{"PENDING", "PROCESSING", "CANCELED", "COMPLETE"} {
			if err := write(); errors.Is(err, ErrUnclear) != (status != "COMPLETE") {
				t.Errorf("%s, %s: %v", name, status, err)
			}
		}
	}
}
