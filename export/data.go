package export

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// FormatVersion is the version of the lake's layout. Files of a newer one are
// refused, older ones are read.
const FormatVersion = 3

// DuckDBFile is the name of the DuckDB file in a data folder.
const DuckDBFile = "hubgraph.duckdb"

// The folders in a data folder, and the modes of all that is written: what a CRM
// holds is nobody else's business.
const (
	lakeDir   = "lake"
	auditsDir = "audits"
	workDir   = "work"
	// journalFile is the one thing in work/ that Lock does not sweep away.
	journalFile = workDir + "/crawl.journal"

	dirMode  = 0o700
	fileMode = 0o600
)

// Errors that callers tell apart. Each is wrapped with the sentence that says
// what to do.
var (
	// ErrData: the data folder cannot be one.
	ErrData = errors.New("unusable data folder")
	// ErrLocked: another run holds the data folder.
	ErrLocked = errors.New("another run holds the data folder")
	// ErrNoSnapshot: there is no such snapshot, or none at all.
	ErrNoSnapshot = errors.New("no such snapshot")
	// ErrOtherPortal: the data folder holds another portal.
	ErrOtherPortal = errors.New("the data folder holds another portal")
	// ErrFormat: a file was written by a newer hubgraph.
	ErrFormat = errors.New("written by a newer hubgraph")
	// ErrDamaged: a file is not what its manifest says.
	ErrDamaged = errors.New("damaged file")
)

// Data is a data folder: the lake, the audits, the DuckDB file and the work
// folder. All that it creates is readable by its owner only, and is reached
// without following symbolic links out of the folder. One run at a time writes:
// take the Lock first.
type Data struct {
	dir string // as it was given
	run string // this run's folder under work/, relative to dir; "" until needed

	memory Memory
}

// LimitMemory limits what DuckDB takes to build files.
func (d *Data) LimitMemory(m Memory) { d.memory = m }

// OpenData opens a data folder, and creates it with mode 0700 where there is
// none. Where that cannot be done, the error is ErrData with a sentence.
func OpenData(dir string) (*Data, error) {
	if strings.ContainsAny(dir, "?#%\x00") {
		return nil, dataError("the data folder %q has one of ? # %% in its name, which DuckDB's driver cannot open: choose another --data", dir)
	}
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = createDir(filepath.Clean(dir))
	case err == nil && !info.IsDir():
		return nil, dataError("%s is a file: --data names the folder that holds the snapshots", dir)
	}
	if err != nil {
		return nil, dataError("the data folder %s cannot be used (%v): choose another --data", dir, cause(err))
	}
	d := &Data{dir: dir}
	if err := d.takesFiles(); err != nil {
		return nil, err
	}
	return d, nil
}

// createDir makes a folder, and those above it that are not there, and syncs each
// that got a new one.
func createDir(dir string) error {
	above := filepath.Dir(dir)
	if _, err := os.Stat(above); errors.Is(err, fs.ErrNotExist) {
		if err := createDir(above); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, dirMode); err != nil && !errors.Is(err, fs.ErrExist) { // another run may be first
		return err
	}
	f, err := os.Open(above)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// takesFiles says what would keep a finished file or folder from being renamed into
// its place: something that no file replaces, or another file system.
func (d *Data) takesFiles() error {
	if info, err := os.Lstat(d.path(DuckDBFile)); err == nil && info.IsDir() {
		return dataError("%s is a folder: move it away", d.path(DuckDBFile))
	}
	for _, name := range []string{workDir, lakeDir, auditsDir} {
		within, _ := d.list(name) // of what cannot be read Lock tells
		for _, place := range append(within, ".") {
			if place = d.path(path.Join(name, place)); other(d.dir, place) {
				return dataError("%s is on another file system than %s, to which nothing can be moved in one step: have both on one", place, d.dir)
			}
		}
	}
	return nil
}

// other reports whether two folders that are there are on two file systems.
func other(a, b string) bool {
	var of [2]syscall.Stat_t
	return syscall.Lstat(a, &of[0]) == nil && syscall.Lstat(b, &of[1]) == nil && of[0].Dev != of[1].Dev &&
		of[1].Mode&syscall.S_IFMT == syscall.S_IFDIR // a link is told by Lock
}

// FindData opens a data folder that is there already; else, and where no run has ever
// been in it, it is ErrNoSnapshot, and nothing is made.
func FindData(dir string) (*Data, error) {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil, &wrapped{ErrNoSnapshot, fmt.Sprintf("there is no data folder %s: run `hubgraph crawl` first, or name another --data", dir)}
	}
	d, err := OpenData(dir)
	if err != nil {
		return nil, err
	}
	if _, err := os.Lstat(d.path(lockFile)); errors.Is(err, fs.ErrNotExist) && !d.hasFolders() {
		return nil, d.noSnapshot()
	}
	return d, nil
}

