package main

import (
	"io"

	"github.com/spf13/cobra"

	"hubgraph/queries"
)

func (a *app) checks() *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:   "checks [ID]",
		Short: "List the checks, or print one with its SQL",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			checks, err := queries.Select(args...)
			if err != nil {
				return err
			}
			text := func(w io.Writer) error { return queries.WriteCatalog(w, checks) }
			if len(args) == 1 {
				text = checks[0].WriteText
			}
			return a.print(format, func(w io.Writer) error { return queries.WriteCatalogJSON(w, checks) }, text)
		},
	}
	formatFlag(cmd.Flags(), &format)
	return cmd
}
