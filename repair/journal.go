package repair

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Journal is the record of one application of a plan: a line of JSON before
// each batch that is sent, another after it. Each line is on disk before the
// program goes on.
type Journal struct {
	id   string
	file *os.File
}

// Entry is a line of the journal.
type Entry struct {
	Event      string       `json:"event"` // "start", "intent", "outcome", "end"
	Time       time.Time    `json:"time"`
	RunID      string       `json:"run_id,omitempty"`
	Digest     string       `json:"digest,omitempty"` // of the plan
	PortalID   int64        `json:"portal_id,omitempty"`
	Operations []JournalRow `json:"operations,omitempty"`
}

// JournalRow is an operation in an entry: what the pair had just before, and
// what was sent; later, what came of it.
type JournalRow struct {
	N       int     `json:"n"`
	Before  *Before `json:"before,omitempty"`
	Sent    []Type  `json:"sent,omitempty"`
	Outcome Outcome `json:"outcome,omitempty"`
	Cause   string  `json:"cause,omitempty"`
}

// CreateJournal starts the journal of a run in a folder of journals. Where a run
// of that id is there already, this one's id gets -2, -3 and so on behind it.
func CreateJournal(folder, runID string) (*Journal, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("create the journal: %w", err)
	}
	id := runID
	for n := 2; ; n++ {
		f, err := os.OpenFile(filepath.Join(folder, "run="+id+".ndjson"), os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o600)
		if err == nil {
			return &Journal{id: id, file: f}, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, fmt.Errorf("create the journal: %w", err)
		}
		id = fmt.Sprintf("%s-%d", runID, n)
	}
}

// Name is the journal's file.
func (j *Journal) Name() string { return j.file.Name() }

func (j *Journal) write(e Entry) error {
	e.Time = time.Now().UTC()
	line, err := json.Marshal(e)
	if err == nil {
		_, err = j.file.Write(append(line, '\n'))
	}
	if err = errors.Join(err, j.file.Sync()); err != nil {
		return fmt.Errorf("write the journal %s: %w", j.file.Name(), err)
	}
	return nil
}

// Close closes the file.
func (j *Journal) Close() error { return j.file.Close() }
