package repair

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

// given links contacts to companies that are not linked at all.
func given(contact, company int64, effects bool, types ...Type) Operation {
	e := ends{key("contacts", contact), key("companies", company)}
	op := Operation{Action: Add, Class: Given, Source: "pairs.csv", FromType: "contacts", FromID: contact, ToType: "companies", ToID: company, Types: types,
		Require: []Requirement{Live(e.from), Live(e.to)}}
	for _, t := range types {
		op.Require = append(op.Require, Defined("contacts", "companies", t, labelsHere[t]), Lacks(e.from, e.to, &t))
	}
	if effects {
		op.Effects = []Row{e.row(plain), e.reversed().row(plainBack)}
	}
	return op
}

// The labels of the portals of these tests.
var (
	advisor, advises         = Type{hubspot.UserDefined, 21}, Type{hubspot.UserDefined, 22}
	advisorText, primaryText = "Advisor", "Primary"
	labelsHere               = map[Type]*string{advisor: &advisorText, primary: &primaryText}
)

const labelLine = "label contacts 21 \"Advisor\" companies 22 \"Advises\"\n"

// undone applies a plan, changes the portal, plans the undo and applies it.
func undone(t *testing.T, portal string, p *Plan, change string) (r *rig, undo *Plan, run rigged) {
	t.Helper()
	dir := t.TempDir()
	p.Definitions = append(p.Definitions, defining("contacts", "companies", advisor, advises)...)
	p.Seal()
	a := applyIn(t, dir, portal, p, quick(), nil)
	if a.err != nil || !a.run.Done() {
		t.Fatalf("%v, %v", a.err, a.outcomes())
	}
	if err := a.portal.Script("change", change); err != nil {
		t.Fatal(err)
	}
	h := journalIn(t, dir)
	client, stop := a.client(t)
	defer stop()
	undo, err := Undo(t.Context(), client, h, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := undo.vacuous(); err != nil {
		t.Error(err)
	}
	return a.rig, undo, a.rig.apply(t, t.TempDir(), undo, quick())
}

// TestUndoTakesBackWhatARunAdded has runs that an undo takes back whole, with the portal as it
// was before.
func TestUndoTakesBackWhatARunAdded(t *testing.T) {
	for name, tt := range map[string]struct {
		portal string
		op     Operation
	}{
		"a plain link":           {"contacts 1\ncompanies 11\n", given(1, 11, false, plain)},
		"a label and its plain":  {"contacts 1\ncompanies 11\n", given(1, 11, true, advisor)},
		"a label beside another": {"contacts 1\ncompanies 11\ncontacts 1 -> companies 11 primary\n", given(1, 11, true, advisor)},
		"a primary":              {"contacts 1\ncompanies 11\ncontacts 1 -> companies 11 \"Advisor\"\n", given(1, 11, true, primary)},
		"among others":           {"contacts 1\ncontacts 2\ncompanies 11\ncompanies 12\ncontacts 1 -> companies 12 primary\ncontacts 2 -> companies 11 \"Advisor\"\n", given(1, 11, true, advisor)},
	} {
		for _, mode := range []string{"replace", "add"} {
			portal := "portal 77\nfact label-write=" + mode + "\n" + labelLine + tt.portal
			r, undo, run := undone(t, portal, planned(tt.op), "")
			if run.err != nil || !run.run.Done() || len(undo.Operations) != 1 || len(undo.Blocked) != 0 {
				t.Errorf("%s, %s: %v, %v, %+v", name, mode, run.err, run.outcomes(), undo)
			}
			if got, want := r.portal.String(), mustParse(t, portal).String(); got != want {
				t.Errorf("%s, %s: the portal is\n%s\nand was\n%s", name, mode, got, want)
			}
		}
	}
}

// TestUndoKeepsWhatWouldTakeMore has links that got more since, or had a part before.
func TestUndoKeepsWhatWouldTakeMore(t *testing.T) {
	for name, tt := range map[string]struct {
		portal, change string
		op             Operation
		operations     int
		cause          string // of what is kept; empty: nothing is
	}{
		"a label was added since": {"contacts 1\ncompanies 11\n", "contacts 1 -> companies 11 \"Advisor\"", given(1, 11, false, plain), 0, "kept: the pair has more than the run added"},
		"the way back was there":  {"contacts 1\ncompanies 11\ncompanies 11 ->> contacts 1 280\n", "", given(1, 11, false, plain), 0, "kept: the pair has more than the run added"},
		"its label was there":     {"contacts 1\ncompanies 11\ncontacts 1 -> companies 11\ncompanies 11 ->> contacts 1 USER_DEFINED:22\n", "", given(1, 11, false, advisor), 0, `kept: companies:11 had USER_DEFINED:22 "Advises" towards contacts:1 before the run`},
		"it is gone":              {"contacts 1\ncompanies 11\n", "unlink contacts 1 companies 11", given(1, 11, false, plain), 0, ""},
		"a record is gone":        {"contacts 1\ncompanies 11\nfact archived-links=kept\n", "archive companies 11", given(1, 11, false, plain), 0, "companies:11 is archived, merged or gone"},
		"one of two labels":       {"contacts 1\ncompanies 11\n", "contacts 1 -> companies 11 primary", given(1, 11, true, advisor), 1, "kept: the pair has more than the run added"},
	} {
		portal := "portal 77\n" + labelLine + tt.portal
		r, undo, run := undone(t, portal, planned(tt.op), tt.change)
		if len(undo.Operations) != tt.operations || (len(undo.Blocked) > 0) != (tt.cause != "") || run.err != nil || !run.run.Done() {
			t.Errorf("%s: %v, %v, %+v", name, run.err, run.outcomes(), undo)
		}
		for _, b := range undo.Blocked {
			if !strings.Contains(b.Cause, tt.cause) {
				t.Errorf("%s: %s", name, b.Cause)
			}
		}
		before := mustParse(t, portal)
		if err := before.Script("change", tt.change); err != nil {
			t.Fatal(err)
		}
		kept(t, listedBy(t, before), listedBy(t, r.portal))
	}
}

// TestAnUndoIsJudgedLikeAnyPlan changes the portal after the undo was planned.
func TestAnUndoIsJudgedLikeAnyPlan(t *testing.T) {
	dir := t.TempDir()
	p := planned(given(1, 11, false, plain))
	p.Definitions = append(p.Definitions, defining("contacts", "companies", advisor, advises)...)
	p.Seal()
	a := applyIn(t, dir, "portal 77\n"+labelLine+"contacts 1\ncompanies 11\n", p, quick(), nil)
	client, stop := a.client(t)
	undo, err := Undo(t.Context(), client, journalIn(t, dir), time.Now())
	stop()
	if err != nil || len(undo.Operations) != 1 {
		t.Fatalf("%v, %+v", err, undo)
	}
	if err := a.portal.Script("change", "contacts 1 -> companies 11 \"Advisor\""); err != nil {
		t.Fatal(err)
	}
	run := a.rig.apply(t, t.TempDir(), undo, quick())
	run.want(t, "stale")
	if !strings.Contains(a.portal.String(), "Advisor\"") || run.writes != 1 {
		t.Errorf("%d writes, %s", run.writes, a.portal)
	}
}

// TestUndoOfManyIsWrittenInOneCallAKind has a run of links and of labels.
func TestUndoOfManyIsWrittenInOneCallAKind(t *testing.T) {
	portal := "portal 77\n" + labelLine
	var ops []Operation
	for i := int64(1); i <= 4; i++ {
		portal += fmt.Sprintf("contacts %d\ncompanies %d\n", i, 10+i)
		if i%2 == 0 {
			portal += fmt.Sprintf("contacts %d -> companies %d\n", i, 10+i)
		}
		ops = append(ops, given(i, 10+i, true, advisor))
	}
	r, _, run := undone(t, portal, planned(ops...), "")
	run.want(t, "applied", "applied", "applied", "applied")
	count := map[string]int{}
	for _, q := range r.server.Requests() {
		count[q.Operation]++
	}
	if count["associations-create"] != 1 || count["associations-archive"] != 1 || count["associations-unlabel"] != 1 {
		t.Errorf("%v", count)
	}
	if got, want := r.portal.String(), mustParse(t, portal).String(); got != want {
		t.Errorf("the portal is\n%s\nand was\n%s", got, want)
	}
}

// TestOnlyRemovalsMayRemove has a plan that only adds: it does not get the right to remove.
func TestOnlyRemovalsMayRemove(t *testing.T) {
	url, stop, err := sim.NewServer(mustParse(t, "portal 77\n"), sim.Options{}).Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	c, err := hubspot.New("token", hubspot.Options{BaseURL: url})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ctx := planned(linking(1, 2)).allow(t.Context())
	if _, err := c.ArchiveAssociations(ctx, "0-1", "0-2", []hubspot.ArchiveInput{{From: 1, To: []int64{2}}}); err == nil {
		t.Error("a plan that adds may remove")
	}
	op := linking(1, 2)
	op.Action = Remove
	if _, err := c.ArchiveAssociations(planned(op).allow(t.Context()), "0-1", "0-2", []hubspot.ArchiveInput{{From: 1, To: []int64{2}}}); err != nil {
		t.Errorf("a plan that removes may not: %v", err)
	}
}
