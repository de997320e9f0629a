package repair

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

// The types that these tests write.
var (
	plain     = Type{hubspot.HubSpotDefined, 279} // contacts to companies
	plainBack = Type{hubspot.HubSpotDefined, 280}
	primary   = Type{hubspot.HubSpotDefined, 1}
)

// planned is a sealed plan of operations of one pair of object types.
func planned(ops ...Operation) *Plan {
	p := &Plan{PortalID: 77, SnapshotID: "20261122T020000Z", ExpiresAt: time.Now().Add(time.Hour), Operations: ops}
	p.Definitions = append(defining("contacts", "companies", plain, plainBack), defining("contacts", "companies", primary, Type{hubspot.HubSpotDefined, 2})...)
	p.Seal()
	return p
}

// linking links companies to contacts whose own row is there already.
func linking(company, contact int64) Operation {
	return adding("inverse_pair_missing", "companies", company, "contacts", contact, Before{Inverse: []Type{plain}}, "", plainBack)
}

// TestNothingIsTakenFromAnotherRecord has a pair whose one-sided row is primary, while the
// contact has its primary company elsewhere: completing the pair would take it away. The
// plan does not ask for that; the union of what the pair has does.
func TestNothingIsTakenFromAnotherRecord(t *testing.T) {
	const portal = "portal 77\ncontacts 103\ncompanies 203\ncompanies 204\ncontacts 103 -> companies 204 primary\ncontacts 103 ->> companies 203 279 1\n"
	a := apply(t, "2026-09", portal, planned(linking(203, 103)), true, sim.Options{})
	a.want(t, "blocked")
	if cause := *a.run.Operations[0].Cause; !strings.Contains(cause, `contacts:103 has HUBSPOT_DEFINED:1 "Primary" already towards companies:204`) {
		t.Errorf("the cause is %q", cause)
	}
	if a.creates() != 0 {
		t.Error("it was sent")
	}
}

// TestTheParentIsNotTaken is the same for the parent of a company.
func TestTheParentIsNotTaken(t *testing.T) {
	const portal = "portal 77\ncompanies 1\ncompanies 2\ncompanies 3\ncompanies 1 -> companies 3 14\n"
	for _, op := range []Operation{
		adding("given", "companies", 1, "companies", 2, Before{}, *labelOf(t, portal, Type{hubspot.HubSpotDefined, 14}), Type{hubspot.HubSpotDefined, 14}),
		adding("given", "companies", 2, "companies", 1, Before{}, *labelOf(t, portal, Type{hubspot.HubSpotDefined, 13}), Type{hubspot.HubSpotDefined, 13}),
	} {
		a := apply(t, "2026-09", portal, planned(op), true, sim.Options{})
		a.want(t, "blocked")
		if cause := *a.run.Operations[0].Cause; a.creates() != 0 || !strings.Contains(cause, "companies:1 has HUBSPOT_DEFINED:14") || !strings.Contains(cause, "towards companies:3") {
			t.Errorf("%d creates, %s", a.creates(), cause)
		}
	}
}

// TestWhatSomebodyChangedAfterThePlanStays has a plan that adds a label to a pair, and
// somebody who changes what the pair's first record lists before it is applied, in a portal
// that takes what is written for the whole set: a link or label that was taken away does
// not come back, and one that was given is not lost.
func TestWhatSomebodyChangedAfterThePlanStays(t *testing.T) {
	payer, pays := Type{hubspot.UserDefined, 23}, Type{hubspot.UserDefined, 24}
	const portal = "portal 77\nfact label-write=replace\n" + labelLine + "label contacts 23 \"Payer\" companies 24 \"Pays\"\ncontacts 1\ncompanies 11\n"
	for name, tt := range map[string]struct {
		now    string // what the two list when the plan is applied
		before Before // when it was made
		want   string // the outcome
		lists  string // what the two list in the end
	}{
		"nothing":        {"contacts 1 ->> companies 11 279\n", Before{Forward: []Type{plain}}, "applied", "contacts 1 -> companies 11 \"Payer\"\n"},
		"unlinked":       {"", Before{Forward: []Type{plain}}, "stale", ""},
		"label taken":    {"contacts 1 ->> companies 11 279\n", Before{Forward: []Type{plain, advisor}}, "stale", "contacts 1 ->> companies 11 279\n"},
		"label given":    {"contacts 1 -> companies 11 \"Advisor\"\n", Before{[]Type{plain}, []Type{plainBack}}, "applied", "contacts 1 -> companies 11 \"Advisor\" \"Payer\"\n"},
		"linked":         {"contacts 1 -> companies 11 \"Advisor\"\n", Before{}, "applied", "contacts 1 -> companies 11 \"Advisor\" \"Payer\"\n"},
		"given one way":  {"contacts 1 -> companies 11\ncontacts 1 ->> companies 11 USER_DEFINED:21\n", Before{[]Type{plain}, []Type{plainBack}}, "applied", "contacts 1 -> companies 11 \"Advisor\" \"Payer\"\n"},
		"given back way": {"contacts 1 -> companies 11\ncompanies 11 ->> contacts 1 USER_DEFINED:22\n", Before{[]Type{plain}, []Type{plainBack}}, "applied", "contacts 1 -> companies 11 \"Advisor\" \"Payer\"\n"},
	} {
		p := planned(adding("pairs.csv", "contacts", 1, "companies", 11, tt.before, "Payer", payer))
		p.Definitions = slices.Concat(p.Definitions, defining("contacts", "companies", advisor, advises), defining("contacts", "companies", payer, pays))
		p.Seal()
		a := apply(t, "2026-09", portal+tt.now, p, true, sim.Options{})
		if got, want := a.portal.String(), mustParse(t, portal+tt.lists).String(); a.err != nil || !slices.Equal(a.outcomes(), []string{tt.want}) || got != want {
			t.Errorf("%s: %v, %v, and the portal is\n%s\nwant\n%s", name, a.outcomes(), a.err, got, want)
		}
	}
}

