package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/queries"
)

// auditOptions are the flags of what audits.
type auditOptions struct {
	snapshot, baseline, failOn string
	checks                     []string
}

func (o *auditOptions) flags(flags *pflag.FlagSet) {
	flags.StringVar(&o.baseline, "baseline", "last-complete", "snapshot to compare with: an id, last-complete or none")
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
--fail-on that its gate does not allow. ` + "`hubgraph checks`" + ` lists checks and gates.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := oneOf("format", format, "text", "json"); err != nil {
				return err
			}
			s, err := a.settings(cmd)
			if err != nil {
				return err
			}
			rows, err := s.checkSettings()
			if err != nil {
				return err
			}
			files, unlock, err := a.lockedFiles(s.String("data"))
			if err != nil {
				return err
			}
			defer unlock()
			report, err := a.auditSnapshot(cmd.Context(), files, o, rows)
			if err != nil {
				return err
			}
			if format == "json" {
				err = report.WriteJSON(a.stdout)
			} else {
				err = report.WriteText(a.stdout)
			}
			if err == nil && report.Failed() {
				err = status{exitCheckFailed, nil}
			}
			return err
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.snapshot, "snapshot", "", "snapshot to audit (default: the newest complete one)")
	o.flags(flags)
	flags.StringVar(&format, "format", format, "text or json")
	return cmd
}

// auditSnapshot runs the checks in a DuckDB file made for them, writes what they
// found beside the lake, and publishes the file with it.
func (a *app) auditSnapshot(ctx context.Context, files *duckdb.Files, o auditOptions, rows []queries.Setting) (*queries.Report, error) {
	checks, err := queries.Select(o.checks...)
	if err != nil {
		return nil, err
	}
	failOn, err := queries.ParseSeverity(o.failOn)
	if err != nil {
		return nil, status{exitUsage, fmt.Errorf("--fail-on: %w", err)}
	}
	entry, err := a.audited(files, o.snapshot)
	if err != nil {
		return nil, err
	}
	baseline, err := chosenBaseline(files, entry, o.baseline)
	if err != nil {
		return nil, err
	}
	path, err := a.build(ctx, files, duckdb.Build{Snapshot: entry, Baseline: baseline, Settings: rows})
	if err != nil {
		return nil, err
	}
	db, err := duckdb.Open(path, a.memory)
	if err != nil {
		return nil, err
	}
	var report *queries.Report
	err = a.during("audit", "checks", func(tell func(done, total int)) (err error) {
		report, err = queries.Audit(ctx, db, queries.Options{AuditID: files.NewAuditID(time.Now()), Checks: checks, FailOn: failOn, ToolVersion: version, Progress: tell})
		return err
	})
	if err = errors.Join(err, db.Close()); err != nil {
		return nil, err
	}
	if _, err := files.WriteAudit(ctx, report, rows); err != nil {
		return nil, err
	}
	if err := files.AddAudit(ctx, path, report.AuditID); err != nil {
		return nil, err
	}
	_, warning, err := files.PublishDuckDB(path, entry.ID)
	if warning != "" {
		a.say("%s", warning)
	}
	return report, err
}

// audited finds the snapshot to audit. An incomplete one is audited where it is
// named, or where there is no other.
func (a *app) audited(files *duckdb.Files, id string) (lake.Entry, error) {
	if id != "" {
		return files.Find(id)
	}
	newest, err := files.Newest()
	if err != nil {
		return newest, err
	}
	complete, err := files.Snapshots()
	if err != nil || newest.Readable() {
		return newest, err
	}
	if len(complete) == 0 {
		a.say("The only snapshots are incomplete: checks that lack evidence are skipped.")
		return newest, nil
	}
	last := complete[len(complete)-1]
	a.say("The newest crawl, %s, is incomplete; this audits the last complete one, %s. `--snapshot %s` audits the other.", newest.ID, last.ID, newest.ID)
	return last, nil
}

func chosenBaseline(files *duckdb.Files, entry lake.Entry, choice string) (*lake.Entry, error) {
	switch choice {
	case "none":
		return nil, nil
	case "last-complete":
		return files.Baseline(entry)
	}
	baseline, err := files.Find(choice)
	if err == nil && !baseline.Readable() {
		err = usage("snapshot %s is incomplete and cannot be a baseline", choice)
	}
	return &baseline, err
}
