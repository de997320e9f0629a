package lake

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

	"hubgraph/export"
	"hubgraph/graphmodel"
	"hubgraph/internal/nights"
)

// TestEqualContentEqualBytes crawls the same portal twice, in another order of
// everything that has no order.
func TestEqualContentEqualBytes(t *testing.T) {
	d := openData(t)
	many := map[string]string{}
	for i := range 30 {
		many[fmt.Sprint("property_", i)] = fmt.Sprint(i)
	}
	n := nights.First()
	n.Records[0].Properties = many
	first := publish(t, d, n, "20261121T020000Z")
	n = nights.First()
	n.Records[0].Properties = maps.Clone(many)
	slices.Reverse(n.Links)
	slices.Reverse(n.Defined)
	slices.Reverse(n.Types)
	slices.Reverse(n.Stages)
	second := publish(t, d, n, "20261122T020000Z")
	for i, f := range first.Manifest.Files {
		equal := f.SHA256 == second.Manifest.Files[i].SHA256
		timed := f.Table == "coverage" || f.Table == "snapshot"
		if !equal && !timed {
			t.Errorf("%s differs", f.Path)
		}
	}
}

func TestManifestIsChecked(t *testing.T) {
	tests := []struct {
		name, old, new string
		want           error
	}{
		{"newer format", fmt.Sprintf(`"format_version": %d`, export.FormatVersion), `"format_version": 99`, ErrFormat},
		{"newer format of another shape", fmt.Sprintf(`"format_version": %d,`, export.FormatVersion), `"format_version": 99, "audit": "none",`, ErrFormat},
		{"no manifest", `{`, `[`, ErrDamaged},
		{"changed", `"scope_hash": "scope"`, `"scope_hash": "scopf"`, ErrDamaged},
		{"another snapshot", `"snapshot_id": "20261122T020000Z"`, `"snapshot_id": "20261122T020001Z"`, ErrDamaged},
		{"another portal", `"portal_id": 7`, `"portal_id": 8`, ErrDamaged},
		{"incomplete", `"complete": true`, `"complete": false`, ErrDamaged},
	}
	for _, tt := range tests {
		d := openData(t)
		e := publish(t, d, nights.First(), "20261122T020000Z")
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
	incomplete := nights.First()
	incomplete.Cells = append(incomplete.Cells, graphmodel.Coverage{Kind: "objects", From: "p_cars", Requested: 2, Failed: 1, Unread: 1, Reason: "missing scope"})
	for _, id := range []string{"20261122T020000Z", "20261122T020000Z-2", "20261122T020000Z-10"} {
		publish(t, d, nights.First(), id)
	}
	gap := publish(t, d, incomplete, "20261123T020000Z")
	if want := filepath.Join(d.Dir(), "lake/portal=7/incomplete=20261123T020000Z"); gap.Path != want || gap.Complete() {
		t.Errorf("published at %s, complete: %t", gap.Path, gap.Complete())
	}
	if n := gap.Rows("associations"); n != 9 {
		t.Errorf("%d rows of associations by the manifest", n)
	}
	if c := gap.Manifest.Certificate; c.Complete || c.Cells != 5 || c.Unread != 1 || len(c.Gaps) != 1 || *c.Gaps[0].Reason != "missing scope" {
		t.Errorf("certificate %+v", c)
	}
	other := nights.First().Snapshot("20261124T020000Z")
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
	if newest, err := d.Newest(); newest.ID != narrow.ID {
		t.Errorf("newest: %s, %v", newest.ID, err)
	}
	for _, e := range []struct {
		of   Entry
		want string
	}{{gap, "20261122T020000Z-10"}, {entries[2], "20261122T020000Z-2"}, {entries[0], ""}, {narrow, "20261122T020000Z-10"}} {
		compared, err := d.Baseline(e.of, LastComplete)
		baseline := compared.Entry
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
		id := d.NewID(nights.Start.In(time.FixedZone("", 3600)))
		if id != want {
			t.Errorf("id %s, want %s", id, want)
		}
		publish(t, d, nights.First(), id)
	}
	if id := d.NewID(nights.Start.AddDate(-1, 0, 0)); id != "20261122T020000Z-4" {
		t.Errorf("after the clock went back: %s", id)
	}
	if id := d.NewID(nights.Start.Add(time.Second)); id != "20261122T020001Z" {
		t.Errorf("a second later: %s", id)
	}
	if id := d.NewAuditID(nights.Start); id != "20261122T020000Z" {
		t.Errorf("audit id %s", id)
	}
}
