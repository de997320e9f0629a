package lake

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
)

// KeepAll is the count of a Policy's rule that keeps all it applies to.
const KeepAll = math.MaxInt

// ParseKeep reads the count of a rule: a number, or unlimited.
func ParseKeep(text string) (int, error) {
	if text == "unlimited" {
		return KeepAll, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%q is no count of snapshots: write a number, or unlimited", text)
	}
	return n, nil
}

// Policy says which snapshots stay. A rule counts snapshots, or the days, ISO
// weeks or months in UTC that have any, of which it keeps the newest; 0 is no
// rule. What one rule keeps stays. A rule of days, weeks or months whose count is
// not used up keeps the oldest snapshot, too: the history reaches back as far as
// it can. These are restic's rules.
type Policy struct {
	Last, Daily, Weekly, Monthly int
}

// Empty reports whether the policy has no rule.
func (p Policy) Empty() bool { return p == Policy{} }

// rule is one rule of a policy on its way through the snapshots, newest first.
type rule struct {
	left   int
	name   string
	period func(time.Time) int // equal within what the rule counts
	last   int
}

func (p Policy) rules() []rule {
	n := 0
	each := func(time.Time) int { n++; return n }
	day := func(t time.Time) int { return t.Year()*1000 + t.YearDay() }
	week := func(t time.Time) int { year, week := t.ISOWeek(); return year*100 + week }
	month := func(t time.Time) int { return t.Year()*100 + int(t.Month()) }
	rules := []rule{{p.Last, "last", each, 0}, {p.Daily, "daily", day, 0}, {p.Weekly, "weekly", week, 0}, {p.Monthly, "monthly", month, 0}}
	return slices.DeleteFunc(rules, func(r rule) bool { return r.left == 0 })
}

// reasons says of each snapshot of a group, oldest first, which rules keep it.
func (p Policy) reasons(group []Entry) map[string][]string {
	rules, kept := p.rules(), map[string][]string{}
	for i, e := range slices.Backward(group) {
		for n := range rules {
			r := &rules[n]
			period := r.period(e.Manifest.Snapshot.StartedAt.UTC())
			if r.left == 0 || period == r.last && i > 0 {
				continue
			}
			name := r.name
			if period == r.last {
				name = "oldest, for " + r.name
			}
			kept[e.ID] = append(kept[e.ID], name)
			r.last = period
			r.left--
		}
	}
	return kept
}
