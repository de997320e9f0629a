package main

import (
	"github.com/spf13/cobra"

	"hubgraph/export/lake"
	"hubgraph/internal/nightly"
	config "hubgraph/internal/settings"
)

func (a *app) snapshotsForget() *cobra.Command {
	format, dryRun := "text", false
	keep := map[string]*string{}
	cmd := &cobra.Command{
		Use:   "forget --keep-RULE N…",
		Short: "Remove snapshots that no rule keeps",
		Long: `Remove the snapshots that no rule keeps. A rule keeps the newest snapshot of each of
the last N days, ISO weeks or months (UTC) that have any; what one rule keeps
stays. Where there are fewer than N, the oldest snapshot stays, too. Complete and
incomplete snapshots are counted apart, and so are those of different scopes.

The newest complete snapshot is never removed, nor the accepted one, nor the
baseline of the newest. Audits stay. The DuckDB file knows the removed nights until it is made again.`,
		Example: `  hubgraph snapshots forget --keep-daily 14 --keep-weekly 8 --dry-run
  hubgraph snapshots forget --keep-monthly unlimited --keep-last 30`,
		Args: takes(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			policy, err := parsePolicy(keep)
			if err == nil && policy.Empty() {
				err = usage("no rule says what to keep: give at least one of --keep-last, --keep-daily, --keep-weekly and --keep-monthly")
			}
			if err != nil {
				return err
			}
			files, unlock, err := a.lockedFiles(a.loaded.String("data"))
			if err != nil {
				return err
			}
			defer unlock()
			forgotten, err := nightly.Forget(cmd.Context(), files, policy, dryRun)
			if err != nil {
				return err
			}
			return a.print(format, object(forgotten), forgotten.WriteText)
		},
	}
	flags := cmd.Flags()
	for _, name := range config.KeepRules {
		what := map[string]string{"last": "newest snapshots", "daily": "newest days", "weekly": "newest weeks", "monthly": "newest months"}[name]
		keep[name] = flags.String("keep-"+name, "0", "keep the snapshots of the N "+what+", or unlimited")
	}
	flags.BoolVar(&dryRun, "dry-run", false, "print what would be removed; remove nothing")
	formatFlag(flags, &format)
	return cmd
}

func parsePolicy(keep map[string]*string) (lake.Policy, error) {
	var p lake.Policy
	for name, to := range map[string]*int{"last": &p.Last, "daily": &p.Daily, "weekly": &p.Weekly, "monthly": &p.Monthly} {
		n, err := lake.ParseKeep(*keep[name])
		if err != nil {
			return p, usage("--keep-%s: %v", name, err)
		}
		*to = n
	}
	return p, nil
}
