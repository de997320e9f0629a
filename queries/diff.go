package queries

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed diff/*.sql
var diffFiles embed.FS

// Sections are the parts of a comparison of two nights, in their order.
var Sections = []string{"definitions", "links", "records"}

// Difference is one difference of two nights. An association type has the pair of object
// types, a record is in From alone or, where it was merged away, has in To what it was
// merged into. Ids are those after merges, but for what was merged away.
type Difference struct {
	Section  string // one of Sections
	Change   string // added, deleted, renamed, limit · gone, new, changed, listed, unlisted · new, gone, archived, merged, changed
	FromType string
	FromID   *int64
	FromName *string // nil: it has none, or names of people were not asked for
	ToType   *string
	ToID     *int64
	ToName   *string
	Category *string
	TypeID   *int32
	Before   []string // what it was; empty where it was not there
	After    []string // what it is
}

// DiffCount is how many differences there are of a kind.
type DiffCount struct {
	Section string `json:"section"`
	Change  string `json:"change"`
	Count   int64  `json:"count"`
}

// Diff is the comparison of the two nights in a DuckDB file: its models compare them, and
// so it is what the checks of two nights see.
type Diff struct {
	Old, New SnapshotRow
	Counts   []DiffCount // in the order of Sections
	// NotCompared names what both nights did not read alike: KIND FROM, or KIND FROM TO.
	NotCompared []string
}

// Total is how many differences there are.
func (d *Diff) Total() (n int64) {
	for _, c := range d.Counts {
		n += c.Count
	}
	return n
}

// ReadDiff compares the two nights in a DuckDB file: head is called once with the counts,
// and then each for each difference, in order.
func ReadDiff(ctx context.Context, db *sql.DB, head func(*Diff) error, row func(Difference) error) error {
	d := &Diff{}
	for table, to := range map[string]*SnapshotRow{"baseline": &d.Old, "snapshot": &d.New} {
		s, err := readSnapshot(ctx, db, table)
		if err == nil && s == nil {
			err = ErrNoSnapshot
		}
		if err != nil {
			return err
		}
		*to = *s
	}
	conn, err := db.Conn(ctx) // a temporary table is of one connection
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "CREATE OR REPLACE TEMP TABLE differences AS "+diffQuery()); err != nil {
		return fmt.Errorf("compare the nights: %w", err)
	}
	if err := d.read(ctx, conn); err != nil {
		return fmt.Errorf("compare the nights: %w", err)
	}
	if err := head(d); err != nil {
		return err
	}
	rows, err := conn.QueryContext(ctx, "FROM differences ORDER BY place, change, from_type, to_type NULLS FIRST, from_id, to_id, category, type_id")
	if err != nil {
		return fmt.Errorf("compare the nights: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		difference, err := scanDifference(rows)
		if err != nil {
			return fmt.Errorf("compare the nights: %w", err)
		}
		if err := row(difference); err != nil {
			return err
		}
	}
	return rows.Err()
}

// diffQuery is the query of all sections.
func diffQuery() string {
	var parts []string
	for place, section := range Sections {
		text, err := fs.ReadFile(diffFiles, "diff/"+section+".sql")
		if err != nil {
			panic(fmt.Sprintf("the embedded comparison of %s cannot be read: %v", section, err))
		}
		parts = append(parts, fmt.Sprintf("SELECT %d AS place, '%s' AS section, * FROM (\n%s\n)", place, section, strings.TrimSpace(string(text))))
	}
	return strings.Join(parts, "\nUNION ALL\n")
}

// read fills in the counts and what could not be compared.
func (d *Diff) read(ctx context.Context, conn *sql.Conn) error {
	err := each(ctx, conn, "SELECT section, change, count(*) FROM differences GROUP BY place, section, change ORDER BY place, change", nil, func(rows *sql.Rows) error {
		var c DiffCount
		err := rows.Scan(&c.Section, &c.Change, &c.Count)
		d.Counts = append(d.Counts, c)
		return err
	})
	if err != nil {
		return err
	}
	d.NotCompared = []string{}
	return each(ctx, conn, `
		SELECT DISTINCT c.kind || ' ' || c.from_type || coalesce(' ' || c.to_type, '')
		FROM (FROM (SELECT kind, from_type, to_type FROM coverage) UNION (SELECT kind, from_type, to_type FROM baseline_coverage)) c
		WHERE c.kind IN ('objects', 'associations', 'types')
			AND NOT EXISTS (FROM compared_cells k WHERE k.kind = c.kind AND k.from_type = c.from_type AND k.to_type = c.to_type)
			AND NOT (c.kind = 'objects' AND EXISTS (FROM coverage n, baseline_coverage b
				WHERE n.kind = 'objects' AND b.kind = 'objects' AND n.from_type = c.from_type AND b.from_type = c.from_type
				AND coalesce(n.readable, n.complete) AND coalesce(b.readable, b.complete)))
		ORDER BY ALL`, nil, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		d.NotCompared = append(d.NotCompared, name)
		return err
	})
}

func scanDifference(rows *sql.Rows) (Difference, error) {
	var d Difference
	var place int
	var before, after any
	err := rows.Scan(&place, &d.Section, &d.Change, &d.FromType, &d.FromID, &d.FromName, &d.ToType, &d.ToID, &d.ToName, &d.Category, &d.TypeID, &before, &after)
	d.Before, d.After = texts(before), texts(after)
	return d, err
}

// texts is a list as the driver returns it.
func texts(v any) []string {
	list, _ := v.([]any)
	all := []string{}
	for _, item := range list {
		if s, ok := item.(string); ok {
			all = append(all, s)
		}
	}
	return all
}