// labelOf is what a portal calls a type from companies to companies.
func labelOf(t *testing.T, portal string, typ Type) *string {
	t.Helper()
	parsed, err := sim.Parse(t.Name(), portal)
	if err != nil {
		t.Fatal(err)
	}
	url, stop, err := sim.NewServer(parsed, sim.Options{}).Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	c, err := hubspot.New("token", hubspot.Options{BaseURL: url})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	labels, err := c.Labels(t.Context(), "0-2", "0-2")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range labels.Labels {
		if int32(l.TypeID) == typ.TypeID && l.Category == typ.Category {
			return &l.Label
		}
	}
	t.Fatalf("no type %s", typ)
	return nil
}

// TestOneRefusedOperationFailsAlone has a limit that nothing but the write shows: the
// good ones are applied, and the bad one fails under its own reason.
func TestOneRefusedOperationFailsAlone(t *testing.T) {
	for _, fact := range []string{"unnamed", "named", "item"} {
		var portal strings.Builder
		portal.WriteString("portal 77\nfact record-cap=1000\nfact limit-error=" + fact + "\ncompanies 9\n")
		for i := range 1000 {
			fmt.Fprintf(&portal, "contacts %d\ncontacts %d -> companies 9\n", 1000+i, 1000+i)
		}
		var ops []Operation
		for i := int64(1); i <= 5; i++ {
			company := 10 + i
			if i == 3 {
				company = 9
			} else {
				fmt.Fprintf(&portal, "companies %d\n", company)
			}
			fmt.Fprintf(&portal, "contacts %d\ncontacts %d ->> companies %d 279\n", i, i, company)
			ops = append(ops, linking(company, i))
		}
		a := apply(t, "2026-09", portal.String(), planned(ops...), true, sim.Options{})
		a.want(t, "applied", "applied", "failed", "applied", "applied")
		for i, op := range a.run.Operations {
			if (op.Cause != nil) != (i == 2) {
				t.Errorf("%s: operation %d: %v", fact, i+1, op.Cause)
			}
		}
		if cause := a.run.Operations[2].Cause; cause == nil || !strings.Contains(*cause, "maximum of 1000") {
			t.Errorf("%s: the cause is %v", fact, cause)
		}
	}
}

// TestLimitsAreLookedAtFirst has a limit that somebody has set: what it forbids is not sent.
func TestLimitsAreLookedAtFirst(t *testing.T) {
	const portal = "portal 77\nlimit companies contacts plain 1\ncontacts 101\ncontacts 102\ncontacts 103\ncontacts 104\ncompanies 201\ncompanies 202\ncompanies 203\n" +
		"contacts 104 -> companies 203\ncontacts 101 ->> companies 201 279\ncontacts 102 ->> companies 202 279\ncontacts 103 ->> companies 203 279\n"
	a := apply(t, "2026-09", portal, planned(linking(201, 101), linking(202, 102), linking(203, 103)), true, sim.Options{})
	a.want(t, "applied", "applied", "blocked")
	if cause := *a.run.Operations[2].Cause; cause != "companies:203 has 1 contacts, and the limit is 1" || a.creates() != 1 {
		t.Errorf("%d creates, %q", a.creates(), cause)
	}
}

// TestOperationsOfOneBatchDoNotTakeFromEachOther has two that each want the one primary
// place of a contact.
func TestOperationsOfOneBatchDoNotTakeFromEachOther(t *testing.T) {
	wants := func(company int64) Operation {
		op := adding("given", "contacts", 1, "companies", company, Before{}, "Primary", primary)
		op.Effects = []Row{op.ends().row(plain), op.ends().reversed().row(plainBack)}
		return op
	}
	a := apply(t, "2026-09", "portal 77\ncontacts 1\ncompanies 11\ncompanies 12\n", planned(wants(11), wants(12)), true, sim.Options{})
	a.want(t, "applied", "blocked")
	if a.err != nil || !strings.Contains(*a.run.Operations[1].Cause, "towards companies:11") {
		t.Errorf("%v, %v", a.err, *a.run.Operations[1].Cause)
	}
}

