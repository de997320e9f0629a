package nightly_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hubgraph/export/lake"
	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
	"hubgraph/internal/nightly"
	"hubgraph/queries"
	"hubgraph/repair"
)

// bare makes a portal of a text alone.
func bare(t *testing.T, text string) *portal {
	t.Helper()
	p := newPortal(t, "")
	var err error
	if p.portal, err = sim.Parse("portal", text); err != nil {
		t.Fatal(err)
	}
	return p
}

// planned makes a plan.
func (p *portal) planned(job nightly.Planning) *nightly.Planned {
	p.Helper()
	job.Dir = p.data.Dir()
	plan, err := nightly.Plan(p.Context(), job)
	if err != nil {
		p.Fatal(err)
	}
	return plan
}

// refused makes a plan that must not come to be.
func (p *portal) refused(job nightly.Planning, kind error, want string) {
	p.Helper()
	job.Dir = p.data.Dir()
	_, err := nightly.Plan(p.Context(), job)
	if !errors.Is(err, kind) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
		p.Errorf("planned: %v\nwant     %s", err, want)
	}
}

// planText are the operations of a plan, and what is blocked with its cause, a line each.
func planText(plan *nightly.Planned) string {
	var b strings.Builder
	for _, op := range plan.Operations {
		fmt.Fprintf(&b, "%s %s: %s:%d -> %s:%d %v\n", op.Action, op.Class, op.FromType, op.FromID, op.ToType, op.ToID, op.Types)
	}
	for _, op := range plan.Blocked {
		fmt.Fprintf(&b, "blocked: %s:%d -> %s:%d %v: %s\n", op.FromType, op.FromID, op.ToType, op.ToID, op.Types, op.Cause)
	}
	return b.String()
}

func wantPlan(t *testing.T, plan *nightly.Planned, want string) {
	t.Helper()
	lines := func(text string) []string {
		var lines []string
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); line != "" {
				lines = append(lines, line)
			}
		}
		return lines
	}
	if diff := cmp.Diff(lines(want), lines(planText(plan))); diff != "" {
		t.Errorf("- wanted, + planned:\n%s", diff)
	}
	name := filepath.Join(t.TempDir(), "plan.json")
	if err := plan.Write(name); err != nil {
		t.Fatal(err)
	}
	if _, err := repair.Read(name); err != nil { // which refuses what demands nothing
		t.Errorf("the plan cannot be read back: %v", err)
	}
}

// apply applies a plan to the portal.
func (p *portal) apply(plan *nightly.Planned, o repair.ApplyOptions) *repair.Run {
	p.Helper()
	client, stop := p.client()
	defer stop()
	run, err := nightly.Apply(p.Context(), nightly.Applying{Plan: plan.Plan, Options: o, Dir: p.data.Dir(), Execute: true,
		Connect: func() (*hubspot.Client, error) { return client, nil },
		Lock:    func() (*lake.Data, func(), error) { return p.data, func() {}, nil }})
	if err != nil {
		p.Fatal(err)
	}
	return run
}

// applied fails where an operation was not applied.
func (p *portal) applied(plan *nightly.Planned, o repair.ApplyOptions) {
	p.Helper()
	for i, r := range p.apply(plan, o).Operations {
		if r.Outcome == nil || *r.Outcome != repair.Applied || !r.Verified {
			cause := ""
			if r.Cause != nil {
				cause = *r.Cause
			}
			p.Errorf("%s: %v, %s", plan.Operations[i].Ends(), r.Outcome, cause)
		}
	}
}

// TestPlanIsOfTheNewestSnapshot has a night that was crawled and not audited: a plan of the
// audit before would undo what people did in between.
func TestPlanIsOfTheNewestSnapshot(t *testing.T) {
	p := newPortal(t, "contacts 102\ncontacts 102 ->> companies 201 279")
	p.night("")
	wantPlan(t, p.planned(nightly.Planning{Checks: []string{"inverse_pair_missing"}}), "add determined: companies:201 -> contacts:102 [HUBSPOT_DEFINED:280]")
	if err := p.portal.Script("meanwhile", "unlink contacts 102 companies 201"); err != nil {
		t.Fatal(err)
	}
	client, stop := p.client()
	defer stop()
	name := filepath.Join(p.data.Dir(), lake.DuckDBFile)
	audited, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := nightly.Crawl(t.Context(), nightly.Crawling{Client: client, Data: p.data}, nightly.DefaultRules()); err != nil {
		t.Fatal(err)
	}
	p.refused(nightly.Planning{}, queries.ErrNoAudit, "run `hubgraph audit`")
	// A crawl that ended before its DuckDB file was made leaves the file of the night before.
	if err := os.WriteFile(name, audited, 0o600); err != nil {
		t.Fatal(err)
	}
	p.refused(nightly.Planning{}, queries.ErrNoAudit, "and there is a newer one")
}

// TestPlacesThatAreHeld has repairs that would take a place from the record that holds it:
// the primary company, the parent, and the one place that a limit leaves.
func TestPlacesThatAreHeld(t *testing.T) {
	p := bare(t, `portal 77
		contacts 103 created=2025-01-01T00:00:00Z
		companies 203
		companies 204 name="Acme"
		contacts 103 -> companies 204 primary
		contacts 103 ->> companies 203 279 1
		companies 211
		companies 212
		companies 213
		companies 211 -> companies 212 14
		companies 213 ->> companies 211 450 13`)
	p.night("")
	wantPlan(t, p.planned(nightly.Planning{}), `
		blocked: companies:203 -> contacts:103 [HUBSPOT_DEFINED:2 HUBSPOT_DEFINED:280]: companies:204 "Acme" holds the place of the primary record of contacts:103, which has it once
		blocked: companies:211 -> companies:213 [HUBSPOT_DEFINED:14 HUBSPOT_DEFINED:450]: companies:212 holds the place of the parent of companies:211, which has it once`)
}

