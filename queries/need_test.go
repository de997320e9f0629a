package queries

import (
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

// TestLacks says why a check cannot run.
func TestLacks(t *testing.T) {
	whole := func(kind, from, to string) cell { return cell{kind, from, to, true, true, false, ""} }
	cells := []cell{
		whole("associations", "contacts", "deals"), {"associations", "deals", "contacts", false, false, false, "deals 5: RATE_LIMITS"},
		{"associations", "deals", "tickets", false, false, false, ""}, {"associations", "notes", "deals", false, false, true, "one side"}, whole("associations", "deals", "notes"),
		{"associations", "tickets", "deals", false, false, true, "one side"},
		whole("objects", "contacts", ""), whole("objects", "deals", ""), {"objects", "tickets", "", false, false, false, "403: missing scope"},
		{"associations", "deals", "quotes", false, true, false, "deals 5: 500"}, {"associations", "quotes", "deals", false, false, true, "one side"},
	}
	earlier := []cell{whole("objects", "contacts", ""), {"objects", "deals", "", false, false, false, "500"}, whole("associations", "contacts", "deals")}
	for _, tt := range []struct {
		needs, want string
		baseline    bool
	}{
		{"objects contacts", "", false},
		{"objects contacts, associations contacts deals, records contacts", "", false},
		{"objects tickets", "no evidence: objects tickets is incomplete: 403: missing scope", false},
		{"objects *", "no evidence: objects tickets is incomplete: 403: missing scope", false},
		{"associations deals contacts", "no evidence: associations deals contacts is incomplete: deals 5: RATE_LIMITS", false},
		{"associations * *", "no evidence: associations deals contacts is incomplete: deals 5: RATE_LIMITS (and 2 more)", false},
		{"associations * contacts", "no evidence: associations deals contacts is incomplete: deals 5: RATE_LIMITS", false},
		{"associations deals tickets", "no evidence: associations deals tickets is incomplete", false},
		{"associations deals quotes", "", false}, // but for deal 5, which gaps names
		{"associations quotes deals", "no evidence: associations deals quotes is incomplete: deals 5: 500", false},
		{"associations notes deals", "", false},
		{"associations tickets deals", "no evidence: associations deals tickets is incomplete", false},
		{"directions", "out of scope: associations notes deals were not crawled, only the way back", false},
		{"directions, baseline", "out of scope: associations notes deals were not crawled, only the way back", true},
		{"objects companies", "out of scope: objects companies were not crawled", false},
		{"types * *", "out of scope: types * * were not crawled", false},
		{"records deals", "nothing to check: the portal has no deals", false},
		{"records deals, objects tickets", "no evidence: objects tickets is incomplete: 403: missing scope", false},
		{"objects contacts, baseline", "no baseline", false},
		{"objects contacts, baseline", "", true},
		{"objects deals, baseline", "no evidence: objects deals is incomplete in the baseline: 500", true},
		{"associations deals contacts, baseline", "out of scope: associations deals contacts were not crawled in the baseline", true},
		{"baseline", "", true},
	} {
		needs, err := parseNeeds(tt.needs)
		if err != nil {
			t.Fatal(err)
		}
		e := &evidence{baseline: tt.baseline, cells: cells, earlier: earlier, live: map[string]bool{"contacts": true}}
		if got := e.lacks(needs); got != tt.want {
			t.Errorf("%s, baseline %t: %q, want %q", tt.needs, tt.baseline, got, tt.want)
		}
	}
}

// TestGapsSkip lets one cell be incomplete, and sees which checks still run.
func TestGapsSkip(t *testing.T) {
	for _, tt := range []struct {
		gap     string
		skipped []string
	}{
		{"kind = 'objects' AND from_type = 'deals'", tried[1:]},
		{"kind = 'objects' AND from_type = 'contacts'", []string{tried[4], tried[5], tried[6], tried[7]}},
		{"kind = 'associations' AND from_type = 'deals' AND to_type = 'companies'", tried[1:]},
		{"kind = 'associations' AND from_type = 'companies' AND to_type = 'deals'", tried[1:]},
		{"kind = 'associations' AND from_type = 'contacts' AND to_type = 'companies'", tried[4:]},
		{"kind = 'types' AND from_type = 'contacts'", []string{tried[0], tried[5], tried[6], tried[7]}},
	} {
		db := newNights(t, healthy, "")
		change(t, db, "UPDATE coverage SET complete = false, reason = 'cut' WHERE "+tt.gap)
		r, err := Audit(t.Context(), db, Options{AuditID: "20261122T030000Z", Checks: triedChecks(t)})
		if err != nil {
			t.Fatal(err)
		}
		var skipped []string
		for _, c := range r.Results {
			if c.Status == Skip {
				skipped = append(skipped, c.CheckID)
				if !strings.HasPrefix(*c.SkipReason, "no evidence: ") || !strings.Contains(*c.SkipReason, "cut") {
					t.Errorf("%s: %s is skipped: %s", tt.gap, c.CheckID, *c.SkipReason)
				}
				if c.Violations != nil || c.Universe != nil || c.Percent != nil || c.New != nil || c.Resolved != nil {
					t.Errorf("%s: %s is skipped and counts: %+v", tt.gap, c.CheckID, c)
				}
			}
		}
		if join(skipped) != join(tt.skipped) {
			t.Errorf("%s: skipped\n%swant\n%s", tt.gap, join(skipped), join(tt.skipped))
		}
	}
}

// TestBaselineGapsSkip has the checks that compare nights skipped where the
// earlier one lacks something, or where there is none.
func TestBaselineGapsSkip(t *testing.T) {
	db := newNights(t, healthy, "")
	change(t, db, "UPDATE baseline_coverage SET complete = false WHERE kind = 'types' AND from_type = 'deals' AND to_type = 'contacts'")
	const reason = " skip: no evidence: types deals contacts is incomplete in the baseline\n"
	if got := join(found(t, db)); got != "association_definition_changed"+reason+"edge_label_changed"+reason {
		t.Error(got)
	}
	change(t, db, "DELETE FROM baseline")
	if got := join(found(t, db)); got != "association_definition_changed skip: no baseline\nedge_label_changed skip: no baseline\n" {
		t.Error(got)
	}
}
