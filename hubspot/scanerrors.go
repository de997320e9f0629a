package hubspot

var itemKeys = []string{"category", "subCategory", "message", "context"}

// items reads the error items, one for each record without associations, which
// most records of most pairs of object types are.
func (s *scanner) items() (items []errorItem) {
	if !s.sees('[') {
		s.skip()
		return nil
	}
	var named []int64 // by all of them
	for more := s.open('['); more; more = s.next(']') {
		s.space()
		at, depth := s.at, s.depth
		var last errorItem
		if len(items) > 0 {
			last = items[len(items)-1]
		}
		e := s.item(last, &named)
		if row, odd := s.again(at, depth); odd {
			e = errorItem{}
			_ = e.UnmarshalJSON(row) // it takes anything
		}
		items = append(items, e)
	}
	return items
}

func (s *scanner) item(last errorItem, named *[]int64) (e errorItem) {
	var message []byte
	var seen uint
	for more := s.open('{'); more; more = s.next('}') {
		switch s.key(itemKeys, &seen) {
		case 0:
			e.Category = same(s.orNull(), last.Category)
		case 1:
			e.SubCategory = same(s.orNull(), last.SubCategory)
		case 2:
			if !s.null() {
				message, _ = s.quoted()
			}
		case 3:
			e.Context = s.context(named)
		default:
			s.skip()
		}
	}
	if e.SubCategory != noAssociations && message != nil { // else nobody needs it
		e.Message = looseText(unquoted(message))
	}
	return e
}

// orNull reads a string, or a null, which is an empty one.
func (s *scanner) orNull() []byte {
	if s.null() {
		return nil
	}
	return s.text()
}

// same is a text as a string, without an allocation where it is the last one
// again.
func same(text []byte, last looseText) looseText {
	if string(text) == string(last) {
		return last
	}
	return looseText(text)
}

// context reads the records that an item names, behind those that the items
// before it name.
func (s *scanner) context(named *[]int64) namedIDs {
	first := len(*named)
	if s.null() {
		return nil
	}
	var seen uint
	for more := s.open('{'); more; more = s.next('}') {
		switch key := s.key(idKeys, &seen); {
		case key < 0:
			s.skip()
		case s.null():
		case key > 0:
			s.bad = true // it is not how HubSpot names them here
		default:
			for more := s.open('['); more; more = s.next(']') {
				*named = append(*named, s.quotedID())
			}
		}
	}
	return (*named)[first:len(*named):len(*named)]
}

// quotedID reads an id in text.
func (s *scanner) quotedID() int64 {
	if !s.sees('"') {
		s.bad = true
	}
	return s.id()
}
