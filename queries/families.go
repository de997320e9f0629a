package queries

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// What the findings of a family share. Where two rules explain about as much, the one that
// stands first says more.
const (
	byHub = iota
	byLabel
	bySource
	byDomain
	byOwner
	byNight
)

var familyRules = [...]string{
	byHub: "one hub record", byLabel: "one label", bySource: "one integration or import",
	byDomain: "one company domain", byOwner: "one owner", byNight: "lost in one night",
}

// Family is the findings of one cause, as far as what they share says so. Each finding is
// of one family at most.
type Family struct {
	ID       string    // 8 hexadecimal digits, the same as long as the same is shared
	Rule     string    // what they share, such as one hub record: companies:201 "Acme"
	Checks   []string  // that found them, sorted
	Findings []Finding // in the order in which they were given
}

// Families gathers the families that findings were given, the largest first.
func Families(findings []Finding) []Family {
	at := map[string]int{}
	var all []Family
	for _, f := range findings {
		if f.Family == nil {
			continue
		}
		i, known := at[*f.Family]
		if !known {
			i = len(all)
			at[*f.Family] = i
			all = append(all, Family{ID: *f.Family, Rule: *f.FamilyRule})
		}
		all[i].Findings = append(all[i].Findings, f)
		if !slices.Contains(all[i].Checks, f.CheckID) {
			all[i].Checks = append(all[i].Checks, f.CheckID)
		}
	}
	for _, f := range all {
		slices.Sort(f.Checks)
	}
	slices.SortFunc(all, func(a, b Family) int {
		return cmp.Or(len(b.Findings)-len(a.Findings), strings.Compare(a.Rule, b.Rule))
	})
	return all
}

// clue is something that findings may share.
type clue struct {
	rule  int    // one of the above
	value string // such as companies:201
}

// id is the id of the family of those that share it.
func (c clue) id() string {
	sum := sha256.Sum256([]byte(familyRules[c.rule] + "\x00" + c.value))
	return hex.EncodeToString(sum[:4])
}

// compareClues orders clues by their rules, then by their values.
func compareClues(a, b clue) int { return cmp.Or(a.rule-b.rule, strings.Compare(a.value, b.value)) }
