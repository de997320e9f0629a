package sim

import (
	"cmp"
	"encoding/json"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// oddities are values that stand where others are expected.
var oddities = []string{`null`, `true`, `-1`, `0`, `1.5`, `1e30`, `99999999999999999999`, `""`, `"x"`, `"101"`, `"\u0000"`, `[]`, `[null]`, `{}`, `{"id":null}`, `[[]]`}

// mutated puts oddities into a document, takes pieces out, and doubles others.
func mutated(t *rapid.T, doc any) any {
	if rapid.IntRange(0, 5).Draw(t, "here") == 0 {
		var odd any
		if err := json.Unmarshal([]byte(rapid.SampledFrom(oddities).Draw(t, "oddity")), &odd); err != nil {
			t.Fatal(err)
		}
		return odd
	}
	switch doc := doc.(type) {
	case map[string]any:
		keys := sortedKeys(doc)
		if len(keys) == 0 {
			return doc
		}
		key := rapid.SampledFrom(keys).Draw(t, "key")
		if rapid.IntRange(0, 4).Draw(t, "without") == 0 {
			delete(doc, key)
		} else {
			doc[key] = mutated(t, doc[key])
		}
		return doc
	case []any:
		if len(doc) == 0 {
			return doc
		}
		i := rapid.IntRange(0, len(doc)-1).Draw(t, "element")
		if rapid.IntRange(0, 3).Draw(t, "double") == 0 {
			return slices.Insert(doc, i, doc[i])
		}
		doc[i] = mutated(t, doc[i])
		return doc
	}
	return doc
}

// TestOddRequests sends every route bodies that are nearly right.
func TestOddRequests(t *testing.T) {
	t.Parallel()
	var routes []route
	for _, group := range routeGroups() {
		routes = append(routes, group...)
	}
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.SampledFrom(routes).Draw(t, "route")
		var doc any
		if text := rapid.SampledFrom(bodies).Draw(t, "body"); text != "" {
			if err := json.Unmarshal([]byte(text), &doc); err != nil {
				t.Fatal(err)
			}
		}
		for range rapid.IntRange(1, 3).Draw(t, "times") {
			doc = mutated(t, doc)
		}
		body, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		path := places.Replace(cmp.Or(r.legacy, r.dated))
		if r.dated != "" && rapid.Bool().Draw(t, "dated") {
			path = places.Replace(r.dated)
		}
		sendAny(t, r.method, path, string(body))
	})
}
