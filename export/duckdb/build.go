package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
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
	// Audited says that the register of findings is to be as of the newest audit of the
	// snapshot that counts, and not as of those of earlier snapshots, with which an audit
	// of the snapshot is compared.
	Audited bool
	// Pair says that only the two nights are wanted: the tables of all nights have no rows.
	Pair bool
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

func (b Build) report(done, total int) {
	if b.Progress != nil {
		b.Progress(done, total)
	}
}

func (f *Files) build(ctx context.Context, file, dir string, b Build) error {
	loads, err := f.loads(b)
	if err != nil {
		return err
	}
	begun, err := outlines.begin(file, b.Settings)
	if err != nil {
		return err
	}
	var steps []func(*sql.Tx) error
	if !begun {
		steps = append(steps, func(tx *sql.Tx) error { return outline(ctx, tx, dir, loads, b.Settings) })
	}
	return modify(ctx, file, f.Memory.of(b.size()), append(steps, func(tx *sql.Tx) error {
		if !begun {
			if err := outlines.keep(file, b.Settings); err != nil {
				return err
			}
		}
		return f.fill(ctx, tx, loads, b)
	}, func(tx *sql.Tx) error { return derive(ctx, tx, loads) })...)
}

// fill loads the rows of all tables.
func (f *Files) fill(ctx context.Context, tx *sql.Tx, loads []load, b Build) error {
	for i, l := range loads {
		b.report(i, len(loads))
		if err := f.load(ctx, tx, l); err != nil {
			return fmt.Errorf("load %s: %w", l.name, err)
		}
	}
	b.report(len(loads), len(loads))
	for _, s := range b.Settings {
		if _, err := tx.ExecContext(ctx, "INSERT INTO settings BY NAME SELECT ? AS key, ? AS value", s.Key, s.Value); err != nil {
			return fmt.Errorf("load settings: %w", err)
		}
	}
	return nil
}

// derive fills the models that are tables, and makes the views that depend on rows. It is a step
// after fill: of rows that the transaction itself has written DuckDB knows no statistics, so
// that its plans would cost several times as much.
func derive(ctx context.Context, tx *sql.Tx, loads []load) error {
	for _, m := range queries.Models() {
		if !m.Kept {
			continue
		}
		if err := execute(ctx, tx, fmt.Sprintf("INSERT INTO %s\n%s", quote(m.Name), m.SQL)); err != nil {
			return fmt.Errorf("the model %s: %w", m.Name, err)
		}
	}
	return createPairs(ctx, tx, loads)
}

// size is how many bytes of Parquet the two nights are.
func (b Build) size() int64 {
	size := b.Snapshot.Bytes()
	if b.Baseline != nil {
		size += b.Baseline.Bytes()
	}
	return size
}

// rowGroup is how many rows of a table lie together, with the least and the greatest value
// of each column: whoever looks up a record reads those groups that may hold it. DuckDB's
// own 122,880 make the file 4 % smaller and its scans 4 % faster, and a look-up three times
// as long.
const rowGroup = 20_480

// modify opens a DuckDB file in work/ to write, and leaves it synced, with the
// mode of the other files, and without a write-ahead log. All changes of a step are one
// transaction: DuckDB syncs its log once for them, and rows do not wait in memory for
// its end.
func modify(ctx context.Context, file string, means means, steps ...func(*sql.Tx) error) error {
	file, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	options := url.Values{"temp_directory": {file + ".tmp"}}
	means.apply(options)
	options.Set("autoinstall_known_extensions", "false")
	options.Set("autoload_known_extensions", "false")
	attach := fmt.Sprintf("ATTACH IF NOT EXISTS %s AS hubgraph (ROW_GROUP_SIZE %d)", literal(file), rowGroup)
	db, err := connectTo("", file, options, attach, "USE hubgraph")
	if err != nil {
		return err
	}
	for _, step := range steps {
		if err == nil {
			err = inOne(ctx, db, step)
		}
	}
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	if _, err := os.Lstat(file + ".wal"); err == nil {
		return fmt.Errorf("%s.wal is left after a checkpoint", file)
	}
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(narrow(file), f.Sync(), f.Close())
}

