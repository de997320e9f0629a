package queries_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"hubgraph/export/duckdb"
	"hubgraph/hubspot/sim"
	"hubgraph/internal/fixtures"
	"hubgraph/queries"
)

var update = flag.Bool("update", false, "write what the checks find into their fixtures")

// TestFixtures crawls and audits the portal in the fixture of each check. The
// documentation of package queries says what a fixture holds.
func TestFixtures(t *testing.T) {
	for _, c := range queries.All() {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			f := readFixture(t, c)
			found := f.play(t)
			if *update {
				f.write(t, found)
			}
			for _, name := range golden {
				if diff := cmp.Diff(strings.Split(f.files[name], "\n"), strings.Split(found[name], "\n")); diff != "" {
					t.Errorf("%s, %s: - the fixture, + what is so (-update writes it):\n%s", f.name, name, diff)
				}
			}
		})
	}
}

// TestChecksAndFixturesPair has a fixture for every check, and none for a check
// that does not exist.
func TestChecksAndFixturesPair(t *testing.T) {
	var checks []string
	for _, c := range queries.All() {
		checks = append(checks, fixtureName(c.ID))
	}
	fixtures, err := filepath.Glob(fixtureName("*"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(checks, fixtures); diff != "" {
		t.Errorf("- fixtures of the checks, + fixtures in testdata:\n%s", diff)
	}
}

// TestFixturesShowBothSides has every fixture say what is found and what is not, and every
// check but those of the crawl itself rest on a cell that its fixture can be played without.
func TestFixturesShowBothSides(t *testing.T) {
	for _, c := range queries.All() {
		f := readFixture(t, c)
		for _, mark := range []string{"# Found", "# Not found"} {
			if !strings.Contains(f.files[portalFile]+f.files[nightFile]+f.files[faultsFile], mark) {
				t.Errorf("%s has no comment that begins with %q", f.name, mark)
			}
		}
		ofCrawl := slices.ContainsFunc(c.Needs, func(n queries.Need) bool { return n.Kind == "nothing" || n.Kind == "results" })
		if _, rests := c.CellOf(queries.Finding{}); rests == ofCrawl {
			t.Errorf("%s needs %v: it rests on cells, or is about the crawl itself or its results, and not both", c.ID, c.Needs)
		}
	}
}

func fixtureName(id string) string { return filepath.Join("testdata", id+".txtar") }

// golden are the files of a fixture that -update writes; the others a person does.
var golden = []string{wantFile, alsoFile, repairedFile, alteredFile}

// The names of the files: those of every fixture, and two more of hubgraph's own.
const (
	portalFile   = fixtures.Portal
	nightFile    = fixtures.Night
	typesFile    = fixtures.Types
	settingsFile = fixtures.Settings
	faultsFile   = fixtures.Faults
	wantFile     = fixtures.Want
	alsoFile     = "also"
	repairedFile = "repaired"
	alteredFile  = "altered"
)

// written are the files of a fixture that a person writes.
var written = []string{portalFile, nightFile, typesFile, settingsFile, faultsFile}

// fixture is the file of a check that shows what it finds.
type fixture struct {
	check queries.Check
	name  string
	files map[string]string
	*txtar.Archive
}

func readFixture(t *testing.T, c queries.Check) *fixture {
	t.Helper()
	f := &fixture{check: c, name: fixtureName(c.ID), files: map[string]string{}}
	var err error
	if f.Archive, err = txtar.ParseFile(f.name); err != nil {
		t.Fatal(err)
	}
	for _, file := range f.Files {
		if !slices.Contains(slices.Concat(written, golden), file.Name) {
			t.Errorf("%s holds a file %q, which a fixture has not", f.name, file.Name)
		}
		f.files[file.Name] = string(file.Data)
	}
	return f
}

// write puts what was found into the fixture.
func (f *fixture) write(t *testing.T, found map[string]string) {
	t.Helper()
	f.Files = slices.DeleteFunc(f.Files, func(file txtar.File) bool { return !slices.Contains(written, file.Name) })
	for _, name := range golden {
		f.files[name] = found[name]
		if found[name] != "" {
			f.Files = append(f.Files, txtar.File{Name: name, Data: []byte(found[name])})
		}
	}
	if err := os.WriteFile(f.name, txtar.Format(f.Archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// play lets the fixture's nights pass, and returns what its golden files have to
// hold.
func (f *fixture) play(t *testing.T) map[string]string {
	t.Helper()
	s := newStage(t, f)
	a := f.nights(t, s, f.faults(t))
	result := a.result(f.check)
	if result.SkipReason != nil {
		t.Fatalf("%s: status %s: %s", f.name, result.Status, *result.SkipReason)
	}
	if *result.Violations == 0 || result.Universe == nil || *result.Universe <= *result.Violations {
		t.Errorf("%s: something has to be found, and something that could have been must not", f.name)
	}
	f.keepsTheRules(t, a)
	if *result.Violations > 0 {
		f.leavesOut(t, a)
	}
	found := map[string]string{
		wantFile: fmt.Sprintf("%d of %d\n", *result.Violations, *result.Universe) + a.found(f.check),
		alsoFile: a.others(f.check),

		alteredFile: f.notices(t, a),
	}
	if f.check.Determined() {
		found[repairedFile] = f.repair(t, s, a)
	}
	return found
}

// nights lets the fixture's nights pass, the last with some faults, and returns the audit of
// that.
func (f *fixture) nights(t *testing.T, s *stage, faults []sim.Fault) *audit {
	t.Helper()
	if night, ok := f.files[nightFile]; ok {
		s.firstNight(t, f.check)
		if err := s.portal.Script(f.check.ID+"/"+nightFile, night); err != nil {
			t.Fatal(err)
		}
	}
	if len(faults) > 0 {
		s.serve(t, faults)
	}
	return s.audit(t)
}

// faults are what the portal of the fixture answers with, as a file of faults has them.
func (f *fixture) faults(t *testing.T) []sim.Fault {
	t.Helper()
	faults, err := sim.ParseFaultFile(f.check.ID+"/"+faultsFile, f.files[faultsFile])
	if err != nil {
		t.Fatal(err)
	}
	return faults
}

// keepsTheRules looks at the columns of the check, of which its file cannot say
// whether they are those that the program needs.
func (f *fixture) keepsTheRules(t *testing.T, a *audit) {
	t.Helper()
	db, err := duckdb.Open(a.DuckDB.Path, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query("FROM checks." + f.check.ID)
	if err != nil {
		t.Fatal(err)
	}
	columns, err := rows.Columns()
	if err := errors.Join(err, rows.Close()); err != nil {
		t.Fatal(err)
	}
	has := func(names ...string) bool {
		return !slices.ContainsFunc(names, func(name string) bool { return !slices.Contains(columns, name) })
	}
	if has("subject_type", "subject_id") == has("from_type", "to_type") {
		t.Errorf("%s returns %v: it names records, or pairs, and not both", f.check.ID, columns)
	}
	for repair, needed := range map[string][]string{
		queries.RepairInverse: {"from_type", "from_id", "to_type", "to_id", "missing"},
		queries.RepairDefault: {"from_type", "from_id", "to_type", "to_id", "missing"},
		queries.RepairPrimary: {"subject_type", "subject_id", "company_ids", "missing"},
	} {
		if f.check.Repair == repair && !has(needed...) {
			t.Errorf("%s has the repair %s, and returns %v", f.check.ID, repair, columns)
		}
	}
}

// repair plans and applies the repair of what was found, and returns the lines of
// the portal that this has changed. An audit afterwards must find nothing of what was
// planned, and nothing that was not there before.
func (f *fixture) repair(t *testing.T, s *stage, before *audit) string {
	t.Helper()
	portal := s.portal.String()
	planned := s.repair(t, f.check)
	after := s.audit(t)
	open := slices.DeleteFunc(after.open(f.check), func(found queries.Finding) bool {
		return !planned[found.Fingerprint]
	})
	if len(open) > 0 {
		t.Errorf("%s: after the repair there is still\n%s", f.name, after.found(f.check))
	}
	for line := range strings.Lines(after.others(f.check)) {
		if !strings.Contains(before.others(f.check), line) {
			t.Errorf("%s: the repair leads to %s", f.name, line)
		}
	}
	return without("- ", portal, s.portal.String()) + without("+ ", s.portal.String(), portal)
}

// without are the lines of a text that another text has not, each behind a mark.
func without(mark, text, other string) string {
	var lines strings.Builder
	others := slices.Collect(strings.Lines(other))
	for line := range strings.Lines(text) {
		if !slices.Contains(others, line) {
			lines.WriteString(mark + line)
		}
	}
	return lines.String()
}
