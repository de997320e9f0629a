package report

import (
	"cmp"
	"regexp"
	"strings"

	"hubgraph/queries"
)

// Options say how the commands are to be written that a report names, so that they can
// be pasted.
type Options struct {
	Data string // the data folder; empty: the default one, which commands need not name
	Self string // how the program is called; empty: hubgraph
	// Own are the checks of the user, which may have found something, too.
	Own []queries.Check
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
