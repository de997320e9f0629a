package hubspot

import (
	"errors"
	"maps"
	"sync"
	"sync/atomic"
)

// mostTypeSets bounds what typeSets keeps. Portals have some hundred different
// arrays of association types; what comes beyond is decoded each time.
const mostTypeSets = 1 << 14

// typeSets keeps one slice for each array of association types that was ever
// read, found by the array's text. The same few arrays make up most of what a
// portal answers. Readers take no lock.
type typeSets struct {
	known atomic.Pointer[map[string][]LinkType]
	mu    sync.Mutex // of those who add
}

// of gives the types of an array, by its text.
func (s *typeSets) of(text []byte) ([]LinkType, error) {
	if known := s.known.Load(); known != nil {
		if set, ok := (*known)[string(text)]; ok {
			return set, nil
		}
	}
	set, err := decodeTypes(text)
	if err != nil {
		return nil, err
	}
	return s.add(string(text), set), nil
}

func (s *typeSets) add(text string, set []LinkType) []LinkType {
	s.mu.Lock()
	defer s.mu.Unlock()
	grown := map[string][]LinkType{}
	if known := s.known.Load(); known != nil {
		if first, ok := (*known)[text]; ok {
			return first
		}
		if len(*known) >= mostTypeSets {
			return set
		}
		grown = maps.Clone(*known)
	}
	grown[text] = set
	s.known.Store(&grown)
	return set
}

func decodeTypes(text []byte) ([]LinkType, error) {
	var docs []struct {
		Category string
		TypeID   *int32 `json:"typeId"`
		Label    string // null for the plain association, or missing
	}
	if len(text) > 0 { // else the key is missing
		if err := unmarshal(text, &docs); err != nil {
			return nil, err
		}
	}
	if len(docs) == 0 {
		return nil, errors.New("it has no association types")
	}
	set := make([]LinkType, len(docs))
	for i, d := range docs {
		if d.TypeID == nil || d.Category == "" {
			return nil, errors.New("an association type lacks its category or its id")
		}
		set[i] = LinkType{d.Category, *d.TypeID, d.Label}
	}
	return set, nil
}
