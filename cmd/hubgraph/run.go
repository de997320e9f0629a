package main

import (
	"github.com/spf13/cobra"

	"hubgraph/internal/nightly"
)

func (a *app) run() *cobra.Command {
	c := crawlOptions{format: "text"}
	var o auditOptions
	var out outputs
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Crawl, audit and report: what cron calls",
		Long: `Crawl the portal, audit what was read, and report both: crawl and audit in one
command, with the flags of both. A crawl with gaps is audited too; the checks
that lack evidence are skipped. With --quiet, nothing is printed where nothing is new,
nothing failed and nothing is missing: a mail from cron means work.

Exit code 6: at least one check failed. 3: none did, but the portal refused a part
of the crawl, or something could not be judged. 1: the query of a check broke.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s := a.loaded
			if err := a.prepare(&out); err != nil {
				return err
			}
			audit, err := a.auditing(cmd, o)
			if err != nil {
				return err
			}
			job, done, err := a.crawling(s, c)
			if err != nil {
				return err
			}
			defer done()
			crawled, audited, err := nightly.Run(cmd.Context(), job, audit)
			if crawled == nil {
				return err
			}
			if err != nil || audited == nil {
				_ = a.tellCrawl(crawled, "text", err) // the error is worse than what lacks
				return err
			}
			incomplete := a.incomplete(crawled)
			asides := []error{a.tellAside(audited.DuckDB), a.tellAside(crawled.DuckDB)}
			if err := out.Audit(cmd.Context(), crawled, audited.Report, lacking(append(asides, incomplete)...)); err != nil {
				return err
			}
			return judgement(audited.Report, append(asides, incomplete)...)
		},
	}
	c.flags(cmd.Flags())
	o.flags(cmd.Flags())
	out.flags(cmd.Flags())
	a.pageFlag(&out, cmd.Flags())
	out.notifyFlag(cmd.Flags())
	return cmd
}
