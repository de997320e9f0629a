package export

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
)

// PublishDuckDB puts a file that Build made into place as hubgraph.duckdb. Where
// somebody holds that open, or has left a write-ahead log beside it, it is left
// alone: the new file becomes hubgraph-SNAPSHOT.duckdb and the warning says so in
// one sentence. A reader of the replaced file goes on reading what it opened.
func (d *Data) PublishDuckDB(file, snapshotID string) (published, warning string, err error) {
	if err := checkID(snapshotID); err != nil {
		return "", "", err
	}
	rel, err := filepath.Rel(d.dir, file)
	if err != nil {
		return "", "", fmt.Errorf("publish the DuckDB file: %w", err)
	}
	name, reason := DuckDBFile, ""
	err = d.within(func(root *os.Root) error {
		for n := 1; ; n++ {
			why, err := occupied(root, name)
			if err != nil {
				return err
			}
			if why == "" {
				break
			}
			if reason == "" {
				reason = why
			}
			name = aside(snapshotID, n)
		}
		if err := root.Rename(filepath.ToSlash(rel), name); err != nil {
			return err
		}
		return errors.Join(supersede(root, name), syncDir(root, "."))
	})
	if err != nil {
		return "", "", fmt.Errorf("publish the DuckDB file: %w", err)
	}
	if reason != "" {
		warning = fmt.Sprintf("%s %s and was left as it is; the new file is %s", d.path(DuckDBFile), reason, d.path(name))
	}
	return d.path(name), warning, nil
}

// occupied says why a DuckDB file must not be replaced, or nothing. DuckDB holds
// a record lock on each file that it has open, shared where it only reads.
func occupied(root *os.Root, name string) (reason string, err error) {
	if _, err := root.Lstat(name + ".wal"); err == nil {
		return "has a write-ahead log beside it", nil
	}
	info, err := root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil || !info.Mode().IsRegular() {
		return "", err // a link is replaced, not followed
	}
	f, err := root.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return "", err
	}
	defer f.Close()
	lock := syscall.Flock_t{Type: syscall.F_WRLCK}
	if err := syscall.FcntlFlock(f.Fd(), syscall.F_GETLK, &lock); err != nil {
		return "", err
	}
	if lock.Type != syscall.F_UNLCK {
		return fmt.Sprintf("is open in process %d", lock.Pid), nil
	}
	return "", nil
}

// supersede removes the files that were published beside hubgraph.duckdb before
// the one that is to stay, but for those that somebody has open.
func supersede(root *os.Root, stays string) error {
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := e.Name()
		if name == stays || !asidePattern.MatchString(name) {
			continue
		}
		if why, err := occupied(root, name); err != nil || why != "" {
			continue // theirs for now; the next night tries again
		}
		if err := root.Remove(name); err != nil {
			return err
		}
	}
	return nil
}

// asidePattern matches the names that aside gives.
var asidePattern = regexp.MustCompile(`^hubgraph-[0-9]{8}T[0-9]{6}Z(-[0-9]+)?(\.[0-9]+)?\.duckdb$`)

// aside is the name of the nth file of a snapshot beside hubgraph.duckdb.
func aside(snapshotID string, n int) string {
	name := "hubgraph-" + snapshotID
	if n > 1 {
		name += "." + strconv.Itoa(n)
	}
	return name + ".duckdb"
}

// isPublished reports whether a name in the data folder is that of a DuckDB file
// of ours.
func isPublished(name string) bool { return name == DuckDBFile || asidePattern.MatchString(name) }
