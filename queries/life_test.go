package queries

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func sortReports(list []*Report) {
	slices.SortFunc(list, func(a, b *Report) int { return CompareIDs(a.Snapshot.SnapshotID, b.Snapshot.SnapshotID) })
}

// nights is a database over many nights, with one check that finds what a table lists.
type nights struct {
	*testing.T
	db       *sql.DB
	check    Check
	options  Options
	archive  archive
	snapshot string
	audits   int
}

func newNightsOf(t *testing.T, kind Kind) *nights {
	t.Helper()
	n := &nights{T: t, db: newNights(t, "", ""), options: Options{Policy: Policy{FailOn: Medium, RemindDays: 7}}}
	change(t, n.db, "CREATE TABLE found (id BIGINT); CREATE TABLE found_before (id BIGINT); DELETE FROM snapshots; DELETE FROM baseline")
	n.check = check(t, "made_up", "subject_type, subject_id", "SELECT 'deals' AS subject_type, id AS subject_id, 'at ' || (SELECT snapshot_id FROM snapshot) AS note FROM found")
	n.check.Kind = kind
	return n
}

// night makes a snapshot the audited one, compared with the one before, as a new DuckDB
// file would.
func (n *nights) night(snapshot string) *nights {
	n.Helper()
	base, _, _ := strings.Cut(snapshot, "-")
	start, err := time.Parse("20060102T150405Z", base)
	if err != nil {
		n.Fatal(err)
	}
	change(n, n.db, fmt.Sprintf(`
		DELETE FROM baseline; INSERT INTO baseline FROM snapshot WHERE snapshot_id < '%[1]s' AND snapshot_id <> '20261122T020000Z';
		UPDATE snapshot SET snapshot_id = '%[1]s', started_at = '%[2]s';
		INSERT INTO snapshots FROM snapshot WHERE snapshot_id NOT IN (SELECT snapshot_id FROM snapshots);`, snapshot, start.Format(time.DateTime)))
	n.snapshot = snapshot
	return n
}

// run audits what is found there: ids, or a status that the check is to have.
func (n *nights) run(found ...any) *Report {
	n.Helper()
	change(n, n.db, "UPDATE coverage SET complete = true")
	return n.runAs(found...)
}

// runAs audits the same, with the coverage as it is.
func (n *nights) runAs(found ...any) *Report {
	n.Helper()
	n.audits++
	c := n.check
	change(n, n.db, "DELETE FROM found")
	for _, f := range found {
		switch f {
		case Skip:
			change(n, n.db, "UPDATE coverage SET complete = false WHERE kind = 'objects'")
		case Error:
			c.SQL = "SELECT error('broken') AS subject_id, 'deals' AS subject_type"
		default:
			change(n, n.db, fmt.Sprintf("INSERT INTO found VALUES (%d)", f))
		}
	}
	n.archive.fill(n, n.db, n.snapshot)
	n.options.AuditID, n.options.Checks = fmt.Sprintf("20270101T%06dZ", n.audits), []Check{c}
	r, err := Audit(n.Context(), n.db, n.options)
	if err != nil {
		n.Fatal(err)
	}
	return r
}

// audit runs and keeps what comes of it, and returns its summary.
func (n *nights) audit(found ...any) string {
	n.Helper()
	r := n.run(found...)
	n.archive.add(r)
	return summary(r)
}

// summary is the status, the counts and the states of an audit of one check.
func summary(r *Report) string {
	c := r.Results[0]
	text := string(c.Status)
	if c.New != nil {
		text += fmt.Sprintf(", %d new, %d resolved", *c.New, *c.Resolved)
	}
	if c.Waived != nil && *c.Waived > 0 {
		text += fmt.Sprintf(", %d waived", *c.Waived)
	}
	for _, f := range r.Findings {
		state := string(f.State)
		if f.Cause != nil {
			state += " (" + *f.Cause + ")"
		}
		text += fmt.Sprintf("; %d %s %s to %s", *f.SubjectID, state, f.FirstSeen.Format("0102"), f.LastSeen.Format("0102"))
	}
	return text
}

