package duckdb

import (
	"context"
	"database/sql"
	"fmt"

	"hubgraph/export/lake"
	"hubgraph/internal/sqlrows"
)

// references checks that what the rows of a folder name is there.
type references struct {
	files   *Files
	scratch *sql.DB
}

func (r references) inspect(ctx context.Context, f lake.Folder, damaged func(name, format string, args ...any)) error {
	if audit := f.Manifest.Audit; audit != nil {
		return r.audit(ctx, f, audit, damaged)
	}
	associations, err := r.files.Paths("associations", f)
	if err != nil {
		return err
	}
	objects, err := r.files.Paths("objects", f)
	if err != nil {
		return err
	}
	for _, end := range []string{"from", "to"} {
		query := fmt.Sprintf(`SELECT count(*), coalesce(min(%[1]s_type || ':' || %[1]s_id), '') FROM %[2]s a
			ANTI JOIN %[3]s o ON o.object_type = a.%[1]s_type AND o.object_id = a.%[1]s_id`, end, readParquet(associations, ""), readParquet(objects, ""))
		n, example, err := r.count(ctx, query)
		if err != nil {
			return err
		}
		if n > 0 {
			damaged("associations", "%d rows name a record that objects lacks, such as %s", n, example)
		}
	}
	return nil
}

// audit checks that an audit speaks of one snapshot.
func (r references) audit(ctx context.Context, f lake.Folder, audit *lake.Audit, damaged func(name, format string, args ...any)) error {
	for _, table := range []string{"check_results", "finding_changes"} {
		files, err := r.files.Paths(table, f)
		if err != nil {
			return err
		}
		if len(files) == 0 {
			continue // of an older format
		}
		query := fmt.Sprintf(`SELECT count(*), coalesce(min(snapshot_id), '') FROM %s WHERE audit_id <> %s OR snapshot_id <> %s`,
			readParquet(files, ""), literal(audit.AuditID), literal(audit.SnapshotID))
		n, example, err := r.count(ctx, query)
		if err != nil {
			return err
		}
		if n > 0 {
			damaged(table, "%d rows are of another audit or snapshot, such as %s", n, example)
		}
	}
	return nil
}

// count asks for a number of rows and an example.
func (r references) count(ctx context.Context, query string) (n int64, example string, err error) {
	err = sqlrows.Each(ctx, r.scratch, query, nil, func(row *sql.Rows) error { return row.Scan(&n, &example) })
	return n, example, err
}
