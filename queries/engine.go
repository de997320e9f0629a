package queries

import (
	"crypto/sha256"
	_ "embed" // run_checks.py
	"encoding/hex"
	"strings"
)

// Another engine than DuckDB runs the same texts: it is given the catalogue, and for each
// portal the nights to look at, and gives back rows, which Audit takes in place of asking
// the checks' queries. See spark/run_checks.py.

//go:embed spark/run_checks.py
var runChecks []byte

// EngineFormat is the version of what another engine is given and gives back.
const EngineFormat = 1

// EngineTable is a table that models and checks read: that of the lake, with the types
// of its columns as Spark names them.
type EngineTable struct {
	Name    string         `json:"name"`
	Columns []EngineColumn `json:"columns"`
}

// EngineColumn is a column of a table that models and checks read.
type EngineColumn struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// EngineFile is a file of what another engine is given: its path, with slashes, and what
// it holds.
type EngineFile struct {
	Path string
	Text []byte
}

// engineQuery is a text to run, by its file.
type engineQuery struct {
	File   string   `json:"file"`
	SHA256 string   `json:"sha256"` // of the file, hexadecimal
	Reads  []string `json:"reads"`  // tables and models
}

func engineQueryOf(file EngineFile, sql ...string) engineQuery {
	sum := sha256.Sum256(file.Text)
	return engineQuery{file.Path, hex.EncodeToString(sum[:]), Reads(strings.Join(sql, "\n"))}
}

type engineModel struct {
	Name string `json:"name"`
	Kept bool   `json:"kept"` // worth writing down: several read it, or it costs much
	engineQuery
}

type engineCheck struct {
	jsonCatalogCheck
	engineQuery
}

// EngineCatalog are the files that another engine is given: the script that runs the rest,
// models and checks, and last catalog.json: the models, each behind those that it reads, the headers of the checks, and
// the tables that they read.
func EngineCatalog(tool string, tables []EngineTable) ([]EngineFile, error) {
	out := struct {
		Format int           `json:"format"`
		Tool   string        `json:"tool_version"`
		Tables []EngineTable `json:"tables"`
		Models []engineModel `json:"models"`
		Checks []engineCheck `json:"checks"`
	}{EngineFormat, tool, tables, nil, nil}
	files := []EngineFile{{"run_checks.py", runChecks}}
	for _, m := range Models() {
		file := EngineFile{"models/" + m.Name + ".sql", []byte(m.Source)}
		files = append(files, file)
		out.Models = append(out.Models, engineModel{m.Name, m.Kept, engineQueryOf(file, m.SQL)})
	}
	for _, c := range All() {
		file := EngineFile{"checks/" + c.ID + ".sql", []byte(c.Source)}
		files = append(files, file)
		out.Checks = append(out.Checks, engineCheck{c.forScripts(), engineQueryOf(file, c.SQL, c.Universe)})
	}
	text, err := indented(out)
	return append(files, EngineFile{EngineCatalogFile, text}), err
}

// EngineCatalogFile is the file of the catalogue.
const EngineCatalogFile = "catalog.json"

// EngineSource is where the rows of a table are: in files of the lake.
type EngineSource struct {
	Name   string   `json:"name"`
	Table  string   `json:"table"`  // that has its columns
	Nights bool     `json:"nights"` // rows of several nights: a first column snapshot_id names that of each
	Files  []string `json:"files"`  // paths within the lake, with slashes
	Rows   int64    `json:"rows"`   // in all files: an engine may take one that is not there for an empty one
}

// EngineRows are the rows of a table that is not of the lake, such as those of earlier audits:
// each value a text, a list of texts, or nil.
type EngineRows struct {
	EngineTable
	Rows [][]any `json:"rows"`
}

// EngineReads lists the tables and models that any model or check reads.
func EngineReads() []string {
	var texts []string
	for _, m := range models() {
		texts = append(texts, m.SQL)
	}
	for _, c := range All() {
		texts = append(texts, c.SQL, c.Universe)
	}
	return Reads(strings.Join(texts, "\n"))
}

// EnginePortal is what another engine is to look at in one portal.
type EnginePortal struct {
	PortalID   int64
	SnapshotID string
	BaselineID *string // nil: there is none
	Sources    []EngineSource
	Rows       []EngineRows
	Settings   []Setting
}

// engineVersion is a check as a portal's settings make it.
type engineVersion struct {
	ID       string        `json:"id"`
	Version  string        `json:"version"`
	Settings []jsonSetting `json:"settings"` // what it reads in place of the portal's; null: those
}

type jsonSetting struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

func jsonSettings(settings []Setting) []jsonSetting {
	out := []jsonSetting{}
	for _, s := range settings {
		out = append(out, jsonSetting(s))
	}
	return out
}

// Encode writes the portal as JSON, for a catalogue.
func (p EnginePortal) Encode(catalog EngineFile) ([]byte, error) {
	sum := sha256.Sum256(catalog.Text)
	out := struct {
		Format     int             `json:"format"`
		Catalog    string          `json:"catalog"` // sha256 of catalog.json
		PortalID   int64           `json:"portal_id"`
		SnapshotID string          `json:"snapshot_id"`
		BaselineID *string         `json:"baseline_id"`
		Settings   []jsonSetting   `json:"settings"`
		Checks     []engineVersion `json:"checks"`
		Sources    []EngineSource  `json:"sources"`
		Tables     []EngineRows    `json:"tables"`
	}{EngineFormat, hex.EncodeToString(sum[:]), p.PortalID, p.SnapshotID, p.BaselineID, jsonSettings(p.Settings), nil, p.Sources, p.Rows}
	for _, c := range All() {
		settings, own := settingsOf(p.Settings, c.ID)
		v := engineVersion{ID: c.ID, Version: c.version(settings)}
		if own {
			v.Settings = jsonSettings(settings)
		}
		out.Checks = append(out.Checks, v)
	}
	return indented(out)
}