func (n *nights) want(got, want string) {
	n.Helper()
	if got != want {
		n.Errorf("%s\nwant %s", got, want)
	}
}

// live makes records live in the nights to come.
func (n *nights) live(ids ...int) *nights {
	n.Helper()
	for _, id := range ids {
		change(n, n.db, fmt.Sprintf("INSERT INTO objects (object_type, object_id) VALUES ('deals', %d)", id))
	}
	return n
}

func TestLife(t *testing.T) {
	n := newNightsOf(t, StateKind).live(1, 2, 3)
	n.want(n.night("20261101T020000Z").audit(1, 2), "fail, 0 new, 0 resolved; 1 ongoing 1101 to 1101; 2 ongoing 1101 to 1101") // nothing to be new against
	n.want(n.night("20261102T020000Z").audit(2, 3), "fail, 1 new, 1 resolved; 1 resolved 1101 to 1101; 2 ongoing 1101 to 1102; 3 new 1102 to 1102")
	n.want(n.night("20261103T020000Z").audit(3), "fail, 0 new, 1 resolved; 2 resolved 1101 to 1102; 3 ongoing 1102 to 1103")
	n.want(n.night("20261104T020000Z").audit(1, 3), "fail, 1 new, 0 resolved; 1 reopened 1101 to 1104; 3 ongoing 1102 to 1104")
	n.want(n.night("20261105T020000Z").audit(1), "fail, 0 new, 1 resolved; 1 ongoing 1101 to 1105; 3 resolved 1102 to 1104")
	n.want(n.night("20261106T020000Z").audit(), "ok, 0 new, 1 resolved; 1 resolved 1101 to 1105")
	n.want(n.night("20261107T020000Z").audit(), "ok, 0 new, 0 resolved")
	n.want(n.night("20261108T020000Z").audit(2), "fail, 1 new, 0 resolved; 2 reopened 1101 to 1108")
}

// TestResolvedKeepsItsEvidence shows what a finding was when it was last found.
func TestResolvedKeepsItsEvidence(t *testing.T) {
	n := newNightsOf(t, StateKind)
	n.night("20261101T020000Z").audit(1)
	n.night("20261102T020000Z").audit(1)
	f := n.night("20261103T020000Z").run().Findings[0]
	if f.State != Resolved || f.Evidence != `{"note":"at 20261102T020000Z"}` || f.SnapshotID != "20261102T020000Z" || f.LastAuditID != "20270101T000002Z" ||
		f.FirstAuditID != "20270101T000001Z" || f.Severity != Medium || f.ResolvedAt.Format("0102") != "1103" || f.Cause != nil {
		t.Errorf("%+v", f)
	}
}

// TestOutagesTouchNothing has nights in which the check could not run: they are as if
// they had not been.
func TestOutagesTouchNothing(t *testing.T) {
	for outage, text := range map[Status]string{Skip: "skip", Error: "error"} {
		n := newNightsOf(t, StateKind).live(1, 2, 3)
		n.want(n.night("20261101T020000Z").audit(outage), text)
		n.want(n.night("20261102T020000Z").audit(1, 2), "fail, 0 new, 0 resolved; 1 ongoing 1102 to 1102; 2 ongoing 1102 to 1102")
		n.want(n.night("20261103T020000Z").audit(outage), text)
		n.want(n.night("20261104T020000Z").audit(outage), text)
		n.want(n.night("20261105T020000Z").audit(1, 3), "fail, 1 new, 1 resolved; 1 ongoing 1102 to 1105; 2 resolved 1102 to 1102; 3 new 1105 to 1105")
	}
}

