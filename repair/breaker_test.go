package repair

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// many is a portal of pairs that lack their way back, and the plan for them.
func many(pairs int64) (string, *Plan) {
	var portal strings.Builder
	portal.WriteString("portal 77\n")
	var ops []Operation
	for i := int64(1); i <= pairs; i++ {
		fmt.Fprintf(&portal, "contacts %d\ncompanies %d\ncontacts %d ->> companies %d 279\n", i, 10000+i, i, 10000+i)
		ops = append(ops, linking(10000+i, i))
	}
	return portal.String(), planned(ops...)
}

// TestBatchesGrow counts the inputs of each write: few, more, then as many as one read takes.
func TestBatchesGrow(t *testing.T) {
	portal, p := many(1300)
	var sizes []int
	count := func(r request) string {
		if r.write {
			sizes = append(sizes, strings.Count(r.body, `"from"`))
		}
		return ""
	}
	a := applyIn(t, t.TempDir(), portal, p, quick(), count)
	if a.err != nil || !a.run.Done() || fmt.Sprint(sizes) != "[20 100 1000 180]" {
		t.Errorf("%v, batches of %v", a.err, sizes)
	}
	sizes = nil
	o := quick()
	o.NoCanary = true
	if a := applyIn(t, t.TempDir(), portal, p, o, count); a.err != nil || fmt.Sprint(sizes) != "[1000 300]" {
		t.Errorf("without a canary: %v, batches of %v", a.err, sizes)
	}
}

// TestBreaker has runs that stop themselves, each after its first batch of 20 of 60.
func TestBreaker(t *testing.T) {
	portal, p := many(60)
	wrote := func(change string) func(request) string {
		done := false
		return func(r request) string {
			if r.after && !done {
				done = true
				return "portal " + change
			}
			return ""
		}
	}
	for name, tt := range map[string]struct {
		fault func(request) string
		says  string
		sent  int // writes that reached the portal
	}{
		"a row appears":   {wrote("contacts 1 -> companies 10005"), "2 rows of the records that were written to changed beside what was planned", 1},
		"a row vanishes":  {wrote("unlink contacts 7 companies 10007"), "", 1},
		"a label appears": {wrote("contacts 3 -> companies 10003 primary"), "came", 1},
		"an odd refusal": {func(r request) string {
			if r.write {
				return "teapot"
			}
			return ""
		}, "for a reason that is not known here", 0},
		"it is taken back a moment later": {func() func(request) string {
			reads := 0
			return func(r request) string {
				if r.after && r.read {
					if reads++; reads == 3 { // two read back, the third looks again
						return "portal unlink contacts 7 companies 10007"
					}
				}
				return ""
			}
		}(), "a moment later it was not so any more", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			a := applyIn(t, dir, portal, p, quick(), tt.fault)
			if !errors.Is(a.err, ErrBreaker) || !strings.Contains(a.err.Error(), tt.says) || a.writes != tt.sent {
				t.Fatalf("%d writes, and the run ends with %v", a.writes, a.err)
			}
			if h := journalIn(t, dir); h.FinishedAt != nil || h.status().Unsent != 40 {
				t.Errorf("%+v", h.status())
			}
		})
	}
}

// TestUnknownOutcomesStopTheRun has writes without an answer, and records that cannot be read
// back: what nobody knows the outcome of may still come, and nothing is built on it. One in a
// batch is no reason.
func TestUnknownOutcomesStopTheRun(t *testing.T) {
	portal, p := many(60)
	unreadable := func(ids ...string) func(request) string {
		return func(r request) string {
			for _, id := range ids {
				if r.after && r.read && strings.Contains(r.body, `"id":"`+id+`"`) {
					return "500"
				}
			}
			return ""
		}
	}
	for name, tt := range map[string]struct {
		fault   func(request) string
		unknown int
		unsent  int
	}{
		"no answer": {func(r request) string {
			if r.write {
				return "reset"
			}
			return ""
		}, 20, 40},
		"two not read back": {unreadable("5", "6"), 2, 40},
		"one not read back": {unreadable("5"), 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			a := applyIn(t, dir, portal, p, quick(), tt.fault)
			says := fmt.Sprintf("of %d of the 20 operations of a batch nobody knows whether they were done", tt.unknown)
			if stops := tt.unsent > 0; errors.Is(a.err, ErrBreaker) != stops || stops && !strings.Contains(a.err.Error(), says) {
				t.Fatalf("the run ends with %v", a.err)
			}
			if s := journalIn(t, dir).status(); s.Open != tt.unknown || s.Unsent != tt.unsent {
				t.Errorf("%+v", s)
			}
			if b := a.resume(t, dir, p); b.err != nil || !b.run.Done() {
				t.Errorf("gone on with: %v, %v", b.err, b.outcomes())
			}
			for pair, n := range a.written {
				if n != 1 {
					t.Errorf("%s was written %d times", pair, n)
				}
			}
		})
	}
}

// TestManyRefusalsStopTheRun has a record that has as many as a portal takes, in a twentieth
// of the batch and more.
func TestManyRefusalsStopTheRun(t *testing.T) {
	for bad, stops := range map[int64]bool{1: false, 2: true} {
		var portal strings.Builder
		portal.WriteString("portal 77\nfact record-cap=1000\ncompanies 9\n")
		for i := range 1000 {
			fmt.Fprintf(&portal, "contacts %d\ncontacts %d -> companies 9\n", 1000+i, 1000+i)
		}
		var ops []Operation
		for i := int64(1); i <= 30; i++ {
			company := 10 + i
			if i <= bad {
				company = 9
			} else {
				fmt.Fprintf(&portal, "companies %d\n", company)
			}
			fmt.Fprintf(&portal, "contacts %d\ncontacts %d ->> companies %d 279\n", i, i, company)
			ops = append(ops, linking(company, i))
		}
		dir := t.TempDir()
		a := applyIn(t, dir, portal.String(), planned(ops...), quick(), nil)
		if errors.Is(a.err, ErrBreaker) != stops || stops && !strings.Contains(a.err.Error(), "HubSpot refused 2 of the 20 operations of a batch") {
			t.Errorf("%d refused: %v", bad, a.err)
		}
		if s := journalIn(t, dir).status(); s.Failed != int(bad) || stops != (s.Unsent == 10) || s.Applied != 30-s.Unsent-int(bad) {
			t.Errorf("%d refused: %+v", bad, s)
		}
	}
}
