package main

import (
	"github.com/spf13/cobra"

	"hubgraph/queries"
)

func (a *app) checks() *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:   "checks [ID]",
		Short: "List the checks, or tell one with its SQL",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			checks, err := queries.Select(args...)
			switch {
			case err != nil:
				return err
			case format == "json":
				return queries.WriteCatalogJSON(a.stdout, checks)
			case len(args) == 1:
				return checks[0].WriteText(a.stdout)
			}
			return queries.WriteCatalog(a.stdout, checks)
		},
	}
	formatFlag(cmd.Flags(), &format)
	return cmd
}
