package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"hubgraph/internal/manual"
	config "hubgraph/internal/settings"
)

// exitCodes are the exit codes with their meanings, for the help and docs/nights.md.
var exitCodes = []struct {
	codes   []int
	meaning string
}{
	{[]int{0}, "done and complete; no check failed"},
	{[]int{exitFailed}, "failed, not otherwise classed; the query of a check broke"},
	{[]int{exitIncomplete}, "finished but incomplete: the table `gaps` says what was not read (crawl; records under `known_gaps` in the settings aside), a check or a cell was not judged for lack of evidence (audit), some operations were neither applied nor satisfied (repair), the new DuckDB file had to step aside for somebody who writes to the old one, or something of an erased record is left (erase)"},
	{[]int{exitAuth}, "authentication or permission"},
	{[]int{exitCheckFailed}, "at least one check failed (before 3, after 1)"},
	{[]int{exitGuard}, "repair stopped by a guard: an edited, expired or foreign plan, the cap, a wrong approval"},
	{[]int{exitPlanned}, "`repair plan --detailed-exitcode`: the plan is not empty"},
	{[]int{exitNoSnapshot}, "no such snapshot, lake or audit"},
	{[]int{exitLocked}, "another run holds the data folder"},
	{[]int{exitUsage}, "usage or settings"},
	{[]int{exitLater}, "come back later: HubSpot does not answer, or the daily limit is used up"},
	{[]int{129, 130, 143}, "hung up, interrupted, terminated"},
}

// numbers are exit codes as people read them.
func numbers(codes []int) string {
	var texts []string
	for _, code := range codes {
		texts = append(texts, strconv.Itoa(code))
	}
	return strings.Join(texts, ", ")
}

// topics are the pages of help that are of no command.
func (a *app) topics() []*cobra.Command {
	return []*cobra.Command{
		topic("exit-codes", "What the exit codes mean", func() string {
			var list []manual.Entry
			for _, e := range exitCodes {
				list = append(list, manual.Entry{Name: numbers(e.codes), About: e.meaning})
			}
			return "The exit codes of all commands:\n\n" + manual.List(list)
		}),
		topic("environment", "The environment variables that are read", func() string {
			var list []manual.Entry
			for _, v := range environment {
				list = append(list, manual.Entry{Name: v.name, About: v.about})
			}
			return manual.Fold("A flag wins over its variable, and that over "+settingsFile+". Instead of a secret, the variable NAME_FILE may name a file that holds it, which must be its owner's alone.\n\n") + manual.List(list)
		}),
	}
}

// topic is a page of help with a text that is made when somebody reads it.
func topic(name, short string, text func() string) *cobra.Command {
	cmd := &cobra.Command{Use: name, Short: short}
	cmd.SetHelpFunc(func(cmd *cobra.Command, _ []string) { fmt.Fprint(cmd.OutOrStdout(), text()) })
	return cmd
}

// withKeys adds to the help of the command settings what the settings file may say.
func withKeys(cmd, root *cobra.Command) *cobra.Command {
	cmd.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		root.HelpFunc()(cmd, args)
		var list []manual.Entry
		for _, k := range config.NewCatalog(root, flagChecks).Describe() {
			list = append(list, manual.Entry{Name: k.Name, About: k.Takes + ": " + k.About})
		}
		fmt.Fprintf(cmd.OutOrStdout(), "\nKeys of %s:\n%s", settingsFile, manual.List(list))
	})
	return cmd
}
