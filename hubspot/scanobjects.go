package hubspot

import "time"

var (
	pageKeys   = []string{"results", "paging"}
	objectKeys = []string{"id", "properties", "createdAt", "updatedAt", "archived", "archivedAt", "url"}
)

// decodePage reads a page of a list.
func decodePage(data []byte) (ObjectPage, error) {
	if page, ok := scanPage(data); ok {
		return page, nil
	}
	return decodePageDoc(data)
}

// decodePageDoc is decodePage by encoding/json.
func decodePageDoc(data []byte) (ObjectPage, error) {
	var doc struct {
		Results []objectDoc
		Paging  struct{ Next struct{ After string } }
	}
	if err := unmarshal(data, &doc); err != nil {
		return ObjectPage{}, err
	}
	if doc.Results == nil {
		return ObjectPage{}, errNoResults
	}
	list, err := objects(doc.Results)
	return ObjectPage{Objects: list, After: doc.Paging.Next.After}, err
}

// pageScanner reads a page of a list, as linksScanner does the answer of a batch
// read: what it does not know it leaves to encoding/json. What it returns points
// into one copy of the whole text.
type pageScanner struct {
	linksScanner
	copy string // of data
	page ObjectPage
}

// scanPage reports false where it gave up.
func scanPage(data []byte) (ObjectPage, bool) {
	s := pageScanner{linksScanner: linksScanner{data: data}, copy: string(data)}
	s.page.Objects = make([]Object, 0, MaxListPage)
	var seen uint
	for more := s.open('{'); more; more = s.next('}') {
		if s.key(pageKeys, &seen) == 0 {
			for more := s.open('['); more; more = s.next(']') {
				s.object()
			}
		} else {
			s.page.After = s.paging()
		}
	}
	s.need(seen, 1)
	s.space()
	return s.page, !s.bad && s.at == len(data) && len(s.page.Objects) <= mostRows
}

func (s *pageScanner) object() {
	o := Object{Properties: map[string]string{}}
	var seen uint
	for more := s.open('{'); more; more = s.next('}') {
		switch s.key(objectKeys, &seen) {
		case 0:
			o.ID = s.id()
		case 1:
			s.properties(o.Properties)
		case 2:
			o.CreatedAt = s.time()
		case 3:
			o.UpdatedAt = s.time()
		case 4:
			o.Archived = s.flag()
		case 5:
			o.ArchivedAt = s.time()
		default:
			s.text()
		}
	}
	s.need(seen, 1)
	if o.ID == 0 {
		s.bad = true
	}
	s.page.Objects = append(s.page.Objects, o)
}

func (s *pageScanner) properties(into map[string]string) {
	for more := s.open('{'); more; more = s.next('}') {
		name := s.kept()
		s.take(':')
		s.space()
		if s.literal("null") {
			delete(into, name)
			continue
		}
		into[name] = s.kept()
	}
}

// kept is a string as a part of the copy.
func (s *pageScanner) kept() string {
	text := s.text()
	if s.bad {
		return ""
	}
	end := s.at - 1 // before the quote
	return s.copy[end-len(text) : end]
}

func (s *pageScanner) time() (t time.Time) {
	if text := s.text(); s.bad || t.UnmarshalText(text) != nil {
		s.bad = true
	}
	return t
}

func (s *pageScanner) flag() bool {
	s.space()
	if s.literal("true") {
		return true
	}
	if !s.literal("false") {
		s.bad = true
	}
	return false
}
