package queries

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

const (
	// leastThings is how many records, or pairs of records, a family is about at least:
	// what many checks find about one record is no family.
	leastThings = 3
	// leastLift is how many times as often as is usual findings have to share a value.
	leastLift = 2
	// mostChance is how probable it may be that so many share it by chance. An audit tries
	// some thousand values.
	mostChance = 1e-4
	// mostFamilies is how many there are at most: nobody reads more.
	mostFamilies = 1000
)

// mark is a clue that a finding bears, with the object type or the pair of types in which
// its share is known.
type mark struct {
	clue
	scope string
}

// kinship is what is known of the portal that says what findings share, and how usual
// that is.
type kinship struct {
	ids    aliases
	losses map[string]bool   // checks whose events are losses
	traits map[record][]clue // owner, company domain and source of a record
	names  map[clue]string   // for people; without one the value says it
	labels map[clue]bool     // association types that have a label
	share  map[mark]float64  // of the records or links of the scope
	degree map[record]int64  // how many neighbors a record has
	// degrees is the sum of that over the records of a type.
	degrees map[string]int64
	lost    map[string]map[clue]int64 // by pair of types and night: the links that went
}

// group gives the findings that are open and not waived their families, and takes them
// from all others. The largest family comes first; of those that explain nearly as much
// as that, the one whose rule says most. A value that is as frequent among the records of
// the portal as among the findings explains nothing. The order of the findings has no
// influence.
func (k *kinship) group(findings []Finding) {
	var open []*Finding
	for i := range findings {
		f := &findings[i]
		f.Family, f.FamilyRule = nil, nil
		if f.Open() && f.WaivedUntil == nil {
			open = append(open, f)
		}
	}
	t := k.trial(open)
	for range mostFamilies {
		s := t.next()
		if s == nil {
			return
		}
		id, rule := s.id(), familyRules[s.rule]+": "+s.value
		if name := k.names[s.clue]; name != "" {
			rule += ` "` + name + `"`
		}
		for _, i := range s.rest {
			open[i].Family, open[i].FamilyRule = &id, &rule
		}
		t.take(s)
	}
}

// trial tries which clues explain findings.
type trial struct {
	findings []*Finding
	suspects []*suspect   // that explain something, sorted by their clues
	of       [][]*suspect // those of each finding
	taken    []bool       // findings that have a family
}

// suspect is a clue, and the findings that bear it.
type suspect struct {
	clue
	batches []batch
	rest    []int // those that it explains, of those without a family
	stale   bool  // some of them have been taken since: it explains no more, but may explain fewer
}

// batch is the findings of one check that bear a clue in one scope.
type batch struct {
	usual    float64 // how many there would be by chance
	findings []int
}

func (k *kinship) trial(open []*Finding) *trial {
	type spot struct{ check, scope string }
	type bearer struct {
		check string
		mark
	}
	t := &trial{findings: open, of: make([][]*suspect, len(open)), taken: make([]bool, len(open))}
	bearers, total := map[bearer][]int{}, map[spot]int{}
	losses := k.pairLosses(open)
	for i, f := range open {
		marks := k.marks(f, losses)
		for _, m := range marks {
			bearers[bearer{f.CheckID, m}] = append(bearers[bearer{f.CheckID, m}], i)
		}
		for _, scope := range k.scopes(f, marks) {
			total[spot{f.CheckID, scope}]++
		}
	}
	shares := k.hubShares(losses)
	at := map[clue]*suspect{}
	for b, found := range bearers {
		usual := k.share[b.mark] * float64(total[spot{b.check, b.scope}])
		switch b.rule {
		case byHub:
			usual = shares[b.mark] * float64(total[spot{b.check, b.scope}])
		case byNight:
			usual = k.usuallyLost(b.mark)
		}
		s := at[b.clue]
		if s == nil {
			s = &suspect{clue: b.clue}
			at[b.clue] = s
		}
		s.batches = append(s.batches, batch{usual, found})
	}
	for _, s := range at {
		if t.explain(s); len(s.rest) > 0 {
			t.suspects = append(t.suspects, s)
		}
	}
	slices.SortFunc(t.suspects, func(a, b *suspect) int { return compareClues(a.clue, b.clue) })
	for _, s := range t.suspects {
		for _, i := range s.rest {
			t.of[i] = append(t.of[i], s)
		}
	}
	return t
}

