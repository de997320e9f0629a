package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"hubgraph/internal/nightly"
)

func (a *app) rebuild() *cobra.Command {
	return &cobra.Command{
		Use:     "rebuild",
		Short:   "Make the DuckDB file again from the snapshots and audits",
		Example: "  hubgraph rebuild",
		Args:    takes(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			files, unlock, err := a.lockedFiles(a.loaded.String("data"))
			if err != nil {
				return err
			}
			defer unlock()
			built, err := nightly.Rebuild(cmd.Context(), files, a.display())
			if err != nil {
				return err
			}
			fmt.Fprintf(a.stdout, "%s holds snapshot %s\n", built.Path, built.Snapshot.ID)
			return a.tellAside(built.Published)
		},
	}
}
