package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"hubgraph/export"
	"hubgraph/export/lake"
	"hubgraph/internal/sentence"
	"hubgraph/queries"
)

// Build says what a DuckDB file is made of.
type Build struct {
	Snapshot lake.Entry        // the audited snapshot
	Baseline *lake.Entry       // what it is compared with; nil: nothing
	Settings []queries.Setting // what the checks read
	// Progress, where set, is called before each table, and after the last one.
	Progress func(done, total int)
}

// Build makes a DuckDB file of a snapshot, its baseline, and what the lake and
// the audits hold of all nights. It lies in work/ until PublishDuckDB puts it
// into place. Every Parquet file is compared with its manifest before it is
// read. Two builds of the same lake hold the same tables.
func (f *Files) Build(ctx context.Context, b Build) (string, error) {
	dir, err := f.Work("build")
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, lake.DuckDBFile)
	absolute, err := filepath.Abs(dir)
	if err == nil {
		err = f.build(ctx, file, absolute, b)
	}
	if err != nil {
		return "", fmt.Errorf("build the DuckDB file of snapshot %s: %w", b.Snapshot.ID, err)
	}
	return file, nil
}

func (b Build) tell(done, total int) {
	if b.Progress != nil {
		b.Progress(done, total)
	}
}

func (f *Files) build(ctx context.Context, file, dir string, b Build) error {
	loads, err := f.loads(b)
	if err != nil {
		return err
	}
	return modify(file, f.Memory, func(db *sql.DB) error {
		for i, l := range loads {
			b.tell(i, len(loads))
			if err := f.load(ctx, db, dir, l); err != nil {
				return fmt.Errorf("load %s: %w", l.name, err)
			}
		}
		b.tell(len(loads), len(loads))
		for _, s := range b.Settings {
			if _, err := db.ExecContext(ctx, "INSERT INTO settings BY NAME SELECT ? AS key, ? AS value", s.Key, s.Value); err != nil {
				return fmt.Errorf("load settings: %w", err)
			}
		}
		if err := createViews(ctx, db, loads); err != nil {
			return err
		}
		_, err := db.ExecContext(ctx, "CHECKPOINT")
		return err
	})
}

// modify opens a DuckDB file in work/ to write, and leaves it synced, with the
// mode of the other files, and without a write-ahead log.
func modify(file string, limit Memory, change func(*sql.DB) error) error {
	options := url.Values{}
	limit.apply(options)
	options.Set("autoinstall_known_extensions", "false")
	options.Set("autoload_known_extensions", "false")
	db, err := connect(file, options)
	if err != nil {
		return err
	}
	if err := errors.Join(change(db), db.Close()); err != nil {
		return err
	}
	if _, err := os.Lstat(file + ".wal"); err == nil {
		return fmt.Errorf("%s.wal is left after a checkpoint", file)
	}
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil {
		err = f.Chmod(info.Mode().Perm() & lake.FileMode) // the umask has taken its part
	}
	return errors.Join(err, f.Sync(), f.Close())
}

// load is a table of the DuckDB file and what it is made of.
type load struct {
	export.Table
	name, comment string
	files         []string // of Parquet, in the order of the rows
	nightly       bool     // a column snapshot_id stands before the others
}

