package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"hubgraph/export"
	"hubgraph/export/lake"
	"hubgraph/internal/sqlrows"
)

// Erase writes the snapshots and audits in which something that is sought stands anew,
// without it. Rows of a sought record, of its associations and of findings about it go; in
// rows of others what names it goes. What counts the rest is counted again: the degree of
// its neighbours, the rows of each association type, and the rows of the snapshot. Coverage
// and results of checks say what was read and found then, and stay. Each folder is
// replaced in one step, and progress is called after it. The data folder must be locked.
func (f *Files) Erase(ctx context.Context, s *Sought, tool string, now time.Time, progress func(id string, rows int64)) error {
	nights, err := f.All()
	if err != nil {
		return err
	}
	audits, err := f.Audits()
	if err != nil {
		return err
	}
	for _, a := range append(audits, folders(nights)...) {
		e := &eraser{files: f, sought: s, folder: a, note: lake.Erasure{At: now.UTC().Truncate(time.Second), ToolVersion: tool}}
		if err := e.erase(ctx); err != nil {
			return err
		}
		if e.note.Rows+e.note.Edited > 0 {
			progress(e.id(), e.note.Rows+e.note.Edited)
		}
	}
	return nil
}

// DropKept removes what is kept of the tables of all nights, which holds what the lake no
// longer does. The data folder must be locked.
func (f *Files) DropKept() error {
	history, err := f.History()
	if err == nil {
		err = os.RemoveAll(history)
	}
	return err
}

// DropDuckDBs removes the DuckDB files that nobody has open to write, where no snapshot is
// whole and none can be made again. The data folder must be locked.
func (f *Files) DropDuckDBs() error {
	names, err := f.DuckDBs()
	if err != nil {
		return err
	}
	return f.Within(func(root *os.Root) error {
		for _, name := range names {
			if why, err := lake.Occupied(root, name); err != nil || why != "" {
				continue // which the search reports
			}
			if err := root.Remove(name); err != nil {
				return err
			}
		}
		return lake.SyncDir(root, ".")
	})
}

// eraser writes one folder anew.
type eraser struct {
	files   *Files
	sought  *Sought
	folder  lake.Folder
	scratch *sql.DB
	note    lake.Erasure
	tables  map[string]erasedTable
}

// erasedTable is a table of which something goes.
type erasedTable struct {
	columns []tableColumn
	names   []string
	rows    int64 // that go
	edited  int64 // that are changed
}

func (e *eraser) id() string {
	if a := e.folder.Manifest.Audit; a != nil {
		return "audit " + a.AuditID
	}
	return "snapshot " + e.folder.Manifest.Snapshot.SnapshotID
}

func (e *eraser) erase(ctx context.Context) error {
	work, err := e.files.Work("erase")
	if err != nil {
		return err
	}
	if e.scratch, err = openScratch(work, e.files.Memory); err != nil {
		return err
	}
	e.scratch.SetMaxOpenConns(1) // for its temporary tables
	defer e.scratch.Close()
	if err := e.count(ctx); err != nil {
		return fmt.Errorf("look into %s: %w", e.id(), err)
	}
	if e.note.Rows+e.note.Edited == 0 {
		return nil
	}
	if err := e.prepare(ctx); err != nil {
		return fmt.Errorf("look into %s: %w", e.id(), err)
	}
	r := lake.Rewriting{Amend: e.amend}
	for _, file := range e.folder.Manifest.Files {
		if !e.rewrites(file.Table) {
			continue
		}
		r.Files = append(r.Files, lake.Rewritten{Path: file.Path, Write: func(ctx context.Context, to string, staged func(string) string) error {
			return e.write(ctx, file, to, staged)
		}})
	}
	return e.files.Rewrite(ctx, e.folder, r)
}

// rewrites reports whether a table is written anew. What counts others follows them.
func (e *eraser) rewrites(table string) bool {
	t := e.tables[table]
	if t.rows+t.edited > 0 {
		return true
	}
	switch table {
	case "association_stats":
		return e.tables["associations"].rows > 0
	case "objects":
		return e.tables["associations"].rows > 0
	case "snapshot":
		return e.tables["objects"].rows+e.tables["associations"].rows > 0
	}
	return false
}

// goes is the condition that a row goes.
func (e *eraser) goes(names []string) string { return e.sought.about(names) }

