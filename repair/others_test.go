package repair

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hubgraph/hubspot/sim"
)

// defined is a portal with labels in use and one that nobody uses.
const defined = "portal 77\n" + labelLine + "label contacts 23 \"Payer\" companies 24 \"Pays\"\nlabel contacts 27 \"Guide\" companies 28 \"Guided\" back=guided\ncontacts 1\ncompanies 11\ncontacts 1 -> companies 11 \"Advisor\"\n"

func number(n int64) *int64 { return &n }

// applies applies a plan with a journal of its own, and returns the outcomes.
func (d *desk) applies(t *testing.T, p *Plan) []string {
	t.Helper()
	if err := p.vacuous(); err != nil {
		t.Fatal(err)
	}
	_, run := d.execute(t, p, quick())
	return applied{run: run}.outcomes()
}

func (d *desk) change(t *testing.T, lines string) {
	t.Helper()
	if err := d.portal.Script("somebody", lines); err != nil {
		t.Fatal(err)
	}
}

// TestWhatOthersDefinedStays has somebody change a label or a limit before what was planned for
// it is applied, or before what was applied is taken back: theirs stays.
func TestWhatOthersDefinedStays(t *testing.T) {
	advisor := AskedLabel{From: "contacts", To: "companies", Word: "Advisor"}
	with := func(change func(*AskedLabel)) AskedLabel {
		a := advisor
		change(&a)
		return a
	}
	rename := with(func(a *AskedLabel) { a.What, a.Label = UpdateLabel, "Counsel" })
	limit := with(func(a *AskedLabel) { a.What, a.Max = SetLimit, number(5) })
	guide := AskedLabel{From: "contacts", To: "companies", Word: "Guide", What: UpdateLabel, Label: "Coach", Inverse: "Coached"}
	create := AskedLabel{From: "contacts", To: "companies", What: CreateLabel, Label: "Owner"}
	for name, tt := range map[string]struct {
		asked  AskedLabel
		undo   bool // they change it after the apply, and else before
		theirs string
	}{
		"a limit":                           {limit, false, `limit contacts companies "Advisor" 9`},
		"a text of the way back":            {rename, false, `rename companies contacts "Advises" "Advises on tax"`},
		"undo: a limit":                     {limit, true, `limit contacts companies "Advisor" 9`},
		"undo: a text":                      {rename, true, `rename contacts companies "Counsel" "Lawyer"`},
		"undo: a text on the way back":      {rename, true, `rename companies contacts "Advises" "Advises on tax"`},
		"undo: a text that is not known":    {guide, true, "contacts 2"},
		"undo: a label that is another now": {create, true, `rename contacts companies "Owner" "Founder"`},
	} {
		d := openDesk(t, defined, "2026-09", Forms{}, sim.Options{})
		var p *Plan
		if tt.undo {
			journal, run := d.label(t, tt.asked)
			if !run.Done() {
				t.Fatalf("%s: %v", name, applied{run: run}.outcomes())
			}
			d.change(t, tt.theirs)
			p = d.undoOf(t, journal)
		} else {
			var err error
			if p, err = d.PlanLabel(context.Background(), tt.asked); err != nil {
				t.Fatal(err)
			}
			d.change(t, tt.theirs)
		}
		before := d.portal.String()
		outcomes := strings.Join(d.applies(t, p), " ")
		if after := d.portal.String(); after != before || outcomes != "blocked" && len(p.Blocked) == 0 {
			t.Errorf("%s: %s, %d blocked, and the portal is\n%s\nwant\n%s", name, outcomes, len(p.Blocked), after, before)
		}
	}
}