// loads lists the tables of a DuckDB file.
func (f *Files) loads(b Build) ([]load, error) {
	nights, err := f.All()
	if err != nil {
		return nil, err
	}
	audits, err := f.Audits()
	if err != nil {
		return nil, err
	}
	snapshot, baseline := []lake.Folder{b.Snapshot.Folder()}, []lake.Folder(nil)
	if b.Baseline != nil {
		baseline = append(baseline, b.Baseline.Folder())
	}
	var every, complete []lake.Folder
	for _, n := range nights {
		every = append(every, n.Folder())
		if n.Readable() || n.ID == b.Snapshot.ID {
			complete = append(complete, n.Folder())
		}
	}
	var loads []load
	add := func(t export.Table, name, comment string, from []lake.Folder) error {
		files, err := f.Files(t.Name, from...)
		loads = append(loads, load{Table: t, name: name, comment: comment, files: files, nightly: name == "association_stats"})
		return err
	}
	for _, t := range export.SnapshotTables() {
		switch t.Name {
		case "snapshot":
			err = errors.Join(add(t, t.Name, "The audited snapshot, one row", snapshot),
				add(t, "baseline", "The snapshot that the audited one is compared with: one row, or none", baseline),
				add(t, "snapshots", "All snapshots of the lake, complete or not", every))
		case "association_stats":
			err = add(t, t.Name, t.Comment+", in each snapshot that was read, but for a few records", complete)
		default:
			err = errors.Join(add(t, t.Name, t.Comment, snapshot), add(t, "baseline_"+t.Name, "The baseline's "+t.Name+"; no rows where there is no baseline", baseline))
		}
		if err != nil {
			return nil, err
		}
	}
	for _, t := range export.AuditTables() {
		from := audits
		if t.Name == "settings" {
			from = nil // those of this build
		}
		if err := add(t, t.Name, t.Comment, from); err != nil {
			return nil, err
		}
	}
	return loads, nil
}

// load creates a table with the columns of its row struct, fills it by the names
// of the columns, and comments it: files of an older format that lack a column
// have NULL there.
func (f *Files) load(ctx context.Context, db *sql.DB, dir string, l load) error {
	empty := filepath.Join(dir, l.Table.Name+".parquet")
	if err := writeEmpty(empty, l.Table); err != nil {
		return err
	}
	columns := "*"
	if l.nightly {
		columns = "'' AS snapshot_id, *"
	}
	statements := []string{fmt.Sprintf("CREATE TABLE %s AS SELECT %s FROM %s", quote(l.name), columns, readParquet([]string{empty}, ""))}
	switch {
	case len(l.files) == 0:
	case l.nightly:
		statements = append(statements, fmt.Sprintf(`INSERT INTO %s BY NAME
			SELECT regexp_extract(filename, '.*[/\\](?:snapshot|incomplete)=([^/\\]+)[/\\]', 1) AS snapshot_id, * EXCLUDE (filename)
			FROM %s`, quote(l.name), readParquet(l.files, ", union_by_name = true, filename = true")))
	default:
		statements = append(statements, fmt.Sprintf("INSERT INTO %s BY NAME FROM %s", quote(l.name), readParquet(l.files, ", union_by_name = true")))
	}
	return execute(ctx, db, append(statements, l.comments()...)...)
}

// execute runs statements in one transaction: DuckDB syncs its log once for them
// all. An error is DuckDB's own sentence, without the SQL that follows it there.
func execute(ctx context.Context, db *sql.DB, statements ...string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // of what is not committed
	if _, err := tx.ExecContext(ctx, strings.Join(statements, ";\n")); err != nil {
		return sentence.New(err, "%s", firstLine(err))
	}
	return tx.Commit()
}

func writeEmpty(name string, t export.Table) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, lake.FileMode)
	if err != nil {
		return err
	}
	return errors.Join(t.WriteEmpty(f), f.Close())
}

func readParquet(files []string, options string) string {
	list := make([]string, len(files))
	for i, f := range files {
		list[i] = literal(escapeGlob(f))
	}
	return fmt.Sprintf("read_parquet([%s], hive_partitioning = false%s)", strings.Join(list, ", "), options)
}

// comments are the statements that explain a table and its columns.
func (l load) comments() []string {
	comments := []string{fmt.Sprintf("COMMENT ON TABLE %s IS %s", quote(l.name), literal(l.comment))}
	columns := l.Columns()
	if l.nightly {
		columns = append(columns, export.Column{Name: "snapshot_id", Comment: "Snapshot that was counted"})
	}
	for _, c := range columns {
		comments = append(comments, fmt.Sprintf("COMMENT ON COLUMN %s.%s IS %s", quote(l.name), quote(c.Name), literal(c.Comment)))
	}
	return comments
}
