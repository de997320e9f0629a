package main

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"

	"hubgraph/export/lake"
	"hubgraph/internal/nightly"
	config "hubgraph/internal/settings"
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
that lack evidence are skipped. Where hubgraph.yaml has keep, older nights that it leaves
out are removed then, as hubgraph snapshots forget does it. With --quiet, nothing is printed where nothing is new,
nothing failed and nothing is missing: a mail from cron means work.

Exit code 6: at least one check failed. 3: none did, but the portal refused a part
of the crawl, or something could not be judged. 1: the query of a check broke.`,
		Example: `  hubgraph run --quiet
  hubgraph run --output last.md --output last.junit.xml`,
		Args: takes(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			s := a.loaded
			if err := a.prepare(&out); err != nil {
				return err
			}
			audit, err := a.auditing(cmd, o)
			if err != nil {
				return err
			}
			keep, err := s.keep()
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
			if err := a.forget(cmd.Context(), crawled, keep); err != nil {
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

// keep is which nights stay, by keep in the settings file.
func (s settings) keep() (lake.Policy, error) {
	rules := map[string]*string{}
	for _, name := range config.KeepRules {
		rules[name] = new(cmp.Or(s.String("keep-"+name), "0"))
	}
	return parsePolicy(rules)
}

// forget removes the nights that a policy leaves out, once a night has come that counts.
func (a *app) forget(ctx context.Context, night *nightly.Night, policy lake.Policy) error {
	if policy.Empty() || !night.Entry.Readable() {
		return nil
	}
	forgotten, err := nightly.Forget(ctx, night.Files, policy, false)
	if err == nil && len(forgotten.Remove) > 0 {
		a.display().Say("snapshots: %s", forgotten.Summary())
	}
	return err
}
