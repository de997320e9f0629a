package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hubgraph/crawl"
	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/graphmodel"
	"hubgraph/hubspot"
	"hubgraph/queries"
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

Exit code 3: the portal refused a part; the snapshot says which. 75: the day's
requests are used up, but for --daily-reserve, or HubSpot does not answer.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := oneOf("format", o.format, "text", "json"); err != nil {
				return err
			}
			j, err := a.crawlJob(cmd, o)
			if err != nil {
				return err
			}
			defer j.done()
			if o.dryRun {
				return a.dryRun(cmd.Context(), j, o.format)
			}
			night, err := a.snapshot(cmd.Context(), j)
			if err == nil && night.s.Readable() {
				err = a.rebuildFor(cmd.Context(), j.files, night.entry, j.checks)
			}
			if err := a.closeJournal(j, err); err != nil {
				return err
			}
			return a.tellCrawl(night, o.format)
		},
	}
	o.flags(cmd.Flags())
	cmd.Flags().StringVar(&o.format, "format", "text", "text or json")
	cmd.Flags().BoolVar(&o.dryRun, "dry-run", false, "tell what the crawl would read and how many calls and minutes it would take; nothing is written")
	return cmd
}

// openLocked opens the data folder for one writer, and makes it where there is none.
func (a *app) openLocked(dir string) (*lake.Data, func(), error) {
	return a.locked(lake.Open(dir))
}

// findLocked opens a data folder that is there for one writer.
func (a *app) findLocked(dir string) (*lake.Data, func(), error) {
	return a.locked(lake.Find(dir))
}

func (a *app) locked(data *lake.Data, err error) (*lake.Data, func(), error) {
	if err != nil {
		return nil, nil, err
	}
	unlock, err := data.Lock()
	return data, unlock, err
}

// lockedFiles opens the data of the one portal that a folder holds for one writer, or
// for one reader of everything.
func (a *app) lockedFiles(dir string) (*duckdb.Files, func(), error) {
	data, unlock, err := a.findLocked(dir)
	if err != nil {
		return nil, nil, err
	}
	portal, err := data.Only()
	if err != nil {
		unlock()
		return nil, nil, err
	}
	return duckdb.Of(portal, a.memory), unlock, nil
}

// night is a finished crawl.
type night struct {
	entry   lake.Entry
	s       *graphmodel.Snapshot
	retries int64
}

// crawlJob is what a crawl reads, what it is asked for, and where that goes.
type crawlJob struct {
	client   *hubspot.Client
	data     *lake.Data
	files    *duckdb.Files // the portal's part of data, once it is known
	unlock   func()
	scope    crawl.Scope
	inverses []crawl.Inverse
	checks   []queries.Setting
	resume   *resume // nil: what a crawl that ends early has read is lost
	journal  *crawl.Journal
}

// crawlJob prepares what the command line asks for. Nothing is made before it is
// known that the settings can be.
func (a *app) crawlJob(cmd *cobra.Command, o crawlOptions) (*crawlJob, error) {
	s, err := a.settings(cmd)
	if err != nil {
		return nil, err
	}
	j := &crawlJob{}
	if j.scope, err = s.scope(o.properties); err != nil {
		return nil, err
	}
	if j.inverses, err = s.inverses(); err != nil {
		return nil, err
	}
	if j.checks, err = s.checkSettings(); err != nil {
		return nil, err
	}
	if j.resume, err = s.resume(); err != nil {
		return nil, err
	}
	if j.client, err = a.client(s, "HUBSPOT_ACCESS_TOKEN"); err != nil {
		return nil, err
	}
	if o.dryRun {
		return j, nil
	}
	j.data, j.unlock, err = a.openLocked(s.String("data"))
	return j, err
}

func (j *crawlJob) done() {
	j.client.Close()
	if j.unlock != nil {
		j.unlock()
	}
}

// snapshot crawls a portal and publishes what it found. The job's journal stays
// open, for what is still to be done with the snapshot.
func (a *app) snapshot(ctx context.Context, j *crawlJob) (*night, error) {
	before := j.client.Stats().Retries
	bar := a.progress(j.client)
	result, err := a.read(ctx, j, bar)
	bar.done(err)
	if err != nil {
		return nil, untilMidnight(err, j.client)
	}
	defer result.Close()
	if n := result.Repeated; n > 0 {
		a.say("%d rows of lists were of records that had come before: the newest version of each is kept", n)
	}
	entry, err := publish(ctx, j, result.Snapshot)
	if err != nil {
		return nil, err
	}
	return &night{entry: entry, s: result.Snapshot, retries: j.client.Stats().Retries - before}, nil
}

// read crawls a portal, from where an earlier run ended if there is one.
func (a *app) read(ctx context.Context, j *crawlJob, bar *progress) (*crawl.Result, error) {
	source, err := crawl.Connect(ctx, j.client)
	if err != nil {
		return nil, err
	}
	portal, err := j.data.Portal(source.Account.PortalID)
	if err != nil {
		return nil, err
	}
	j.files = duckdb.Of(portal, a.memory)
	if j.scope, err = source.Resolve(ctx, j.scope); err != nil {
		return nil, err
	}
	if err := bar.aside(func() error { return a.openJournal(source, j) }); err != nil {
		return nil, err
	}
	plan, err := source.Plan(ctx, j.scope)
	if err != nil {
		return nil, err
	}
	plan.Notes = append(plan.Notes, plan.Unmet(j.inverses)...)
	if err := bar.aside(func() error { return a.sayNotes(plan) }); err != nil {
		return nil, err
	}
	options := crawl.Options{Inverses: j.inverses, Progress: bar.show}
	if options.Remembered, err = remembered(ctx, j.files); err != nil {
		return nil, err
	}
	if options.Dir, err = j.data.Work("crawl"); err != nil {
		return nil, err
	}
	return crawl.Run(ctx, j.client, plan, options)
}

// sayNotes tells what is odd about a plan.
func (a *app) sayNotes(p *crawl.Plan) error {
	for _, note := range p.Notes {
		a.say("warning: %s", note)
	}
	return nil
}

// publish writes a snapshot into the lake, unless the run that the crawl goes on
// from has done so.
func publish(ctx context.Context, j *crawlJob, s *graphmodel.Snapshot) (lake.Entry, error) {
	s.Tool, s.APIVersion, s.FinishedAt = version, j.client.APIVersion(), time.Now().UTC()
	done, err := j.files.StartedAt(s.StartedAt)
	switch {
	case err != nil:
		return lake.Entry{}, err
	case done != nil:
		s.ID = done.ID
		return *done, nil
	}
	s.ID = j.files.NewID(s.StartedAt)
	return j.files.Publish(ctx, s)
}

// remembered are the inverses that earlier nights learned.
func remembered(ctx context.Context, files *duckdb.Files) ([]graphmodel.Learned, error) {
	complete, err := files.Snapshots()
	if err != nil || len(complete) == 0 {
		return nil, err
	}
	return files.Learned(ctx, complete[len(complete)-1])
}

// rebuildFor makes the DuckDB file of a snapshot and its baseline.
func (a *app) rebuildFor(ctx context.Context, files *duckdb.Files, entry lake.Entry, rows []queries.Setting) error {
	baseline, err := files.Baseline(entry)
	if err != nil {
		return err
	}
	path, err := a.build(ctx, files, duckdb.Build{Snapshot: entry, Baseline: baseline, Settings: rows})
	if err != nil {
		return err
	}
	_, warning, err := files.PublishDuckDB(path, entry.ID)
	if warning != "" {
		a.say("%s", warning)
	}
	return err
}
