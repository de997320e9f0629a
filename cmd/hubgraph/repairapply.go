package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hubgraph/export/lake"
	"hubgraph/hubspot"
	"hubgraph/internal/nightly"
	"hubgraph/internal/terminal"
	"hubgraph/repair"
)

// applyOptions are the flags of repair apply.
type applyOptions struct {
	execute, resume, sandbox bool
	approve, share, format   string
	repair.ApplyOptions
}

func (a *app) repairApply() *cobra.Command {
	o := applyOptions{ApplyOptions: repair.DefaultOptions()}
	cmd := &cobra.Command{
		Use:   "apply PLAN.json",
		Short: "Check a plan's operations again and, with --execute, send them",
		Long: `Without --execute nothing is written: every operation is looked at again, and printed.
With --execute the plan must be approved: by its digest (--approve sha256:…), or
on a terminal by typing the portal's id and the number of operations.

Just before a batch is sent, all that its operations rest on is read again. What no
longer holds is left alone, and said. A few are sent first and read back twice. The
run stops itself where HubSpot refuses much, where a row comes or goes that nobody
planned, and where more than 20% of the plan no longer holds. What it wrote is in a
journal: --resume goes on with a run that stopped, ` + "`hubgraph repair undo`" + ` takes one back.

The token comes from HUBSPOT_WRITE_TOKEN, else from HUBSPOT_ACCESS_TOKEN.`,
		Example: `  hubgraph repair apply plan.json
  hubgraph repair apply plan.json --execute
  hubgraph repair apply plan.json --execute --resume`,
		Args: takes(1, "PLAN.json"),
		RunE: func(cmd *cobra.Command, args []string) error {
			plan, err := repair.Read(args[0])
			if err != nil {
				return err
			}
			run, err := a.apply(cmd.Context(), plan, o)
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
	flags := cmd.Flags()
	portalFlags(flags)
	flags.String("rate-share", "0.5", "part of the portal's burst limit to use, the rest is for its other apps; or auto: what they leave")
	flags.BoolVar(&o.execute, "execute", false, "write to the portal")
	flags.StringVar(&o.approve, "approve", "", "digest of the plan that is approved, sha256:HEX")
	flags.BoolVar(&o.resume, "resume", false, "go on with the run of this plan that stopped")
	flags.BoolVar(&o.sandbox, "sandbox-only", false, "refuse a portal that is no sandbox")
	flags.IntVar(&o.Operations, "max-operations", o.Operations, "refuse a larger plan")
	flags.StringVar(&o.share, "max-share", "1%", "refuse a plan for more of the links of a type (100 are always allowed)")
	flags.IntVar(&o.PerRecord, "max-per-record", o.PerRecord, "refuse a plan that gives a record more new links by what is inferred or given")
	flags.BoolVar(&o.NoCanary, "no-canary", false, "do not send a few operations first")
	flags.StringSliceVar(&o.Force, "force-class", nil, "apply the operations of this class though too much of the portal lacks its inverse")
	formatFlag(flags, &o.format)
	return cmd
}

// apply applies a plan as the flags say.
func (a *app) apply(ctx context.Context, plan *repair.Plan, o applyOptions) (*repair.Run, error) {
	var err error
	if o.Share, err = part(o.share); err != nil {
		return nil, usage("--max-share %v", err)
	}
	for _, class := range o.Force {
		if !slices.Contains(repair.Classes(), class) {
			return nil, usage("--force-class %q is not known: choose %s", class, strings.Join(repair.Classes(), ", "))
		}
	}
	dir := a.loaded.String("data")
	return nightly.Apply(ctx, nightly.Applying{
		Plan: plan, Options: o.ApplyOptions, Dir: dir, Execute: o.execute, Resume: o.resume, Sandbox: o.sandbox,
		Approved: func() error { return a.approved(plan, o.approve) },
		Confirm: func() error {
			if o.approve != "" {
				return nil
			}
			return a.confirm(plan)
		},
		Connect: a.writer,
		Lock:    func() (*lake.Data, func(), error) { return locked(lake.Find(dir)) },
		Show:    a.display(),
	})
}

// writeToken is the variable of the token that repairs are written with.
const writeToken = "HUBSPOT_WRITE_TOKEN"

// writer is the client of the token that may write, or else of the other one.
func (a *app) writer() (*hubspot.Client, error) {
	return a.client(a.loaded, writeToken, "HUBSPOT_ACCESS_TOKEN")
}

// approved makes sure that a script that a person wrote means this very plan, or that
// there is a terminal to ask at.
func (a *app) approved(plan *repair.Plan, digest string) error {
	switch {
	case digest == "" && a.terminal() == nil:
		return usage("--execute needs an approval: give --approve %s, or run it on a terminal", plan.Digest)
	case digest != "" && digest != plan.Digest:
		return status{exitGuard, fmt.Errorf("--approve names another plan: this one is %s", plan.Digest)}
	}
	return nil
}

// terminal is where a person can be asked; nil where there is none.
func (a *app) terminal() *os.File { return terminal.Of(a.stdin) }

// confirm makes sure that a person means this very plan.
func (a *app) confirm(plan *repair.Plan) error {
	want := fmt.Sprintf("%d %d", plan.PortalID, len(plan.Operations))
	fmt.Fprintf(a.stderr, "This writes to portal %d. Type the portal's id and the number of operations to go on: ", plan.PortalID)
	typed, _ := bufio.NewReader(a.terminal()).ReadString('\n')
	if strings.Join(strings.Fields(typed), " ") != want {
		return status{exitGuard, errors.New("not approved; nothing was written")}
	}
	return nil
}
