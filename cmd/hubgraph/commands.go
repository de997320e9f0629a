package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hubgraph/internal/nearest"
)

// group is a command that does nothing but hold others. Without one of them, or with
// one that it does not have, it is not what was meant.
func group(name, short, long string, commands ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: name, Short: short, Long: long, Args: cobra.ArbitraryArgs, DisableFlagsInUseLine: true, RunE: needsCommand}
	cmd.AddCommand(commands...)
	return cmd
}

// needsCommand is what a command does that holds others.
func needsCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usage("%s needs a command: %s", cmd.CommandPath(), strings.Join(names(cmd), ", "))
	}
	return unknown(cmd, args[0])
}

// unknown is the error about a command that another one does not have.
func unknown(cmd *cobra.Command, name string) error {
	cmd.SuggestionsMinimumDistance = 2
	text := fmt.Sprintf("%s has no command %q", cmd.CommandPath(), name)
	if near := cmd.SuggestionsFor(name); len(near) > 0 {
		return usage("%s: did you mean %s?", text, strings.Join(near, " or "))
	}
	if there := names(cmd); len(there) > 0 {
		text += ": there are " + strings.Join(there, ", ")
	}
	return usage("%s", text)
}

// flagError is the error about a flag that a command does not have. Behind a word that
// is no command, it is the word that is wrong. Else it names the flags that may have been
// meant, and the help of that command.
func flagError(cmd *cobra.Command, err error) error {
	if words := cmd.Flags().Args(); cmd.HasSubCommands() && len(words) > 0 {
		return unknown(cmd, words[0])
	}
	question := ""
	var wrong *pflag.NotExistError
	if errors.As(err, &wrong) {
		var flags []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if !f.Hidden {
				flags = append(flags, f.Name)
			}
		})
		for i, near := range nearest.Guess(wrong.GetSpecifiedName(), flags) {
			question += map[bool]string{true: "did you mean --", false: " or --"}[i == 0] + near
		}
	}
	if question != "" {
		question += "? "
	}
	return usage("%w: %s`%s --help` lists its flags", err, question, cmd.CommandPath())
}

// sections are the groups of commands in the help, in their order.
var sections = []struct {
	id, title string
	commands  []string
}{
	{"start", "Start here", []string{"demo", "doctor", "run"}},
	{"night", "Every night", []string{"crawl", "audit", "accept", "waive", "snapshots", "erase", "rebuild"}},
	{"look", "Look", []string{"findings", "report", "serve", "diff", "checks", "sql", "draw"}},
	{"repair", "Repair", []string{"repair", "association", "label"}},
	{"developers", "For developers", []string{"sim", "settings", "man", "version", "completion", "help"}},
}

// arrange puts the commands of the program into their groups.
func arrange(root *cobra.Command) {
	for _, s := range sections {
		root.AddGroup(&cobra.Group{ID: s.id, Title: s.title + ":"})
		for _, cmd := range root.Commands() {
			if slices.Contains(s.commands, cmd.Name()) {
				cmd.GroupID = s.id
			}
		}
	}
	root.SetHelpCommandGroupID("developers")
}

// names are those of the commands of a command.
func names(cmd *cobra.Command) []string {
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return names
}

// helpOf is the command help, which knows when there is none.
func helpOf(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [command]",
		Short: "Help about any command",
		RunE: func(_ *cobra.Command, args []string) error {
			cmd := root
			for _, arg := range args {
				below, _, err := cmd.Find([]string{arg})
				if err != nil || below == cmd {
					return unknown(cmd, arg)
				}
				cmd = below
			}
			return cmd.Help()
		},
	}
}
