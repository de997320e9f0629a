package duckdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hubgraph/export"
	"hubgraph/export/lake"
	"hubgraph/internal/nights"
	"hubgraph/queries"
)

// auditNight audits a snapshot, writes the audit and adds it to the DuckDB file,
// as the command line does.
func auditNight(t *testing.T, d *Files, e lake.Entry, settings []queries.Setting) (*queries.Report, string) {
	t.Helper()
	ctx := context.Background()
	compared, err := d.Baseline(e, lake.LastComplete)
	baseline := compared.Entry
	if err != nil {
		t.Fatal(err)
	}
	file, err := d.Build(ctx, Build{Snapshot: e, Baseline: baseline, Settings: settings})
	if err != nil {
		t.Fatal(err)
	}
	db, err := Open(file, 0)
	if err != nil {
		t.Fatal(err)
	}
	report, err := queries.Audit(ctx, db, queries.Options{AuditID: d.NewAuditID(nights.Start.Add(time.Hour)), ToolVersion: "newer", Policy: queries.Policy{FailOn: queries.Low}, NoBaseline: compared.Why, FirstNight: compared.First})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := d.WriteAudit(ctx, report, settings); err != nil {
		t.Fatal(err)
	}
	if err := d.AddAudit(ctx, file, report.AuditID); err != nil {
		t.Fatal(err)
	}
	return report, file
}

