package terminal

import (
	"regexp"
	"strings"
	"unicode"
)

// number is what a spreadsheet takes for a number, whatever sign it begins with.
var number = regexp.MustCompile(`^[+-]?[0-9]+(\.[0-9]+)?$`)

// Cell is a text as a cell of a CSV file that no spreadsheet takes for a formula: a ' stands
// before a line that would be one. What follows a ; or a tab counts as a line, for some
// spreadsheets split lines there. Numbers stay as they are.
func Cell(s string) string {
	if number.MatchString(s) {
		return s
	}
	var b strings.Builder
	if strings.HasPrefix(s, "\t") || strings.HasPrefix(s, "\r") || strings.HasPrefix(s, "\n") {
		b.WriteByte('\'')
	}
	for len(s) > 0 {
		end := strings.IndexAny(s, "\n\r;\t")
		part := s
		if end >= 0 {
			part = s[:end+1]
		}
		if formula(part) {
			b.WriteByte('\'')
		}
		b.WriteString(part)
		s = s[len(part):]
	}
	return b.String()
}

// formula reports whether a line begins as a formula does, behind blanks and what nobody sees.
func formula(line string) bool {
	for _, r := range line {
		switch {
		case strings.ContainsRune("=+-@＝＋－＠", r):
			return true
		case unicode.IsSpace(r), unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == '"':
			continue
		}
		return false
	}
	return false
}
