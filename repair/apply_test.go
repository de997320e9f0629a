package repair

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
	"hubgraph/internal/leaks"
)

func TestMain(m *testing.M) { os.Exit(leaks.Watch(m).Run()) }

// broken is a portal in which three associations lack a part of their inverse:
// contact 1 lists company 11 with a label, and 11 lists 1 plainly, beside
// another label; contact 2 lists company 12, which does not list it; and so for
// the custom object.
const broken = `
portal 77
object p_cars 2-1001
label contacts 1 "Advisor" companies 2 "Advises"
label contacts 3 "Payer" companies 4 "Paid by"
label contacts p_cars
contacts 1
contacts 2
companies 11
companies 12
p_cars 21
contacts 1 -> companies 11 "Advisor" "Payer"
cut companies 11 contacts 1 USER_DEFINED:2
contacts 2 ->> companies 12 279
contacts 2 ->> p_cars 21 USER_DEFINED:5
`

// mending is the plan for it, as New makes it of an audit's findings.
func mending() *Plan {
	p := &Plan{PortalID: 77, SnapshotID: "20261122T020000Z", ExpiresAt: time.Now().Add(time.Hour), Pairs: 7, InverseLess: 3, Operations: []Operation{
		adding("inverse_label_missing", "companies", 11, "contacts", 1, Before{
			Forward: []Type{{hubspot.HubSpotDefined, 280}, {hubspot.UserDefined, 4}},
			Inverse: []Type{{hubspot.HubSpotDefined, 279}, {hubspot.UserDefined, 1}, {hubspot.UserDefined, 3}},
		}, "Advises", Type{hubspot.UserDefined, 2}),
		adding("inverse_pair_missing", "companies", 12, "contacts", 2, Before{Inverse: []Type{{hubspot.HubSpotDefined, 279}}}, "", Type{hubspot.HubSpotDefined, 280}),
		adding("inverse_pair_missing", "p_cars", 21, "contacts", 2, Before{Inverse: []Type{{hubspot.UserDefined, 5}}}, "", Type{hubspot.UserDefined, 6}),
	}}
	p.Definitions = slices.Concat(
		defining("contacts", "companies", Type{hubspot.HubSpotDefined, 279}, Type{hubspot.HubSpotDefined, 280}),
		defining("contacts", "companies", Type{hubspot.HubSpotDefined, 1}, Type{hubspot.HubSpotDefined, 2}),
		defining("contacts", "companies", Type{hubspot.UserDefined, 1}, Type{hubspot.UserDefined, 2}),
		defining("contacts", "companies", Type{hubspot.UserDefined, 3}, Type{hubspot.UserDefined, 4}),
		defining("contacts", "p_cars", Type{hubspot.UserDefined, 5}, Type{hubspot.UserDefined, 6}))
	p.Seal()
	return p
}

// adding is a determined operation that demands what such operations demand.
func adding(check, from string, fromID int64, to string, toID int64, before Before, label string, types ...Type) Operation {
	op := Operation{Action: Add, Class: Determined, Source: check, Check: &check, Fingerprint: &check, FromType: from, FromID: fromID, ToType: to, ToID: toID, Types: types, Before: before}
	if label != "" {
		op.Labels = []string{label}
	}
	op.require()
	return op
}

// defining is a type with its inverse, both ways.
func defining(from, to string, t, inverse Type) []Definition {
	return []Definition{
		{FromType: from, ToType: to, Category: t.Category, TypeID: t.TypeID, InverseCategory: &inverse.Category, InverseTypeID: &inverse.TypeID},
		{FromType: to, ToType: from, Category: inverse.Category, TypeID: inverse.TypeID, InverseCategory: &t.Category, InverseTypeID: &t.TypeID},
	}
}

// applied is one application of a plan to a portal.
type applied struct {
	server  *sim.Server
	portal  *sim.Portal
	run     *Run
	err     error
	journal []Entry
}

// apply applies a plan to a portal in a version of the API; with write it
// executes.
func apply(t *testing.T, version, portal string, p *Plan, write bool, o sim.Options) applied {
	t.Helper()
	parsed, err := sim.Parse(t.Name(), portal)
	if err != nil {
		t.Fatal(err)
	}
	a := applied{portal: parsed, server: sim.NewServer(parsed, o)}
	url, stop, err := a.server.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	client, err := hubspot.New("token", hubspot.Options{BaseURL: url, APIVersion: version})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	var journal *Journal
	if write {
		if journal, err = CreateJournal(t.TempDir(), "20261122T030000Z"); err != nil {
			t.Fatal(err)
		}
	}
	a.run, a.err = Apply(t.Context(), client, p, journal, quick())
	if write {
		if err := journal.Close(); err != nil {
			t.Fatal(err)
		}
		a.journal = readJournal(t, journal.Name())
	}
	return a
}

