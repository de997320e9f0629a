package queries_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/export/lake"
	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
	"hubgraph/internal/nightly"
	"hubgraph/queries"
	"hubgraph/queries/report"
	"hubgraph/repair"
)

// stage is a portal on a simulator, and those who read it.
type stage struct {
	portal  *sim.Portal
	rules   nightly.Rules
	readers []nightly.Crawling // one for each path family of the API; what the first reads is audited
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
	s := &stage{portal: p, rules: nightly.DefaultRules()}
	for _, version := range []string{hubspot.DefaultAPIVersion, "v4"} {
		s.readers = append(s.readers, newReader(t, url, version))
	}
	return s
}

func newReader(t *testing.T, url, version string) nightly.Crawling {
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
	return nightly.Crawling{Client: client, Data: data, Tool: "test"}
}

// audit lets everybody crawl the portal, and runs all checks on it, in comparison
// with the nights before.
func (s *stage) audit(t *testing.T) *audit {
	t.Helper()
	night, audited, err := nightly.Run(t.Context(), s.readers[0], nightly.Auditing{Rules: s.rules})
	if err != nil {
		t.Fatal(err)
	}
	if !night.Entry.Complete() {
		t.Fatalf("the crawl has gaps: %+v", night.Gaps())
	}
	for _, r := range s.readers[1:] {
		other, err := nightly.Read(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(content(night.Entry), content(other.Entry)); diff != "" {
			t.Errorf("what the versions of the API say differs: - %s, + %s:\n%s", s.readers[0].Client.APIVersion(), r.Client.APIVersion(), diff)
		}
	}
	return &audit{audited}
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

// repair plans and applies the repair of what a check found, and returns the fingerprints
// of the findings that the plan has operations for.
func (s *stage) repair(t *testing.T, c queries.Check) (planned map[string]bool) {
	t.Helper()
	first := s.readers[0]
	plan, err := nightly.Plan(t.Context(), nightly.Planning{Dir: first.Data.Dir(), Checks: []string{c.ID}})
	if err != nil {
		t.Fatal(err)
	}
	run, err := nightly.Apply(t.Context(), nightly.Applying{
		Plan: plan.Plan, Options: repair.DefaultOptions(), Dir: first.Data.Dir(), Execute: true,
		Connect: func() (*hubspot.Client, error) { return first.Client, nil },
		Lock:    func() (*lake.Data, func(), error) { return first.Data, func() {}, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	planned = map[string]bool{}
	for i, op := range run.Operations {
		planned[*plan.Operations[i].Fingerprint] = true
		if !op.Verified {
			t.Errorf("%s: the repair did not come to pass", plan.Operations[i].Ends())
		}
	}
	return planned
}

// audit is what all checks found in one night.
type audit struct{ *nightly.Audited }

// result is the outcome of one check.
func (a *audit) result(c queries.Check) queries.CheckResult {
	return a.Results[slices.IndexFunc(a.Results, func(r queries.CheckResult) bool { return r.CheckID == c.ID })]
}

// open are the findings of a check that were found this night.
func (a *audit) open(c queries.Check) []queries.Finding {
	return slices.DeleteFunc(slices.Clone(a.Findings), func(f queries.Finding) bool {
		return f.CheckID != c.ID || !f.Open() || f.LastAuditID != a.AuditID
	})
}

// told are the findings of a check, a line for each.
func (a *audit) told(c queries.Check) string {
	var lines strings.Builder
	for _, f := range a.Findings {
		if f.CheckID != c.ID {
			continue
		}
		facts := slices.DeleteFunc(report.Facts(f.Evidence), saysLittle)
		if f.Amount != nil {
			facts = append([]string{"amount " + f.Money().FloatString(4)}, facts...)
		}
		if f.Cause != nil {
			facts = append(facts, "resolved: "+*f.Cause)
		}
		line := fmt.Sprintf("%-8s  %-8s  %s  %s", f.Severity, f.State, report.Subject(f), strings.Join(facts, ", "))
		lines.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return lines.String()
}

// saysLittle reports whether a fact is the same for all records of a fixture, or
// told by its subject already.
func saysLittle(fact string) bool {
	key, _, _ := strings.Cut(fact, " ")
	return slices.Contains([]string{"url", "created_at", "from_created_at", "there_until", "gone_by"}, key)
}

// others are the open findings of all checks but one, without their evidence.
func (a *audit) others(than queries.Check) string {
	var lines strings.Builder
	for _, f := range a.Findings {
		if f.CheckID != than.ID && f.Open() && f.LastAuditID == a.AuditID {
			fmt.Fprintf(&lines, "%s  %s\n", f.CheckID, report.Subject(f))
		}
	}
	return lines.String()
}