// TestWhatIsReadBackWithAnErrorIsUnknown has every reading after the write fail: nobody can
// say that it is not there.
func TestWhatIsReadBackWithAnErrorIsUnknown(t *testing.T) {
	dir := t.TempDir()
	p := mending()
	p.Operations = p.Operations[1:2]
	p.Seal()
	a := applyIn(t, dir, broken, p, quick(), func(r request) string {
		if r.after && r.read {
			return "500"
		}
		return ""
	})
	a.want(t, "unknown")
	if cause := *a.run.Operations[0].Cause; !strings.Contains(cause, "not read back") {
		t.Errorf("the cause is %q", cause)
	}
	b := a.resume(t, dir, p)
	b.want(t, "applied")
	if b.err != nil || b.creates() != 1 {
		t.Errorf("%v, %d writes in all, want 1: what is there is not sent again", b.err, b.creates())
	}
}

// TestCaps has plans that are above one cap each.
func TestCaps(t *testing.T) {
	many := func(n int, change func(*Operation)) *Plan {
		var ops []Operation
		for i := range int64(n) {
			op := linking(1, i+1)
			change(&op)
			ops = append(ops, op)
		}
		p := planned(ops...)
		for i := range p.Definitions {
			p.Definitions[i].Links = 20000
		}
		return p
	}
	as := func(class string) func(*Operation) {
		return func(op *Operation) { op.Class, op.Before = class, Before{} }
	}
	inverseless := many(1, as(Determined))
	inverseless.Pairs, inverseless.InverseLess = 10_000, 51
	few := many(1, as(Determined))
	few.Pairs, few.InverseLess = 10_000, 50
	large := many(1, as(Determined))
	large.Pairs, large.InverseLess = 100_000, 99
	for name, tt := range map[string]struct {
		plan *Plan
		o    func(*ApplyOptions)
		flag string // of the sentence; empty: it passes
	}{
		"as many as may be":      {many(200, as(Restored)), func(*ApplyOptions) {}, ""},
		"too many":               {many(200, as(Restored)), func(o *ApplyOptions) { o.Operations = 199 }, "--max-operations"},
		"of the links":           {many(201, as(Restored)), func(*ApplyOptions) {}, "--max-share"},
		"a share that is raised": {many(201, as(Restored)), func(o *ApplyOptions) { o.Share = 0.02 }, ""},
		"a hundred always":       {many(100, as(Restored)), func(o *ApplyOptions) { o.Share = 0 }, ""},
		"new links":              {many(6, as(Inferred)), func(*ApplyOptions) {}, "--max-per-record"},
		"new links, given":       {many(6, as(Given)), func(*ApplyOptions) {}, "--max-per-record"},
		"five new links":         {many(5, as(Given)), func(*ApplyOptions) {}, ""},
		"restored links":         {many(6, as(Restored)), func(*ApplyOptions) {}, ""},
		"inverse-less":           {inverseless, func(*ApplyOptions) {}, "--force-class determined"},
		"forced":                 {inverseless, func(o *ApplyOptions) { o.Force = []string{Determined} }, ""},
		"fifty":                  {few, func(*ApplyOptions) {}, ""},
		"a thousandth":           {large, func(*ApplyOptions) {}, ""},
	} {
		o := DefaultOptions()
		tt.o(&o)
		err := tt.plan.Caps(o)
		if tt.flag == "" && err != nil || tt.flag != "" && (!errors.Is(err, ErrCap) || !strings.Contains(err.Error(), tt.flag) || !strings.Contains(err.Error(), "nothing was sent")) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestPlansThatNoLongerHoldAreStopped has a plan of which more than a fifth was mended or
// unlinked: nothing of it is sent, and there is no run.
func TestPlansThatNoLongerHoldAreStopped(t *testing.T) {
	var portal strings.Builder
	portal.WriteString("portal 77\n")
	var ops []Operation
	for i := int64(1); i <= 29; i++ {
		fmt.Fprintf(&portal, "contacts %d\ncompanies %d\n", i, 100+i)
		if i > 6 {
			fmt.Fprintf(&portal, "contacts %d ->> companies %d 279\n", i, 100+i)
		}
		ops = append(ops, linking(100+i, i))
	}
	dir := t.TempDir()
	a := applyIn(t, dir, portal.String(), planned(ops...), quick(), nil)
	if !errors.Is(a.err, ErrBreaker) || !strings.Contains(a.err.Error(), "6 of the 29 operations") || a.creates() != 0 {
		t.Errorf("%v, %d creates", a.err, a.creates())
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("%v, %v: a journal is left of a run that did nothing", entries, err)
	}
}
