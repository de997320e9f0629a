package queries

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed checks/*.sql
var files embed.FS

// Check is a question to a snapshot, as its file states it.
type Check struct {
	ID          string // the file's name; the name of the view, too
	Title       string // a noun phrase that names the fault
	Severity    Severity
	Kind        Kind           // what its findings are
	Description string         // why it matters
	advice      string         // what to do; it may hold a command, and nightMark
	Needs       []Need         // evidence without which it is skipped
	Universe    string         // SELECT of how many could have been found: one number, or one for each cell
	Identity    []string       // columns that make a finding the same over the nights; or Ends
	Gate        Gate           // which findings make it fail
	Settings    []CheckSetting // those that it reads
	Properties  []Property     // of records, those that a crawl has to ask for because of it
	Repair      string         // how hubgraph repairs it, such as RepairInverse; empty: it cannot
	Tags        []string
	Maturity    string            // "stable" or "experimental"
	Columns     map[string]string // what columns of the query mean, see ColumnComment
	SQL         string            // the SELECT of the findings
	Source      string            // the whole file
	// File is the file of a check that a user wrote; empty: it is hubgraph's own. Line and
	// UniverseLine are where its queries begin there, from 1.
	File               string
	Line, UniverseLine int
	// Broken is what is wrong with the file of a user's check; empty: nothing. All that is
	// known of it then is its ID.
	Broken string
}

// CheckSetting is a setting that a check reads from the table settings. Type is int,
// number, text or list: several rows of one key; or Pipelines, Groups or Roles.
type CheckSetting struct {
	Name, Type string
	Default    string // as people write it; the values of a list have blanks between them
}

// The types of settings that name things of the portal. Where it has no such thing, the
// check cannot be run, see [Policies].
const (
	// Pipelines is a list of pipelines, each by its name or its id.
	Pipelines = "pipelines"
	// Groups are lists of labels, numbered from 1: the rows of the N-th have the key NAME:N.
	Groups = "groups"
	// Roles are what records need whom, by name: the rows have the key NAME:ROLE:FIELD,
	// where FIELD is one of RoleFields.
	Roles = "roles"
)

// RoleFields are what a role says: records of which type, in which pipeline, from which
// stage and amount on, need a record of which type, under which of some labels.
var RoleFields = []string{"type", "pipeline", "from_stage", "from_amount", "to", "labels"}

// Several reports whether a setting is any number of rows.
func (d CheckSetting) Several() bool {
	return d.Type != "int" && d.Type != "number" && d.Type != "text"
}

// reads reports whether a row of the table settings is of the setting.
func (d CheckSetting) reads(key string) bool { return settingOf(key) == d.Name }

// settingOf is the name of the setting that a row's key is of.
func settingOf(key string) string {
	name, _, _ := strings.Cut(key, ":")
	return name
}

// Property is a property of the records of an object type, by HubSpot's names.
type Property struct{ ObjectType, Name string }

// Properties lists, by object type, those that the checks, and some of a user's own, need
// beside the columns of objects.
func Properties(own ...Check) map[string][]string {
	needed := map[string][]string{}
	for _, c := range slices.Concat(All(), own) {
		for _, p := range c.Properties {
			if !slices.Contains(needed[p.ObjectType], p.Name) {
				needed[p.ObjectType] = append(needed[p.ObjectType], p.Name)
			}
		}
	}
	return needed
}

// Experimental is the maturity of checks that are run where somebody asks for them.
const Experimental = "experimental"

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
// name of the program; empty where there is none. A night is the id of the snapshot to
// restore from; empty where that is not known.
func (c Check) RepairCommand(night string) string {
	rule, isRule := strings.CutPrefix(c.Repair, RepairRule)
	switch {
	case c.Repair == "":
		return ""
	case isRule:
		return "repair plan --rule " + rule + " --output plan.json"
	case c.Repair == RepairRestore:
		return "repair plan --restore-from " + cmp.Or(night, lastComplete) + " --output plan.json"
	}
	return "repair plan --check " + c.ID + " --output plan.json"
}

// Advice is what to do about findings of the check; it may hold a command. A night is the id
// of the snapshot that still had what was lost; empty where that is not known.
func (c Check) Advice(night string) string {
	return strings.ReplaceAll(c.advice, nightMark, cmp.Or(night, lastComplete))
}

const (
	nightMark    = "{night}"       // stands in an advice for that night
	lastComplete = "last-complete" // is what commands call the newest night that is whole
)

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

// Stable lists the checks that are not experimental, and those of a user's own, by id.
func Stable(own ...Check) []Check {
	return slices.DeleteFunc(With(own...), func(c Check) bool { return c.Maturity == Experimental })
}

// All lists the checks by id.
func All() []Check { return slices.Clone(catalogue()) }

// catalogue reads them once.
var catalogue = sync.OnceValue(func() []Check {
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
})

// Select lists the checks with the ids, each once, by id; without ids, all. An
// id that no check has gives an UnknownCheck.
func Select(ids ...string) ([]Check, error) { return SelectFrom(All(), ids...) }

// With lists all checks and some of a user's own, by id.
func With(own ...Check) []Check {
	return slices.SortedFunc(slices.Values(slices.Concat(All(), own)), func(a, b Check) int { return strings.Compare(a.ID, b.ID) })
}

// SelectFrom selects from some checks as Select does from all.
func SelectFrom(all []Check, ids ...string) ([]Check, error) {
	if len(ids) == 0 {
		return all, nil
	}
	for _, id := range ids {
		if !slices.ContainsFunc(all, func(c Check) bool { return c.ID == id }) {
			return nil, UnknownCheck{id}
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(c Check) bool { return !slices.Contains(ids, c.ID) }), nil
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
