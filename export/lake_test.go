package export

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hubgraph/graphmodel"
)

// TestEqualContentEqualBytes crawls the same portal twice, in another order of
// everything that has no order.
func TestEqualContentEqualBytes(t *testing.T) {
	d := openData(t)
	many := map[string]string{}
	for i := range 30 {
		many[fmt.Sprint("property_", i)] = fmt.Sprint(i)
	}
	n := firstNight()
	n.records[0].Properties = many
	first := publish(t, d, n, "20261121T020000Z")
	n = firstNight()
	n.records[0].Properties = maps.Clone(many)
	slices.Reverse(n.links)
	slices.Reverse(n.defined)
	slices.Reverse(n.types)
	slices.Reverse(n.stages)
	second := publish(t, d, n, "20261122T020000Z")
	for i, f := range first.Manifest.Files {
		equal := f.SHA256 == second.Manifest.Files[i].SHA256
		timed := f.Table == "coverage" || f.Table == "snapshot"
		if !equal && !timed {
			t.Errorf("%s differs", f.Path)
		}
	}
}

func TestDamageIsFound(t *testing.T) {
	for _, table := range []string{"objects", "snapshot"} {
		d := openData(t)
		e := publish(t, d, firstNight(), "20261122T020000Z")
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
		if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", table, err)
		}
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
		if _, err = d.Build(context.Background(), Build{Snapshot: e}); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", table, err)
		}
	}
}

