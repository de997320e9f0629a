package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"hubgraph/internal/manual"
)

func (a *app) man() *cobra.Command {
	return &cobra.Command{
		Use:   "man DIR",
		Short: "Write man pages, one for each command, into a folder",
		Long: `Write a man page for each command into a folder, which is made where it is missing.
Pages that are there are replaced. The same version writes the same bytes.`,
		Example: "  hubgraph man man1 && man -l man1/hubgraph-audit.1",
		Args:    takes(1, "DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			names, err := manual.Pages(cmd.Root(), args[0])
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(a.stdout, "%d man pages are in %s\n", len(names), args[0])
			return err
		},
	}
}