// next is the suspect that is the cause of the next family; nil where there is none. Only of
// those that may be it is looked at what they explain now.
func (t *trial) next() *suspect {
	most := 0
	for _, s := range t.suspects {
		if !s.stale {
			most = max(most, len(s.rest))
		}
	}
	for _, s := range t.suspects {
		if s.stale && len(s.rest) > most {
			t.explain(s)
			most = max(most, len(s.rest))
		}
	}
	var best *suspect
	for _, s := range t.suspects {
		if s.stale && 10*len(s.rest) >= 9*most {
			t.explain(s)
		}
		near := len(s.rest) > 0 && 10*len(s.rest) >= 9*most
		if near && (best == nil || s.rule == best.rule && len(s.rest) > len(best.rest)) {
			best = s
		}
	}
	t.suspects = slices.DeleteFunc(t.suspects, func(s *suspect) bool { return len(s.rest) == 0 })
	return best
}

// take takes the findings of a family.
func (t *trial) take(s *suspect) {
	for _, i := range s.rest {
		t.taken[i] = true
		for _, other := range t.of[i] {
			other.stale = true
		}
	}
}

// explain finds the findings without a family that a suspect explains: check by check, where
// they are too many to be there by chance; none where they are about too little. What is
// taken, or explains nothing, never does again, and is forgotten.
func (t *trial) explain(s *suspect) {
	s.rest, s.stale = s.rest[:0], false
	for i := range s.batches {
		s.batches[i].findings = slices.DeleteFunc(s.batches[i].findings, func(i int) bool { return t.taken[i] })
	}
	s.batches = slices.DeleteFunc(s.batches, func(b batch) bool { return !unusual(len(b.findings), b.usual) })
	for _, b := range s.batches {
		s.rest = append(s.rest, b.findings...)
	}
	slices.Sort(s.rest)
	s.rest = slices.Compact(s.rest)
	things := map[[2]record]bool{}
	for _, i := range s.rest {
		if things[t.findings[i].thing()] = true; len(things) == leastThings {
			return
		}
	}
	s.rest, s.batches = nil, nil
}

// unusual reports whether n are too many to be there by chance where there are usually so
// many: at least twice as many, and less probable than 1 in 10,000 where each comes by
// itself, which is the distribution of Poisson.
func unusual(n int, usual float64) bool {
	if n == 0 || float64(n) < leastLift*usual {
		return false
	}
	if usual > 100 { // at twice as many the chance is below any that matters
		return true
	}
	chance, term := 1.0, math.Exp(-usual)
	for i := range n {
		chance -= term
		term *= usual / float64(i+1)
	}
	return chance < mostChance
}

// usuallyLost is the median of how many links of the pair of types went in the nights other
// than that of a mark; 0 where no other is known.
func (k *kinship) usuallyLost(m mark) float64 {
	var others []int64
	for at, n := range k.lost[m.scope] {
		if at != m.clue {
			others = append(others, n)
		}
	}
	if len(others) == 0 {
		return 0
	}
	slices.Sort(others)
	return float64(others[len(others)/2])
}

// marks are the clues that a finding bears. What is about a record that lost a link in the
// night in which it was first found shares what that loss shares.
func (k *kinship) marks(f *Finding, losses lossesOf) []mark {
	var marks, lost []mark
	for _, end := range k.ends(f) {
		marks = append(marks, hub(end))
		for _, c := range k.traits[end] {
			marks = append(marks, mark{c, end.of})
		}
	}
	if c, scope, ok := labelOf(f); ok && k.labels[c] {
		marks = append(marks, mark{c, scope})
	}
	if k.losses[f.CheckID] && f.FromType != nil && f.ToType != nil {
		marks = append(marks, night(f))
	}
	if f.SubjectID != nil {
		for _, end := range k.ends(f) {
			if at := losses.marks[sighting{end, f.FirstSeen.UnixNano()}]; len(lost) == 0 {
				lost = at
			} else {
				marks = append(marks, at...)
			}
		}
	}
	slices.SortFunc(marks, compareMarks)
	marks = slices.Compact(marks)
	if len(lost) == 0 {
		return marks
	}
	// A hub may have lost very many: they are sorted once, not for each finding.
	marks = slices.DeleteFunc(marks, func(m mark) bool {
		_, found := slices.BinarySearchFunc(lost, m, compareMarks)
		return found
	})
	return slices.Concat(marks, lost)
}

