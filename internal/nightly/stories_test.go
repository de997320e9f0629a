package nightly_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hubgraph/export/lake"
	"hubgraph/internal/nightly"
	"hubgraph/queries"
)

const (
	orphaned  = "deal_fully_orphaned"
	noContact = "deal_without_contact"
	defined   = "association_definition_changed"
	paired    = "inverse_pair_missing"
)

// TestAPoisonedDealEveryNight has a deal whose lists are not answered: what was found of it
// stays as it was, and nothing is new when that ends.
func TestAPoisonedDealEveryNight(t *testing.T) {
	t.Parallel()
	p := newPortal(t, "unlink deals 301 contacts 101\n")
	p.night("")
	p.want("deal_without_contact deals:301 ongoing")
	before := p.ask("SELECT last_audit_id FROM findings")
	p.goWrong("associations-read poison deals:301")
	for range 2 {
		r := p.night("")
		p.want("deal_without_contact deals:301 ongoing")
		p.wantCounts(r, noContact, "warn, 0 new, 0 resolved")
		if r.Outcome() != queries.Green || p.last().GapsAre(nil) || !p.last().GapsAre([]string{"deals:301"}) {
			t.Errorf("the outcome is %d, the gaps are %v", r.Outcome(), p.last().Gaps())
		}
		if diff := cmp.Diff(before, p.ask("SELECT last_audit_id FROM findings")); diff != "" {
			t.Errorf("it counts as found: %s", diff)
		}
	}
	p.goWrong("")
	r := p.night("")
	p.want("deal_without_contact deals:301 ongoing")
	p.wantCounts(r, noContact, "warn, 0 new, 0 resolved")
	if r.Outcome() != queries.Green || len(p.last().Gaps()) > 0 {
		t.Errorf("the outcome is %d, the gaps are %v", r.Outcome(), p.last().Gaps())
	}
}

// TestAPoisonedDealThatNobodyEverRead: what is first seen of it when it is read is new,
// though it may have been so all the time. Its cell was judged, and of a single record
// nobody keeps whether it was: a false alarm, once, is better than a loss that is not reported.
func TestAPoisonedDealThatNobodyEverRead(t *testing.T) {
	t.Parallel()
	p := newPortal(t, "unlink deals 301 contacts 101\n")
	p.goWrong("associations-read poison deals:301")
	for range 2 {
		p.night("")
		p.want()
	}
	p.goWrong("")
	r := p.night("")
	p.want("deal_without_contact deals:301 new")
	p.wantCounts(r, noContact, "fail, 1 new, 0 resolved")
	p.wantCounts(p.night(""), noContact, "warn, 0 new, 0 resolved")
}

// TestARenameOnAGapNight is reported once, although two nights are compared with the one before
// it.
func TestARenameOnAGapNight(t *testing.T) {
	t.Parallel()
	p := newPortal(t, "")
	p.rules.FailOn = queries.Medium
	p.night("")
	p.goWrong("POST /crm/associations/*/0-3/0-1/batch/read 403")
	const event = "association_definition_changed contacts companies event"
	r := p.night(`rename contacts companies "Advisor" "Counsel"`)
	p.want(event)
	p.wantCounts(r, defined, "fail, 1 new, 0 resolved")
	p.wantCounts(r, noContact, "skip "+*result(r, noContact).SkipReason)
	p.goWrong("")
	r = p.night("")
	p.want(event)
	p.wantCounts(r, defined, "warn, 0 new, 0 resolved")
	if r.Baseline.SnapshotID != p.nights[0].Snapshot.ID || r.Outcome() != queries.Green {
		t.Errorf("compared with %s: %d", r.Baseline.SnapshotID, r.Outcome())
	}
	p.wantCounts(p.night(""), defined, "warn, 0 new, 0 resolved")
	p.want(event)
	if got := p.ask("SELECT change FROM finding_changes ORDER BY change"); !slices.Equal(got, []string{queries.Happened, queries.FailedTheRun}) {
		t.Errorf("it was reported as %v", got)
	}
}

