package hubspot

import (
	"net/http"
	"slices"
	"testing"
)

// TestCursorsAreEncodedOnce has cursors as HubSpot hands them out: encoded for an
// address already, or plain, or with a percent sign of their own.
func TestCursorsAreEncodedOnce(t *testing.T) {
	for cursor, want := range map[string]string{"MC0y%3D%3D": "MC0y%3D%3D", "MC0y==": "MC0y%3D%3D", "a+b": "a%2Bb", "50%": "50%25", "7": "7"} {
		var queries []string
		c := onWire(t, Options{}, func(r *http.Request) (*http.Response, error) {
			queries = append(queries, r.URL.RawQuery)
			if len(queries) == 1 {
				return reply(200, `{"results":[{"toObjectId":"6","associationTypes":[`+plainType+`]}],"paging":{"next":{"after":"`+cursor+`"}}}`), nil
			}
			return reply(200, `{"results":[{"toObjectId":7,"associationTypes":[`+plainType+`]}]}`), nil
		})
		var found []int64
		for page, err := range c.RecordAssociations(t.Context(), "0-1", "0-2", 5) {
			if err != nil {
				t.Fatal(err)
			}
			found = slices.AppendSeq(found, ends(page))
		}
		if !slices.Equal(queries, []string{"limit=500", "after=" + want + "&limit=500"}) || !slices.Equal(found, []int64{6, 7}) {
			t.Errorf("%s: %v, %v", cursor, queries, found)
		}
	}
}

// TestAnAnswerAboutAnotherPairIsUnclear has a PUT answered for records that it was not
// about.
func TestAnAnswerAboutAnotherPairIsUnclear(t *testing.T) {
	for _, body := range []string{`{"fromObjectId":6,"toObjectId":5}`, `{"fromObjectId":5}`, `{"results":[]}`} {
		if err := decodePut([]byte(body), Pair{5, 6}); err == nil {
			t.Errorf("%s is taken", body)
		}
	}
}
