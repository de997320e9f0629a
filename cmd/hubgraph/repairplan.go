package main

import (
	"io"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hubgraph/internal/nightly"
	"hubgraph/repair"
)

// planFlags are the flags of repair plan that the command itself reads.
type planFlags struct {
	job            nightly.Planning
	only           []string
	output, format string
	detailed       bool
}

func (a *app) repairPlan() *cobra.Command {
	var f planFlags
	cmd := &cobra.Command{
		Use:   "plan --output PLAN.json",
		Short: "Plan what is to be added; writes nothing to the portal",
		Long: `A plan is made of the newest audit, which must be of the newest snapshot. By
itself it holds what the portal determines: missing inverses, plain associations
missing under labels, and the primary mark of an only company. --restore-from,
--rule and --pairs ask for other sources, and then only for these; --check
beside them adds what those checks determine.

What would take a place that another record holds, and what else is known not to
be possible, is no operation: the plan lists it as blocked, with the cause.`,
		Example: `  hubgraph repair plan --output plan.json && hubgraph repair show plan.json
  hubgraph repair plan --restore-from last-complete --output plan.json
  hubgraph repair plan --restore-from 2026-11-21 --only deals:1 --output p.json
  hubgraph repair plan --rule deal_company_of_contacts --output plan.json
  hubgraph repair plan --pairs pairs.csv --output plan.json   # from,to,label`,
		Args: takes(0),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.plan(cmd, f) },
	}
	f.add(cmd.Flags())
	return cmd
}

func (f *planFlags) add(flags *pflag.FlagSet) {
	o := &f.job.Options
	flags.StringSliceVar(&f.job.Checks, "check", nil, "plan for these checks only")
	flags.StringVar(&f.job.Family, "family", "", "only what repairs findings of this family")
	flags.StringVar(&f.job.Night, "restore-from", "", "put back what a night had: a snapshot, a date, last-complete, accepted, or the fingerprint of an event")
	flags.BoolVar(&o.IncludeReplaced, "include-replaced", false, "also what was replaced that night")
	flags.StringSliceVar(&o.Rules, "rule", nil, "infer where one candidate is left: contact_company_of_domain, deal_company_of_contacts")
	flags.StringVar(&o.Pairs, "pairs", "", "file of pairs, CSV or JSON lines: from, to, label or type_id and category")
	flags.BoolVar(&o.AcceptLearned, "accept-learned", false, "inverses learned from links, too")
	flags.StringSliceVar(&o.Force, "force-class", nil, "plan a class that is refused, as too much lacks its inverse: determined")
	flags.StringArrayVar(&f.only, "only", nil, "only of a record (deals:123), or with values (from_type=deals,label=Payer); repeatable")
	flags.IntSliceVar(&o.Parts.Except, "except", nil, "leave out operations, by the numbers that they have without this flag")
	flags.IntVar(&o.Parts.Limit, "limit", 0, "only the first so many operations")
	flags.DurationVar(&o.MaxAge, "max-age", repair.MaxAge, "life of the plan from the crawl on")
	flags.StringVar(&f.output, "output", "", "file to write the plan to")
	formatFlag(flags, &f.format)
	flags.BoolVar(&f.detailed, "detailed-exitcode", false, "exit with 8 where the plan is not empty")
}

// plan makes a plan and writes it.
func (a *app) plan(cmd *cobra.Command, f planFlags) error {
	o := &f.job.Options
	switch {
	case f.output == "":
		return usage("--output is missing: name the file for the plan, such as --output plan.json")
	case o.MaxAge <= 0 || o.MaxAge > 365*24*time.Hour:
		return usage("--max-age %s: give a time such as 24h, up to a year", o.MaxAge)
	case o.Parts.Limit < 0 || cmd.Flags().Changed("limit") && o.Parts.Limit == 0:
		return usage("--limit %d: give a number of operations, from 1 on", o.Parts.Limit)
	}
	for _, class := range o.Force {
		if class != repair.Determined {
			return usage("--force-class %s: only the class %s can be refused at planning", class, repair.Determined)
		}
	}
	for _, text := range f.only {
		s, err := repair.ParseSelector(text)
		if err != nil {
			return err
		}
		o.Parts.Only = append(o.Parts.Only, s)
	}
	f.job.Dir, f.job.Memory = a.loaded.String("data"), a.memory
	plan, err := nightly.Plan(cmd.Context(), f.job)
	if err != nil {
		return err
	}
	if err := plan.Write(f.output); err != nil {
		return err
	}
	if err := a.tellPlan(plan, f.output, f.format); err != nil {
		return err
	}
	switch {
	case len(plan.Operations) == 0 && len(plan.NotRun) > 0:
		return status{exitIncomplete, nil}
	case f.detailed && len(plan.Operations) > 0:
		return status{exitPlanned, nil}
	}
	return nil
}

func (a *app) tellPlan(p *nightly.Planned, name, format string) error {
	out := struct {
		Plan       string         `json:"plan"`
		Digest     string         `json:"digest"`
		Operations int            `json:"operations"`
		Blocked    int            `json:"blocked"`
		NotRun     []string       `json:"not_run"`
		OpenLosses []nightly.Loss `json:"open_losses"` // see nightly.Planned
	}{name, p.Digest, len(p.Operations), len(p.Blocked), p.NotRun, p.Lost}
	return a.print(format, object(out), func(w io.Writer) error { return p.WriteText(w, name, a.commands().Command) })
}
