package queries

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// defaults are the settings that the checks here read, as they are where nobody says
// otherwise.
func defaults() string {
	var b strings.Builder
	for _, s := range DefaultSettings() {
		fmt.Fprintf(&b, "INSERT INTO settings VALUES (%s, %s);\n", literal(s.Key), literal(s.Value))
	}
	return b.String()
}

// TestCellsLeftOut has each check find the same in two cells, of which one was not read the
// second time: there it finds nothing, and says so.
func TestCellsLeftOut(t *testing.T) {
	unread := func(kind, from, to string) string {
		return fmt.Sprintf("INSERT INTO coverage (kind, from_type, to_type, complete, readable, verdict) VALUES ('%s', '%s', '%s', false, false, 'incomplete');", kind, from, to)
	}
	const primaries = `INSERT INTO association_types (from_type, to_type, type_id, label, inverse_category, inverse_type_id, is_primary) VALUES ('deals', 'companies', 5, 'Primary', 'HUBSPOT_DEFINED', 6, true);`
	for id, tt := range map[string]struct{ earlier, later, gap, both, one string }{
		"edge_removed": {healthy, unlinked("deals:1 <-> contacts:11\ncontacts:13 <-> companies:22"), unread("associations", "contacts", "companies"),
			"deals:1 -> contacts:11, contacts:13 -> companies:22", "deals:1 -> contacts:11"},
		"newly_orphaned": {healthy, defaults() + unlinked("deals:1 <-> contacts:11\ncontacts:13 <-> companies:22"), unread("associations", "contacts", "companies"),
			"deals:1, contacts:13", "deals:1"},
		"label_without_default": {healthy, unlinked("contacts:11 <-> contacts:12 H449\ndeals:1 <-> contacts:11 H3/4"), unread("types", "deals", "contacts"),
			"contacts:11 -> contacts:12, deals:1 -> contacts:11", "contacts:11 -> contacts:12"},
		"primary_missing": {healthy, primaries, unread("associations", "contacts", "companies"),
			"contacts:12, contacts:13, deals:1, deals:2", "deals:1, deals:2"},
		"mass_disassociation": {healthy + `INSERT INTO association_stats VALUES ('20261121T020000Z', 'deals', 'contacts', 'HUBSPOT_DEFINED', 3, 2, 2), ('20261121T020000Z', 'contacts', 'companies', 'HUBSPOT_DEFINED', 279, 3, 3);`,
			"INSERT INTO settings VALUES ('mass_edges', '2'), ('mass_removed', '1'), ('mass_percent', '1'), ('mass_nights', '14'), ('mass_sigma', '3');" +
				unlinked("deals:1 <-> contacts:11\ncontacts:13 <-> companies:22"), unread("associations", "contacts", "companies"),
			"deals -> contacts HUBSPOT_DEFINED:3, contacts -> companies HUBSPOT_DEFINED:279", "deals -> contacts HUBSPOT_DEFINED:3"},
	} {
		t.Run(id, func(t *testing.T) {
			for gap, want := range map[string]string{"": tt.both, tt.gap: tt.one} {
				r := auditOne(t, newNights(t, tt.earlier, tt.later+gap), id)
				var found []string
				for _, f := range r.Findings {
					found = append(found, subject(f))
				}
				wanted := strings.Split(want, ", ")
				slices.Sort(found)
				slices.Sort(wanted)
				if !slices.Equal(found, wanted) || (gap != "") != (len(r.Results[0].CellsLeftOut) > 0) {
					t.Errorf("with %q found %q and left out %q, want %q", gap, found, r.Results[0].CellsLeftOut, wanted)
				}
			}
		})
	}
	for _, id := range []string{"deal_contact_company_open", "domain_match_unlinked"} {
		r := auditOne(t, newNights(t, healthy, unread("associations", "contacts", "companies")+unread("associations", "companies", "contacts")), id)
		if c := r.Results[0]; c.Status != Skip || c.SkipCause == nil || *c.SkipCause != NoEvidence {
			t.Errorf("%s has status %s where nobody read the companies of contacts", id, c.Status)
		}
	}
}

