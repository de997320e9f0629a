package hubspot

import "bytes"

// linksScanner reads the answer of an associations batch read, of which a crawl
// gets thousands: it compares the arrays of association types, which are most of
// the text, with those that it has just seen instead of reading them.
type linksScanner struct {
	scanner
	types  *typeSets
	head   []byte // how the last link began, up to its id
	recent [8]linkEnd
	hot    int // of them, the last one
	oldest int // of them, that is given up for a new one
	answer linksAnswer
}

// linkEnd is how a link ends behind its id: the text, and the association types in
// it.
type linkEnd struct {
	text []byte
	set  []LinkType
}

// The keys of the documents in an answer that mean something here.
var (
	answerKeys = []string{"results", "errors", "numErrors"}
	resultKeys = []string{"from", "to", "paging"}
	fromKeys   = []string{"id"}
	linkKeys   = []string{"toObjectId", "associationTypes"}
	pagingKeys = []string{"next"}
	nextKeys   = []string{"after"}
)

// scanLinks reports false where it gave up.
func scanLinks(data []byte, types *typeSets) (*linksAnswer, bool) {
	s := linksScanner{scanner: scanner{data: data}, types: types}
	s.document()
	s.space()
	return &s.answer, !s.bad && s.at == len(data)
}

func (s *linksScanner) document() {
	var seen uint
	for more := s.open('{'); more; more = s.next('}') {
		switch s.key(answerKeys, &seen) {
		case 0:
			s.results()
		case 1:
			s.answer.errors = s.items()
		case 2:
			if !s.null() {
				s.answer.total = int(s.digits())
			}
		default:
			s.skip()
		}
	}
	s.need(seen, 1)
}

func (s *linksScanner) results() {
	more := s.open('[')
	if room := (len(s.data) - s.at) / 128; more { // a link has about as many bytes
		s.answer.links, s.answer.results = make([]Link, 0, room), make([]linksResult, 0, min(room, MaxBatchRead))
	}
	for ; more; more = s.next(']') {
		s.space()
		at, depth, first := s.at, s.depth, len(s.answer.links)
		r := s.result()
		if row, odd := s.again(at, depth); odd {
			s.answer.links = s.answer.links[:first]
			s.answer.add(row, s.types)
			continue
		}
		s.answer.results = append(s.answer.results, r)
	}
}

func (s *linksScanner) result() linksResult {
	r := linksResult{first: len(s.answer.links)}
	var seen uint
	for more := s.open('{'); more; more = s.next('}') {
		switch s.key(resultKeys, &seen) {
		case 0:
			r.from = s.from()
		case 1:
			for more := s.open('['); more; more = s.next(']') {
				s.link()
			}
		case 2:
			r.after = s.paging()
		default:
			s.skip()
		}
	}
	s.need(seen, 1|2)
	r.end = len(s.answer.links)
	for i := r.first; i < r.end; i++ { // "from" may come behind "to"
		s.answer.links[i].From = r.from
	}
	return r
}

func (s *linksScanner) from() (id int64) {
	var seen uint
	for more := s.open('{'); more; more = s.next('}') {
		if s.key(fromKeys, &seen) == 0 {
			id = s.id()
		} else {
			s.skip()
		}
	}
	s.need(seen, 1)
	return id
}

// link reads a link. Most begin like the one before, and the text behind their id
// is one that was just seen.
func (s *linksScanner) link() {
	start := s.at
	if s.head != nil && bytes.HasPrefix(s.data[start:], s.head) {
		s.at += len(s.head)
		to := s.id()
		if set := s.seenSet(); set != nil {
			s.answer.links = append(s.answer.links, Link{To: to, Types: set})
			return
		}
	}
	s.at = start
	var l Link
	var seen uint
	var head []byte // before the id, where the types are behind it
	behind := 0
	for more := s.open('{'); more; more = s.next('}') {
		switch s.key(linkKeys, &seen) {
		case 0:
			if l.Types == nil {
				head = s.data[start:s.at]
			}
			l.To = s.id()
			behind = s.at
		case 1:
			l.Types = s.typeSet()
		default:
			s.skip()
		}
	}
	s.need(seen, 1|2)
	s.answer.links = append(s.answer.links, l)
	if head != nil && !s.bad {
		s.head = head
		s.keepSet(s.data[behind:s.at], l.Types)
	}
}

// paging reads where the next page begins. It is empty on the last one.
func (s *scanner) paging() (after string) {
	if s.null() {
		return ""
	}
	var seen, inNext uint
	for more := s.open('{'); more; more = s.next('}') {
		if s.key(pagingKeys, &seen) < 0 {
			s.skip()
			continue
		}
		if s.null() {
			continue
		}
		for more := s.open('{'); more; more = s.next('}') {
			if s.key(nextKeys, &inNext) == 0 {
				after = string(s.text())
			} else {
				s.skip()
			}
		}
		if after == "" {
			s.bad = true
		}
	}
	return after
}

func (s *linksScanner) typeSet() []LinkType {
	set, err := s.types.of(s.value())
	if err != nil {
		s.bad = true
	}
	return set
}

// seenSet passes over the end of a link, from behind its id, that is the end of one
// before: up to the closing bracket it can only mean the same. It gives nil where it
// is not.
func (s *linksScanner) seenSet() []LinkType {
	rest := s.data[s.at:]
	if e := &s.recent[s.hot]; e.begins(rest) {
		s.at += len(e.text)
		return e.set
	}
	for i := range s.recent {
		if e := &s.recent[i]; e.begins(rest) {
			s.at, s.hot = s.at+len(e.text), i
			return e.set
		}
	}
	return nil
}

// keepSet keeps the end of a link in place of the oldest.
func (s *linksScanner) keepSet(text []byte, set []LinkType) {
	s.hot, s.oldest = s.oldest, (s.oldest+1)%len(s.recent)
	s.recent[s.hot] = linkEnd{text, set}
}

// begins reports whether a text begins with the end. Two mostly differ where a label
// ends.
func (e *linkEnd) begins(text []byte) bool {
	return len(e.text) > 0 && len(text) >= len(e.text) && text[len(e.text)-5] == e.text[len(e.text)-5] && bytes.HasPrefix(text, e.text)
}
