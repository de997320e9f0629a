package crawl

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/graphmodel"
	"hubgraph/hubspot/sim"
	"hubgraph/queries"
)

// TestAuditOfABusyPortalFindsWhatIsThere lets two of a hundred records be merged
// or archived while the portal is crawled. The audit of that night, with the one
// before as its baseline, finds what it would have found had the crawl waited
// for the changes to end: no false orphan, no false drift.
func TestAuditOfABusyPortalFindsWhatIsThere(t *testing.T) {
	t.Parallel()
	for _, merge := range []string{"new-id", "primary"} {
		t.Run("merge="+merge, func(t *testing.T) {
			t.Parallel()
			p := sim.Generate(sim.Spec{Seed: 11, Contacts: 300})
			if err := p.Use("merge=" + merge); err != nil {
				t.Fatal(err)
			}
			before, during, after := busyNight(t, p, 11, served{})
			want, got := findings(t, before, after), findings(t, before, during)
			// That an end went into a record that is gone by now, only a crawl can
			// know that met the record.
			want = slices.DeleteFunc(want, func(finding string) bool {
				return slices.ContainsFunc(during.Aliases, func(a graphmodel.Alias) bool {
					return strings.Contains(finding, fmt.Sprintf("edge_endpoint_absent to %s:%d", a.ObjectType, a.OldID))
				})
			})
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("- after the changes, + during them:\n%s", diff)
			}
			if len(want) < 10 {
				t.Errorf("%d findings show little", len(want))
			}
		})
	}
}

// findings audits the second of two nights, and names what is found.
func findings(t *testing.T, first, second *graphmodel.Snapshot) []string {
	t.Helper()
	data, err := lake.Open(filepath.Join(t.TempDir(), "data"))
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := data.Lock()
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	portal, err := data.Portal(first.PortalID)
	if err != nil {
		t.Fatal(err)
	}
	files := duckdb.Of(portal, 0)
	var last lake.Entry
	for _, s := range []*graphmodel.Snapshot{first, second} {
		s.ID, s.FinishedAt, s.Tool, s.APIVersion = files.NewID(s.StartedAt), time.Now().UTC(), "test", "2026-09"
		if last, err = files.Publish(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	compared, err := files.Baseline(last, lake.LastComplete)
	baseline := compared.Entry
	if err != nil || baseline == nil {
		t.Fatalf("baseline %v, %v", baseline, err)
	}
	path, err := files.Build(t.Context(), duckdb.Build{Snapshot: last, Baseline: baseline, Settings: queries.DefaultSettings()})
	if err != nil {
		t.Fatal(err)
	}
	db, err := duckdb.Open(path, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	report, err := queries.Audit(t.Context(), db, queries.Options{AuditID: "audit", Checks: queries.All(), Policy: queries.Policy{FailOn: queries.Critical}})
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, c := range report.Results {
		without := c.SkipCause != nil && (*c.SkipCause == queries.OutOfScope || *c.SkipCause == queries.NoPolicy)
		if c.Status == queries.Error || c.Status == queries.Skip && !without {
			t.Errorf("%s: %s", c.CheckID, c.Status)
		}
	}
	for _, f := range report.Findings {
		found = append(found, fmt.Sprintf("%s to %s:%d from %s:%d about %s:%d by %s:%d", f.CheckID, or(f.ToType), or(f.ToID), or(f.FromType), or(f.FromID),
			or(f.SubjectType), or(f.SubjectID), or(f.Category), or(f.TypeID)))
	}
	slices.Sort(found)
	return found
}

func or[T any](p *T) (value T) {
	if p != nil {
		value = *p
	}
	return value
}
