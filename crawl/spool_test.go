package crawl

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"hubgraph/graphmodel"
)

// anyRecord draws a record, with values present and missing.
func anyRecord(t *rapid.T) graphmodel.Record {
	text := rapid.StringMatching(`.{0,9}`)
	moment := rapid.Custom(func(t *rapid.T) time.Time {
		return time.UnixMicro(rapid.Int64Range(-1<<50, 1<<52).Draw(t, "µs")).UTC()
	})
	r := graphmodel.Record{
		Key:       graphmodel.Key{Type: rapid.SampledFrom([]string{"contacts", "deals"}).Draw(t, "type"), ID: rapid.Int64Range(1, 9).Draw(t, "id")},
		CreatedAt: rapid.Ptr(moment, true).Draw(t, "created"), UpdatedAt: rapid.Ptr(moment, true).Draw(t, "updated"), CloseDate: rapid.Ptr(moment, true).Draw(t, "closes"),
		IsClosed: rapid.Ptr(rapid.Bool(), true).Draw(t, "closed"), IsWon: rapid.Ptr(rapid.Bool(), true).Draw(t, "won"), Archived: rapid.Bool().Draw(t, "archived"),
		OwnerID: rapid.Ptr(rapid.Int64(), true).Draw(t, "owner"), Properties: rapid.MapOf(text, text).Draw(t, "properties"),
	}
	for _, s := range texts(&r) {
		*s = text.Draw(t, "text")
	}
	return r
}

// TestSpoolGivesBackWhatItTook compares with a map that keeps of each record the
// version that was changed last, and of those the one that came last.
func TestSpoolGivesBackWhatItTook(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		s, err := newSpool(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		want := map[graphmodel.Key]graphmodel.Record{}
		for _, r := range rapid.SliceOfN(rapid.Custom(anyRecord), 0, 30).Draw(t, "records") {
			if err := s.put(r); err != nil {
				t.Fatal(err)
			}
			known, ok := want[r.Key]
			switch {
			case r.ID == 9: // is not wanted
			case !ok, known.UpdatedAt == nil, r.UpdatedAt != nil && !r.UpdatedAt.Before(*known.UpdatedAt):
				want[r.Key] = r
			}
		}
		if err := s.finish(func(k graphmodel.Key) bool { return k.ID != 9 }); err != nil {
			t.Fatal(err)
		}
		got := map[graphmodel.Key]graphmodel.Record{}
		var last graphmodel.Key
		for r, err := range s.records() {
			if err != nil {
				t.Fatal(err)
			}
			if r.Compare(last) <= 0 {
				t.Errorf("%s follows %s", r.Key, last)
			}
			last, got[r.Key] = r.Key, r
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	})
}

// TestSpoolKnowsDamage reads what is cut short or longer than it was.
func TestSpoolKnowsDamage(t *testing.T) {
	owner, yes := int64(7), true
	now := time.Now()
	whole := appendRecord(nil, &graphmodel.Record{Name: "Ada", CreatedAt: &now, IsWon: &yes, OwnerID: &owner, Properties: map[string]string{"a": "b"}})
	if _, ok := readRecord(whole); !ok {
		t.Error("the whole record is not taken")
	}
	for n := range whole {
		if r, ok := readRecord(whole[:n]); ok {
			t.Errorf("%d of %d bytes are taken, as %+v", n, len(whole), r)
		}
	}
	if _, ok := readRecord(append(whole, 0)); ok {
		t.Error("a record with something behind it is taken")
	}
}
