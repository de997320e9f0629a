package main

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hubgraph/crawl"
	"hubgraph/export/duckdb"
	"hubgraph/hubspot"
	"hubgraph/internal/nearest"
	"hubgraph/internal/nightly"
	config "hubgraph/internal/settings"
	"hubgraph/queries"
)

// The files that are read from the working folder where they exist.
const (
	settingsFile = "hubgraph.yaml"
	waiversFile  = "waivers.yaml"
)

// settings are the flags of a command over the environment over hubgraph.yaml.
type settings struct{ *config.Layers }

// settings reads them once: a run of the program is one command.
func (a *app) settings(cmd *cobra.Command) (settings, error) {
	if a.loaded.Layers != nil {
		return a.loaded, nil
	}
	layers, err := config.Sources{File: settingsFile, Catalog: config.NewCatalog(cmd.Root(), flagChecks), Flags: cmd.Flags(), Variables: variables(), Getenv: a.getenv}.Load()
	if err != nil {
		return settings{}, status{exitUsage, err}
	}
	a.loaded = settings{layers}
	return a.loaded, nil
}

// badFlag is the error about the value of a flag, wherever that is from.
type badFlag struct {
	name string
	error
}

// Unwrap returns the error itself.
func (b badFlag) Unwrap() error { return b.error }

// explained is an error with what only the command line knows of it: where a value
// that is no flag's stands, and which check may have been meant.
func (a *app) explained(err error) error {
	var lines config.Errors
	if errors.As(err, &lines) {
		return errors.New(strings.ReplaceAll(lines.Error(), "\n", "\nhubgraph: "))
	}
	var bad badFlag
	if errors.As(err, &bad) && a.loaded.Layers != nil {
		if source, place := a.loaded.Source(bad.name); source == config.FromFile {
			return fmt.Errorf("%s: %w", place, err)
		}
	}
	var unknown queries.UnknownCheck
	if errors.As(err, &unknown) {
		var ids []string
		for _, c := range queries.With(a.loaded.own()...) {
			ids = append(ids, c.ID)
		}
		return fmt.Errorf("%w: %s", err, strings.TrimSpace(nearest.Question(unknown.ID, ids)+" `hubgraph checks` lists all"))
	}
	return err
}

// flagChecks are the checks of values that the flag's type does not make. What the
// file says narrower than the flag is among the keys of internal/settings.
var flagChecks = map[string]func(string) error{
	"memory":        func(v string) error { _, err := duckdb.ParseMemory(v); return err },
	"rate-share":    func(v string) error { _, _, err := share(v); return err },
	"daily-reserve": func(v string) error { _, err := reserve(v); return err },
	"base-url":      func(v string) error { return clientTakes(hubspot.Options{BaseURL: v}) },
	"api-version":   func(v string) error { return clientTakes(hubspot.Options{APIVersion: v}) },
	"seed":          func(v string) error { _, err := strconv.ParseUint(v, 10, 64); return err },
}

// clientTakes finds what a client would not take of the options, and sends nothing.
func clientTakes(o hubspot.Options) error {
	c, err := hubspot.New("none", o)
	if err == nil {
		c.Close()
	}
	return err
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

// scope is what a crawl is to read. properties are those of the flag; nil where a
// command has none, and the settings file speaks for itself.
func (s settings) scope(properties []string) (crawl.Scope, error) {
	scope := crawl.Scope{Types: s.list("types"), Directions: s.String("directions"), Owners: s.Bool("owners"), Properties: map[string][]string{}}
	if properties == nil {
		properties = s.list("properties")
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

// own are the checks of the user.
func (s settings) own() []queries.Check {
	if s.Layers == nil { // the settings themselves are wrong
		return nil
	}
	return s.Catalog().Own
}

// list is a setting of several texts.
func (s settings) list(name string) []string { return s.Strings(name) }

// rules are what audits judge by. failOn is the value of the flag, where there is one.
func (s settings) rules(failOn string) (nightly.Rules, error) {
	file := s.File.Audit
	rules := nightly.Rules{Policy: queries.Policy{RemindDays: file.RemindDays}, Baseline: file.Baseline, Settings: file.Rows(s.Catalog()), Overrides: file.Overrides(), Places: s.File.Places(s.Catalog()), Own: s.Catalog().Own, Limit: s.CheckTime()}
	var err error
	if rules.FailOn, err = queries.ParseSeverity(cmp.Or(failOn, file.FailOn, string(queries.DefaultPolicy.FailOn))); err != nil {
		return rules, badFlag{"fail-on", status{exitUsage, fmt.Errorf("--fail-on: %w", err)}}
	}
	if rules.Waivers, err = config.ReadWaivers(waiversFile, s.Catalog()); err != nil {
		return rules, status{exitUsage, err}
	}
	return rules, nil
}
