package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"hubgraph/export/lake"
	"hubgraph/hubspot"
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
		Long: `Without --execute nothing is written: every operation is looked at again, and told.
With --execute the plan must be approved: by its digest (--approve sha256:…), or
on a terminal by typing the portal's id and the number of operations.

The token comes from HUBSPOT_WRITE_TOKEN, else from HUBSPOT_ACCESS_TOKEN.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := oneOf("format", o.format, "text", "json"); err != nil {
				return err
			}
			s, err := a.settings(cmd)
			if err != nil {
				return err
			}
			plan, err := repair.Read(args[0])
			if err != nil {
				return err
			}
			run, err := a.apply(cmd.Context(), s, plan, o)
			if run == nil {
				return err
			}
			if err := errors.Join(err, a.tellRun(plan, run, o.format)); err != nil {
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
	cmd.Flags().StringVar(&o.format, "format", "text", "text or json")
	return cmd
}

// apply checks a plan against its portal and the approval, then applies it.
func (a *app) apply(ctx context.Context, s settings, plan *repair.Plan, o applyOptions) (*repair.Run, error) {
	client, err := a.client(s, "HUBSPOT_WRITE_TOKEN", "HUBSPOT_ACCESS_TOKEN")
	if err != nil {
		return nil, err
	}
	account, err := client.Account(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the account: %w", err)
	}
	if err := plan.Check(account.PortalID, time.Now(), o.most); err != nil {
		return nil, err
	}
	if !o.execute {
		return repair.Apply(ctx, client, plan, nil)
	}
	if err := a.approved(plan, o.approve); err != nil {
		return nil, err
	}
	return a.applyWithJournal(ctx, s, client, plan)
}

func (a *app) applyWithJournal(ctx context.Context, s settings, c *hubspot.Client, plan *repair.Plan) (*repair.Run, error) {
	data, unlock, err := a.findLocked(s.String("data"))
	if err != nil {
		return nil, err
	}
	defer unlock()
	journal, err := a.journal(data)
	if err != nil {
		return nil, err
	}
	a.say("journal: %s", journal.Name())
	run, err := repair.Apply(ctx, c, plan, journal)
	return run, errors.Join(err, journal.Close())
}

// journal starts the journal of a repair, in the data folder.
func (a *app) journal(data *lake.Data) (*repair.Journal, error) {
	return repair.CreateJournal(filepath.Join(data.Dir(), "repairs"), time.Now().UTC().Format(lake.IDLayout))
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

func (a *app) tellRun(p *repair.Plan, run *repair.Run, format string) error {
	if format == "json" {
		return json.NewEncoder(a.stdout).Encode(run)
	}
	counts := map[string]int{}
	for i, op := range run.Operations {
		outcome := "would be sent"
		if op.Outcome != nil {
			outcome = string(*op.Outcome)
		}
		counts[outcome]++
		if op.Cause != nil {
			fmt.Fprintf(a.stdout, "%s: operation %d, %s: %s\n", outcome, op.N, p.Operations[i].Ends(), *op.Cause)
		}
	}
	var parts []string
	for _, outcome := range []string{"would be sent", "applied", "satisfied", "stale", "blocked", "failed", "unknown"} {
		if n := counts[outcome]; n > 0 {
			parts = append(parts, strconv.Itoa(n)+" "+outcome)
		}
	}
	fmt.Fprintf(a.stdout, "%d operations: %s\n", len(run.Operations), strings.Join(append(parts, "nothing to do")[:max(len(parts), 1)], ", "))
	return nil
}
