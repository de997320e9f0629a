package report

import (
	"cmp"
	"fmt"
	"strings"

	"hubgraph/internal/terminal"
	"hubgraph/queries"
)

// Family is the findings of one cause, with the commands to see, to waive and to repair
// them.
type Family struct {
	queries.Family
	Money  []Money
	See    string // empty where the audit did not enter the register, which the commands read
	Waive  string // the same
	Repair string // empty where there is none, too
}

// Causes are the families of what an audit found.
type Causes struct {
	Families []Family // the largest first
	Findings int      // open and not waived
	Alone    int      // of these, those that are of no family
}

// causes gathers the families of an audit.
func (o Options) causes(r *queries.Report) Causes {
	var c Causes
	for _, f := range r.Findings {
		if f.Open() && f.WaivedUntil == nil {
			c.Findings++
		}
	}
	c.Alone = c.Findings
	for _, family := range queries.Families(r.Findings) {
		c.Alone -= len(family.Findings)
		f := Family{Family: family, Money: Sums(family.Findings)}
		if r.Aside == "" {
			f.See = o.Command("findings --family " + f.ID)
			f.Waive = o.Command("waive --family " + f.ID + " --reason WHY --until DATE")
			if f.Repair = o.repairOf(family); f.Repair != "" {
				f.Repair = o.Command(f.Repair)
			}
		}
		c.Families = append(c.Families, f)
	}
	return c
}

// repairOf is the command that plans the repair of a family, without the name of the
// program. What was lost is put back; only where nothing was, what the portal determines
// is added, or else what a rule infers.
func (o Options) repairOf(f queries.Family) string {
	night := ""
	var determined, rules []string
	for _, id := range f.Checks {
		checks, err := queries.SelectFrom(queries.With(o.Own...), id)
		if err != nil { // of an older catalogue
			continue
		}
		rule, isRule := strings.CutPrefix(checks[0].Repair, queries.RepairRule)
		switch {
		case checks[0].Determined():
			determined = append(determined, " --check "+id)
		case isRule:
			rules = append(rules, " --rule "+rule)
		case checks[0].Repair == queries.RepairRestore:
			night = cmp.Or(earliest(f, night), night)
		}
	}
	command := "repair plan --family " + f.ID
	switch {
	case night != "":
		command += " --restore-from " + night
	case len(determined) > 0:
		command += strings.Join(determined, "")
	case len(rules) > 0:
		command += strings.Join(rules, "")
	default:
		return ""
	}
	return command + " --output plan.json"
}

// earliest is the earliest night, not after one that is known, that a lost link of the
// family was compared with: it still had all of them. Only pairs of records are put back.
func earliest(f queries.Family, night string) string {
	for _, lost := range f.Findings {
		if lost.BaselineID != nil && lost.FromID != nil && lost.ToID != nil && (night == "" || queries.CompareIDs(*lost.BaselineID, night) < 0) {
			night = *lost.BaselineID
		}
	}
	return night
}

// String says how many causes there are, in a line; empty where none was found.
func (c Causes) String() string {
	if len(c.Families) == 0 {
		return ""
	}
	text := fmt.Sprintf("%d of %s have %s, as far as what they share says so", c.Findings-c.Alone, terminal.Count(int64(c.Findings), "open finding"), terminal.Count(int64(len(c.Families)), "cause"))
	if c.Alone > 0 {
		text += fmt.Sprintf("; %d stand alone", c.Alone)
	}
	return text
}

// mostFamilies is how many families people are shown.
const mostFamilies = 5

// summary is a family in a line.
func (f Family) summary() string {
	text := fmt.Sprintf("%s of %s", terminal.Count(int64(len(f.Findings)), "finding"), strings.Join(f.Checks, ", "))
	for i, m := range f.Money {
		text += map[bool]string{true: ": ", false: " + "}[i == 0] + m.String()
	}
	return text
}

// causes prints the families for a person.
func (t *text) causes(c Causes) {
	if len(c.Families) == 0 {
		return
	}
	t.line("%s", c)
	if t.most == 0 {
		return
	}
	for _, f := range c.Families[:min(len(c.Families), mostFamilies)] {
		t.line("cause  %s", f.Rule)
		t.line("         %s", f.summary())
		for _, command := range [][2]string{{"see", f.See}, {"waive", f.Waive}, {"repair", f.Repair}} {
			if command[1] != "" {
				t.line("         %-7s %s", command[0]+":", command[1])
			}
		}
	}
	if more := len(c.Families) - mostFamilies; more > 0 {
		t.line("         … and %d more", more)
	}
}

// causes writes the families as a table.
func (m *markdown) causes(c Causes) {
	if len(c.Families) == 0 {
		return
	}
	m.line("\n## Causes\n\n%s.\n", c)
	m.header("Cause", "Findings", "Checks", "Money", "See")
	for _, f := range c.Families[:min(len(c.Families), mostListed)] {
		var money []string
		for _, sum := range f.Money {
			money = append(money, sum.String())
		}
		m.line("%s", row(f.Rule, fmt.Sprint(len(f.Findings)), strings.Join(f.Checks, ", "), strings.Join(money, " + "), f.See))
	}
	if more := len(c.Families) - mostListed; more > 0 {
		m.line("\n… and %d more.", more)
	}
}

// The same for scripts.

type jsonFamily struct {
	ID           string      `json:"id"`
	Rule         string      `json:"rule"`
	Checks       []string    `json:"checks"`
	Findings     int         `json:"findings"`
	Money        []jsonMoney `json:"money"`
	Fingerprints []string    `json:"fingerprints"`
	See          *string     `json:"see"`
	Waive        *string     `json:"waive"`
	Repair       *string     `json:"repair"`
}

func newFamily(f Family) jsonFamily {
	j := jsonFamily{f.ID, f.Rule, f.Checks, len(f.Findings), newMoney(f.Money), []string{}, orNull(f.See), orNull(f.Waive), orNull(f.Repair)}
	for _, finding := range f.Findings {
		j.Fingerprints = append(j.Fingerprints, finding.Fingerprint)
	}
	return j
}

func newFamilies(c Causes) []jsonFamily {
	all := []jsonFamily{}
	for _, f := range c.Families {
		all = append(all, newFamily(f))
	}
	return all
}