// edits is the condition that a row that stays is changed.
func (e *eraser) edits(table string, columns []tableColumn) string {
	ways := []string{"false"}
	for _, c := range columns {
		ways = append(ways, c.mentioned(e.sought))
		if table == "findings" && c.name == "evidence" {
			ways = append(ways, e.sought.named(c.name))
		}
	}
	if slices.ContainsFunc(columns, func(c tableColumn) bool { return c.name == "merged_into" }) && len(e.sought.Fingerprints) > 0 {
		ways = append(ways, fmt.Sprintf("coalesce(merged_into IN (%s), false)", literals(e.sought.Fingerprints)))
	}
	return strings.Join(ways, " OR ")
}

// count finds out which tables change.
func (e *eraser) count(ctx context.Context) error {
	e.tables = map[string]erasedTable{}
	tables := export.SnapshotTables()
	if e.folder.Manifest.Audit != nil {
		tables = export.AuditTables()
	}
	for _, table := range tables {
		files, err := e.files.Files(table.Name, e.folder)
		if err != nil {
			return err
		}
		for _, file := range files {
			read := readParquet([]string{file}, "")
			var t erasedTable
			if t.columns, t.names, err = described(ctx, e.scratch, read); err != nil {
				return err
			}
			goes := e.goes(t.names)
			query := fmt.Sprintf("SELECT count(*) FILTER (%[1]s), count(*) FILTER (NOT %[1]s AND (%[2]s)) FROM %[3]s", goes, e.edits(table.Name, t.columns), read)
			if err := sqlrows.Each(ctx, e.scratch, query, nil, func(row *sql.Rows) error { return row.Scan(&t.rows, &t.edited) }); err != nil {
				return err
			}
			e.tables[table.Name] = t
			e.note.Rows, e.note.Edited = e.note.Rows+t.rows, e.note.Edited+t.edited
		}
	}
	manifest, err := e.folder.Manifest.Encode()
	if err == nil && e.sought.Clean(string(manifest)) != string(manifest) {
		e.note.Edited++
	}
	return err
}

