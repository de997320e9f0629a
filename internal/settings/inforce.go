package settings

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"hubgraph/internal/terminal"
)

// Value is a setting that is in force. Value is a text, or a list of texts; Place is
// null for a default.
type Value struct {
	Name   string  `json:"name"`
	Value  any     `json:"value"`
	Source string  `json:"source"`
	Place  *string `json:"place"`
}

// NewValue is a value with its source.
func NewValue(name string, value any, source, place string) Value {
	v := Value{name, value, source, nil}
	if place != "" {
		v.Place = &place
	}
	return v
}

// Text is the value for a person; a list has commas.
func (v Value) Text() string {
	texts, list := v.Value.([]string)
	if !list {
		texts = []string{v.Value.(string)}
	}
	return orElse(strings.Join(texts, ", "), "-")
}

// Whence names the source for a person.
func (v Value) Whence() string {
	switch v.Source {
	case FromEnvironment:
		return "environment variable " + *v.Place
	case FromFile:
		return *v.Place
	}
	return v.Source
}

// Table is a list of values for a person.
func Table(list []Value) terminal.Table {
	t := terminal.Table{Header: []string{"SETTING", "VALUE", "FROM"}, Whole: 1, More: "--format json"}
	for _, v := range list {
		t.Rows = append(t.Rows, []string{v.Name, v.Text(), v.Whence()})
	}
	return t
}

// InForce are the settings of the command, by name, and behind them those that no flag
// sets. Of the flags in secret it has no more than that they are set.
func (l *Layers) InForce(secret ...string) []Value {
	var list []Value
	l.sources.Flags.VisitAll(func(f *pflag.Flag) {
		if f.Name != "help" {
			value := shown(f)
			if slices.Contains(secret, f.Name) && f.Value.String() != "" {
				value = "set"
			}
			source, place := l.Source(f.Name)
			list = append(list, NewValue(underscored(f.Name), value, source, place))
		}
	})
	if _, set := l.File.Entry("remind_days"); !set {
		list = append(list, NewValue("remind_days", strconv.Itoa(RemindDays), FromDefault, ""))
	}
	list = append(list, l.checkDefaults()...)
	for _, e := range l.File.Entries {
		if l.sources.Flags.Lookup(l.flagName(e.Key)) == nil {
			value := any(e.Values)
			if e.Kind != List && e.Kind != Lines && e.Kind != Lists && e.Kind != Groups && e.Kind != Roles {
				value = e.Values[0]
			}
			list = append(list, NewValue(e.Key, value, FromFile, l.File.at(e)))
		}
	}
	return list
}

// shown is the value of a flag, without the password that an address may have.
func shown(f *pflag.Flag) any {
	if list, ok := f.Value.(pflag.SliceValue); ok {
		return list.GetSlice()
	}
	text := f.Value.String()
	if u, err := url.Parse(text); err == nil && u.User != nil {
		return u.Redacted()
	}
	return text
}

// checkDefaults are the settings of checks that the file does not set for all.
func (l *Layers) checkDefaults() []Value {
	var list []Value
	seen := map[string]bool{}
	for _, check := range l.sources.Catalog.Checks {
		for _, s := range check.Settings {
			if _, set := l.File.Audit.Values[s.Name]; set || seen[s.Name] {
				continue
			}
			seen[s.Name] = true
			value := any(s.Default)
			if s.Type == "int" || s.Type == "number" || s.Type == "text" {
				value = strings.Join(s.Default, ", ")
			}
			list = append(list, NewValue(checksKey+"."+s.Name, value, FromDefault, ""))
		}
	}
	return list
}
