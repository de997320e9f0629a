package draw

import (
	"strconv"
	"strings"

	"hubgraph/internal/terminal"
)

// longest is the longest text that a line of a label shows, in characters.
const longest = 60

// shown is a text of the portal's, in one line that fits into a label.
func shown(s string) string { return shortened(s, longest) }

// shortened is a text of the portal's in one line of at most so many characters.
func shortened(s string, most int) string {
	runes := []rune(strings.Trim(terminal.Printable(strings.ToValidUTF8(s, "\uFFFD")), " "))
	if len(runes) > most {
		runes = append(runes[:most-1], '…')
	}
	return string(runes)
}

// wrapped breaks a text at blanks into lines of at most so many characters, where it has
// blanks.
func wrapped(s string, most int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		if line != "" && len([]rune(line))+1+len([]rune(word)) > most {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	return append(lines, line)
}

// some is a count of things.
func some(n int64, thing string) string {
	if n != 1 {
		thing = plural(thing)
	}
	return count(n) + " " + thing
}

func plural(thing string) string {
	switch {
	case strings.HasSuffix(thing, "y") && !strings.HasSuffix(thing, "ay") && !strings.HasSuffix(thing, "ey"):
		return strings.TrimSuffix(thing, "y") + "ies"
	case strings.HasSuffix(thing, "s"):
		return thing
	}
	return thing + "s"
}

// count writes a number with its thousands apart.
func count(n int64) string { return apart(strconv.FormatInt(n, 10)) }

// apart puts commas between the thousands of a whole number.
func apart(s string) string {
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// percent is a share, with a digit where it is small.
func percent(n, all int64) string {
	share := 100 * float64(n) / float64(all)
	if share > 0 && share < 0.1 {
		return "less than 0.1 %"
	}
	digits := 1
	if share >= 10 {
		digits = 0
	}
	return strconv.FormatFloat(share, 'f', digits, 64) + " %"
}