// hasFolders reports whether there is a folder of a snapshot, whatever is in it.
func (d *Data) hasFolders() bool { return len(d.ids(lakeDir, "snapshot=", "incomplete=")) > 0 }

// noSnapshot says that the data folder holds no snapshot, and what to do, which depends
// on what else it holds.
func (d *Data) noSnapshot() error {
	text := "%s holds no snapshot yet: run `hubgraph crawl` first, or name another --data"
	switch {
	case d.hasFolders():
		text = "%s holds no snapshot that has its manifest: `hubgraph snapshots verify` names what is damaged"
	case len(d.ids(auditsDir, "audit=")) > 0:
		text = "%s holds audits, but their snapshots are gone: restore its folder lake from a backup, or run `hubgraph crawl`"
	}
	return &wrapped{ErrNoSnapshot, fmt.Sprintf(text, d.dir)}
}

// Dir is the data folder as it was given to OpenData.
func (d *Data) Dir() string { return d.dir }

// CheckPortal says with ErrOtherPortal where the data folder holds another
// portal than this.
func (d *Data) CheckPortal(id int64) error {
	held, err := d.portal()
	if err != nil || held == 0 || held == id {
		return err
	}
	return &wrapped{ErrOtherPortal, fmt.Sprintf("%s holds portal %d, but the token is of portal %d: choose another --data", d.dir, held, id)}
}

// portal is the portal whose lake this is, 0 where there is none yet.
func (d *Data) portal() (int64, error) {
	names, err := d.list(lakeDir)
	if err != nil {
		return 0, err
	}
	for _, name := range names {
		text, ok := strings.CutPrefix(name, "portal=")
		if !ok {
			continue
		}
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return 0, dataError("%s is no folder of a portal", d.path(path.Join(lakeDir, name)))
		}
		published, err := d.list(path.Join(lakeDir, name))
		if err != nil || len(published) > 0 { // a run may have died before its first snapshot
			return id, err
		}
	}
	return 0, nil
}

// within runs f with the data folder as the root of all paths.
func (d *Data) within(f func(*os.Root) error) error {
	root, err := os.OpenRoot(d.dir)
	if err != nil {
		return dataError("the data folder %s cannot be used: %v", d.dir, cause(err))
	}
	return errors.Join(f(root), root.Close())
}

// list names what lies in a folder, in byte order; nothing where there is no
// such folder.
func (d *Data) list(dir string) ([]string, error) {
	var names []string
	err := d.within(func(root *os.Root) error {
		entries, err := fs.ReadDir(root.FS(), dir)
		for _, e := range entries {
			names = append(names, e.Name())
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
	return names, err
}

// wrapped is a sentence for people that is also one of the errors above.
type wrapped struct {
	kind error
	text string
}

func (w *wrapped) Error() string { return w.text }
func (w *wrapped) Unwrap() error { return w.kind }

func dataError(format string, args ...any) error {
	return &wrapped{ErrData, fmt.Sprintf(format, args...)}
}

// cause takes operation and path off an error of the file system: the sentence
// around it names them.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
