package queries_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"hubgraph/crawl"
	"hubgraph/export/lake"
	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
	"hubgraph/internal/fixtures"
	"hubgraph/internal/nightly"
	"hubgraph/internal/nightlytest"
	"hubgraph/internal/settings"
	"hubgraph/queries"
	"hubgraph/queries/report"
	"hubgraph/repair"
)

// stage is a portal on a simulator, and those who read it.
type stage struct {
	portal  *sim.Portal
	rules   nightly.Rules
	checks  []queries.Check // that are run; none: all
	gaps    bool            // something is not answered
	readers []*reader       // one for each path family of the API; what the first reads is audited
}

// reader is somebody who reads a portal.
type reader struct {
	version string // of the API
	nightly.Crawling
}

// newStage makes the stage of a fixture.
func newStage(t *testing.T, f *fixture) *stage {
	t.Helper()
	p, err := sim.Parse(f.check.ID+"/"+portalFile, f.files[portalFile])
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{portal: p, rules: nightly.DefaultRules()}
	catalog := settings.NewCatalog(&cobra.Command{}, nil)
	file, err := settings.Parse(f.check.ID+"/"+settingsFile, []byte(f.files[settingsFile]), catalog)
	if err != nil {
		t.Fatal(err)
	}
	s.rules.Settings = file.Audit.Rows(catalog)
	for _, version := range []string{hubspot.DefaultAPIVersion, "v4"} {
		s.readers = append(s.readers, newReader(t, version, strings.Fields(f.files[typesFile])))
	}
	s.serve(t, nil)
	return s
}

// newReader makes somebody who reads a portal into a folder of their own, once it is served.
func newReader(t *testing.T, version string, types []string) *reader {
	t.Helper()
	return &reader{version, nightly.Crawling{Data: nightlytest.Folder(t), Scope: crawl.Scope{Types: types}, Tool: "test"}}
}

// serve has the portal answer from now on, with some faults.
func (s *stage) serve(t *testing.T, faults []sim.Fault) {
	t.Helper()
	url, stop, err := sim.NewServer(s.portal, sim.Options{Token: "token", Faults: faults}).Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	for _, r := range s.readers {
		client, err := hubspot.New("token", hubspot.Options{BaseURL: url, APIVersion: r.version, SearchRate: nightlytest.Searches})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(client.Close)
		r.Client = client
	}
	s.gaps = len(faults) > 0
}

// firstNight lets everybody crawl the portal. Where all checks are run in the end, one is run
// here, so that what it finds next is held against that.
func (s *stage) firstNight(t *testing.T, c queries.Check) {
	t.Helper()
	if len(s.checks) > 0 {
		for _, r := range s.readers {
			if _, err := nightly.Read(t.Context(), r.Crawling); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	all := s.rules.Overrides
	s.rules.Overrides = map[string]queries.Override{}
	for _, other := range queries.All() {
		s.rules.Overrides[other.ID] = queries.Override{Off: other.ID != c.ID && !slices.ContainsFunc(c.Needs, func(n queries.Need) bool { return n.Kind == "results" })}
	}
	s.audit(t)
	s.rules.Overrides = all
}

// audit lets everybody crawl the portal, and runs all checks on it, in comparison
// with the nights before.
func (s *stage) audit(t *testing.T) *audit {
	t.Helper()
	night, audited, err := nightly.Run(t.Context(), s.readers[0].Crawling, nightly.Auditing{Rules: s.rules, Experimental: true, Checks: s.checks})
	if err != nil {
		t.Fatal(err)
	}
	if !s.gaps && !night.Entry.Complete() {
		t.Fatalf("the crawl has gaps: %+v", night.Gaps())
	}
	for _, r := range s.readers[1:] {
		other, err := nightly.Read(t.Context(), r.Crawling)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(content(night.Entry), content(other.Entry)); !s.gaps && diff != "" {
			t.Errorf("what the versions of the API say differs: - %s, + %s:\n%s", s.readers[0].version, r.version, diff)
		}
	}
	return &audit{audited}
}

// content names the tables of a snapshot with their digests, without those that
// are about the crawl and not the portal.
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

// found are the findings of a check, a line for each.
func (a *audit) found(c queries.Check) string { return fixtures.Lines(a.Findings, c.ID) }

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
