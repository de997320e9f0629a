package queries

import (
	"slices"
	"strings"
	"testing"
)

func TestNeedText(t *testing.T) {
	text := "objects deals, associations deals *, types * *, records companies, baseline"
	needs, err := parseNeeds(text)
	if err != nil {
		t.Fatal(err)
	}
	var parts []string
	for _, n := range needs {
		parts = append(parts, n.String())
	}
	if got := strings.Join(parts, ", "); got != text {
		t.Errorf("%q became %q", text, got)
	}
}

// TestGround says what a check can judge: nothing and why, or which places, and which
// cells are left out.
func TestGround(t *testing.T) {
	of := func(list ...cell) cells {
		all := cells{}
		for _, c := range list {
			all[Need{c.kind, c.from, c.to}] = c
		}
		return all
	}
	whole := func(kind, from, to string) cell { return cell{kind, from, to, true, true, false, ""} }
	now := of(
		whole("objects", "contacts", ""), whole("objects", "deals", ""), cell{"objects", "tickets", "", false, false, false, "403: missing scope"},
		whole("associations", "contacts", "deals"), cell{"associations", "deals", "contacts", false, false, false, "deals 5: RATE_LIMITS"},
		whole("associations", "contacts", "contacts"), whole("associations", "deals", "deals"),
		cell{"associations", "deals", "tickets", false, false, false, ""}, cell{"associations", "tickets", "deals", false, false, true, "one side"},
		whole("associations", "deals", "notes"), cell{"associations", "notes", "deals", false, false, true, "one side"},
		cell{"associations", "deals", "quotes", false, true, false, "deals 5: 500"}, cell{"associations", "quotes", "deals", false, false, true, "one side"},
		whole("types", "contacts", "deals"), whole("types", "deals", "contacts"), cell{"types", "contacts", "contacts", false, false, false, "cut"},
	)
	earlier := of(whole("objects", "contacts", ""), cell{"objects", "deals", "", false, false, false, "500"}, whole("associations", "contacts", "deals"),
		whole("types", "contacts", "deals"), cell{"types", "deals", "contacts", false, false, false, "cut"})
	const pairs, records = "from_type, from_id, to_type, to_id", "subject_type, subject_id"
	for _, tt := range []struct{ needs, identity, want string }{
		{"objects contacts", records, "all"},
		{"objects contacts, associations contacts deals, records contacts", records, "all"},
		{"objects tickets", records, "no_evidence: objects tickets is incomplete: 403: missing scope"},
		{"associations deals contacts", records, "no_evidence: associations deals contacts is incomplete: deals 5: RATE_LIMITS"},
		{"associations deals tickets", records, "no_evidence: associations deals tickets is incomplete"},
		{"associations deals quotes", records, "all"}, // but for deal 5, which gaps names
		{"associations quotes deals", records, "no_evidence: associations deals quotes is incomplete: deals 5: 500"},
		{"associations notes deals", records, "all"},
		{"associations tickets deals", records, "no_evidence: associations deals tickets is incomplete"},
		{"objects companies", records, "out_of_scope: companies were not crawled"},
		{"records deals", records, "no_records: nothing to check: the portal has no deals"},
		{"objects deals, baseline", records, "no_evidence: objects deals is incomplete in the baseline: 500"},
		{"associations deals contacts, baseline", records, "no_evidence: associations deals contacts is incomplete: deals 5: RATE_LIMITS"},
		{"associations deals deals, baseline", records, "out_of_scope: associations deals deals were not crawled in the baseline"},
		{"baseline", records, "all"},

		{"objects *", records, "contacts, deals; without objects tickets"},
		{"objects *, associations * *", records, "contacts; without associations deals contacts, objects tickets"},
		{"objects *, baseline", records, "contacts; without objects deals, objects tickets"},
		{"associations * *", pairs, "contacts contacts, contacts deals, deals deals, deals notes, deals quotes, notes deals; without associations deals contacts, associations deals quotes, associations deals tickets"},
		{"associations deals *", pairs, "deals deals, deals notes, deals quotes; without associations deals contacts, associations deals tickets"},
		{"objects *, associations * *", pairs, "contacts contacts, contacts deals, deals deals; without associations deals contacts, objects tickets"},
		{"associations * *, directions", "ends", "contacts contacts, deals deals; without associations deals contacts"},
		{"associations * *, directions, types * *", "ends", "no_evidence: types contacts contacts is incomplete: cut"},
		{"types * *", pairs, "contacts deals, deals contacts; without types contacts contacts"},
		{"types * *, baseline", pairs, "contacts deals; without types contacts contacts, types deals contacts"},
		{"objects contacts, types * *", pairs, "contacts deals, deals contacts; without types contacts contacts"},
		{"objects tickets, types * *", pairs, "no_evidence: objects tickets is incomplete: 403: missing scope"},
	} {
		needs, err := parseNeeds(tt.needs)
		if err != nil {
			t.Fatal(err)
		}
		e := &evidence{cells: now, earlier: earlier, live: map[string]bool{"contacts": true}}
		g := e.ground(Check{Needs: needs, Identity: list(tt.identity)})
		if got := g.String(); got != tt.want {
			t.Errorf("%s of %s: %s\nwant %s", tt.needs, tt.identity, got, tt.want)
		}
	}
	for _, cause := range []Cause{NoBaseline, FirstNight} {
		e := &evidence{cells: now, lacksBaseline: &lack{cause: cause, text: "why"}}
		if got := e.ground(Check{Needs: []Need{{"objects", "contacts", ""}, {Kind: "baseline"}}}).String(); got != string(cause)+": why" {
			t.Error(got)
		}
	}
}