// quick are the usual caps, without the wait between the readings of the canary.
func quick() ApplyOptions {
	o := DefaultOptions()
	o.Pause = 0
	return o
}

func readJournal(t *testing.T, name string) []Entry {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var entries []Entry
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var e Entry
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatalf("journal line %q: %v", lines.Text(), err)
		}
		entries = append(entries, e)
	}
	return entries
}

// creates counts the writes that reached the portal.
func (a applied) creates() int {
	n := 0
	for _, r := range a.server.Requests() {
		if r.Operation == "associations-create" {
			n++
		}
	}
	return n
}

// outcomes are those of the operations, in order; "would be sent" has none.
func (a applied) outcomes() []string {
	var list []string
	for _, op := range a.run.Operations {
		outcome := "would be sent"
		if op.Outcome != nil {
			outcome = string(*op.Outcome)
		}
		list = append(list, outcome)
	}
	return list
}

func (a applied) want(t *testing.T, outcomes ...string) {
	t.Helper()
	if diff := cmp.Diff(outcomes, a.outcomes()); diff != "" {
		t.Errorf("outcomes: %s\n%v", diff, a.run.Operations)
	}
}

var versions = []string{"v4", "2026-09"}

func TestApplyMendsWhatIsMissingAndNothingElse(t *testing.T) {
	for _, version := range versions {
		for _, mode := range []string{"replace", "add"} {
			a := apply(t, version, broken+"fact label-write="+mode+"\n", mending(), true, sim.Options{})
			if a.err != nil || !a.run.Executed || !a.run.Done() {
				t.Fatalf("%s, %s: %v, %+v", version, mode, a.err, a.run)
			}
			a.want(t, "applied", "applied", "applied")
			whole, err := sim.Parse("whole", strings.NewReplacer("cut companies 11 contacts 1 USER_DEFINED:2\n", "",
				"->> companies 12 279", "-> companies 12", "->> p_cars 21 USER_DEFINED:5", "-> p_cars 21").Replace(broken)+"fact label-write="+mode+"\n")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(whole.String(), "\n"), strings.Split(a.portal.String(), "\n")); diff != "" {
				t.Errorf("%s, %s: the portal after the repair, + against what it should be:\n%s", version, mode, diff)
			}
		}
	}
}

func TestWithoutExecuteNothingIsWritten(t *testing.T) {
	for _, version := range versions {
		a := apply(t, version, broken, mending(), false, sim.Options{})
		if a.err != nil || a.run.Executed || !a.run.Done() {
			t.Fatalf("%v, %+v", a.err, a.run)
		}
		a.want(t, "would be sent", "would be sent", "would be sent")
		for _, r := range a.server.Requests() {
			if r.Method != "GET" && !strings.HasSuffix(r.Path, "/batch/read") {
				t.Errorf("sent %s %s", r.Method, r.Path)
			}
		}
	}
}

func TestJournalTellsBeforeAndAfter(t *testing.T) {
	a := apply(t, "2026-09", broken, mending(), true, sim.Options{})
	var events []string
	for _, e := range a.journal {
		events = append(events, e.Event)
	}
	// Companies to contacts are one batch, cars to contacts another.
	if diff := cmp.Diff([]string{"start", "intent", "answer", "outcome", "intent", "answer", "outcome", "end"}, events); diff != "" {
		t.Error(diff)
	}
	if e := a.journal[0]; e.Run == nil || e.Run.Digest == "" || e.Run.PortalID != 77 || e.Run.RunID != "20261122T030000Z" {
		t.Errorf("the start is %+v", e)
	}
	intent := a.journal[1].Operations[0]
	if diff := cmp.Diff(mending().Operations[0].Before, *intent.Before); diff != "" {
		t.Errorf("what the pair had: %s", diff)
	}
	if diff := cmp.Diff([]Type{{hubspot.HubSpotDefined, 280}, {hubspot.UserDefined, 4}, {hubspot.UserDefined, 2}}, intent.Sent); diff != "" {
		t.Errorf("what was sent is not the union: %s", diff)
	}
	if row := a.journal[3].Operations[0]; row.N != 1 || row.Outcome != Applied {
		t.Errorf("the outcome is %+v", row)
	}
}

