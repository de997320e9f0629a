package main

import (
	"io"

	"github.com/spf13/cobra"

	"hubgraph/internal/nightly"
	"hubgraph/repair"
)

func (a *app) repairUndo() *cobra.Command {
	var output, format string
	cmd := &cobra.Command{
		Use:   "undo RUN --output PLAN.json",
		Short: "Plan to take back what a run added; writes nothing to the portal",
		Long: `The plan takes back exactly what the run added and read back, as far as it is still
there, and is applied like any other. What would take more with it is kept, and the
plan says why. What a workflow did because of a new association is not taken back.`,
		Example: "  hubgraph repair undo 20261122T030000Z --output undo.json",
		Args:    takes(1, "RUN"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if output == "" {
				return usage("--output is missing: name the file for the plan, such as --output undo.json")
			}
			plan, err := nightly.Undo(cmd.Context(), a.loaded.String("data"), args[0], a.writer)
			if err != nil {
				return err
			}
			if err := plan.Write(output); err != nil {
				return err
			}
			return a.tellPlan(&nightly.Planned{Plan: plan, NotRun: []string{}, Lost: []nightly.Loss{}}, output, format)
		},
	}
	portalFlags(cmd.Flags())
	cmd.Flags().StringVar(&output, "output", "", "file to write the plan to")
	formatFlag(cmd.Flags(), &format)
	return cmd
}

func (a *app) repairStatus() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:     "status",
		Short:   "List the runs that applied plans, and what became of them",
		Example: "  hubgraph repair status",
		Args:    takes(0),
		RunE: func(*cobra.Command, []string) error {
			runs, err := nightly.RepairStatus(a.loaded.String("data"))
			if err != nil {
				return err
			}
			return a.print(format, object(runs), func(w io.Writer) error { return repair.WriteStatus(w, runs) })
		},
	}
	formatFlag(cmd.Flags(), &format)
	return cmd
}