// TestAuditingAgainKeepsStates audits one snapshot several times, also after the
// settings changed what is found; later nights see the last of them.
func TestAuditingAgainKeepsStates(t *testing.T) {
	n := newNightsOf(t, StateKind).live(1, 2, 4)
	n.night("20261101T020000Z").audit(1)
	const want = "fail, 1 new, 1 resolved; 1 resolved 1101 to 1101; 2 new 1102 to 1102"
	n.want(n.night("20261102T020000Z").audit(2), want)
	n.want(n.audit(2), want)
	n.want(n.audit(2, 4), "fail, 2 new, 1 resolved; 1 resolved 1101 to 1101; 2 new 1102 to 1102; 4 new 1102 to 1102")
	n.want(n.night("20261103T020000Z").audit(2, 4), "fail, 0 new, 0 resolved; 2 ongoing 1102 to 1103; 4 ongoing 1102 to 1103")
	var changes []string
	for _, r := range n.archive.counting("2027") {
		for _, c := range r.Changes {
			if c.Change == Opened {
				changes = append(changes, c.SnapshotID)
			}
		}
	}
	if len(changes) != 2 {
		t.Errorf("the register has the changes %v", changes)
	}
}

// TestAsideChangesNothing has audits that do not enter the register.
func TestAsideChangesNothing(t *testing.T) {
	n := newNightsOf(t, StateKind).live(1, 2)
	n.night("20261101T020000Z").audit(1)
	n.options.Aside = "it is of chosen checks"
	n.want(n.night("20261102T020000Z").audit(1, 2), "fail, 1 new, 0 resolved; 1 ongoing 1101 to 1102; 2 new 1102 to 1102")
	n.options.Aside = ""
	n.want(n.night("20261103T020000Z").audit(1, 2), "fail, 1 new, 0 resolved; 1 ongoing 1101 to 1103; 2 new 1103 to 1103")
}

// TestSnapshotsOfOneSecond orders ids by their numbers, not as texts.
func TestSnapshotsOfOneSecond(t *testing.T) {
	n := newNightsOf(t, StateKind).live(1)
	for _, id := range []string{"20261101T020000Z", "20261101T020000Z-2", "20261101T020000Z-9"} {
		n.night(id).audit(1)
	}
	n.want(n.night("20261101T020000Z-10").audit(), "ok, 0 new, 1 resolved; 1 resolved 1101 to 1101")
	ids := []string{"20261101T020000Z-10", "20261102T020000Z", "20261101T020000Z-2", "20261101T020000Z"}
	slices.SortFunc(ids, CompareIDs)
	if got := strings.Join(ids, " "); got != "20261101T020000Z 20261101T020000Z-2 20261101T020000Z-10 20261102T020000Z" {
		t.Error(got)
	}
}

// TestMerges has records merged: what they were found for stays the same finding.
func TestMergedRecords(t *testing.T) {
	n := newNightsOf(t, StateKind).live(1, 2, 3)
	n.night("20261101T020000Z").audit(1)
	n.night("20261102T020000Z").audit(1, 2)
	// Two orphans become one: nothing is new, and nothing was mended.
	change(t, n.db, "INSERT INTO id_alias VALUES ('deals', 1, 9), ('deals', 2, 9); DELETE FROM objects WHERE object_id IN (1, 2)")
	n.live(9)
	n.want(n.night("20261103T020000Z").audit(9), "fail, 0 new, 0 resolved; 2 resolved (merged) 1102 to 1102; 9 ongoing 1101 to 1103")
	n.want(n.night("20261104T020000Z").audit(9), "fail, 0 new, 0 resolved; 9 ongoing 1101 to 1104")
	// The orphan is merged into a deal that is none.
	change(t, n.db, "INSERT INTO id_alias VALUES ('deals', 9, 3); UPDATE id_alias SET current_id = 3 WHERE current_id = 9")
	n.want(n.night("20261105T020000Z").audit(), "ok, 0 new, 1 resolved; 9 resolved (merged) 1101 to 1104")
	// It becomes an orphan again: it is the one that it was.
	n.want(n.night("20261106T020000Z").audit(3), "fail, 1 new, 0 resolved; 3 reopened 1101 to 1106")
	if got := n.archive.register("2027"); len(got) != 3-1 {
		t.Errorf("the register has %d findings", len(got))
	}
}

