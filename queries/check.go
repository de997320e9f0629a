package queries

import (
	"embed"
	"errors"
	"fmt"
	"slices"
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
	Repair      string         // RepairInverse, or empty: hubgraph cannot repair it
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

// RepairInverse is the repair that adds, from the record that an association
// leads to back to the one that it comes from, the association types that the
// finding's evidence names as missing.
const RepairInverse = "inverse"

// Advice is what to do about what a check finds; empty where there is no such check.
func Advice(id string) string {
	all := All()
	if i := slices.IndexFunc(all, func(c Check) bool { return c.ID == id }); i >= 0 {
		return all[i].Advice
	}
	return ""
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
