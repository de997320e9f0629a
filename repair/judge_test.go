package repair

import (
	"context"
	"errors"
	"strings"
	"testing"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

// TestRequirements judges each requirement on a portal where it holds, and on one where it
// does not.
func TestRequirements(t *testing.T) {
	const portal = "portal 77\n" + labelLine + "contacts 1\ncontacts 2\ncompanies 11\ncompanies 12\ncompanies 13\ncontacts 1 -> companies 12 primary \"Advisor\"\ncontacts 1 -> companies 13\n"
	one, two := key("contacts", 1), key("contacts", 2)
	c11, c12, c13 := key("companies", 11), key("companies", 12), key("companies", 13)
	other := "Another"
	for name, tt := range map[string]struct {
		require []Requirement
		outcome Outcome // empty: it holds
		cause   string
	}{
		"has":                   {[]Requirement{Has(one, c12, &advisor)}, "", ""},
		"has another":           {[]Requirement{Has(one, c13, &advisor)}, Stale, `the association from contacts:1 to companies:13 has changed since: it lacks USER_DEFINED:21 "Advisor"`},
		"has any":               {[]Requirement{Has(one, c13, nil)}, "", ""},
		"has none":              {[]Requirement{Has(one, c11, nil)}, Stale, "lacks association types"},
		"lacks":                 {[]Requirement{Lacks(one, c13, &advisor)}, "", ""},
		"lacks what it has":     {[]Requirement{Lacks(one, c12, &advisor)}, Stale, "it has USER_DEFINED:21"},
		"lacks any":             {[]Requirement{Lacks(one, c11, nil)}, "", ""},
		"lacks any, and has":    {[]Requirement{Lacks(one, c12, nil)}, Stale, "has association types"},
		"vacant":                {[]Requirement{Vacant(two, c11, primary)}, "", ""},
		"vacant for its own":    {[]Requirement{Vacant(one, c12, primary)}, "", ""},
		"held":                  {[]Requirement{Vacant(one, c11, primary)}, Blocked, `contacts:1 has HUBSPOT_DEFINED:1 "Primary" already towards companies:12, which would lose it`},
		"below":                 {[]Requirement{Below(one, "companies", nil, 3)}, "", ""},
		"not below":             {[]Requirement{Below(one, "companies", nil, 2)}, Blocked, "contacts:1 has 2 companies, and the limit is 2"},
		"below with a label":    {[]Requirement{Below(one, "companies", &advisor, 2)}, "", ""},
		"not below with one":    {[]Requirement{Below(one, "companies", &advisor, 1)}, Blocked, `contacts:1 has 1 companies with USER_DEFINED:21 "Advisor", and the limit is 1`},
		"only these records":    {OnlyRecords(one, "companies", 12, 13), "", ""},
		"one record more":       {OnlyRecords(one, "companies", 12), Stale, "contacts:1 lists companies:13, too, since the plan was made"},
		"one record less":       {OnlyRecords(one, "companies", 11, 12, 13), Stale, "contacts:1 no longer lists companies:11"},
		"no records":            {OnlyRecords(two, "companies"), "", ""},
		"no records, and some":  {OnlyRecords(one, "companies"), Stale, "lists companies:1"},
		"no others":             {AmongRecords(one, "companies", 11, 12, 13), "", ""},
		"another":               {AmongRecords(one, "companies", 11, 12), Stale, "contacts:1 lists companies:13, too, since the plan was made"},
		"no other types":        {AmongTypes(one, c12, plain, primary, advisor, plainBack), "", ""},
		"another type":          {AmongTypes(one, c12, plain, advisor), Stale, `it has HUBSPOT_DEFINED:1 "Primary", HUBSPOT_DEFINED:279`},
		"only these types":      {OnlyTypes(one, c12, plain, primary, advisor), "", ""},
		"a type more":           {OnlyTypes(one, c12, plain, primary), Stale, `and had HUBSPOT_DEFINED:1 "Primary", HUBSPOT_DEFINED:279`},
		"a type less":           {OnlyTypes(one, c13, plain, advisor), Stale, "it has HUBSPOT_DEFINED:279, and had"},
		"a label that is other": {[]Requirement{Defined("contacts", "companies", advisor, &other)}, Blocked, `is called "Advisor" now, and was called "Another"`},
		"a label that was none": {[]Requirement{Defined("contacts", "companies", advisor, nil)}, Blocked, `is called "Advisor" now, and was called ""`},
		"not defined":           {[]Requirement{Defined("companies", "contacts", advisor, &advisorText)}, Blocked, "the portal defines no association type USER_DEFINED:21 from companies to contacts"},
		"no such record":        {[]Requirement{Live(key("contacts", 3))}, Stale, "contacts:3 is archived, merged or gone"},
	} {
		op := given(2, 11, false, plain)
		op.Require = append(op.Require, tt.require...)
		a := apply(t, "2026-09", portal, planned(op), false, sim.Options{})
		got := a.run.Operations[0]
		switch {
		case a.err != nil:
			t.Errorf("%s: %v", name, a.err)
		case tt.outcome == "" && got.Outcome != nil, tt.outcome != "" && (got.Outcome == nil || *got.Outcome != tt.outcome || !strings.Contains(*got.Cause, tt.cause)):
			t.Errorf("%s: %v", name, a.outcomes())
			if got.Cause != nil {
				t.Error(*got.Cause)
			}
		}
	}
}

// TestAPlanIsNotAppliedToWhatChanged is the story of a link that somebody took away between the
// crawl and the apply: it stays away.
func TestAPlanIsNotAppliedToWhatChanged(t *testing.T) {
	a := apply(t, "2026-09", "portal 77\ncontacts 1\ncompanies 11\n", planned(linking(11, 1)), true, sim.Options{})
	a.want(t, "stale")
	if a.creates() != 0 || strings.Contains(a.portal.String(), ">") {
		t.Errorf("%d creates, %s", a.creates(), a.portal)
	}
}

// TestAStopSettlesTheBatchInFlight asks the run to stop while a write is on its way: that batch
// is read back, and nothing more is sent.
func TestAStopSettlesTheBatchInFlight(t *testing.T) {
	portal, p := many(60)
	ctx, cancel := context.WithCancel(t.Context())
	dir := t.TempDir()
	r := &rig{portal: mustParse(t, portal)}
	r.server = sim.NewServer(r.portal, sim.Options{})
	r.fault = func(q request) string {
		if q.write {
			cancel()
		}
		return ""
	}
	client, stop := r.client(t)
	defer stop()
	journal, err := CreateJournal(dir, "20261122T030000Z")
	if err != nil {
		t.Fatal(err)
	}
	run, err := Apply(ctx, client, p, journal, quick())
	if err := journal.Close(); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(err, context.Canceled) || run.Done() {
		t.Errorf("the run ends with %v", err)
	}
	if s := journalIn(t, dir).status(); s.Applied != 20 || s.Unsent != 40 || s.Open != 0 || r.writes != 1 {
		t.Errorf("%d writes, %+v", r.writes, s)
	}
	b := rigged{rig: r}.resume(t, dir, p)
	if b.err != nil || !b.run.Done() {
		t.Errorf("gone on with: %v", b.err)
	}
	for pair, n := range r.written {
		if n != 1 {
			t.Errorf("%s was written %d times", pair, n)
		}
	}
}

// TestThreeFailedBatchesEndTheRun has batches of one operation, each of another kind, and a
// portal that answers no write.
func TestThreeFailedBatchesEndTheRun(t *testing.T) {
	toContact, toDeal := Type{hubspot.HubSpotDefined, 3}, Type{hubspot.HubSpotDefined, 4}
	const portal = "portal 77\ncontacts 1\ncontacts 2\ncontacts 3\ncontacts 4\ncompanies 11\ncompanies 12\ndeals 13\ndeals 14\n" +
		"contacts 1 ->> companies 11 279\ncompanies 12 ->> contacts 2 280\ndeals 13 ->> contacts 3 3\ncontacts 4 ->> deals 14 4\n"
	p := planned(linking(11, 1),
		adding("inverse_pair_missing", "contacts", 2, "companies", 12, Before{Inverse: []Type{plainBack}}, "", plain),
		adding("inverse_pair_missing", "contacts", 3, "deals", 13, Before{Inverse: []Type{toContact}}, "", toDeal),
		adding("inverse_pair_missing", "deals", 14, "contacts", 4, Before{Inverse: []Type{toDeal}}, "", toContact))
	p.Definitions = append(p.Definitions, defining("contacts", "deals", toDeal, toContact)...)
	p.Seal()
	a := applyIn(t, t.TempDir(), portal, p, quick(), func(r request) string {
		if r.write {
			return "reset"
		}
		return ""
	})
	if !errors.Is(a.err, ErrBreaker) || !strings.Contains(a.err.Error(), "3 batches in a row failed") || a.writes != 0 {
		t.Errorf("%d writes, and the run ends with %v", a.writes, a.err)
	}
	a.want(t, "unknown", "unknown", "unknown", "would be sent")
}
