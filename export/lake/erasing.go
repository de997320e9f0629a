package lake

import (
	"errors"
	"io/fs"
	"os"
)

// An erasure that was begun is noted in work/ until it is through, so that one that died is
// gone on with: a part of what has to be sought is in the rows that it has taken out by then.

// Erasing is the note of an erasure that was begun and not ended; nil where there is none.
func (p *Portal) Erasing() (note []byte, err error) { return p.content(erasingFile) }

// BeginErasing writes the note. The data folder must be locked.
func (p *Portal) BeginErasing(note []byte) error { return p.replace(erasingFile, 0o600, note) }

// EndErasing removes the note.
func (p *Portal) EndErasing() error { return p.removeFile(erasingFile) }

// DropJournal removes the journal of a crawl that was not ended. The next crawl begins
// anew.
func (p *Portal) DropJournal() error { return p.removeFile(journalFile) }

// HasJournal reports whether there is the journal of a crawl that was not ended.
func (p *Portal) HasJournal() (there bool, err error) {
	err = p.Within(func(root *os.Root) error {
		_, err := root.Lstat(journalFile)
		if there = err == nil; errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
	return there, err
}

func (p *Portal) removeFile(name string) error {
	return p.Within(func(root *os.Root) error {
		if err := root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if _, err := root.Lstat(workDir); err != nil { // nothing was ever in it
			return nil
		}
		return SyncDir(root, workDir)
	})
}

// Walk calls f for each file below the data folder, by its path in it, but for the lock
// and what this run keeps in work/. Links are not followed.
func (p *Portal) Walk(f func(name string) error) error {
	return p.Within(func(root *os.Root) error {
		return fs.WalkDir(root.FS(), ".", func(name string, e fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case e.IsDir() && name == p.run:
				return fs.SkipDir
			case e.IsDir(), name == lockFile, name == erasingFile:
				return nil
			}
			return f(name)
		})
	})
}