// TestMergedIntoAnOpenOne has a finding that was resolved long ago merged with one that
// is open: it is not reopened.
func TestMergedIntoAnOpenOne(t *testing.T) {
	n := newNightsOf(t, StateKind).live(1, 2)
	n.night("20261101T020000Z").audit(1)
	n.night("20261102T020000Z").audit(2)
	change(t, n.db, "INSERT INTO id_alias VALUES ('deals', 1, 2)")
	n.want(n.night("20261103T020000Z").audit(2), "fail, 0 new, 0 resolved; 2 ongoing 1102 to 1103")
}

// TestEvents has differences of nights: they stay until somebody takes note of them.
func TestEvents(t *testing.T) {
	n := newNightsOf(t, EventKind).live(1, 2)
	n.check.Gate = Gate{Kind: "new"}
	n.want(n.night("20261101T020000Z").audit(), "ok, 0 new, 0 resolved")
	n.want(n.night("20261102T020000Z").audit(1), "fail, 1 new, 0 resolved; 1 event 1102 to 1102")
	n.want(n.audit(1), "fail, 1 new, 0 resolved; 1 event 1102 to 1102")
	n.want(n.night("20261103T020000Z").audit(), "warn, 0 new, 0 resolved; 1 event 1102 to 1102")
	n.want(n.night("20261104T020000Z").audit(1, 2), "fail, 2 new, 0 resolved; 1 event 1102 to 1104; 2 event 1104 to 1104") // again
	n.options.Accepted = "20261103T020000Z"
	n.want(n.night("20261105T020000Z").audit(), "warn, 0 new, 0 resolved; 1 event 1102 to 1104; 2 event 1104 to 1104")
	n.options.Accepted = "20261104T020000Z"
	n.want(n.night("20261106T020000Z").audit(), "ok, 0 new, 2 resolved; 1 resolved (accepted) 1102 to 1104; 2 resolved (accepted) 1104 to 1104")
	n.want(n.night("20261107T020000Z").audit(), "ok, 0 new, 0 resolved")
	n.options.Accepted = "20261108T020000Z" // the night itself
	n.want(n.night("20261108T020000Z").audit(2), "ok, 0 new, 1 resolved; 2 resolved (accepted) 1104 to 1108")
}

// TestEventsFromOneBaseline has several nights compared with the same one, as after a
// night with gaps: what differs is reported once, and is undone where it differs no more.
func TestEventsFromOneBaseline(t *testing.T) {
	n := newNightsOf(t, EventKind).live(1, 2)
	n.check.Gate = Gate{Kind: "new"}
	same := func(night string) *nights {
		n.night(night)
		change(t, n.db, "DELETE FROM baseline; INSERT INTO baseline FROM snapshot; UPDATE baseline SET snapshot_id = '20261101T020000Z'")
		return n
	}
	n.night("20261101T020000Z").audit()
	n.want(same("20261102T020000Z").audit(1), "fail, 1 new, 0 resolved; 1 event 1102 to 1102")
	n.want(same("20261103T020000Z").audit(1), "warn, 0 new, 0 resolved; 1 event 1102 to 1103")
	n.want(same("20261104T020000Z").audit(1, 2), "fail, 1 new, 0 resolved; 1 event 1102 to 1104; 2 event 1104 to 1104")
	n.want(same("20261105T020000Z").audit(2), "warn, 0 new, 1 resolved; 1 resolved (undone) 1102 to 1104; 2 event 1104 to 1105")
	n.options.Accepted = "20261104T020000Z"
	n.want(same("20261106T020000Z").audit(2), "ok, 0 new, 1 resolved; 2 resolved (accepted) 1104 to 1106")
	n.want(same("20261107T020000Z").audit(2), "ok, 0 new, 0 resolved")
}

