package queries_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hubgraph/crawl"
	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
	"hubgraph/queries"
	"hubgraph/repair"
)

// stage is a portal on a simulator, and those who read it.
type stage struct {
	portal  *sim.Portal
	readers []*reader // one for each path family of the API; what the first read is audited
}

// reader is a client of the portal with a data folder.
type reader struct {
	client *hubspot.Client
	files  *duckdb.Files
}

func newStage(t *testing.T, name, portal string) *stage {
	t.Helper()
	p, err := sim.Parse(name, portal)
	if err != nil {
		t.Fatal(err)
	}
	url, stop, err := sim.NewServer(p, sim.Options{Token: "token"}).Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	s := &stage{portal: p}
	for _, version := range []string{hubspot.DefaultAPIVersion, "v4"} {
		s.readers = append(s.readers, newReader(t, url, version))
	}
	return s
}

func newReader(t *testing.T, url, version string) *reader {
	t.Helper()
	client, err := hubspot.New("token", hubspot.Options{BaseURL: url, APIVersion: version})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	data, err := lake.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := data.Lock()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(unlock)
	account, err := client.Account(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	portal, err := data.Portal(account.PortalID)
	if err != nil {
		t.Fatal(err)
	}
	return &reader{client, duckdb.Of(portal, 0)}
}

// audit lets everybody crawl the portal, and runs all checks on it, in comparison
// with the nights before.
func (s *stage) audit(t *testing.T) *audit {
	t.Helper()
	entry := s.readers[0].crawl(t)
	for _, r := range s.readers[1:] {
		if diff := cmp.Diff(content(entry), content(r.crawl(t))); diff != "" {
			t.Errorf("what the versions of the API say differs: - %s, + %s:\n%s", s.readers[0].client.APIVersion(), r.client.APIVersion(), diff)
		}
	}
	return s.readers[0].audit(t, entry)
}

// content names the tables of a snapshot with their digests, without those that
// tell of the crawl and not of the portal.
func content(e lake.Entry) map[string]string {
	digests := map[string]string{}
	for _, f := range e.Manifest.Files {
		if f.Table != "coverage" && f.Table != "snapshot" {
			digests[f.Table] = fmt.Sprintf("%d rows, %s", f.Rows, f.SHA256)
		}
	}
	return digests
}

// crawl crawls the portal into the lake.
func (r *reader) crawl(t *testing.T) lake.Entry {
	t.Helper()
	plan, err := crawl.NewPlan(t.Context(), r.client, crawl.Scope{})
	if err != nil {
		t.Fatal(err)
	}
	result, err := crawl.Run(t.Context(), r.client, plan, crawl.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer result.Close()
	night := result.Snapshot
	night.ID, night.Tool, night.APIVersion, night.FinishedAt = r.files.NewID(night.StartedAt), "test", r.client.APIVersion(), time.Now().UTC()
	entry, err := r.files.Publish(t.Context(), night)
	if err != nil {
		t.Fatal(err)
	}
	if !entry.Complete() {
		t.Fatalf("the crawl has gaps: %+v", night.Coverage)
	}
	return entry
}

// audit runs all checks on a snapshot and remembers what they found.
func (r *reader) audit(t *testing.T, entry lake.Entry) *audit {
	t.Helper()
	baseline, err := r.files.Baseline(entry)
	if err != nil {
		t.Fatal(err)
	}
	rows := queries.DefaultSettings()
	path, err := r.files.Build(t.Context(), duckdb.Build{Snapshot: entry, Baseline: baseline, Settings: rows})
	if err != nil {
		t.Fatal(err)
	}
	db, err := duckdb.Open(path, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	report, err := queries.Audit(t.Context(), db, queries.Options{AuditID: r.files.NewAuditID(time.Now())})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.files.WriteAudit(t.Context(), report, rows); err != nil {
		t.Fatal(err)
	}
	return &audit{report, db}
}

// repair plans and applies the repair of what a check found.
func (s *stage) repair(t *testing.T, a *audit, c queries.Check) {
	t.Helper()
	source := repair.Source{PortalID: a.Snapshot.PortalID, SnapshotID: a.Snapshot.SnapshotID, Findings: a.open(c), DB: a.db}
	plan, err := repair.New(t.Context(), source, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := plan.Check(a.Snapshot.PortalID, time.Now(), len(plan.Operations)); err != nil {
		t.Fatal(err)
	}
	journal, err := repair.CreateJournal(t.TempDir(), "fixture")
	if err != nil {
		t.Fatal(err)
	}
	defer journal.Close()
	run, err := repair.Apply(t.Context(), s.readers[0].client, plan, journal)
	if err != nil {
		t.Fatal(err)
	}
	for i, op := range run.Operations {
		if !op.Verified {
			t.Errorf("%s: the repair did not come to pass", plan.Operations[i].Ends())
		}
	}
}

// audit is what all checks found in one night.
type audit struct {
	*queries.Report
	db *sql.DB
}

// result is the outcome of one check.
func (a *audit) result(c queries.Check) queries.CheckResult {
	return a.Results[slices.IndexFunc(a.Results, func(r queries.CheckResult) bool { return r.CheckID == c.ID })]
}

// open are the findings of a check that are not resolved.
func (a *audit) open(c queries.Check) []queries.Finding {
	return slices.DeleteFunc(slices.Clone(a.Findings), func(f queries.Finding) bool { return f.CheckID != c.ID || f.State == queries.Resolved })
}

// told are the findings of a check, a line for each.
func (a *audit) told(c queries.Check) string {
	var lines strings.Builder
	for _, f := range a.Findings {
		if f.CheckID == c.ID {
			facts := slices.DeleteFunc(f.Facts(), saysLittle)
			line := fmt.Sprintf("%-8s  %-8s  %s  %s", f.Severity, f.State, f.Subject(), strings.Join(facts, ", "))
			lines.WriteString(strings.TrimRight(line, " ") + "\n")
		}
	}
	return lines.String()
}

// saysLittle reports whether a fact is the same for all records of a fixture, or
// told by its subject already.
func saysLittle(fact string) bool {
	key, _, _ := strings.Cut(fact, " ")
	return slices.Contains([]string{"url", "from_url", "to_url", "created_at", "from_created_at"}, key)
}

// others are the open findings of all checks but one, without their evidence.
func (a *audit) others(than queries.Check) string {
	var lines strings.Builder
	for _, f := range a.Findings {
		if f.CheckID != than.ID && f.State != queries.Resolved {
			fmt.Fprintf(&lines, "%s  %s\n", f.CheckID, f.Subject())
		}
	}
	return lines.String()
}
