package repair

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

// identities is how many portals are drawn; HUBGRAPH_IDENTITIES sets another number.
func identities() string {
	if n := os.Getenv("HUBGRAPH_IDENTITIES"); n != "" {
		return n
	}
	return "60"
}

// drawnType is an association type of the drawn portals.
type drawnType struct {
	from, to string
	Type
	label *string
	word  string // in the portal language
}

var drawnTypes = []drawnType{
	{"contacts", "companies", plain, nil, "plain"},
	{"contacts", "companies", primary, &primaryText, "primary"},
	{"contacts", "companies", advisor, &advisorText, `"Advisor"`},
	{"contacts", "companies", Type{hubspot.UserDefined, 23}, text("Payer"), `"Payer"`},
	{"companies", "contacts", plainBack, nil, "plain"},
	{"companies", "contacts", advises, text("Advises"), `"Advises"`},
	{"companies", "companies", Type{hubspot.HubSpotDefined, 14}, text("Parent Company"), "14"},
}

func text(s string) *string { return &s }

// drawLink draws a type and two records for it.
func drawLink(t *rapid.T) (drawnType, ends) {
	typ := rapid.SampledFrom(drawnTypes).Draw(t, "type")
	from := rapid.SampledFrom(watchedIDs[typ.from]).Draw(t, "from")
	to := rapid.SampledFrom(watchedIDs[typ.to]).Filter(func(id int64) bool { return id != from }).Draw(t, "to")
	return typ, between(typ.from, from, typ.to, to)
}

// drawLine draws a line that links, cuts, or, of somebody, takes apart, archives, merges.
func drawLine(t *rapid.T, somebody bool) string {
	typ, e := drawLink(t)
	from, to := fmt.Sprintf("%s %d", typ.from, e.from.ID), fmt.Sprintf("%s %d", typ.to, e.to.ID)
	least := 0
	if !somebody {
		least = 4
	}
	switch rapid.IntRange(least, 7).Draw(t, "kind") {
	case 0:
		return "archive " + to
	case 1:
		return fmt.Sprintf("merge contacts 1 %d", absorbed)
	case 2, 3:
		return "unlink " + from + " " + to
	case 4:
		return fmt.Sprintf("%s ->> %s %s", from, to, typ.Type)
	}
	return fmt.Sprintf("%s -> %s %s", from, to, typ.word)
}

