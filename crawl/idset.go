package crawl

import "slices"

// idSet holds ids. HubSpot lists records in ascending order of their ids, or
// nearly so, without promising it: such ids take eight bytes each.
type idSet struct {
	ascending []int64
	others    map[int64]struct{} // that came behind a larger one
}

// add takes an id in, and reports whether it is new.
func (s *idSet) add(id int64) bool {
	if n := len(s.ascending); n == 0 || id > s.ascending[n-1] {
		s.ascending = append(s.ascending, id)
		return true
	}
	if _, ok := slices.BinarySearch(s.ascending, id); ok {
		return false
	}
	if _, ok := s.others[id]; ok {
		return false
	}
	if s.others == nil {
		s.others = map[int64]struct{}{}
	}
	s.others[id] = struct{}{}
	return true
}

func (s *idSet) size() int { return len(s.ascending) + len(s.others) }
