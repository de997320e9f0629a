package queries

import (
	"fmt"
	"testing"
	"time"
)

// poison makes records of the audited night gaps of a cell, and the cell one that
// was read but for these.
func poison(t *testing.T, l *life, kind, from, to string, ids ...int64) {
	t.Helper()
	change(t, l.db, "DELETE FROM gaps; UPDATE coverage SET complete = true, readable = true; DELETE FROM objects; INSERT INTO objects (object_type, object_id) FROM (VALUES ('deals', 1), ('deals', 2), ('deals', 3))")
	for _, id := range ids {
		change(t, l.db, fmt.Sprintf(`
			INSERT INTO gaps (kind, from_type, to_type, from_id) VALUES ('%[1]s', '%[2]s', nullif('%[3]s', ''), %[4]d);
			UPDATE coverage SET complete = false, readable = true WHERE kind = '%[1]s' AND from_type = '%[2]s' AND coalesce(to_type, '') = '%[3]s'`, kind, from, to, id))
	}
}

// auditBut audits what is found and what was not read in a cell of deals.
func (l *life) auditBut(found []any, unread ...int64) string {
	l.Helper()
	poison(l.T, l, "objects", "deals", "", unread...)
	r := l.runAs(found...)
	store(l, l.db, r)
	return tell(r) + fmt.Sprintf(" of %d", *r.Results[0].Universe)
}

// TestUnreadRecordsStayAsTheyWere has records that are not read for some nights:
// what was found of them stays, what is found of them now is not new, and all else
// goes on.
func TestUnreadRecordsStayAsTheyWere(t *testing.T) {
	l := newLife(t)
	l.check.Universe = "SELECT count(*) FROM objects WHERE object_type = 'deals'"
	l.want(l.night("20261121T020000Z").auditBut([]any{1, 2}), "fail, 0 new, 0 resolved; 1 new 1121 to 1121; 2 new 1121 to 1121 of 3")
	// 1 is not read and not found; 3 is not read and found.
	l.want(l.night("20261122T020000Z").auditBut([]any{2, 3}, 1, 3), "fail, 0 new, 0 resolved; 1 ongoing 1121 to 1121; 2 ongoing 1121 to 1122 of 1")
	l.want(l.night("20261123T020000Z").auditBut([]any{}, 1), "fail, 0 new, 1 resolved; 1 ongoing 1121 to 1121; 2 resolved 1121 to 1122 of 2")
	l.want(l.night("20261124T020000Z").auditBut([]any{1, 2}, 1, 2), "fail, 0 new, 0 resolved; 1 ongoing 1121 to 1121 of 1")
	// All are read again.
	l.want(l.night("20261125T020000Z").auditBut([]any{1}), "fail, 0 new, 0 resolved; 1 ongoing 1121 to 1125 of 3")
	l.want(l.night("20261126T020000Z").auditBut([]any{}), "ok, 0 new, 1 resolved; 1 resolved 1121 to 1125 of 3")
}

// TestChecksRunBesideAGap has one record of each type unread, in every cell: no
// check is skipped or breaks, and none finds anything of these records.
func TestChecksRunBesideAGap(t *testing.T) {
	const rows = `
		INSERT INTO objects (object_type, object_id) VALUES ('deals', 1), ('deals', 2), ('contacts', 1), ('contacts', 2), ('companies', 1);
		INSERT INTO associations (from_type, from_id, to_type, to_id, type_id) VALUES ('contacts', 1, 'companies', 1, 279), ('contacts', 2, 'companies', 1, 279), ('contacts', 2, 'deals', 99, 4);`
	db := newNights(t, rows, "")
	change(t, db, `
		INSERT INTO gaps (kind, from_type, to_type, from_id) SELECT kind, from_type, to_type, 1 FROM coverage;
		INSERT INTO objects (object_type, object_id, seen, archived) VALUES ('deals', 99, false, NULL);
		UPDATE coverage SET complete = false, readable = true`)
	r, err := Audit(t.Context(), db, Options{AuditID: "20261122T030000Z", Now: func() time.Time { return time.Time{} }})
	if err != nil {
		t.Fatal(err)
	}
	if r.Unread != 3 {
		t.Errorf("%d records were not read, want 3", r.Unread)
	}
	got := ""
	for i, c := range r.Results {
		if c.Status == Skip || c.Status == Error {
			t.Errorf("%s: %s %s", c.CheckID, c.Status, *c.SkipReason)
			continue
		}
		got += fmt.Sprintf("%s %d of %d\n", c.CheckID, *c.Violations, *c.Universe)
		for _, f := range r.of(i) {
			got += "  " + f.subject() + "\n"
		}
	}
	const want = `association_definition_changed 0 of 14
deal_fully_orphaned 1 of 1
  deals:2
deal_without_company 0 of 1
deal_without_contact 0 of 1
edge_endpoint_absent 1 of 1
  contacts:2 -> deals:99 HUBSPOT_DEFINED:4
edge_label_changed 0 of 0
inverse_label_missing 0 of 1
inverse_pair_missing 0 of 1
`
	if got != want {
		t.Errorf("%s", got)
	}
}
