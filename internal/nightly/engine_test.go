package nightly_test

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hubgraph/export/duckdb"
	"hubgraph/internal/nightly"
	"hubgraph/queries"
)

// engine stands for Spark: it answers an export from the DuckDB file that was published, in
// the files that queries/spark/run_checks.py writes. make spark runs the true ones.
type engine struct {
	*portal
	dir string // of the export
	out string
	db  *sql.DB
}

// export gives an engine the portal.
func (p *portal) export() *engine {
	p.Helper()
	e := &engine{portal: p, dir: filepath.Join(p.TempDir(), "checks"), out: p.TempDir()}
	if _, err := nightly.Export(p.Context(), nightly.Exporting{Dir: e.dir, Files: p.files, Rules: p.rules}); err != nil {
		p.Fatal(err)
	}
	file, err := duckdb.Newest(p.data.Dir())
	if err != nil {
		p.Fatal(err)
	}
	if e.db, err = sql.Open("duckdb", ""); err != nil {
		p.Fatal(err)
	}
	p.Cleanup(func() { e.db.Close() })
	e.db.SetMaxOpenConns(1) // USE is of one connection
	e.do("ATTACH '%s' AS h (READ_ONLY); USE h", file)
	return e
}

func (e *engine) do(format string, args ...any) {
	e.Helper()
	if _, err := e.db.ExecContext(e.Context(), fmt.Sprintf(format, args...)); err != nil {
		e.Fatal(err)
	}
}

// write writes the rows of a query to a folder below those of the portal.
func (e *engine) write(folder, query string) (rows int64) {
	e.Helper()
	dir := filepath.Join(e.out, "portal=77", folder)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		e.Fatal(err)
	}
	e.do("COPY (%s) TO '%s/part-0.parquet'", query, dir)
	if err := e.db.QueryRowContext(e.Context(), "SELECT count(*) FROM ("+query+")").Scan(&rows); err != nil {
		e.Fatal(err)
	}
	return rows
}

// exported is the portal's file in an export.
type exported struct {
	Snapshot string  `json:"snapshot_id"`
	Baseline *string `json:"baseline_id"`
	Checks   []struct {
		ID      string `json:"id"`
		Version string `json:"version"`
	} `json:"checks"`
}

// run runs all checks. broken is one that breaks; empty: none does.
func (e *engine) run(broken string) {
	e.Helper()
	text, err := os.ReadFile(filepath.Join(e.dir, "portals", "77.json"))
	if err != nil {
		e.Fatal(err)
	}
	var x exported
	if err := json.Unmarshal(text, &x); err != nil {
		e.Fatal(err)
	}
	baseline := "NULL"
	if x.Baseline != nil {
		baseline = "'" + *x.Baseline + "'"
	}
	var ran []string
	for _, v := range x.Checks {
		checks, err := queries.Select(v.ID)
		if err != nil {
			e.Fatal(err)
		}
		answer := "0, 0, 'it fell over'"
		if v.ID != broken {
			answer = fmt.Sprintf("%d, %d, CAST(NULL AS VARCHAR)", e.write("found/"+v.ID, "FROM checks."+v.ID), e.write("universe/"+v.ID, checks[0].Universe))
		}
		ran = append(ran, fmt.Sprintf("(%d, 77, '%s', %s, '%s', '%s', %s)", queries.EngineFormat, x.Snapshot, baseline, v.ID, v.Version, answer))
	}
	e.write("ran", "SELECT * FROM (VALUES "+strings.Join(ran, ", ")+") AS t(format, portal_id, snapshot_id, baseline_id, check_id, version, found_rows, universe_rows, error)")
}

// sameButForTheRun compares audits without what differs from one run to the next.
var sameButForTheRun = cmp.Options{
	cmpopts.IgnoreFields(queries.CheckResult{}, "AuditID", "DurationMS"),
	cmpopts.IgnoreFields(queries.Finding{}, "FirstAuditID", "LastAuditID"),
}