// TestEventsThatHappenAgain has a difference undone, and then there again, while nights
// are compared with the same one: that is another one.
func TestEventsThatHappenAgain(t *testing.T) {
	n := newNightsOf(t, EventKind).live(1)
	n.check.Gate = Gate{Kind: "new"}
	same := func(night string) *nights {
		n.night(night)
		change(t, n.db, "DELETE FROM baseline; INSERT INTO baseline FROM snapshot; UPDATE baseline SET snapshot_id = '20261101T020000Z'")
		return n
	}
	n.night("20261101T020000Z").audit()
	n.want(same("20261102T020000Z").audit(1), "fail, 1 new, 0 resolved; 1 event 1102 to 1102")
	n.want(same("20261103T020000Z").audit(), "ok, 0 new, 1 resolved; 1 resolved (undone) 1102 to 1102")
	n.want(same("20261104T020000Z").audit(1), "fail, 1 new, 0 resolved; 1 event 1102 to 1104")
	n.want(same("20261105T020000Z").audit(1), "warn, 0 new, 0 resolved; 1 event 1102 to 1105")
}

// TestACheckThatWasOff has the night audited again without the check, which makes it
// unknown what was so that night: the next one finds nothing new.
func TestACheckThatWasOff(t *testing.T) {
	n := newNightsOf(t, StateKind).live(1)
	n.night("20261101T020000Z").audit(1)
	n.options.Overrides = map[string]Override{"made_up": {Off: true}}
	n.archive.add(n.run())
	n.options.Overrides = nil
	n.want(n.night("20261102T020000Z").audit(1), "fail, 0 new, 0 resolved; 1 ongoing 1102 to 1102")
}

// TestPercentOfWhatWasJudged has a finding on a record that is not read: it is no part of
// the universe, and of no percentage.
func TestPercentOfWhatWasJudged(t *testing.T) {
	n := newNightsOf(t, StateKind).live(1, 2)
	n.check.Gate = Gate{"percent", "15", ""}
	n.want(n.night("20261101T020000Z").auditBut([]any{1, 2}), "fail, 0 new, 0 resolved; 1 ongoing 1101 to 1101; 2 ongoing 1101 to 1101")
	n.want(n.night("20261102T020000Z").auditBut([]any{1, 2}, 1), "warn, 0 new, 0 resolved; 1 ongoing 1101 to 1101; 2 ongoing 1101 to 1102")
	if r := n.archive.reports[1].Results[0]; *r.Violations != 2 || *r.Percent != 10 {
		t.Errorf("%d are %v %%", *r.Violations, *r.Percent)
	}
}

// TestAChangedCheckOnABaselineThatLacks has a check change in a night whose baseline did
// not read what it needs: what that brings is new, and that is said.
func TestAChangedCheckOnABaselineThatLacks(t *testing.T) {
	n := newNightsOf(t, StateKind).live(1, 2)
	n.night("20261101T020000Z").audit(1)
	n.check.SQL += " -- the same\nWHERE id > 0"
	n.night("20261102T020000Z")
	change(t, n.db, "UPDATE baseline_coverage SET complete = false WHERE kind = 'objects'")
	n.want(n.audit(1, 2), "fail, 1 new, 0 resolved; 1 ongoing 1101 to 1102; 2 new 1102 to 1102")
	if r := n.archive.reports[1].Results[0]; r.Reran || r.Note == nil {
		t.Errorf("%+v", r)
	}
}

