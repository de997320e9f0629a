package main

import (
	"errors"
	"io/fs"
	"strconv"
	"strings"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/confmap"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/providers/posflag"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hubgraph/crawl"
	"hubgraph/hubspot"
	"hubgraph/queries"
)

// settingsFile is read from the working folder where it exists.
const settingsFile = "hubgraph.yaml"

// settings are the flags of a command over the environment over hubgraph.yaml.
// The names are those of the flags everywhere.
type settings struct{ *koanf.Koanf }

// settings reads them once: a run of the program is one command.
func (a *app) settings(cmd *cobra.Command) (settings, error) {
	if a.loaded.Koanf != nil {
		return a.loaded, nil
	}
	k := koanf.New(".")
	if err := k.Load(file.Provider(settingsFile), yaml.Parser()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return settings{}, usage("%s cannot be read: %v", settingsFile, err)
	}
	environment := map[string]any{}
	for name, key := range map[string]string{"HUBSPOT_BASE_URL": "base-url", "HUBGRAPH_DATA": "data"} {
		if v := a.getenv(name); v != "" {
			environment[key] = v
		}
	}
	err := k.Load(confmap.Provider(environment, "."), nil)
	if err == nil {
		err = k.Load(posflag.Provider(cmd.Flags(), ".", k), nil)
	}
	if err != nil {
		return settings{}, err
	}
	a.loaded = settings{k}
	return a.loaded, nil
}

// portalFlags are the flags of every command that talks to a portal.
func portalFlags(flags *pflag.FlagSet) {
	flags.String("base-url", "https://api.hubapi.com", "where the API answers (HUBSPOT_BASE_URL)")
	flags.String("api-version", hubspot.DefaultAPIVersion, "v4, or a date-based version such as 2026-09")
}

// inverses are the pairs of association types that the settings file lists
// under "inverses".
func (s settings) inverses() ([]crawl.Inverse, error) {
	var list []crawl.Inverse
	for _, text := range s.Strings("inverses") {
		inverse, err := crawl.ParseInverse(text)
		if err != nil {
			return nil, usage("%s: inverses: %v", settingsFile, err)
		}
		list = append(list, inverse)
	}
	return list, nil
}

// scope is what a crawl is to read.
func (s settings) scope(properties []string) (crawl.Scope, error) {
	scope := crawl.Scope{Types: s.list("types"), Directions: s.String("directions"), Owners: s.Bool("owners"), Properties: map[string][]string{}}
	for _, name := range s.MapKeys("properties") {
		scope.Properties[name] = s.list("properties." + name)
	}
	for _, p := range properties {
		name, list, _ := strings.Cut(p, "=")
		if strings.TrimSpace(name) == "" || strings.Trim(list, ", ") == "" {
			return scope, usage("--properties %q names no properties: write TYPE=NAME,NAME such as contacts=email", p)
		}
		scope.Properties[name] = append(scope.Properties[name], strings.Split(list, ",")...)
	}
	if err := scope.Check(); err != nil {
		return scope, status{exitUsage, err}
	}
	return scope, nil
}

// list is a setting of several texts: a list, or one text with commas in between.
func (s settings) list(name string) []string {
	if text, ok := s.Get(name).(string); ok {
		return strings.Split(text, ",")
	}
	return s.Strings(name)
}

// part is a setting that is a part of a whole: 10% or 0.1.
func (s settings) part(name string) (float64, error) {
	text := strings.TrimSpace(s.String(name))
	number, percent := strings.CutSuffix(text, "%")
	n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if percent {
		n /= 100
	}
	if err != nil || !(n >= 0 && n <= 1) {
		return 0, usage("--%s %q is no part of a whole: write 10%% or 0.1", name, text)
	}
	return n, nil
}

// checkSettings are the defaults of what the checks read, and what the settings
// file says of them under "checks".
func (s settings) checkSettings() ([]queries.Setting, error) {
	rows := queries.DefaultSettings()
	known := map[string]bool{}
	for _, row := range rows {
		known[row.Key] = true
	}
	for _, key := range s.MapKeys("checks") {
		if !known[key] {
			return nil, usage("%s: no check reads a setting %q", settingsFile, key)
		}
		kept := rows[:0:0]
		for _, row := range rows {
			if row.Key != key {
				kept = append(kept, row)
			}
		}
		values := s.Strings("checks." + key)
		if len(values) == 0 {
			values = []string{s.String("checks." + key)}
		}
		for _, v := range values {
			kept = append(kept, queries.Setting{Key: key, Value: v})
		}
		rows = kept
	}
	return rows, nil
}
