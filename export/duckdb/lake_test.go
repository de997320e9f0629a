package duckdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/export"
	"hubgraph/export/lake"
	"hubgraph/graphmodel"
	"hubgraph/internal/nights"
)

// TestABaselineMayLackNamedRecords publishes a snapshot that lacks one record, and one
// that lacks two of three.
func TestABaselineMayLackNamedRecords(t *testing.T) {
	d := openData(t)
	lacks := func(ids ...int64) *nights.Night {
		n := nights.First()
		n.Cells = slices.Clone(n.Cells)
		for i := range n.Cells {
			if c := &n.Cells[i]; c.Kind == "associations" {
				c.Received, c.Unread, c.Complete, c.Reason = 3-int64(len(ids)), int64(len(ids)), false, "500"
			}
		}
		for _, id := range ids {
			n.Gaps = append(n.Gaps, graphmodel.Gap{Kind: "associations", From: "deals", ID: &id, To: "companies", Reason: "500"})
		}
		return n
	}
	few := publish(t, d, lacks(1), "20261122T020000Z")
	many := publish(t, d, lacks(1, 2), "20261123T020000Z")
	if few.Complete() || !few.Readable() || many.Readable() || filepath.Base(few.Path) != "snapshot="+few.ID || filepath.Base(many.Path) != "incomplete="+many.ID {
		t.Errorf("%s: complete %t, readable %t; %s: readable %t", few.Path, few.Complete(), few.Readable(), many.Path, many.Readable())
	}
	last := publish(t, d, nights.First(), "20261124T020000Z")
	if baseline, err := d.Baseline(last, lake.LastComplete); err != nil || baseline.Entry == nil || baseline.Entry.ID != few.ID {
		t.Errorf("compared with %+v, %v", baseline, err)
	}
	_, db := build(t, d, last)
	const gaps = `[
{"kind":"associations","from_type":"deals","from_id":1,"to_type":"companies","reason":"500"}
]
`
	if got := ask(t, db, "FROM baseline_gaps"); got != gaps {
		t.Error(got)
	}
	if got := ask(t, db, "SELECT count(*) AS n FROM duckdb_columns() WHERE table_name IN ('gaps', 'coverage') AND comment IS NULL"); got != "[\n{\"n\":0}\n]\n" {
		t.Error(got)
	}
	if got := damages(t, d); got != "" {
		t.Errorf("check finds %s", got)
	}
	judged, err := d.Judge(lake.Policy{Last: 1})
	if err != nil || len(judged[0].Reasons) == 0 || len(judged[2].Reasons) == 0 {
		t.Errorf("%+v, %v", judged, err)
	}
}

func TestDamageIsFound(t *testing.T) {
	for _, table := range []string{"objects", "snapshot"} {
		d := openData(t)
		e := publish(t, d, nights.First(), "20261122T020000Z")
		name := filepath.Join(e.Path, table, "part-00000.parquet")
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		b[len(b)/2] ^= 1
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err = d.Build(context.Background(), Build{Snapshot: e})
		if !errors.Is(err, lake.ErrDamaged) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", table, err)
		}
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
		if _, err = d.Build(context.Background(), Build{Snapshot: e}); !errors.Is(err, lake.ErrDamaged) {
			t.Errorf("%s: %v", table, err)
		}
	}
}

func TestLearned(t *testing.T) {
	d := openData(t)
	e := publish(t, d, nights.First(), "20261122T020000Z")
	got, err := d.Learned(context.Background(), e)
	car := nights.First().Types[2].Name
	want := []graphmodel.Learned{{
		Type:    graphmodel.TypeKey{From: car, To: "deals", Category: "USER_DEFINED", ID: 30},
		Inverse: graphmodel.TypeKey{From: "deals", To: car, Category: "USER_DEFINED", ID: 31},
		Support: 25, Overlap: 0.875,
	}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if err := os.Remove(filepath.Join(e.Path, "association_types", "part-00000.parquet")); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Learned(context.Background(), e); !errors.Is(err, lake.ErrDamaged) {
		t.Errorf("without the file: %v", err)
	}
}

func TestHostileFolderNames(t *testing.T) {
	t.Chdir(t.TempDir())
	d, err := filesIn("it's [a] *data*; snapshot=é")
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := d.Lock()
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	file, _ := publishNight(t, d, "20261122T020000Z")
	if got := ask(t, open(t, file), "SELECT DISTINCT snapshot_id AS id, (SELECT count(*) FROM objects) AS n FROM association_stats"); got != "[\n{\"id\":\"20261122T020000Z\",\"n\":7}\n]\n" {
		t.Error(got)
	}
}

// TestEmptyPortal writes a portal without records: every table has its file, and
// another engine finds its columns there.
func TestEmptyPortal(t *testing.T) {
	d := openData(t)
	e := publish(t, d, &nights.Night{}, "20261122T020000Z")
	_, db := build(t, d, e)
	engine := memory(t)
	for _, table := range export.SnapshotTables() {
		rows := int64(0)
		if table.Name == "snapshot" {
			rows = 1
		}
		if got := e.Rows(table.Name); got != rows {
			t.Errorf("%s has %d rows by its manifest, want %d", table.Name, got, rows)
		}
		file := filepath.Join(e.Path, table.Name, "part-00000.parquet")
		var columns []string
		for _, c := range table.Columns() {
			columns = append(columns, c.Name)
		}
		got := ask(t, engine, "SELECT string_agg(column_name, ' ') AS columns FROM (DESCRIBE FROM read_parquet(%s, hive_partitioning = false))", literal(file))
		if want := fmt.Sprintf("[\n{\"columns\":%q}\n]\n", strings.Join(columns, " ")); got != want {
			t.Errorf("%s: %s, want %s", file, got, want)
		}
	}
	want := "[\n{\"objects\":0,\"baselines\":0,\"results\":0,\"nights\":1}\n]\n"
	got := ask(t, db, `SELECT (SELECT count(*) FROM objects) AS objects, (SELECT count(*) FROM baseline) AS baselines,
		(SELECT count(*) FROM check_results) AS results, (SELECT count(*) FROM snapshots) AS nights`)
	if got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestAnotherEngineReadsTheLake reads it by the glob of the readable snapshots.
func TestAnotherEngineReadsTheLake(t *testing.T) {
	d := openData(t)
	gaps := nights.First()
	gaps.Cells[0].Complete = false
	publish(t, d, gaps, "20261121T020000Z")
	publish(t, d, nights.First(), "20261122T020000Z")
	publish(t, d, nights.First(), "20261122T020000Z-2")
	glob := literal(d.path("lake/portal=*/snapshot=*/objects/*.parquet"))
	want := "[\n{\"portal\":7,\"nights\":2,\"newest\":\"20261122T020000Z-2\"}\n]\n"
	if got := ask(t, memory(t), "SELECT portal, count(DISTINCT snapshot) AS nights, max(snapshot) AS newest FROM read_parquet(%s) GROUP BY portal", glob); got != want {
		t.Errorf("another program reads %s, want %s", got, want)
	}
}
