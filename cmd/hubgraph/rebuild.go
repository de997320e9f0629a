package main

import (
	"fmt"

	"hubgraph/export/duckdb"

	"github.com/spf13/cobra"
)

func (a *app) rebuild() *cobra.Command {
	return &cobra.Command{
		Use:   "rebuild",
		Short: "Make the DuckDB file again from the snapshots and audits",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := a.settings(cmd)
			if err != nil {
				return err
			}
			files, unlock, err := a.lockedFiles(s.String("data"))
			if err != nil {
				return err
			}
			defer unlock()
			var built duckdb.Rebuilt
			err = a.during(buildName, buildUnit, func(tell func(done, total int)) (err error) {
				built, err = files.Rebuild(cmd.Context(), tell)
				return err
			})
			if err != nil {
				return err
			}
			if built.Warning != "" {
				a.say("%s", built.Warning)
			}
			fmt.Fprintf(a.stdout, "%s holds snapshot %s\n", built.Path, built.Snapshot.ID)
			return nil
		},
	}
}
