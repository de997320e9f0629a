package nightly

import (
	"errors"
	"fmt"
	"time"

	"hubgraph/crawl"
	"hubgraph/hubspot"
)

// Resume is whether, and for how long, a crawl can be gone on with.
type Resume struct {
	Within time.Duration // of its start
	Fresh  bool          // begin anew, whatever an unfinished crawl has kept
}

// openJournal opens the journal of a crawl that keeps one, and reports whether the
// crawl goes on with an earlier one.
func (j *job) openJournal(source *crawl.Source) error {
	if j.Resume == nil {
		return nil
	}
	path, err := j.files.Journal()
	if err != nil {
		return err
	}
	journal, note, err := source.OpenJournal(crawl.JournalOptions{
		Path: path, Tool: j.Tool, Scope: j.Scope, Fresh: j.Resume.Fresh, Within: j.Resume.Within,
	})
	if err != nil {
		return err
	}
	if j.journal = journal; note != "" {
		j.Show.Say("%s", note)
	}
	return nil
}

// closeJournal ends the journal of a crawl that ended with err: it is kept for a crawl
// that goes on, and removed after one that is done or that can never be.
func (j *job) closeJournal(err error) error {
	switch {
	case j.journal == nil:
		return err
	case err == nil, errors.Is(err, crawl.ErrType), j.journal.Answers() == 0:
		return errors.Join(err, j.journal.Discard())
	}
	until := fmt.Sprintf("within %s", j.Resume.Within)
	var reset *time.Time
	if at, known := j.Client.Midnight(time.Now()); known && errors.Is(err, hubspot.ErrDailyLimit) {
		reset, until = &at, "after "+at.Format(time.RFC3339)
	}
	closed := j.journal.Close(reset)
	if closed == nil {
		j.Show.Say("%d answers are kept: the same command goes on from there %s, with --fresh it begins anew", j.journal.Answers(), until)
	}
	return err // matters more than that a journal could not be closed, for the same reason mostly
}
