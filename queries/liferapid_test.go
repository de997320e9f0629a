package queries

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// world is a portal of which the truth is known in each night: how bad each record is.
// A version of the check finds those that are at least as bad as it says.
type world struct {
	bad     map[record]int // live records
	merged  aliases
	nextID  int64
	night   int
	nights  []seen
	archive archive
	audits  int
}

// seen is a night as a crawl read it.
type seen struct {
	bad    map[record]int
	read   map[string]bool // object types
	unread map[record]bool
}

func (s seen) found(at record, bar int) bool {
	worth, live := s.bad[at]
	return live && worth >= bar && s.judged(at)
}

func (s seen) judged(at record) bool { return s.read[at.of] && !s.unread[at] }

var kinds = []string{"deals", "tickets"}

// pass changes the portal, and lets a crawl read it.
func (w *world) pass(t *rapid.T) {
	for range rapid.IntRange(0, 4).Draw(t, "changes") {
		live := slices.SortedFunc(maps.Keys(w.bad), func(a, b record) int {
			return compareTexts(a.of, b.of, fmt.Sprintf("%9d", a.id), fmt.Sprintf("%9d", b.id))
		})
		what := rapid.SampledFrom([]string{"create", "change", "change", "delete", "merge", "merge"}).Draw(t, "what")
		if what == "create" || len(live) == 0 {
			w.nextID++
			w.bad[record{rapid.SampledFrom(kinds).Draw(t, "type"), w.nextID}] = rapid.IntRange(0, 4).Draw(t, "bad")
			continue
		}
		at := rapid.SampledFrom(live).Draw(t, "record")
		switch what {
		case "change":
			w.bad[at] = rapid.IntRange(0, 4).Draw(t, "bad")
		case "delete":
			delete(w.bad, at)
		case "merge":
			into := rapid.SampledFrom(live).Draw(t, "into")
			if into == at || into.of != at.of {
				continue
			}
			w.merge(at, into, rapid.Bool().Draw(t, "new id"), rapid.IntRange(0, 4).Draw(t, "bad"))
		}
	}
	s := seen{maps.Clone(w.bad), map[string]bool{}, map[record]bool{}}
	for _, kind := range kinds {
		s.read[kind] = rapid.IntRange(0, 4).Draw(t, kind+" read") > 0
	}
	for at := range w.bad {
		if at.id%7 == int64(w.night%7) && rapid.Bool().Draw(t, "unread") {
			s.unread[at] = true
		}
	}
	w.nights = append(w.nights, s)
	w.night++
}

func (w *world) merge(at, into record, newID bool, bad int) {
	survivor := into
	if newID {
		w.nextID++
		survivor = record{at.of, w.nextID}
	}
	for _, old := range []record{at, into} {
		delete(w.bad, old)
		for earlier, current := range w.merged {
			if earlier.of == old.of && current == old.id {
				w.merged[earlier] = survivor.id
			}
		}
		if old != survivor {
			w.merged[old] = survivor.id
		}
	}
	w.bad[survivor] = bad
}

// audit audits the newest night, as Audit does, with a version of the check.
func (w *world) audit(t *rapid.T, bar int) {
	now := w.nights[w.night-1]
	id := func(night int) string { return fmt.Sprintf("202601%02dT020000Z", night) }
	c := Check{ID: "made_up", Kind: StateKind, Identity: []string{"subject_type", "subject_id"}, Needs: []Need{{"objects", "*", ""}}}
	version := fmt.Sprint(bar)
	p := past{register: slices.Collect(maps.Values(w.archive.register(id(w.night))))}
	base := -1
	for _, r := range w.archive.counting(id(w.night)) {
		if r.Results[0].Status != Skip {
			p.judged, p.version, base = true, *r.Results[0].Version, r.Snapshot.StartedAt.Day()-1
		}
		for _, j := range r.Judged {
			if p.cells == nil {
				p.cells = map[place]bool{}
			}
			p.cells[place{from: *j.FromType}] = true
		}
	}
	start := time.Date(2026, 1, w.night, 2, 0, 0, 0, time.UTC)
	w.audits++
	n := tonight{check: c, audit: fmt.Sprintf("202701%02dT%06dZ", w.night, w.audits), snapshot: id(w.night), start: start, ids: w.merged,
		changed: p.judged && p.version != version,
		looked:  func(f Finding) bool { return now.judged(record{*f.SubjectType, *f.SubjectID}) }}
	for at := range now.bad {
		if now.found(at, bar) {
			n.found = append(n.found, Finding{SubjectType: &at.of, SubjectID: &at.id, Evidence: "{}"})
		}
	}
	held := map[record]bool{} // in the baseline, by this version, under the ids of today
	if base >= 0 {
		for at := range w.nights[base].bad {
			if w.nights[base].found(at, bar) {
				held[record{at.of, *w.merged.today(&at.of, &at.id)}] = true
			}
		}
	}
	if n.changed && base >= 0 {
		n.before = map[string]bool{}
		for at := range held {
			identity, _ := c.identity(0, Finding{SubjectType: &at.of, SubjectID: &at.id}, nil)
			n.before[identity] = true
		}
	}
	r := &Report{AuditID: n.audit, Snapshot: SnapshotRow{SnapshotID: n.snapshot, StartedAt: start}, Results: []CheckResult{{CheckID: c.ID, Status: OK, Version: &version}}}
	if len(slices.DeleteFunc(slices.Clone(kinds), func(kind string) bool { return !now.read[kind] })) == 0 {
		r.Results[0].Status = Skip
		w.archive.add(r)
		return
	}
	l, err := p.live(n)
	if err != nil {
		t.Fatal(err)
	}
	r.Findings, r.Changes = l.findings, l.changes
	for _, kind := range kinds {
		if now.read[kind] && !p.cells[place{from: kind}] {
			r.Judged = append(r.Judged, JudgedCell{n.audit, c.ID, &kind, nil})
		}
	}
	w.check(t, l, now, bar, held, p)
	w.archive.add(r)
}