// TestChangedChecks has a check that finds something else from one night to the next.
func TestChangedChecks(t *testing.T) {
	n := newNightsOf(t, StateKind).live(1, 2, 3, 4)
	const base = "SELECT 'deals' AS subject_type, object_id AS subject_id FROM objects WHERE object_type = 'deals' AND "
	sets := func(now, before string) *nights {
		change(t, n.db, "DELETE FROM objects; DELETE FROM baseline_objects; INSERT INTO objects (object_type, object_id) SELECT 'deals', unnest("+now+"); INSERT INTO baseline_objects (object_type, object_id, seen, archived) SELECT 'deals', unnest("+before+"), true, false")
		return n
	}
	n.check.SQL = base + "object_id < 3"
	n.want(sets("[1, 3, 5]", "[]").night("20261101T020000Z").audit(), "fail, 0 new, 0 resolved; 1 ongoing 1101 to 1101")
	// The next version finds 3 and 5, too, and not 1: 3 was so before, 7 is a loss of this night.
	n.check.SQL = base + "object_id >= 3"
	n.want(sets("[1, 3, 7]", "[1, 3, 5]").night("20261102T020000Z").audit(),
		"fail, 1 new, 0 resolved; 1 resolved (dropped) 1101 to 1101; 3 ongoing 1102 to 1102; 7 new 1102 to 1102")
	if r := n.archive.reports[1].Results[0]; !r.Reran || r.Note != nil {
		t.Errorf("%+v", r)
	}
	n.want(sets("[3]", "[1, 3, 7]").night("20261103T020000Z").audit(), "fail, 0 new, 1 resolved; 3 ongoing 1102 to 1103; 7 resolved (deleted) 1102 to 1102")
	// Comments and breaks are no change.
	n.check.SQL = "-- what it is\n" + strings.ReplaceAll(n.check.SQL, " FROM", "\nFROM -- where\n")
	n.night("20261104T020000Z").audit()
	if r := n.archive.reports[3].Results[0]; r.Reran {
		t.Error("a comment made another version")
	}
	// Without the night to compare with nothing is new or mended, and that is said.
	n.check.SQL, n.check.Gate = base+"object_id = 7", Gate{Kind: "new"}
	sets("[7]", "[]").night("20261105T020000Z")
	change(t, n.db, "DELETE FROM baseline")
	n.want(n.audit(), "warn, 0 new, 0 resolved; 3 resolved (dropped) 1102 to 1104; 7 ongoing 1102 to 1105")
	if r := n.archive.reports[4].Results[0]; r.Reran || r.Note == nil {
		t.Errorf("%+v", r)
	}
}

// TestReminders has what failed a run fail again.
func TestReminders(t *testing.T) {
	n := newNightsOf(t, StateKind).live(1)
	n.check.Gate = Gate{Kind: "new"}
	n.night("20261101T020000Z").audit()
	for _, tt := range []struct{ night, want string }{
		{"20261102T020005Z", "fail"}, {"20261103T020000Z", "warn"}, {"20261108T030000Z", "warn"},
		{"20261109T020000Z", "fail"}, // a week later by the calendar, five seconds less by the clock
		{"20261110T020000Z", "warn"}, {"20261120T020000Z", "fail"},
	} {
		if got, _, _ := strings.Cut(n.night(tt.night).audit(1), ","); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.night, got, tt.want)
		}
	}
	n.want(n.night("20261121T020000Z").audit(), "ok, 0 new, 1 resolved; 1 resolved 1102 to 1120")
	n.want(n.night("20261130T020000Z").audit(), "ok, 0 new, 0 resolved")
}