// TestOrphansThatMerge has two orphans become one, by either behavior of the portal: it is
// the one that it was, with the waiver of the other.
func TestOrphansThatMerge(t *testing.T) {
	t.Parallel()
	for _, fact := range []string{"new-id", "primary"} {
		p := newPortal(t, "fact merge="+fact+`
unlink deals 301 contacts 101
unlink deals 301 companies 201
`)
		p.night("")
		p.night("unlink deals 302 contacts 101\nunlink deals 302 companies 201\n")
		p.want("deal_fully_orphaned deals:301 ongoing", "deal_fully_orphaned deals:302 new")
		name := p.ask("SELECT fingerprint FROM findings WHERE subject_id = 302")[0]
		p.rules.Waivers = []queries.Waiver{{Fingerprint: name[:12], Reason: "sold by phone", By: "ann", Expires: time.Now().AddDate(0, 1, 0)}}
		p.night("")
		p.want("deal_fully_orphaned deals:301 ongoing", "deal_fully_orphaned deals:302 ongoing waived")
		for range 2 {
			r := p.night(map[bool]string{true: "merge deals 302 301"}[len(p.nights) == 3])
			p.wantCounts(r, orphaned, "warn, 0 new, 0 resolved")
			if open := p.ask("SELECT state || if(waived_until IS NULL, '', ' waived') || if(first_seen = (SELECT min(started_at) FROM snapshots), '', ' young') FROM findings WHERE state <> 'resolved'"); !slices.Equal(open, []string{"ongoing waived"}) {
				t.Errorf("merge=%s: what is open: %v", fact, open)
			}
			if ended := p.ask("SELECT state || ' ' || cause FROM findings WHERE state = 'resolved'"); !slices.Equal(ended, []string{"resolved merged"}) {
				t.Errorf("merge=%s: what ended: %v", fact, ended)
			}
			if len(r.Notes) > 0 {
				t.Errorf("merge=%s: %q", fact, r.Notes)
			}
		}
	}
}

// TestAnUpgradeOnTheNightOfALoss changes the version of a check in the night of a loss: the
// loss is new, and what only the new version finds is not.
func TestAnUpgradeOnTheNightOfALoss(t *testing.T) {
	t.Parallel()
	p := newPortal(t, "deals 303 created=-12h pipeline=default dealstage=open\n")
	p.night("")
	p.want()
	p.rules.Settings = []queries.Setting{{Key: "grace_hours", Value: "1"}}
	r := p.night("unlink deals 301 contacts 101\nunlink deals 301 companies 201\n")
	p.want("deal_fully_orphaned deals:301 new", "deal_fully_orphaned deals:303 ongoing")
	p.wantCounts(r, orphaned, "fail, 1 new, 0 resolved")
	if c := result(r, orphaned); !c.Reran || r.Outcome() != queries.Failed {
		t.Errorf("%+v", c)
	}
	if got := p.ask("SELECT change FROM finding_changes ORDER BY change"); !slices.Equal(got, []string{queries.Entered, queries.FailedTheRun, queries.Opened}) {
		t.Errorf("the changes are %v", got)
	}
	// Back again: what is no longer found is dropped, which is no mending.
	p.rules.Settings = queries.DefaultSettings()
	r = p.night("")
	p.want("deal_fully_orphaned deals:301 ongoing", "deal_fully_orphaned deals:303 resolved dropped")
	p.wantCounts(r, orphaned, "warn, 0 new, 0 resolved")
}

// TestANewCustomObjectOnTheNightOfALoss: the loss is new, and the types that the object
// brings are no findings.
func TestANewCustomObjectOnTheNightOfALoss(t *testing.T) {
	t.Parallel()
	p := newPortal(t, "")
	p.night("")
	r := p.night(`object p_cars 2-1001 singular=Car plural=Cars
label deals p_cars
label p_cars companies
p_cars 501 created=2025-01-01T00:00:00Z
p_cars 501 -> deals 302
unlink deals 301 contacts 101
unlink deals 301 companies 201
`)
	p.want("deal_fully_orphaned deals:301 new")
	p.wantCounts(r, orphaned, "fail, 1 new, 0 resolved")
	p.wantCounts(r, defined, "ok, 0 new, 0 resolved")
	if r.Outcome() != queries.Failed || r.Baseline == nil {
		t.Errorf("the outcome is %d, the baseline %v", r.Outcome(), r.Baseline)
	}
	if got := p.ask("SELECT object_type FROM object_types WHERE object_type = 'p_cars'"); len(got) != 1 {
		t.Error("the object was not crawled")
	}
	// What is wrong with it later is.
	r = p.night("cut p_cars 501 deals 302\n")
	p.want("deal_fully_orphaned deals:301 ongoing", "inverse_pair_missing deals:302 p_cars:501 new")
	p.wantCounts(r, paired, "fail, 1 new, 0 resolved")
}

