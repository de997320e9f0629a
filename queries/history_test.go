package queries

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// life is a database over many nights, with one check that finds what a table
// lists.
type life struct {
	*testing.T
	db     *sql.DB
	check  Check
	audits int
}

func newLife(t *testing.T) *life {
	t.Helper()
	l := &life{T: t, db: newNights(t, "", "")}
	change(t, l.db, "CREATE TABLE found (id BIGINT); DELETE FROM snapshots")
	l.check = check(t, "made_up", "subject_id", "SELECT 'deals' AS subject_type, id AS subject_id, 'at ' || (SELECT snapshot_id FROM snapshot) AS note FROM found")
	return l
}

// night makes a snapshot the audited one, as a new DuckDB file would.
func (l *life) night(snapshot string) *life {
	l.Helper()
	base, _, _ := strings.Cut(snapshot, "-")
	start, err := time.Parse("20060102T150405Z", base)
	if err != nil {
		l.Fatal(err)
	}
	change(l, l.db, fmt.Sprintf(`
		UPDATE snapshot SET snapshot_id = '%s', started_at = '%s', scope_hash = 'scope';
		INSERT INTO snapshots FROM snapshot WHERE snapshot_id NOT IN (SELECT snapshot_id FROM snapshots);`, snapshot, start.Format(time.DateTime)))
	return l
}

// run audits what is found there: ids, or a status that the check is to have.
func (l *life) run(found ...any) *Report {
	l.Helper()
	change(l, l.db, "UPDATE coverage SET complete = true")
	return l.runAs(found...)
}

// runAs audits the same, with the coverage as it is.
func (l *life) runAs(found ...any) *Report {
	l.Helper()
	l.audits++
	c := l.check
	change(l, l.db, "DELETE FROM found")
	for _, f := range found {
		switch f {
		case Skip:
			change(l, l.db, "UPDATE coverage SET complete = false WHERE kind = 'objects'")
		case Error:
			c.SQL = "SELECT error('broken') AS subject_id"
		default:
			change(l, l.db, fmt.Sprintf("INSERT INTO found VALUES (%d)", f))
		}
	}
	r, err := Audit(l.Context(), l.db, Options{AuditID: fmt.Sprintf("20270101T%06dZ", l.audits), Checks: []Check{c}, FailOn: Medium})
	if err != nil {
		l.Fatal(err)
	}
	return r
}

// audit runs and keeps what comes of it, as the audit's files do, and tells it.
func (l *life) audit(found ...any) string {
	l.Helper()
	r := l.run(found...)
	store(l, l.db, r)
	return tell(r)
}

// tell is the status, the counts and the states of an audit of one check.
func tell(r *Report) string {
	c := r.Results[0]
	text := string(c.Status)
	if c.New != nil {
		text += fmt.Sprintf(", %d new, %d resolved", *c.New, *c.Resolved)
	}
	for _, f := range r.Findings {
		text += fmt.Sprintf("; %d %s %s to %s", *f.SubjectID, f.State, f.FirstSeen.Format("0102"), f.LastSeen.Format("0102"))
	}
	return text
}

