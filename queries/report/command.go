package report

import (
	"cmp"
	"regexp"
	"strings"

	"hubgraph/queries"
)

// Options say how a report is written: how the commands that it names, so that they can be
// pasted, and how much of what is long.
type Options struct {
	Data string // the data folder; empty: the default one, which commands need not name
	Self string // how the program is called; empty: hubgraph
	// Own are the checks of the user, which may have found something, too.
	Own    []queries.Check
	Width  int  // of the screen, in characters; 0: tables are as wide as they are
	All    bool // people are shown all rows, and not the first
	RawCSV bool // cells of CSV files are as they are, also where a spreadsheet takes one for a formula
}

var (
	// commandPattern finds a command in the text of a check.
	commandPattern = regexp.MustCompile("`hubgraph ([^`]+)`")
	// plainWord is what a shell takes as one word as it stands.
	plainWord = regexp.MustCompile(`^[\w./:@%+,=-]+$`)
)

// Command is the command line of what follows the name of the program.
func (o Options) Command(args string) string {
	line := cmp.Or(o.Self, "hubgraph") + " " + args
	switch {
	case o.Data == "":
	case plainWord.MatchString(o.Data):
		line += " --data " + o.Data
	default:
		line += " --data '" + strings.ReplaceAll(o.Data, "'", `'\''`) + "'"
	}
	return line
}

// commands is a text with its commands as command lines.
func (o Options) commands(text string) string {
	return commandPattern.ReplaceAllStringFunc(text, func(found string) string {
		return "`" + o.Command(commandPattern.FindStringSubmatch(found)[1]) + "`"
	})
}
