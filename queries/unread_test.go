package queries

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// auditBut audits what is found while records of deals were not read.
func (n *nights) auditBut(found []any, unread ...int64) string {
	n.Helper()
	change(n, n.db, "DELETE FROM gaps; UPDATE coverage SET complete = true, readable = true")
	for _, id := range unread {
		change(n, n.db, fmt.Sprintf("INSERT INTO gaps (kind, from_type, from_id) VALUES ('objects', 'deals', %d); UPDATE coverage SET complete = false, readable = true WHERE kind = 'objects' AND from_type = 'deals'", id))
	}
	r := n.runAs(found...)
	n.archive.add(r)
	return summary(r)
}

// TestUnreadRecordsStayAsTheyWere has records that are not read for some nights:
// what was found of them stays, what is found of them now is not new, and all else
// goes on.
func TestUnreadRecordsStayAsTheyWere(t *testing.T) {
	n := newNightsOf(t, StateKind).live(1, 2, 3)
	n.want(n.night("20261101T020000Z").auditBut([]any{1, 2}), "fail, 0 new, 0 resolved; 1 ongoing 1101 to 1101; 2 ongoing 1101 to 1101")
	// 1 is not read and not found; 3 is not read and found.
	n.want(n.night("20261102T020000Z").auditBut([]any{2, 3}, 1, 3), "fail, 0 new, 0 resolved; 1 ongoing 1101 to 1101; 2 ongoing 1101 to 1102")
	n.want(n.night("20261103T020000Z").auditBut([]any{}, 1), "fail, 0 new, 1 resolved; 1 ongoing 1101 to 1101; 2 resolved 1101 to 1102")
	n.want(n.night("20261104T020000Z").auditBut([]any{1, 2}, 1, 2), "fail, 0 new, 0 resolved; 1 ongoing 1101 to 1101")
	// All are read again.
	n.want(n.night("20261105T020000Z").auditBut([]any{1}), "fail, 0 new, 0 resolved; 1 ongoing 1101 to 1105")
	n.want(n.night("20261106T020000Z").auditBut([]any{}), "ok, 0 new, 1 resolved; 1 resolved 1101 to 1105")
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
	const want = `association_definition_changed 0 of 14
deal_contact_company_open 0 of 0
deal_fully_orphaned 1 of 1
  deals:2
deal_without_company 0 of 1
deal_without_contact 0 of 1
domain_match_unlinked 0 of 0
edge_endpoint_absent 1 of 1
  contacts:2 -> deals:99 HUBSPOT_DEFINED:4
edge_label_changed 0 of 0
edge_removed 0 of 0
inverse_label_missing 0 of 0
inverse_pair_missing 0 of 0
label_without_default 0 of 0
mass_disassociation 0 of 0
newly_orphaned 0 of 0
primary_missing 0 of 1
`
	got := ""
	for _, c := range r.Results {
		if c.SkipCause != nil && (*c.SkipCause == OutOfScope || *c.SkipCause == NoPolicy) || c.CheckID == "crawl_coverage_incomplete" {
			continue
		}
		if c.Status == Skip || c.Status == Error {
			t.Errorf("%s: %s %s", c.CheckID, c.Status, *c.SkipReason)
			continue
		}
		if !strings.Contains(want, c.CheckID+" ") && *c.Violations == 0 {
			continue
		}
		got += fmt.Sprintf("%s %d of %d\n", c.CheckID, *c.Violations, *c.Universe)
		for _, f := range r.Findings {
			if f.CheckID == c.CheckID {
				got += "  " + subject(f) + "\n"
			}
		}
	}
	if got != want {
		t.Errorf("%s", got)
	}
}

// TestLeftOutCellsStayAsTheyWere has a cell that is not read for a night while the others
// are: what was found in it is neither found nor resolved.
func TestLeftOutCellsStayAsTheyWere(t *testing.T) {
	n := newNightsOf(t, StateKind).live(1, 2)
	n.check.Needs = []Need{{"objects", "*", ""}}
	n.want(n.night("20261101T020000Z").audit(1), "fail, 0 new, 0 resolved; 1 ongoing 1101 to 1101")
	n.night("20261102T020000Z")
	for _, found := range [][]any{{}, {1, 2}} {
		change(n, n.db, "UPDATE coverage SET complete = false WHERE kind = 'objects' AND from_type = 'deals'")
		r := n.runAs(found...)
		n.archive.add(r)
		n.want(summary(r), "fail, 0 new, 0 resolved; 1 ongoing 1101 to 1101")
		if got := r.Results[0].CellsLeftOut; len(got) != 1 || r.Outcome() != Failed {
			t.Errorf("left out are %v, %v", got, r.Outcome())
		}
	}
	n.want(n.night("20261103T020000Z").audit(2), "fail, 1 new, 1 resolved; 1 resolved 1101 to 1101; 2 new 1103 to 1103")
}
