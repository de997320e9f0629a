package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/knadh/koanf/providers/posflag"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	config "hubgraph/internal/settings"
)

// secrets are the variables that hold a secret, or in NAME_FILE the name of its file.
var secrets = []string{"HUBSPOT_ACCESS_TOKEN", "HUBSPOT_WRITE_TOKEN", oauthID, oauthSecret, oauthRefresh}

// secretFlags are the flags of the simulator whose values are secrets to those who test
// against it.
var secretFlags = map[string]bool{"token": true, "oauth": true}

// inForce is the value of a setting: a text, or a list of texts. Place is null for a
// default.
type inForce struct {
	Name   string  `json:"name"`
	Value  any     `json:"value"`
	Source string  `json:"source"`
	Place  *string `json:"place"`
}

// whence names the source for a person.
func (i inForce) whence() string {
	switch i.Source {
	case fromEnvironment:
		return "environment variable " + *i.Place
	case fromFile:
		return *i.Place
	}
	return i.Source
}

// settingsInForce is the command settings. It takes the flags of all commands, without
// showing them, to tell what they would do.
func (a *app) settingsInForce(root *cobra.Command) *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:   "settings",
		Short: "Print every setting with its value and where that is from",
		Long: `Print the settings that are in force: their values, and whether these are from a
flag, the environment, ` + settingsFile + ` (with the line) or nowhere but the default.
It takes the flags of all commands. Of a secret it prints that there is one.

Exit code 64: ` + settingsFile + ` or ` + waiversFile + ` is wrong; each fault is a line on stderr.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := oneOf("format", format, "text", "json"); err != nil {
				return err
			}
			s, err := a.settings(cmd)
			if err != nil {
				return err
			}
			waivers, err := s.waivers()
			if err != nil {
				return err
			}
			list := append(a.flagsInForce(s), a.othersInForce(s, len(waivers))...)
			if format == "json" {
				return json.NewEncoder(a.stdout).Encode(list)
			}
			table := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
			for _, row := range list {
				fmt.Fprintf(table, "%s\t%s\t%s\n", row.Name, inWords(row.Value), row.whence())
			}
			return table.Flush()
		},
	}
	cmd.Flags().StringVar(&format, "format", format, "text or json")
	eachFlag(root, func(f *pflag.Flag) {
		if !approvals[f.Name] && root.PersistentFlags().Lookup(f.Name) == nil && cmd.Flags().Lookup(f.Name) == nil {
			quiet := *f
			quiet.Hidden = true
			cmd.Flags().AddFlag(&quiet)
		}
	})
	return cmd
}

// flagsInForce are the settings that a flag can set, by name.
func (a *app) flagsInForce(s settings) []inForce {
	var list []inForce
	s.flags.VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" {
			return
		}
		source, place := s.source(f)
		list = append(list, row(strings.ReplaceAll(f.Name, "-", "_"), shown(s.flags, f), source, place))
	})
	return list
}

// shown is the value of a flag without what is secret in it.
func shown(flags *pflag.FlagSet, f *pflag.Flag) any {
	text := f.Value.String()
	switch {
	case secretFlags[f.Name] && text != "":
		return "set"
	case f.Name == "base-url":
		if u, err := url.Parse(text); err != nil || u.User != nil {
			return "unusable"
		}
		return text
	}
	if _, list := f.Value.(pflag.SliceValue); list {
		return posflag.FlagVal(flags, f)
	}
	return text
}

// othersInForce are the settings that no flag can set: of the file, of the checks, of
// waivers, and the secrets.
func (a *app) othersInForce(s settings, waivers int) []inForce {
	list := []inForce{}
	if _, set := s.file.Entry("remind_days"); !set {
		list = append(list, row("remind_days", strconv.Itoa(s.audit().RemindDays), fromDefault, ""))
	}
	defaults := map[string]bool{}
	for _, check := range s.catalog.Checks {
		for _, setting := range check.Settings {
			key := "checks." + setting.Name
			if _, set := s.file.Entry(key); !set && !defaults[key] {
				defaults[key] = true
				list = append(list, row(key, one(setting.Default), fromDefault, ""))
			}
		}
	}
	for _, e := range s.file.Entries {
		if s.flags.Lookup(s.flagName(e.Key)) != nil {
			continue
		}
		value := any(e.Values)
		if e.Kind != config.List && e.Kind != config.Lines && e.Kind != config.Lists {
			value = one(e.Values)
		}
		list = append(list, row(e.Key, value, fromFile, s.at(e)))
	}
	if waivers > 0 {
		list = append(list, row("waivers", strconv.Itoa(waivers), fromFile, waiversFile))
	}
	for _, name := range secrets {
		if path := a.getenv(name + "_FILE"); path != "" {
			list = append(list, row(name, "in the file "+path, fromEnvironment, name+"_FILE"))
		} else if a.getenv(name) != "" {
			list = append(list, row(name, "set", fromEnvironment, name))
		}
	}
	return list
}

func row(name string, value any, source, place string) inForce {
	return inForce{name, value, source, orNull(place)}
}

// one is the value of a list of one.
func one(values []string) any {
	if len(values) == 1 {
		return values[0]
	}
	return values
}

func inWords(value any) string {
	texts, list := value.([]string)
	if !list {
		texts = []string{value.(string)}
	}
	if text := strings.Join(texts, ", "); text != "" {
		return text
	}
	return "-"
}

// sayUnread warns of variables that nothing reads.
func (a *app) sayUnread() {
	if a.environ == nil {
		return
	}
	var read []string
	for _, name := range variables {
		read = append(read, name)
	}
	for _, name := range secrets {
		read = append(read, name, name+"_FILE")
	}
	for _, sentence := range config.Unread(a.environ(), read, a.loaded.catalog.Keys) {
		a.say("warning: %s", sentence)
	}
}
