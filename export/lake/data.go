package lake

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"hubgraph/internal/sentence"
)

// The folders in a data folder, and the modes of what is written there, of which the
// umask takes its part: so a group can read what a service writes. What a CRM holds is
// nobody else's business.
const (
	lakeDir   = "lake"
	auditsDir = "audits"
	workDir   = "work"
	// journalFile, erasingFile and historyDir are what Lock does not sweep away of work/.
	journalFile = workDir + "/crawl.journal"
	erasingFile = workDir + "/erase.json"
	historyDir  = workDir + "/history"

	DirMode  = 0o750
	FileMode = 0o640
	// workMode is the mode of work/: its journal and its spools are what HubSpot
	// answered, whatever becomes of it, and nobody but the next run reads them.
	workMode = 0o700
)

// Errors that callers distinguish. Each is wrapped with the sentence that says
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
// folder. All that it creates is readable by its owner and, as far as the
// umask allows, by its group, and is reached without following symbolic links out of
// the folder. One run at a time writes:
// take the Lock first.
type Data struct {
	dir string // as it was given
	run string // this run's folder under work/, relative to dir; "" until needed

	manifests manifests
}

// Open opens a data folder, and creates it where there is
// none. Where that cannot be done, the error is ErrData with a sentence.
func Open(dir string) (*Data, error) {
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
		return nil, dataError("the data folder %s cannot be used (%v): choose another --data", dir, sentence.Cause(err))
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
	if err := os.Mkdir(dir, DirMode); err != nil && !errors.Is(err, fs.ErrExist) { // another run may be first
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
		within, _ := d.list(name) // Lock reports what cannot be read
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
		of[1].Mode&syscall.S_IFMT == syscall.S_IFDIR // Lock reports a link
}

// Find opens a data folder that is there already; else, and where no run has ever
// been in it, it is ErrNoSnapshot, and nothing is made.
func Find(dir string) (*Data, error) {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil, sentence.New(ErrNoSnapshot, "there is no data folder %s: run `hubgraph crawl` first, or name another --data", dir)
	}
	d, err := Open(dir)
	if err != nil {
		return nil, err
	}
	if _, err := os.Lstat(d.path(lockFile)); errors.Is(err, fs.ErrNotExist) && !d.hasFolders() {
		return nil, d.noSnapshot()
	}
	return d, nil
}

// hasFolders reports whether there is a folder of a snapshot, whatever is in it.
func (d *Data) hasFolders() bool { return d.hasIDs(lakeDir, "snapshot=", "incomplete=") }

// hasIDs reports whether any portal has a folder of such a name.
func (d *Data) hasIDs(dir string, prefixes ...string) bool {
	portals, _ := d.list(dir) // writing to what cannot be read will say why
	return slices.ContainsFunc(portals, func(portal string) bool { return len(d.ids(path.Join(dir, portal), prefixes...)) > 0 })
}

// noSnapshot says that the data folder holds no snapshot, and what to do, which depends
// on what else it holds.
func (d *Data) noSnapshot() error {
	text := "%s holds no snapshot yet: run `hubgraph crawl` first, or name another --data"
	switch {
	case d.hasFolders():
		text = "%s holds no snapshot that has its manifest: `hubgraph snapshots verify` names what is damaged"
	case d.hasIDs(auditsDir, "audit="):
		text = "%s holds audits, but their snapshots are gone: restore its folder lake from a backup, or run `hubgraph crawl`"
	}
	return sentence.New(ErrNoSnapshot, text, d.dir)
}

// Dir is the data folder as it was given to Open.
func (d *Data) Dir() string { return d.dir }

// Within runs f with the data folder as the root of all paths.
func (d *Data) Within(f func(*os.Root) error) error {
	root, err := os.OpenRoot(d.dir)
	if err != nil {
		return dataError("the data folder %s cannot be used: %v", d.dir, sentence.Cause(err))
	}
	return errors.Join(f(root), root.Close())
}

// list names what lies in a folder, in byte order; nothing where there is no
// such folder.
func (d *Data) list(dir string) ([]string, error) {
	var names []string
	err := d.Within(func(root *os.Root) error {
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

func dataError(format string, args ...any) error {
	return sentence.New(ErrData, format, args...)
}