func TestManifestIsChecked(t *testing.T) {
	tests := []struct {
		name, old, new string
		want           error
	}{
		{"newer format", `"format_version": 3`, `"format_version": 4`, ErrFormat},
		{"newer format of another shape", `"format_version": 3,`, `"format_version": 4, "audit": "none",`, ErrFormat},
		{"no manifest", `{`, `[`, ErrDamaged},
		{"changed", `"scope_hash": "scope"`, `"scope_hash": "scopf"`, ErrDamaged},
		{"another snapshot", `"snapshot_id": "20261122T020000Z"`, `"snapshot_id": "20261122T020001Z"`, ErrDamaged},
		{"another portal", `"portal_id": 7`, `"portal_id": 8`, ErrDamaged},
		{"incomplete", `"complete": true`, `"complete": false`, ErrDamaged},
	}
	for _, tt := range tests {
		d := openData(t)
		e := publish(t, d, firstNight(), "20261122T020000Z")
		name := filepath.Join(e.Path, manifestFile)
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(strings.Replace(string(b), tt.old, tt.new, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err = d.Newest(); !errors.Is(err, tt.want) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestSnapshots(t *testing.T) {
	d := openData(t)
	if _, err := d.Newest(); !errors.Is(err, ErrNoSnapshot) {
		t.Errorf("an empty lake: %v", err)
	}
	incomplete := firstNight()
	incomplete.cells = append(incomplete.cells, graphmodel.Coverage{Kind: "objects", From: "p_cars", Requested: 2, Failed: 1, Unread: 1, Reason: "missing scope"})
	for _, id := range []string{"20261122T020000Z", "20261122T020000Z-2", "20261122T020000Z-10"} {
		publish(t, d, firstNight(), id)
	}
	gap := publish(t, d, incomplete, "20261123T020000Z")
	if want := filepath.Join(d.Dir(), "lake/portal=7/incomplete=20261123T020000Z"); gap.Path != want || gap.Complete() {
		t.Errorf("published at %s, complete: %t", gap.Path, gap.Complete())
	}
	if n := Rows(gap, "associations"); n != 9 {
		t.Errorf("%d rows of associations by the manifest", n)
	}
	if c := gap.Manifest.Certificate; c.Complete || c.Cells != 5 || c.Unread != 1 || len(c.Gaps) != 1 || *c.Gaps[0].Reason != "missing scope" {
		t.Errorf("certificate %+v", c)
	}
	other := firstNight().snapshot("20261124T020000Z")
	other.ScopeHash = "another"
	narrow, err := d.Publish(context.Background(), other)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := d.Snapshots()
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, e := range entries {
		ids = append(ids, e.ID)
	}
	if got := strings.Join(ids, " "); got != "20261122T020000Z 20261122T020000Z-2 20261122T020000Z-10 20261124T020000Z" {
		t.Errorf("snapshots: %s", got)
	}
	glob := literal(filepath.Join(d.Dir(), "lake/portal=*/snapshot=*/objects/*.parquet"))
	want := "[\n{\"portal\":7,\"nights\":4,\"newest\":\"20261124T020000Z\"}\n]\n"
	if got := ask(t, memory(t), "SELECT portal, count(DISTINCT snapshot) AS nights, max(snapshot) AS newest FROM read_parquet(%s) GROUP BY portal", glob); got != want {
		t.Errorf("another program reads %s, want %s", got, want)
	}
	if newest, err := d.Newest(); newest.ID != narrow.ID {
		t.Errorf("newest: %s, %v", newest.ID, err)
	}
	for _, e := range []struct {
		of   Entry
		want string
	}{{gap, "20261122T020000Z-10"}, {entries[2], "20261122T020000Z-2"}, {entries[0], ""}, {narrow, ""}} {
		baseline, err := d.Baseline(e.of)
		if err != nil || baseline == nil && e.want != "" || baseline != nil && baseline.ID != e.want {
			t.Errorf("baseline of %s: %v, %v", e.of.ID, baseline, err)
		}
	}
	if found, err := d.Find(gap.ID); err != nil || found.Path != gap.Path {
		t.Errorf("find: %v, %v", found, err)
	}
	if _, err := d.Find("../../etc"); !errors.Is(err, ErrNoSnapshot) {
		t.Errorf("find: %v", err)
	}
}

func TestNewID(t *testing.T) {
	d := openData(t)
	for _, want := range []string{"20261122T020000Z", "20261122T020000Z-2", "20261122T020000Z-3"} {
		id := d.NewID(start.In(time.FixedZone("", 3600)))
		if id != want {
			t.Errorf("id %s, want %s", id, want)
		}
		publish(t, d, firstNight(), id)
	}
	if id := d.NewID(start.AddDate(-1, 0, 0)); id != "20261122T020000Z-4" {
		t.Errorf("after the clock went back: %s", id)
	}
	if id := d.NewID(start.Add(time.Second)); id != "20261122T020001Z" {
		t.Errorf("a second later: %s", id)
	}
	if id := d.NewAuditID(start); id != "20261122T020000Z" {
		t.Errorf("audit id %s", id)
	}
}

func TestLearned(t *testing.T) {
	d := openData(t)
	e := publish(t, d, firstNight(), "20261122T020000Z")
	got, err := d.Learned(context.Background(), e)
	car := firstNight().types[2].Name
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
	if _, err := d.Learned(context.Background(), e); !errors.Is(err, ErrDamaged) {
		t.Errorf("without the file: %v", err)
	}
}

// TestRowGroups writes more rows than a row group and than a batch hold.
func TestRowGroups(t *testing.T) {
	const rows = 2*rowGroup + batch/2
	name := filepath.Join(t.TempDir(), "rows.parquet")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n, err := writeRows(context.Background(), f, snapshotTables()[1], func(yield func(Association, error) bool) {
		for i := range int64(rows) {
			if !yield(Association{FromType: "deals", FromID: i, ToType: "companies", ToID: -i, Category: "USER_DEFINED"}, nil) {
				return
			}
		}
	})
	if err != nil || n != rows {
		t.Fatalf("wrote %d rows, %v", n, err)
	}
	db := memory(t)
	got := ask(t, db, "SELECT count(*) AS n, count(DISTINCT from_id) AS ids, count(*) FILTER (from_id = -to_id) AS pairs FROM read_parquet('%s')", name) +
		ask(t, db, "SELECT num_row_groups AS groups FROM parquet_file_metadata('%s')", name)
	want := fmt.Sprintf("[\n{\"n\":%d,\"ids\":%d,\"pairs\":%d}\n]\n[\n{\"groups\":3}\n]\n", rows, rows, rows)
	if got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
