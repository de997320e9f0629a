package lake

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"syscall"
	"time"

	"hubgraph/internal/sentence"
)

// lockFile is locked by the one run that writes to a data folder. What it says
// is for people; the lock is the kernel's and ends with its process.
const lockFile = ".lock"

type holder struct {
	Host    string    `json:"host"`
	PID     int       `json:"pid"`
	Started time.Time `json:"started"`
}

// Lock makes this run the only one that writes to the data folder, and sweeps
// away what runs that died have left in work/, but for the journals of a crawl and of an
// erasure. Where
// another run holds it, the error is ErrLocked and nothing is changed. The returned function removes what
// Work made and releases the lock.
func (d *Data) Lock() (unlock func(), err error) {
	if err := d.plainNames(); err != nil {
		return nil, err
	}
	var f *os.File
	err = d.Within(func(root *os.Root) (err error) {
		f, err = root.OpenFile(lockFile, os.O_RDWR|os.O_CREATE, FileMode)
		return err
	})
	if err != nil {
		return nil, dataError("the data folder %s cannot be written (%v): choose another --data", d.dir, sentence.Cause(err))
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, d.lockedBy(f)
		}
		return nil, dataError("the data folder %s cannot be locked: %v", d.dir, err)
	}
	if err := errors.Join(describe(f), d.sweepWork(), d.sweepSpills()); err != nil {
		f.Close()
		return nil, dataError("the data folder %s cannot be written: %v", d.dir, sentence.Cause(err))
	}
	return func() {
		if d.run != "" {
			_ = d.Within(func(root *os.Root) error { return root.RemoveAll(d.run) }) // the next Lock sweeps again
		}
		// A process that is being started shares the file until it runs its program.
		_ = syscall.Flock(int(f.Fd()), syscall.LOCK_UN)
		f.Close()
	}, nil
}

// plainNames makes sure that the names of ours are no links: one that leads to
// another of them would have the lake swept for work/.
func (d *Data) plainNames() error {
	names := []string{workDir, lakeDir, auditsDir}
	for _, dir := range names[1:] {
		portals, err := d.list(dir)
		if err != nil {
			return dataError("the folder %s cannot be read: %v", d.path(dir), sentence.Cause(err))
		}
		for _, name := range portals {
			if strings.HasPrefix(name, "portal=") {
				names = append(names, path.Join(dir, name))
			}
		}
	}
	return d.Within(func(root *os.Root) error {
		for _, name := range append(names, lockFile) {
			info, err := root.Lstat(name)
			if errors.Is(err, os.ErrNotExist) {
				continue
			}
			if err != nil {
				return dataError("%s cannot be read: %v", d.path(name), sentence.Cause(err))
			}
			if info.IsDir() == (name == lockFile) || info.Mode()&os.ModeSymlink != 0 {
				return dataError("%s is a link, or no %s: move it away", d.path(name), map[bool]string{true: "file", false: "folder"}[name == lockFile])
			}
		}
		return nil
	})
}

func (d *Data) lockedBy(f *os.File) error {
	var h holder
	text := d.dir + " is in use by another run"
	if b, err := io.ReadAll(io.LimitReader(f, 4096)); err == nil && json.Unmarshal(b, &h) == nil {
		text += fmt.Sprintf(" (process %d on %s, since %s)", h.PID, strconv.Quote(h.Host), h.Started.Format(time.RFC3339))
	}
	return sentence.New(ErrLocked, "%s: wait until it is done", text)
}

// describe writes who holds the lock.
func describe(f *os.File) error {
	host, _ := os.Hostname() // for people; the lock does not need it
	b, err := json.Marshal(holder{host, os.Getpid(), time.Now().UTC().Truncate(time.Second)})
	if err != nil {
		return err
	}
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err = f.WriteAt(append(b, '\n'), 0)
	return err
}

