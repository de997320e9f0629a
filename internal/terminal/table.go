package terminal

import (
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
)

// Table is a table for people: columns with two blanks between them.
type Table struct {
	Header []string
	Rows   [][]string // as many cells as the header has
	Width  int        // of the screen, in characters; 0: whatever it takes
}

const (
	gap       = 2  // blanks between columns
	narrowest = 12 // what a column is cut to at most, in characters
)

// String is the table in lines that fit the width: the widest columns are cut first, and
// where that does not do, the last ones are left out and named below. Columns without any
// text are left out without a word.
func (t Table) String() string {
	columns, widths := t.filled()
	left := len(columns)
	for t.Width > 0 && total(widths[:left]) > t.Width {
		at, widest := 0, 0
		for i, w := range widths[:left] {
			if w > widest {
				at, widest = i, w
			}
		}
		if widest > narrowest {
			widths[at] = max(narrowest, widest-(total(widths[:left])-t.Width))
			continue
		}
		if left == 1 {
			widths[0] = t.Width
			break
		}
		left--
	}
	var b strings.Builder
	line := func(cells []string) {
		var parts []string
		for i, c := range columns[:left] {
			parts = append(parts, text.Pad(Cut(Printable(cells[c]), widths[i]), widths[i], ' '))
		}
		b.WriteString(strings.TrimRight(strings.Join(parts, strings.Repeat(" ", gap)), " ") + "\n")
	}
	line(t.Header)
	for _, row := range t.Rows {
		line(row)
	}
	if more := columns[left:]; len(more) > 0 {
		var names []string
		for _, c := range more {
			names = append(names, t.Header[c])
		}
		b.WriteString(Cut(fmt.Sprintf("%s left out: %s", Count(int64(len(more)), "column"), strings.Join(names, ", ")), t.Width) + "\n")
	}
	return b.String()
}

// filled are the columns that hold text, and how wide they are.
func (t Table) filled() (columns, widths []int) {
	for c := range t.Header {
		most := 0
		for _, row := range t.Rows {
			most = max(most, width(Printable(row[c])))
		}
		if most > 0 || len(t.Rows) == 0 {
			columns, widths = append(columns, c), append(widths, max(most, width(t.Header[c])))
		}
	}
	return columns, widths
}

// total is how wide columns are together.
func total(widths []int) int {
	sum := gap * max(0, len(widths)-1)
	for _, w := range widths {
		sum += w
	}
	return sum
}

// width is how many places of a screen a text takes.
func width(s string) int { return text.StringWidth(s) }

// Cut is a text that takes at most so many places of a screen, with … where it was cut.
func Cut(s string, places int) string {
	if width(s) <= places {
		return s
	}
	return text.Trim(s, max(0, places-1)) + "…"
}
