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
	// Program is what begins a command line of the program: from there to its end a line
	// stays in one piece, so that it can be copied.
	Program string
	rest    []byte
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
		line = fold(line, l.Width, l.Program)
	}
	if l.Colour {
		line = Painted(line)
	}
	return line
}

// Fold breaks a line at blanks into lines that take at most so many places of a screen.
// Those behind the first are indented as it is, and by two more blanks. A word that is
// wider than the screen is cut into pieces. What stands in backquotes is a command to copy:
// it stays in one piece, and where the screen is too narrow for it, the terminal wraps it.
func Fold(line string, places int) string { return fold(line, places, "") }

// piece is a word with the blank behind it, or as its first group, what stands in backquotes.
var piece = regexp.MustCompile("([^\\s`]*`[^`]+`\\S*) ?|\\S+ ?| ")

// part is what a line is not broken within.
type part struct {
	text  string
	whole bool // it is not cut either
}

// parts are the words of a line and its commands to copy.
func parts(line, program string) []part {
	command := ""
	if program != "" {
		at := regexp.MustCompile("(?:^|: +)(" + regexp.QuoteMeta(program) + " .*)").FindStringSubmatch(line)
		if at != nil {
			command = at[1]
		}
	}
	var list []part
	for _, found := range piece.FindAllStringSubmatch(strings.TrimSuffix(line, command), -1) {
		list = append(list, part{found[0], found[1] != ""})
	}
	if command != "" {
		list = append(list, part{command, true})
	}
	return list
}

func fold(line string, places int, program string) string {
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
	for i, p := range parts(strings.TrimLeft(line, " "), program) {
		if i > 0 && width(now)+width(strings.TrimRight(p.text, " ")) > places {
			lines, now = append(lines, strings.TrimRight(now, " ")), indent
			p.text = strings.TrimLeft(p.text, " ")
		}
		for now += p.text; !p.whole && width(strings.TrimRight(now, " ")) > places; {
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