// sweepWork removes what lies in work/, but for a journal and what is kept of the nights.
func (d *Data) sweepWork() error {
	names, err := d.list(workDir)
	if err != nil {
		return err
	}
	return d.Within(func(root *os.Root) error {
		for _, name := range names {
			name = path.Join(workDir, name)
			info, err := root.Lstat(name)
			if err != nil {
				return err
			}
			kept := (name == journalFile || name == erasingFile) && info.Mode().IsRegular() || name == historyDir && info.IsDir()
			if kept {
				continue
			}
			if err := root.RemoveAll(name); err != nil {
				return err
			}
		}
		return nil
	})
}

// spillTime is how long a file that DuckDB spilled to may lie untouched while a query
// needs it: who reads a file that was replaced since cannot be seen.
const spillTime = 24 * time.Hour

// sweepSpills removes what DuckDB left beside a DuckDB file when a process that
// asked it died in the middle of a large query.
func (d *Data) sweepSpills() error {
	names, err := d.list(".")
	if err != nil {
		return err
	}
	return d.Within(func(root *os.Root) error {
		for _, name := range names {
			file, isSpill := strings.CutSuffix(name, ".tmp")
			if i := strings.LastIndex(file, ".duckdb."); i >= 0 { // of one of several that had it open
				file = file[:i+len(".duckdb")]
			}
			if !isSpill || !IsDuckDB(file) {
				continue
			}
			if why, err := Occupied(root, file); err != nil || why != "" || !untouched(root, name, spillTime) {
				continue
			}
			if err := root.RemoveAll(name); err != nil {
				return err
			}
		}
		return nil
	})
}

// untouched reports whether nothing was written below a folder for some time.
func untouched(root *os.Root, dir string, span time.Duration) bool {
	err := fs.WalkDir(root.FS(), dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err == nil && time.Since(info.ModTime()) < span {
			err = fs.ErrExist
		}
		return err
	})
	return err == nil
}

// Journal is where the journal of a crawl of the portal lies, which outlives the run
// that writes it. The folder is there.
func (p *Portal) Journal() (string, error) {
	err := p.Within(func(root *os.Root) error { return root.MkdirAll(workDir, workMode) })
	if err != nil {
		return "", dataError("the data folder %s cannot be written (%v): choose another --data", p.dir, sentence.Cause(err))
	}
	return p.path(journalFile), nil
}

// Work makes a private folder under work/ and returns its path. It is gone after
// the unlock function of Lock was called, or else with the next Lock.
func (d *Data) Work(name string) (string, error) {
	rel, err := d.work(name)
	return d.path(rel), err
}

// work makes a private folder and returns its path within the data folder.
func (d *Data) work(name string) (string, error) {
	d.run = path.Join(workDir, "run-"+strconv.Itoa(os.Getpid()))
	var rel string
	err := d.Within(func(root *os.Root) error {
		if err := root.MkdirAll(d.run, workMode); err != nil {
			return err
		}
		for n := 1; ; n++ {
			rel = path.Join(d.run, numbered(name, n))
			if err := root.Mkdir(rel, DirMode); !errors.Is(err, os.ErrExist) {
				return err
			}
		}
	})
	if err != nil {
		return "", dataError("the data folder %s cannot be written (%v): choose another --data", d.dir, sentence.Cause(err))
	}
	return rel, nil
}

// content is that of a file of the data folder; nil where there is none.
func (d *Data) content(name string) (content []byte, err error) {
	err = d.Within(func(root *os.Root) error {
		content, err = root.ReadFile(name)
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		return err
	})
	return content, err
}

// replace writes a file of the data folder in one step: whoever reads it finds the old content
// or the new.
func (d *Data) replace(name string, mode os.FileMode, content []byte) error {
	dir, err := d.work("write")
	if err != nil {
		return err
	}
	return d.Within(func(root *os.Root) error {
		next := path.Join(dir, path.Base(name))
		f, err := root.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		if err != nil {
			return err
		}
		_, err = f.Write(content)
		if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
			return err
		}
		if err := makeDirs(root, path.Dir(name)); err != nil {
			return err
		}
		return errors.Join(root.Rename(next, name), SyncDir(root, path.Dir(name)))
	})
}
