package queries_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hubgraph/crawl"
	"hubgraph/export"
	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
	"hubgraph/queries"
	"hubgraph/repair"
)

// stage is a portal on a simulator, and the data folder of its crawls.
type stage struct {
	portal *sim.Portal
	client *hubspot.Client
	data   *export.Data
}

func newStage(t *testing.T, version, name, portal string) *stage {
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
	client, err := hubspot.New("token", hubspot.Options{BaseURL: url, APIVersion: version})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	data, err := export.OpenData(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := data.Lock()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(unlock)
	return &stage{p, client, data}
}

// audit crawls the portal and runs all checks on it, in comparison with the
// nights before.
func (s *stage) audit(t *testing.T) *audit {
	t.Helper()
	entry := s.publish(t)
	baseline, err := s.data.Baseline(entry)
	if err != nil {
		t.Fatal(err)
	}
	rows := queries.DefaultSettings()
	path, err := s.data.Build(t.Context(), export.Build{Snapshot: entry, Baseline: baseline, Settings: rows})
	if err != nil {
		t.Fatal(err)
	}
	db, err := export.Open(path, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	report, err := queries.Audit(t.Context(), db, queries.Options{AuditID: s.data.NewAuditID(time.Now())})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.data.WriteAudit(t.Context(), report, rows); err != nil {
		t.Fatal(err)
	}
	return &audit{report, db}
}

// publish crawls the portal into the lake.
func (s *stage) publish(t *testing.T) export.Entry {
	t.Helper()
	plan, err := crawl.NewPlan(t.Context(), s.client, crawl.Scope{})
	if err != nil {
		t.Fatal(err)
	}
	result, err := crawl.Run(t.Context(), s.client, plan, crawl.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer result.Close()
	night := result.Snapshot
	night.ID, night.Tool, night.APIVersion, night.FinishedAt = s.data.NewID(night.StartedAt), "test", s.client.APIVersion(), time.Now().UTC()
	entry, err := s.data.Publish(t.Context(), night)
	if err != nil {
		t.Fatal(err)
	}
	if !entry.Complete() {
		t.Fatalf("the crawl has gaps: %+v", night.Coverage)
	}
	return entry
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
	run, err := repair.Apply(t.Context(), s.client, plan, journal)
	if err != nil {
		t.Fatal(err)
	}
	for i, op := range run.Operations {
		if *op.Outcome != repair.Applied {
			t.Errorf("%s: %s", plan.Operations[i].Ends(), *op.Outcome)
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
