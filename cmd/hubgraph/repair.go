package main

import (
	"github.com/spf13/cobra"

	"hubgraph/repair"
)

func (a *app) repair() *cobra.Command {
	return group("repair", "Create the associations that an audit found missing", `Repair creates associations, and removes only those that a run of it created: by
undo. A plan is made from the newest audit and only read; it is applied by a second
command, which looks at every operation again just before it writes.`, a.repairPlan(), a.repairShow(), a.repairApply(), a.repairUndo(), a.repairStatus())
}

func (a *app) repairShow() *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:     "show PLAN.json",
		Short:   "Show what a plan would create",
		Example: "  hubgraph repair show plan.json",
		Args:    takes(1, "PLAN.json"),
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