// TestUnclearWriteIsSettledByReading has writes whose answers are lost: they are
// read back, and not sent again.
func TestUnclearWriteIsSettledByReading(t *testing.T) {
	for _, fault := range []string{"reset-after", "cut"} {
		clean := apply(t, "2026-09", broken, mending(), true, sim.Options{})
		for n, r := range clean.server.Requests() {
			if r.Operation != "associations-create" {
				continue
			}
			a := apply(t, "2026-09", broken, mending(), true, sim.Options{Faults: []sim.Fault{{Name: fault, Every: n + 1}}})
			a.want(t, "applied", "applied", "applied")
			if a.creates() != 2 {
				t.Errorf("%s at request %d: %d writes, want 2: none may be sent again", fault, n+1, a.creates())
			}
		}
	}
}

// TestWriteThatNeverArrivedIsUnknown has a write that is lost before it does anything: the
// run stops, and the next batch is not sent.
func TestWriteThatNeverArrivedIsUnknown(t *testing.T) {
	clean := apply(t, "2026-09", broken, mending(), true, sim.Options{})
	at := slices.IndexFunc(clean.server.Requests(), func(r sim.Request) bool { return r.Operation == "associations-create" })
	a := apply(t, "2026-09", broken, mending(), true, sim.Options{Faults: []sim.Fault{{Name: "reset", Every: at + 1}}})
	a.want(t, "unknown", "unknown", "would be sent")
	if !errors.Is(a.err, ErrBreaker) || a.run.Done() {
		t.Errorf("the run ends with %v", a.err)
	}
	if a.creates() > 1 {
		t.Errorf("%d writes: one was sent again, or the next one was", a.creates())
	}
}

func TestOperationsThatNoLongerHold(t *testing.T) {
	for name, tt := range map[string]struct {
		change string
		want   string
		cause  string
	}{
		"mended":          {"contacts 2 -> companies 12", "satisfied", ""},
		"archived":        {"archive companies 12", "stale", "companies:12 is archived, merged or gone"},
		"merged":          {"companies 13\nmerge companies 13 12", "stale", "companies:12 is archived, merged or gone"},
		"unlinked":        {"unlink contacts 2 companies 12", "stale", "has changed since"},
		"limit":           {"limit companies contacts plain 1\ncompanies 12 -> contacts 1", "blocked", "companies:12 has 1 contacts, and the limit is 1"},
		"label undefined": {"undefine contacts companies \"Advisor\"", "applied", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := apply(t, "2026-09", broken+tt.change+"\n", mending(), true, sim.Options{})
			op := a.run.Operations[1]
			if a.err != nil || op.Outcome == nil || string(*op.Outcome) != tt.want {
				t.Fatalf("%v, %v, want %s", a.err, a.outcomes(), tt.want)
			}
			if tt.cause != "" && (op.Cause == nil || !strings.Contains(*op.Cause, tt.cause)) {
				t.Errorf("the cause of %+v is not %q", a.run.Operations, tt.cause)
			}
			if op.Verified != (tt.want == "satisfied" || tt.want == "applied") {
				t.Errorf("verified is %t", op.Verified)
			}
		})
	}
}

func TestUndefinedTypeIsBlocked(t *testing.T) {
	p := mending()
	p.Operations[1] = adding("inverse_pair_missing", "companies", 12, "contacts", 2, Before{}, "", Type{hubspot.UserDefined, 99})
	p.Seal()
	a := apply(t, "2026-09", broken, p, true, sim.Options{})
	if *a.run.Operations[1].Outcome != Blocked || !strings.Contains(*a.run.Operations[1].Cause, "defines no association type USER_DEFINED:99") {
		t.Errorf("%v", a.outcomes())
	}
}

func TestRunsOfOneSecondHaveTheirOwnJournals(t *testing.T) {
	dir := t.TempDir()
	for _, want := range []string{"20261122T030000Z", "20261122T030000Z-2", "20261122T030000Z-3"} {
		j, err := CreateJournal(dir, "20261122T030000Z")
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(j.write(Entry{Event: resumed}), j.Close()); err != nil || j.id != want {
			t.Errorf("run %s, %v, want %s", j.id, err, want)
		}
	}
}

func TestRefusedTokenStopsTheRun(t *testing.T) {
	clean := apply(t, "2026-09", broken, mending(), true, sim.Options{})
	at := slices.IndexFunc(clean.server.Requests(), func(r sim.Request) bool { return r.Operation == "associations-create" })
	a := apply(t, "2026-09", broken, mending(), true, sim.Options{Faults: []sim.Fault{{Name: "401", Every: at + 1}}})
	if !errors.Is(a.err, hubspot.ErrUnauthorized) {
		t.Errorf("the run ends with %v", a.err)
	}
	a.want(t, "failed", "failed", "would be sent")
	if last := a.journal[len(a.journal)-1]; last.Event != stopped || !strings.Contains(last.Cause, "401") {
		t.Errorf("the journal ends with %+v", last)
	}
}
