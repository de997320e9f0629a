package main

import (
	"cmp"

	"github.com/spf13/cobra"

	"hubgraph/internal/nightly"
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
part of the crawl, or somebody writes to the DuckDB file.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s := a.loaded
			audit, err := a.auditing(s, o)
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
			if err := audited.WriteText(a.stdout); err != nil {
				return err
			}
			aside := a.tellAside(audited.DuckDB)
			if audited.Failed() {
				return status{exitCheckFailed, nil}
			}
			return cmp.Or(incomplete, aside)
		},
	}
	c.flags(cmd.Flags())
	o.flags(cmd.Flags())
	return cmd
}