// TestAuditOfTheLake runs every check on files of ours, over three nights, and
// compares the DuckDB file to which the audits were added with one that is made
// anew.
func TestAuditOfTheLake(t *testing.T) {
	d := openData(t)
	settings := []queries.Setting{{Key: "grace_hours", Value: "1"}, {Key: "list", Value: "b"}, {Key: "list", Value: "a"}}
	var report *queries.Report
	var file string
	states := map[queries.State]bool{}
	for i, n := range []*nights.Night{nights.First(), nights.Second(), nights.Second(), nights.Second(), nights.First()} {
		e := publish(t, d, n.Full(), nights.Start.AddDate(0, 0, i-1).Format(lake.IDLayout))
		report, file = auditNight(t, d, e, settings)
		for _, f := range report.Findings {
			states[f.State] = true
		}
		for _, r := range report.Results {
			if r.Status == queries.Error {
				t.Errorf("%s: %s", r.CheckID, *r.SkipReason)
			}
		}
	}
	if !states[queries.New] || !states[queries.Ongoing] || !states[queries.Resolved] {
		t.Errorf("states %v", states)
	}
	added := open(t, file)
	rebuilt, err := d.Rebuild(context.Background(), nil)
	if err != nil || rebuilt.Snapshot.ID != "20261125T020000Z" || rebuilt.Aside != "" {
		t.Fatalf("rebuilt %+v, %v", rebuilt, err)
	}
	if got, want := dump(t, added), dump(t, open(t, rebuilt.Path)); got != want {
		t.Error("a DuckDB file that an audit was added to differs from one that is made anew")
	}
	if got := ask(t, added, "SELECT value FROM settings WHERE key = 'list'"); got != "[\n{\"value\":\"b\"},\n{\"value\":\"a\"}\n]\n" {
		t.Errorf("settings %s", got)
	}
	last, err := queries.LastAudit(context.Background(), added, nil)
	if err != nil || last.AuditID != report.AuditID {
		t.Errorf("the last audit is %+v, %v", last, err)
	}
	stored, err := d.ReadAudit(context.Background(), report.AuditID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(report, stored); diff != "" {
		t.Errorf("- the audit, + what was stored of it:\n%s", diff)
	}
}

// TestNightsAreKept builds the DuckDB file of many nights with and without what is kept
// of them from file to file, in part, spoilt, and of nights that are gone: the tables are
// the same.
func TestNightsAreKept(t *testing.T) {
	d := openData(t)
	ctx := context.Background()
	var last lake.Entry
	for i := range 4 {
		night := []*nights.Night{nights.First(), nights.Second()}[i%2]
		last = publish(t, d, night.Full(), nights.Start.AddDate(0, 0, i+1).Format(lake.IDLayout))
		auditNight(t, d, last, nil)
	}
	history, err := d.History()
	if err != nil {
		t.Fatal(err)
	}
	var file string
	rebuilt := func() string {
		newest, err := d.Newest()
		if err != nil {
			t.Fatal(err)
		}
		baseline, err := d.audited(newest)
		if err != nil {
			t.Fatal(err)
		}
		if file, err = d.Build(ctx, Build{Snapshot: newest, Baseline: baseline, Audited: true}); err != nil {
			t.Fatal(err)
		}
		db := open(t, file)
		defer db.Close() // while it is open, the driver gives the same one for the path
		rows := strings.Split(strings.ReplaceAll(dump(t, db), ",\n", "\n"), "\n")
		slices.Sort(rows) // a table has no order
		return strings.Join(rows, "\n")
	}
	kept := rebuilt()
	again := func(name string, spoil func()) {
		t.Helper()
		spoil()
		if got := rebuilt(); got != kept {
			t.Errorf("%s: the tables differ: - kept, + read again:\n%s", name, cmp.Diff(strings.Split(kept, "\n"), strings.Split(got, "\n")))
		}
	}
	again("all is kept", func() {})
	again("nothing is kept", func() { os.RemoveAll(history) })
	files, err := filepath.Glob(filepath.Join(history, "*"))
	if err != nil || len(files) < 8 {
		t.Fatalf("kept are %v, %v", files, err)
	}
	for i, file := range files { // by turns removed and cut
		again("without all of "+filepath.Base(file), func() {
			if i%2 == 0 {
				os.Remove(file)
				return
			}
			b, err := os.ReadFile(file)
			if err == nil {
				err = os.WriteFile(file, b[:len(b)/2], 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		})
	}
	entries, err := d.All()
	if err != nil {
		t.Fatal(err)
	}
	register := func() string {
		db := open(t, file)
		defer db.Close()
		return ask(t, db, "FROM findings ORDER BY fingerprint")
	}
	before := register()
	if err := d.Forget(ctx, entries[1]); err != nil {
		t.Fatal(err)
	}
	kept = rebuilt()
	if register() != before || strings.Count(before, "\n") < 4 {
		t.Errorf("the register changed as a night was forgotten: %s", before)
	}
	again("a night is forgotten", func() { os.RemoveAll(history) })
	if err := d.Forget(ctx, entries[2]); err != nil {
		t.Fatal(err)
	}
	publish(t, d, nights.First().Full(), nights.Start.AddDate(0, 0, 9).Format(lake.IDLayout)) // as many as before
	kept = rebuilt()
	again("another night is there instead", func() { os.RemoveAll(history) })
}

func TestAuditFiles(t *testing.T) {
	d := openData(t)
	e := publish(t, d, &nights.Night{}, "20261122T020000Z") // nothing to find in it
	report, _ := auditNight(t, d, e, nil)
	dir := filepath.Join(d.Dir(), "audits/portal=7/audit=20261122T030000Z")
	for _, name := range []string{"check_results/part-00000.parquet", "findings/part-00000.parquet", "settings/part-00000.parquet", manifestFile} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	audits, err := d.Audits()
	if err != nil || len(audits) != 1 {
		t.Fatalf("%d audits, %v", len(audits), err)
	}
	manifest := audits[0].Manifest
	if manifest.ToolVersion != "newer" || manifest.Audit.AuditID != report.AuditID || manifest.Audit.PortalID != 7 || manifest.Audit.SnapshotID != e.ID || !cmp.Equal(*manifest.Audit.Snapshot, report.Snapshot) {
		t.Errorf("manifest %+v, %v", manifest, err)
	}
	rows := map[string]int64{}
	for _, f := range manifest.Files {
		rows[f.Table] = f.Rows
	}
	if rows["check_results"] != int64(len(queries.Stable())) || rows["findings"] != 0 {
		t.Errorf("rows %v", rows)
	}
	if _, err := d.WriteAudit(context.Background(), report, nil); err == nil {
		t.Error("an audit was replaced")
	}
	foreign := *report
	foreign.AuditID, foreign.Snapshot.PortalID = "20261122T040000Z", 8
	if _, err := d.WriteAudit(context.Background(), &foreign, nil); !errors.Is(err, lake.ErrOtherPortal) {
		t.Errorf("another portal: %v", err)
	}
	foreign.AuditID = "../x"
	if _, err := d.WriteAudit(context.Background(), &foreign, nil); err == nil {
		t.Error("an id with a path was written")
	}
	if err := d.AddAudit(context.Background(), "", "20261122T050000Z"); err == nil || !strings.Contains(err.Error(), "20261122T050000Z") {
		t.Errorf("an unknown audit: %v", err)
	}
}

// TestDamagedAudits names the file that is wrong, and reads none of it.
func TestDamagedAudits(t *testing.T) {
	for _, tt := range []struct {
		file, old, new string
		want           error
	}{
		{manifestFile, fmt.Sprintf(`"format_version": %d`, export.FormatVersion), `"format_version": 99`, lake.ErrFormat},
		{manifestFile, `"audit_id": "2026`, `"audit_id": "2027`, lake.ErrDamaged},
		{"check_results/part-00000.parquet", "PAR1", "RAP1", lake.ErrDamaged},
	} {
		d := openData(t)
		e := publish(t, d, &nights.Night{}, "20261122T020000Z")
		auditNight(t, d, e, nil)
		name := filepath.Join(d.Dir(), "audits/portal=7/audit=20261122T030000Z", tt.file)
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(strings.Replace(string(b), tt.old, tt.new, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Rebuild(context.Background(), nil); !errors.Is(err, tt.want) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", tt.file, err)
		}
	}
}
