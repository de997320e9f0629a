package export

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hubgraph/graphmodel"
)

// TestAppearsAtOnce looks at the data folder while the first table is being
// written: neither a snapshot nor a manifest is there.
func TestAppearsAtOnce(t *testing.T) {
	d := openData(t)
	s := firstNight().snapshot("20261122T020000Z")
	records, looked := s.Records, 0
	s.Records = func() iter.Seq2[graphmodel.Record, error] {
		return func(yield func(graphmodel.Record, error) bool) {
			for r, err := range records() {
				looked++
				if left := names(t, d.Dir(), manifestFile); len(left) > 0 {
					t.Errorf("while records are written, there is %v", left)
				}
				if _, err := os.Stat(filepath.Join(d.Dir(), lakeDir)); !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("while records are written, there is a lake: %v", err)
				}
				if !yield(r, err) {
					return
				}
			}
		}
	}
	if _, err := d.Publish(context.Background(), s); err != nil {
		t.Fatal(err)
	}
	if left := names(t, d.Dir(), manifestFile); looked == 0 || len(left) != 1 {
		t.Errorf("looked %d times; in the end there is %v", looked, left)
	}
}

// names lists the files of one name below a folder.
func names(t *testing.T, dir, name string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Name() == name {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestEmptyPortal writes a portal without records: every table has its file, and
// another engine finds its columns there.
func TestEmptyPortal(t *testing.T) {
	d := openData(t)
	e := publish(t, d, &night{}, "20261122T020000Z")
	_, db := build(t, d, e)
	lake := memory(t)
	for _, table := range snapshotTables() {
		rows := int64(0)
		if table.name == "snapshot" {
			rows = 1
		}
		if got := e.Manifest.rows(table.name); got != rows {
			t.Errorf("%s has %d rows by its manifest, want %d", table.name, got, rows)
		}
		file := filepath.Join(e.Path, table.name, "part-00000.parquet")
		var columns []string
		for _, c := range table.columns() {
			columns = append(columns, c.name)
		}
		got := ask(t, lake, "SELECT string_agg(column_name, ' ') AS columns FROM (DESCRIBE FROM read_parquet(%s, hive_partitioning = false))", literal(file))
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

func TestPublishRefuses(t *testing.T) {
	ctx := context.Background()
	d := openData(t)
	publish(t, d, firstNight(), "20261122T020000Z")
	if _, err := d.Publish(ctx, firstNight().snapshot("20261122T020000Z")); err == nil || !strings.Contains(err.Error(), "is there already and is never changed") {
		t.Errorf("a snapshot that is there: %v", err)
	}
	foreign := firstNight().snapshot("20261123T020000Z")
	foreign.PortalID = 8
	if _, err := d.Publish(ctx, foreign); !errors.Is(err, ErrOtherPortal) || !strings.Contains(err.Error(), "portal 7") {
		t.Errorf("another portal: %v", err)
	}
	gap := firstNight()
	gap.cells[0].Complete = false
	claims := gap.snapshot("20261123T020000Z")
	claims.Complete = true
	if _, err := d.Publish(ctx, claims); err == nil || !strings.Contains(err.Error(), "objects deals") {
		t.Errorf("a snapshot with gaps that claims to be complete: %v", err)
	}
	stray := firstNight().snapshot("20261124T020000Z")
	stray.ID = "../../20261124T020000Z"
	if _, err := d.Publish(ctx, stray); err == nil {
		t.Error("an id with a path was published")
	}
	canceled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := d.Publish(canceled, firstNight().snapshot("20261125T020000Z")); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
	broken := firstNight().snapshot("20261126T020000Z")
	records := broken.Records
	lost := errors.New("the spool is gone")
	broken.Records = func() iter.Seq2[graphmodel.Record, error] {
		return func(yield func(graphmodel.Record, error) bool) {
			for r := range records() {
				if !yield(r, nil) || r.ID == 1 && !yield(graphmodel.Record{}, lost) {
					return
				}
			}
		}
	}
	if _, err := d.Publish(ctx, broken); !errors.Is(err, lost) {
		t.Errorf("broken records: %v", err)
	}
	extra := firstNight().snapshot("20261127T020000Z")
	extra.Records = func() iter.Seq2[graphmodel.Record, error] {
		return all([]graphmodel.Record{{Key: graphmodel.Key{Type: "zebras", ID: 1}}})
	}
	if _, err := d.Publish(ctx, extra); err == nil || !strings.Contains(err.Error(), "zebras:1") {
		t.Errorf("a record outside of the graph: %v", err)
	}
	entries, err := d.All()
	if err != nil || len(entries) != 1 {
		t.Errorf("the lake holds %d snapshots, %v", len(entries), err)
	}
	if left, err := d.list(d.run); err != nil || len(left) > 0 {
		t.Errorf("left in work: %v, %v", left, err)
	}
}

// TestAClockThatWentBack crawls while the clock is set back by a year, and again
// after that: no snapshot ends before it began, none has an id before another's,
// and each is compared with the one before it.
func TestAClockThatWentBack(t *testing.T) {
	d := openData(t)
	s := firstNight().snapshot("20261122T020000Z")
	s.FinishedAt = s.StartedAt.AddDate(-1, 0, 0)
	first, err := d.Publish(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if row := first.Manifest.Snapshot; row.FinishedAt.Before(row.StartedAt) {
		t.Errorf("it ended at %s and began at %s", row.FinishedAt, row.StartedAt)
	}
	before := first
	for _, jump := range []time.Duration{-365 * 24 * time.Hour, -time.Second, 365 * 24 * time.Hour, -time.Second} {
		s := firstNight().snapshot("20261122T020000Z")
		s.StartedAt = start.Add(jump)
		s.ID, s.FinishedAt = d.NewID(s.StartedAt), s.StartedAt.Add(time.Minute)
		next, err := d.Publish(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		newest, err := d.Newest()
		if err != nil || newest.ID != next.ID || compareIDs(next.ID, before.ID) <= 0 {
			t.Errorf("after a jump of %s: the new snapshot is %s after %s, and the newest %s, %v", jump, next.ID, before.ID, newest.ID, err)
		}
		if baseline, err := d.Baseline(next); err != nil || baseline == nil || baseline.ID != before.ID {
			t.Errorf("after a jump of %s: compared with %v, %v", jump, baseline, err)
		}
		before = next
	}
}
