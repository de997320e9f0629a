package export

import (
	"context"
	"database/sql"
	"fmt"
	"path"
	"slices"
)

// references checks that what a folder names is there.
func (k *checker) references(ctx context.Context, f folder) error {
	if f.manifest.Audit != nil {
		return k.auditReferences(ctx, f)
	}
	associations, objects := k.tableFiles(f, "associations"), k.tableFiles(f, "objects")
	for _, end := range []string{"from", "to"} {
		query := fmt.Sprintf(`SELECT count(*), coalesce(min(%[1]s_type || ':' || %[1]s_id), '') FROM %[2]s a
			ANTI JOIN %[3]s o ON o.object_type = a.%[1]s_type AND o.object_id = a.%[1]s_id`, end, readParquet(associations, ""), readParquet(objects, ""))
		n, example, err := k.count(ctx, query)
		if err != nil {
			return err
		}
		if n > 0 {
			k.damaged(path.Join(f.dir, "associations"), "%d rows name a record that objects lacks, such as %s", n, example)
		}
	}
	return nil
}

// auditReferences checks that an audit speaks of one snapshot, and of such as
// there are or were.
func (k *checker) auditReferences(ctx context.Context, f folder) error {
	audit := f.manifest.Audit
	named := []string{audit.SnapshotID}
	if audit.BaselineID != nil {
		named = append(named, *audit.BaselineID)
	}
	for _, id := range named {
		if !slices.Contains(k.snapshots, id) {
			k.damaged(path.Join(f.dir, manifestFile), "names the snapshot %s, which there is not", id)
		}
	}
	for _, table := range []string{"check_results", "findings"} {
		query := fmt.Sprintf(`SELECT count(*), coalesce(min(snapshot_id), '') FROM %s WHERE audit_id <> %s OR snapshot_id <> %s`,
			readParquet(k.tableFiles(f, table), ""), literal(audit.AuditID), literal(audit.SnapshotID))
		n, example, err := k.count(ctx, query)
		if err != nil {
			return err
		}
		if n > 0 {
			k.damaged(path.Join(f.dir, table), "%d rows are of another audit or snapshot, such as %s", n, example)
		}
	}
	return nil
}

// tableFiles are the files of a table that were verified before.
func (k *checker) tableFiles(f folder, table string) []string {
	var files []string
	for _, file := range f.manifest.Files {
		if file.Table == table {
			files = append(files, k.data.path(file.in(f.dir)))
		}
	}
	return files
}

// count asks for a number of rows and an example.
func (k *checker) count(ctx context.Context, query string) (n int64, example string, err error) {
	err = scan(ctx, k.scratch, query, func(row *sql.Rows) error { return row.Scan(&n, &example) })
	if err != nil {
		err = fmt.Errorf("check %s: %w", k.data.path(k.c.Path), err)
	}
	return n, example, err
}
