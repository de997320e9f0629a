package export_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"hubgraph/export"
)

// TestRowGroups writes more rows than a row group and than a batch hold.
func TestRowGroups(t *testing.T) {
	const rows = 2*122_880 + 128
	name := filepath.Join(t.TempDir(), "rows.parquet")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n, err := export.WriteRows(context.Background(), f, export.SnapshotTables()[1], func(yield func(export.Association, error) bool) {
		for i := range int64(rows) {
			if !yield(export.Association{FromType: "deals", FromID: i, ToType: "companies", ToID: -i, Category: "USER_DEFINED"}, nil) {
				return
			}
		}
	})
	if err != nil || n != rows {
		t.Fatalf("wrote %d rows, %v", n, err)
	}
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var read, ids, pairs, groups int64
	err = db.QueryRow(fmt.Sprintf(`SELECT count(*), count(DISTINCT from_id), count(*) FILTER (from_id = -to_id),
		(SELECT num_row_groups FROM parquet_file_metadata('%[1]s')) FROM read_parquet('%[1]s')`, name)).Scan(&read, &ids, &pairs, &groups)
	if err != nil || read != rows || ids != rows || pairs != rows || groups != 3 {
		t.Errorf("%d rows, %d ids, %d pairs in %d groups, %v", read, ids, pairs, groups, err)
	}
}