// check holds the lives of findings against the truth.
func (w *world) check(t *rapid.T, l *life, now seen, bar int, held map[record]bool, p past) {
	open := map[record]Finding{}
	names := map[string]bool{}
	wasOpen := map[string]bool{}
	for _, f := range p.register {
		wasOpen[f.Fingerprint] = f.Open()
	}
	for _, f := range l.findings {
		at := record{*f.SubjectType, *f.SubjectID}
		today := record{at.of, *w.merged.today(&at.of, &at.id)}
		if names[f.Fingerprint] {
			t.Fatalf("night %d: two findings are named %s", w.night, f.Fingerprint)
		}
		names[f.Fingerprint] = true
		switch {
		case f.Open() && now.judged(at) && !now.found(at, bar):
			t.Fatalf("night %d: %v is open, and nothing is wrong with it", w.night, at)
		case f.Open():
			open[at] = f
		case f.Ended() && now.found(today, bar):
			t.Fatalf("night %d: %v is resolved, and it is as bad as ever", w.night, at)
		case f.Ended() && !now.judged(at):
			t.Fatalf("night %d: %v is resolved, and nobody looked", w.night, at)
		}
		if l.fresh[f.Fingerprint] && (held[at] || wasOpen[f.Fingerprint]) {
			t.Fatalf("night %d: %v is %s, and it was so before", w.night, at, f.State)
		}
	}
	for at := range now.bad {
		f, ok := open[at]
		if !now.found(at, bar) {
			continue
		}
		if !ok {
			t.Fatalf("night %d: %v is lost", w.night, at)
		}
		known := p.judged && p.cells[place{from: at.of}]
		before, registered := wasOpen[f.Fingerprint]
		switch fresh := l.fresh[f.Fingerprint]; {
		case known && !held[at] && !before && !fresh:
			t.Fatalf("night %d: %v was not so before, and is %s", w.night, at, f.State)
		case !known && fresh:
			t.Fatalf("night %d: %v is %s, and nobody had looked there", w.night, at, f.State)
		case registered && f.State == New:
			t.Fatalf("night %d: %v is new, and was found before", w.night, at)
		}
	}
}

// TestLivesAreTrue lets random portals live through nights with merges, deletions, types
// and records that are not read, and checks that change, and audits some nights again.
func TestLivesAreTrue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &world{bad: map[record]int{}, merged: aliases{}}
		bar := 2
		for range rapid.IntRange(1, 8).Draw(t, "nights") {
			w.pass(t)
			for range rapid.IntRange(1, 2).Draw(t, "audits") {
				if rapid.IntRange(0, 3).Draw(t, "changed") == 0 {
					bar = rapid.IntRange(1, 4).Draw(t, "bar")
				}
				w.audit(t, bar)
			}
		}
		states := w.archive.fold("2027")
		register := w.archive.register("2027")
		if len(states) != len(register) {
			t.Fatalf("%d findings by the changes, %d in the register", len(states), len(register))
		}
		for name, f := range register {
			if (states[name] == Resolved) != (f.State == Resolved) {
				t.Fatalf("%s is %s by the changes, and %s in the register", name, states[name], f.State)
			}
		}
	})
}
