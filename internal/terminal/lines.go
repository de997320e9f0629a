package terminal

import (
	"bytes"
	"io"
	"regexp"
	"strings"
)

// Lines writes text for a person on a screen, line by line: none is wider than the screen,
// and words that rank or judge have colours where they are wanted.
type Lines struct {
	To     io.Writer
	Width  int  // of the screen, in characters; 0: lines stay as they are
	Colour bool // words that rank or judge, where they are a cell of their own, have one
	rest   []byte
}

// Write writes the lines that are whole, and keeps what follows them.
func (l *Lines) Write(p []byte) (int, error) {
	l.rest = append(l.rest, p...)
	end := bytes.LastIndexByte(l.rest, '\n') + 1
	var b strings.Builder
	for line := range strings.Lines(string(l.rest[:end])) {
		b.WriteString(l.shown(strings.TrimSuffix(line, "\n")) + "\n")
	}
	l.rest = append([]byte{}, l.rest[end:]...)
	_, err := io.WriteString(l.To, b.String())
	return len(p), err
}

// Close writes a last line that does not end.
func (l *Lines) Close() error {
	_, err := io.WriteString(l.To, l.shown(string(l.rest)))
	l.rest = nil
	return err
}

func (l *Lines) shown(line string) string {
	if l.Width > 0 {
		line = Fold(line, l.Width)
	}
	if l.Colour {
		line = Painted(line)
	}
	return line
}

// Fold breaks a line at blanks into lines that take at most so many places of a screen.
// Those behind the first are indented as it is, and by two more blanks. A word that is
// wider than the screen is cut into pieces.
func Fold(line string, places int) string {
	if width(line) <= places {
		return line
	}
	first := line[:len(line)-len(strings.TrimLeft(line, " "))]
	if len(first) > places/2 {
		first = ""
	}
	indent := first + "  "
	if len(indent) >= places {
		indent = ""
	}
	var lines []string
	now := first
	for i, word := range strings.SplitAfter(strings.TrimLeft(line, " "), " ") {
		if i > 0 && width(now)+width(strings.TrimRight(word, " ")) > places {
			lines, now = append(lines, strings.TrimRight(now, " ")), indent
			word = strings.TrimLeft(word, " ")
		}
		for now += word; width(strings.TrimRight(now, " ")) > places; {
			cut := fitting(now, places)
			lines, now = append(lines, now[:cut]), indent+now[cut:]
		}
	}
	return strings.Join(append(lines, strings.TrimRight(now, " ")), "\n")
}

// fitting is how many bytes of a text take at most so many places, at least one rune's.
func fitting(s string, places int) int {
	taken := 0
	for i, r := range s {
		if taken += width(string(r)); taken > places && i > 0 {
			return i
		}
	}
	return len(s)
}

// judging are the words that have colours, where they are a cell: between two blanks and
// the ends of the line.
var judging = regexp.MustCompile(`(^|  )(critical|high|medium|fail|FAILS|error|DAMAGED|INCOMPLETE|warn|ok|new|reopened|complete)(  |\s*$)`)

// colours are those of words, as a terminal is asked for them (ECMA-48).
var colours = map[string]string{
	"critical": "1;31", "high": "31", "medium": "33",
	"fail": "31", "FAILS": "31", "error": "31", "DAMAGED": "31", "INCOMPLETE": "33", "warn": "33", "ok": "32", "complete": "32",
	"new": "1", "reopened": "1",
}

// Painted is a line whose words that rank or judge have colours.
func Painted(line string) string {
	var b strings.Builder
	for {
		at := judging.FindStringSubmatchIndex(line)
		if at == nil {
			return b.String() + line
		}
		word := line[at[4]:at[5]]
		b.WriteString(line[:at[4]] + "\x1b[" + colours[word] + "m" + word + "\x1b[0m")
		line = line[at[5]:]
	}
}
