package main

import (
	"errors"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/internal/nightly"
	"hubgraph/queries"
)

// auditOptions are the flags of what audits.
type auditOptions struct {
	snapshot, baseline, failOn string
	checks                     []string
	experimental               bool
}

func (o *auditOptions) flags(flags *pflag.FlagSet) {
	flags.StringVar(&o.baseline, "baseline", lake.LastComplete, "earlier night to compare with: an id, a date, last-complete, accepted or none")
	flags.StringVar(&o.failOn, "fail-on", string(queries.DefaultPolicy.FailOn), "lowest severity that can fail the run: critical, high, medium or low")
	flags.StringSliceVar(&o.checks, "check", nil, "run these checks only (repeatable)")
	experimentalFlag(flags, &o.experimental)
}

func (a *app) audit() *cobra.Command {
	var o auditOptions
	var out outputs
	var stored, rows string
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Run the checks on the newest snapshot, or print an audit again",
		Long: `Run the checks on a snapshot and, where they compare nights, on its baseline: the
newest earlier complete snapshot of the portal. Findings are remembered, so that
each is new, ongoing, resolved or reopened. What only compares two nights, such as
a label that was renamed, stays open until ` + "`hubgraph accept`" + ` takes its night.

An audit of chosen checks, of an older snapshot, or against another baseline than
hubgraph.yaml says is printed and kept, and changes nothing of what is remembered.
--stored prints an audit again, as it was.

--rows takes what the checks find from a folder that Spark or Sail filled, see
` + "`hubgraph checks --export`" + `, and audits the nights that these rows are of.

Exit code 6: at least one check failed: it has findings of at least --fail-on
that its gate does not allow. 3: something could not be judged for lack of
evidence, or somebody writes to the DuckDB file. What compares nights has
nothing to compare on a first night, and that alone is no lack. 1: the query of
a check broke. ` + "`hubgraph checks`" + ` lists checks and gates.`,
		Example: `  hubgraph audit
  hubgraph audit --check deal_fully_orphaned --format json
  hubgraph audit --baseline 2026-11-20 --fail-on high
  hubgraph audit --stored last --output audit.md`,
		Args: takes(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			s := a.loaded
			if err := a.prepare(&out); err != nil {
				return err
			}
			if stored != "" {
				for _, name := range []string{"snapshot", "baseline", "check", "fail-on", "rows"} {
					if cmd.Flags().Changed(name) {
						return usage("--stored prints an audit as it was made: leave out --%s", name)
					}
				}
				return a.printStored(cmd, stored, &out)
			}
			for _, name := range []string{"snapshot", "baseline"} {
				if rows != "" && cmd.Flags().Changed(name) {
					return usage("--rows are of the nights that they were made of: leave out --%s", name)
				}
			}
			job, err := a.auditing(cmd, o)
			if err != nil {
				return err
			}
			job.Rows = rows
			files, unlock, err := a.lockedFiles(s.String("data"))
			if err != nil {
				return err
			}
			defer unlock()
			job.Files, out.locked = files, true
			audited, err := nightly.Audit(cmd.Context(), job)
			if err != nil {
				return err
			}
			aside := a.tellAside(audited.DuckDB)
			if err := out.Audit(cmd.Context(), nil, audited.Report, lacking(aside)); err != nil {
				return err
			}
			return judgement(audited.Report, aside)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.snapshot, "snapshot", "", "snapshot to audit (default: the newest)")
	flags.StringVar(&stored, "stored", "", "print this audit again instead: its id, or last")
	flags.StringVar(&rows, "rows", "", "folder of the rows that another engine gave for the checks")
	o.flags(flags)
	out.flags(flags)
	a.pageFlag(&out, flags)
	out.notifyFlag(flags)
	return cmd
}

// auditing is the audit that the flags ask for, but for where the snapshots are.
func (a *app) auditing(cmd *cobra.Command, o auditOptions) (nightly.Auditing, error) {
	job := nightly.Auditing{Snapshot: o.snapshot, Experimental: o.experimental, Tool: version, Show: a.display()}
	if cmd.Flags().Changed("baseline") {
		job.Baseline = o.baseline
	}
	failOn := ""
	if cmd.Flags().Changed("fail-on") {
		failOn = o.failOn
	}
	var err error
	if job.Rules, err = a.loaded.rules(failOn); err != nil {
		return job, err
	}
	if cmd.Flags().Changed("check") && len(o.checks) == 0 {
		return job, usage("--check names no check: leave it out to run all")
	}
	if len(o.checks) > 0 {
		job.Checks, err = queries.SelectFrom(queries.With(job.Rules.Own...), o.checks...)
	}
	return job, err
}

// printStored prints an audit that was made before.
func (a *app) printStored(cmd *cobra.Command, id string, out *outputs) error {
	portal, err := a.portal()
	if err != nil {
		return err
	}
	if id == "last" {
		if id, err = portal.LastAudit(); err != nil {
			return err
		}
	}
	r, err := duckdb.Of(portal, a.memory).ReadAudit(cmd.Context(), id)
	if err != nil {
		return err
	}
	if err := out.Audit(cmd.Context(), nil, r, false); err != nil {
		return err
	}
	return judgement(r, nil)
}

// judgement is the status that an audit ends with. lacking is the one that what came
// before it would end with: that something was not read, or not put in its place.
func judgement(r *queries.Report, lacking ...error) error {
	switch outcome := r.Outcome(); {
	case outcome == queries.Breached:
		return status{exitFailed, errors.New("the query of a check broke: the report says which")}
	case outcome == queries.Misset:
		return status{exitUsage, errors.New("a policy of hubgraph.yaml names what the portal does not have: the report says which")}
	case outcome == queries.Failed:
		return status{exitCheckFailed, nil}
	case outcome == queries.Lacking, errors.Join(lacking...) != nil:
		return status{exitIncomplete, nil}
	}
	return nil
}
