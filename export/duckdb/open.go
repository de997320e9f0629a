package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/duckdb/duckdb-go/v2" // and the driver "duckdb"

	"hubgraph/export/lake"
	"hubgraph/internal/sentence"
	"hubgraph/internal/sqlrows"
)

// lockdown are the settings of every DuckDB file that is opened to be asked: SQL
// reads the file and nothing else, fetches no extension, and cannot change that.
// DuckDB's documentation, "Securing DuckDB", lists them.
var lockdown = map[string]string{
	"enable_external_access":       "false",
	"autoinstall_known_extensions": "false",
	"autoload_known_extensions":    "false",
	"lock_configuration":           "true",
}

// Open opens a DuckDB file to read, locked down: SQL cannot reach other files,
// load extensions or change settings. Several processes may have it open.
func Open(path string, limit Memory) (*sql.DB, error) {
	means, err := limit.ofFile(path)
	if err != nil {
		return nil, fmt.Errorf("open the DuckDB file %s: %w", path, sentence.Cause(err))
	}
	return openLocked(path, means)
}

// openLocked opens a DuckDB file to read. Statements that have to be run before it is
// locked down make for one connection, as each would have to run them.
func openLocked(path string, means means, first ...string) (*sql.DB, error) {
	options := url.Values{"access_mode": {"READ_ONLY"}}
	means.apply(options)
	if len(first) == 0 {
		for name, value := range lockdown {
			options.Set(name, value)
		}
		return connect(path, options)
	}
	for _, name := range slices.Sorted(maps.Keys(lockdown)) { // lock_configuration comes last
		first = append(first, fmt.Sprintf("SET %s = %s", name, lockdown[name]))
	}
	db, err := connect(path, options, first...)
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}

// connect opens a DuckDB file with options, has each connection begin with statements,
// and makes sure that the file can be read.
func connect(path string, options url.Values, first ...string) (*sql.DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if strings.ContainsAny(path, "?#%") { // the driver reads the name as a URL
		return nil, sentence.New(lake.ErrData, "%q has one of ? # %% in its name, which DuckDB's driver cannot open", path)
	}
	return connectTo(path, path, options, first...)
}

// connectTo is connect for a name that the driver takes, which is empty for a database of
// no file; path is what errors are about.
func connectTo(name, path string, options url.Values, first ...string) (*sql.DB, error) {
	connector, err := duckdb.NewConnector(name+"?"+options.Encode(), func(c driver.ExecerContext) error {
		if len(first) == 0 {
			return nil
		}
		_, err := c.ExecContext(context.Background(), strings.Join(first, ";\n"), nil)
		return err
	})
	if err != nil {
		return nil, unopened(path, err)
	}
	db := sql.OpenDB(connector)
	if err := db.Ping(); err != nil {
		return nil, errors.Join(unopened(path, err), db.Close())
	}
	return db, nil
}

// ErrHeld: another process has a DuckDB file open, to write.
var ErrHeld = errors.New("the file is locked")

// unopened says why DuckDB did not open a file, and what to do.
func unopened(path string, err error) error {
	switch text := err.Error(); {
	case strings.Contains(text, "Conflicting lock is held in PID 0"): // by nobody
		return fmt.Errorf("the DuckDB file %s cannot be locked: choose a data folder on a file system that has locks", path)
	case strings.Contains(text, "Could not set lock"):
		return sentence.New(ErrHeld, "the DuckDB file %s is locked by another process: close it there first", path)
	case strings.Contains(text, "not a valid DuckDB database file"):
		return fmt.Errorf("%s is not a DuckDB file: `hubgraph rebuild` makes it again", path)
	}
	return fmt.Errorf("open the DuckDB file %s: %w", path, err)
}

// Newest is the path of the newest DuckDB file of a data folder:
// hubgraph.duckdb, or the one that was published beside it while somebody wrote
// to that. Without any it is lake.ErrNoSnapshot.
func Newest(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", sentence.New(lake.ErrData, "the data folder %s cannot be read: %v", dir, sentence.Cause(err))
	}
	last, _ := os.ReadFile(filepath.Join(dir, lake.NewestDuckDBFile)) // without it the times of the files decide
	newest, found := "", fs.FileInfo(nil)
	for _, e := range entries {
		if !lake.IsDuckDB(e.Name()) {
			continue
		}
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		if e.Name() == strings.TrimSpace(string(last)) {
			return filepath.Join(dir, e.Name()), nil
		}
		if found == nil || info.ModTime().After(found.ModTime()) {
			newest, found = filepath.Join(dir, e.Name()), info
		}
	}
	if newest != "" {
		return newest, nil
	}
	d, err := lake.Find(dir)
	var p *lake.Portal
	if err == nil {
		p, err = d.Only()
	}
	if err == nil {
		_, err = p.Newest()
	}
	if err == nil {
		err = sentence.New(lake.ErrNoSnapshot, "%s holds snapshots, and no DuckDB file: `hubgraph rebuild` makes it, or `hubgraph audit` where none is complete", dir)
	}
	return "", err
}

// OpenPublished opens the newest DuckDB file of a data folder as Open does.
func OpenPublished(dir string, limit Memory) (*sql.DB, error) {
	path, err := Newest(dir)
	if err != nil {
		return nil, err
	}
	return Open(path, limit)
}

// escapeGlob makes a path match itself only where DuckDB takes a glob.
func escapeGlob(path string) string {
	return strings.NewReplacer("[", "[[]", "*", "[*]", "?", "[?]").Replace(path)
}

// askFiles asks a DuckDB without a file of its own, and calls f for each row.
func askFiles(ctx context.Context, query string, f func(*sql.Rows) error) error {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return err
	}
	return errors.Join(sqlrows.Each(ctx, db, query, nil, f), db.Close())
}

// Version is the version of the DuckDB that is built in.
func Version(ctx context.Context) (version string, err error) {
	err = askFiles(ctx, "SELECT version()", func(row *sql.Rows) error { return row.Scan(&version) })
	return version, err
}

// withoutNUL leaves out the one character that SQL text cannot hold.
func withoutNUL(text string) string { return strings.ReplaceAll(text, "\x00", "") }

// quote writes an identifier in SQL.
func quote(name string) string {
	return `"` + strings.ReplaceAll(withoutNUL(name), `"`, `""`) + `"`
}

// literal writes a text in SQL, where it must be one literal: but for NUL.
func literal(s string) string {
	return "'" + strings.ReplaceAll(withoutNUL(s), "'", "''") + "'"
}

// expression writes any text in SQL, where an expression may stand.
func expression(s string) string {
	var parts []string
	for part := range strings.SplitSeq(s, "\x00") {
		parts = append(parts, literal(part))
	}
	return strings.Join(parts, " || chr(0) || ")
}
