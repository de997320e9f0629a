package queries

import (
	"embed"
	"errors"
	"fmt"
	"slices"
	"strings"
)

//go:embed checks/*.sql
var files embed.FS

// Check is a question to a snapshot, as its file tells it.
type Check struct {
	ID          string // the file's name; the name of the view, too
	Title       string // a noun phrase that names the fault
	Severity    Severity
	Kind        Kind           // what its findings are
	Description string         // why it matters
	Advice      string         // what to do; it may hold a command
	Needs       []Need         // evidence without which it is skipped
	Universe    string         // SELECT of how many could have been found: one number, or one for each cell
	Identity    []string       // columns that make a finding the same over the nights; or Ends
	Gate        Gate           // which findings make it fail
	Settings    []CheckSetting // those that it reads
	Repair      string         // how hubgraph repairs it, such as RepairInverse; empty: it cannot
	Tags        []string
	Maturity    string // "stable" or "experimental"
	SQL         string // the SELECT of the findings
	Source      string // the whole file
}

// CheckSetting is a setting that a check reads from the table settings. Type is int,
// number, text or list: several rows of one key.
type CheckSetting struct {
	Name, Type string
	Default    string // as people write it; the values of a list have blanks between them
}

// Ends is the identity of a finding that stays the same whichever of its two
// records the edge columns name first.
const Ends = "ends"

// The repairs that a check can name. Each of the first three is determined by what the
// portal holds; a finding's evidence "missing" names the association types to add.
const (
	// RepairInverse adds them from the record that an association leads to back to the one
	// that it comes from.
	RepairInverse = "inverse"
	// RepairDefault adds them from the record that an association comes from.
	RepairDefault = "default"
	// RepairPrimary adds them from the subject to its company, where evidence "company_ids"
	// names one only.
	RepairPrimary = "primary"
	// RepairRestore puts back what an earlier night had.
	RepairRestore = "restore"
	// RepairRule, with the name of a rule of package repair behind it, adds what the rule
	// infers, where the evidence leaves one candidate.
	RepairRule = "rule "
)

// RepairCommand is the command that plans the repair of what the check finds, without the
// name of the program; empty where there is none. NightMark stands for the night to
// restore from.
func (c Check) RepairCommand() string {
	rule, isRule := strings.CutPrefix(c.Repair, RepairRule)
	switch {
	case c.Repair == "":
		return ""
	case isRule:
		return "repair plan --rule " + rule + " --output plan.json"
	case c.Repair == RepairRestore:
		return "repair plan --restore-from " + NightMark + " --output plan.json"
	}
	return "repair plan --check " + c.ID + " --output plan.json"
}

// NightMark is what stands in an advice for the id of the snapshot that still had what was
// lost.
const NightMark = "{night}"

// Determined reports whether the portal itself says what the repair of the check is.
func (c Check) Determined() bool {
	return c.Repair == RepairInverse || c.Repair == RepairDefault || c.Repair == RepairPrimary
}

// ErrUnknownCheck is what an UnknownCheck is.
var ErrUnknownCheck = errors.New("unknown check")

// UnknownCheck is the error of Select about an id that no check has.
type UnknownCheck struct{ ID string }

// Error names the id.
func (u UnknownCheck) Error() string { return fmt.Sprintf("%v %q", ErrUnknownCheck, u.ID) }

// Unwrap returns ErrUnknownCheck.
func (u UnknownCheck) Unwrap() error { return ErrUnknownCheck }

// All lists the checks by id.
func All() []Check {
	entries, err := files.ReadDir("checks")
	if err != nil {
		panic(fmt.Sprintf("the embedded checks cannot be listed: %v", err))
	}
	var checks []Check
	for _, e := range entries {
		name := "checks/" + e.Name()
		text, err := files.ReadFile(name)
		if err != nil {
			panic(fmt.Sprintf("the embedded check %s cannot be read: %v", name, err))
		}
		c, err := Parse(name, string(text))
		if err != nil {
			panic(fmt.Sprintf("an embedded check is wrong: %v", err))
		}
		checks = append(checks, c)
	}
	return checks
}

// Select lists the checks with the ids, each once, by id; without ids, all. An
// id that no check has gives an UnknownCheck.
func Select(ids ...string) ([]Check, error) {
	all := All()
	if len(ids) == 0 {
		return all, nil
	}
	for _, id := range ids {
		if !slices.ContainsFunc(all, func(c Check) bool { return c.ID == id }) {
			return nil, UnknownCheck{id}
		}
	}
	return slices.DeleteFunc(all, func(c Check) bool { return !slices.Contains(ids, c.ID) }), nil
}

// ParseSeverity reads a severity as people write it.
func ParseSeverity(s string) (Severity, error) {
	if rank(Severity(s)) < 0 {
		return "", fmt.Errorf("%q is no severity: write critical, high, medium or low", s)
	}
	return Severity(s), nil
}

// rank is 0 for Low, up to 3 for Critical, and negative for no severity.
func rank(s Severity) int {
	return slices.Index([]Severity{Low, Medium, High, Critical}, s)
}