// TestPlanApplyUndoIsTheIdentity draws portals, with labels, limits, primary companies,
// parents and rows that lack their way back, plans on them, and the changes of somebody
// else between any two requests. The portal's own rows say who changed what. None is ever
// lost but by the undo, which takes what the run added, and none comes that the plan does
// not name. Left alone the portal is in the end as it was, but for what the undo lists as
// kept. The one thing that no program can see is a change in the moment between the reading
// of a list and the write.
func TestPlanApplyUndoIsTheIdentity(t *testing.T) {
	waits := readBacks
	clear(readBacks[:])
	checks, seed := flag.Lookup("rapid.checks"), flag.Lookup("rapid.seed")
	checksWere, seedWas := checks.Value.String(), seed.Value.String()
	if err := errors.Join(checks.Value.Set(identities()), seed.Value.Set("13")); err != nil {
		t.Fatal(err)
	}
	defer func() {
		readBacks = waits
		if err := errors.Join(checks.Value.Set(checksWere), seed.Value.Set(seedWas)); err != nil {
			t.Error(err)
		}
	}()
	var sum struct{ portals, alone, applied, undone, kept, changed, late, stopped int }
	rapid.Check(t, func(rt *rapid.T) {
		portal := "portal 77\nfact merge=primary label-write=" + rapid.SampledFrom([]string{"replace", "add"}).Draw(rt, "label-write") + "\n" +
			labelLine + "label contacts 23 \"Payer\" companies 24 \"Pays\"\n"
		for _, typ := range []string{"contacts", "companies"} {
			for _, id := range watchedIDs[typ] {
				portal += fmt.Sprintf("%s %d\n", typ, id)
			}
		}
		for range rapid.IntRange(0, 8).Draw(rt, "lines") {
			portal += drawLine(rt, false) + "\n"
		}
		if rapid.Bool().Draw(rt, "limited") {
			portal += rapid.SampledFrom([]string{"limit contacts companies plain 2\n", "limit companies contacts plain 2\n", "limit contacts companies \"Advisor\" 1\n"}).Draw(rt, "limit")
		}
		p := planned()
		p.Definitions = slices.Concat(p.Definitions, defining("contacts", "companies", advisor, advises),
			defining("contacts", "companies", Type{hubspot.UserDefined, 23}, Type{hubspot.UserDefined, 24}))
		parsed, err := sim.Parse("drawn", portal)
		if err != nil {
			rt.Fatal(err)
		}
		w := newWitness(parsed, p.inverses())
		before := w.last
		drawn := map[Row]bool{}
		for range rapid.IntRange(1, 6).Draw(rt, "operations") {
			typ, e := drawLink(rt)
			if r := e.row(typ.Type); !w.last[r] && !drawn[r] && !drawn[w.mirror(r)] {
				drawn[r] = true
				p.Operations = append(p.Operations, w.addition(e, typ.Type, typ.label))
			}
		}
		p.Seal()
		if err := p.vacuous(); err != nil {
			rt.Fatal(err)
		}
		alone := rapid.Bool().Draw(rt, "alone")
		draw := func() map[int]string {
			lines := map[int]string{}
			for range rapid.IntRange(1, 4).Draw(rt, "changes") {
				lines[rapid.IntRange(1, 24).Draw(rt, "at")] = drawLine(rt, true)
			}
			return lines
		}
		var theirs [2]map[int]string
		if !alone {
			theirs = [2]map[int]string{draw(), draw()}
		}

		r := &rig{server: sim.NewServer(parsed, sim.Options{Rate: sim.Rate{Requests: 1_000_000, Interval: time.Second}}), portal: parsed, fault: w.sees}
		dir := t.TempDir()
		w.plan, w.changes = p, theirs[0]
		a := r.apply(t, dir, p, quick())
		w.judge()
		for ; errors.Is(a.err, ErrBreaker); sum.stopped++ {
			w.changes = nil
			a = r.apply(t, dir, p, quick())
			w.judge()
			if alone {
				rt.Fatalf("nobody changed the portal, and the run stops: %v", a.err)
			}
		}
		if a.err != nil {
			rt.Fatal(a.err)
		}
		h := journalIn(t, dir)
		client, stop := r.client(t)
		undo, err := Undo(t.Context(), client, h, time.Now())
		stop()
		if err != nil {
			rt.Fatal(err)
		}
		added := maps.Clone(w.ours)
		w.plan, w.changes, w.removes = undo, theirs[1], true
		taken := r.apply(t, t.TempDir(), undo, quick())
		w.judge()
		if taken.err != nil && !errors.Is(taken.err, ErrBreaker) {
			rt.Fatal(taken.err)
		}
		if len(w.harms) > 0 {
			rt.Fatalf("%s\nportal:\n%s\nplan: %s\nruns: %+v, %+v\nundo: %s", strings.Join(w.harms, "\n"), portal, briefly(p), a.outcomes(), taken.outcomes(), briefly(undo))
		}
		if alone {
			kept := map[ends]bool{}
			for _, b := range undo.Blocked {
				kept[b.ends()], kept[b.ends().reversed()] = true, true
				if !hadAny(before, b.ends()) {
					rt.Fatalf("all that the pair has came with the run, and is kept: %s\n%s", b.Cause, portal)
				}
			}
			for row := range w.last {
				if !before[row] && !(kept[row.ends()] && added[row]) {
					rt.Fatalf("%s came with the run and is not taken back\nportal:\n%s\nplan: %s\nundo: %s", row, portal, briefly(p), briefly(undo))
				}
			}
			if !taken.run.Done() {
				rt.Fatalf("the undo is not done: %v", taken.outcomes())
			}
			sum.alone++
			sum.kept += len(undo.Blocked)
		}
		sum.portals++
		sum.changed += w.changed
		sum.late += w.late
		for _, o := range a.outcomes() {
			if o == string(Applied) {
				sum.applied++
			}
		}
		for _, o := range taken.outcomes() {
			if o == string(Applied) {
				sum.undone++
			}
		}
	})
	t.Logf("%+v", sum)
	if sum.alone == 0 || sum.applied == 0 || sum.undone == 0 || sum.kept == 0 || sum.changed == 0 {
		t.Errorf("the portals are drawn badly: %+v", sum)
	}
}

// hadAny reports whether a pair had a row, on either end.
func hadAny(rows map[Row]bool, e ends) bool {
	for r := range rows {
		if r.ends() == e || r.ends() == e.reversed() {
			return true
		}
	}
	return false
}

// briefly is a plan in one line an operation.
func briefly(p *Plan) string {
	var b strings.Builder
	for _, op := range p.Operations {
		fmt.Fprintf(&b, "\n%s %v %v, effects %v", op.Action, op.ends(), op.Types, op.Effects)
	}
	for _, op := range p.Blocked {
		fmt.Fprintf(&b, "\nnot %s %v %v: %s", op.Action, op.ends(), op.Types, op.Cause)
	}
	return b.String()
}
