package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"hubgraph/queries"
)

func (a *app) run() *cobra.Command {
	c := crawlOptions{format: "text"}
	var o auditOptions
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Crawl, audit and tell: what cron calls",
		Long: `Crawl the portal, audit what was read, and tell both: crawl and audit in one
command, with the flags of both. A crawl with gaps is audited too; the checks
that lack evidence are skipped.

Exit code 6: at least one check failed. 3: none did, but the portal refused a
part of the crawl.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			j, err := a.crawlJob(cmd, c)
			if err != nil {
				return err
			}
			defer j.done()
			report, incomplete, err := a.crawlAndAudit(cmd.Context(), j, o)
			if err := a.closeJournal(j, err); err != nil {
				return err
			}
			if err := report.WriteText(a.stdout); err != nil {
				return err
			}
			if report.Failed() {
				return status{exitCheckFailed, nil}
			}
			return incomplete
		},
	}
	c.flags(cmd.Flags())
	o.flags(cmd.Flags())
	return cmd
}

// crawlAndAudit crawls, tells it and audits. Where the crawl has gaps incomplete is
// the status to end with.
func (a *app) crawlAndAudit(ctx context.Context, j *crawlJob, o auditOptions) (report *queries.Report, incomplete, err error) {
	night, err := a.snapshot(ctx, j)
	if err != nil {
		return nil, nil, err
	}
	incomplete = a.tellCrawl(night, "text")
	if incomplete != nil && !errors.As(incomplete, &status{}) {
		return nil, nil, incomplete
	}
	o.snapshot = night.entry.ID
	report, err = a.auditSnapshot(ctx, j.files, o, j.checks)
	return report, incomplete, err
}