// narrow gives a file that DuckDB made the mode of the other files; the umask has taken
// its part before.
func narrow(name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	return os.Chmod(name, info.Mode().Perm()&lake.FileMode)
}

// inOne makes changes in one transaction, and what they wrote part of the file.
func inOne(ctx context.Context, db *sql.DB, change func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // of what is not committed
	if err := change(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "CHECKPOINT")
	return err
}

// load is a table of the DuckDB file and what it is made of.
type load struct {
	export.Table
	name, comment string
	from          []lake.Folder // in the order of the rows
	history       bool          // it holds many nights, which are kept from one file to the next
	columns       string        // what is selected of the folders' files; all that the table has where it is empty
	unique        string        // of rows that are equal in this column only the newest folder's stays
}

// loads lists the tables of a DuckDB file.
func (f *Files) loads(b Build) ([]load, error) {
	lake, err := f.lakeLoads(b)
	if err != nil {
		return nil, err
	}
	audits, err := f.auditLoads(b)
	loads := append(lake, audits...)
	if b.Pair {
		for i := range loads {
			if loads[i].history {
				loads[i].from, loads[i].history = nil, false
			}
		}
	}
	return loads, err
}

// auditLoads lists the tables of a DuckDB file that are made of the audits.
func (f *Files) auditLoads(b Build) ([]load, error) {
	audits, err := f.Audits()
	if err != nil {
		return nil, err
	}
	counting := slices.DeleteFunc(lake.Counting(audits), func(a lake.Folder) bool {
		after := lake.CompareIDs(a.Manifest.Audit.SnapshotID, b.Snapshot.ID)
		return after > 0 || after == 0 && !b.Audited
	})
	var loads []load
	for _, t := range export.AuditTables() {
		l := load{Table: t, name: t.Name, comment: t.Comment, history: true}
		switch t.Name {
		case "settings": // those of this build
			l.history = false
		case "check_results":
			l.from = audits
		case "findings":
			l.from, l.unique = counting, "fingerprint"
		default:
			l.from = counting
		}
		loads = append(loads, l)
	}
	return loads, nil
}

// lakeLoads lists the tables of a DuckDB file that are made of the lake.
func (f *Files) lakeLoads(b Build) ([]load, error) {
	nights, err := f.All()
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
	for _, t := range export.SnapshotTables() {
		switch t.Name {
		case "snapshot":
			loads = append(loads, load{Table: t, name: t.Name, comment: "The audited snapshot, one row", from: snapshot},
				load{Table: t, name: "baseline", comment: "The snapshot that the audited one is compared with: one row, or none", from: baseline},
				load{Table: t, name: "snapshots", comment: "All snapshots of the lake, complete or not", from: every, history: true})
		case "association_stats":
			loads = append(loads, load{Table: t, name: t.Name, comment: t.Comment + ", in each snapshot that was read, but for a few records", from: complete, history: true,
				columns: `regexp_extract(filename, '.*[/\\](?:snapshot|incomplete)=([^/\\]+)[/\\]', 1) AS snapshot_id, * EXCLUDE (filename)`})
		default:
			loads = append(loads, load{Table: t, name: t.Name, comment: t.Comment, from: snapshot},
				load{Table: t, name: "baseline_" + t.Name, comment: "The baseline's " + t.Name + "; no rows where there is no baseline", from: baseline})
		}
	}
	return loads, nil
}

// create makes the table, with the columns of its row struct and no rows. The empty file
// that has them is written to a folder.
func (l load) create(ctx context.Context, db asked, dir string) error {
	empty := filepath.Join(dir, l.Table.Name+".parquet")
	if err := writeEmpty(empty, l.Table); err != nil {
		return err
	}
	extra := ""
	if l.columns != "" {
		extra = "'' AS snapshot_id, "
	}
	return execute(ctx, db, fmt.Sprintf("CREATE TABLE %s AS SELECT %s*%s FROM %s", quote(l.name), extra, l.widened(), readParquet([]string{empty}, "")))
}