// TestALabelOnOneEndOnlyIsCounted deletes a label that the other end alone lists: it would lose it.
func TestALabelOnOneEndOnlyIsCounted(t *testing.T) {
	d := openDesk(t, "portal 77\n"+labelLine+"label contacts 31 \"Boss\" contacts 32 \"Report\"\ncontacts 1\ncontacts 2\ncompanies 11\ncontacts 1 -> companies 11\ncompanies 11 ->> contacts 1 USER_DEFINED:22\ncontacts 1 ->> contacts 2 USER_DEFINED:32\n", "2026-09", Forms{}, sim.Options{})
	for _, a := range []AskedLabel{{From: "contacts", To: "companies", Word: "Advisor"}, {From: "contacts", To: "contacts", Word: "Boss"}} {
		a.What = DeleteLabel
		_, err := d.PlanLabel(t.Context(), a)
		if err == nil || !strings.Contains(err.Error(), "is on 1 association now") {
			t.Errorf("%s: %v", a.Word, err)
		}
	}
}

// found plans to take back a run, as it is found in its folder.
func (d *desk) found(t *testing.T, journal string) *Plan {
	t.Helper()
	h, err := FindRun(filepath.Dir(d.dir), strings.TrimSuffix(strings.TrimPrefix(filepath.Base(journal), "run="), ".ndjson"))
	return d.planUndo(t, h, err)
}

// TestARunIsTakenBackOnce takes a run back, has somebody do the same by hand, and takes it back
// again: what stands now is theirs.
func TestARunIsTakenBackOnce(t *testing.T) {
	one := func(action, label string) Asked {
		return Asked{Action: action, One: Pair{From: "contacts:1", To: "companies:11", Label: label}}
	}
	for name, tt := range map[string]struct {
		asked  Asked
		portal string
		theirs string
		cause  string
	}{
		"a link":           {one(Add, ""), "", "contacts 1 -> companies 11", "took it back"},
		"a label":          {one(Add, "Advisor"), "contacts 1 -> companies 11\n", "contacts 1 -> companies 11 \"Advisor\"", "took it back"},
		"a link that went": {one(Remove, ""), "contacts 1 -> companies 11 \"Advisor\"\n", "unlink contacts 1 companies 11", "put it back"},
	} {
		d := openDesk(t, "portal 77\n"+labelLine+"contacts 1\ncompanies 11\n"+tt.portal, "2026-09", Forms{}, sim.Options{})
		d.dir = filepath.Join(d.dir, "portal=77")
		journal, _ := d.send(t, tt.asked)
		if p := d.found(t, journal); len(p.Blocked) > 0 || d.applies(t, p)[0] != "applied" {
			t.Fatalf("%s: the undo is %s", name, briefly(p))
		}
		if p := d.found(t, journal); len(p.Operations)+len(p.Blocked) > 0 {
			t.Errorf("%s: undone again with nothing to undo: %s", name, briefly(p))
		}
		d.change(t, tt.theirs)
		p := d.found(t, journal)
		if len(p.Operations) > 0 || len(p.Blocked) == 0 || !strings.Contains(p.Blocked[0].Cause, tt.cause) {
			t.Errorf("%s: undone again: %s", name, briefly(p))
		}
	}
}

