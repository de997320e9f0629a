package main

import (
	"strings"

	"github.com/spf13/cobra"
)

// takes is what a command takes beside its flags: the arguments with these names, of which
// the first least must be given, and not be empty.
func takes(least int, names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		path := cmd.CommandPath()
		if len(args) < least {
			return usage("%s needs %s: `%s --help` shows how it is called", path, strings.Join(names[len(args):least], " and "), path)
		}
		if len(args) > len(names) {
			up := strings.Join(names, " and ")
			if up == "" {
				up = "flags"
			}
			return usage("%s takes %s and nothing more: leave out %q, or see `%s --help`", path, up, args[len(names)], path)
		}
		for i, name := range names[:least] {
			if strings.TrimSpace(args[i]) == "" {
				return usage("%s needs %s, and what is given is empty: `%s --help` shows how it is called", path, name, path)
			}
		}
		return nil
	}
}
