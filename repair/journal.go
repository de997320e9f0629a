package repair

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"hubgraph/internal/sentence"
)

// Journal is the record of one application of a plan: a line of JSON before each
// batch that is sent, one for each answer, another when it was read back. Each
// line is on disk before the program goes on.
type Journal struct {
	id      string
	file    *os.File
	last    string   // the sum of the line before
	history *History // of a journal that is gone on with; nil of a new one
	broken  error    // what ended the writing
}

// The events of a journal.
const (
	started = "start"   // of the run
	resumed = "resume"  // somebody goes on with it
	intent  = "intent"  // what is about to be sent
	answer  = "answer"  // what HubSpot says to one call
	outcome = "outcome" // what reading back shows, and what was not sent
	stopped = "stop"    // before all operations were through
	ended   = "end"     // all of them are
)

// Entry is a line of the journal.
type Entry struct {
	Event      string       `json:"event"`
	Time       time.Time    `json:"time"`
	Run        *RunHead     `json:"run,omitempty"`        // of a start, and of the end of a run that came in parts
	Operations []JournalRow `json:"operations,omitempty"` // of an intent, an answer, an outcome
	Lists      []JournalSet `json:"lists,omitempty"`      // of an intent: all that the records list before it
	Cause      string       `json:"cause,omitempty"`      // of a stop, and of an answer that refuses all
	Sum        string       `json:"sum"`                  // sha256 of the sum before and of this line without it
}

// RunHead says which plan a run applies, and what the plan knew.
type RunHead struct {
	RunID       string       `json:"run_id"`
	PortalID    int64        `json:"portal_id"`
	SnapshotID  string       `json:"snapshot_id"`
	BaselineID  *string      `json:"baseline_id"`
	AuditID     *string      `json:"audit_id"`
	Digest      string       `json:"digest"`
	Operations  int          `json:"operations"`
	Definitions []Definition `json:"definitions"`
	NoFile      bool         `json:"no_file,omitempty"` // there is no plan to go on with
}

// JournalRow is an operation in an entry.
type JournalRow struct {
	N         int        `json:"n"`
	Operation *Operation `json:"operation,omitempty"` // of an intent, without what it requires
	Before    *Before    `json:"before,omitempty"`    // of an intent: what the pair has
	Sent      []Type     `json:"sent,omitempty"`      // of an intent
	Outcome   Outcome    `json:"outcome,omitempty"`   // of an outcome
	Verified  bool       `json:"verified,omitempty"`  // of an outcome
	Seen      []Row      `json:"seen,omitempty"`      // of an outcome: rows of the pair that came, or went
	Cause     string     `json:"cause,omitempty"`     // of an outcome, and of an answer that refuses the pair
}

// JournalSet is a list of a record before something is sent.
type JournalSet struct {
	Of   string             `json:"of"`
	To   string             `json:"to"`
	Rows map[int64][]string `json:"rows"`
}

// CreateJournal starts the journal of a run in a folder of journals. Where a run
// of that id is there already, this one's id gets -2, -3 and so on behind it.
func CreateJournal(folder, runID string) (*Journal, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, unwritable(folder, err)
	}
	id := runID
	for n := 2; ; n++ {
		f, err := os.OpenFile(filepath.Join(folder, "run="+id+".ndjson"), os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o600)
		if errors.Is(err, fs.ErrExist) {
			id = fmt.Sprintf("%s-%d", runID, n)
			continue
		}
		if err == nil {
			err = syncFolders(folder)
		}
		if err != nil {
			return nil, unwritable(folder, err)
		}
		return &Journal{id: id, file: f}, nil
	}
}

// Resume goes on with the journal of a run. What a line that was not finished left
// behind is taken off.
func Resume(h *History) (*Journal, error) {
	f, err := os.OpenFile(h.Name, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return nil, unwritable(h.Name, err)
	}
	if err := errors.Join(f.Truncate(h.size), f.Sync()); err != nil {
		return nil, errors.Join(unwritable(h.Name, err), f.Close())
	}
	return &Journal{id: h.Run.RunID, file: f, last: h.last, history: h}, nil
}

// syncFolders makes sure that a file that was made in a folder is still in it after
// a crash, and the folder in those above it.
func syncFolders(folder string) error {
	for range 3 { // portal=ID, repairs, the data folder
		d, err := os.Open(folder)
		if err != nil {
			return err
		}
		if err := errors.Join(d.Sync(), d.Close()); err != nil {
			return err
		}
		folder = filepath.Dir(folder)
	}
	return nil
}

// ErrJournal: the journal cannot be written, and so nothing may be sent.
var ErrJournal = errors.New("the journal cannot be written")

func unwritable(name string, err error) error {
	return sentence.New(ErrJournal, "the journal %s cannot be written (%v), and nothing more was sent: make room, or mend the folder, then go on with --resume", name, sentence.Cause(err))
}

// Name is the journal's file.
func (j *Journal) Name() string { return j.file.Name() }

// RunID is that of the run.
func (j *Journal) RunID() string { return j.id }

// write puts a line on disk. After one that failed there is no other.
func (j *Journal) write(e Entry) error {
	if j.broken != nil {
		return j.broken
	}
	e.Time = time.Now().UTC()
	line, sum, err := e.line(j.last)
	if err == nil {
		_, err = j.file.Write(line)
	}
	if err == nil {
		err = j.file.Sync()
	}
	if err != nil {
		j.broken = unwritable(j.file.Name(), err)
		return j.broken
	}
	j.last = sum
	return nil
}

// line is an entry as the journal has it, and its sum: of the sum before it and of its own
// text, so that no line can be changed, lost or moved unseen.
func (e Entry) line(before string) ([]byte, string, error) {
	e.Sum = ""
	text, err := json.Marshal(e)
	if err != nil {
		return nil, "", err
	}
	e.Sum = fmt.Sprintf("%x", sha256.Sum256(append([]byte(before), text...)))
	text, err = json.Marshal(e)
	return append(text, '\n'), e.Sum, err
}

// Close closes the file. Where nothing was written, since the run stopped before it began,
// the file goes.
func (j *Journal) Close() error {
	err := j.file.Close()
	if j.last == "" && j.broken == nil {
		err = errors.Join(err, os.Remove(j.file.Name()))
	}
	return err
}

// sets are lists as the journal has them, in their order.
func sets(lists map[list]listing, order []list) []JournalSet {
	all := make([]JournalSet, 0, len(order))
	for _, l := range order {
		rows := make(map[int64][]string, len(lists[l]))
		for id, types := range lists[l] {
			for _, t := range sorted(types) {
				rows[id] = append(rows[id], t.String())
			}
		}
		all = append(all, JournalSet{l.of.String(), l.to, rows})
	}
	return all
}
