package hubspot

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// text reads a string. It is a part of the data where it has no escapes.
func (s *scanner) text() []byte {
	whole, escapes := s.quoted()
	if s.bad {
		return nil
	}
	if !escapes {
		return whole[1 : len(whole)-1]
	}
	return unquoted(whole)
}

// quoted passes over a string, and gives it with its quotes. It reports whether
// the string has escapes.
func (s *scanner) quoted() (whole []byte, escapes bool) {
	if s.bad || !s.sees('"') {
		s.bad = true
		return nil, false
	}
	rest := s.data[s.at:]
	ascii := true
	for i := 1; i < len(rest); i++ {
		switch c := rest[i]; {
		case c == '"':
			whole = rest[:i+1]
			s.at += len(whole)
			s.bad = !ascii && !utf8.Valid(whole)
			return whole, escapes
		case c == '\\':
			n := escape(rest[i:])
			if n == 0 {
				s.bad = true
				return nil, false
			}
			i, escapes = i+n-1, true
		case c >= utf8.RuneSelf:
			ascii = false
		case c < ' ':
			s.bad = true
			return nil, false
		}
	}
	s.bad = true
	return nil, false
}

// escape is the length of the escape at the beginning of a text, 0 where it is
// none.
func escape(text []byte) int {
	switch {
	case len(text) < 6: // an escape, a quote and three brackets at least
		return 0
	case strings.IndexByte(`"\/bfnrt`, text[1]) >= 0:
		return 2
	case text[1] != 'u':
		return 0
	}
	for _, c := range text[2:6] {
		if hex := c >= '0' && c <= '9' || c|' ' >= 'a' && c|' ' <= 'f'; !hex {
			return 0
		}
	}
	return 6
}

// unquoted is the text of a string.
func unquoted(whole []byte) []byte {
	var text string
	_ = json.Unmarshal(whole, &text) // it is valid
	return []byte(text)
}

// id reads a record's id, a number or a string.
func (s *scanner) id() (n int64) {
	if !s.sees('"') {
		n = s.digits()
	} else {
		s.at++
		n = s.digits()
		if !s.literal(`"`) {
			s.bad = true
		}
	}
	if n == 0 {
		s.bad = true // it is that of no record
	}
	return n
}

// digits reads a whole number without sign; whoever comes next refuses what is
// left of any other number.
func (s *scanner) digits() int64 {
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

// quotedLen is the length of the string at the beginning of a text, or of the text
// if the string does not end.
func quotedLen(text []byte) int {
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
