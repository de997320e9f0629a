package lake

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hubgraph/internal/nights"
	"hubgraph/queries"
)

// at is a snapshot as a policy sees it.
func at(t time.Time) Entry {
	return Entry{ID: t.UTC().Format(IDLayout), Manifest: Manifest{Snapshot: &queries.SnapshotRow{StartedAt: t, Complete: true}}}
}

// TestPolicy holds the rules against cases worked out by hand over these nights:
// two on Sunday the 1st of November 2026, then Monday the 2nd, Tuesday the 3rd,
// Sunday the 8th, Monday the 30th, and the 1st of December.
func TestPolicy(t *testing.T) {
	var nights []Entry
	for _, text := range []string{"2026-11-01T02:00:00Z", "2026-11-01T20:00:00Z", "2026-11-02T02:00:00Z", "2026-11-03T02:00:00Z", "2026-11-08T02:00:00Z", "2026-11-30T02:00:00Z", "2026-12-01T01:30:00+02:00"} {
		when, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		nights = append(nights, at(when))
	}
	for _, tt := range []struct {
		policy Policy
		want   string // the indexes of what stays
	}{
		{Policy{Last: 2}, "5 6"},
		{Policy{Last: 9}, "0 1 2 3 4 5 6"},
		{Policy{Daily: 1}, "6"}, // the last one began on the 30th, in UTC
		{Policy{Daily: 3}, "3 4 6"},
		{Policy{Daily: 5}, "1 2 3 4 6"},
		{Policy{Daily: 6}, "0 1 2 3 4 6"}, // not used up: the oldest, too
		{Policy{Daily: KeepAll}, "0 1 2 3 4 6"},
		{Policy{Weekly: 2}, "4 6"},
		{Policy{Weekly: 3}, "1 4 6"},
		{Policy{Monthly: 1}, "6"},
		{Policy{Monthly: 2}, "0 6"},
		{Policy{Last: 1, Weekly: 2}, "4 6"},
		{Policy{Last: 2, Weekly: 2}, "4 5 6"},
	} {
		kept := tt.policy.reasons(nights)
		var got []string
		for i, e := range nights {
			if len(kept[e.ID]) > 0 {
				got = append(got, fmt.Sprint(i))
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%+v keeps %v, want %s", tt.policy, got, tt.want)
		}
	}
}

// TestPolicyProperties holds for any nights and any policy: the newest stays,
// what one rule keeps stays beside others, and what was kept once is kept again.
func TestPolicyProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hours := rapid.SliceOfNDistinct(rapid.IntRange(0, 24*800), 1, 60, rapid.ID).Draw(t, "hours")
		slices.Sort(hours)
		var all []Entry
		for _, h := range hours {
			all = append(all, at(nights.Start.Add(time.Duration(h)*time.Hour)))
		}
		count := rapid.IntRange(0, 12)
		p := Policy{count.Draw(t, "last"), count.Draw(t, "daily"), count.Draw(t, "weekly"), count.Draw(t, "monthly")}
		kept := p.reasons(all)
		if p.Empty() != (len(kept) == 0) {
			t.Fatalf("%+v keeps %v", p, kept)
		}
		if newest := all[len(all)-1].ID; !p.Empty() && len(kept[newest]) == 0 {
			t.Fatalf("%+v does not keep the newest", p)
		}
		for _, alone := range []Policy{{Last: p.Last}, {Daily: p.Daily}, {Weekly: p.Weekly}, {Monthly: p.Monthly}} {
			for id := range alone.reasons(all) {
				if len(kept[id]) == 0 {
					t.Fatalf("%+v keeps %s and %+v does not", alone, id, p)
				}
			}
		}
		left := slices.DeleteFunc(slices.Clone(all), func(e Entry) bool { return len(kept[e.ID]) == 0 })
		if again := p.reasons(left); len(again) != len(left) {
			t.Fatalf("%+v keeps %d of %d, then %d", p, len(left), len(all), len(again))
		}
	})
}

func TestParseKeep(t *testing.T) {
	for text, want := range map[string]int{"0": 0, "14": 14, "unlimited": KeepAll} {
		if n, err := ParseKeep(text); err != nil || n != want {
			t.Errorf("%s: %d, %v", text, n, err)
		}
	}
	for _, text := range []string{"", "-1", "1.5", "all", "1d"} {
		if n, err := ParseKeep(text); err == nil {
			t.Errorf("%q is read as %d", text, n)
		}
	}
}
