package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"hubgraph/internal/nightly"
	"hubgraph/repair"
)

func (a *app) repair() *cobra.Command {
	return group("repair", "Create the associations that an audit found missing: plan, show, apply, undo", `Repair creates associations, and removes only those that a run of it created: by
undo. A plan is made from the newest audit and only read; it is applied by a second
command, which looks at every operation again just before it writes.`, a.repairPlan(), a.repairShow(), a.repairApply(), a.repairUndo(), a.repairStatus())
}

func (a *app) repairPlan() *cobra.Command {
	var checks []string
	var output, format string
	var detailed bool
	cmd := &cobra.Command{
		Use:     "plan --output PLAN.json",
		Short:   "Plan the repair of the newest audit's findings; writes nothing to the portal",
		Example: "  hubgraph repair plan --output plan.json && hubgraph repair show plan.json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if output == "" {
				return usage("--output is missing: name the file for the plan, such as --output plan.json")
			}
			plan, err := nightly.Plan(cmd.Context(), a.loaded.String("data"), a.memory, checks)
			if err != nil {
				return err
			}
			if err := plan.Write(output); err != nil {
				return err
			}
			if err := a.tellPlan(plan, output, format); err != nil {
				return err
			}
			if detailed && len(plan.Operations) > 0 {
				return status{exitPlanned, nil}
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&checks, "check", nil, "plan for these checks only (default: every check that can be repaired)")
	flags.StringVar(&output, "output", "", "file to write the plan to")
	formatFlag(flags, &format)
	flags.BoolVar(&detailed, "detailed-exitcode", false, "exit with 8 where the plan is not empty")
	return cmd
}

func (a *app) tellPlan(p *repair.Plan, name, format string) error {
	out := struct {
		Plan       string `json:"plan"`
		Digest     string `json:"digest"`
		Operations int    `json:"operations"`
	}{name, p.Digest, len(p.Operations)}
	return a.print(format, object(out), func(w io.Writer) error {
		fmt.Fprintf(w, "%d operations in %s\n%s\n", out.Operations, name, p.Digest)
		if out.Operations > 0 {
			fmt.Fprintf(w, "look:  %s repair show %s\napply: %s\n", selfName(), name, a.commands().Command(fmt.Sprintf("repair apply %s --execute --approve %s", name, p.Digest)))
		}
		return nil
	})
}

func (a *app) repairShow() *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:   "show PLAN.json",
		Short: "Show what a plan would create",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			plan, err := repair.Read(args[0])
			if err != nil {
				return err
			}
			return a.print(format, object(plan), plan.WriteText)
		},
	}
	formatFlag(cmd.Flags(), &format)
	return cmd
}
