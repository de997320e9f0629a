package hubspot

// mostDepth is the depth of brackets of what the scanner passes on unread.
const mostDepth = 8

// space passes over white space.
func (s *linksScanner) space() {
	for s.at < len(s.data) && s.data[s.at] <= ' ' {
		switch s.data[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			s.bad = true
			return
		}
	}
}

// take passes over a character, behind white space.
func (s *linksScanner) take(c byte) {
	if !s.sees(c) {
		s.bad = true
		return
	}
	s.at++
}

// sees reports whether a character is next, behind white space.
func (s *linksScanner) sees(c byte) bool {
	s.space()
	return s.at < len(s.data) && s.data[s.at] == c
}

// literal passes over a text if it comes next.
func (s *linksScanner) literal(text string) bool {
	if len(s.data)-s.at < len(text) || string(s.data[s.at:s.at+len(text)]) != text {
		return false
	}
	s.at += len(text)
	return true
}

// open enters an array or a document, and reports whether it has something in
// it.
func (s *linksScanner) open(bracket byte) bool {
	s.take(bracket)
	if s.sees(bracket + 2) { // in ASCII the closing bracket comes two behind
		s.at++
		return false
	}
	return !s.bad
}

// next goes on to the next element, or leaves at the closing bracket.
func (s *linksScanner) next(bracket byte) bool {
	if s.bad {
		return false
	}
	if s.sees(',') {
		s.at++
		return true
	}
	s.take(bracket)
	return false
}

// key reads a key and its colon, and finds it among the known ones, each of
// which may come once.
func (s *linksScanner) key(known []string, seen *uint) int {
	s.space()
	for i, k := range known {
		if !s.member(k) {
			continue
		}
		if *seen&(1<<i) != 0 {
			break
		}
		*seen |= 1 << i
		return i
	}
	s.bad = true
	return -1
}

// member passes over a key and its colon if they come next.
func (s *linksScanner) member(key string) bool {
	rest := s.data[s.at:]
	n := len(key)
	if len(rest) < n+2 || rest[0] != '"' || rest[n+1] != '"' || string(rest[1:n+1]) != key {
		return false
	}
	s.at += n + 2
	s.take(':')
	return true
}

// text reads a string of ASCII without escapes.
func (s *linksScanner) text() []byte {
	s.take('"')
	if s.bad {
		return nil
	}
	rest := s.data[s.at:]
	for i, c := range rest {
		if c == '"' {
			s.at += i + 1
			return rest[:i]
		}
		if c < ' ' || c >= 0x7f || c == '\\' {
			break
		}
	}
	s.bad = true
	return nil
}

// id reads a record's id, a number or a string.
func (s *linksScanner) id() int64 {
	if !s.sees('"') {
		return s.digits()
	}
	s.at++
	n := s.digits()
	if s.at >= len(s.data) || s.data[s.at] != '"' {
		s.bad = true
		return 0
	}
	s.at++
	return n
}

// digits reads a whole number without sign; whoever comes next refuses what is
// left of any other number.
func (s *linksScanner) digits() int64 {
	rest := s.data[s.at:]
	length := 0
	var n int64
	for length < len(rest) && rest[length]-'0' <= 9 {
		n = n*10 + int64(rest[length]-'0')
		length++
	}
	if length == 0 || length > 18 || length > 1 && rest[0] == '0' {
		s.bad = true
	}
	s.at += length
	return n
}

// array finds the end of an array, and gives its text unread.
func (s *linksScanner) array() []byte {
	if !s.sees('[') {
		s.bad = true
		return nil
	}
	start, depth := s.at, 0
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		case '"':
			s.at += quoted(s.data[s.at:]) - 1
		}
		s.at++
		if depth == 0 {
			return s.data[start:s.at]
		}
		if depth > mostDepth {
			break
		}
	}
	s.bad = true
	return nil
}

// quoted is the length of the string at the beginning of a text, or of the text
// if the string does not end.
func quoted(text []byte) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
	}
	return len(text)
}
