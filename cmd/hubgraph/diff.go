package main

import (
	"github.com/spf13/cobra"

	"hubgraph/internal/nightly"
	"hubgraph/queries"
	"hubgraph/queries/report"
)

func (a *app) diff() *cobra.Command {
	var o outputs
	cmd := &cobra.Command{
		Use:   "diff [OLD [NEW]]",
		Short: "What changed between two nights: definitions, links, records",
		Long: `Compare two nights as the checks do: definitions of association types, links between
records that are live in both, and records. What was merged is one record in both. What
one of the nights did not read is not compared, and named.

OLD and NEW are ids of snapshots, days (the newest night of that day, UTC, or before),
accepted or last-complete. NEW is the newest complete night by default, and OLD the
night that it is compared with. --format brief prints the counts alone.`,
		Example: `  hubgraph diff
  hubgraph diff 2026-11-20 --output week.csv
  hubgraph diff accepted last-complete --format brief`,
		Args: takes(0, "OLD", "NEW"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.prepare(&o); err != nil {
				return err
			}
			data, err := a.data()
			if err != nil {
				return err
			}
			names := append(args, "", "")
			job := nightly.Comparing{Data: data, Old: names[0], New: names[1], Memory: a.memory, Show: a.display()}
			return o.Stream(func(write func(report.Event) error) error {
				err := nightly.Diff(cmd.Context(), job,
					func(d *queries.Diff) error { return write(report.Nights{Diff: d}) },
					func(d queries.Difference) error { return write(report.Difference{Difference: d}) })
				if err != nil {
					return err
				}
				return write(report.Done{})
			})
		},
	}
	cmd.Flags().BoolVar(&o.All, "all", false, "print all rows, and not the first 40 of each section")
	o.flags(cmd.Flags())
	return cmd
}
