package main

import (
	"io"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hubgraph/queries"
)

func (a *app) checks() *cobra.Command {
	format, experimental := "text", false
	cmd := &cobra.Command{
		Use:   "checks [ID]",
		Short: "List the checks, or print one with its SQL",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			checks, err := queries.Select(args...)
			if err != nil {
				return err
			}
			if len(args) == 0 && !experimental {
				checks = queries.Stable()
			}
			text := func(w io.Writer) error { return queries.WriteCatalog(w, checks) }
			if len(args) == 1 {
				text = checks[0].WriteText
			}
			return a.print(format, func(w io.Writer) error { return queries.WriteCatalogJSON(w, checks) }, text)
		},
	}
	formatFlag(cmd.Flags(), &format)
	experimentalFlag(cmd.Flags(), &experimental)
	return cmd
}

// experimentalFlag is the flag of what runs or lists checks.
func experimentalFlag(flags *pflag.FlagSet, value *bool) {
	flags.BoolVar(value, "experimental", false, "the experimental checks, too: they may find what is none, or change; one that is named is run without this flag")
}
