package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"hubgraph/export/lake"
	"hubgraph/internal/nightly"
	"hubgraph/repair"
)

// applyOptions are the flags of repair apply.
type applyOptions struct {
	execute bool
	approve string
	most    int
	format  string
}

func (a *app) repairApply() *cobra.Command {
	var o applyOptions
	cmd := &cobra.Command{
		Use:   "apply PLAN.json",
		Short: "Look at a plan's operations again and, with --execute, create what is missing",
		Long: `Without --execute nothing is written: every operation is looked at again, and printed.
With --execute the plan must be approved: by its digest (--approve sha256:…), or
on a terminal by typing the portal's id and the number of operations.

The token comes from HUBSPOT_WRITE_TOKEN, else from HUBSPOT_ACCESS_TOKEN.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s := a.loaded
			plan, err := repair.Read(args[0])
			if err != nil {
				return err
			}
			run, err := a.apply(cmd.Context(), s, plan, o)
			if run == nil {
				return err
			}
			text := func(w io.Writer) error { return run.WriteText(w, plan) }
			if err := errors.Join(err, a.print(o.format, object(run), text)); err != nil {
				return err
			}
			if !run.Done() {
				return status{exitIncomplete, nil}
			}
			return nil
		},
	}
	portalFlags(cmd.Flags())
	cmd.Flags().BoolVar(&o.execute, "execute", false, "write to the portal")
	cmd.Flags().StringVar(&o.approve, "approve", "", "digest of the plan that is approved, sha256:HEX")
	cmd.Flags().IntVar(&o.most, "max-operations", 1000, "refuse a larger plan")
	formatFlag(cmd.Flags(), &o.format)
	return cmd
}

// apply applies a plan as the flags say.
func (a *app) apply(ctx context.Context, s settings, plan *repair.Plan, o applyOptions) (*repair.Run, error) {
	client, err := a.client(s, "HUBSPOT_WRITE_TOKEN", "HUBSPOT_ACCESS_TOKEN")
	if err != nil {
		return nil, err
	}
	job := nightly.Applying{Client: client, Plan: plan, Most: o.most, Show: a.display()}
	if o.execute {
		job.Approve = func() error { return a.approved(plan, o.approve) }
		job.Lock = func() (*lake.Data, func(), error) { return locked(lake.Find(s.String("data"))) }
	}
	return nightly.Apply(ctx, job)
}

// approved makes sure that a person, or a script that a person wrote, means this
// very plan.
func (a *app) approved(plan *repair.Plan, digest string) error {
	if digest != "" {
		if digest != plan.Digest {
			return status{exitGuard, fmt.Errorf("--approve names another plan: this one is %s", plan.Digest)}
		}
		return nil
	}
	in, ok := a.stdin.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return usage("--execute needs an approval: give --approve %s, or run it on a terminal", plan.Digest)
	}
	want := fmt.Sprintf("%d %d", plan.PortalID, len(plan.Operations))
	fmt.Fprintf(a.stderr, "This writes to portal %d. Type the portal's id and the number of operations to go on: ", plan.PortalID)
	typed, _ := bufio.NewReader(in).ReadString('\n')
	if strings.Join(strings.Fields(typed), " ") != want {
		return status{exitGuard, errors.New("not approved; nothing was written")}
	}
	return nil
}
