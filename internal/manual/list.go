package manual

import (
	"strings"
	"unicode/utf8"
)

// Entry is a name with what is said of it.
type Entry struct{ Name, About string }

// hang is how wide a name may be for its text to begin beside it.
const hang = 22

// List lays entries out as a list that fits Width: the texts stand below each other, and
// that of a long name begins in the next line.
func List(entries []Entry) string {
	column := 0
	for _, e := range entries {
		if n := utf8.RuneCountInString(e.Name); n <= hang {
			column = max(column, n)
		}
	}
	indent := strings.Repeat(" ", 2+column+2)
	var b strings.Builder
	for _, e := range entries {
		b.WriteString("  " + e.Name)
		rest := column + 2 - utf8.RuneCountInString(e.Name)
		if rest < 2 {
			b.WriteString("\n" + indent)
		} else {
			b.WriteString(strings.Repeat(" ", rest))
		}
		b.WriteString(strings.ReplaceAll(fill(e.About, Width-len(indent)), "\n", "\n"+indent) + "\n")
	}
	return b.String()
}
