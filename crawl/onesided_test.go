package crawl

import (
	"fmt"
	"strings"
	"testing"

	"hubgraph/graphmodel"
	"hubgraph/hubspot/sim"
)

// office is a portal in which everything has both sides.
const office = `
label contacts 21 "Advisor" companies 22 "Advises"
contacts 1
contacts 2
contacts 3
companies 10
companies 11
contacts 1 -> companies 10 "Advisor"
contacts 2 -> companies 11
contacts 3 -> companies 10
`

// TestBothSidesAreOfOneMoment lets the portal change between the reads of the two
// sides of a pair, whichever comes first.
func TestBothSidesAreOfOneMoment(t *testing.T) {
	t.Parallel()
	const contactsOfCompanies = "POST /crm/associations/*/0-2/0-1/batch/read"
	for _, on := range []string{contactReads, contactsOfCompanies} {
		for _, change := range []string{
			"unlink contacts 1 companies 10",
			`unlink contacts 1 companies 10 "Advisor"`,
			"contacts 2 -> companies 10",
			`contacts 3 -> companies 10 "Advisor"`,
			"contacts 4\ncontacts 4 -> companies 10",
			"companies 10 archived=-1s",
			"merge companies 10 11",
			"merge contacts 1 3",
		} {
			if on == contactReads && strings.HasPrefix(change, "contacts 4\n") {
				continue // a record that neither the list nor the companies name yet
			}
			t.Run(change+", before "+on, func(t *testing.T) {
				t.Parallel()
				s := serve(t, "2026-09", office, sim.Options{Faults: []sim.Fault{{Name: "change", Param: change, On: on, First: 1, Last: 1}}})
				result := s.crawl(t, contactScope)
				sidesFit(t, result.Snapshot)
				if !result.Complete {
					t.Errorf("incomplete: %+v", gapsOf(result.Snapshot))
				}
				again := s.crawl(t, contactScope)
				if diff := difference(t, again.Snapshot, result.Snapshot); diff != "" {
					t.Errorf("- afterwards, + during the change:\n%s", diff)
				}
			})
		}
	}
}

// sidesFit checks that each edge has its way back, with the inverse types.
func sidesFit(t *testing.T, s *graphmodel.Snapshot) {
	t.Helper()
	inverse := map[string]string{"HUBSPOT_DEFINED:279": "HUBSPOT_DEFINED:280", "HUBSPOT_DEFINED:280": "HUBSPOT_DEFINED:279"}
	for e := range s.Graph.Edges() {
		back, ok := s.Graph.Edge(e.To, e.From)
		if !ok || len(back.Types) != len(e.Types) {
			t.Errorf("%s lists %s as %v, and the other way round %v", e.From, e.To, e.Types, back.Types)
		}
		for i, typ := range e.Types {
			name := func(t graphmodel.Type) string { return fmt.Sprintf("%s:%d", t.Category, t.ID) }
			if want := inverse[name(typ)]; want != "" && ok && name(back.Types[i]) != want {
				t.Errorf("%s lists %s as %s, and the other way round as %s", e.From, e.To, name(typ), name(back.Types[i]))
			}
		}
	}
}

// difference compares what is live in two snapshots.
func difference(t *testing.T, want, got *graphmodel.Snapshot) string {
	t.Helper()
	a, b := strings.Join(living(t, want, nil), "\n"), strings.Join(living(t, got, nil), "\n")
	if a == b {
		return ""
	}
	return "- " + strings.ReplaceAll(a, "\n", "\n- ") + "\n+ " + strings.ReplaceAll(b, "\n", "\n+ ")
}

// TestOneSidedAssociationsAreReadOnceMore has associations that one record lists
// and the other never does. A few are read again, in two calls; where a tenth of
// the records have them nothing is, because that is how the portal is.
func TestOneSidedAssociationsAreReadOnceMore(t *testing.T) {
	t.Parallel()
	requests := func(portal string) int64 {
		t.Helper()
		s := serve(t, "2026-09", portal, sim.Options{PageSize: 2000})
		s.part = 2000 // a search begins each further part, where the machine answers slowly
		result := s.crawl(t, contactScope)
		if !result.Complete {
			t.Errorf("incomplete: %+v", gapsOf(result.Snapshot))
		}
		return result.Requests
	}
	base := requests(contacts(1200))
	for name, tt := range map[string]struct {
		from, to int // contacts whose company does not list them
		more     int64
	}{"few": {1, 100, 2}, "a thousand": {1, 1000, 2}, "more": {1, 1001, 0}} {
		var cuts strings.Builder
		for id := tt.from; id <= tt.to; id++ {
			fmt.Fprintf(&cuts, "cut companies 1 contacts %d\n", id)
		}
		if got := requests(contacts(1200)+cuts.String()) - base; got != tt.more {
			t.Errorf("%s: %d more requests, want %d", name, got, tt.more)
		}
	}
}
