package sim

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/hubspot"
)

func TestSameSpecGivesSamePortal(t *testing.T) {
	t.Parallel()
	text := func(seed, nights uint64) string {
		p := Generate(Spec{Seed: seed, Contacts: 400})
		for n := range nights {
			p.Night(n)
		}
		return p.String()
	}
	for _, nights := range []uint64{0, 2} {
		first, again := text(7, nights), text(7, nights)
		if first != again {
			t.Errorf("two portals of one seed differ after %d nights", nights)
		}
		if first == text(8, nights) {
			t.Errorf("two seeds give the same portal after %d nights", nights)
		}
	}
}

// typeNames lists what schemas call the association types of a portal.
func typeNames(p *Portal) []string {
	var list []string
	for _, of := range p.pairsInOrder() {
		for _, t := range of.types {
			list = append(list, fmt.Sprintf("%s %s %s %s", of.from.Name, of.to.Name, t, t.name))
		}
	}
	return list
}

// TestPortalsSurviveTheirText writes portals down and reads them again, with
// what is wrong in them.
func TestPortalsSurviveTheirText(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		p := Generate(Spec{Seed: seed, Contacts: 300, Clean: seed == 3})
		for night := range 3 {
			text := p.String()
			again, err := Parse("portal", text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(text, "\n"), strings.Split(again.String(), "\n")); diff != "" {
				t.Fatalf("seed %d, night %d: - written, + read:\n%s", seed, night, diff)
			}
			if diff := cmp.Diff(typeNames(p), typeNames(again)); diff != "" {
				t.Fatalf("seed %d, night %d: names of types, - written, + read:\n%s", seed, night, diff)
			}
			standing := slices.DeleteFunc(p.Truth(), Defect.drift)
			if diff := cmp.Diff(standing, again.Truth()); diff != "" {
				t.Fatalf("seed %d, night %d: the truth, - written, + read:\n%s", seed, night, diff)
			}
			p.Night(seed)
		}
	}
}

// TestNothingElseIsWrong looks at every record and row of generated portals and
// holds what breaks HubSpot's rules against the truth.
func TestNothingElseIsWrong(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		for _, merge := range []string{"new-id", "primary"} {
			p := Generate(Spec{Seed: seed, Contacts: 400})
			if err := p.Use("merge=" + merge); err != nil {
				t.Fatal(err)
			}
			for night := range 4 {
				standing := slices.DeleteFunc(p.Truth(), Defect.drift)
				if diff := cmp.Diff(standing, wrong(t, p)); diff != "" {
					t.Fatalf("seed %d, merge=%s, night %d: - the truth, + the store:\n%s", seed, merge, night, diff)
				}
				for _, check := range []string{dealFullyOrphaned, dealWithoutContact, dealWithoutCompany, inversePairMissing, inverseLabelMissing, edgeEndpointAbsent} {
					if !slices.ContainsFunc(standing, func(d Defect) bool { return d.Check == check }) {
						t.Errorf("seed %d, night %d: there is nothing to find for %s", seed, night, check)
					}
				}
				p.Night(seed)
			}
		}
	}
}

// wrong lists what is wrong in a portal by its records and rows alone, and holds
// the rows that only look wrong against the places where something was planted.
func wrong(t *testing.T, p *Portal) []Defect {
	t.Helper()
	planted := map[[2]*record]bool{}
	for _, ends := range p.truth.pairs {
		planted[[2]*record{ends[0].final(), ends[1].final()}], planted[[2]*record{ends[1].final(), ends[0].final()}] = true, true
	}
	listedBy := map[*record][]*record{}
	for _, typ := range p.types {
		for _, r := range typ.sorted {
			for _, l := range r.links {
				if r.life == live {
					listedBy[l.to.final()] = append(listedBy[l.to.final()], r)
				}
			}
		}
	}
	list := []Defect{}
	for _, typ := range p.types {
		for _, r := range typ.sorted {
			if r.life != live {
				continue
			}
			list = append(list, p.dealDefects(r, listedBy)...)
			groups := map[*record][]link{} // by the records that the links lead to today
			for _, l := range r.links {
				to := l.to
				if to.final().life == live {
					to = to.final()
				}
				groups[to] = append(groups[to], l)
			}
			for o, there := range groups {
				defects, odd := wrongRows(p, r, o, there)
				list = append(list, defects...)
				if odd != "" && !planted[[2]*record{r, o.final()}] {
					t.Errorf("%s %d -> %s %d: %s", typ.Name, r.id, o.typ.Name, o.id, odd)
				}
			}
			for _, to := range p.types {
				if primary := p.primary(typ, to); primary != nil && r.carrying(primary) > 1 {
					t.Errorf("%s %d has %d primary %s", typ.Name, r.id, r.carrying(primary), to.Name)
				}
			}
		}
	}
	slices.SortFunc(list, Defect.compare)
	return list
}

