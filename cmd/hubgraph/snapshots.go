package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"hubgraph/internal/nightly"
)

func (a *app) snapshots() *cobra.Command {
	return group("snapshots", "List, verify and forget snapshots", "", a.snapshotsList(), a.snapshotsVerify(), a.snapshotsForget())
}

func (a *app) snapshotsList() *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the snapshots, oldest first",
		Example: "  hubgraph snapshots list",
		Args:    takes(0),
		RunE: func(*cobra.Command, []string) error {
			portal, err := a.portal()
			if err != nil {
				return err
			}
			list, err := nightly.List(portal)
			if err != nil {
				return err
			}
			return a.print(format, object(list), a.table(list.Table()))
		},
	}
	formatFlag(cmd.Flags(), &format)
	return cmd
}

func (a *app) snapshotsVerify() *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:   "verify [ID…]",
		Short: "Read snapshots and audits again and name what is damaged",
		Long: `Read snapshots and audits again, those that are named or else all, and the DuckDB
files, too. Sizes, hashes and numbers of rows must be those of the manifests, no
file may be missing or too many, both ends of each association must be records,
and audits must be of snapshots that exist or were forgotten.

Exit code 1: something is damaged; each damaged file is named. The DuckDB file can
be made again with ` + "`hubgraph rebuild`" + `; a snapshot comes from a backup.`,
		Example: "  hubgraph snapshots verify\n  hubgraph snapshots verify 20261122T020000Z",
		RunE: func(cmd *cobra.Command, ids []string) error {
			files, unlock, err := a.lockedFiles(a.loaded.String("data"))
			if err != nil {
				return err
			}
			defer unlock()
			verified, err := nightly.Verify(cmd.Context(), files, ids...)
			if err != nil {
				return err
			}
			err = a.print(format, object(verified), verified.WriteText)
			if err == nil && verified.Damaged > 0 {
				err = status{exitFailed, fmt.Errorf("%d files are damaged: restore them from a backup; `hubgraph rebuild` makes a DuckDB file again", verified.Damaged)}
			}
			return err
		},
	}
	formatFlag(cmd.Flags(), &format)
	return cmd
}