// widened has all integers of the table BIGINT, so that nobody who compares, adds or joins
// them has to know which of them Parquet holds in 32 bits.
func (l load) widened() string {
	var casts []string
	for _, c := range l.Columns() {
		if c.Type == "INT" {
			casts = append(casts, fmt.Sprintf("CAST(%[1]s AS BIGINT) AS %[1]s", quote(c.Name)))
		}
	}
	if len(casts) == 0 {
		return ""
	}
	return " REPLACE (" + strings.Join(casts, ", ") + ")"
}

// load fills a table by the names of the columns: files of an older format that lack a
// column have NULL there, and columns of the past are left out.
func (f *Files) load(ctx context.Context, tx *sql.Tx, l load) error {
	if !l.history {
		files, err := f.Files(l.Table.Name, l.from...)
		if err != nil {
			return err
		}
		return execute(ctx, tx, l.insert("", files)...)
	}
	kept, err := f.keptOf(l)
	if err != nil {
		return err
	}
	if err := execute(ctx, tx, l.insert(kept.file, kept.rest)...); err != nil {
		return err
	}
	return kept.keep(ctx, tx)
}

// insert are the statements that fill the table: from a file that holds rows of the
// table itself, and from files of folders, in their order.
func (l load) insert(kept string, files []string) []string {
	var names []string
	for _, c := range l.Columns() {
		names = append(names, literal(c.Name))
	}
	own := fmt.Sprintf("COLUMNS(c -> c IN (%s, 'snapshot_id'))", strings.Join(names, ", "))
	var statements []string
	if kept != "" {
		statements = append(statements, fmt.Sprintf("INSERT INTO %s BY NAME FROM %s", quote(l.name), readParquet([]string{kept}, "")))
	}
	if len(files) == 0 {
		return statements
	}
	if l.columns != "" {
		return append(statements, fmt.Sprintf("INSERT INTO %s BY NAME SELECT %s FROM (SELECT %s FROM %s)", quote(l.name), own, l.columns, readParquet(files, ", union_by_name = true, filename = true")))
	}
	if l.unique == "" {
		return append(statements, fmt.Sprintf("INSERT INTO %s BY NAME SELECT %s FROM %s", quote(l.name), own, readParquet(files, ", union_by_name = true")))
	}
	paths := make([]string, len(files))
	for i, file := range files {
		paths[i] = literal(file)
	}
	read := readParquet(files, ", union_by_name = true, filename = true")
	newest := fmt.Sprintf("SELECT * FROM %s QUALIFY row_number() OVER (PARTITION BY %s ORDER BY list_position([%s], filename) DESC) = 1", read, quote(l.unique), strings.Join(paths, ", "))
	return append(statements,
		fmt.Sprintf("DELETE FROM %[1]s WHERE %[2]s IN (SELECT %[2]s FROM %[3]s)", quote(l.name), quote(l.unique), read),
		fmt.Sprintf("INSERT INTO %s BY NAME SELECT %s FROM (%s)", quote(l.name), own, newest))
}

// asked is what can be asked: a database, or a transaction of one.
type asked interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// execute runs statements. An error is DuckDB's own sentence, without the SQL that
// follows it there.
func execute(ctx context.Context, db asked, statements ...string) error {
	if len(statements) == 0 {
		return nil
	}
	if _, err := db.ExecContext(ctx, strings.Join(statements, ";\n")); err != nil {
		return sentence.New(err, "%s", firstLine(err))
	}
	return nil
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
	if l.columns != "" {
		columns = append(columns, export.Column{Name: "snapshot_id", Comment: "Snapshot that was counted"})
	}
	for _, c := range columns {
		comments = append(comments, fmt.Sprintf("COMMENT ON COLUMN %s.%s IS %s", quote(l.name), quote(c.Name), literal(c.Comment)))
	}
	return comments
}
