package hubspot

import "time"

// The keys of the documents in an answer with records that mean something here.
var (
	objectsKeys = []string{"results", "paging", "total", "errors"}
	objectKeys  = []string{"id", "properties", "createdAt", "updatedAt", "archived", "archivedAt"}
)

// objectsScanner reads an answer with records. What it returns points into one
// copy of the whole text.
type objectsScanner struct {
	scanner
	copy   string // of data
	answer objectsAnswer
}

// scanObjects reports false where it gave up.
func scanObjects(data []byte) (*objectsAnswer, bool) {
	s := objectsScanner{scanner: scanner{data: data}, copy: string(data)}
	s.answer.total = -1
	var seen uint
	for more := s.open('{'); more; more = s.next('}') {
		switch s.key(objectsKeys, &seen) {
		case 0:
			s.results()
		case 1:
			s.answer.after = s.paging()
		case 2:
			if !s.null() {
				s.answer.total = s.digits()
			}
		case 3:
			s.answer.errors = s.items()
		default:
			s.skip()
		}
	}
	s.need(seen, 1)
	s.space()
	return &s.answer, !s.bad && s.at == len(data)
}

func (s *objectsScanner) results() {
	s.answer.objects = make([]Object, 0, MaxListPage)
	for more := s.open('['); more; more = s.next(']') {
		s.space()
		at, depth := s.at, s.depth
		o := s.object()
		if row, odd := s.again(at, depth); odd {
			s.answer.add(row)
			continue
		}
		s.answer.objects = append(s.answer.objects, o)
	}
}

func (s *objectsScanner) object() Object {
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
			s.skip()
		}
	}
	s.need(seen, 1)
	return o
}

func (s *objectsScanner) properties(into map[string]string) {
	if s.null() {
		return
	}
	for more := s.open('{'); more; more = s.next('}') {
		name := s.kept()
		s.take(':')
		if s.null() {
			delete(into, name)
			continue
		}
		into[name] = s.kept()
	}
}

// kept is a string, as a part of the copy where it has no escapes.
func (s *objectsScanner) kept() string {
	text := s.text()
	if s.bad {
		return ""
	}
	end := s.at - 1 // before the quote
	if part := s.copy[max(0, end-len(text)):end]; part == string(text) {
		return part
	}
	return string(text)
}

// time reads a time, which is zero where there is none.
func (s *objectsScanner) time() (t time.Time) {
	if text := s.orNull(); len(text) > 0 && t.UnmarshalText(text) != nil {
		s.bad = true
	}
	return t
}

func (s *objectsScanner) flag() bool {
	s.space()
	switch {
	case s.literal("true"):
		return true
	case !s.literal("false") && !s.literal("null"):
		s.bad = true
	}
	return false
}
