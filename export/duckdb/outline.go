package duckdb

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"hubgraph/export/lake"
	"hubgraph/queries"
)

// outlines are of this process.
var outlines outlined

// outlined is a DuckDB file that holds what each of them holds whatever the rows are: the
// tables, the views, and all comments. To plan some hundred views and to write some
// hundred comments takes longer than to load a small portal, and so a process that makes
// several files begins them with the outline of the last one.
type outlined struct {
	sync.Mutex
	settings []queries.Setting // that its views of checks name
	file     []byte            // empty: none is kept
}

// begin writes the outline to a file, where there is one for the settings.
func (o *outlined) begin(file string, settings []queries.Setting) (bool, error) {
	o.Lock()
	kept := o.file
	if !slices.Equal(o.settings, settings) {
		kept = nil
	}
	o.Unlock()
	if len(kept) == 0 {
		return false, nil
	}
	return true, os.WriteFile(file, kept, lake.FileMode)
}

// keep keeps a file that holds the outline and nothing else. DuckDB may have it open: its
// lock goes as the file is closed here, and nobody else opens files in work/.
func (o *outlined) keep(file string, settings []queries.Setting) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	o.Lock()
	defer o.Unlock()
	o.file, o.settings = b, slices.Clone(settings)
	return nil
}

// outline makes what a DuckDB file holds whatever the rows are: the tables, a view or a
// table of each model, a view of each check in the schema checks, and those of names that
// people guess.
func outline(ctx context.Context, db asked, dir string, tables []load, settings []queries.Setting) error {
	for _, l := range tables {
		err := l.create(ctx, db, dir)
		if err == nil {
			err = execute(ctx, db, l.comments()...)
		}
		if err != nil {
			return fmt.Errorf("create %s: %w", l.name, err)
		}
	}
	for _, m := range queries.Models() {
		if err := execute(ctx, db, modelView(m)...); err != nil {
			return fmt.Errorf("view of the model %s: %w", m.Name, err)
		}
	}
	if err := execute(ctx, db, "CREATE SCHEMA checks"); err != nil {
		return err
	}
	for _, c := range queries.All() {
		statement := fmt.Sprintf("CREATE VIEW checks.%s AS\n%s;\nCOMMENT ON VIEW checks.%s IS %s",
			quote(c.ID), strings.TrimRight(c.QueryOf(settings), "; \n"), quote(c.ID), literal(c.Title+". "+c.Description))
		if err := execute(ctx, db, statement); err != nil {
			return fmt.Errorf("view of the check %s: %w", c.ID, err)
		}
	}
	if err := commentColumns(ctx, db); err != nil {
		return fmt.Errorf("comments on the views of checks: %w", err)
	}
	views, err := namedViews()
	if err != nil {
		return err
	}
	for _, v := range views {
		if err := execute(ctx, db, v.statements()...); err != nil {
			return fmt.Errorf("view %s: %w", v.Name, err)
		}
	}
	return nil
}

// commentColumns comments the columns of the views of checks, which DuckDB has worked out
// from the queries.
func commentColumns(ctx context.Context, db asked) error {
	checks := map[string]queries.Check{}
	for _, c := range queries.All() {
		checks[c.ID] = c
	}
	rows, err := db.QueryContext(ctx, "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = current_database() AND schema_name = 'checks' ORDER BY table_name, column_index")
	if err != nil {
		return err
	}
	defer rows.Close()
	var statements []string
	for rows.Next() {
		var view, column string
		if err := rows.Scan(&view, &column); err != nil {
			return err
		}
		if comment := checks[view].ColumnComment(column); comment != "" {
			statements = append(statements, fmt.Sprintf("COMMENT ON COLUMN checks.%s.%s IS %s", quote(view), quote(column), literal(comment)))
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return execute(ctx, db, statements...)
}
