package repair

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
	"hubgraph/internal/goals"
)

// inFile is a file that is read more than once.
func inFile(action, text string) Asked {
	return Asked{Action: action, Name: "pairs.csv", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
}

// desk is a portal that is served, with what asks it.
type desk struct {
	*Direct
	client *hubspot.Client
	portal *sim.Portal
	dir    string
	runs   int
}

// open serves a portal in a version of the API.
func openDesk(t testing.TB, portal, version string, f Forms, o sim.Options) *desk {
	t.Helper()
	parsed, err := sim.Parse(t.Name(), portal)
	if err != nil {
		t.Fatal(err)
	}
	url, stop, err := sim.NewServer(parsed, o).Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	client, err := hubspot.New("token", hubspot.Options{BaseURL: url, APIVersion: version})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return &desk{Direct: NewDirect(client, 77, f), client: client, portal: parsed, dir: t.TempDir()}
}

// failer is what a test, or one draw of a property, fails with.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// send does what is asked for, with a journal, whose name it returns.
func (d *desk) send(t failer, a Asked) (string, []*LineResult) {
	t.Helper()
	ctx := context.Background()
	d.Direct = NewDirect(d.client, 77, d.forms)
	o := quick()
	o.Operations = 1_000_000
	o.NoCanary = a.Name == ""
	count, err := d.Count(ctx, a, o, true)
	if err != nil {
		t.Fatalf("%+v: %v", a, err)
	}
	d.runs++
	journal, err := CreateJournal(d.dir, fmt.Sprintf("run%d", d.runs))
	if err != nil {
		t.Fatalf("%v", err)
	}
	var results []*LineResult
	err = d.Send(ctx, a, count, journal, o, func(l *LineResult) error {
		results = append(results, l)
		return nil
	})
	if err != nil {
		t.Fatalf("%+v: %v", a, err)
	}
	if err := journal.Close(); err != nil {
		t.Fatalf("%v", err)
	}
	return journal.Name(), results
}

// undo takes a run back.
func (d *desk) undo(t failer, name string) {
	t.Helper()
	p := d.undoOf(t, name)
	if len(p.Blocked) > 0 {
		t.Fatalf("%+v", p.Blocked)
	}
	if err := p.vacuous(); err != nil {
		t.Fatalf("the undo is vacuous: %v", err)
	}
	o := quick()
	o.NoCanary = true
	if _, run := d.execute(t, p, o); !run.Done() {
		t.Fatalf("%v", applied{run: run}.outcomes())
	}
}

// undoOf plans to take back the run of a journal.
func (d *desk) undoOf(t failer, name string) *Plan {
	t.Helper()
	h, err := ReadJournal(name)
	return d.planUndo(t, h, err)
}

// planUndo plans to take back a run whose journal was read.
func (d *desk) planUndo(t failer, h *History, err error) *Plan {
	t.Helper()
	if err != nil {
		t.Fatalf("%v", err)
	}
	p, err := Undo(context.Background(), d.client, h, d.now)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return p
}

// execute applies a plan with a journal of its own, whose name it returns.
func (d *desk) execute(t failer, p *Plan, o ApplyOptions) (string, *Run) {
	t.Helper()
	d.runs++
	journal, err := CreateJournal(d.dir, fmt.Sprintf("run%d", d.runs))
	if err != nil {
		t.Fatalf("%v", err)
	}
	run, err := Apply(context.Background(), d.client, p, journal, o)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if err := journal.Close(); err != nil {
		t.Fatalf("%v", err)
	}
	return journal.Name(), run
}

// label does what is asked for, with a journal, whose name it returns.
func (d *desk) label(t failer, a AskedLabel) (string, *Run) {
	t.Helper()
	ctx := context.Background()
	d.Direct = NewDirect(d.client, 77, d.forms)
	p, err := d.PlanLabel(ctx, a)
	if err != nil {
		t.Fatalf("%+v: %v", a, err)
	}
	return d.execute(t, p, quick())
}

// defined is what the portal says is defined between the object types of a world, a line each.
func (d *desk) defined(t failer, w *world) (lines []string) {
	t.Helper()
	p := newPortal(d.client, 77)
	for _, pair := range w.pairs {
		for _, of := range [][2]string{{pair.from, pair.to}, {pair.to, pair.from}} {
			facts, err := p.facts(context.Background(), of)
			if err != nil {
				t.Fatalf("%v", err)
			}
			for typ, label := range facts.labels {
				if typ.Category == hubspot.UserDefined && label != "" {
					lines = append(lines, definedLine(of, typ, label))
				}
			}
			for typ, most := range facts.limits {
				if most > 0 {
					lines = append(lines, limitLine(of, typ, most))
				}
			}
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

// rows are all rows between the records of a world, as the portal lists them.
func (d *desk) rows(t failer, w *world) map[Row]bool {
	t.Helper()
	wanted := map[list]bool{}
	for _, of := range w.pairs {
		for _, id := range of.fromIDs {
			wanted[list{key(of.from, id), of.to}] = true
		}
		for _, id := range of.toIDs {
			wanted[list{key(of.to, id), of.from}] = true
		}
	}
	lists, err := newPortal(d.client, 77).readLists(context.Background(), wanted, map[any]string{})
	if err != nil {
		t.Fatalf("%v", err)
	}
	rows := map[Row]bool{}
	for l, has := range lists {
		for _, r := range difference(l, has, nil) {
			rows[r] = true
		}
	}
	return rows
}

const modelPortal = `
portal 77
object p_cars 2-1001
label contacts 21 "Advisor" companies 22 "Advises"
label contacts 23 "Board" companies 24 "Board"
label deals p_cars
label contacts 51 "Boss" contacts 52 "Report"
contacts 1
contacts 2
companies 11
companies 12
deals 31
p_cars 41
`

// TestThePortalIsWhatAModelSays plays random commands on associations, labels and limits in a
// random version against a random portal: it lists what a model of ours says, and what one
// command did its undo takes back, but for a label that was deleted.
func TestThePortalIsWhatAModelSays(t *testing.T) {
	versions := []struct {
		version string
		forms   Forms
	}{{"v4", Forms{Single: true, Default: true}}, {"2026-09", Forms{Single: true, Default: true}}, {"2026-03", Forms{}}, {"2026-09", Forms{Legacy: V3}}}
	n := 0
	rapid.Check(t, func(r *rapid.T) {
		n++
		v := rapid.SampledFrom(versions).Draw(r, "version")
		w, portal := drawWorld(r, fmt.Sprintf("label-write=%s plain-write=%s", rapid.SampledFrom([]string{"replace", "add"}).Draw(r, "label-write"), rapid.SampledFrom([]string{"keep", "replace"}).Draw(r, "plain-write")))
		parsed, err := sim.Parse("model", portal)
		if err != nil {
			r.Fatalf("%v", err)
		}
		url, stop, err := sim.NewServer(parsed, sim.Options{}).Start("127.0.0.1:0")
		if err != nil {
			r.Fatalf("%v", err)
		}
		defer stop()
		client, err := hubspot.New("token", hubspot.Options{BaseURL: url, APIVersion: v.version})
		if err != nil {
			r.Fatalf("%v", err)
		}
		defer client.Close()
		d := &desk{Direct: NewDirect(client, 77, v.forms), client: client, portal: parsed, dir: fmt.Sprintf("%s/%d", t.TempDir(), n)}
		for range rapid.IntRange(1, 6).Draw(r, "commands") {
			if v.forms.Legacy == "" && rapid.IntRange(0, 2).Draw(r, "labels") == 0 {
				d.playLabel(r, w)
			} else {
				d.playLines(r, w)
			}
		}
	})
}

// playLines plays a command on associations, on the portal and in its model.
func (d *desk) playLines(r *rapid.T, w *world) {
	a, lines := w.command(r)
	if d.forms.Legacy == V3 && len(lines) == 1 && lines[0].label != nil && lines[0].of.from == lines[0].of.to {
		return // v3 has one name for its two types, and it is refused
	}
	before := d.rows(r, w)
	name, results := d.send(r, a)
	undoable := slices.ContainsFunc(results, func(l *LineResult) bool { return l.Outcome != nil && *l.Outcome == Applied })
	for i, l := range results {
		limited := lines[i].of.limited()
		if l.Open() && d.forms.Legacy == "" && !(limited && a.Action == Add) {
			r.Fatalf("%+v: %+v %v", a, l, textOf(l.Cause))
		}
		if !l.Open() {
			w.play(lines[i], a.Action)
		}
		// What was removed may not fit any more into a limit that was set since.
		undoable = undoable && !(limited && a.Action == Remove)
	}
	if got := d.rows(r, w); !sameRows(got, w.rows) {
		r.Fatalf("%+v comes to\n%v\nand should to\n%v", a, sortedRows(got), sortedRows(w.rows))
	}
	if undoable && rapid.IntRange(0, 2).Draw(r, "undo") == 0 {
		d.undo(r, name)
		if got := d.rows(r, w); !sameRows(got, before) {
			r.Fatalf("the undo of %+v comes to\n%v\nand before it was\n%v", a, sortedRows(got), sortedRows(before))
		}
		w.rows = before
	}
}

// playLabel plays a command on labels or limits, on the portal and in its model.
func (d *desk) playLabel(r *rapid.T, w *world) {
	l := w.labelling(r)
	before := d.defined(r, w)
	name, run := d.label(r, l.asked)
	o := run.Operations[0]
	if *o.Outcome == Failed != l.refused {
		r.Fatalf("%+v: %s: %s", l.asked, *o.Outcome, textOf(o.Cause))
	}
	undo := *o.Outcome == Applied && l.asked.What != DeleteLabel && rapid.IntRange(0, 2).Draw(r, "undo") == 0
	switch {
	case undo:
		d.undo(r, name)
		if got := d.defined(r, w); !slices.Equal(got, before) {
			r.Fatalf("the undo of %+v comes to\n%q\nand before it was\n%q", l.asked, got, before)
		}
	case *o.Outcome == Applied:
		l.play(o.Made)
	case *o.Outcome != Satisfied && *o.Outcome != Failed:
		r.Fatalf("%+v: %s: %s", l.asked, *o.Outcome, textOf(o.Cause))
	}
	if got := d.defined(r, w); !slices.Equal(got, w.lines()) {
		r.Fatalf("%+v comes to\n%q\nand should to\n%q", l.asked, got, w.lines())
	}
	if got := d.rows(r, w); !sameRows(got, w.rows) {
		r.Fatalf("%+v comes to\n%v\nand should to\n%v", l.asked, sortedRows(got), sortedRows(w.rows))
	}
}

func sameRows(a, b map[Row]bool) bool { return slices.Equal(sortedRows(a), sortedRows(b)) }

func sortedRows(rows map[Row]bool) []Row {
	var all []Row
	for r := range rows {
		all = append(all, r)
	}
	slices.SortFunc(all, compareRows)
	return all
}

// crowded is a portal of so many contacts and companies, and a file that links each with one.
func crowded(pairs int) (portal, file string) {
	var p, f strings.Builder
	p.WriteString("portal 77\n")
	f.WriteString("from,to\n")
	for i := 1; i <= pairs; i++ {
		fmt.Fprintf(&p, "contacts %d\ncompanies %d\n", i, 1_000_000+i)
		fmt.Fprintf(&f, "contacts:%d,companies:%d\n", i, 1_000_000+i)
	}
	return p.String(), f.String()
}

// callsOfFile counts the calls that a file of pairs takes, and those of an apply of a plan with
// the same operations.
func callsOfFile(t testing.TB, pairs int) (file, plan int) {
	t.Helper()
	portal, text := crowded(pairs)
	d := openDesk(t, portal, "2026-09", Forms{Default: true}, sim.Options{})
	_, results := d.send(t, inFile(Add, text))
	if len(results) != pairs || slices.ContainsFunc(results, (*LineResult).Open) {
		t.Fatalf("%d of %d lines, or not all are applied", len(results), pairs)
	}
	file = int(d.client.Stats().Requests)
	other := openDesk(t, portal, "2026-09", Forms{}, sim.Options{})
	p := &Plan{PortalID: 77, SnapshotID: "20261122T020000Z"}
	for part, err := range other.parts(t.Context(), inFile(Add, text)) {
		if err != nil {
			t.Fatal(err)
		}
		p.Operations, p.Definitions = append(p.Operations, part.plan.Operations...), part.plan.Definitions
	}
	p.Seal()
	planning := int(other.client.Stats().Requests)
	journal, err := CreateJournal(t.TempDir(), "20261122T030000Z")
	if err != nil {
		t.Fatal(err)
	}
	defer journal.Close()
	run, err := Apply(t.Context(), other.client, p, journal, quick())
	if err != nil || !run.Done() {
		t.Fatalf("%v", err)
	}
	return file, int(other.client.Stats().Requests) - planning
}

// TestAFileTakesNoMoreCallsThanAPlan counts, over the border of two parts, and measures no
// time: what a file takes beside the calls of a repair apply of the same pairs it takes once.
func TestAFileTakesNoMoreCallsThanAPlan(t *testing.T) {
	const pairs = partSize + 500
	if file, plan := callsOfFile(t, pairs); float64(file) > 1.05*float64(plan) {
		t.Errorf("%d pairs of a file take %d calls, and as a plan %d", pairs, file, plan)
	}
}

// BenchmarkAssociationFile prints the calls for a file of 50,000 pairs, for one of a repair
// apply of the same pairs, beside the one call a pair that others take.
func BenchmarkAssociationFile(b *testing.B) {
	const pairs = 50_000
	for b.Loop() {
		file, plan := callsOfFile(b, pairs)
		goals.Most(b, float64(file)/float64(plan), 1.05, "calls/apply")
		b.ReportMetric(float64(file)/pairs, "calls/pair")
		b.ReportMetric(1, "calls/pair-one-by-one")
	}
}
