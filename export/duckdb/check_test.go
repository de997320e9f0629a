package duckdb

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hubgraph/export/lake"
	"hubgraph/internal/nights"
	"hubgraph/queries"
)

// damages is what Check finds: a line for each damaged file, from the data folder
// on.
func damages(t *testing.T, d *Files, ids ...string) string {
	t.Helper()
	checked, err := d.Check(context.Background(), ids...)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, c := range checked {
		for _, damage := range c.Damage {
			rel, err := filepath.Rel(d.Dir(), damage.Path)
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, rel+" "+damage.Problem)
		}
	}
	return strings.Join(lines, "\n")
}

// auditedLake is a lake of two nights with an audit each, and the DuckDB file.
func auditedLake(t *testing.T) *Files {
	t.Helper()
	d := openData(t)
	for _, id := range []string{"20261121T020000Z", "20261122T020000Z"} {
		_, file := auditNight(t, d, publish(t, d, nights.First().Full(), id), queries.DefaultSettings())
		if _, err := d.PublishDuckDB(file, id); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func TestCheck(t *testing.T) {
	d := auditedLake(t)
	checked, err := d.Check(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	for _, c := range checked {
		seen = append(seen, c.Kind+" "+filepath.Base(c.Path))
		if len(c.Damage) > 0 || c.Files == 0 || c.Bytes == 0 {
			t.Errorf("%+v", c)
		}
	}
	want := []string{"snapshot snapshot=20261121T020000Z", "snapshot snapshot=20261122T020000Z", "audit audit=20261122T030000Z", "audit audit=20261122T030000Z-2", "duckdb hubgraph.duckdb"}
	if !slices.Equal(seen, want) {
		t.Errorf("checked %v", seen)
	}
	if _, err := d.Check(context.Background(), "20261122T020000Z", "20991231T000000Z"); !errors.Is(err, lake.ErrNoSnapshot) || !strings.Contains(err.Error(), "20991231T000000Z") {
		t.Errorf("an unknown id: %v", err)
	}
	canceled, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := d.Check(canceled); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
}

// TestCheckBesideOthers has other processes hold the DuckDB file open: that is no damage.
func TestCheckBesideOthers(t *testing.T) {
	d := auditedLake(t)
	for name, notRead := range map[string]bool{d.path(lake.DuckDBFile): false, toWrite + d.path(lake.DuckDBFile): true} {
		held := hold(t, name)
		checked, err := d.Check(context.Background())
		held.release()
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range checked {
			if len(c.Damage) > 0 || (c.Held != nil) != (notRead && c.Kind == "duckdb") {
				t.Errorf("beside %s: %+v", name, c)
			}
		}
	}
}

// TestCheckNames spoils one thing at a time.
func TestCheckNames(t *testing.T) {
	t.Parallel()
	const (
		snapshot = "lake/portal=7/snapshot=20261122T020000Z/"
		audit    = "audits/portal=7/audit=20261122T030000Z-2/"
	)
	for _, tt := range []struct {
		name  string
		spoil func(dir string) error
		want  string
	}{
		{"a file is missing", func(dir string) error { return os.Remove(dir + snapshot + "objects/part-00000.parquet") },
			snapshot + "objects/part-00000.parquet is missing"},
		{"a file is too many", func(dir string) error {
			return os.WriteFile(dir+snapshot+"objects/part-00001.parquet", nil, 0o600)
		}, snapshot + "objects/part-00001.parquet is not in the manifest"},
		{"a file is a link", func(dir string) error {
			name := dir + snapshot + "objects/part-00000.parquet"
			return errors.Join(os.Rename(name, dir+"elsewhere"), os.Symlink(dir+"elsewhere", name))
		}, snapshot + "objects/part-00000.parquet path escapes from parent"},
		{"no manifest", func(dir string) error { return os.Remove(dir + audit + "manifest.json") },
			audit + "manifest.json no such file or directory"},
		{"another's folder", func(dir string) error {
			return os.Rename(dir+snapshot, dir+"lake/portal=7/snapshot=20261122T020000Z-2")
		}, "lake/portal=7/snapshot=20261122T020000Z-2/manifest.json is of another snapshot than its folder says\n" +
			audit + "manifest.json names the snapshot 20261122T020000Z, which there is not"},
		{"the DuckDB file is none", func(dir string) error { return os.WriteFile(dir+lake.DuckDBFile, make([]byte, 20000), 0o600) },
			"is not a DuckDB file: `hubgraph rebuild` makes it again"},
	} {
		d := auditedLake(t)
		if err := tt.spoil(d.Dir() + "/"); err != nil {
			t.Fatal(err)
		}
		if got := damages(t, d); !strings.Contains(got, tt.want) || strings.Count(got, "\n") != strings.Count(tt.want, "\n") {
			t.Errorf("%s: %s", tt.name, got)
		}
		if got := damages(t, d, "20261121T020000Z"); got != "" {
			t.Errorf("%s: the other snapshot: %s", tt.name, got)
		}
	}
}

// TestCheckReferences publishes what no crawl would: a row of associations whose
// end is no record, and an audit with rows of another snapshot.
func TestCheckReferences(t *testing.T) {
	d := openData(t)
	e := publish(t, d, nights.First().Full(), "20261122T020000Z")
	report, _ := auditNight(t, d, e, nil)
	report.AuditID, report.Results[0].SnapshotID = "20261122T050000Z", "20261121T020000Z"
	for i := range report.Results {
		report.Results[i].AuditID = report.AuditID
	}
	report.Findings, report.Changes = nil, nil
	if _, err := d.WriteAudit(context.Background(), report, nil); err != nil {
		t.Fatal(err)
	}
	dangling := publish(t, d, nights.First(), "20261123T020000Z")
	replaceFile(t, d, dangling, "associations", "SELECT * REPLACE (CASE WHEN to_type = 'companies' AND to_id = 11 THEN 99 ELSE to_id END AS to_id)")
	want := "lake/portal=7/snapshot=20261123T020000Z/associations 1 rows name a record that objects lacks, such as companies:99\n" +
		"audits/portal=7/audit=20261122T050000Z/check_results 1 rows are of another audit or snapshot, such as 20261121T020000Z"
	if got := damages(t, d); got != want {
		t.Errorf("%s", got)
	}
}
