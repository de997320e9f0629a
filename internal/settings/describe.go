package settings

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Description is a key of the settings file, what it takes, and what it means.
type Description struct{ Name, Takes, About string }

// String names what a key of a kind holds.
func (k Kind) String() string {
	return [...]string{"text", "true or false", "count", "number", "time", "list", "list", "list for each name", "groups", "roles"}[k]
}

// Describe lists what the file may say: the keys by name, and then those of checks, each
// once, with the checks that read them.
func (c Catalog) Describe() []Description {
	keys := map[string]Description{}
	for _, key := range append(slices.Clone(c.Keys), c.own()...) {
		name := underscored(key.Name)
		if rule, ok := strings.CutPrefix(name, keepKey+"_"); ok {
			name = keepKey + ": " + rule
		}
		if key.About == "" { // the flag of that name has one
			key.About = keys[name].About
		}
		if !Approves(key.Name) {
			keys[name] = Description{name, key.Kind.String(), key.About}
		}
	}
	var list []Description
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		list = append(list, keys[name])
	}
	return append(list, c.describeChecks()...)
}

// describeChecks lists what the file may say of checks.
func (c Catalog) describeChecks() []Description {
	list := []Description{
		{checksKey + ": CHECK: severity", "text", "critical, high, medium or low, instead of the check's own"},
		{checksKey + ": CHECK: gate", "text", "when the check fails: new, any, never, count > N, percent > P, money > N CUR"},
		{checksKey + ": CHECK: off", "true or false", "do not run the check"},
	}
	readers := map[string][]string{}
	settings := map[string]Setting{}
	for _, check := range c.Checks {
		for _, s := range check.Settings {
			readers[s.Name], settings[s.Name] = append(readers[s.Name], check.ID), s
		}
	}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		s := settings[name]
		about := "read by " + strings.Join(readers[name], ", ")
		if n := len(readers[name]); n > 3 {
			about = fmt.Sprintf("read by %s and %d more", strings.Join(readers[name][:2], ", "), n-2)
		}
		if value := strings.Join(s.Default, ", "); value != "" && len(value) <= 40 {
			about += "; default " + value
		}
		list = append(list, Description{checksKey + ": " + name, s.Type, about})
	}
	return list
}