// TestMassIsMeasuredAgainstHistory loses 60 of 1,000 links in nights that usually lose
// few, many, or many on this day of the week, and in one with next to no history.
func TestMassIsMeasuredAgainstHistory(t *testing.T) {
	const key = "'deals', 'contacts', 'HUBSPOT_DEFINED', 3"
	nights := func(count int, removed func(daysAgo int) int) string {
		var b strings.Builder
		for ago := 1; ago <= count; ago++ {
			id := fmt.Sprintf("night-%02d", ago)
			fmt.Fprintf(&b, "INSERT INTO snapshots (snapshot_id, started_at) VALUES ('%s', TIMESTAMP '2026-11-22 02:00:00' - INTERVAL %d DAY);\n", id, ago)
			fmt.Fprintf(&b, "INSERT INTO link_stats VALUES ('%s', 'before', %s, 1000, %d, 0);\n", id, key, removed(ago))
		}
		return b.String()
	}
	few := func(int) int { return 2 }
	many := func(ago int) int { return 40 + ago%5*10 }
	weekly := func(ago int) int {
		if ago%7 == 0 {
			return 55 + ago%2*10
		}
		return 1
	}
	var earlier, later strings.Builder
	for i := range 60 {
		fmt.Fprintf(&earlier, "INSERT INTO objects (object_type, object_id, amount, currency) VALUES ('deals', %d, 10, 'EUR');\n", 1000+i)
		fmt.Fprintf(&later, "deals:%d <-> contacts:11 H3/4\n", 1000+i)
	}
	earlier.WriteString(links(later.String()) + "INSERT INTO association_stats VALUES ('20261121T020000Z', " + key + ", 1000, 1000);")
	for name, tt := range map[string]struct{ history, want string }{
		"few":      {nights(14, few), "history"},
		"many":     {nights(14, many), ""},
		"weekly":   {nights(98, weekly), ""},
		"long ago": {nights(20, func(ago int) int { return 2 + max(0, ago-14)*100 }), "history"},
		"short":    {nights(13, many), "absolute thresholds, as the history is short"},
		"nothing":  {"", "absolute thresholds, as the history is short"},
	} {
		t.Run(name, func(t *testing.T) {
			r := auditOne(t, newNights(t, healthy+earlier.String(), defaults()+unlinked(later.String())+tt.history), "mass_disassociation")
			switch {
			case tt.want == "" && len(r.Findings) > 0:
				t.Errorf("a usual night is found: %s", r.Findings[0].Evidence)
			case tt.want != "" && (len(r.Findings) != 1 || !strings.Contains(r.Findings[0].Evidence, `"judged_by":"`+tt.want+`"`)):
				t.Errorf("found %v", lines(r))
			}
		})
	}
}

// TestLinkStats counts what came and went, also where that is nothing.
func TestLinkStats(t *testing.T) {
	db := newNights(t, healthy+`INSERT INTO association_stats VALUES ('20261121T020000Z', 'deals', 'contacts', 'HUBSPOT_DEFINED', 3, 2, 2), ('20261121T020000Z', 'contacts', 'contacts', 'HUBSPOT_DEFINED', 449, 2, 2)`,
		unlinked("deals:1 <-> contacts:11")+links("deals:1 <-> contacts:12 H3/4\ndeals:1 <-> contacts:13 H3/4"))
	r := auditOne(t, db, "edge_removed")
	want := []LinkStat{
		{"20261122T020000Z", "20261121T020000Z", "contacts", "contacts", "HUBSPOT_DEFINED", 449, 2, 0, 0},
		{"20261122T020000Z", "20261121T020000Z", "deals", "contacts", "HUBSPOT_DEFINED", 3, 2, 1, 2},
	}
	if !slices.Equal(r.LinkStats, want) {
		t.Errorf("%+v\nwant %+v", r.LinkStats, want)
	}
}
