package repair

import (
	"bytes"
	"fmt"
	"os"
	"slices"

	"github.com/google/renameio/v2"

	"hubgraph/graphmodel"
)

// Erased says what is taken out of journals: of whom, and how a text reads without them.
type Erased struct {
	Is    func(of string, id int64) bool
	Clean func(text string) string
}

// ErasedJournal is a journal that names what is erased, or did.
type ErasedJournal struct {
	Name       string
	Operations int // that go, with all that is said of them
	Edited     int // lines that stay, and named it
}

// EraseJournals takes records out of the journals of a folder: their operations, and what
// others listed of them. The sums are made anew. An operation that is not settled goes,
// too: where its plan is gone on with, it is judged like one that was never sent. In a dry
// run nothing is written. Only journals with something to erase are returned.
func EraseJournals(folder string, e Erased, dryRun bool) ([]ErasedJournal, error) {
	names, err := journals(folder)
	if err != nil {
		return nil, err
	}
	var erased []ErasedJournal
	for _, name := range names {
		j, text, err := e.journal(name)
		if err != nil {
			return nil, err
		}
		if j.Operations+j.Edited == 0 {
			continue
		}
		if !dryRun {
			if err := renameio.WriteFile(name, text, 0o600); err != nil {
				return nil, unwritable(name, err)
			}
		}
		erased = append(erased, j)
	}
	return erased, nil
}

// journal is a journal as it is to be. A last line that was not finished goes.
func (e Erased) journal(name string) (ErasedJournal, []byte, error) {
	j := ErasedJournal{Name: name}
	entries, torn, err := readEntries(name)
	if err != nil {
		return j, nil, err
	}
	gone := map[int]bool{}
	for _, entry := range entries {
		for _, row := range entry.Operations {
			if op := row.Operation; op != nil && (e.Is(op.FromType, op.FromID) || e.Is(op.ToType, op.ToID)) {
				gone[row.N] = true
			}
		}
	}
	j.Operations = len(gone)
	if torn {
		j.Edited++
	}
	var out bytes.Buffer
	last := ""
	for _, entry := range entries {
		before, _, err := entry.line("")
		if err != nil {
			return j, nil, err
		}
		e.entry(&entry, gone)
		after, _, err := entry.line("")
		if err != nil {
			return j, nil, err
		}
		if !bytes.Equal(before, after) {
			j.Edited++
		}
		line, sum, err := entry.line(last)
		if err != nil {
			return j, nil, err
		}
		out.Write(line)
		last = sum
	}
	return j, out.Bytes(), nil
}

// readEntries reads the lines of a journal, and says whether a last one was not finished.
func readEntries(name string) (entries []Entry, torn bool, err error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, false, fmt.Errorf("read the journal: %w", err)
	}
	last := ""
	for n := 1; len(text) > 0; n++ {
		line, rest, whole := bytes.Cut(text, []byte{'\n'})
		e, err := readLine(line, last)
		if err != nil || !whole {
			if len(rest) == 0 {
				return entries, true, nil
			}
			return nil, false, damaged(name, n)
		}
		entries, last, text = append(entries, e), e.Sum, rest
	}
	return entries, false, nil
}

// entry takes what is erased out of a line.
func (e Erased) entry(entry *Entry, gone map[int]bool) {
	if entry.Run != nil && len(gone) > 0 {
		run := *entry.Run
		run.Operations = max(0, run.Operations-len(gone))
		entry.Run = &run
	}
	entry.Cause = e.Clean(entry.Cause)
	entry.Operations = slices.DeleteFunc(entry.Operations, func(row JournalRow) bool { return gone[row.N] })
	for i := range entry.Operations {
		e.row(&entry.Operations[i])
	}
	entry.Lists = slices.DeleteFunc(entry.Lists, func(l JournalSet) bool {
		of, err := graphmodel.ParseKey(l.Of)
		return err == nil && e.Is(of.Type, of.ID)
	})
	for _, l := range entry.Lists {
		for id := range l.Rows {
			if e.Is(l.To, id) {
				delete(l.Rows, id)
			}
		}
	}
}

// row takes out of an operation of others what names somebody who is erased.
func (e Erased) row(row *JournalRow) {
	row.Cause = e.Clean(row.Cause)
	row.Seen = slices.DeleteFunc(row.Seen, e.of)
	if row.Operation == nil {
		return
	}
	op := *row.Operation
	op.Reason, op.FromName, op.ToName, op.Source = e.Clean(op.Reason), e.Clean(op.FromName), e.Clean(op.ToName), e.Clean(op.Source)
	op.Effects = slices.DeleteFunc(op.Effects, e.of)
	row.Operation = &op
}

func (e Erased) of(r Row) bool { return e.Is(r.FromType, r.FromID) || e.Is(r.ToType, r.ToID) }
