package lake

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strconv"
	"syscall"
)

// DuckDBFile is the name of the DuckDB file in a data folder.
const DuckDBFile = "hubgraph.duckdb"

// NewestDuckDBFile holds, where there are several DuckDB files in a data folder, the name of
// the one that was published last: the time of a file says when somebody last wrote to it.
const NewestDuckDBFile = "hubgraph.newest"

// besidePattern matches the names that BesideDuckDB gives.
var besidePattern = regexp.MustCompile(`^hubgraph-[0-9]{8}T[0-9]{6}Z(-[0-9]+)?(\.[0-9]+)?\.duckdb$`)

// BesideDuckDB is the name of the nth file of a snapshot that was published beside
// DuckDBFile because that could not be replaced.
func BesideDuckDB(snapshotID string, n int) (string, error) {
	name := "hubgraph-" + snapshotID
	if n > 1 {
		name += "." + strconv.Itoa(n)
	}
	return name + ".duckdb", checkID(snapshotID)
}

// IsBesideDuckDB reports whether a name is one that BesideDuckDB gives.
func IsBesideDuckDB(name string) bool { return besidePattern.MatchString(name) }

// IsDuckDB reports whether a name in the data folder is that of a DuckDB file
// of ours.
func IsDuckDB(name string) bool { return name == DuckDBFile || IsBesideDuckDB(name) }

// Occupied says why a DuckDB file must not be replaced, or nothing. DuckDB holds
// a record lock on each file that it has open, shared where it only reads: readers are
// no reason, as they keep the file that they opened.
func Occupied(root *os.Root, name string) (reason string, err error) {
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
	f, err := root.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	lock := syscall.Flock_t{Type: syscall.F_RDLCK} // which only a writer's lock stands against (fcntl(2))
	if err := syscall.FcntlFlock(f.Fd(), syscall.F_GETLK, &lock); err != nil {
		return "", err
	}
	if lock.Type != syscall.F_UNLCK {
		return fmt.Sprintf("is open to write in process %d", lock.Pid), nil
	}
	return "", nil
}

// DuckDBs names the DuckDB files of ours in the data folder.
func (d *Data) DuckDBs() ([]string, error) {
	names, err := d.list(".")
	return slices.DeleteFunc(names, func(name string) bool { return !IsDuckDB(name) }), err
}
