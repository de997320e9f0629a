package main

import (
	"github.com/spf13/cobra"

	"hubgraph/internal/nightly"
	"hubgraph/queries/report"
)

func (a *app) run() *cobra.Command {
	c := crawlOptions{format: "text"}
	var o auditOptions
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Crawl, audit and report: what cron calls",
		Long: `Crawl the portal, audit what was read, and report both: crawl and audit in one
command, with the flags of both. A crawl with gaps is audited too; the checks
that lack evidence are skipped.

Exit code 6: at least one check failed. 3: none did, but the portal refused a part
of the crawl, or something could not be judged. 1: the query of a check broke.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s := a.loaded
			audit, err := a.auditing(cmd, o)
			if err != nil {
				return err
			}
			job, done, err := a.crawling(s, c)
			if err != nil {
				return err
			}
			defer done()
			night, audited, err := nightly.Run(cmd.Context(), job, audit)
			if night == nil {
				return err
			}
			incomplete := a.tellCrawl(night, "text")
			if err != nil || audited == nil {
				return err
			}
			if err := report.Write(a.stdout, "text", audited.Report, a.commands()); err != nil {
				return err
			}
			return judgement(audited.Report, incomplete, a.tellAside(audited.DuckDB), a.tellAside(night.DuckDB))
		},
	}
	c.flags(cmd.Flags())
	o.flags(cmd.Flags())
	return cmd
}
