package lake

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hubgraph/export"
	"hubgraph/graphmodel"
	"hubgraph/internal/nights"
)

// TestAppearsAtOnce looks at the data folder while the first table is being
// written: neither a snapshot nor a manifest is there.
func TestAppearsAtOnce(t *testing.T) {
	d := openData(t)
	s := nights.First().Snapshot("20261122T020000Z")
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

func TestPublishRefuses(t *testing.T) {
	ctx := context.Background()
	d := openData(t)
	publish(t, d, nights.First(), "20261122T020000Z")
	if _, err := d.Publish(ctx, nights.First().Snapshot("20261122T020000Z")); err == nil || !strings.Contains(err.Error(), "is there already and is never changed") {
		t.Errorf("a snapshot that is there: %v", err)
	}
	foreign := nights.First().Snapshot("20261123T020000Z")
	foreign.PortalID = 8
	if _, err := d.Publish(ctx, foreign); !errors.Is(err, ErrOtherPortal) || !strings.Contains(err.Error(), "portal 7") {
		t.Errorf("another portal: %v", err)
	}
	gap := nights.First()
	gap.Cells[0].Complete = false
	claims := gap.Snapshot("20261123T020000Z")
	claims.Complete = true
	if _, err := d.Publish(ctx, claims); err == nil || !strings.Contains(err.Error(), "objects deals") {
		t.Errorf("a snapshot with gaps that claims to be complete: %v", err)
	}
	stray := nights.First().Snapshot("20261124T020000Z")
	stray.ID = "../../20261124T020000Z"
	if _, err := d.Publish(ctx, stray); err == nil {
		t.Error("an id with a path was published")
	}
	canceled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := d.Publish(canceled, nights.First().Snapshot("20261125T020000Z")); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
	broken := nights.First().Snapshot("20261126T020000Z")
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
	extra := nights.First().Snapshot("20261127T020000Z")
	extra.Records = func() iter.Seq2[graphmodel.Record, error] {
		return export.All([]graphmodel.Record{{Key: graphmodel.Key{Type: "zebras", ID: 1}}})
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
	s := nights.First().Snapshot("20261122T020000Z")
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
		s := nights.First().Snapshot("20261122T020000Z")
		s.StartedAt = nights.Start.Add(jump)
		s.ID, s.FinishedAt = d.NewID(s.StartedAt), s.StartedAt.Add(time.Minute)
		next, err := d.Publish(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		newest, err := d.Newest()
		if err != nil || newest.ID != next.ID || CompareIDs(next.ID, before.ID) <= 0 {
			t.Errorf("after a jump of %s: the new snapshot is %s after %s, and the newest %s, %v", jump, next.ID, before.ID, newest.ID, err)
		}
		if baseline, err := d.Baseline(next, LastComplete); err != nil || baseline.Entry == nil || baseline.Entry.ID != before.ID {
			t.Errorf("after a jump of %s: compared with %v, %v", jump, baseline, err)
		}
		before = next
	}
}
