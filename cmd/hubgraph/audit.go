package main

import (
	"cmp"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hubgraph/internal/nightly"
	"hubgraph/queries"
)

// auditOptions are the flags of what audits.
type auditOptions struct {
	snapshot, baseline, failOn string
	checks                     []string
}

func (o *auditOptions) flags(flags *pflag.FlagSet) {
	flags.StringVar(&o.baseline, "baseline", nightly.LastComplete, "snapshot to compare with: an id, last-complete or none")
	flags.StringVar(&o.failOn, "fail-on", "critical", "lowest severity that can fail the run: critical, high, medium or low")
	flags.StringSliceVar(&o.checks, "check", nil, "run these checks only (repeatable)")
}

func (a *app) audit() *cobra.Command {
	var o auditOptions
	format := "text"
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Run the checks on the newest snapshot",
		Long: `Run the checks on a snapshot and, where they compare nights, on its baseline:
the newest earlier complete snapshot of the same portal and scope. Findings are
remembered, so that each is new, ongoing, resolved or reopened.

Exit code 6: at least one check failed, that is, has findings at or above
--fail-on that its gate does not allow. 3: somebody writes to the DuckDB file. ` + "`hubgraph checks`" + ` lists checks and gates.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s := a.loaded
			job, err := a.auditing(s, o)
			if err != nil {
				return err
			}
			files, unlock, err := a.lockedFiles(s.String("data"))
			if err != nil {
				return err
			}
			defer unlock()
			job.Files = files
			audited, err := nightly.Audit(cmd.Context(), job)
			if err != nil {
				return err
			}
			if format == "json" {
				err = audited.WriteJSON(a.stdout)
			} else {
				err = audited.WriteText(a.stdout)
			}
			aside := a.tellAside(audited.DuckDB)
			if err == nil && audited.Failed() {
				err = status{exitCheckFailed, nil}
			}
			return cmp.Or(err, aside)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.snapshot, "snapshot", "", "snapshot to audit (default: the newest complete one)")
	o.flags(flags)
	formatFlag(flags, &format)
	return cmd
}

// auditing is the audit that the flags ask for, but for where the snapshots are.
func (a *app) auditing(s settings, o auditOptions) (nightly.Auditing, error) {
	job := nightly.Auditing{Snapshot: o.snapshot, Baseline: o.baseline, Tool: version, Show: a.display()}
	var err error
	if job.Settings, err = s.checkSettings(); err != nil {
		return job, err
	}
	if job.Checks, err = queries.Select(o.checks...); err != nil {
		return job, err
	}
	if job.FailOn, err = queries.ParseSeverity(o.failOn); err != nil {
		return job, status{exitUsage, fmt.Errorf("--fail-on: %w", err)}
	}
	return job, nil
}