// TestLimitsAreSeen has a contact, one of three, whose company is full, and another whose deal is.
func TestLimitsAreSeen(t *testing.T) {
	p := bare(t, `portal 77
		fact limit-error=unnamed
		limit companies contacts plain 1
		limit deals contacts plain 2
		deals 301
		deals 302
		contacts 101
		contacts 102
		contacts 103
		contacts 104
		companies 201
		companies 202
		companies 203
		contacts 104 -> companies 203 primary
		contacts 101 ->> companies 201 279
		contacts 102 ->> companies 202 279
		contacts 103 ->> companies 203 279
		deals 301 -> contacts 101
		deals 301 -> contacts 102
		deals 302 -> contacts 101
		contacts 103 ->> deals 301 4
		contacts 104 ->> deals 302 4`)
	p.night("")
	plan := p.planned(nightly.Planning{Checks: []string{"inverse_pair_missing"}})
	wantPlan(t, plan, `
		add determined: companies:201 -> contacts:101 [HUBSPOT_DEFINED:280]
		add determined: companies:202 -> contacts:102 [HUBSPOT_DEFINED:280]
		add determined: deals:302 -> contacts:104 [HUBSPOT_DEFINED:3]
		blocked: companies:203 -> contacts:103 [HUBSPOT_DEFINED:280]: contacts:104 holds the one place that the limit leaves of companies:203, which has it once
		blocked: deals:301 -> contacts:103 [HUBSPOT_DEFINED:3]: deals:301 has 2 of at most 2 contacts`)
	p.applied(plan, repair.DefaultOptions())
}

// TestGuessedInversesAreNotWritten has labels whose texts stand crosswise: nothing says
// which is the inverse of which.
func TestGuessedInversesAreNotWritten(t *testing.T) {
	p := bare(t, `portal 77
		label contacts 21 "Supplier" companies 22 "Customer"
		label contacts 23 "Customer" companies 24 "Supplier"
		contacts 101 created=2025-01-01T00:00:00Z
		contacts 102 created=2025-01-01T00:00:00Z
		companies 201 created=2025-01-01T00:00:00Z
		companies 202 created=2025-01-01T00:00:00Z
		contacts 101 -> companies 201 primary "Supplier"
		contacts 102 -> companies 202 primary "Customer"`)
	p.night("")
	wantPlan(t, p.planned(nightly.Planning{}), "")
}

// learnable is a portal whose links show which label is the inverse of which, where one
// end lacks it.
func learnable() string {
	var b strings.Builder
	b.WriteString("portal 77\nlabel contacts 21 \"Manager\" companies 22 \"Managed by\"\n")
	for i := range 25 {
		fmt.Fprintf(&b, "contacts %d\ncompanies %d\ncontacts %d -> companies %d primary \"Manager\"\n", 100+i, 200+i, 100+i, 200+i)
	}
	b.WriteString("cut companies 200 contacts 100 \"Managed by\"\n")
	return b.String()
}

// TestLearnedInversesAreAskedFor writes an inverse that was only learned where somebody says so.
func TestLearnedInversesAreAskedFor(t *testing.T) {
	p := bare(t, learnable())
	p.night("")
	wantPlan(t, p.planned(nightly.Planning{}),
		"blocked: companies:200 -> contacts:100 [USER_DEFINED:22]: that USER_DEFINED:22 is the inverse of USER_DEFINED:21 was only learned from the links: --accept-learned takes it for known")
	plan := p.planned(nightly.Planning{Options: repair.Options{AcceptLearned: true}})
	wantPlan(t, plan, "add determined: companies:200 -> contacts:100 [USER_DEFINED:22]")
	p.applied(plan, repair.DefaultOptions())
}

// TestChecksThatDidNotRun are named: of an empty plan nobody can say that nothing is wrong.
func TestChecksThatDidNotRun(t *testing.T) {
	p := newPortal(t, "")
	p.types = []string{"contacts"}
	p.night("")
	plan := p.planned(nightly.Planning{Checks: []string{"primary_missing"}})
	if len(plan.Operations) != 0 || !cmp.Equal(plan.NotRun, []string{"primary_missing"}) {
		t.Errorf("%d operations, not run: %v", len(plan.Operations), plan.NotRun)
	}
	p = newPortal(t, "")
	p.night("")
	if plan := p.planned(nightly.Planning{}); len(plan.NotRun) > 0 {
		t.Errorf("not run: %v", plan.NotRun)
	}
}

// TestAgeIsOfTheCrawl measures the life of a plan from the end of the crawl.
func TestAgeIsOfTheCrawl(t *testing.T) {
	p := newPortal(t, "")
	p.night("")
	crawled := p.last().Entry.Manifest.Snapshot.FinishedAt
	plan := p.planned(nightly.Planning{Options: repair.Options{MaxAge: 2 * time.Hour}})
	if want := crawled.Truncate(time.Second).Add(2 * time.Hour); !plan.ExpiresAt.Equal(want) {
		t.Errorf("the plan is good until %s, not %s", plan.ExpiresAt, want)
	}
	p.refused(nightly.Planning{Options: repair.Options{MaxAge: time.Nanosecond}}, repair.ErrExpired, "--max-age")
}

