package hubspot

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// What typeSets keeps at most. Portals have some hundred different arrays of
// association types; what comes beyond is decoded each time. HubSpot allows some
// hundred labels for a pair of object types.
const (
	mostTypeText = 8 << 20 // bytes of the arrays
	mostTypes    = 1000    // of one link
)

// typeSets keeps one slice for each set of association types that was ever read,
// found by the array's text. The same few arrays make up most of what a portal
// answers.
type typeSets struct {
	mu     sync.RWMutex
	byText map[string][]LinkType
	sets   map[string][]LinkType // by what setKey gives
	size   int                   // of the texts
}

// of gives the types of an array, by its text, in the order of category and id.
func (s *typeSets) of(text []byte) ([]LinkType, error) {
	s.mu.RLock()
	set, ok := s.byText[string(text)]
	s.mu.RUnlock()
	if ok {
		return set, nil
	}
	set, err := decodeTypes(text)
	if err != nil {
		return nil, err
	}
	return s.add(text, set), nil
}

// add gives the slice that is kept for a set, which may be the set's own.
func (s *typeSets) add(text []byte, set []LinkType) []LinkType {
	key := setKey(set)
	s.mu.Lock()
	defer s.mu.Unlock()
	if first, ok := s.sets[key]; ok {
		set = first
	}
	size := len(text) + len(key)
	if s.size+size > mostTypeText {
		return set
	}
	s.size += size
	if s.byText == nil {
		s.byText, s.sets = map[string][]LinkType{}, map[string][]LinkType{}
	}
	s.byText[string(text)], s.sets[key] = set, set
	return set
}

// setKey is a text that no two sets share.
func setKey(set []LinkType) string {
	var key []byte
	for _, t := range set {
		key = strconv.AppendQuote(strconv.AppendInt(strconv.AppendQuote(key, t.Category), int64(t.ID), 10), t.Label)
	}
	return string(key)
}

func decodeTypes(text []byte) ([]LinkType, error) {
	if bytes.Count(text, []byte("{")) > mostTypes {
		return nil, fmt.Errorf("an association has more than %d types", mostTypes)
	}
	var docs []struct {
		Category looseText
		TypeID   json.RawMessage `json:"typeId"`
		Label    json.RawMessage // null for the plain association, or missing
	}
	if !missing(text) { // else the key is missing
		if unmarshal(text, &docs) != nil {
			return nil, errors.New("the types of an association are none")
		}
	}
	if len(docs) == 0 {
		return nil, errors.New("an association has no types")
	}
	set := make([]LinkType, len(docs))
	for i, d := range docs {
		n, ok := typeIDOf(d.TypeID)
		if !ok || d.Category == "" {
			return nil, errors.New("an association type lacks its category or its id")
		}
		label, _ := textOf(d.Label)
		set[i] = LinkType{string(d.Category), n, label}
	}
	slices.SortStableFunc(set, func(a, b LinkType) int {
		return cmp.Or(strings.Compare(a.Category, b.Category), cmp.Compare(a.ID, b.ID))
	})
	return slices.Compact(set), nil
}
