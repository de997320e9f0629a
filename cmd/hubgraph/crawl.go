package main

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hubgraph/crawl"
	"hubgraph/export/lake"
	"hubgraph/internal/nightly"
)

// crawlOptions are the flags of what crawls.
type crawlOptions struct {
	format     string
	properties []string
	dryRun     bool
}

func (o *crawlOptions) flags(flags *pflag.FlagSet) {
	portalFlags(flags)
	paceFlags(flags)
	typesFlag(flags)
	resumeFlags(flags)
	flags.String("directions", crawl.Both, "both, or smaller: read two types' associations only from the side with fewer records, in far fewer calls; inverses are not checked then")
	flags.String("lanes", crawl.LanesBoth, "both, or list: where a crawl takes minutes, search reads a part of the records beside the lists, within its own limit of 5 calls a second; list leaves that to other apps")
	_ = flags.SetAnnotation("lanes", "words", crawl.Lanes()) // there is such a flag
	flags.Bool("owners", false, "read the names of the users to whom records belong; they are people, and are not kept otherwise")
	flags.StringArrayVar(&o.properties, "properties", nil, "keep more properties, as contacts=email,jobtitle (repeatable, as many as wanted); names and addresses of people are not kept otherwise, those of deals, companies and the like are")
}

// typesFlag is the flag of what is about the object types of a crawl.
func typesFlag(flags *pflag.FlagSet) {
	flags.StringSlice("types", nil, "object types to crawl, by name or id, as the portal has them (default: "+strings.Join(crawl.DefaultTypes, ", ")+" and every custom object)")
}

func (a *app) crawl() *cobra.Command {
	var o crawlOptions
	cmd := &cobra.Command{
		Use:   "crawl",
		Short: "Read a portal into a snapshot: Parquet files and the DuckDB file",
		Long: `Read every record and every association of a portal, in both directions, into
a snapshot under --data, and make the DuckDB file anew.

The token comes from HUBSPOT_ACCESS_TOKEN, or from the file that
HUBSPOT_ACCESS_TOKEN_FILE names. It needs the read scopes of the object types.
Instead, HUBSPOT_OAUTH_CLIENT_ID, HUBSPOT_OAUTH_CLIENT_SECRET and
HUBSPOT_OAUTH_REFRESH_TOKEN (or each with _FILE) name an app that is installed in
the portal.

A crawl that ends early, for whatever reason, keeps what the portal has answered:
the same command goes on from there.

Exit code 3: the portal refused a part; the snapshot says which. Or somebody writes
to the DuckDB file, and the new one had to step aside. 75: the day's
requests are used up, but for --daily-reserve, or HubSpot does not answer.`,
		Example: `  hubgraph crawl --dry-run
  hubgraph crawl --types contacts,companies,deals --owners
  hubgraph crawl --properties contacts=email,jobtitle`,
		Args: takes(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			s := a.loaded
			rules, err := s.rules("")
			if err != nil {
				return err
			}
			job, done, err := a.crawling(s, o)
			if err != nil {
				return err
			}
			defer done()
			if o.dryRun {
				return a.dryRun(cmd.Context(), job, o.format)
			}
			night, err := nightly.Crawl(cmd.Context(), job, rules)
			if err != nil {
				return err
			}
			return a.tellCrawl(night, o.format, a.tellAside(night.DuckDB))
		},
	}
	o.flags(cmd.Flags())
	formatFlag(cmd.Flags(), &o.format)
	cmd.Flags().BoolVar(&o.dryRun, "dry-run", false, "print what the crawl would read and how many calls and minutes it would take; nothing is written")
	return cmd
}

// resumeFlags are the flags of a crawl that can go on with an earlier one.
func resumeFlags(flags *pflag.FlagSet) {
	flags.Duration("resume-within", 6*time.Hour, "go on with a crawl that ended early if it began no longer ago than this")
	flags.Bool("fresh", false, "begin anew, whatever an unfinished crawl has kept")
}

// resume is what the flags say about going on with an earlier crawl.
func (s settings) resume() (*nightly.Resume, error) {
	text := s.String("resume-within")
	within, err := time.ParseDuration(text)
	if err != nil || within < 0 {
		return nil, usage("--resume-within %q is no time: write 6h or 90m", text)
	}
	return &nightly.Resume{Within: within, Fresh: s.Bool("fresh")}, nil
}

// crawling is the crawl that the command line asks for; done ends what it needs. Nothing
// is made before it is known that the settings can be.
func (a *app) crawling(s settings, o crawlOptions) (job nightly.Crawling, done func(), err error) {
	job = nightly.Crawling{Lanes: s.String("lanes"), Own: s.own(), Memory: a.memory, Tool: version, Show: a.display()}
	if job.Scope, err = s.scope(o.properties); err != nil {
		return job, nil, err
	}
	if job.Inverses, err = s.inverses(); err != nil {
		return job, nil, err
	}
	if job.Resume, err = s.resume(); err != nil {
		return job, nil, err
	}
	if job.Client, err = a.client(s, "HUBSPOT_ACCESS_TOKEN"); err != nil {
		return job, nil, err
	}
	unlock := func() {}
	if !o.dryRun {
		if job.Data, unlock, err = locked(lake.Open(s.String("data"))); err != nil {
			job.Client.Close()
			return job, nil, err
		}
	}
	return job, func() { job.Client.Close(); unlock() }, nil
}

// dryRun prints what a crawl would read.
func (a *app) dryRun(ctx context.Context, job nightly.Crawling, format string) error {
	f, err := nightly.Foresee(ctx, job)
	if err != nil {
		return err
	}
	return a.print(format, object(f), f.WriteText)
}

// tellCrawl prints what a crawl read, unless people are to be left alone and there is
// nothing for them to do. The error is the status to end with; aside is the one that the
// DuckDB file ends with.
func (a *app) tellCrawl(n *nightly.Night, format string, aside error) error {
	lacks := cmp.Or(a.incomplete(n), aside)
	if a.quiet && lacks == nil && format == "text" {
		return nil
	}
	return cmp.Or(a.print(format, object(n), n.WriteText), lacks)
}

// incomplete is the status to end with where a crawl has gaps that are not known ones.
func (a *app) incomplete(n *nightly.Night) error {
	if len(n.Gaps()) > 0 && !n.GapsAre(a.loaded.list("known_gaps")) {
		return status{exitIncomplete, nil}
	}
	return nil
}