// TestAnUndoSaysWhatNobodyKnows ends a run between the write and its reading: what the run wrote
// is not taken for verified, and the undo does not pass over it in silence.
func TestAnUndoSaysWhatNobodyKnows(t *testing.T) {
	const portal = "portal 77\n" + labelLine + "contacts 1\ncompanies 11\ncontacts 2\ncompanies 12\ncontacts 2 -> companies 12\n"
	for name, how := range map[string]string{"unknown": "500", "unwritten": "written"} {
		dir := t.TempDir()
		p := planned(given(1, 11, false, plain))
		a := applyIn(t, dir, portal, p, quick(), func(r request) string {
			if r.after && r.read {
				return how
			}
			return ""
		})
		h := journalIn(t, dir)
		if name == "unwritten" { // as a process leaves it that was killed there
			h.Operations[1].Open, h.Operations[1].Seen = true, nil
		}
		client, stop := a.client(t)
		defer stop()
		a.fault = nil
		undo, err := Undo(t.Context(), client, h, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if len(undo.Operations) > 0 || len(undo.Blocked) != 1 || !strings.Contains(undo.Blocked[0].Cause, "is not known") {
			t.Errorf("%s: %s", name, briefly(undo))
		}
		if err := a.portal.Script("somebody", "unlink contacts 1 companies 11"); err != nil {
			t.Fatal(err)
		}
		if undo, err = Undo(t.Context(), client, h, time.Now()); err != nil || len(undo.Operations)+len(undo.Blocked) > 0 {
			t.Errorf("%s: there is nothing, and: %v, %s", name, err, briefly(undo))
		}
	}
}

// TestAnUndoKeepsALabelThatIsAnotherNow has somebody give a label another text after a run wrote
// or removed it: what the portal says by it now is not the run's to take away, or to say.
func TestAnUndoKeepsALabelThatIsAnotherNow(t *testing.T) {
	for _, action := range []string{Add, Remove} {
		for _, rename := range []string{`rename contacts companies "Advisor" "Rival"`, `rename companies contacts "Advises" "Rivals"`} {
			portal := "portal 77\n" + labelLine + "contacts 1\ncompanies 11\ncontacts 1 -> companies 11"
			if action == Remove {
				portal += " \"Advisor\""
			}
			d := openDesk(t, portal+"\n", "2026-09", Forms{}, sim.Options{})
			journal, _ := d.send(t, Asked{Action: action, One: Pair{From: "contacts:1", To: "companies:11", Label: "Advisor"}})
			d.change(t, rename)
			p := d.undoOf(t, journal)
			if len(p.Operations) > 0 || len(p.Blocked) != 1 || !strings.Contains(p.Blocked[0].Cause, "Rival") {
				t.Errorf("%s, %s: %s", action, rename, briefly(p))
			}
		}
	}
}

// TestAFileThatChangesIsNotSent has a file grow, shrink, or name another record after it was
// counted and approved: what was not approved is not sent.
func TestAFileThatChangesIsNotSent(t *testing.T) {
	const was = "from,to\ncontacts:1,companies:11\ncontacts:2,companies:11\n"
	for name, now := range map[string]string{
		"longer":  was + "contacts:3,companies:11\n",
		"shorter": "from,to\ncontacts:1,companies:11\n",
		"another": strings.Replace(was, "contacts:2", "contacts:3", 1),
		"empty":   "from,to\n",
		"mended":  strings.Replace(was, "contacts:2", "contacts:3", 1),
	} {
		d := openDesk(t, "portal 77\ncontacts 1\ncontacts 2\ncontacts 3\ncompanies 11\n", "2026-09", Forms{}, sim.Options{})
		before := d.portal.String()
		a := inFile(Add, was)
		if name == "mended" {
			a = inFile(Add, strings.Replace(was, "contacts:2", "nobody", 1))
		}
		o := quick()
		o.Operations = 2
		count, err := d.Count(t.Context(), a, o, true)
		if err != nil {
			t.Fatal(err)
		}
		a = inFile(Add, now)
		journal, err := CreateJournal(d.dir, "20261122T030000Z")
		if err != nil {
			t.Fatal(err)
		}
		err = d.Send(t.Context(), a, count, journal, o, func(l *LineResult) error { return nil })
		if !errors.Is(err, ErrBreaker) || !strings.Contains(err.Error(), "pairs.csv has changed since") || d.portal.String() != before {
			t.Errorf("%s: %v, and the portal is\n%s", name, err, d.portal)
		}
		if err := journal.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestWhatChangesDuringAWaitStays has HubSpot ask to wait before it takes a write, and somebody
// change the same pair or label meanwhile: what is sent then was looked at again.
func TestWhatChangesDuringAWaitStays(t *testing.T) {
	const portal = "portal 77\nfact label-write=replace\n" + labelLine + "label contacts 23 \"Payer\" companies 24 \"Pays\"\ncontacts 1\ncompanies 11\ncontacts 1 -> companies 11\n"
	labeled := func() *Plan {
		p := planned(adding("pairs.csv", "contacts", 1, "companies", 11, Before{[]Type{plain}, []Type{plainBack}}, "Advisor", advisor))
		p.Definitions = append(p.Definitions, slices.Concat(defining("contacts", "companies", advisor, advises),
			defining("contacts", "companies", Type{"USER_DEFINED", 23}, Type{"USER_DEFINED", 24}))...)
		p.Seal()
		return p
	}
	renamed := func() *Plan {
		p := labeled()
		counsel, advises := "Counsel", "Advises"
		p.Operations = []Operation{{Action: Define, Class: Given, Source: "command line", FromType: "contacts", ToType: "companies", Types: []Type{advisor},
			Require: []Requirement{Defined("contacts", "companies", advisor, &advisorText)},
			Define:  &Defining{What: UpdateLabel, Label: &counsel, Inverse: &advises, Were: &Were{Label: &advisorText, Inverse: &advises}}}}
		p.Seal()
		return p
	}
	cases := newTogether()
	defer cases.Wait()
	for name, tt := range map[string]struct {
		plan           *Plan
		theirs         string
		first, resumed string // outcomes
		changes        string // by all, in the end
	}{
		"nothing":        {labeled(), "", "applied", "applied", "contacts 1 -> companies 11 \"Advisor\""},
		"a label given":  {labeled(), "contacts 1 -> companies 11 \"Payer\"", "failed", "applied", "contacts 1 -> companies 11 \"Advisor\" \"Payer\""},
		"a link taken":   {labeled(), "unlink contacts 1 companies 11", "failed", "stale", "unlink contacts 1 companies 11"},
		"a text changed": {renamed(), "rename companies contacts \"Advises\" \"Advises on tax\"", "failed", "blocked", "rename companies contacts \"Advises\" \"Advises on tax\""},
	} {
		cases.run(t, name, func(t *testing.T) {
			dir, waited := t.TempDir(), false
			r := &rig{portal: mustParse(t, portal)}
			r.server = sim.NewServer(r.portal, sim.Options{})
			r.fault = func(q request) string {
				if !q.write || waited {
					return ""
				}
				waited = true
				if err := r.portal.Script("somebody", tt.theirs); err != nil {
					t.Fatal(err)
				}
				return "wait"
			}
			a := r.apply(t, dir, tt.plan, quick())
			a.want(t, tt.first)
			a.resume(t, dir, tt.plan).want(t, tt.resumed)
			want := mustParse(t, portal)
			if err := want.Script("all", tt.changes); err != nil {
				t.Fatal(err)
			}
			if !waited || r.portal.String() != want.String() {
				t.Errorf("the portal is\n%s\nwant\n%s", r.portal, want)
			}
		})
	}
}

// TestWhatComesLateIsTheRuns has HubSpot take a write, and show it only after the run has read it
// back for the last time: gone on with, the run knows it for its own, and an undo takes it back.
func TestWhatComesLateIsTheRuns(t *testing.T) {
	dir := t.TempDir()
	p := planned(given(1, 11, false, plain))
	a := applyIn(t, dir, "portal 77\ncontacts 1\ncompanies 11\n", p, quick(), func(r request) string {
		if r.write {
			return "promise"
		}
		return ""
	})
	a.want(t, "failed")
	if s := journalIn(t, dir).status(); s.Failed != 1 || s.Open != 0 {
		t.Errorf("%+v", s)
	}
	if err := a.portal.Script("late", "contacts 1 -> companies 11"); err != nil {
		t.Fatal(err)
	}
	b := a.resume(t, dir, p)
	b.want(t, "applied")
	client, stop := b.client(t)
	defer stop()
	undo, err := Undo(t.Context(), client, journalIn(t, dir), time.Now())
	if err != nil || len(undo.Operations) != 1 || len(undo.Blocked) > 0 {
		t.Errorf("%v, %s", err, briefly(undo))
	}
}

// TestWhatOthersDidBeforeARunGoesOnStays ends a run, and its undo, between a write and its reading,
// with the write served or not. Before it is gone on with somebody else does the same to one of the
// pairs, or takes it back: that is theirs, is not changed again, and no undo takes it.
func TestWhatOthersDidBeforeARunGoesOnStays(t *testing.T) {
	const portal = "portal 77\ncontacts 1\ncontacts 2\ncontacts 3\ncompanies 11\n"
	lost := func(r request) string { // the write never arrives
		if r.write {
			return "reset"
		}
		return ""
	}
	served := func(r request) string { // its answer never arrives, nor does what is read after it
		switch {
		case r.write:
			return "silence"
		case r.after:
			return "500"
		}
		return ""
	}
	cases := newTogether()
	defer cases.Wait()
	for name, tt := range map[string]struct {
		undo     bool // they come between the parts of the undo
		fault    func(request) string
		theirs   string
		outcomes string
		left     string // links, behind an undo of the run, or of its undo
	}{
		"not served, and linked":         {false, lost, "contacts 1 -> companies 11", "satisfied applied applied", "contacts 1 -> companies 11\n"},
		"served, and unlinked":           {false, served, "unlink contacts 1 companies 11", "stale applied applied", ""},
		"served":                         {false, served, "", "applied applied applied", ""},
		"undo: not served, and unlinked": {true, lost, "unlink contacts 1 companies 11", "satisfied applied applied", "contacts 2 -> companies 11\ncontacts 3 -> companies 11\n"},
		"undo: served, and linked":       {true, served, "contacts 1 -> companies 11", "stale applied applied", "contacts 1 -> companies 11\ncontacts 2 -> companies 11\ncontacts 3 -> companies 11\n"},
	} {
		cases.run(t, name, func(t *testing.T) {
			r := &rig{portal: mustParse(t, portal)}
			r.server = sim.NewServer(r.portal, sim.Options{})
			p, dir := planned(given(1, 11, false, plain), given(2, 11, false, plain), given(3, 11, false, plain)), t.TempDir()
			takeBack := func() *Plan {
				client, stop := r.client(t)
				defer stop()
				r.fault = nil
				undo, err := Undo(t.Context(), client, journalIn(t, dir), time.Now())
				if err != nil {
					t.Fatal(err)
				}
				return undo
			}
			if tt.undo {
				r.apply(t, dir, p, quick())
				p, dir = takeBack(), t.TempDir()
			}
			r.fault, r.writes = tt.fault, 0
			r.apply(t, dir, p, quick())
			if err := r.portal.Script("somebody", tt.theirs); err != nil {
				t.Fatal(err)
			}
			r.fault = nil
			if got := strings.Join(r.apply(t, dir, p, quick()).outcomes(), " "); got != tt.outcomes {
				t.Errorf("gone on with, it is %s, wanted %s", got, tt.outcomes)
			}
			r.apply(t, t.TempDir(), takeBack(), quick())
			if got, want := r.portal.String(), mustParse(t, portal+tt.left).String(); got != want {
				t.Errorf("in the end the portal is\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// TestAnUndoThatEndedEarlyIsNotPlannedAnew ends an undo before it has read what it wrote, and has
// somebody link the two records again: another undo of the same run leaves that alone.
func TestAnUndoThatEndedEarlyIsNotPlannedAnew(t *testing.T) {
	r := &rig{portal: mustParse(t, "portal 77\ncontacts 1\ncompanies 11\n")}
	r.server = sim.NewServer(r.portal, sim.Options{})
	dir := filepath.Join(t.TempDir(), "portal=77")
	r.apply(t, dir, planned(given(1, 11, false, plain)), quick())
	takeBack := func() *Plan {
		client, stop := r.client(t)
		defer stop()
		r.fault = nil
		h, err := FindRun(filepath.Dir(dir), "20261122T030000Z")
		if err != nil {
			t.Fatal(err)
		}
		undo, err := Undo(t.Context(), client, h, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return undo
	}
	undo := takeBack()
	r.writes, r.fault = 0, func(q request) string {
		if q.after && q.read {
			return "500"
		}
		return ""
	}
	r.apply(t, dir, undo, quick())
	if p := takeBack(); len(p.Operations)+len(p.Blocked) > 0 {
		t.Errorf("there is nothing, and: %s", briefly(p))
	}
	if err := r.portal.Script("somebody", "contacts 1 -> companies 11"); err != nil {
		t.Fatal(err)
	}
	if p := takeBack(); len(p.Operations) > 0 || len(p.Blocked) != 1 || !strings.Contains(p.Blocked[0].Cause, "before it had read") {
		t.Errorf("planned anew: %s", briefly(p))
	}
}
