package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"hubgraph/crawl"
	"hubgraph/hubspot"
)

// resumeFlags are the flags of a crawl that can go on with an earlier one.
func resumeFlags(flags *pflag.FlagSet) {
	flags.Duration("resume-within", 6*time.Hour, "go on with a crawl that ended early if it began no longer ago than this")
	flags.Bool("fresh", false, "begin anew, whatever an unfinished crawl has kept")
}

// resume is whether, and for how long, a crawl can be gone on with.
type resume struct {
	within time.Duration
	fresh  bool
}

func (s settings) resume() (*resume, error) {
	text := s.String("resume-within")
	within, err := time.ParseDuration(text)
	if err != nil || within < 0 {
		return nil, usage("--resume-within %q is no time: write 6h or 90m", text)
	}
	return &resume{within, s.Bool("fresh")}, nil
}

// openJournal opens the journal of a job that keeps one, and tells whether the
// crawl goes on with an earlier one.
func (a *app) openJournal(source *crawl.Source, j *crawlJob) error {
	if j.resume == nil {
		return nil
	}
	path, err := j.files.Journal()
	if err != nil {
		return err
	}
	journal, note, err := source.OpenJournal(crawl.JournalOptions{
		Path: path, Tool: version, Scope: j.scope, Fresh: j.resume.fresh, Within: j.resume.within,
	})
	if err != nil {
		return err
	}
	if j.journal = journal; note != "" {
		a.say("%s", note)
	}
	return nil
}

// closeJournal ends the journal of a job that ended with err: it is kept for a crawl
// that goes on, and removed after one that is done or that can never be.
func (a *app) closeJournal(j *crawlJob, err error) error {
	switch {
	case j.journal == nil:
		return err
	case err == nil, errors.Is(err, crawl.ErrType), j.journal.Answers() == 0:
		return errors.Join(err, j.journal.Discard())
	}
	until := fmt.Sprintf("within %s", j.resume.within)
	var reset *time.Time
	if at, known := j.client.Midnight(time.Now()); known && errors.Is(err, hubspot.ErrDailyLimit) {
		reset, until = &at, "after "+at.Format(time.RFC3339)
	}
	closed := j.journal.Close(reset)
	if closed == nil {
		a.say("%d answers are kept: the same command goes on from there %s, with --fresh it begins anew", j.journal.Answers(), until)
	}
	return err // matters more than that a journal could not be closed, for the same reason mostly
}
