package sim

import (
	"bytes"
	"strconv"
	"strings"
)

// plainInputs reads the inputs of a batch read that are written as clients write
// them: {"inputs":[{"id":"101"},{"id":"102","after":"…"}]}, with any blanks. Of
// everything else it says that it cannot, and encoding/json has to look.
func plainInputs(body []byte) (inputs []readInput, plain bool) {
	most := bytes.Count(body, []byte(`"id"`))
	inputs = make([]readInput, 0, most)
	ids := make([]identifier, most)
	s := plainScanner{rest: string(body), plain: true}
	s.take('{')
	s.name("inputs")
	s.take('[')
	for more := s.plain && !s.sees(']'); more; more = s.plain && s.sees(',') {
		if len(inputs) == most {
			return nil, false
		}
		inputs = append(inputs, s.input(&ids[len(inputs)]))
	}
	if len(inputs) > 0 {
		s.take(']')
	}
	s.take('}')
	return inputs, s.plain && len(inputs) > 0 && strings.TrimSpace(s.rest) == ""
}

// plainScanner takes pieces off the front of a text.
type plainScanner struct {
	rest  string
	plain bool // everything so far was as expected
}

// sees takes a character, behind blanks, where it is there.
func (s *plainScanner) sees(c byte) bool {
	for i := range len(s.rest) {
		switch s.rest[i] {
		case c:
			s.rest = s.rest[i+1:]
			return true
		case ' ', '\t', '\r', '\n':
			continue
		}
		return false
	}
	return false
}

func (s *plainScanner) take(c byte) { s.plain = s.sees(c) && s.plain }

// text takes a text in quotes, without escapes and all of it printable ASCII.
func (s *plainScanner) text() string {
	s.take('"')
	for i := range len(s.rest) {
		switch c := s.rest[i]; {
		case c == '"':
			text := s.rest[:i]
			s.rest = s.rest[i+1:]
			return text
		case c == '\\' || c < ' ' || c > '~':
			s.plain = false
			return ""
		}
	}
	s.plain = false
	return ""
}

// name takes the name of a field.
func (s *plainScanner) name(want string) {
	s.plain = s.text() == want && s.plain
	s.take(':')
}

func (s *plainScanner) input(id *identifier) readInput {
	in := readInput{ID: id}
	s.take('{')
	s.name("id")
	text := s.text()
	n, err := strconv.ParseInt(text, 10, 64)
	*id = identifier{n, text, err == nil && n >= 0}
	s.plain = s.plain && id.ok
	if s.plain && s.sees(',') {
		s.name("after")
		in.After = s.text()
	}
	s.take('}')
	return in
}
