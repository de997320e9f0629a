package hubspot

import "bytes"

// linksScanner reads the answer of an associations batch read, of which a crawl
// gets thousands, many times as fast as encoding/json: it knows the document's
// keys, and it compares the arrays of association types, which are most of the
// text, with those that it has just seen instead of reading them.
//
// It takes only what it knows, and gives up at anything else: an unknown or
// repeated key, an escape in a string, a mistake. encoding/json then reads the
// document anew, and its word is final.
type linksScanner struct {
	data   []byte
	at     int
	bad    bool // it has given up
	types  *typeSets
	recent [8]*linkEnd
	hot    int     // of them, the last one
	oldest int     // of them, that is given up for a new one
	named  []int64 // by error items
	answer linksAnswer
}

// linkEnd is how a link ends behind its id: the text, and the association types in
// it.
type linkEnd struct {
	text []byte
	set  []LinkType
}

// The keys of the documents in an answer.
var (
	answerKeys = []string{"results", "errors", "numErrors", "status", "startedAt", "completedAt", "requestedAt"}
	resultKeys = []string{"from", "to", "paging"}
	fromKeys   = []string{"id"}
	linkKeys   = []string{"toObjectId", "associationTypes"}
	pagingKeys = []string{"next"}
	nextKeys   = []string{"after", "link"}
)

// scanLinks reports false where it gave up.
func scanLinks(data []byte, types *typeSets) (*linksAnswer, bool) {
	s := linksScanner{data: data, types: types}
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
			s.errors()
		case 2:
			s.answer.total = int(s.digits())
		default:
			s.text()
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
		s.result()
	}
}

func (s *linksScanner) result() {
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
		default:
			r.after = s.paging()
		}
	}
	s.need(seen, 1)
	r.end = len(s.answer.links)
	for i := r.first; i < r.end; i++ { // "from" may come behind "to"
		s.answer.links[i].From = r.from
	}
	if s.answer.results = append(s.answer.results, r); len(s.answer.results) > MaxBatchRead {
		s.bad = true // more than was asked for
	}
}

func (s *linksScanner) from() (id int64) {
	var seen uint
	for more := s.open('{'); more; more = s.next('}') {
		s.key(fromKeys, &seen)
		id = s.id()
	}
	s.need(seen, 1)
	return id
}

// link reads a link. The text behind the id of most is one that was just seen.
func (s *linksScanner) link() {
	start := s.at
	if s.literal(`{"toObjectId":`) {
		to := s.id()
		if set := s.seenSet(); set != nil {
			s.answer.links = append(s.answer.links, Link{To: to, Types: set})
			return
		}
	}
	s.at = start
	var l Link
	var seen uint
	behind := 0 // the id
	for more := s.open('{'); more; more = s.next('}') {
		if s.key(linkKeys, &seen) == 0 {
			l.To = s.id()
			behind = s.at
		} else {
			l.Types = s.typeSet()
		}
	}
	s.need(seen, 1|2)
	s.answer.links = append(s.answer.links, l)
	s.keepSet(s.data[behind:s.at], l.Types)
}

func (s *linksScanner) paging() (after string) {
	var seen, inNext uint
	for more := s.open('{'); more; more = s.next('}') {
		s.key(pagingKeys, &seen)
		for more := s.open('{'); more; more = s.next('}') {
			if s.key(nextKeys, &inNext) == 0 {
				after = string(s.text())
			} else {
				s.text()
			}
		}
	}
	return after
}

func (s *linksScanner) typeSet() []LinkType {
	set, err := s.types.of(s.array())
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
	if e := s.recent[s.hot]; e.begins(rest) {
		s.at += len(e.text)
		return e.set
	}
	for i, e := range s.recent[:] { // not of a copy
		if e.begins(rest) {
			s.at, s.hot = s.at+len(e.text), i
			return e.set
		}
	}
	return nil
}

// keepSet keeps the end of a link in place of the oldest, if it is all that there is
// behind an id.
func (s *linksScanner) keepSet(text []byte, set []LinkType) {
	if !s.bad && bytes.HasPrefix(text, []byte(`,"associationTypes":`)) {
		s.hot, s.oldest = s.oldest, (s.oldest+1)%len(s.recent)
		s.recent[s.hot] = &linkEnd{text, set}
	}
}

// begins reports whether a text begins with the end. Two mostly differ where a label
// ends.
func (e *linkEnd) begins(text []byte) bool {
	return e != nil && len(text) >= len(e.text) && text[len(e.text)-5] == e.text[len(e.text)-5] && bytes.HasPrefix(text, e.text)
}

// need gives up if a document lacks one of the wanted keys.
func (s *linksScanner) need(seen, wanted uint) {
	if seen&wanted != wanted {
		s.bad = true
	}
}