func (g ground) String() string {
	if g.skip != nil {
		return string(g.skip.cause) + ": " + strings.TrimPrefix(strings.TrimPrefix(g.skip.text, "no evidence: "), "out of scope: ")
	}
	if g.read == nil {
		return "all"
	}
	var places []string
	for p := range g.read {
		places = append(places, strings.TrimSpace(p.from+" "+p.to))
	}
	slices.Sort(places)
	text := strings.Join(places, ", ")
	slices.Sort(g.leftOut)
	if len(g.leftOut) > 0 {
		text += "; without " + strings.Join(g.leftOut, ", ")
	}
	return text
}

// TestGapsLeaveOut lets one cell be incomplete, and sees which checks are skipped, which
// judge the rest, and which are as ever.
func TestGapsLeaveOut(t *testing.T) {
	for _, tt := range []struct{ gap, want string }{ // s: skipped, p: judged in part, in the order of tried
		{"kind = 'objects' AND from_type = 'deals'", ".sssp ppp"},
		{"kind = 'objects' AND from_type = 'contacts'", ".sssp ppp"},
		{"kind = 'associations' AND from_type = 'deals' AND to_type = 'companies'", ".sssp ppp"},
		{"kind = 'associations' AND from_type = 'companies' AND to_type = 'deals'", ".sssp ppp"},
		{"kind = 'associations' AND from_type = 'contacts' AND to_type = 'companies'", "....p ppp"},
		{"kind = 'types' AND from_type = 'contacts' AND to_type = 'deals'", "p.... ppp"},
	} {
		db := newNights(t, healthy, "")
		change(t, db, "UPDATE coverage SET complete = false, reason = 'cut' WHERE "+tt.gap)
		r, err := Audit(t.Context(), db, Options{AuditID: "20261122T030000Z", Checks: triedChecks(t)})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, c := range r.Results {
			if len(got) == 5 {
				got += " "
			}
			switch {
			default:
				got += "."
			case c.Status == Skip:
				got += "s"
				if *c.SkipCause != NoEvidence || !strings.Contains(*c.SkipReason, "cut") || c.Violations != nil || c.Universe != nil || c.Percent != nil || c.New != nil || c.Resolved != nil {
					t.Errorf("%s: %+v", tt.gap, c)
				}
			case len(c.CellsLeftOut) > 0:
				got += "p"
			}
		}
		if got != tt.want || r.Outcome() != Lacking {
			t.Errorf("%s: %q, want %q", tt.gap, got, tt.want)
		}
	}
}
