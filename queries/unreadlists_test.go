package queries

import (
	"fmt"
	"strings"
	"testing"
)

// lacking makes cells of a night such that lack one record each and count as read.
func lacking(kind, from string, id int64, to string) string {
	of := fmt.Sprintf("'%s', '%s', %d, nullif('%s', '')", kind, from, id, to)
	return fmt.Sprintf(`INSERT INTO gaps VALUES (%s, 'poisoned');
		UPDATE coverage SET complete = false, readable = true, reason = 'poisoned' WHERE kind = '%s' AND from_type = '%s' AND coalesce(to_type, '') = '%s';`, of, kind, from, to)
}

// TestUnreadRecordsAreNotJudged has one record of the night lost at a time. What is
// found and how many could have been: of the record itself, and of the list that would
// say so, nothing is said; all else is as ever.
func TestUnreadRecordsAreNotJudged(t *testing.T) {
	const portal = `
		INSERT INTO objects (object_type, object_id) VALUES ('deals', 1), ('deals', 2), ('deals', 3), ('contacts', 4), ('companies', 6);
		INSERT INTO objects (object_type, object_id, seen) VALUES ('contacts', 5, false);
		INSERT INTO associations (from_type, from_id, to_type, to_id, type_id) VALUES
			('deals', 3, 'contacts', 4, 3), ('deals', 3, 'companies', 6, 341), ('companies', 6, 'deals', 3, 342),
			('deals', 3, 'contacts', 5, 3), ('contacts', 5, 'deals', 3, 4);`
	for _, tt := range []struct{ check, lost, want string }{
		{"deal_fully_orphaned", "", "2 of 3: deals 1; deals 2"},
		{"deal_fully_orphaned", lacking("associations", "deals", 1, "contacts"), "1 of 2: deals 2"},
		{"deal_fully_orphaned", lacking("associations", "deals", 1, "companies") + lacking("associations", "deals", 2, "companies"), "0 of 1: "},
		{"deal_fully_orphaned", lacking("objects", "deals", 1, ""), "1 of 2: deals 2"},
		{"deal_fully_orphaned", lacking("associations", "contacts", 4, "companies"), "2 of 3: deals 1; deals 2"},                                                                      // it does not need that
		{"deal_fully_orphaned", lacking("associations", "contacts", 1, "deals"), "2 of 3: deals 1; deals 2"},                                                                          // another record 1
		{"deal_fully_orphaned", "DELETE FROM associations WHERE 6 IN (from_id, to_id) OR 4 IN (from_id, to_id);" + lacking("objects", "contacts", 5, ""), "2 of 2: deals 1; deals 2"}, // contact 5 may live
		{"inverse_pair_missing", "", "1 of 2: deals 3 -> contacts 4"},
		{"inverse_pair_missing", lacking("associations", "contacts", 4, "deals"), "0 of 1: "},
		{"inverse_pair_missing", lacking("associations", "contacts", 4, "companies"), "1 of 2: deals 3 -> contacts 4"},
		{"inverse_pair_missing", lacking("objects", "contacts", 4, ""), "0 of 1: "},
		{"inverse_pair_missing", lacking("associations", "deals", 3, "contacts"), "0 of 2: "},
		{"edge_endpoint_absent", "", "1 of 4: deals 3 -> contacts 5"},
		{"edge_endpoint_absent", lacking("objects", "contacts", 5, ""), "0 of 3: "},
	} {
		r := auditOne(t, newNights(t, "", portal+fill+tt.lost), tt.check)
		var found []string
		for _, f := range r.Findings {
			if f.SubjectID != nil {
				found = append(found, fmt.Sprint(*f.SubjectType, " ", *f.SubjectID))
			} else {
				found = append(found, fmt.Sprintf("%s %d -> %s %d", *f.FromType, *f.FromID, *f.ToType, *f.ToID))
			}
		}
		c := r.Results[0]
		if c.Violations == nil {
			t.Errorf("%s without %s: %s %v", tt.check, tt.lost, c.Status, *c.SkipReason)
		} else if got := fmt.Sprintf("%d of %d: %s", *c.Violations, *c.Universe, strings.Join(found, "; ")); got != tt.want {
			t.Errorf("%s without %q: %s, want %s", tt.check, tt.lost, got, tt.want)
		}
	}
}

// TestWhoListsWhatWasNotRead has a deal that was found because the only contact that it
// names is archived, and a night in which that contact was not read: nobody knows what it
// is to the deal, and the finding stays as it was.
func TestWhoListsWhatWasNotRead(t *testing.T) {
	n := newNightsOf(t, StateKind)
	checks, err := Select("deal_fully_orphaned")
	if err != nil {
		t.Fatal(err)
	}
	n.check = checks[0]
	change(t, n.db, `DELETE FROM objects;
		INSERT INTO objects (object_type, object_id) VALUES ('deals', 1), ('deals', 2), ('contacts', 4);
		INSERT INTO objects (object_type, object_id, archived) VALUES ('contacts', 5, true);
		INSERT INTO associations (from_type, from_id, to_type, to_id, type_id) VALUES ('deals', 1, 'contacts', 5, 3), ('deals', 2, 'contacts', 4, 3);`+fill)
	const open = "; 1 ongoing 1101 to 110"
	n.want(n.night("20261101T020000Z").audit(), "warn, 0 new, 0 resolved"+open+"1")
	change(t, n.db, "UPDATE objects SET seen = false, archived = NULL WHERE object_id = 5;"+lacking("objects", "contacts", 5, ""))
	r := n.night("20261102T020000Z").runAs()
	n.archive.add(r)
	n.want(summary(r), "warn, 0 new, 0 resolved"+open+"1")
	change(t, n.db, "UPDATE objects SET seen = true, archived = true WHERE object_id = 5; DELETE FROM gaps; UPDATE coverage SET readable = NULL")
	n.want(n.night("20261103T020000Z").audit(), "warn, 0 new, 0 resolved"+open+"3")
}

// TestUnreadInTheBaseline has a label changed on a pair of which a night before did
// not read the list.
func TestUnreadInTheBaseline(t *testing.T) {
	const pair = `
		INSERT INTO objects (object_type, object_id) VALUES ('deals', 1), ('contacts', 4);
		INSERT INTO associations (from_type, from_id, to_type, to_id, type_id) VALUES ('deals', 1, 'contacts', 4, 3), ('contacts', 4, 'deals', 1, 4);`
	const labelled = `
		INSERT INTO associations (from_type, from_id, to_type, to_id, category, type_id) VALUES ('deals', 1, 'contacts', 4, 'USER_DEFINED', 21), ('contacts', 4, 'deals', 1, 'USER_DEFINED', 22);`
	for lost, want := range map[string]string{
		"": "2 of 2",
		"INSERT INTO baseline_gaps VALUES ('associations', 'deals', 1, 'contacts', 'poisoned')":                                              "0 of 0",
		"INSERT INTO baseline_gaps VALUES ('associations', 'deals', 1, 'companies', 'poisoned')":                                             "2 of 2",
		"INSERT INTO id_alias VALUES ('deals', 9, 1); INSERT INTO baseline_gaps VALUES ('associations', 'deals', 9, 'contacts', 'poisoned')": "0 of 0",
	} {
		c := auditOne(t, newNights(t, pair, labelled+lost), "edge_label_changed").Results[0]
		if c.Violations == nil {
			t.Errorf("%q: %s %s", lost, c.Status, *c.SkipReason)
		} else if got := fmt.Sprintf("%d of %d", *c.Violations, *c.Universe); got != want {
			t.Errorf("%q: %s, want %s", lost, got, want)
		}
	}
}
