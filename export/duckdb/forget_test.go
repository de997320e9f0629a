package duckdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/export/lake"
	"hubgraph/graphmodel"
	"hubgraph/internal/nights"
)

// withGap is a night of which HubSpot refused a part.
func withGap() *nights.Night {
	n := nights.First()
	n.Cells = append(n.Cells, graphmodel.Coverage{Kind: "objects", From: "p_cars", Requested: 2, Unread: 2, Reason: "missing scope"})
	return n
}

// judge is the outcome of a policy: a line for each snapshot.
func judge(t *testing.T, d *Files, p lake.Policy) string {
	t.Helper()
	judged, err := d.Judge(p)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, j := range judged {
		b.WriteString(j.ID[6:8] + " " + strings.Join(j.Reasons, ", ") + "\n")
	}
	return b.String()
}

// TestJudge has whole nights, nights with gaps between and after them, and one
// of another scope.
func TestJudge(t *testing.T) {
	d := openData(t)
	if _, err := d.Judge(lake.Policy{Last: 1}); !errors.Is(err, lake.ErrNoSnapshot) {
		t.Errorf("of an empty lake: %v", err)
	}
	gap := publish(t, d, withGap(), "20261101T020000Z")
	if got := judge(t, d, lake.Policy{}); got != "01 \n" {
		t.Errorf("without a rule: %s", got)
	}
	publish(t, d, nights.First(), "20261102T020000Z")
	publish(t, d, nights.First(), "20261103T020000Z")
	publish(t, d, withGap(), "20261104T020000Z")
	other := nights.First().Snapshot("20261105T020000Z")
	other.ScopeHash, other.Types = "deals alone", other.Types[1:2]
	if _, err := d.Publish(context.Background(), other); err != nil {
		t.Fatal(err)
	}
	publish(t, d, nights.First(), "20261106T020000Z")
	publish(t, d, withGap(), "20261107T020000Z")
	want := `01 
02 
03 baseline of 20261106T020000Z
04 
05 last
06 newest complete, last
07 last
`
	if diff := cmp.Diff(want, judge(t, d, lake.Policy{Last: 1})); diff != "" {
		t.Errorf("keep-last 1 (-want +got):\n%s", diff)
	}
	want = "01 \n02 \n03 baseline of 20261106T020000Z\n04 \n05 \n06 newest complete\n07 \n"
	if diff := cmp.Diff(want, judge(t, d, lake.Policy{})); diff != "" {
		t.Errorf("without a rule (-want +got):\n%s", diff)
	}
	if gap.Gap() != "objects p_cars: missing scope" {
		t.Errorf("the gap is reported as %q", gap.Gap())
	}
}

// TestForget removes a snapshot that was audited: it is gone for every reader, its
// id stays taken, its audit counts, and the DuckDB file can be made.
func TestForget(t *testing.T) {
	d := openData(t)
	first := publish(t, d, nights.First().Full(), "20261121T020000Z")
	auditNight(t, d, first, nil)
	second := publish(t, d, nights.First().Full(), "20261122T020000Z")
	if err := d.Forget(context.Background(), first); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(first.Path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is there: %v", first.Path, err)
	}
	if _, err := d.Find(first.ID); !errors.Is(err, lake.ErrNoSnapshot) {
		t.Errorf("it is found: %v", err)
	}
	if err := d.Forget(context.Background(), first); err == nil {
		t.Error("it was forgotten twice")
	}
	if id := d.NewID(first.Manifest.Snapshot.StartedAt); id == first.ID {
		t.Errorf("its id is given again")
	}
	if left, err := filepath.Glob(d.path("work/*/forgotten*/*")); err != nil || len(left) > 0 {
		t.Errorf("left in work: %v, %v", left, err)
	}
	rebuilt, err := d.Rebuild(context.Background(), nil)
	if err != nil || rebuilt.Snapshot.ID != second.ID {
		t.Fatalf("rebuilt %+v, %v", rebuilt, err)
	}
	want := "[\n{\"nights\":1,\"audits\":1}\n]\n"
	if got := ask(t, open(t, rebuilt.Path), "SELECT (SELECT count(*) FROM snapshots) AS nights, (SELECT count(DISTINCT audit_id) FROM check_results) AS audits"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if damage := damages(t, d); damage != "" {
		t.Errorf("damaged: %s", damage)
	}
	canceled, cancel := context.WithCancel(context.Background())
	cancel()
	if err := d.Forget(canceled, second); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
	if _, err := os.Stat(filepath.Join(second.Path, manifestFile)); err != nil {
		t.Error(err)
	}
}

// TestForgetsAtOnce looks at a large snapshot while it is forgotten: as long as
// its folder is there, it lacks nothing.
func TestForgetsAtOnce(t *testing.T) {
	const files = 5000
	d := openData(t)
	e := publish(t, d, nights.First(), "20261121T020000Z")
	many := filepath.Join(e.Path, "many")
	if err := os.Mkdir(many, 0o700); err != nil {
		t.Fatal(err)
	}
	for i := range files {
		if err := os.WriteFile(filepath.Join(many, fmt.Sprint(i)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	done := make(chan error)
	go func() { done <- d.Forget(context.Background(), e) }()
	for {
		left, _ := os.ReadDir(many) // of a folder that moves meanwhile, a part
		_, err := os.Stat(e.Path)
		if errors.Is(err, os.ErrNotExist) {
			break
		}
		if len(left) < files {
			t.Errorf("%s is there and has %d of %d files", e.Path, len(left), files)
			break
		}
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}