// store writes an audit into the tables of all nights.
func store(t testing.TB, db *sql.DB, r *Report) {
	t.Helper()
	for _, c := range r.Results {
		_, err := db.Exec("INSERT INTO check_results VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", c.AuditID, c.SnapshotID, c.BaselineID, c.CheckID,
			string(c.Severity), string(c.Status), c.Violations, c.Universe, c.Percent, c.New, c.Resolved, c.SkipReason, c.DurationMS)
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range r.Findings {
		_, err := db.Exec("INSERT INTO findings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", f.AuditID, f.SnapshotID, f.CheckID,
			string(f.Severity), f.Fingerprint, string(f.State), f.FirstSeen, f.LastSeen, f.SubjectType, f.SubjectID, f.FromType, f.FromID,
			f.ToType, f.ToID, f.Category, f.TypeID, f.Evidence)
		if err != nil {
			t.Fatal(err)
		}
	}
}

func (l *life) want(got, want string) {
	l.Helper()
	if got != want {
		l.Errorf("%s\nwant %s", got, want)
	}
}

func TestLife(t *testing.T) {
	l := newLife(t)
	l.want(l.night("20261121T020000Z").audit(1, 2), "fail, 0 new, 0 resolved; 1 new 1121 to 1121; 2 new 1121 to 1121") // nothing to be new against
	l.want(l.night("20261122T020000Z").audit(2, 3), "fail, 1 new, 1 resolved; 1 resolved 1121 to 1121; 2 ongoing 1121 to 1122; 3 new 1122 to 1122")
	l.want(l.night("20261123T020000Z").audit(3), "fail, 0 new, 1 resolved; 2 resolved 1121 to 1122; 3 ongoing 1122 to 1123")
	l.want(l.night("20261124T020000Z").audit(1, 3), "fail, 1 new, 0 resolved; 1 reopened 1121 to 1124; 3 ongoing 1122 to 1124")
	l.want(l.night("20261125T020000Z").audit(1), "fail, 0 new, 1 resolved; 1 ongoing 1121 to 1125; 3 resolved 1122 to 1124")
	l.want(l.night("20261126T020000Z").audit(), "ok, 0 new, 1 resolved; 1 resolved 1121 to 1125")
	l.want(l.night("20261127T020000Z").audit(), "ok, 0 new, 0 resolved")
	l.want(l.night("20261128T020000Z").audit(2), "fail, 1 new, 0 resolved; 2 reopened 1121 to 1128")
}

// TestResolvedKeepsItsEvidence shows what a finding was when it was last found.
func TestResolvedKeepsItsEvidence(t *testing.T) {
	l := newLife(t)
	l.night("20261121T020000Z").audit(1)
	l.night("20261122T020000Z").audit(1)
	f := l.night("20261123T020000Z").run().Findings[0]
	if f.State != Resolved || f.Evidence != `{"note":"at 20261122T020000Z"}` || f.SnapshotID != "20261123T020000Z" || f.AuditID != "20270101T000003Z" || f.Severity != Medium {
		t.Errorf("%+v", f)
	}
}

// TestOutagesTouchNothing has nights in which the check could not run: they are
// as if they had not been.
func TestOutagesTouchNothing(t *testing.T) {
	for outage, text := range map[Status]string{Skip: "skip", Error: "error"} {
		l := newLife(t)
		l.want(l.night("20261120T020000Z").audit(outage), text)
		l.want(l.night("20261121T020000Z").audit(1, 2), "fail, 0 new, 0 resolved; 1 new 1121 to 1121; 2 new 1121 to 1121")
		l.want(l.night("20261122T020000Z").audit(outage), text)
		l.want(l.night("20261123T020000Z").audit(outage), text)
		l.want(l.night("20261124T020000Z").audit(1, 3), "fail, 1 new, 1 resolved; 1 ongoing 1121 to 1124; 2 resolved 1121 to 1121; 3 new 1124 to 1124")
	}
}

// TestAuditingAgainKeepsStates audits one snapshot several times, also after the
// settings changed what is found; later nights see the last of them.
func TestAuditingAgainKeepsStates(t *testing.T) {
	l := newLife(t)
	l.night("20261121T020000Z").audit(1)
	const want = "fail, 1 new, 1 resolved; 1 resolved 1121 to 1121; 2 new 1122 to 1122"
	l.want(l.night("20261122T020000Z").audit(2), want)
	l.want(l.audit(2), want)
	l.want(l.audit(2, 4), "fail, 2 new, 1 resolved; 1 resolved 1121 to 1121; 2 new 1122 to 1122; 4 new 1122 to 1122")
	l.want(l.night("20261123T020000Z").audit(2, 4), "fail, 0 new, 0 resolved; 2 ongoing 1122 to 1123; 4 ongoing 1122 to 1123")
	l.want(l.night("20261121T020000Z").audit(1), "fail, 0 new, 0 resolved; 1 new 1121 to 1121") // an old night knows nothing of later ones
	l.want(l.night("20261122T020000Z").audit(2), want)
}

// TestSnapshotsOfOneSecond orders ids by their numbers, not as texts.
func TestSnapshotsOfOneSecond(t *testing.T) {
	l := newLife(t)
	for _, id := range []string{"20261121T020000Z", "20261121T020000Z-2", "20261121T020000Z-9"} {
		l.night(id).audit(1)
	}
	l.want(l.night("20261121T020000Z-10").audit(2), "fail, 1 new, 1 resolved; 1 resolved 1121 to 1121; 2 new 1121 to 1121")
	l.want(l.night("20261121T020000Z-9").audit(1), "fail, 0 new, 0 resolved; 1 ongoing 1121 to 1121")
	ids := []string{"20261121T020000Z-10", "20261122T020000Z", "20261121T020000Z-2", "20261121T020000Z"}
	slices.SortFunc(ids, compareIDs)
	if got := strings.Join(ids, " "); got != "20261121T020000Z 20261121T020000Z-2 20261121T020000Z-10 20261122T020000Z" {
		t.Error(got)
	}
}

// TestOtherScopesAndChecksAreApart compares only audits of one check, and of
// crawls that asked for the same things. A snapshot that was forgotten since
// still counts.
func TestOtherScopesAndChecksAreApart(t *testing.T) {
	l := newLife(t)
	l.night("20261121T020000Z").audit(1)
	change(t, l.db, "DELETE FROM snapshots WHERE snapshot_id = '20261121T020000Z'")
	l.want(l.night("20261122T020000Z").audit(1), "fail, 0 new, 0 resolved; 1 ongoing 1121 to 1122")
	change(t, l.db, "UPDATE snapshots SET scope_hash = 'another'")
	l.want(l.night("20261123T020000Z").audit(), "ok, 0 new, 1 resolved; 1 resolved 1121 to 1121")
	l.check.ID = "another"
	l.want(l.night("20261124T020000Z").audit(1), "fail, 0 new, 0 resolved; 1 new 1124 to 1124")
}
