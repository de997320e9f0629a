package settings

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"hubgraph/queries"
)

// RemindDays is after how many days a check that failed fails again, where the file
// does not say it.
const RemindDays = 7

// Audit is what a settings file says of audits.
type Audit struct {
	FailOn     string                   // the lowest severity that can fail a run; empty: not said
	RemindDays int                      // after how many days what failed fails again, until it is gone
	Baseline   string                   // LastComplete or Accepted; empty: not said
	Values     map[string][]string      // settings for all checks that declare them
	Checks     map[string]CheckOverride // by id
}

// CheckOverride is what a settings file says of one check.
type CheckOverride struct {
	Values   map[string][]string // its settings
	Severity *string             // nil: its own
	Gate     *string             // nil: its own
	Off      bool                // it is not run
}

// Value is the value of a setting for a check: the file's for the check, else the
// file's for all checks, else the default.
func (a Audit) Value(check string, s Setting) []string {
	if values, ok := a.Checks[check].Values[s.Name]; ok {
		return values
	}
	if values, ok := a.Values[s.Name]; ok {
		return values
	}
	return s.Default
}

// kinds are the types of settings that checks declare.
var kinds = map[string]Kind{"int": Count, "number": Number, "text": Text, "list": List, queries.Pipelines: Lines, queries.Groups: Groups, queries.Roles: Roles}

// key is the setting as a key of the file.
func (s Setting) key() Key { return Key{Name: s.Name, Kind: kinds[s.Type]} }

// The keys of every check.
var checkKeys = []string{"severity", "gate", "off"}

func (p *parser) checks(n *yaml.Node) {
	for _, pair := range p.pairs(n, checksKey, underscored) {
		path := checksKey + "." + pair.key
		if s := p.setting(pair.key); s != nil {
			if values, ok := p.entry(path, s.key(), pair); ok {
				p.file.Audit.Values[pair.key] = values
			}
		} else if check := p.catalog.check(pair.key); check != nil {
			p.file.Audit.Checks[check.ID] = p.override(*check, path, pair.value)
		} else {
			names := p.catalog.checkIDs()
			for _, s := range p.settings() {
				names = append(names, s.Name)
			}
			p.unknown(pair, " below "+checksKey, names, "no check is called that, and none reads such a setting")
		}
	}
}

// override reads what is said of one check.
func (p *parser) override(check Check, path string, n *yaml.Node) CheckOverride {
	o := CheckOverride{Values: map[string][]string{}}
	for _, pair := range p.pairs(n, path, underscored) {
		below := path + "." + pair.key
		at := slices.IndexFunc(check.Settings, func(s Setting) bool { return s.Name == pair.key })
		switch {
		case at >= 0:
			if values, ok := p.entry(below, check.Settings[at].key(), pair); ok {
				o.Values[pair.key] = values
			}
		case pair.key == "severity":
			o.Severity = p.text(below, severity, pair)
		case pair.key == "gate":
			o.Gate = p.text(below, p.catalog.Gate, pair)
		case pair.key == "off":
			values, ok := p.entry(below, Key{Kind: Bool}, pair)
			o.Off = ok && values[0] == "true"
		case p.setting(pair.key) != nil:
			p.wrong(pair.line, "%s: this check reads no such setting", below)
		default:
			names := slices.Clone(checkKeys)
			for _, s := range check.Settings {
				names = append(names, s.Name)
			}
			p.unknown(pair, " below "+path, names, "there are "+strings.Join(names, ", "))
		}
	}
	return o
}

func (p *parser) text(path string, check func(string) error, pair pair) *string {
	values, ok := p.entry(path, Key{Check: check}, pair)
	if !ok {
		return nil
	}
	return &values[0]
}

// settings are those that checks declare.
func (p *parser) settings() []Setting {
	var all []Setting
	for _, check := range p.catalog.Checks {
		all = append(all, check.Settings...)
	}
	return all
}

// setting finds the setting of a name that some check declares.
func (p *parser) setting(name string) *Setting {
	all := p.settings()
	i := slices.IndexFunc(all, func(s Setting) bool { return s.Name == name })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// ofChecks reports whether a key belongs below checks.
func (p *parser) ofChecks(key string) bool {
	return p.setting(key) != nil || p.catalog.check(key) != nil
}
