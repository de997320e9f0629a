package crawl

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hubgraph/graphmodel"
	"hubgraph/hubspot/sim"
)

const owned = `
portal 77 timezone=Europe/Berlin currency=CHF
owner 42 email=ada@example.com first=Ada last=Lovelace
owner 44 archived email=alan@example.com first=Alan last=Turing
owner 43 email=nobody@example.com
deals 1 hubspot_owner_id=44
deals 2 hubspot_owner_id=42
`

// ownerCalls counts the requests for owners.
func (s served) ownerCalls() (n int) {
	for _, r := range s.server.Requests() {
		if strings.Contains(r.Path, "owners") {
			n++
		}
	}
	return n
}

// TestOwners reads the owners where they are asked for, those who were removed with
// them, and asks for none otherwise. The scope stays comparable.
func TestOwners(t *testing.T) {
	bothVersions(t, func(t *testing.T, version string) {
		s := serve(t, version, owned, sim.Options{})
		without := s.crawl(t, Scope{Types: []string{"deals"}})
		if n := s.ownerCalls(); n != 0 || len(without.Owners) > 0 {
			t.Errorf("unasked: %d calls, owners %v", n, without.Owners)
		}
		with := s.crawl(t, Scope{Types: []string{"deals"}, Owners: true})
		want := []graphmodel.Owner{{ID: 42, Name: "Ada Lovelace"}, {ID: 43}, {ID: 44, Name: "Alan Turing", Archived: true}}
		if diff := cmp.Diff(want, with.Owners); diff != "" || s.ownerCalls() != 2 || !with.Complete {
			t.Errorf("%d calls, complete %t: %s", s.ownerCalls(), with.Complete, diff)
		}
		if with.ScopeHash != without.ScopeHash {
			t.Error("with owners the scope is another")
		}
		if with.TimeZone != "Europe/Berlin" || with.Currency != "CHF" {
			t.Errorf("the portal is in %q and counts in %q", with.TimeZone, with.Currency)
		}
	})
}

// TestOwnersInPages has more owners than a page holds.
func TestOwnersInPages(t *testing.T) {
	var portal strings.Builder
	for i := range 1001 {
		fmt.Fprintf(&portal, "owner %d last=N%d\n", 1001-i, 1001-i)
	}
	bothVersions(t, func(t *testing.T, version string) {
		s := serve(t, version, portal.String(), sim.Options{})
		owners := s.crawl(t, Scope{Types: []string{"deals"}, Owners: true}).Owners
		if len(owners) != 1001 || owners[0].ID != 1 || owners[1000].Name != "N1001" || s.ownerCalls() != 4 {
			t.Errorf("%d owners in %d calls", len(owners), s.ownerCalls())
		}
	})
}

// TestOwnersThatAreRefused has a token without their scope: that is a gap by name,
// and the night can be audited and compared with.
func TestOwnersThatAreRefused(t *testing.T) {
	bothVersions(t, func(t *testing.T, version string) {
		s := serve(t, version, owned, sim.Options{WithoutScope: []string{"owners"}})
		result := s.crawl(t, Scope{Types: []string{"deals"}, Owners: true})
		c := cellOf(t, result.Snapshot, "owners", "owners", "")
		if c.Complete || c.Failed != 2 || !strings.Contains(c.Reason, "crm.objects.owners.read") {
			t.Errorf("the coverage is %+v", c)
		}
		want := []graphmodel.Gap{{Kind: "owners", From: "owners", Reason: c.Reason}}
		if diff := cmp.Diff(want, result.Gaps, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
		if result.Complete || !result.Readable() || len(result.Owners) > 0 {
			t.Errorf("complete %t, readable %t, owners %v", result.Complete, result.Readable(), result.Owners)
		}
	})
}
