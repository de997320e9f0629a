package hubspot

var (
	errorKeys   = []string{"status", "category", "subCategory", "message", "context"}
	contextKeys = []string{"fromObjectId", "fromObjectType", "toObjectType"}
)

// errors reads the error items, one for each record without associations, which
// most records of most pairs of object types are. Where one of them is not as
// HubSpot writes it, encoding/json reads them all.
func (s *linksScanner) errors() {
	if s.bad {
		return
	}
	start := s.at
	for more := s.open('['); more; more = s.next(']') {
		s.errorItem()
	}
	if !s.bad && len(s.answer.errors) <= mostRows {
		return
	}
	s.at, s.bad, s.answer.errors = start, false, nil
	if unmarshal(s.array(), &s.answer.errors) != nil {
		s.bad = true
	}
	for i := range s.answer.errors {
		s.answer.errors[i].spare()
	}
}

func (s *linksScanner) errorItem() {
	var e, last errorItem
	if n := len(s.answer.errors); n > 0 {
		last = s.answer.errors[n-1]
	}
	var message []byte
	var seen uint
	for more := s.open('{'); more; more = s.next('}') {
		switch s.key(errorKeys, &seen) {
		case 0:
			s.text()
		case 1:
			e.Category = same(s.text(), last.Category)
		case 2:
			e.SubCategory = subCategory(same(s.text(), string(last.SubCategory)))
		case 3:
			message = s.text()
		default:
			e.Context = s.context()
		}
	}
	if e.SubCategory != noAssociations {
		e.Message = string(message)
	}
	s.answer.errors = append(s.answer.errors, e)
}

// same is a text as a string, without an allocation where it is the last one
// again.
func same(text []byte, last string) string {
	if string(text) == last {
		return last
	}
	return string(text)
}

func (s *linksScanner) context() namedIDs {
	first := len(s.named)
	var seen uint
	for more := s.open('{'); more; more = s.next('}') {
		ids := s.key(contextKeys, &seen) == 0
		for more := s.open('['); more; more = s.next(']') {
			if ids {
				s.named = append(s.named, s.quotedID())
			} else {
				s.text()
			}
		}
	}
	return s.named[first:len(s.named):len(s.named)]
}

// quotedID reads an id in text.
func (s *linksScanner) quotedID() int64 {
	if !s.sees('"') {
		s.bad = true
	}
	return s.id()
}

// spare lets go of the message of an item that says of a record that it has no
// associations: nobody needs it.
func (e *errorItem) spare() {
	if e.SubCategory == noAssociations {
		e.Message = ""
	}
}
