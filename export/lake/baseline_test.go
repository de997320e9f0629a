package lake

import (
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
		baseline, err := d.Baseline(publish(t, d, night, id))
		if err != nil || baseline == nil {
			t.Fatalf("no baseline, %v", err)
		}
		if baseline.ID != want {
			t.Errorf("%s is compared with %s, want %s", id, baseline.ID, want)
		}
		want = id // the first of the two is complete
	}
}
