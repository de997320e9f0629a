package main

import (
	"fmt"
	"path/filepath"

	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/queries/report"
)

// locked has a data folder that was opened be for one writer, or for one reader of
// everything.
func locked(data *lake.Data, err error) (*lake.Data, func(), error) {
	if err != nil {
		return nil, nil, err
	}
	unlock, err := data.Lock()
	return data, unlock, err
}

// lockedFiles opens the data of the one portal that a folder holds.
func (a *app) lockedFiles(dir string) (*duckdb.Files, func(), error) {
	data, unlock, err := locked(lake.Find(dir))
	if err != nil {
		return nil, nil, err
	}
	portal, err := data.Only()
	if err != nil {
		unlock()
		return nil, nil, err
	}
	return duckdb.Of(portal, a.memory), unlock, nil
}

// portal opens the one portal that the data folder holds, to read it.
func (a *app) portal() (*lake.Portal, error) {
	data, err := a.data()
	if err != nil {
		return nil, err
	}
	return data.Only()
}

// commands says how a report writes commands: with the data folder, where that is not
// the one that they take by default.
func (a *app) commands() report.Options {
	o := report.Options{Self: selfName(), Own: a.loaded.own()}
	if dir := a.loaded.String("data"); filepath.Clean(dir) != filepath.Clean(defaultData) {
		o.Data = dir
	}
	return o
}

// tellAside says, even where it is to be quiet, that a DuckDB file had to step aside.
// The error is the status to end with then.
func (a *app) tellAside(p *duckdb.Published) error {
	if p == nil || p.Aside == "" {
		return nil
	}
	fmt.Fprintf(a.stderr, "hubgraph: %s\n", p.Aside)
	return status{exitIncomplete, nil}
}