// TestWaivers has findings that somebody decided to live with for a time.
func TestWaivers(t *testing.T) {
	n := newNightsOf(t, StateKind).live(1, 2, 3)
	n.check.Gate = Gate{Kind: "new"}
	day := func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC) }
	n.night("20261101T020000Z").audit()
	n.options.Waivers = []Waiver{{Check: "made_up", Where: map[string]string{"subject_id": "1", "subject_type": "deals"}, Reason: "known", By: "ann", Expires: day(5)}}
	n.want(n.night("20261102T020000Z").audit(1, 2), "fail, 2 new, 0 resolved, 1 waived; 1 new 1102 to 1102; 2 new 1102 to 1102")
	n.want(n.night("20261104T020000Z").audit(1, 2), "warn, 0 new, 0 resolved, 1 waived; 1 ongoing 1102 to 1104; 2 ongoing 1102 to 1104")
	n.want(n.night("20261105T020000Z").audit(1, 2), "fail, 0 new, 0 resolved; 1 ongoing 1102 to 1105; 2 ongoing 1102 to 1105") // it has expired: due at once
	n.want(n.night("20261106T020000Z").audit(1, 2), "warn, 0 new, 0 resolved; 1 ongoing 1102 to 1106; 2 ongoing 1102 to 1106")
	// One by the id that a record had before it was merged is still of it, and one of a check
	// that did not run is not said to match nothing.
	n.options.Waivers = []Waiver{{Check: "made_up", Where: map[string]string{"subject_id": "9", "subject_type": "deals"}, Reason: "known", By: "ann", Expires: day(20)}}
	change(t, n.db, "INSERT INTO id_alias VALUES ('deals', 9, 1)")
	if r := n.run(1); *r.Results[0].Waived != 1 || len(r.Notes) != 0 {
		t.Errorf("%s %q", summary(r), r.Notes)
	}
	change(t, n.db, "DELETE FROM id_alias")
	if r := n.run(Skip); len(r.Notes) != 0 {
		t.Errorf("%q", r.Notes)
	}
	change(t, n.db, "UPDATE coverage SET complete = true")
	// A waiver of one of two findings that become one goes over to what is left.
	young := n.archive.register("2027")
	for _, f := range young {
		if *f.SubjectID == 2 {
			n.options.Waivers = []Waiver{{Fingerprint: f.Fingerprint[:12], Reason: "known", By: "ann", Expires: day(20)}}
		}
	}
	change(t, n.db, "INSERT INTO id_alias VALUES ('deals', 1, 3), ('deals', 2, 3)")
	r := n.night("20261107T020000Z").run(3)
	if text := summary(r); !strings.HasPrefix(text, "warn, 0 new, 0 resolved, 1 waived") || len(r.Notes) != 0 {
		t.Errorf("%s %q", text, r.Notes)
	}
}

// TestWaiverNotes reports waivers that want attention.
func TestWaiverNotes(t *testing.T) {
	n := newNightsOf(t, StateKind).live(1)
	day := func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC) }
	where := map[string]string{"subject_id": "1"}
	n.options.Waivers = []Waiver{
		{Check: "made_up", Where: where, Expires: day(2)}, {Check: "made_up", Where: map[string]string{"subject_id": "2"}, Expires: day(30)},
		{Check: "made_up", Where: where, Expires: day(9)}, {Check: "made_up", Where: where, Expires: day(30)},
	}
	r := n.night("20261103T020000Z").run(1)
	if len(r.Notes) != 3 || !strings.Contains(r.Notes[0], "has expired") || !strings.Contains(r.Notes[1], "matches no open finding") || !strings.Contains(r.Notes[2], "expires soon") {
		t.Errorf("%q", r.Notes)
	}
}

// TestOverrides has settings of one check.
func TestOverrides(t *testing.T) {
	n := newNightsOf(t, StateKind).live(1)
	n.check.Settings = []CheckSetting{{Name: "hours"}}
	n.check.SQL = "SELECT 'deals' AS subject_type, cast(value AS BIGINT) AS subject_id FROM settings WHERE key = 'hours'"
	change(t, n.db, "INSERT INTO settings VALUES ('hours', '24')")
	n.want(n.night("20261101T020000Z").audit(), "fail, 0 new, 0 resolved; 24 ongoing 1101 to 1101")
	gate := Gate{Kind: "never"}
	change(t, n.db, "INSERT INTO settings VALUES ('made_up.hours', '72'), ('another.hours', '96')")
	n.options.Overrides = map[string]Override{"made_up": {Severity: Critical, Gate: &gate}}
	r := n.night("20261102T020000Z").run()
	if text := summary(r); !strings.HasPrefix(text, "warn, 0 new, 0 resolved; 24 resolved (dropped) 1101 to 1101; 72 ongoing") || !r.Results[0].Reran || r.Findings[1].Severity != Critical {
		t.Errorf("%s %+v", text, r.Results[0])
	}
	n.options.Overrides = map[string]Override{"made_up": {Off: true}}
	if r := n.run(); *r.Results[0].SkipCause != TurnedOff || r.Outcome() != Green {
		t.Errorf("%+v", r)
	}
}
