package crawl

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/graphmodel"
)

// drift is what becomes of the two properties in one case.
type drift struct {
	score, amount any    // nil: they come no more
	column        string // what the column of the amount holds then
	text          string // of a score that is none
}

// drifts are what becomes of two properties from the second page of a list on: one
// that was asked for, and amount, which has a column of numbers.
var drifts = map[string]drift{
	"as before":           {score: "7", amount: "12.50", column: "12.50"},
	"another type":        {score: "seven, or more", amount: "a lot", column: ""},
	"an enumeration":      {score: "a;b;c", amount: "10;20", column: ""},
	"more than a column":  {score: "7", amount: strings.Repeat("9", 30), column: ""},
	"gone":                {},
	"without a value":     {score: json.RawMessage("null"), amount: json.RawMessage("null")},
	"a number, not text":  {score: 7.5, amount: "1", text: "7.5", column: "1"},
	"a truth value":       {score: true, amount: "1", text: "true", column: "1"},
	"a document, no text": {score: map[string]any{"value": "7"}, amount: "1", text: `{"value":"7"}`, column: "1"},
}

// TestPropertiesThatDriftBetweenPages has properties that change their type, or go,
// between the pages of a list. Texts stay what they are; a column of another type
// is empty where it cannot hold one; what is no text is taken as its JSON, and no
// record is lost or wrong silently.
func TestPropertiesThatDriftBetweenPages(t *testing.T) {
	t.Parallel()
	var portal strings.Builder
	for id := 1; id <= 150; id++ {
		fmt.Fprintf(&portal, "deals %d score=7 amount=12.50\n", id)
	}
	atOnce(t, drifts, func(t *testing.T, tt drift) {
		s := serveSpoiled(t, portal.String(), func(a onTheWay) {
			if !strings.HasSuffix(a.request.URL.Path, "/0-3") || a.request.URL.Query().Get("after") == "" {
				return
			}
			for _, row := range a.rows() {
				properties := row.(map[string]any)["properties"].(map[string]any)
				for name, value := range map[string]any{"score": tt.score, "amount": tt.amount} {
					if properties[name] = value; value == nil {
						delete(properties, name)
					}
				}
			}
		})
		result := s.crawl(t, Scope{Types: []string{"deals"}, Properties: map[string][]string{"deals": {"score"}}})
		c := cell(t, result.Snapshot, "objects", "deals", "")
		if !result.Complete || c.Received != 150 {
			t.Errorf("complete: %t, %+v", result.Complete, c)
		}
		score, isText := tt.score.(string)
		if !isText {
			score = tt.text
		}
		want := map[string]int{"7 12.50": 100, strings.TrimSpace(score + " " + tt.column): 50}
		if score == "7" && tt.column == "12.50" {
			want = map[string]int{"7 12.50": 150}
		}
		if diff := cmp.Diff(want, scores(t, result.Snapshot)); diff != "" {
			t.Errorf("scores and amounts (-want +got):\n%s", diff)
		}
	})
}

// scores counts the records by the two properties.
func scores(t *testing.T, s *graphmodel.Snapshot) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for r, err := range s.Records() {
		if err != nil {
			t.Fatal(err)
		}
		counts[strings.TrimSpace(r.Properties["score"]+" "+r.Amount)]++
	}
	return counts
}
