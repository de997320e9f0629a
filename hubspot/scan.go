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
	recent [8]*typeSet // arrays of association types
	hot    int         // of them, the last one
	oldest int         // of them, that is given up for a new one
	named  []int64     // by error items
	answer linksAnswer
}

// typeSet is an array of association types, and its text.
type typeSet struct {
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
	s.answer.links = make([]Link, 0, len(data)/128) // a link has about as many bytes
	s.answer.results = make([]linksResult, 0, min(len(data)/128, MaxBatchRead))
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
	for more := s.open('['); more; more = s.next(']') {
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

func (s *linksScanner) link() {
	start := s.at
	if s.literal(`{"toObjectId":`) { // as HubSpot writes it
		to := s.id()
		if s.literal(`,"associationTypes":`) {
			set := s.typeSet()
			if s.literal(`}`) {
				s.answer.links = append(s.answer.links, Link{To: to, Types: set})
				return
			}
		}
	}
	s.at = start
	var l Link
	var seen uint
	for more := s.open('{'); more; more = s.next('}') {
		if s.key(linkKeys, &seen) == 0 {
			l.To = s.id()
		} else {
			l.Types = s.typeSet()
		}
	}
	s.need(seen, 1|2)
	s.answer.links = append(s.answer.links, l)
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

// typeSet reads an array of association types. One that begins with the whole
// text of an array is that array: it ends where its brackets close.
func (s *linksScanner) typeSet() []LinkType {
	s.space()
	rest := s.data[s.at:]
	if r := s.recent[s.hot]; r.begins(rest) {
		s.at += len(r.text)
		return r.set
	}
	for i, r := range s.recent {
		if r.begins(rest) {
			s.at, s.hot = s.at+len(r.text), i
			return r.set
		}
	}
	text := s.array()
	set, err := s.types.of(text)
	if err != nil {
		s.bad = true
		return nil
	}
	s.hot, s.oldest = s.oldest, (s.oldest+1)%len(s.recent)
	s.recent[s.hot] = &typeSet{text, set}
	return set
}

// begins reports whether a text begins with that of the array. Two arrays mostly
// differ where a label ends.
func (r *typeSet) begins(text []byte) bool {
	return r != nil && len(text) >= len(r.text) && text[len(r.text)-4] == r.text[len(r.text)-4] && bytes.HasPrefix(text, r.text)
}

// need gives up if a document lacks one of the wanted keys.
func (s *linksScanner) need(seen, wanted uint) {
	if seen&wanted != wanted {
		s.bad = true
	}
}
