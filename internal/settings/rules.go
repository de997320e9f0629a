package settings

import (
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hubgraph/queries"
)

// NewCatalog is what the settings file may say: the flags of all commands below root, of
// whose values check says what their types do not, and the checks with what they read.
func NewCatalog(root *cobra.Command, check map[string]func(string) error) Catalog {
	c := Catalog{Keys: Flags(root, check), Gate: func(text string) error { _, err := queries.ParseGate(text); return err }}
	return c.declare(queries.All())
}

// With is the catalog with the checks of a user, too.
func (c Catalog) With(own []queries.Check) Catalog {
	c.Own = own
	return c.declare(own)
}

// declare is the catalog with more checks.
func (c Catalog) declare(checks []queries.Check) Catalog {
	c.Checks = slices.Clone(c.Checks)
	for _, known := range checks {
		declared := Check{ID: known.ID}
		for _, s := range known.Settings {
			own := Setting{Name: s.Name, Type: s.Type, Default: []string{s.Default}}
			if s.Several() {
				own.Default = strings.Fields(s.Default)
			}
			declared.Settings = append(declared.Settings, own)
		}
		c.Checks = append(c.Checks, declared)
	}
	return c
}

// Rows are the settings that checks read: their defaults, or what the file says in their
// place; as CHECK.NAME what it says for one check.
func (a Audit) Rows(c Catalog) []queries.Setting {
	rows := slices.DeleteFunc(queries.DefaultSettings(c.Own...), func(s queries.Setting) bool { _, given := a.Values[s.Key]; return given })
	for _, key := range slices.Sorted(maps.Keys(a.Values)) {
		rows = append(rows, c.rowsOf(key, a.Values[key])...)
	}
	for _, id := range slices.Sorted(maps.Keys(a.Checks)) {
		for _, key := range slices.Sorted(maps.Keys(a.Checks[id].Values)) {
			rows = append(rows, c.rowsOf(id+"."+key, a.Checks[id].Values[key])...)
		}
	}
	return rows
}

// Overrides are what the file says of single checks. Gates and severities were checked
// as it was read.
func (a Audit) Overrides() map[string]queries.Override {
	overrides := map[string]queries.Override{}
	for id, o := range a.Checks {
		own := queries.Override{Off: o.Off}
		if o.Severity != nil {
			own.Severity = queries.Severity(*o.Severity)
		}
		if o.Gate != nil {
			if gate, err := queries.ParseGate(*o.Gate); err == nil {
				own.Gate = &gate
			}
		}
		overrides[id] = own
	}
	return overrides
}