func compareMarks(a, b mark) int {
	return cmp.Or(compareClues(a.clue, b.clue), strings.Compare(a.scope, b.scope))
}

// scopes are those in which a finding is counted, whether it bears a clue there or not.
func (k *kinship) scopes(f *Finding, marks []mark) []string {
	var scopes []string // few, whatever the marks are
	add := func(scope string) {
		if !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	for _, m := range marks {
		add(m.scope)
	}
	for _, end := range k.ends(f) {
		add(end.of)
	}
	if _, scope, ok := labelOf(f); ok {
		add(scope)
	}
	return scopes
}

// lossesOf are the lost links of records.
type lossesOf struct {
	number map[record]int64
	marks  map[sighting][]mark // what those share that were first found then, sorted
}

// sighting is a record, and when something of it was first found, in nanoseconds.
type sighting struct {
	record
	seen int64
}

// pairLosses are the findings of lost links, by the records at their ends.
func (k *kinship) pairLosses(open []*Finding) lossesOf {
	losses := lossesOf{map[record]int64{}, map[sighting][]mark{}}
	for _, f := range open {
		if !k.losses[f.CheckID] || f.FromID == nil || f.ToID == nil {
			continue
		}
		ends := k.ends(f)
		shared := []mark{night(f)}
		for _, end := range ends {
			shared = append(shared, hub(end))
		}
		for _, end := range ends {
			at := sighting{end, f.FirstSeen.UnixNano()}
			losses.number[end]++
			losses.marks[at] = append(losses.marks[at], shared...)
		}
	}
	for at, marks := range losses.marks {
		slices.SortFunc(marks, compareMarks)
		losses.marks[at] = slices.Compact(marks)
	}
	return losses
}

// hubShares are the shares of records of the links of their types, with those that are lost.
func (k *kinship) hubShares(losses lossesOf) map[mark]float64 {
	lost := map[string]int64{}
	for r, n := range losses.number {
		lost[r.of] += n
	}
	shares := map[mark]float64{}
	for r := range k.traits {
		if all := k.degrees[r.of] + lost[r.of]; all > 0 {
			shares[hub(r)] = float64(k.degree[r]+losses.number[r]) / float64(all)
		}
	}
	return shares
}

// ends are the records that a finding is about, under the ids of today.
func (k *kinship) ends(f *Finding) []record {
	ends := f.ends()
	for i, end := range ends {
		if current, merged := k.ids[end]; merged {
			ends[i].id = current
		}
	}
	return ends
}

// thing is the record or the pair of records that a finding is about, whichever way the
// association leads.
func (f *Finding) thing() [2]record {
	ends := f.ends()
	slices.SortFunc(ends, compareRecords)
	var thing [2]record
	copy(thing[:], ends)
	return thing
}

func hub(r record) mark { return mark{clue{byHub, r.name()}, r.of} }

// night is the night in which what a finding is about was lost, with all others of its pair
// of types.
func night(f *Finding) mark { return nightOf(*f.FromType, *f.ToType, f.SnapshotID) }

func nightOf(from, to, snapshot string) mark {
	pair := min(from, to) + " and " + max(from, to)
	return mark{clue{byNight, pair + ", gone by " + snapshot}, pair}
}

// labelOf is the association type that a finding names, and the pair of types that it is of.
func labelOf(f *Finding) (c clue, scope string, ok bool) {
	if f.FromType == nil || f.ToType == nil || f.Category == nil || f.TypeID == nil {
		return c, "", false
	}
	c, scope = labelClue(*f.FromType, *f.ToType, *f.Category, *f.TypeID)
	return c, scope, true
}
