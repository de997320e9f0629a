package hubspot

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// mostDepth is how deep the brackets are of what the scanners read. HubSpot's are
// less than ten deep.
const mostDepth = 32

// scanner reads JSON many times as fast as encoding/json where the keys are known
// before. It takes no more than encoding/json, and understands it in the same
// way, or it gives up: then encoding/json reads the row anew, or the document.
type scanner struct {
	data    []byte
	at      int
	bad     bool // it has given up
	depth   int  // brackets that are open
	rows    int  // as checkShape counts them
	unknown []string
}

// space passes over white space.
func (s *scanner) space() {
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
func (s *scanner) take(c byte) {
	if !s.sees(c) {
		s.bad = true
		return
	}
	s.at++
}

// sees reports whether a character is next, behind white space.
func (s *scanner) sees(c byte) bool {
	s.space()
	return s.at < len(s.data) && s.data[s.at] == c
}

// literal passes over a text if it comes next.
func (s *scanner) literal(text string) bool {
	if len(s.data)-s.at < len(text) || string(s.data[s.at:s.at+len(text)]) != text {
		return false
	}
	s.at += len(text)
	return true
}

// null passes over a null if it comes next, behind white space.
func (s *scanner) null() bool {
	s.space()
	return s.literal("null")
}

// open enters an array or a document, and reports whether it has something in
// it.
func (s *scanner) open(bracket byte) bool {
	s.take(bracket)
	if s.depth++; s.depth > mostDepth {
		s.bad = true
	}
	if s.sees(bracket + 2) { // in ASCII the closing bracket comes two behind
		s.at++
		s.depth--
		return false
	}
	return !s.bad
}

// next goes on to the next element, or leaves at the closing bracket.
func (s *scanner) next(bracket byte) bool {
	if s.bad {
		return false
	}
	if s.sees(',') {
		s.at++
		if s.depth == rowsDepth {
			s.rows++
			s.bad = s.rows >= mostRows
		}
		return !s.bad
	}
	s.take(bracket)
	s.depth--
	return false
}

// key reads a key and its colon, and finds it among the known ones, each of
// which may come once; of any other key it gives -1. encoding/json takes the
// known ones in any letter case: it is left to it.
func (s *scanner) key(known []string, seen *uint) int {
	s.space()
	rest := s.data[min(s.at+1, len(s.data)):] // a quote is before it
	name := rest[:max(0, bytes.IndexByte(rest, '"'))]
	for i, k := range known {
		if len(k) != len(name) || string(name) != k {
			continue
		}
		s.bad = s.bad || s.data[s.at] != '"' || *seen&(1<<i) != 0
		*seen |= 1 << i
		s.at += len(k) + 2
		s.take(':')
		return i
	}
	s.otherKey(known, name)
	return -1
}

// otherKey passes over a key that is none of the known ones, and its colon.
func (s *scanner) otherKey(known []string, name []byte) {
	for _, c := range name {
		if c < ' ' || c >= utf8.RuneSelf || c == '\\' { // it may be a known one nevertheless
			s.bad = true
			return
		}
	}
	for _, k := range known {
		if len(k) == len(name) && strings.EqualFold(k, string(name)) {
			s.bad = true
			return
		}
	}
	s.take('"')
	s.at += len(name)
	s.take('"')
	s.take(':')
	if s.depth > 1 || s.bad {
		return
	}
	if s.unknown = append(s.unknown, string(name)); len(s.unknown) > mostUnknown || slices.Index(s.unknown, string(name)) < len(s.unknown)-1 {
		s.bad = true // checkShape refuses what comes twice
	}
}

// mostUnknown is how many unknown keys the scanners take in the document itself.
const mostUnknown = 32

// skip passes over a value of which nothing is needed.
func (s *scanner) skip() {
	s.space()
	if s.bad || s.at >= len(s.data) {
		s.bad = true
		return
	}
	switch s.data[s.at] {
	case '{':
		for more := s.open('{'); more; more = s.next('}') {
			s.quoted()
			s.take(':')
			s.skip()
		}
	case '[':
		for more := s.open('['); more; more = s.next(']') {
			s.skip()
		}
	case '"':
		s.quoted()
	default:
		if !s.literal("null") && !s.literal("true") && !s.literal("false") && !json.Valid(s.value()) { // a number
			s.bad = true
		}
	}
}

// value finds the end of a value, and gives its text unread.
func (s *scanner) value() []byte {
	s.space()
	start, depth := s.at, 0
scan:
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth < 0 {
				break scan
			}
			if depth == 0 {
				s.at++
				break scan
			}
		case ',':
			if depth == 0 {
				break scan
			}
		case '"':
			s.at += quotedLen(s.data[s.at:]) - 1
		}
		s.at++
		if s.depth+depth > mostDepth {
			s.bad = true
			return nil
		}
	}
	return s.data[start:min(s.at, len(s.data))]
}

// again gives the text of the row that began at a place and depth, and that the
// scanner gave up at, for encoding/json to read. It reports false where it is
// none, or nothing was given up.
func (s *scanner) again(at, depth int) ([]byte, bool) {
	if !s.bad {
		return nil, false
	}
	s.at, s.depth, s.bad = at, depth, false
	row := s.value()
	s.bad = s.bad || !json.Valid(row) || !utf8.Valid(row)
	return row, !s.bad
}

// need gives up if a document lacks one of the wanted keys.
func (s *scanner) need(seen, wanted uint) {
	if seen&wanted != wanted {
		s.bad = true
	}
}
