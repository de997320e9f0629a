package export

import (
	"path/filepath"
	"slices"
	"testing"

	"hubgraph/graphmodel"
)

// TestABaselineMayLackNamedRecords publishes a snapshot that lacks one record, and one
// that lacks two of three.
func TestABaselineMayLackNamedRecords(t *testing.T) {
	d := openData(t)
	lacks := func(ids ...int64) *night {
		n := firstNight()
		n.cells = slices.Clone(n.cells)
		for i := range n.cells {
			if c := &n.cells[i]; c.Kind == "associations" && c.From == "deals" {
				c.Received, c.Unread, c.Complete, c.Reason = 3-int64(len(ids)), int64(len(ids)), false, "500"
			}
		}
		for _, id := range ids {
			n.gaps = append(n.gaps, graphmodel.Gap{Kind: "associations", From: "deals", ID: &id, To: "companies", Reason: "500"})
		}
		return n
	}
	few := publish(t, d, lacks(1), "20261122T020000Z")
	many := publish(t, d, lacks(1, 2), "20261123T020000Z")
	if few.Complete() || !few.Readable() || many.Readable() || filepath.Base(few.Path) != "snapshot="+few.ID || filepath.Base(many.Path) != "incomplete="+many.ID {
		t.Errorf("%s: complete %t, readable %t; %s: readable %t", few.Path, few.Complete(), few.Readable(), many.Path, many.Readable())
	}
	last := publish(t, d, firstNight(), "20261124T020000Z")
	if baseline, err := d.Baseline(last); err != nil || baseline == nil || baseline.ID != few.ID {
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
	judged, err := d.Judge(Policy{Last: 1})
	if err != nil || len(judged[0].Reasons) == 0 || len(judged[2].Reasons) == 0 {
		t.Errorf("%+v, %v", judged, err)
	}
}

// TestABaselineHasNoGaps publishes a snapshot with gaps between two without: what
// comes after it is compared with the one before.
func TestABaselineHasNoGaps(t *testing.T) {
	d := openData(t)
	want := publish(t, d, firstNight(), "20261122T020000Z").ID
	gaps := firstNight()
	gaps.cells = append(gaps.cells, graphmodel.Coverage{Kind: "objects", From: "tickets", Requested: 2, Failed: 2, Reason: "missing scope"})
	if e := publish(t, d, gaps, "20261123T020000Z"); e.Complete() {
		t.Fatal("a snapshot with gaps calls itself complete")
	}
	for _, night := range []*night{firstNight(), gaps} {
		id := d.NewID(start.AddDate(0, 0, 2))
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