// TestTheDefaultTypesByName are the same types: a loss in that night is new.
func TestTheDefaultTypesByName(t *testing.T) {
	t.Parallel()
	p := newPortal(t, "")
	p.night("")
	p.types = []string{"line_items", "0-3", "Contact", "companies", "tickets"}
	r := p.night("unlink deals 301 contacts 101\nunlink deals 301 companies 201\n")
	p.want("deal_fully_orphaned deals:301 new")
	p.wantCounts(r, orphaned, "fail, 1 new, 0 resolved")
	p.wantCounts(r, defined, "ok, 0 new, 0 resolved")
}

// TestANightOfAPart crawls a part of the portal between two nights of all: what it does not
// read stays as it was, it cuts no night off from those before it, and compared with it
// only what both read can differ.
func TestANightOfAPart(t *testing.T) {
	t.Parallel()
	p := newPortal(t, "unlink deals 302 contacts 101\n")
	p.night("")
	p.types = []string{"contacts", "companies"}
	r := p.night("")
	p.want("deal_without_contact deals:302 ongoing")
	if c := result(r, noContact); c.SkipCause == nil || *c.SkipCause != queries.OutOfScope || r.Outcome() != queries.Green {
		t.Errorf("%+v, the outcome is %d", c, r.Outcome())
	}
	p.types = nil
	r = p.night("unlink deals 301 contacts 101\n")
	p.want("deal_without_contact deals:301 new", "deal_without_contact deals:302 ongoing")
	p.wantCounts(r, noContact, "fail, 1 new, 0 resolved")
	if r.Baseline.SnapshotID != p.nights[0].Snapshot.ID {
		t.Errorf("compared with %s", r.Baseline.SnapshotID)
	}
	r = p.audit(nightly.Auditing{Baseline: p.nights[1].Snapshot.ID})
	p.wantCounts(r, defined, "ok, 0 new, 0 resolved")
	p.wantCounts(r, "edge_label_changed", "ok, 0 new, 0 resolved")
}

