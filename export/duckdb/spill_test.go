package duckdb

import (
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"hubgraph/internal/sqlrows"
)

// TestANightSpillsBesideItsFile asks for more than the memory holds: what DuckDB puts aside
// lies beside the file, and not in the folder that the program was started in.
func TestANightSpillsBesideItsFile(t *testing.T) {
	d := openData(t)
	file, _ := publishNight(t, d, "20261121T020000Z")
	file, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	db, err := OpenNight(filepath.Dir(file), 64<<20)
	if err != nil {
		t.Fatal(err)
	}
	spilt := func() []string {
		found, _ := filepath.Glob(file + ".*.tmp")
		return found
	}
	spilled := false
	const more = "SELECT repeat(range::VARCHAR, 20) AS text FROM range(500000) ORDER BY hash(range)"
	err = sqlrows.Each(t.Context(), db, more, nil, func(*sql.Rows) error {
		if !spilled {
			spilled = len(spilt()) == 1
			if _, err := os.Stat(".tmp"); !errors.Is(err, fs.ErrNotExist) {
				return errors.New("it spills into the working folder")
			}
		}
		return nil
	})
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	if !spilled {
		t.Error("it does not spill: this shows nothing")
	}
	if left := spilt(); len(left) > 0 {
		t.Errorf("what was put aside is still there: %v", left)
	}
}
