package export

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"

	"hubgraph/queries"
)

// Build says what a DuckDB file is made of.
type Build struct {
	Snapshot Entry             // the audited snapshot
	Baseline *Entry            // what it is compared with; nil: nothing
	Settings []queries.Setting // what the checks read
	// Progress, where set, is called before each table, and after the last one.
	Progress func(done, total int)
}

// Build makes a DuckDB file of a snapshot, its baseline, and what the lake and
// the audits hold of all nights. It lies in work/ until PublishDuckDB puts it
// into place. Every Parquet file is compared with its manifest before it is
// read. Two builds of the same lake hold the same tables.
func (d *Data) Build(ctx context.Context, b Build) (string, error) {
	dir, err := d.work("build")
	if err != nil {
		return "", err
	}
	file := d.path(path.Join(dir, DuckDBFile))
	absolute, err := filepath.Abs(d.path(dir))
	if err == nil {
		err = d.build(ctx, file, absolute, b)
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

func (d *Data) build(ctx context.Context, file, dir string, b Build) error {
	loads, err := d.loads(b)
	if err != nil {
		return err
	}
	return modify(file, d.memory, func(db *sql.DB) error {
		for i, l := range loads {
			b.tell(i, len(loads))
			if err := d.load(ctx, db, dir, l); err != nil {
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

// modify opens a DuckDB file in work/ to write, and leaves it synced, readable
// by its owner only, and without a write-ahead log.
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
	f, err := os.OpenFile(file, os.O_RDWR, fileMode)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(fileMode), f.Sync(), f.Close())
}

// load is a table of the DuckDB file and what it is made of.
type load struct {
	table
	name, comment string
	files         []string // of Parquet, in the order of the rows
	nightly       bool     // a column snapshot_id stands before the others
}

// loads lists the tables of a DuckDB file.
func (d *Data) loads(b Build) ([]load, error) {
	nights, err := d.All()
	if err != nil {
		return nil, err
	}
	audits, err := d.audits()
	if err != nil {
		return nil, err
	}
	snapshot, baseline := []folder{b.Snapshot.folder()}, []folder(nil)
	if b.Baseline != nil {
		baseline = append(baseline, b.Baseline.folder())
	}
	var every, complete []folder
	for _, n := range nights {
		every = append(every, n.folder())
		if n.Readable() || n.ID == b.Snapshot.ID {
			complete = append(complete, n.folder())
		}
	}
	var loads []load
	add := func(t table, name, comment string, from []folder) error {
		files, err := d.files(t.name, from)
		loads = append(loads, load{table: t, name: name, comment: comment, files: files, nightly: name == "association_stats"})
		return err
	}
	for _, t := range snapshotTables() {
		switch t.name {
		case "snapshot":
			err = errors.Join(add(t, t.name, "The audited snapshot, one row", snapshot),
				add(t, "baseline", "The snapshot that the audited one is compared with: one row, or none", baseline),
				add(t, "snapshots", "All snapshots of the lake, complete or not", every))
		case "association_stats":
			err = add(t, t.name, t.comment+", in each snapshot that was read, but for a few records", complete)
		default:
			err = errors.Join(add(t, t.name, t.comment, snapshot), add(t, "baseline_"+t.name, "The baseline's "+t.name+"; no rows where there is no baseline", baseline))
		}
		if err != nil {
			return nil, err
		}
	}
	for _, t := range auditTables() {
		from := audits
		if t.name == "settings" {
			from = nil // those of this build
		}
		if err := add(t, t.name, t.comment, from); err != nil {
			return nil, err
		}
	}
	return loads, nil
}

// folder is a published folder of Parquet files: a snapshot or an audit.
type folder struct {
	dir      string // within the data folder
	manifest Manifest
}

// files verifies the files of a table and returns their paths.
func (d *Data) files(table string, from []folder) ([]string, error) {
	var files []string
	for _, in := range from {
		for _, f := range in.manifest.Files {
			if f.Table != table {
				continue
			}
			if err := d.verify(in.dir, f); err != nil {
				return nil, err
			}
			absolute, err := filepath.Abs(d.path(f.in(in.dir)))
			if err != nil {
				return nil, err
			}
			files = append(files, absolute)
		}
	}
	return files, nil
}

// load creates a table with the columns of its row struct, fills it by the names
// of the columns, and comments it: files of an older format that lack a column
// have NULL there.
func (d *Data) load(ctx context.Context, db *sql.DB, dir string, l load) error {
	empty := filepath.Join(dir, l.table.name+".parquet")
	if err := writeEmpty(empty, l.table); err != nil {
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
		return &wrapped{err, firstLine(err)}
	}
	return tx.Commit()
}

func writeEmpty(name string, t table) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, fileMode)
	if err != nil {
		return err
	}
	return errors.Join(t.empty(f), f.Close())
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
	columns := l.columns()
	if l.nightly {
		columns = append(columns, column{"snapshot_id", "Snapshot that was counted"})
	}
	for _, c := range columns {
		comments = append(comments, fmt.Sprintf("COMMENT ON COLUMN %s.%s IS %s", quote(l.name), quote(c.name), literal(c.comment)))
	}
	return comments
}
