package repair

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hubgraph/internal/sentence"
)

// ErrCorrupt: a journal is not what was written.
var ErrCorrupt = errors.New("the journal is damaged")

// ErrNoRun: there is no such run.
var ErrNoRun = errors.New("no such run")

// History is what a journal says of a run.
type History struct {
	Name       string // of the file
	Run        RunHead
	StartedAt  time.Time
	FinishedAt *time.Time // when all operations were through; nil: they are not
	Operations map[int]*Past

	batches int // that were about to be sent

	size int64  // of the file, up to a line that was not finished
	last string // the sum of the last line

	undone map[Row]string // rows that an undo of the run took back, and the run that did
	begun  map[Row]string // those that one was about to take back, or did: nobody has read which
}

// Past is what a journal says of one operation.
type Past struct {
	JournalRow
	Open bool // it was about to be sent, and what came of it is not known

	batch int  // in which it was to be sent last
	taken bool // HubSpot said last that it was done
}

// ReadJournal reads a journal. A last line that was not finished is passed over: the
// program ended there. What else is not as it was written is ErrCorrupt.
func ReadJournal(name string) (*History, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read the journal: %w", err)
	}
	h := &History{Name: name, Operations: map[int]*Past{}}
	for n := 1; len(text) > 0; n++ {
		line, rest, whole := bytes.Cut(text, []byte{'\n'})
		e, err := readLine(line, h.last)
		switch {
		case err == nil && whole:
		case len(rest) == 0:
			return h, nil
		default:
			return nil, damaged(name, n)
		}
		h.size, h.last, text = h.size+int64(len(line))+1, e.Sum, rest
		h.take(e)
	}
	return h, nil
}

// readLine reads a line and holds it against its sum.
func readLine(line []byte, before string) (e Entry, err error) {
	if err := json.Unmarshal(line, &e); err != nil {
		return e, err
	}
	again, sum, err := e.line(before)
	if err == nil && (sum != e.Sum || !bytes.Equal(again, append(slices.Clip(line), '\n'))) {
		err = ErrCorrupt
	}
	return e, err
}

// take takes in an entry.
func (h *History) take(e Entry) {
	h.FinishedAt = nil
	switch e.Event {
	case started:
		h.Run, h.StartedAt = *e.Run, e.Time
	case ended:
		h.FinishedAt = &e.Time
		if e.Run != nil { // only now it is known how many there were
			h.Run.Operations = e.Run.Operations
		}
	case intent:
		h.batches++
		for _, row := range e.Operations {
			if past := h.Operations[row.N]; past != nil {
				row.Seen = past.Seen
			}
			h.Operations[row.N] = &Past{JournalRow: row, Open: true, batch: h.batches}
		}
	case answer:
		for _, row := range e.Operations {
			if past := h.Operations[row.N]; past != nil {
				past.taken = e.Cause == "" && row.Cause == ""
			}
		}
	case outcome:
		for _, row := range e.Operations {
			past := h.Operations[row.N]
			if past == nil {
				past = &Past{}
				h.Operations[row.N] = past
			}
			if len(row.Seen) > 0 {
				past.Seen = row.Seen
			}
			past.N, past.Outcome, past.Verified, past.Cause, past.Open = row.N, row.Outcome, row.Verified, row.Cause, false
		}
	}
}

// done reports whether an operation needs nothing more.
func (h *History) done(n int) bool {
	past := h.Operations[n]
	return past != nil && !past.Open && (past.Outcome == Applied || past.Outcome == Satisfied)
}

// unknown reports whether nobody read what came of an operation.
func (p *Past) unknown() bool { return p.Open || p.Outcome == Unknown }

// unsettled reports whether what came of an operation has to be read: nobody did, or it was not
// there yet although HubSpot said that it was done.
func (p *Past) unsettled() bool { return p.unknown() || p.Outcome == Failed && p.taken }

// journals are the files of a folder of journals, oldest first.
func journals(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "run=") && strings.HasSuffix(e.Name(), ".ndjson") {
			names = append(names, filepath.Join(folder, e.Name()))
		}
	}
	return names, err
}

// FindRun reads the journal of a run, in the folders of all portals.
func FindRun(repairs, id string) (*History, error) {
	file := "run=" + id + ".ndjson"
	names, err := filepath.Glob(filepath.Join(repairs, "portal=*"))
	if filepath.Base(file) != file || err != nil {
		return nil, sentence.New(ErrNoRun, "%q is no run: `hubgraph repair status` lists them", id)
	}
	for _, folder := range names {
		h, err := ReadJournal(filepath.Join(folder, file))
		if errors.Is(err, fs.ErrNotExist) || err == nil && h.Run.RunID == "" {
			continue
		}
		if err == nil {
			err = h.readUndone(folder)
		}
		return h, err
	}
	return nil, sentence.New(ErrNoRun, "there is no run %s: `hubgraph repair status` lists them", id)
}

// UndoneBy is the last run that took back something of this one; empty: none did.
func (h *History) UndoneBy() string {
	last := ""
	for _, run := range h.undone {
		last = max(last, run)
	}
	return last
}

// readUndone finds, in a folder of journals, what undos of the run have taken back already.
func (h *History) readUndone(folder string) error {
	names, err := journals(folder)
	if err != nil {
		return err
	}
	h.undone, h.begun = map[Row]string{}, map[Row]string{}
	for _, name := range names {
		if name == h.Name {
			continue
		}
		other, err := ReadJournal(name)
		if err != nil {
			return err
		}
		for _, past := range other.Operations {
			if past.Operation == nil || past.Operation.Class != Undone || past.Operation.Source != h.Run.RunID {
				continue
			}
			for _, r := range past.Seen {
				h.undone[r] = other.Run.RunID
			}
			if past.unsettled() {
				for _, r := range append(rowsOf(past.Operation.ends(), past.Operation.Types), past.Operation.Effects...) {
					h.begun[r] = other.Run.RunID
				}
			}
		}
	}
	return nil
}

// FindPlan finds the newest run that applied a plan, by its digest; nil where there is
// none.
func FindPlan(folder, digest string) (*History, error) {
	names, err := journals(folder)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Backward(names) {
		digestOf, err := firstDigest(name)
		if err != nil {
			return nil, err
		}
		if digestOf == digest {
			h, err := ReadJournal(name)
			if err == nil {
				err = h.readUndone(folder)
			}
			return h, err
		}
	}
	return nil, nil
}

// firstDigest is the digest in the first line of a journal; empty where the program ended
// before it was written.
func firstDigest(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", fmt.Errorf("read the journal: %w", err)
	}
	defer f.Close()
	line, err := bufio.NewReader(f).ReadBytes('\n')
	if errors.Is(err, io.EOF) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read the journal: %w", err)
	}
	e, err := readLine(bytes.TrimSuffix(line, []byte{'\n'}), "")
	if err != nil || e.Run == nil {
		return "", damaged(name, 1)
	}
	return e.Run.Digest, nil
}

func damaged(name string, line int) error {
	return sentence.New(ErrCorrupt, "line %d of the journal %s is damaged: it does not fit to the line before it; put the file back from a copy, or move it away and look at the portal by hand", line, name)
}
