package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/spf13/pflag"

	"hubgraph/export/duckdb"
	"hubgraph/graphmodel"
	"hubgraph/internal/nightly"
	config "hubgraph/internal/settings"
	"hubgraph/queries"
)

// A cause is something that a night can come to, and the exit code that it gives alone.
type cause struct {
	name string
	code int
}

// The causes, of which a night has one of each list.
var (
	crawlGaps = []cause{{"no gap", 0}, {"a known gap", 0}, {"an unknown gap", exitIncomplete}, {"a gap of a whole cell", exitIncomplete}}
	skips     = []cause{{"", 0}, {string(queries.FirstNight), 0}, {string(queries.OutOfScope), 0}, {string(queries.NoRecords), 0},
		{string(queries.NoEvidence), exitIncomplete}, {string(queries.NoBaseline), exitIncomplete}, {"of an older audit, for no cause", exitIncomplete}}
	breaks = []cause{{"no error", 0}, {"an error", exitFailed}}
	fails  = []cause{{"no fail", 0}, {"a fail", exitCheckFailed}}
	cellsN = []cause{{"all cells", 0}, {"cells left out", exitIncomplete}}
	files  = []cause{{"no file", 0}, {"the file in its place", 0}, {"the file aside", exitIncomplete}}
)

// TestExitCodes states the exit code of every combination of what a night can come to: a
// broken query before a failed check, that before what is lacking, and else 0.
func TestExitCodes(t *testing.T) {
	known := known(t, "deals:301")
	combinations := 0
	for _, gap := range crawlGaps {
		for _, skip := range skips {
			for _, broke := range breaks {
				for _, fail := range fails {
					for _, cells := range cellsN {
						for _, file := range files {
							combinations++
							a := &app{env: &env{stdout: io.Discard, stderr: io.Discard}, loaded: known}
							incomplete := a.tellCrawl(night(gap), "json", nil)
							got := code0(judgement(audit(skip, broke, fail, cells), incomplete, a.tellAside(published(file))))
							if want := worst(gap, skip, broke, fail, cells, file); got != want {
								t.Errorf("%s, skip %s, %s, %s, %s, %s: exit code %d, want %d", gap.name, skip.name, broke.name, fail.name, cells.name, file.name, got, want)
							}
						}
					}
				}
			}
		}
	}
	if combinations != 4*7*2*2*2*3 {
		t.Errorf("%d combinations", combinations)
	}
}

// worst is the code of what counts most: 1, then 6, then 3.
func worst(causes ...cause) int {
	place := map[int]int{0: 0, exitIncomplete: 1, exitCheckFailed: 2, exitFailed: 3}
	most := 0
	for _, c := range causes {
		if place[c.code] > place[most] {
			most = c.code
		}
	}
	return most
}

func code0(err error) int {
	if err == nil {
		return 0
	}
	return code(err)
}

// known are settings whose known gap is a record.
func known(t *testing.T, record string) settings {
	t.Helper()
	file := filepath.Join(t.TempDir(), settingsFile)
	if err := os.WriteFile(file, fmt.Appendf(nil, "known_gaps: [%q]\n", record), 0o600); err != nil {
		t.Fatal(err)
	}
	layers, err := config.Sources{File: file, Catalog: config.NewCatalog((&app{env: &env{}}).root(), flagChecks), Flags: pflag.NewFlagSet("none", pflag.ContinueOnError),
		Getenv: func(string) string { return "" }}.Load()
	if err != nil {
		t.Fatal(err)
	}
	return settings{layers}
}

// night is a crawl with gaps.
func night(gap cause) *nightly.Night {
	s := &graphmodel.Snapshot{Coverage: []graphmodel.Coverage{{Kind: "associations", From: "deals", To: "contacts", Complete: true}}}
	id := map[string]int64{"a known gap": 301, "an unknown gap": 302}[gap.name]
	switch {
	case id != 0:
		s.Gaps = []graphmodel.Gap{{Kind: "associations", From: "deals", ID: &id, To: "contacts", Reason: "poisoned"}}
		s.Coverage[0].Complete, s.Coverage[0].Requested, s.Coverage[0].Unread = false, 1000, 1
	case gap.code != 0:
		s.Gaps = []graphmodel.Gap{{Kind: "associations", From: "deals", To: "contacts", Reason: "refused"}}
		s.Coverage[0].Complete, s.Coverage[0].Requested, s.Coverage[0].Failed = false, 1000, 1000
	}
	return &nightly.Night{Snapshot: s}
}

// audit is a report of checks that came to this, with one beside them that is fine.
func audit(skip, broke, fail, cells cause) *queries.Report {
	fine := queries.CheckResult{CheckID: "fine", Status: queries.OK}
	if cells.code != 0 {
		fine.CellsLeftOut = []string{"associations deals tickets"}
	}
	r := &queries.Report{Results: []queries.CheckResult{fine, {CheckID: "warns", Status: queries.Warn}}}
	if skip.name != "" {
		result := queries.CheckResult{CheckID: "skips", Status: queries.Skip}
		if why := queries.Cause(skip.name); skip != skips[len(skips)-1] {
			result.SkipCause = &why
		}
		r.Results = append(r.Results, result)
	}
	if broke.code != 0 {
		r.Results = append(r.Results, queries.CheckResult{CheckID: "breaks", Status: queries.Error})
	}
	if fail.code != 0 {
		r.Results = append(r.Results, queries.CheckResult{CheckID: "fails", Status: queries.Fail})
	}
	return r
}

// published is where the DuckDB file is.
func published(file cause) *duckdb.Published {
	switch {
	case file.code != 0:
		return &duckdb.Published{Path: "hubgraph-2.duckdb", Aside: "hubgraph.duckdb is open to write"}
	case file.name == "no file":
		return nil
	}
	return &duckdb.Published{Path: "hubgraph.duckdb"}
}

// TestWhatBreaksSaysSo: the code of a broken query is a failure with a sentence, the others
// are results that have been printed.
func TestWhatBreaksSaysSo(t *testing.T) {
	none := cause{}
	var s status
	for _, tt := range []struct {
		err  error
		said bool
	}{
		{judgement(audit(none, breaks[1], fails[1], none)), true},
		{judgement(audit(none, none, fails[1], cellsN[1])), false},
		{judgement(audit(none, none, none, cellsN[1])), false},
	} {
		if !errors.As(tt.err, &s) || (s.err != nil) != tt.said {
			t.Errorf("%#v", tt.err)
		}
	}
}