// TestPlansThatAreOver has a person asked for an approval who gives it when the plan has expired,
// and one that was applied and taken back: to go on with it would say that it is applied.
func TestPlansThatAreOver(t *testing.T) {
	p := newPortal(t, "contacts 102")
	p.night("")
	pairs := filepath.Join(t.TempDir(), "pairs.csv")
	if err := os.WriteFile(pairs, []byte("from,to\ncontacts:102,companies:201\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	asked := nightly.Planning{Options: repair.Options{Pairs: pairs}}
	client, stop := p.client()
	defer stop()
	connect := func() (*hubspot.Client, error) { return client, nil }
	apply := func(plan *repair.Plan, resume bool, confirm func() error) (*repair.Run, error) {
		return nightly.Apply(t.Context(), nightly.Applying{Plan: plan, Options: repair.DefaultOptions(), Dir: p.data.Dir(), Execute: true, Resume: resume,
			Confirm: confirm, Connect: connect, Lock: func() (*lake.Data, func(), error) { return p.data, func() {}, nil }})
	}
	before := p.portal.String()
	plan := p.planned(asked).Plan
	_, err := apply(plan, false, func() error {
		plan.ExpiresAt = time.Now().Add(-time.Second)
		return nil
	})
	if !errors.Is(err, repair.ErrExpired) || p.portal.String() != before {
		t.Errorf("%v, and the portal is\n%s", err, p.portal)
	}
	plan = p.planned(asked).Plan
	run, err := apply(plan, false, nil)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := apply(plan, true, nil); err != nil || !again.Done() {
		t.Errorf("gone on with, when all of it is applied: %v", err)
	}
	undo, err := nightly.Undo(t.Context(), p.data.Dir(), *run.RunID, connect)
	if err != nil {
		t.Fatal(err)
	}
	if taken, err := apply(undo, false, nil); err != nil || !taken.Done() || p.portal.String() != before {
		t.Fatalf("%v, and the portal is\n%s", err, p.portal)
	}
	if _, err := apply(plan, true, nil); !errors.Is(err, nightly.ErrApplied) || !strings.Contains(err.Error(), "took it back") {
		t.Errorf("gone on with, when it was taken back: %v", err)
	}
}

// TestTooMuchLacksItsInverse has a portal in which so many pairs lack their inverse that
// the crawl or a fact must be at fault.
func TestTooMuchLacksItsInverse(t *testing.T) {
	var b strings.Builder
	for i := range 51 {
		fmt.Fprintf(&b, "contacts %d\ncontacts %d ->> companies 201 279\n", 1000+i, 1000+i)
	}
	p := newPortal(t, b.String())
	p.night("")
	p.refused(nightly.Planning{}, repair.ErrRefused, "--force-class determined")
	plan := p.planned(nightly.Planning{Checks: []string{"inverse_pair_missing"}, Options: repair.Options{Force: []string{repair.Determined}}})
	if len(plan.Operations) != 51 || plan.InverseLess != 51 {
		t.Errorf("%d operations, %d without inverse", len(plan.Operations), plan.InverseLess)
	}
}

// lossy are the records of the tests of restoring, and a night in which links go.
const lossy = `
contacts 102
contacts 103
contacts 104
companies 202 name="Birch"
contacts 102 -> companies 201 primary "Advisor"
contacts 103 -> companies 202
contacts 104 -> companies 202
deals 303 amount=1200 deal_currency_code=EUR
deals 303 -> contacts 102
deals 303 -> companies 201
`

const lossyNight = `
unlink contacts 102 companies 201
unlink deals 303 contacts 102
unlink deals 302 companies 201
deals 302 -> companies 202
unlink contacts 101 companies 201 "Advisor"
archive contacts 103
merge contacts 104 101
unlink contacts 20000000001 companies 202`

// TestWhatAnotherNightHadIsListed: a link that came after the night that is restored, and
// was lost like the others, is not put back, and the plan says which night had it.
func TestWhatAnotherNightHadIsListed(t *testing.T) {
	p := newPortal(t, lossy)
	p.night("")
	first := p.last().Snapshot.ID
	p.night("unlink deals 303 contacts 102\ndeals 302 -> contacts 103")
	second := p.last().Snapshot.ID
	p.night("unlink deals 302 contacts 103\nunlink contacts 103 companies 202")
	for night, want := range map[string][]nightly.Loss{
		first:             {{Check: "edge_removed", Night: second, Findings: 1}},
		lake.LastComplete: {{Check: "edge_removed", Night: first, Findings: 1}},
	} {
		for _, checks := range [][]string{nil, {"edge_removed"}, {"newly_orphaned"}} {
			plan := p.planned(nightly.Planning{Night: night, Checks: checks})
			if diff := cmp.Diff(want, plan.Lost); diff != "" || len(plan.Operations) != 2 {
				t.Errorf("--restore-from %s --check %v: %d operations, open losses: - wanted, + found:\n%s", night, checks, len(plan.Operations), diff)
			}
		}
	}
	var b strings.Builder
	plan := p.planned(nightly.Planning{Night: first})
	if err := plan.WriteText(&b, "plan.json", func(s string) string { return s }); err != nil {
		t.Fatal(err)
	}
	if want := "not put back by this plan: open losses of other nights, with the night that still had it:\n  1 finding of edge_removed: repair plan --restore-from " + second; !strings.Contains(b.String(), want) {
		t.Errorf("it does not say %q:\n%s", want, b.String())
	}
}

// TestTheWayBackIsNoOtherLabel has a label of the way back that has another text now: neither
// the plan that was made before nor one of today writes it.
func TestTheWayBackIsNoOtherLabel(t *testing.T) {
	p := newPortal(t, lossy)
	p.night("")
	first := nightly.Planning{Night: p.last().Snapshot.ID}
	p.night("unlink contacts 102 companies 201")
	plan := p.planned(first)
	if err := p.portal.Script("somebody", `rename companies contacts "Advises" "Rivals"`); err != nil {
		t.Fatal(err)
	}
	if r := p.apply(plan, repair.DefaultOptions()).Operations; len(r) != 1 || *r[0].Outcome != repair.Blocked || !strings.Contains(*r[0].Cause, `is called "Rivals" now, and was called "Advises"`) {
		t.Errorf("%+v, %s", r, planText(plan))
	}
	p.night("")
	wantPlan(t, p.planned(first), `blocked: contacts:102 -> companies:201 [HUBSPOT_DEFINED:1 HUBSPOT_DEFINED:279 USER_DEFINED:21]: the label of USER_DEFINED:22 from companies to contacts was "Advises" then and is "Rivals" now`)
}

// TestLostLinksAreRestored restores a night: links with their labels, labels, under the ids
// of today, and nothing that was replaced.
func TestLostLinksAreRestored(t *testing.T) {
	p := newPortal(t, lossy)
	p.night("")
	first := p.last().Snapshot.ID
	audited := p.night(lossyNight)
	const primary = `
		add restored: contacts:102 -> companies:201 [HUBSPOT_DEFINED:1 HUBSPOT_DEFINED:279 USER_DEFINED:21]`
	const others = `
		add restored: contacts:20000000001 -> companies:202 [HUBSPOT_DEFINED:279]
		add restored: deals:303 -> contacts:102 [HUBSPOT_DEFINED:3]`
	const label = `
		add restored: contacts:20000000001 -> companies:201 [USER_DEFINED:21]`
	const replaced = `
		blocked: deals:302 -> companies:201 [HUBSPOT_DEFINED:341]: it was replaced in the same night: deals:302 got companies:202; --include-replaced restores it all the same`
	links := p.planned(nightly.Planning{Night: first, Checks: []string{"edge_removed"}})
	wantPlan(t, links, primary+others+replaced)
	wantPlan(t, p.planned(nightly.Planning{Night: first, Checks: []string{"edge_label_changed"}}), label)
	for _, choice := range []string{first, lake.LastComplete, time.Now().UTC().Format(time.DateOnly), printOf(audited, "edge_removed")} {
		if diff := cmp.Diff(len(links.Operations)+1, len(p.planned(nightly.Planning{Night: choice}).Operations)); diff != "" {
			t.Errorf("--restore-from %s: %s", choice, diff)
		}
	}
	all := p.planned(nightly.Planning{Night: first, Options: repair.Options{IncludeReplaced: true}})
	if len(all.Blocked) != 0 || len(all.Operations) != 5 {
		t.Errorf("with what was replaced:\n%s", planText(all))
	}
	for _, op := range links.Operations {
		if op.Check == nil || *op.Check != "edge_removed" || op.Fingerprint == nil {
			t.Errorf("%s names no finding", op.Ends())
		}
		if op.FromType == "deals" && (op.Amount != "1200.0000" || op.Currency != "EUR") {
			t.Errorf("the money of %s is %s %s", op.Ends(), op.Amount, op.Currency)
		}
	}
	p.night("") // a night later there is nothing between it and the one before
	empty := p.planned(nightly.Planning{Night: lake.LastComplete})
	if len(empty.Operations) != 0 || len(empty.Lost) == 0 || empty.Lost[0].Night != first {
		t.Errorf("%d operations, open losses: %+v", len(empty.Operations), empty.Lost)
	}
	old := p.planned(nightly.Planning{Night: first})
	wantPlan(t, old, primary+label+others+replaced)
	p.applied(old, repair.DefaultOptions())
	ended := map[string]string{}
	for _, f := range p.night("").Findings {
		if f.CheckID == "edge_removed" {
			ended[fmt.Sprintf("%s%d%s%d", *f.FromType, *f.FromID, *f.ToType, *f.ToID)] = string(f.State)
			if f.Ended() && *f.Cause != "repaired" {
				t.Errorf("%s -> %d ended as %s", *f.FromType, *f.ToID, *f.Cause)
			}
		}
	}
	want := map[string]string{"contacts102companies201": "resolved", "contacts20000000001companies202": "resolved", "deals303contacts102": "resolved", "deals302companies201": "event"}
	if diff := cmp.Diff(want, ended); diff != "" {
		t.Errorf("after the restore: - wanted, + found:\n%s", diff)
	}
	wantPlan(t, p.planned(nightly.Planning{Night: first}), replaced)
	p.refused(nightly.Planning{Night: "abcdef"}, repair.ErrUsage, "open event")
	p.refused(nightly.Planning{Night: "none"}, repair.ErrUsage, "name a night")
	p.refused(nightly.Planning{Checks: []string{"edge_removed"}}, nightly.ErrNoRepair, "--restore-from")
}

// TestReplacementsSinceAreSeen has contacts that lost two companies each, both of which are in
// the plan: what somebody linked in their place before the plan is applied stops both, as it
// stops one, and neither stops the other.
func TestReplacementsSinceAreSeen(t *testing.T) {
	since := map[int64]struct {
		script   string
		outcomes [2]repair.Outcome
		cause    string
	}{
		110: {"contacts 110 -> companies 201", [2]repair.Outcome{repair.Satisfied, repair.Applied}, ""},
		111: {"contacts 111 -> companies 204", [2]repair.Outcome{repair.Stale, repair.Stale}, "contacts:111 lists companies:204, too, since the plan was made"},
		112: {"unlink contacts 112 companies 203", [2]repair.Outcome{repair.Stale, repair.Stale}, "contacts:112 to companies:203 has changed since"},
		113: {"contacts 113 -> companies 201\ncontacts 113 -> companies 204", [2]repair.Outcome{repair.Satisfied, repair.Stale}, "contacts:113 lists companies:204, too"},
	}
	lost := "companies 202\ncompanies 203\ncompanies 204\n"
	var night, changes, want string
	for id := int64(110); id < 124; id++ { // of most nothing changes: a run stops where a fifth does not hold
		lost += fmt.Sprintf("contacts %[1]d\ncontacts %[1]d -> companies 203\ncontacts %[1]d -> companies 201\ncontacts %[1]d -> companies 202\n", id)
		night += fmt.Sprintf("unlink contacts %[1]d companies 201\nunlink contacts %[1]d companies 202\n", id)
		changes += since[id].script + "\n"
		want += fmt.Sprintf("add restored: contacts:%[1]d -> companies:201 [HUBSPOT_DEFINED:279]\nadd restored: contacts:%[1]d -> companies:202 [HUBSPOT_DEFINED:279]\n", id)
	}
	p := newPortal(t, lost)
	p.night("")
	first := p.last().Snapshot.ID
	p.night(night)
	plan := p.planned(nightly.Planning{Night: first})
	wantPlan(t, plan, want)
	if err := p.portal.Script("somebody", changes); err != nil {
		t.Fatal(err)
	}
	for i, r := range p.apply(plan, repair.DefaultOptions()).Operations {
		op, outcome, cause := plan.Operations[i], repair.Applied, ""
		if of, changed := since[op.FromID]; changed {
			outcome = of.outcomes[op.ToID-201]
			if outcome == repair.Stale {
				cause = of.cause
			}
		}
		if r.Outcome == nil || *r.Outcome != outcome || cause != "" && !strings.Contains(*r.Cause, cause) {
			t.Errorf("%s: %+v, wanted %s %s", op.Ends(), r, outcome, cause)
		}
	}
}

// TestReplacementsOfEitherAreSeen has links between records of one type, of which either may get
// another in place of the one that it lost, and labels of links that are left, which may get
// another label, of either end alone, in the same night or since. What the plan itself adds is no
// such thing, nor is a primary company.
func TestReplacementsOfEitherAreSeen(t *testing.T) {
	p := newPortal(t, `
label contacts 23 "Payer" companies 24 "Payer"
label contacts 31 "Boss" contacts 32 "Report"
contacts 110
contacts 111
contacts 112
contacts 113
contacts 114
contacts 115
contacts 116
contacts 117
contacts 118
contacts 119
contacts 110 -> contacts 111
contacts 112 -> contacts 113 "Boss"
contacts 112 -> contacts 114
contacts 114 -> companies 201 "Advisor" "Payer"
contacts 115 -> companies 201 "Advisor"
contacts 116 -> companies 201 "Advisor"
contacts 117 -> companies 201 "Advisor"
contacts 118 -> companies 201 "Advisor"
contacts 119 -> companies 201 "Advisor"
`)
	p.night("")
	first := p.last().Snapshot.ID
	p.night(`
unlink contacts 110 contacts 111
unlink contacts 112 contacts 113
unlink contacts 112 contacts 114
unlink contacts 114 companies 201 "Advisor"
unlink contacts 114 companies 201 "Payer"
unlink contacts 115 companies 201 "Advisor"
unlink contacts 116 companies 201 "Advisor"
unlink contacts 117 companies 201 "Advisor"
unlink contacts 118 companies 201 "Advisor"
unlink contacts 119 companies 201 "Advisor"
companies 201 ->> contacts 117 USER_DEFINED:24
label contacts 25 "Counsel" companies 26 "Counselled"
contacts 118 -> companies 201 "Counsel"
`)
	plan := p.planned(nightly.Planning{Night: first})
	if err := p.portal.Script("somebody", `
contacts 111 -> contacts 115
contacts 115 -> companies 201 "Payer"
contacts 116 -> companies 201 primary
companies 201 ->> contacts 119 USER_DEFINED:24
`); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, op := range plan.Blocked {
		fmt.Fprintf(&b, "%s: %s\n", op.Ends(), op.Cause)
	}
	for i, r := range p.apply(plan, repair.DefaultOptions()).Operations {
		fmt.Fprintf(&b, "%s: %s", plan.Operations[i].Ends(), *r.Outcome)
		if r.Cause != nil {
			fmt.Fprintf(&b, ", %s", *r.Cause)
		}
		b.WriteString("\n")
	}
	const want = `contacts:117 -> companies:201: it was replaced in the same night: companies:201 got Payer; --include-replaced restores it all the same
contacts:118 -> companies:201: it was replaced in the same night: contacts:118 got Counsel; --include-replaced restores it all the same
contacts:114 -> companies:201: applied
contacts:115 -> companies:201: stale, the association from contacts:115 to companies:201 has changed since: it has HUBSPOT_DEFINED:279, USER_DEFINED:23 "Payer", and may have HUBSPOT_DEFINED:1 "Primary", HUBSPOT_DEFINED:279, USER_DEFINED:21 "Advisor"
contacts:116 -> companies:201: applied
contacts:119 -> companies:201: stale, the association from companies:201 to contacts:119 has changed since: it has HUBSPOT_DEFINED:280, USER_DEFINED:24 "Payer", and may have HUBSPOT_DEFINED:2 "Contact with Primary Company", HUBSPOT_DEFINED:280, USER_DEFINED:22 "Advises"
contacts:110 -> contacts:111: stale, contacts:111 lists contacts:115, too, since the plan was made
contacts:112 -> contacts:113: applied
contacts:112 -> contacts:114: applied
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("- wanted, + found:\n%s", diff)
	}
}

// TestWhatIsMendedIsNoReplacement mends what only the other end listed, by a plan of its own, before
// lost links are restored by one of the same night: it is not new.
func TestWhatIsMendedIsNoReplacement(t *testing.T) {
	p := newPortal(t, `
contacts 110
contacts 111
companies 203
companies 204
contacts 110 -> companies 203
contacts 111 -> companies 203
contacts 111 -> companies 201
companies 204 ->> contacts 110 280
companies 204 ->> contacts 111 280
`)
	p.night("")
	first := p.last().Snapshot.ID
	p.night("unlink contacts 110 companies 203\nunlink contacts 111 companies 203\nunlink contacts 111 companies 201")
	lost := p.planned(nightly.Planning{Night: first, Checks: []string{"edge_removed"}})
	for _, plan := range []*nightly.Planned{p.planned(nightly.Planning{Checks: []string{"inverse_pair_missing"}}), lost} {
		if len(plan.Operations) < 2 {
			t.Errorf("planned:\n%s", planText(plan))
		}
		p.applied(plan, repair.DefaultOptions())
	}
}

// TestThePrimaryCompanyIsRestored has a contact that lost all the companies that it listed, the
// primary one of which has the largest id: HubSpot would make another the primary one if that came
// first, whether it was lost, by one end or both, or is only missing on the way back.
func TestThePrimaryCompanyIsRestored(t *testing.T) {
	p := bare(t, `
portal 77
fact auto-primary=on
contacts 110
companies 201
companies 202
companies 203
companies 204
contacts 110 -> companies 203 primary
contacts 110 -> companies 202
companies 201 ->> contacts 110 280
companies 204 ->> contacts 110 280
`)
	p.night("")
	want, err := sim.Parse("want", p.portal.String()+"contacts 110 -> companies 201\ncontacts 110 -> companies 204\n")
	if err != nil {
		t.Fatal(err)
	}
	first := p.last().Snapshot.ID
	p.night("unlink contacts 110 companies 201\nunlink contacts 110 companies 202\nunlink contacts 110 companies 203")
	p.applied(p.planned(nightly.Planning{Night: first, Checks: []string{"inverse_pair_missing", "edge_removed"}}), repair.DefaultOptions())
	if diff := cmp.Diff(want.String(), p.portal.String()); diff != "" {
		t.Errorf("- wanted, + has:\n%s", diff)
	}
}

// printOf is the beginning of the fingerprint of a finding of a check.
func printOf(a *nightly.Audited, check string) string {
	for _, f := range a.Findings {
		if f.CheckID == check {
			return f.Fingerprint[:12]
		}
	}
	return "none"
}

// TestPartsOfAPlan makes parts by record, column, number and count.
func TestPartsOfAPlan(t *testing.T) {
	p := newPortal(t, lossy)
	p.night("")
	first := p.last().Snapshot.ID
	p.night(lossyNight)
	for only, want := range map[string]int{"contacts:102": 2, "from_type=deals": 1, "label=Advisor": 2, "check=edge_removed,to_type=companies": 2, "deals:999": 0} {
		s, err := repair.ParseSelector(only)
		if err != nil {
			t.Fatal(err)
		}
		if plan := p.planned(nightly.Planning{Night: first, Options: repair.Options{Parts: repair.Parts{Only: []repair.Selector{s}}}}); len(plan.Operations) != want {
			t.Errorf("--only %s: %d operations, want %d", only, len(plan.Operations), want)
		}
	}
	whole := p.planned(nightly.Planning{Night: first})
	part := p.planned(nightly.Planning{Night: first, Options: repair.Options{Parts: repair.Parts{Except: []int{1}, Limit: 2}}})
	if len(part.Operations) != 2 || part.Operations[0].Ends() != whole.Operations[1].Ends() {
		t.Errorf("the part is\n%s of\n%s", planText(part), planText(whole))
	}
	p.refused(nightly.Planning{Night: first, Options: repair.Options{Parts: repair.Parts{Except: []int{99}}}}, repair.ErrUsage, "--except 99")
	for _, wrong := range []string{"deals", "colour=red", "deals:x"} {
		if _, err := repair.ParseSelector(wrong); !errors.Is(err, repair.ErrUsage) {
			t.Errorf("--only %s: %v", wrong, err)
		}
	}
}

// TestRulesInfer what has one candidate.
func TestRulesInfer(t *testing.T) {
	p := newPortal(t, `
		companies 202 domain=birch.example
		contacts 102 email=a@birch.example
		contacts 103 email=b@birch.example
		contacts 103 -> companies 202 primary
		contacts 104
		contacts 104 -> companies 201 primary
		contacts 104 -> companies 202
		deals 303
		deals 303 -> contacts 103
		deals 304
		deals 304 -> contacts 104`)
	p.night("")
	plan := p.planned(nightly.Planning{Options: repair.Options{Rules: repair.Rules()}})
	wantPlan(t, plan, `
		add inferred: deals:303 -> companies:202 [HUBSPOT_DEFINED:341]
		add inferred: contacts:102 -> companies:202 [HUBSPOT_DEFINED:279]`)
	p.applied(plan, repair.DefaultOptions())
	p.refused(nightly.Planning{Options: repair.Options{Rules: []string{"deal_company"}}}, repair.ErrUsage, "choose contact_company_of_domain or deal_company_of_contacts")
	p.refused(nightly.Planning{Checks: []string{"deal_without_company"}}, nightly.ErrNoRepair, "--rule deal_company_of_contacts")
	p.refused(nightly.Planning{Checks: []string{"edge_endpoint_absent"}}, nightly.ErrNoRepair, "cannot repair")
}

// TestPairsOfAFile plans what somebody wrote, in each form.
func TestPairsOfAFile(t *testing.T) {
	p := newPortal(t, "contacts 102\ncontacts 103\ncompanies 202")
	p.night("")
	for name, text := range map[string]string{
		"csv":             "from,to,label\ncontacts:102,companies:201,\ncontacts:103,companies:202,Advisor\n",
		"windows":         "\ufeffFrom,To,Label\r\n\"contact:102\",\"companies:201\",\"\"\r\n0-1:103,0-2:202,\"advisor\"\r\n",
		"by id":           "to,from,type_id,category\ncompanies:201,contacts:102,279,\ncompanies:202,contacts:103,21,USER_DEFINED\n",
		"lines of JSON":   `{"from":"contacts:102","to":"companies:201"}` + "\n\n" + `{"from":"contacts:103","to":"companies:202","type_id":21,"category":"USER_DEFINED"}` + "\n",
		"texts for ids":   "\ufeff" + `{"from":"contacts:102","to":"companies:201","type_id":"279"}` + "\n" + `{"from":"contacts:103","to":"companies:202","label":"Advisor"}`,
		"nothing at ends": "from,to,label\n contacts:102 , companies:201 ,\ncontacts:103,companies:202,Advisor",
	} {
		plan := p.planned(nightly.Planning{Options: repair.Options{Pairs: file(t, text)}})
		t.Run(name, func(t *testing.T) {
			wantPlan(t, plan, `
				add given: contacts:102 -> companies:201 [HUBSPOT_DEFINED:279]
				add given: contacts:103 -> companies:202 [USER_DEFINED:21]`)
		})
	}
	wantPlan(t, p.planned(nightly.Planning{Options: repair.Options{Pairs: file(t, "from,to\ncontacts:999,companies:201\n")}}),
		"blocked: contacts:999 -> companies:201 [HUBSPOT_DEFINED:279]: the snapshot has no live record contacts:999")
	for text, want := range map[string]string{
		"from,label\ncontacts:102,Advisor\n": ":1: the header lacks the column to",
		"from,to,colour\n":                   `:1: the header has "colour", which is no column`,
		"from,to\n":                          ":1: there is no pair in it",
		"":                                   ":1: there is no pair in it",
		"from,to\ncontacts:102,companies:201,Advisor\n":                       ":2: it has 3 fields, and the header has 2",
		"from,to\n\"contacts:102,companies:201\n":                             ": it is no CSV",
		"from,to,label\ncontacts:102,companies:201,Adviser\n":                 `:2: there is no label "Adviser" from contacts to companies; there are Advisor`,
		"from,to,type_id\ncontacts:102,companies:201,280\n":                   ":2: HUBSPOT_DEFINED:280 leads from companies to contacts: from contacts to companies it is HUBSPOT_DEFINED:279",
		"from,to,label\ncontacts:102,companies:201,Advises\n":                 ":2: USER_DEFINED:22 leads from companies to contacts",
		"from,to,type_id\ncontacts:102,companies:201,99999\n":                 ":2: the portal defines no association type 99999 from contacts to companies",
		"from,to,type_id\ncontacts:102,companies:201,x\n":                     `:2: type_id is "x"`,
		"from,to,label,type_id\ncontacts:102,companies:201,Advisor,21\n":      ":2: it has a label and a type_id",
		"from,to\ncontacts:102,companies:201\n\ncompanies:201,contacts:102\n": ":4: it is the same association as in line 2",
		"from,to\ncontacts:9223372036854775808,companies:201\n":               ":2: from is \"contacts:9223372036854775808\": the id is larger than any",
		"from,to\ncontacts:-5,companies:201\n":                                ":2: from is \"contacts:-5\", which is no record",
		"from,to\nkontakts:102,companies:201\n":                               "no object type kontakts; the nearest are contact",
		"from,to\ncontacts:102,contacts:102\n":                                ":2: contacts:102 cannot be associated with itself",
		`{"from":"contacts:102"}`:                                             ":1: it lacks the key to",
		`{"from":"contacts:102","to":"companies:201","colour":1}`:             ":1: it is no JSON object with the keys from, to, label, type_id, category",
		`{"from":"contacts:102",`:                                             ":1: it ends in the middle of a JSON object",
	} {
		p.refused(nightly.Planning{Options: repair.Options{Pairs: file(t, text)}}, repair.ErrUsage, want)
	}
	p.refused(nightly.Planning{Options: repair.Options{Pairs: filepath.Join(t.TempDir(), "none.csv")}}, repair.ErrUsage, "the file cannot be read")
}

// file writes a file of pairs.
func file(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "pairs")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestMassLossIsRestoredInParts loses 10,000 links in one night: it is found, planned, held
// back by the caps, put back in parts, and the night after shows what the first one did.
func TestMassLossIsRestoredInParts(t *testing.T) {
	t.Parallel()
	const links = 10_000
	var before, loss strings.Builder
	before.WriteString("portal 77\nlabel contacts 21 \"Advisor\" companies 22 \"Advises\"\n")
	for i := range links {
		label := ""
		if i%4 == 0 {
			label = ` "Advisor"`
		}
		fmt.Fprintf(&before, "contacts %d\ncontacts %d -> companies %d primary%s\n", 1_000_000+i, 1_000_000+i, 200+i/100, label)
		fmt.Fprintf(&loss, "unlink contacts %d companies %d\n", 1_000_000+i, 200+i/100)
	}
	p := bare(t, before.String())
	p.night("")
	first := p.last()
	audited := p.night(loss.String())
	var mass []string
	for _, f := range audited.Findings {
		if f.CheckID == "mass_disassociation" {
			mass = append(mass, fmt.Sprintf("%s %d", *f.Category, *f.TypeID))
		}
	}
	if diff := cmp.Diff([]string{"HUBSPOT_DEFINED 1", "HUBSPOT_DEFINED 279", "USER_DEFINED 21"}, mass); diff != "" {
		t.Errorf("mass losses: - wanted, + found:\n%s", diff)
	}
	whole := p.planned(nightly.Planning{Night: first.Snapshot.ID})
	if len(whole.Operations) != links || len(whole.Blocked) != 0 {
		t.Fatalf("%d operations and %d blocked", len(whole.Operations), len(whole.Blocked))
	}
	_, err := nightly.Apply(t.Context(), nightly.Applying{Plan: whole.Plan, Options: repair.DefaultOptions(), Dir: p.data.Dir(), Execute: true})
	if !errors.Is(err, repair.ErrCap) {
		t.Errorf("the whole plan is not held back: %v", err)
	}
	o := repair.DefaultOptions()
	o.Operations, o.Share, o.Pause = links, 1, 0
	for _, part := range []repair.Parts{{Limit: 3000}, {}} {
		plan := p.planned(nightly.Planning{Night: first.Snapshot.ID, Options: repair.Options{Parts: part}})
		p.applied(plan, o)
		p.night("")
	}
	digest := func(e lake.Entry) string {
		for _, f := range e.Manifest.Files {
			if f.Table == "associations" {
				return f.SHA256
			}
		}
		return "none"
	}
	if then, now := digest(first.Entry), digest(p.last().Entry); then != now {
		t.Errorf("the associations are not what they were: %s, %s", then, now)
	}
}

// TestLabelsThatAnotherNightHadAreListed: a pair that is put back as one night had it may have
// lost a label that another night had: the plan says so.
func TestLabelsThatAnotherNightHadAreListed(t *testing.T) {
	for name, tt := range map[string]struct {
		nights [2]string
		from   int // the night that is restored
		lost   nightly.Loss
	}{
		"it came later":       {[2]string{`contacts 103 -> companies 202 "Advisor"`, "unlink contacts 103 companies 202"}, 0, nightly.Loss{Check: "edge_removed", Findings: 1}},
		"it was lost earlier": {[2]string{`unlink contacts 102 companies 201 "Advisor"`, "unlink contacts 102 companies 201"}, 1, nightly.Loss{Check: "edge_label_changed", Findings: 2}}, // of either direction
	} {
		p := newPortal(t, lossy)
		p.night("")
		var ids []string
		for _, night := range tt.nights {
			ids = append(ids, p.last().Snapshot.ID)
			p.night(night)
		}
		plan := p.planned(nightly.Planning{Night: ids[tt.from]})
		tt.lost.Night = ids[1-tt.from]
		if diff := cmp.Diff([]nightly.Loss{tt.lost}, plan.Lost); diff != "" || len(plan.Operations) != 1 {
			t.Errorf("%s: %s, open losses: - wanted, + found:\n%s", name, planText(plan), diff)
		}
		if whole := p.planned(nightly.Planning{Night: tt.lost.Night}); len(whole.Lost) > 0 {
			t.Errorf("%s: the night that had all of it leaves %+v", name, whole.Lost)
		}
	}
}

// TestMergedRecordsAreNoOtherLoss: what is put back under the id of a merged record is not listed
// as a loss of the record that went into it.
func TestMergedRecordsAreNoOtherLoss(t *testing.T) {
	p := newPortal(t, lossy)
	p.night("")
	first := p.last().Snapshot.ID
	p.night("")
	p.night("unlink contacts 104 companies 202")
	p.night("merge contacts 104 101")
	if plan := p.planned(nightly.Planning{Night: first}); len(plan.Operations) != 1 || len(plan.Lost) > 0 {
		t.Errorf("%s%+v", planText(plan), plan.Lost)
	}
}
