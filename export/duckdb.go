package export

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "github.com/duckdb/duckdb-go/v2" // the driver "duckdb"
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

// Open opens a DuckDB file, locked down: SQL cannot reach other files, load
// extensions or change settings. Read-only, several processes may have it open;
// otherwise only one.
func Open(path string, readOnly bool) (*sql.DB, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open the DuckDB file %s: %w", path, cause(err))
	}
	options := url.Values{}
	for name, value := range lockdown {
		options.Set(name, value)
	}
	if readOnly {
		options.Set("access_mode", "READ_ONLY")
	}
	return connect(path, options)
}

// connect opens a DuckDB file with options, and makes sure that it can be read.
func connect(path string, options url.Values) (*sql.DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if strings.ContainsAny(path, "?#%") { // the driver reads the name as a URL
		return nil, dataError("%q has one of ? # %% in its name, which DuckDB's driver cannot open", path)
	}
	db, err := sql.Open("duckdb", path+"?"+options.Encode())
	if err != nil {
		return nil, fmt.Errorf("open the DuckDB file %s: %w", path, err)
	}
	if err := db.Ping(); err != nil {
		return nil, errors.Join(fmt.Errorf("open the DuckDB file %s: %w", path, err), db.Close())
	}
	return db, nil
}

// PublishedDuckDB is the path of the newest DuckDB file of a data folder:
// hubgraph.duckdb, or the one that was published beside it while somebody held
// that open. Without any it is ErrNoSnapshot.
func PublishedDuckDB(dir string) (string, error) {
	names, err := filepath.Glob(filepath.Join(escapeGlob(dir), "hubgraph*.duckdb"))
	if err != nil {
		return "", err
	}
	newest, found := "", fs.FileInfo(nil)
	for _, name := range names {
		info, err := os.Lstat(name)
		if err == nil && info.Mode().IsRegular() && (found == nil || info.ModTime().After(found.ModTime())) {
			newest, found = name, info
		}
	}
	if newest == "" {
		return "", &wrapped{ErrNoSnapshot, fmt.Sprintf("%s holds no DuckDB file: run `hubgraph crawl` first, or `hubgraph rebuild` where there are snapshots", dir)}
	}
	return newest, nil
}

// escapeGlob makes a path match itself only, in Go's globs and in DuckDB's.
func escapeGlob(path string) string {
	return strings.NewReplacer("[", "[[]", "*", "[*]", "?", "[?]").Replace(path)
}

// DuckDBVersion is the version of the DuckDB that is built in.
func DuckDBVersion(ctx context.Context) (version string, err error) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return "", err
	}
	err = db.QueryRowContext(ctx, "SELECT version()").Scan(&version)
	return version, errors.Join(err, db.Close())
}

// quote writes an identifier in SQL.
func quote(name string) string {
	return `"` + strings.ReplaceAll(strings.ReplaceAll(name, "\x00", ""), `"`, `""`) + `"`
}

// literal writes a text in SQL.
func literal(s string) string {
	return "'" + strings.ReplaceAll(strings.ReplaceAll(s, "\x00", ""), "'", "''") + "'"
}
