package lake

import (
	"slices"
	"strings"
	"testing"

	"hubgraph/graphmodel"
	"hubgraph/internal/nights"
)

// TestABaselineHasNoGaps publishes a snapshot with gaps between two without: what
// comes after it is compared with the one before.
func TestABaselineHasNoGaps(t *testing.T) {
	d := openData(t)
	want := publish(t, d, nights.First(), "20261122T020000Z").ID
	gaps := nights.First()
	gaps.Cells = append(gaps.Cells, graphmodel.Coverage{Kind: "objects", From: "tickets", Requested: 2, Failed: 2, Reason: "missing scope"})
	if e := publish(t, d, gaps, "20261123T020000Z"); e.Complete() {
		t.Fatal("a snapshot with gaps calls itself complete")
	}
	for _, night := range []*nights.Night{nights.First(), gaps} {
		id := d.NewID(nights.Start.AddDate(0, 0, 2))
		found, err := d.Baseline(publish(t, d, night, id), LastComplete)
		baseline := found.Entry
		if err != nil || baseline == nil {
			t.Fatalf("no baseline, %v", err)
		}
		if baseline.ID != want {
			t.Errorf("%s is compared with %s, want %s", id, baseline.ID, want)
		}
		want = id // the first of the two is complete
	}
}

// typed is a small portal of some object types.
func typed(ids ...string) *nights.Night {
	n := nights.First()
	n.Types = nil
	for _, id := range ids {
		n.Types = append(n.Types, graphmodel.ObjectType{ID: id, Name: "type_" + id, Singular: "type_" + id})
	}
	return n
}

// TestBaselines has crawls of several parts of a portal, and compares a later one as each
// choice says.
func TestBaselines(t *testing.T) {
	d := openData(t)
	all := publish(t, d, typed("0-1", "0-2", "0-3", "0-5"), "20261120T020000Z")
	again := publish(t, d, typed("0-1", "0-2", "0-3", "0-5"), "20261121T020000Z")
	part := publish(t, d, typed("0-1"), "20261121T120000Z")
	tonight := publish(t, d, typed("0-1", "0-2", "0-3", "0-5", "2-7"), "20261122T020000Z")
	later := publish(t, d, typed("0-1", "0-2", "0-3", "0-5", "2-7"), "20261123T020000Z")
	most := publish(t, d, typed("0-1", "0-2", "0-3"), "20261123T120000Z") // more than half
	alone := publish(t, d, typed("2-9"), "20261124T020000Z")
	whole := publish(t, d, typed("0-1", "0-2", "0-3", "0-5", "2-7"), "20261125T020000Z")
	autumn := publish(t, d, typed("0-1", "0-2", "0-3", "0-5", "2-9"), "20270120T020000Z")
	for _, tt := range []struct {
		of     Entry
		choice string
		want   string // id, or a part of why there is none
	}{
		{all, LastComplete, "there is no earlier complete snapshot"},
		{again, LastComplete, all.ID},
		{part, LastComplete, again.ID},
		{tonight, LastComplete, again.ID}, // neither the part, nor nothing for the type that came
		{later, LastComplete, tonight.ID},
		{most, LastComplete, later.ID},
		{whole, LastComplete, later.ID},
		{autumn, LastComplete, whole.ID}, // and not for one type the night of two months ago
		{alone, LastComplete, "no earlier snapshot read any of these"},
		{tonight, NoBaseline, "none was asked for"},
		{tonight, all.ID, all.ID},
		{tonight, "2026-11-20", all.ID},
		{tonight, "2026-11-22", part.ID},
		{tonight, LastAccepted, "no night has been accepted yet"},
	} {
		got, err := d.Baseline(tt.of, tt.choice)
		if err != nil {
			t.Errorf("%s, %s: %v", tt.of.ID, tt.choice, err)
		} else if got.Entry != nil && got.Entry.ID != tt.want || got.Entry == nil && !strings.Contains(got.Why, tt.want) {
			t.Errorf("%s, %s: %+v, want %s", tt.of.ID, tt.choice, got, tt.want)
		}
	}
	for _, choice := range []string{tonight.ID, later.ID, "20261119T020000Z", "2026-11-19", "yesterday", ""} {
		if got, err := d.Baseline(tonight, choice); err == nil {
			t.Errorf("%q: %+v", choice, got)
		}
	}
	if err := d.Accept(all); err != nil {
		t.Fatal(err)
	}
	for of, want := range map[string]string{tonight.ID: all.ID, all.ID: ""} {
		e, err := d.Find(of)
		if err != nil {
			t.Fatal(err)
		}
		got, err := d.Baseline(e, LastAccepted)
		if err != nil || got.Entry == nil && want != "" || got.Entry != nil && got.Entry.ID != want {
			t.Errorf("%s: %+v, %v", of, got, err)
		}
	}
	judged, err := d.Judge(Policy{Last: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range judged {
		if j.ID == all.ID && !slices.Contains(j.Reasons, "accepted") {
			t.Errorf("the accepted snapshot is kept for %v", j.Reasons)
		}
	}
	if err := d.Forget(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	if got, err := d.Baseline(tonight, LastAccepted); err != nil || got.Entry != nil || !strings.Contains(got.Why, "is gone") {
		t.Errorf("%+v, %v", got, err)
	}
}
