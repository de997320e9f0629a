package main

import (
	"context"
	"slices"

	"github.com/spf13/pflag"

	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/internal/deliver"
	"hubgraph/internal/terminal"
	"hubgraph/internal/web"
	"hubgraph/queries"
	"hubgraph/queries/report"
)

// outputs are the flags of what is printed in many formats, and to many places.
type outputs struct {
	deliver.Delivery
	locked bool // the data folder, by this command
}

func (o *outputs) flags(flags *pflag.FlagSet) {
	wordFlag(flags, &o.Format, "format", report.Formats()...)
	flags.StringArrayVar(&o.Files, "output", nil, "write a file, too (repeatable): its ending is its format: txt, json, ndjson, csv, md, junit.xml or prom")
	flags.BoolVar(&o.RawCSV, "csv-raw", false, "leave cells of CSV as they are, also where a spreadsheet takes one for a formula")
}

// pageFlag has the files of --output be pages, too, with what is asked of the nights.
func (a *app) pageFlag(o *outputs, flags *pflag.FlagSet) {
	flags.Lookup("output").Usage = "write a file, too (repeatable): its ending is its format: txt, json, ndjson, csv, md, junit.xml, prom or html"
	o.Facts = func(ctx context.Context, r *queries.Report) (*web.Facts, error) {
		portal, err := a.portal()
		if err != nil {
			return nil, err
		}
		return a.reporting(duckdb.Of(portal, a.memory), o.locked).Facts(ctx, r)
	}
}

// notifyFlag is the flag of what sends what is new.
func (o *outputs) notifyFlag(flags *pflag.FlagSet) {
	flags.StringVar(&o.Notify, "notify", "", "https URL of a webhook, of Slack or for JSON, to send what is new to (HUBGRAPH_NOTIFY)")
}

// prepare finds what can be known to be wrong before the work.
func (a *app) prepare(o *outputs) error {
	o.Stdout, o.Stderr, o.Getenv, o.Quiet = a.stdout, a.raw, a.getenv, a.quiet
	if slices.Contains([]string{"text", "brief", "summary"}, o.Format) {
		o.Stdout = a.person()
	}
	all, csvRaw := o.All, o.RawCSV
	o.Options = a.commands()
	o.All, o.RawCSV, o.Width = all, csvRaw, terminal.Width(a.screen)
	return o.Check()
}

// data opens the data folder to read it.
func (a *app) data() (*lake.Data, error) { return lake.Find(a.loaded.String("data")) }

// lacking are the statuses that say that what came before an audit calls for somebody.
func lacking(all ...error) bool {
	for _, err := range all {
		if err != nil {
			return true
		}
	}
	return false
}

// states are the words for which findings are asked for.
var states = []string{queries.OnlyOpen, queries.OnlyNew, queries.OnlyResolved, queries.OnlyWaived, queries.Whatever}
