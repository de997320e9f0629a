package terminal

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
)

// Table is a table for people: columns with two blanks between them.
type Table struct {
	Header []string
	Rows   [][]string // as many cells as the header has
	Width  int        // of the screen, in characters; 0: whatever it takes
	Whole  int        // so many of the first columns are not cut, such as those of ids
	More   string     // what shows all columns, such as --format csv; empty: nothing is named
}

const (
	gap         = 2  // blanks between columns
	narrowest   = 12 // what a column is cut to at most, in characters
	turnable    = 3  // rows of a table that may be turned on its side
	turnedLines = 3  // lines that a cell of such a table takes at most, or one more
	padded      = 60 // blanks and text of a column where the table may be as wide as it is
)

// String is the table in lines that fit the width: the widest columns are cut first. Where
// that does not do, a table of a few rows is turned on its side, a line for each cell; of
// others the last columns are left out and named below. Columns without any text are left
// out without a word.
func (t Table) String() string {
	columns, natural := t.filled()
	left := len(columns)
	widths := t.cut(natural)
	for widths == nil && left > 1 {
		if len(t.Rows) > 0 && len(t.Rows) <= turnable {
			return t.turned(columns)
		}
		left--
		widths = t.cut(natural[:left])
	}
	if widths == nil {
		widths = []int{t.Width}
	}
	var b strings.Builder
	line := func(cells []string) {
		var parts []string
		for i, c := range columns[:left] {
			parts = append(parts, text.Pad(Cut(Printable(cells[c]), widths[i]), t.pad(widths[i]), ' '))
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
		text := fmt.Sprintf("%s left out: %s", Count(int64(len(more)), "column"), strings.Join(names, ", "))
		if t.More != "" {
			text += "; " + t.More + " has all"
		}
		b.WriteString(Fold(text, t.Width) + "\n")
	}
	return b.String()
}

// pad is what cells are padded to. Without a screen one long cell does not push the next
// column away from all others.
func (t Table) pad(width int) int {
	if t.Width == 0 {
		return min(width, padded)
	}
	return width
}

// cut is how wide columns are for the table to fit, where they can be cut to that.
func (t Table) cut(natural []int) []int {
	widths := slices.Clone(natural)
	for t.Width > 0 && total(widths) > t.Width {
		at, widest := -1, narrowest
		for i, w := range widths {
			if i >= t.Whole && w > widest {
				at, widest = i, w
			}
		}
		if at < 0 {
			return nil
		}
		widths[at] = max(narrowest, widest-(total(widths)-t.Width))
	}
	return widths
}

// turned is the table on its side: a line for each cell that holds text, with the name of
// its column, and an empty line between rows.
func (t Table) turned(columns []int) string {
	names := 0
	for _, c := range columns {
		names = max(names, width(t.Header[c]))
	}
	names = min(names, max(1, t.Width/2))
	var b strings.Builder
	for i, row := range t.Rows {
		if i > 0 {
			b.WriteByte('\n')
		}
		for _, c := range columns {
			if cell := Cut(Printable(row[c]), turnedLines*t.Width); cell != "" {
				line := text.Pad(Cut(t.Header[c], names), names+gap, ' ') + cell
				b.WriteString(Fold(line, t.Width) + "\n")
			}
		}
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
