package main

import (
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hubgraph/internal/nightly"
	"hubgraph/queries"
	"hubgraph/queries/report"
)

func (a *app) findings() *cobra.Command {
	var o outputs
	var filter queries.Filter
	var by, since, money string
	cmd := &cobra.Command{
		Use:   "findings [FINGERPRINT]",
		Short: "List what is open, new, resolved or waived; one finding whole",
		Long: `List the findings that are remembered: by default the open ones, the new ones first,
then those with most money. With the first digits of a fingerprint, at least 8, print
all of one finding: its evidence, what became of it over the nights, its SQL.

--state new is what the newest audit brought; with --since, what came since that day.`,
		Example: `  hubgraph findings --state new
  hubgraph findings --group-by owner --check deal_fully_orphaned
  hubgraph findings --group-by family
  hubgraph findings --state resolved --since 2026-11-20 --output resolved.csv`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.prepare(&o); err != nil {
				return err
			}
			if len(args) == 1 {
				for _, name := range []string{"state", "check", "owner", "family", "since", "age", "money", "group-by"} {
					if f := cmd.Flags().Lookup(name); f.Changed && f.Value.String() != f.DefValue {
						return usage("a fingerprint names one finding: leave out --%s", name)
					}
				}
				return a.finding(cmd, args[0], &o)
			}
			_, err := queries.Select(filter.Checks...)
			if err == nil && since != "" {
				if filter.Since, err = time.Parse(time.DateOnly, since); err != nil {
					err = usage("--since %q is no day: write one as 2026-11-20", since)
				}
			}
			if err == nil && money != "" {
				if filter.Amount, filter.Currency, err = queries.ParseMoney(money); err != nil {
					err = usage("--money: %v", err)
				}
			}
			if err == nil && filter.Days < 0 {
				err = usage("--age %d is no number of days", filter.Days)
			}
			if err != nil {
				return err
			}
			r, err := nightly.Findings(cmd.Context(), a.loaded.String("data"), a.memory, filter)
			if err != nil {
				return err
			}
			return o.Events(report.RegisterEvents(r, filter.State, strings.TrimPrefix(by, "none")))
		},
	}
	flags := cmd.Flags()
	wordFlag(flags, &filter.State, "state", states...)
	flags.StringSliceVar(&filter.Checks, "check", nil, "of these checks only (repeatable)")
	flags.StringVar(&filter.Owner, "owner", "", "of records of this owner: an id, or a name where names were read")
	flags.StringVar(&filter.Family, "family", "", "of this family, as an audit and --group-by family name it")
	flags.StringVar(&since, "since", "", "to which something happened since this day, UTC: YYYY-MM-DD")
	flags.IntVar(&filter.Days, "age", 0, "open for at least so many days")
	flags.StringVar(&money, "money", "", `about at least so much money: 5000, or "5000 EUR"`)
	wordFlag(flags, &by, "group-by", append([]string{"none"}, report.Groupings()...)...)
	flags.BoolVar(&o.All, "all", false, "print all rows, and not the first 40")
	o.flags(flags)
	return cmd
}

// finding prints one finding.
func (a *app) finding(cmd *cobra.Command, fingerprint string, o *outputs) error {
	w, err := nightly.Finding(cmd.Context(), a.loaded.String("data"), a.memory, fingerprint)
	if err != nil {
		return err
	}
	return o.Events(slices.Values([]report.Event{report.Whole{Whole: w}}))
}
