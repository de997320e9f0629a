// Package terminal makes text from elsewhere fit to be shown.
package terminal

import (
	"strings"
	"unicode"
)

// Printable takes out what could steer a terminal or hide text from its reader:
// control characters, and marks of writing direction.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s)
}