// wrongRows says what is wrong with the rows of a record towards another, and
// what is odd about them even where no check finds it.
func wrongRows(p *Portal, r, o *record, there []link) (list []Defect, odd string) {
	d := Defect{FromType: r.typ.Name, FromID: r.id, ToType: o.typ.Name, ToID: o.id}
	back := slices.DeleteFunc(slices.Clone(o.links), func(l link) bool { return l.to.final() != r })
	has := func(links []link, t *associationType) bool {
		return slices.ContainsFunc(links, func(l link) bool { return l.typ == t })
	}
	known := p.inverses()
	if plain := p.pair(r.typ, o.typ).plain(); plain != nil && !has(there, plain) {
		odd = "there is no plain type"
	}
	for _, l := range there {
		e := d
		e.Category, e.TypeID = l.typ.category, l.typ.id
		switch {
		case o.life == absent:
			e.Check = edgeEndpointAbsent
			list, odd = append(list, e), "nobody is there"
		case l.typ.inverse == nil || has(back, l.typ.inverse):
		case o.life == live && len(back) > 0 && known.of(l.typ):
			e.Check = inverseLabelMissing
			list, odd = append(list, e), "a label stands on one side"
		default:
			odd = "a row has no inverse"
		}
	}
	if o.life == live && len(back) == 0 {
		d.Check = inversePairMissing
		return []Defect{d}, "one lists the other only"
	}
	return list, odd
}

func TestCleanPortalHasNothingWrong(t *testing.T) {
	t.Parallel()
	for seed := range uint64(5) {
		p := Generate(Spec{Seed: seed, Contacts: 300, Clean: true})
		if found := wrong(t, p); len(found) > 0 || len(p.Truth()) > 0 || len(p.truth.pairs) > 0 {
			t.Errorf("seed %d: %v, %v", seed, found, p.Truth())
		}
	}
}

// TestSmallPortals generates portals in which there is next to nothing, and lets
// nights pass in them and in an empty one.
func TestSmallPortals(t *testing.T) {
	t.Parallel()
	empty, err := Parse("portal", "")
	if err != nil {
		t.Fatal(err)
	}
	for n, p := range map[int]*Portal{0: empty, 1: Generate(Spec{Contacts: 1}), 2: Generate(Spec{Contacts: 2}), 20: Generate(Spec{Contacts: 20}),
		5: Generate(Spec{Contacts: 5, Deals: 40, LineItems: 1, Machines: 30})} {
		for seed := range uint64(3) {
			p.Night(seed)
			if diff := cmp.Diff(slices.DeleteFunc(p.Truth(), Defect.drift), wrong(t, p)); diff != "" {
				t.Errorf("%d contacts, night %d: - the truth, + the store:\n%s", n, seed, diff)
			}
		}
	}
}

// TestGeneratedPortalHoldsWhatTripsCrawlers looks for the things that the page on
// the API warns of.
func TestGeneratedPortalHoldsWhatTripsCrawlers(t *testing.T) {
	t.Parallel()
	p := Generate(Spec{Seed: 1})
	count := map[string]int{}
	for _, typ := range p.types {
		if len(typ.sorted) > 0 && typ.Custom() {
			count["custom objects"]++
		}
		for _, r := range typ.sorted {
			count[typ.Name]++
			count[fmt.Sprintf("life %d", r.life)]++
			if r.id > math.MaxInt32 {
				count["large ids"]++
			}
			for _, to := range p.types {
				switch n := r.neighbors(to); {
				case n == defaultPageSize:
					count["whole pages"]++
				case n > defaultPageSize:
					count["hubs"]++
				}
			}
			if len(r.from) > 0 {
				count[fmt.Sprintf("%d merged into one", len(r.from))]++
			}
		}
	}
	for _, of := range p.pairsInOrder() {
		for _, a := range of.types {
			if a.category != hubspot.UserDefined {
				continue
			}
			if of.find(hubspot.HubSpotDefined, a.id) != nil {
				count["colliding ids"]++
			}
			switch {
			case a.plain():
				count["plain types of a user's"]++
			case a.label != a.inverse.label:
				count["paired labels"]++
			default:
				count["single labels"]++
			}
		}
	}
	for _, key := range []string{"custom objects", "large ids", "whole pages", "hubs", "life 1", "life 2", "life 3", "1 merged into one", "2 merged into one",
		"colliding ids", "plain types of a user's", "paired labels", "single labels"} {
		if count[key] == 0 {
			t.Errorf("the portal has none of %s", key)
		}
	}
	for name, least := range map[string]int{"contacts": 2000, "companies": 400, "deals": 600, "tickets": 500, "line_items": 1200, "p_machines": 200} {
		if count[name] < least || count[name] > least+least/20 { // merges make records, and so do links to nobody
			t.Errorf("%d %s, want %d and a few", count[name], name, least)
		}
	}
}
