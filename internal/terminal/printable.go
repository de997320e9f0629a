// Package terminal makes text and numbers fit to be shown to people, and fit their screens.
package terminal

import (
	"strings"
	"unicode"
)

// Printable takes out what could steer a terminal or hide text from its reader:
// control characters, and marks of writing direction. Breaks of lines and tabs become
// blanks.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s)
}
