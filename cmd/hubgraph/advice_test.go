package main

import (
	"regexp"
	"strings"
	"testing"

	"hubgraph/queries"
)

// TestAdviceNamesCommands has every check say with a command what to do or where to see
// more, and the program take it.
func TestAdviceNamesCommands(t *testing.T) {
	commands := regexp.MustCompile("`hubgraph ([^`]+)`")
	quoted := regexp.MustCompile(`"[^"]*"`)
	for _, c := range queries.All() {
		found := commands.FindAllStringSubmatch(c.Advice(""), -1)
		if len(found) == 0 {
			t.Errorf("%s: its advice names no command: %s", c.ID, c.Advice(""))
		}
		for _, command := range found {
			args := strings.Fields(quoted.ReplaceAllString(command[1], "text"))
			root := (&app{env: &env{}}).root()
			cmd, rest, err := root.Find(args)
			if err == nil {
				err = cmd.ParseFlags(rest)
			}
			if err == nil {
				err = cmd.ValidateArgs(cmd.Flags().Args())
			}
			if err != nil || !cmd.Runnable() || cmd == root {
				t.Errorf("%s: %s: %v", c.ID, command[0], err)
			}
		}
	}
}
