package hubspot

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
)

// looseText is a string in an answer, and nothing where something else stands in
// its place: HubSpot's specification has objects where its answers have strings.
type looseText string

// UnmarshalJSON takes a string, and passes over anything else.
func (s *looseText) UnmarshalJSON(text []byte) error {
	var known string
	if json.Unmarshal(text, &known) == nil {
		*s = looseText(known)
	}
	return nil
}

// missing reports whether a key had no value, or none that says anything.
func missing(value json.RawMessage) bool { return len(value) == 0 || string(value) == "null" }

// textOf is a value as text, empty where it is missing. It reports false for an
// object or a list, whose text is its JSON.
func textOf(value json.RawMessage) (string, bool) {
	if missing(value) {
		return "", true
	}
	switch value[0] {
	case '"':
		var text string
		if json.Unmarshal(value, &text) == nil {
			return text, true
		}
	case '{', '[':
		var compact bytes.Buffer
		if json.Compact(&compact, value) == nil {
			return compact.String(), false
		}
	}
	return string(value), true
}

// idOf reads a record's id. It reports false where there is none.
func idOf(value json.RawMessage) (int64, bool) {
	var n id
	err := n.UnmarshalJSON(value)
	return int64(n), err == nil && n > 0
}

// typeIDOf reads the id of an association type, as a number or as text.
func typeIDOf(value json.RawMessage) (int32, bool) {
	var number int32
	if !missing(value) && json.Unmarshal(value, &number) == nil {
		return number, true
	}
	n, ok := idOf(value)
	return int32(n), ok && n <= math.MaxInt32
}

// countOf reads a number of things; what is none is 0.
func countOf(value json.RawMessage) (n int) {
	if json.Unmarshal(value, &n) != nil {
		return 0
	}
	return n
}

// errNoCursor is said of an answer that has a next page, but does not say which.
var errNoCursor = errors.New("it has a next page without a cursor")

// cursorOf reads where the next page begins. It is empty on the last one.
func cursorOf(paging json.RawMessage) (string, error) {
	var doc struct{ Next json.RawMessage }
	if missing(paging) {
		return "", nil
	}
	if json.Unmarshal(paging, &doc) != nil {
		return "", errNoCursor
	}
	if missing(doc.Next) {
		return "", nil
	}
	var next struct{ After json.RawMessage }
	if json.Unmarshal(doc.Next, &next) != nil {
		return "", errNoCursor
	}
	after, plain := textOf(next.After)
	if after == "" || !plain {
		return "", errNoCursor
	}
	return after, nil
}
