package queries

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// someFindings draws a portal and findings of it that share this and that.
func someFindings(t *rapid.T) (*kinship, []Finding) {
	k := &kinship{ids: aliases{}, losses: map[string]bool{"lost": true}, traits: map[record][]clue{}, names: map[clue]string{}, labels: map[clue]bool{},
		share: map[mark]float64{}, degree: map[record]int64{}, degrees: map[string]int64{"deals": 500, "companies": 500}, lost: map[string]map[clue]int64{}}
	id := rapid.Int64Range(1, 40)
	for _, of := range []string{"deals", "companies"} {
		for n := int64(1); n <= 40; n++ {
			owner := clue{byOwner, fmt.Sprint(rapid.IntRange(1, 4).Draw(t, "owner"))}
			k.traits[record{of, n}] = []clue{owner}
			k.share[mark{owner, of}] = float64(rapid.IntRange(0, 40).Draw(t, "share")) / 100
			k.degree[record{of, n}] = rapid.Int64Range(0, 20).Draw(t, "degree")
		}
	}
	if rapid.Bool().Draw(t, "merged") {
		k.ids[record{"companies", 1}] = 2
	}
	states := []State{New, Ongoing, Ongoing, Event, Event, Reopened, Resolved}
	var all []Finding
	for i := range rapid.IntRange(0, 80).Draw(t, "findings") {
		f := Finding{Fingerprint: fmt.Sprintf("%064d", i), CheckID: rapid.SampledFrom([]string{"a", "b", "lost"}).Draw(t, "check"),
			State: rapid.SampledFrom(states).Draw(t, "state"), SnapshotID: rapid.SampledFrom([]string{"1", "2"}).Draw(t, "night"), FirstSeen: time.Unix(rapid.Int64Range(1, 2).Draw(t, "seen"), 0)}
		if rapid.IntRange(0, 5).Draw(t, "waived") == 0 {
			f.WaivedUntil = &f.FirstSeen
		}
		deal, company := id.Draw(t, "deal"), min(id.Draw(t, "company"), id.Draw(t, "company too"))
		if f.CheckID == "a" {
			f.SubjectType, f.SubjectID = text("deals"), &deal
		} else {
			f.FromType, f.FromID, f.ToType, f.ToID = text("deals"), &deal, text("companies"), &company
		}
		if rapid.Bool().Draw(t, "before") { // as an earlier audit left it
			f.Family, f.FamilyRule = text("00000000"), text("of yesterday")
		}
		all = append(all, f)
	}
	return k, all
}

func familiesOf(findings []Finding) map[string]string {
	of := map[string]string{}
	for _, f := range findings {
		if f.Family != nil {
			of[f.Fingerprint] = *f.Family + " " + *f.FamilyRule
		}
	}
	return of
}

// TestFamiliesArePartsOfWhatIsOpen holds what must be true of families, whatever was
// found: the order of the findings has no influence, each finding is of one at most, all
// of a family share what its rule says, and it is about some things at least.
func TestFamiliesArePartsOfWhatIsOpen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, findings := someFindings(t)
		other := rapid.Permutation(findings).Draw(t, "in another order")
		k.group(findings)
		of := familiesOf(findings)
		k.group(other)
		if !maps.Equal(of, familiesOf(other)) {
			t.Fatalf("%v\nin another order\n%v", of, familiesOf(other))
		}
		k.group(other)
		if !maps.Equal(of, familiesOf(other)) {
			t.Fatalf("%v\nonce more\n%v", of, familiesOf(other))
		}
		seen, ids := 0, map[string]bool{}
		losses := k.pairLosses(pointers(findings))
		for _, family := range Families(findings) {
			if ids[family.ID] {
				t.Fatalf("the family %s is there twice", family.ID)
			}
			ids[family.ID] = true
			seen += len(family.Findings)
			things := map[[2]record]bool{}
			for _, f := range family.Findings {
				things[f.thing()] = true
				if !f.Open() || f.WaivedUntil != nil {
					t.Errorf("%s is %s, waived until %v, and of the family %s", f.Fingerprint, f.State, f.WaivedUntil, family.Rule)
				}
				if !slices.ContainsFunc(k.marks(&f, losses), func(m mark) bool { return m.id() == family.ID }) {
					t.Errorf("%s does not share %s", f.Fingerprint, family.Rule)
				}
			}
			if len(things) < leastThings {
				t.Errorf("the family %s is about %v", family.Rule, things)
			}
		}
		if seen != len(of) {
			t.Errorf("%d findings have a family, and families have %d", len(of), seen)
		}
	})
}

// pointers are those findings that are open and not waived.
func pointers(findings []Finding) (open []*Finding) {
	for i := range findings {
		if findings[i].Open() && findings[i].WaivedUntil == nil {
			open = append(open, &findings[i])
		}
	}
	return open
}

// TestWhatEverybodyHasExplainsNothing has findings whose records belong to owners as all
// records do, to one who owns nearly all, and to one who is found far too often.
func TestWhatEverybodyHasExplainsNothing(t *testing.T) {
	for _, tt := range []struct {
		name   string
		owners int        // of the portal, with as many records each
		owner  func() int // of a finding
		share  float64    // of owner 0
		want   int
	}{
		{"by chance", 20, func() int { return random.IntN(20) }, 0.05, 0},
		{"one owns all", 1, func() int { return 0 }, 1, 0},
		{"one owns most", 2, func() int { return 0 }, 0.6, 0},
		{"one is found too often", 20, func() int { return max(0, random.IntN(38)-19) }, 0.05, 1},
	} {
		k := &kinship{traits: map[record][]clue{}, share: map[mark]float64{}}
		var findings []Finding
		for i := range 1000 {
			id := int64(i)
			c := clue{byOwner, fmt.Sprint(tt.owner())}
			k.traits[record{"deals", id}] = []clue{c}
			k.share[mark{c, "deals"}] = tt.share
			findings = append(findings, Finding{Fingerprint: fmt.Sprint(i), CheckID: "a", State: Ongoing, SubjectType: text("deals"), SubjectID: &id})
		}
		k.group(findings)
		all := Families(findings)
		if len(all) != tt.want {
			t.Errorf("%s: %d families, want %d", tt.name, len(all), tt.want)
		}
		for _, f := range all {
			if f.Rule != "one owner: 0" || len(f.Findings) < 450 {
				t.Errorf("%s: %s explains %d findings", tt.name, f.Rule, len(f.Findings))
			}
		}
	}
}

var random = rand.New(rand.NewPCG(1, 2))

// TestUsualNights has as many links go as go every night, and far more.
func TestUsualNights(t *testing.T) {
	for lost, want := range map[int]int{5: 0, 8: 0, 60: 1} {
		k := &kinship{losses: map[string]bool{"lost": true}, lost: map[string]map[clue]int64{}}
		for night, n := range []int64{4, 5, 6, 900, 5} { // one of a clean-up
			m := nightOf("deals", "companies", fmt.Sprint(night))
			if k.lost[m.scope] == nil {
				k.lost[m.scope] = map[clue]int64{}
			}
			k.lost[m.scope][m.clue] = n
		}
		var findings []Finding
		for i := range lost {
			id := int64(i)
			findings = append(findings, Finding{Fingerprint: fmt.Sprint(i), CheckID: "lost", State: Event, SnapshotID: "9",
				FromType: text("deals"), FromID: &id, ToType: text("companies"), ToID: &id})
		}
		k.group(findings)
		if got := len(Families(findings)); got != want {
			t.Errorf("%d of usually 5 are lost: %d families, want %d", lost, got, want)
		}
	}
}
