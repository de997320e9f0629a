package duckdb

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"

	"hubgraph/export/lake"
	"hubgraph/internal/sentence"
)

// OpenNight opens the newest DuckDB file of a data folder for somebody who opens it again
// and again while nights are published. Open has all that is open at once under one name
// share one file, the older one, as DuckDB knows a file by its name; here each has what
// lies under the name now, and reads of that one night until it is closed. SQL may read the
// lake, too, unless the folder's name has one of [ * ?. It is locked down as Open does it.
func OpenNight(dir string, limit Memory) (*sql.DB, error) {
	path, err := Newest(dir)
	if err != nil {
		return nil, err
	}
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	nights, err := nightsOf(dir)
	if err != nil {
		return nil, err
	}
	first := []string{fmt.Sprintf("ATTACH %s AS hubgraph (READ_ONLY)", literal(path)), "USE hubgraph"}
	if nights != "" && !strings.ContainsAny(nights, "[*?") {
		first = append(first, fmt.Sprintf("SET allowed_directories = [%s]", literal(filepath.Dir(nights))))
	}
	for _, name := range slices.Sorted(maps.Keys(lockdown)) { // lock_configuration comes last
		first = append(first, fmt.Sprintf("SET %s = %s", name, lockdown[name]))
	}
	// Beside the file, as DuckDB does it for a file that is opened itself; but several are open
	// at once, and DuckDB names what it spills alike in each.
	options := url.Values{"temp_directory": {fmt.Sprintf("%s.%d-%d.tmp", path, os.Getpid(), spills.Add(1))}}
	means{limit, true}.apply(options)
	db, err := connectTo("", path, options, first...)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // what stands above is done once
	return db, nil
}

// spills counts the folders that OpenNight has named.
var spills atomic.Int64

// State identifies what OpenNight would open, and the folders of the portal's snapshots and
// audits, without opening anything: by where each lies on the disk, its size and when it
// changed. What is published goes in by a rename, which the folder's time shows; of two that
// the clock of the file system cannot tell apart, its number of folders shows the second one.
func (f *Files) State() (string, error) {
	newest, err := Newest(f.Dir())
	if err != nil {
		return "", err
	}
	var state strings.Builder
	for _, name := range []string{newest, newest + ".wal", f.Lake(), f.Audited()} {
		info, err := os.Stat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist): // as no writer has left a log
			fmt.Fprintf(&state, "%s\n", name)
		case err != nil:
			return "", sentence.New(lake.ErrData, "%s cannot be read: %v", name, sentence.Cause(err))
		default:
			system := info.Sys().(*syscall.Stat_t)
			fmt.Fprintf(&state, "%s %d %d %d %d\n", name, system.Ino, system.Nlink, info.Size(), info.ModTime().UnixNano())
		}
	}
	return state.String(), nil
}

// FilesOf lists the files of a table in snapshots of a data folder, as SQL that
// read_parquet takes, for a file that OpenNight opened.
func (f *Files) FilesOf(table string, snapshots ...lake.Entry) (string, error) {
	var names []string
	for _, e := range snapshots {
		found, err := filepath.Glob(filepath.Join(escapeGlob(e.Path), table, "*.parquet"))
		if err != nil {
			return "", err
		}
		for _, name := range found {
			if name, err = filepath.Abs(name); err != nil {
				return "", err
			}
			names = append(names, literal(name))
		}
	}
	if len(names) == 0 {
		return "", sentence.New(lake.ErrNoSnapshot, "%s holds no files of %s any more", f.Dir(), table)
	}
	return "[" + strings.Join(names, ", ") + "]", nil
}