// TestTheRegisterOutlivesItsFile forgets nights and removes all that is derived: what is
// made again is the same.
func TestTheRegisterOutlivesItsFile(t *testing.T) {
	t.Parallel()
	p := newPortal(t, "")
	p.night("")
	p.night("unlink deals 301 contacts 101\nrename contacts companies \"Advisor\" \"Counsel\"\n")
	p.night("deals 301 -> contacts 101\nunlink deals 302 contacts 101\n")
	p.night("unlink deals 301 companies 201\n")
	p.want("association_definition_changed contacts companies event", "deal_without_company deals:301 new", "deal_without_contact deals:301 resolved linked", "deal_without_contact deals:302 ongoing")
	want := p.everything()
	for _, night := range p.nights[:2] {
		if err := p.files.Forget(t.Context(), night.Entry); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{lake.DuckDBFile, filepath.Join("work")} {
		if err := os.RemoveAll(filepath.Join(p.data.Dir(), name)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := nightly.Rebuild(t.Context(), p.files, nightly.Auditing{}.Show); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(p.everything(), "\n")); diff != "" {
		t.Errorf("- before, + made again:\n%s", diff)
	}
	r := p.night("")
	p.wantCounts(r, noContact, "warn, 0 new, 0 resolved")
	p.want("association_definition_changed contacts companies event", "deal_without_company deals:301 ongoing", "deal_without_contact deals:301 resolved linked", "deal_without_contact deals:302 ongoing")
}

// TestTheSameNightAgain audits a night again, with other settings: the states are as
// before, and each change counts once.
func TestTheSameNightAgain(t *testing.T) {
	t.Parallel()
	p := newPortal(t, "")
	p.night("")
	p.night("unlink deals 301 contacts 101\nunlink deals 301 companies 201\n")
	want := []string{"deal_fully_orphaned deals:301 new"}
	p.want(want...)
	changes := "SELECT change FROM finding_changes ORDER BY change"
	once := p.ask(changes)
	for _, hours := range []string{"48", "48", "24"} {
		p.rules.Settings = []queries.Setting{{Key: "grace_hours", Value: hours}}
		r := p.audit(nightly.Auditing{})
		p.want(want...)
		p.wantCounts(r, orphaned, "fail, 1 new, 0 resolved")
		if got := p.ask(changes); !slices.Equal(got, once) || len(once) != 2 {
			t.Errorf("the changes are %v, and were %v", got, once)
		}
	}
	p.wantCounts(p.night(""), orphaned, "warn, 0 new, 0 resolved")
	p.want("deal_fully_orphaned deals:301 ongoing")
}

// TestAccept takes nights as the accepted state: it closes the events up to them. Nights
// that are compared with it report an event once.
func TestAccept(t *testing.T) {
	t.Parallel()
	p := newPortal(t, "label contacts 31 \"Friend\" companies 32 \"Friends\"\n")
	accept := func(night *nightly.Night) {
		t.Helper()
		if err := p.files.Accept(night.Entry); err != nil {
			t.Fatal(err)
		}
	}
	p.night("")
	p.night(`rename contacts companies "Advisor" "Counsel"`)
	p.want("association_definition_changed contacts companies event")
	accept(p.last())
	p.want("association_definition_changed contacts companies event") // until the next audit
	r := p.night("")
	p.want("association_definition_changed contacts companies resolved accepted")
	p.wantCounts(r, defined, "ok, 0 new, 1 resolved")
	p.rules.Baseline = lake.LastAccepted
	both := []string{"association_definition_changed contacts companies event", "association_definition_changed contacts companies resolved accepted"}
	r = p.night(`rename contacts companies "Friend" "Pal"`)
	p.want(both...)
	p.wantCounts(r, defined, "warn, 1 new, 0 resolved")
	for range 2 {
		r = p.night("")
		p.want(both...)
		p.wantCounts(r, defined, "warn, 0 new, 0 resolved")
		if r.Baseline.SnapshotID != p.nights[1].Snapshot.ID {
			t.Errorf("compared with %s", r.Baseline.SnapshotID)
		}
	}
	accept(p.last())
	p.night("")
	p.want("association_definition_changed contacts companies resolved accepted", "association_definition_changed contacts companies resolved accepted")
}

// TestAuditsAside are printed and kept, and change nothing of what is remembered.
func TestAuditsAside(t *testing.T) {
	t.Parallel()
	p := newPortal(t, "cut companies 201 deals 301\n")
	p.night("")
	p.night("unlink deals 302 contacts 101\n")
	p.night("deals 302 -> contacts 101\ncut companies 201 deals 302\n")
	want, file := p.everything(), p.file()
	plan := p.plan()
	if !strings.Contains(plan, "301") || !strings.Contains(plan, "302") {
		t.Fatalf("the plan is %s", plan)
	}
	chosen, err := queries.Select(noContact)
	if err != nil {
		t.Fatal(err)
	}
	for name, a := range map[string]nightly.Auditing{
		"--check":        {Checks: chosen},
		"--snapshot":     {Snapshot: p.nights[1].Snapshot.ID},
		"--baseline":     {Baseline: p.nights[0].Snapshot.ID},
		"--baseline day": {Baseline: lake.NoBaseline},
	} {
		r := p.audit(a)
		if r.Aside == "" || r.DuckDB != nil || len(r.Results) == 0 {
			t.Errorf("%s: %+v", name, r)
		}
		kept, err := p.files.ReadAudit(t.Context(), r.AuditID)
		if err != nil {
			t.Fatal(err)
		}
		if kept.Aside != r.Aside || len(kept.Results) != len(r.Results) || len(kept.Findings) != len(r.Findings) {
			t.Errorf("%s: kept %d results and %d findings of %d and %d", name, len(kept.Results), len(kept.Findings), len(r.Results), len(r.Findings))
		}
		if p.file() != file {
			t.Errorf("%s: the DuckDB file is another", name)
		}
		if got := p.plan(); got != plan {
			t.Errorf("%s: the plan is %s, and was %s", name, got, plan)
		}
	}
	if _, err := nightly.Rebuild(t.Context(), p.files, nightly.Auditing{}.Show); err != nil {
		t.Fatal(err)
	}
	admitted := func(text string) []string { // the audits aside are listed, and are no part of the register
		return slices.DeleteFunc(strings.Split(text, "\n"), func(row string) bool { return strings.HasPrefix(row, "check_results") })
	}
	if diff := cmp.Diff(admitted(want), admitted(p.everything())); diff != "" {
		t.Errorf("- before, + made again:\n%s", diff)
	}
	if got := p.plan(); got != plan {
		t.Errorf("the plan is %s, and was %s", got, plan)
	}
	p.wantCounts(p.night(""), paired, "warn, 0 new, 0 resolved")
}

// plan is what a repair would do.
func (p *portal) plan() string {
	p.Helper()
	plan, err := nightly.Plan(p.Context(), nightly.Planning{Dir: p.data.Dir()})
	if err != nil {
		p.Fatal(err)
	}
	var text strings.Builder
	for _, o := range plan.Operations {
		fmt.Fprintln(&text, o.Source, o.FromType, o.FromID, o.ToType, o.ToID, o.Types)
	}
	return plan.SnapshotID + "\n" + text.String()
}
