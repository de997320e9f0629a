package sim

import (
	_ "embed"
	"fmt"
	"strings"
	"unicode/utf8"
)

// languageText explains the portal language. Lines that two blanks indent are
// statements: together they are a portal and, behind A NIGHT, a night of it.
//
//go:embed language.txt
var languageText string

// Language explains the portal language with an example of each statement, and
// the facts that a portal can set, in lines of at most 80 columns.
func Language() string {
	var b strings.Builder
	b.WriteString(languageText)
	b.WriteString("\nFACTS\n\nThe first value is the default; `hubgraph sim --help-facts` says why.\n\n")
	for _, f := range facts {
		fmt.Fprintf(&b, "  fact %s=%s\n", f.Switch, strings.Join(f.Values, "|"))
		b.WriteString(wrapped(f.About, "      "))
	}
	return b.String()
}

// wrapped breaks a text into lines of at most 80 columns.
func wrapped(text, indent string) string {
	var b strings.Builder
	line := indent
	for _, word := range strings.Fields(text) {
		if line != indent && utf8.RuneCountInString(line+" "+word) > 80 {
			b.WriteString(line + "\n")
			line = indent
		}
		if line != indent {
			line += " "
		}
		line += word
	}
	return b.String() + line + "\n"
}