// TestAnAuditOfRowsIsAnAudit has another engine run the checks: what comes of its rows is what
// comes of the checks' queries, on a first night, with a baseline, and with a gap.
func TestAnAuditOfRowsIsAnAudit(t *testing.T) {
	t.Parallel()
	p := newPortal(t, "deals 303 created=2025-01-01T00:00:00Z\n")
	for _, night := range []struct{ text, faults string }{
		{"", ""},
		{"label contacts 23 \"Decider\" companies 24 \"Decided by\"\nunlink deals 301 contacts 101\nunlink contacts 101 companies 201 \"Advisor\"\n", ""},
		{"deals 303 -> companies 201\n", "associations-read poison deals:301"},
	} {
		p.goWrong(night.faults)
		want := p.night(night.text)
		e := p.export()
		e.run("")
		got := p.audit(nightly.Auditing{Rows: e.out})
		if diff := cmp.Diff(want.Results, got.Results, sameButForTheRun); diff != "" {
			t.Errorf("night %d: results, - DuckDB's, + those of the rows:\n%s", len(p.nights), diff)
		}
		if diff := cmp.Diff(want.Findings, got.Findings, sameButForTheRun); diff != "" || len(want.Findings) == 0 {
			t.Errorf("night %d: findings, - DuckDB's, + those of the rows:\n%s", len(p.nights), diff)
		}
		if got.Aside != "" || got.DuckDB == nil || got.NoBaseline != want.NoBaseline {
			t.Errorf("night %d: the audit stands aside: %q, %q", len(p.nights), got.Aside, got.NoBaseline)
		}
	}
}

// TestAnAuditOfOlderRows is of their nights, and enters no register.
func TestAnAuditOfOlderRows(t *testing.T) {
	t.Parallel()
	p := newPortal(t, "")
	p.night("")
	p.night("unlink deals 301 contacts 101\n")
	e := p.export()
	e.run("")
	p.night("")
	got := p.audit(nightly.Auditing{Rows: e.out})
	if got.Snapshot.SnapshotID != p.nights[1].Snapshot.ID || got.Baseline.SnapshotID != p.nights[0].Snapshot.ID || !strings.Contains(got.Aside, "older snapshot") {
		t.Errorf("it is of %s, compared with %s, aside: %q", got.Snapshot.SnapshotID, got.Baseline.SnapshotID, got.Aside)
	}
}

// TestARowsCheckThatBroke has the status error, and the others none the less their rows.
func TestARowsCheckThatBroke(t *testing.T) {
	t.Parallel()
	p := newPortal(t, "unlink deals 301 contacts 101\n")
	p.night("")
	e := p.export()
	e.run(orphaned)
	r := p.audit(nightly.Auditing{Rows: e.out})
	if c := result(r, orphaned); c.Status != queries.Error || *c.SkipReason != "it fell over" || r.Outcome() != queries.Breached {
		t.Errorf("%s: %s, %v", orphaned, c.Status, c.SkipReason)
	}
	p.wantCounts(r, noContact, "warn, 0 new, 0 resolved")
}

// TestRowsThatAreNone are refused with a sentence.
func TestRowsThatAreNone(t *testing.T) {
	t.Parallel()
	p := newPortal(t, "unlink deals 301 contacts 101\n")
	p.night("")
	e := p.export()
	e.run("")
	ran := filepath.Join(e.out, "portal=77", "ran")
	refused := func(rules nightly.Rules, words string) {
		t.Helper()
		_, err := nightly.Audit(t.Context(), nightly.Auditing{Files: p.files, Rows: e.out, Rules: rules})
		if !errors.Is(err, queries.ErrRows) || !strings.Contains(err.Error(), words) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v, want %s", err, words)
		}
	}
	strict := p.rules
	strict.Settings = []queries.Setting{{Key: "grace_hours", Value: "7"}}
	refused(strict, "are of another version of the check or of its settings")
	kept := filepath.Join(t.TempDir(), "ran.parquet")
	good := "FROM '" + kept + "'"
	e.do("COPY (FROM '%s/part-0.parquet') TO '%s'", ran, kept)
	for query, words := range map[string]string{
		"SELECT * REPLACE (2 AS format) " + good:                  "has format 2, and this hubgraph reads 1",
		good + " WHERE false":                                     "did not come to its end",
		good + " WHERE check_id <> '" + paired + "'":              "they hold nothing of " + paired,
		"SELECT * REPLACE (found_rows + 1 AS found_rows) " + good: "copy it again as a whole",
		"SELECT * EXCLUDE (version) " + good:                      "cannot be read as what run_checks.py writes last",
	} {
		e.write("ran", query)
		refused(p.rules, words)
	}
	if err := os.RemoveAll(ran); err != nil {
		t.Fatal(err)
	}
	refused(p.rules, "holds no rows of portal=77")
}