// prepare makes the tables that the writing reads: how many sought neighbours each record
// has, and evidence as it is to be.
func (e *eraser) prepare(ctx context.Context) error {
	for _, statement := range []string{
		"CREATE TABLE fewer (object_type VARCHAR, object_id BIGINT, n BIGINT)",
		"CREATE TABLE cleaned (old VARCHAR, clean VARCHAR)",
	} {
		if _, err := e.scratch.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	if t := e.tables["associations"]; t.rows > 0 {
		files, err := e.files.Paths("associations", e.folder)
		if err != nil {
			return err
		}
		from, to := e.sought.about([]string{"from_type", "from_id"}), e.sought.about([]string{"to_type", "to_id"})
		query := fmt.Sprintf(`INSERT INTO fewer SELECT object_type, object_id, count(DISTINCT (other_type, other_id)) FROM (
			SELECT to_type AS object_type, to_id AS object_id, from_type AS other_type, from_id AS other_id FROM %[1]s WHERE %[2]s
			UNION ALL SELECT from_type, from_id, to_type, to_id FROM %[1]s WHERE %[3]s) GROUP BY ALL`, readParquet(files, ""), from, to)
		if _, err := e.scratch.ExecContext(ctx, query); err != nil {
			return err
		}
	}
	t := e.tables["findings"]
	if t.edited == 0 {
		return nil
	}
	files, err := e.files.Paths("findings", e.folder)
	if err != nil {
		return err
	}
	var old []string
	query := fmt.Sprintf("SELECT DISTINCT evidence FROM %s WHERE NOT %s AND (%s OR %s)", readParquet(files, ""), e.goes(t.names), e.sought.mentioned("evidence"), e.sought.named("evidence"))
	err = sqlrows.Each(ctx, e.scratch, query, nil, func(row *sql.Rows) error {
		var text string
		err := row.Scan(&text)
		old = append(old, text)
		return err
	})
	c := e.sought.cleaner()
	for _, text := range old {
		clean, cleaning := c.evidence(text)
		if err = errors.Join(err, cleaning); err != nil {
			break
		}
		_, err = e.scratch.ExecContext(ctx, "INSERT INTO cleaned VALUES (?, ?)", text, clean)
	}
	return err
}

// write writes a table of the folder anew. The rows keep their order.
func (e *eraser) write(ctx context.Context, file lake.File, to string, staged func(string) string) error {
	t := e.tables[file.Table]
	files, err := e.files.Paths(file.Table, e.folder)
	if err != nil {
		return err
	}
	var replaced []string
	join := ""
	switch file.Table {
	case "objects":
		join = "LEFT JOIN fewer ON fewer.object_type = t.object_type AND fewer.object_id = t.object_id"
		replaced = append(replaced, "CAST(greatest(0, t.degree - coalesce(fewer.n, 0)) AS INTEGER) AS degree")
	case "findings":
		join = "LEFT JOIN cleaned ON cleaned.old = t.evidence"
		replaced = append(replaced, "coalesce(cleaned.clean, t.evidence) AS evidence")
	case "association_stats":
		join = fmt.Sprintf(`LEFT JOIN (SELECT from_type, to_type, category, type_id, count(*) AS edges, count(DISTINCT from_id) AS from_records FROM %s GROUP BY ALL) AS n
			USING (from_type, to_type, category, type_id)`, readParquet([]string{staged(e.path("associations"))}, ""))
		replaced = append(replaced, "coalesce(n.edges, 0) AS edges", "coalesce(n.from_records, 0) AS from_records")
	case "snapshot":
		for _, table := range []string{"objects", "associations"} {
			replaced = append(replaced, fmt.Sprintf("t.%[1]s - %[2]d AS %[1]s", table, e.tables[table].rows))
		}
	}
	query := fmt.Sprintf("COPY (SELECT t.* EXCLUDE (file_row_number)%s FROM (SELECT *%s FROM %s WHERE NOT %s) AS t %s ORDER BY t.file_row_number) TO %s (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)",
		replace(replaced), replace(e.replaced(t.columns)), readParquet(files, ", file_row_number = true"), e.goes(t.names), join, literal(to))
	if _, err := e.scratch.ExecContext(ctx, query); err != nil {
		return fmt.Errorf("write %s: %s", file.Table, firstLine(err))
	}
	return nil
}

// replace is what follows the star of a SELECT where some columns are not as they were.
func replace(columns []string) string {
	if len(columns) == 0 {
		return ""
	}
	return " REPLACE (" + strings.Join(columns, ", ") + ")"
}

// path is where a table lies in the folder.
func (e *eraser) path(table string) string {
	i := slices.IndexFunc(e.folder.Manifest.Files, func(f lake.File) bool { return f.Table == table })
	return e.folder.Manifest.Files[i].Path
}

// replaced are the columns of rows that stay, without what names what is sought.
func (e *eraser) replaced(columns []tableColumn) []string {
	var list []string
	for _, c := range columns {
		name := quote(c.name)
		switch {
		case c.name == "evidence", c.name == "fingerprint":
		case c.name == "family" || c.name == "family_rule":
			list = append(list, fmt.Sprintf("CASE WHEN %s OR %s THEN NULL ELSE %s END AS %s", e.sought.mentioned("family_rule"), e.sought.named("family_rule"), name, name))
		case c.name == "merged_into" && len(e.sought.Fingerprints) > 0:
			list = append(list, fmt.Sprintf("CASE WHEN merged_into IN (%s) THEN NULL ELSE merged_into END AS merged_into", literals(e.sought.Fingerprints)))
		case c.name == "cycle_id":
			list = append(list, fmt.Sprintf("CASE WHEN %s THEN NULL ELSE cycle_id END AS cycle_id", c.mentioned(e.sought)))
		case c.kind == "MAP(VARCHAR, VARCHAR)":
			list = append(list, fmt.Sprintf("map_from_entries(list_filter(map_entries(%s), lambda e: NOT (%s))) AS %s", name, e.sought.entry(), name))
		case c.kind == "VARCHAR[]":
			list = append(list, fmt.Sprintf("list_filter(%s, lambda e: NOT regexp_matches(e, %s)) AS %s", name, literal(e.sought.pattern()), name))
		case c.kind == "VARCHAR":
			list = append(list, fmt.Sprintf("CASE WHEN %s THEN regexp_replace(%s, %s, %s, 'g') ELSE %s END AS %s", e.sought.mentioned(c.name), name, literal(e.sought.pattern()), literal(erasedText), name, name))
		}
	}
	return list
}

// amend has the manifest say what is gone.
func (e *eraser) amend(m *lake.Manifest) {
	m.Erased = append(slices.Clone(m.Erased), e.note)
	if m.Snapshot != nil {
		row := *m.Snapshot
		row.Objects -= e.tables["objects"].rows
		row.Associations -= e.tables["associations"].rows
		m.Snapshot = &row
	}
	if m.Audit != nil {
		audit := *m.Audit
		audit.Notes = slices.Clone(audit.Notes)
		for i, note := range audit.Notes {
			audit.Notes[i] = e.sought.Clean(note)
		}
		m.Audit = &audit
	}
	if m.Certificate != nil {
		c := *m.Certificate
		c.Gaps = slices.Clone(c.Gaps)
		for i, g := range c.Gaps {
			if g.Reason != nil {
				clean := e.sought.Clean(*g.Reason)
				c.Gaps[i].Reason = &clean
			}
		}
		m.Certificate = &c
	}
}
