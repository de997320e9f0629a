package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"hubgraph/export/lake"
	"hubgraph/internal/terminal"
)

func (a *app) snapshots() *cobra.Command {
	return group("snapshots", "List, verify and forget snapshots", "", a.snapshotsList(), a.snapshotsVerify(), a.snapshotsForget())
}

// listed is a snapshot as `snapshots list` tells it.
type listed struct {
	SnapshotID   string    `json:"snapshot_id"`
	PortalID     int64     `json:"portal_id"`
	Path         string    `json:"path"`
	Complete     bool      `json:"complete"`
	Objects      int64     `json:"objects"`
	Associations int64     `json:"associations"`
	Bytes        int64     `json:"bytes"`
	StartedAt    time.Time `json:"started_at"`
	FinishedAt   time.Time `json:"finished_at"`
	Reason       *string   `json:"reason"`
}

func list(e lake.Entry) listed {
	s := e.Manifest.Snapshot
	return listed{e.ID, e.PortalID, e.Path, e.Complete(), s.Objects, s.Associations, e.Bytes(), s.StartedAt, s.FinishedAt, orNull(e.Gap())}
}

func (a *app) snapshotsList() *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the snapshots, oldest first",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			data, err := lake.Find(a.loaded.String("data"))
			if err != nil {
				return err
			}
			portal, err := data.Only()
			if err != nil {
				return err
			}
			if _, err := portal.Newest(); err != nil {
				return err
			}
			entries, err := portal.All()
			if err != nil {
				return err
			}
			snapshots := make([]listed, len(entries))
			for i, e := range entries {
				snapshots[i] = list(e)
			}
			if format == "json" {
				return json.NewEncoder(a.stdout).Encode(struct {
					Snapshots []listed `json:"snapshots"`
				}{snapshots})
			}
			for i, s := range snapshots {
				verdict := "complete"
				if !s.Complete {
					verdict = "INCOMPLETE " + entries[i].Gap()
				}
				fmt.Fprintf(a.stdout, "%-18s started %s  %d records, %d associations, %s, %s\n", s.SnapshotID, s.StartedAt.Format(time.RFC3339), s.Objects, s.Associations, terminal.Size(s.Bytes), verdict)
			}
			return nil
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
and audits must be of snapshots that there are, or that were forgotten.

Exit code 1: something is damaged; each damaged file is named. The DuckDB file can
be made again with ` + "`hubgraph rebuild`" + `; a snapshot comes from a backup.`,
		RunE: func(cmd *cobra.Command, ids []string) error {
			files, unlock, err := a.lockedFiles(a.loaded.String("data"))
			if err != nil {
				return err
			}
			defer unlock()
			checked, err := files.Check(cmd.Context(), ids...)
			if err != nil {
				return err
			}
			return a.tellChecked(checked, format)
		},
	}
	formatFlag(cmd.Flags(), &format)
	return cmd
}

func (a *app) tellChecked(checked []lake.Checked, format string) error {
	damaged := 0
	for _, c := range checked {
		damaged += len(c.Damage)
	}
	if format == "json" {
		err := json.NewEncoder(a.stdout).Encode(struct {
			Checked []lake.Checked `json:"checked"`
			Damaged int            `json:"damaged"`
		}{append([]lake.Checked{}, checked...), damaged})
		if err != nil {
			return err
		}
	} else {
		for _, c := range checked {
			if len(c.Damage) == 0 && c.Held == nil {
				fmt.Fprintf(a.stdout, "ok       %s %s: %d files, %s\n", c.Kind, c.ID, c.Files, terminal.Size(c.Bytes))
			}
			if c.Held != nil {
				fmt.Fprintf(a.stdout, "held     %s %s: %s\n", c.Kind, c.ID, *c.Held)
			}
			for _, d := range c.Damage {
				fmt.Fprintf(a.stdout, "DAMAGED  %s %s: %s: %s\n", c.Kind, c.ID, d.Path, d.Problem)
			}
		}
	}
	if damaged > 0 {
		return status{exitFailed, fmt.Errorf("%d files are damaged: restore them from a backup; `hubgraph rebuild` makes a DuckDB file again", damaged)}
	}
	return nil
}
