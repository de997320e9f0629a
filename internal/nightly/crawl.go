// Package nightly binds the packages below to the jobs of hubgraph: to read a portal
// into a snapshot, to audit it, to plan and apply repairs, and to examine what that
// needs. The jobs are functions that return values; what they do meanwhile is shown on
// a progress.Display, and nothing else is printed.
package nightly

import (
	"context"
	"time"

	"hubgraph/crawl"
	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/graphmodel"
	"hubgraph/hubspot"
	"hubgraph/internal/progress"
	"hubgraph/queries"
)

// Crawling is a crawl to do.
type Crawling struct {
	Client   *hubspot.Client
	Data     *lake.Data // locked
	Scope    crawl.Scope
	Inverses []crawl.Inverse
	Lanes    string          // of crawl.Options
	Own      []queries.Check // of the user, whose properties are asked for, too
	Resume   *Resume         // nil: what a crawl that ends early has read is lost
	Memory   duckdb.Memory
	Tool     string // the version of the program
	Show     progress.Display
}

// Night is a finished crawl.
type Night struct {
	Entry    lake.Entry
	Snapshot *graphmodel.Snapshot
	Retries  int64
	Files    *duckdb.Files     // of the portal
	DuckDB   *duckdb.Published // what was made of the snapshot; nil: nothing
}

// Read reads a portal into a snapshot, and leaves the DuckDB file as it is.
func Read(ctx context.Context, c Crawling) (*Night, error) {
	return c.night(ctx, func(*Night) error { return nil })
}

// Crawl reads a portal into a snapshot, and makes the DuckDB file of it where all but a
// few records were read, compared as the rules say.
func Crawl(ctx context.Context, c Crawling, rules Rules) (*Night, error) {
	return c.night(ctx, func(n *Night) error { return n.makeDuckDB(ctx, c.Show, rules) })
}

// makeDuckDB makes the DuckDB file of a night where all but a few records were read.
func (n *Night) makeDuckDB(ctx context.Context, show progress.Display, rules Rules) error {
	if !n.Snapshot.Readable() {
		return nil
	}
	compared, err := n.Files.Baseline(n.Entry, rules.baseline())
	if err != nil {
		return err
	}
	path, err := build(ctx, n.Files, show, duckdb.Build{Snapshot: n.Entry, Baseline: compared.Entry, Settings: rules.Settings})
	if err != nil {
		return err
	}
	n.DuckDB, err = n.Files.PublishDuckDB(path, n.Entry.ID)
	return err
}

// Run reads a portal into a snapshot and audits that, however much of it was read. The
// night is there where only the audit failed. Where the audit does not enter the register,
// the DuckDB file is that of the crawl.
func Run(ctx context.Context, c Crawling, a Auditing) (*Night, *Audited, error) {
	var audited *Audited
	night, err := c.night(ctx, func(n *Night) (err error) {
		a.Files, a.Snapshot = n.Files, n.Entry.ID
		if audited, err = Audit(ctx, a); err == nil && audited.DuckDB == nil {
			err = n.makeDuckDB(ctx, a.Show, a.Rules)
		}
		return err
	})
	return night, audited, err
}

// job is a crawl on its way.
type job struct {
	Crawling
	files   *duckdb.Files
	journal *crawl.Journal
}

// night crawls, and does what comes after that while the journal is kept.
func (c Crawling) night(ctx context.Context, then func(*Night) error) (*Night, error) {
	j := &job{Crawling: c}
	night, err := j.crawl(ctx)
	if err == nil {
		err = then(night)
	}
	return night, j.closeJournal(err)
}

// crawl crawls a portal and publishes what it found. The journal stays open.
func (j *job) crawl(ctx context.Context) (*Night, error) {
	before := j.Client.Stats().Retries
	shown := j.Show.Crawl(j.Client)
	result, err := j.read(ctx, shown)
	shown.Done(err)
	if err != nil {
		return nil, untilMidnight(err, j.Client)
	}
	defer result.Close()
	if n := result.Repeated; n > 0 {
		j.Show.Say("%d rows of lists were of records that had come before: the newest version of each is kept", n)
	}
	entry, err := j.publish(ctx, result.Snapshot)
	if err != nil {
		return nil, err
	}
	warnOfErased(j.Show, j.files.Portal, result.Snapshot)
	return &Night{Entry: entry, Snapshot: result.Snapshot, Retries: j.Client.Stats().Retries - before, Files: j.files}, nil
}

// read crawls a portal, from where an earlier run ended if there is one.
func (j *job) read(ctx context.Context, shown *progress.Crawl) (*crawl.Result, error) {
	source, err := crawl.Connect(ctx, j.Client)
	if err != nil {
		return nil, err
	}
	portal, err := j.Data.Portal(source.Account.PortalID)
	if err != nil {
		return nil, err
	}
	j.files = duckdb.Of(portal, j.Memory)
	j.Scope.Needed = queries.Properties(j.Own...)
	if j.Scope, err = source.Resolve(ctx, j.Scope); err != nil {
		return nil, err
	}
	if err := shown.Aside(func() error { return j.openJournal(source) }); err != nil {
		return nil, err
	}
	plan, err := source.Plan(ctx, j.Scope)
	if err != nil {
		return nil, err
	}
	plan.Notes = append(plan.Notes, plan.Unmet(j.Inverses)...)
	_ = shown.Aside(func() error { warn(j.Show, plan); return nil })
	options := crawl.Options{Inverses: j.Inverses, Lanes: j.Lanes, Progress: shown.Show}
	if options.Remembered, err = remembered(ctx, j.files); err != nil {
		return nil, err
	}
	if options.Dir, err = j.Data.Work("crawl"); err != nil {
		return nil, err
	}
	return crawl.Run(ctx, j.Client, plan, options)
}

// warn says what is odd about a plan.
func warn(show progress.Display, p *crawl.Plan) {
	for _, note := range p.Notes {
		show.Say("warning: %s", note)
	}
}

// publish writes a snapshot into the lake, unless the run that the crawl goes on
// from has done so.
func (j *job) publish(ctx context.Context, s *graphmodel.Snapshot) (lake.Entry, error) {
	s.Tool, s.APIVersion, s.FinishedAt = j.Tool, j.Client.APIVersion(), time.Now().UTC()
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

// build makes a DuckDB file, and shows how far it is.
func build(ctx context.Context, files *duckdb.Files, show progress.Display, b duckdb.Build) (path string, err error) {
	err = buildDuring(show, func(report func(done, total int)) (err error) {
		b.Progress = report
		path, err = files.Build(ctx, b)
		return err
	})
	return path, err
}

func buildDuring(show progress.Display, work func(report func(done, total int)) error) error {
	return show.During("DuckDB file", "tables", work)
}

// Rebuild makes the DuckDB file of the newest complete snapshot again.
func Rebuild(ctx context.Context, files *duckdb.Files, show progress.Display) (rebuilt duckdb.Rebuilt, err error) {
	err = buildDuring(show, func(report func(done, total int)) (err error) {
		rebuilt, err = files.Rebuild(ctx, report)
		return err
	})
	return rebuilt, err
}
