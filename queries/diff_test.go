package queries

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// differences are those of two nights, a line each, behind a line with the counts.
func differences(t *testing.T, earlier, later string) (lines, notCompared []string) {
	t.Helper()
	name := func(typ *string, id *int64, name *string) string {
		text := ""
		if typ != nil {
			text = *typ
		}
		if id != nil {
			text += fmt.Sprintf(":%d", *id)
		}
		if name != nil {
			text += " " + *name
		}
		return text
	}
	err := ReadDiff(t.Context(), newNights(t, earlier, later), func(d *Diff) error {
		if d.Old.SnapshotID != "20261121T020000Z" || d.New.SnapshotID != "20261122T020000Z" {
			t.Errorf("compared %s with %s", d.Old.SnapshotID, d.New.SnapshotID)
		}
		var counts []string
		for _, c := range d.Counts {
			counts = append(counts, fmt.Sprintf("%d %s %s", c.Count, c.Section, c.Change))
		}
		if int(d.Total()) > 0 {
			lines = append(lines, strings.Join(counts, ", "))
		}
		notCompared = d.NotCompared
		return nil
	}, func(d Difference) error {
		line := d.Change + " " + name(&d.FromType, d.FromID, d.FromName)
		if d.ToType != nil {
			line += " -> " + name(d.ToType, d.ToID, d.ToName)
		}
		if d.Category != nil {
			line += fmt.Sprintf(" %s:%d", *d.Category, *d.TypeID)
		}
		lines = append(lines, fmt.Sprintf("%s %v %v", line, d.Before, d.After))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines, notCompared
}

// TestDiff has each kind of difference once, beside a merge that takes a link along and
// is therefore no difference of links.
func TestDiff(t *testing.T) {
	lines, notCompared := differences(t, `
		INSERT INTO objects (object_type, object_id, name, stage_id, amount, degree) VALUES ('deals', 1, 'Renewal', 'open', 10, 2), ('deals', 2, 'Other', 'open', NULL, 1), ('deals', 3, 'Lost', 'open', NULL, 0), ('deals', 4, 'Bin', NULL, NULL, 0);
		INSERT INTO objects (object_type, object_id, degree) VALUES ('contacts', 11, 1), ('contacts', 12, 1), ('contacts', 13, 0), ('companies', 21, 1), ('contacts', 15, 1);
		INSERT INTO associations (from_type, from_id, to_type, to_id, type_id) VALUES ('deals', 1, 'contacts', 11, 3), ('contacts', 11, 'deals', 1, 4), ('deals', 1, 'companies', 21, 341), ('companies', 21, 'deals', 1, 342), ('deals', 2, 'contacts', 12, 3), ('contacts', 12, 'deals', 2, 4), ('deals', 2, 'contacts', 15, 3), ('contacts', 15, 'deals', 2, 4);
	`, `
		UPDATE association_types SET label = 'Champion' WHERE type_id = 21;
		UPDATE association_types SET max_to = 5 WHERE type_id = 41;
		DELETE FROM association_types WHERE type_id = 31;
		INSERT INTO association_types (from_type, to_type, category, type_id, label) VALUES ('deals', 'contacts', 'USER_DEFINED', 51, 'Payer');
		UPDATE objects SET stage_id = 'won', amount = 20, properties = MAP {'tier': 'A'} WHERE object_id = 1;
		DELETE FROM objects WHERE object_id IN (3, 12);
		UPDATE objects SET archived = true WHERE object_id = 4;
		INSERT INTO objects (object_type, object_id, degree) VALUES ('contacts', 14, 3);
		INSERT INTO id_alias VALUES ('contacts', 12, 13);
		DELETE FROM associations WHERE from_type = 'contacts' AND from_id = 15;
		DELETE FROM associations WHERE from_type = 'companies' OR to_type = 'companies';
		UPDATE associations SET from_id = 13 WHERE from_id = 12;
		UPDATE associations SET to_id = 13 WHERE to_id = 12;
		INSERT INTO associations (from_type, from_id, to_type, to_id, type_id) VALUES ('deals', 2, 'companies', 21, 341), ('companies', 21, 'deals', 2, 342);
		INSERT INTO associations (from_type, from_id, to_type, to_id, category, type_id, label) VALUES ('deals', 1, 'contacts', 11, 'USER_DEFINED', 21, 'Champion'), ('contacts', 11, 'deals', 1, 'USER_DEFINED', 22, 'Decision maker');
	`)
	want := []string{
		"1 definitions added, 1 definitions deleted, 1 definitions limit, 1 definitions renamed, 1 links changed, 1 links gone, 1 links new, 1 links unlisted, 1 records archived, 1 records changed, 1 records gone, 1 records merged, 1 records new",
		`added deals -> contacts USER_DEFINED:51 [] [Payer]`,
		`deleted contacts -> contacts USER_DEFINED:31 [Manager] []`,
		`limit deals -> contacts USER_DEFINED:41 [at most any number] [at most 5]`,
		`renamed deals -> contacts USER_DEFINED:21 [Decision maker] [Champion]`,
		`changed contacts:11 -> deals:1 Renewal [] [USER_DEFINED:22 "Decision maker"]`,
		`gone companies:21 -> deals:1 Renewal [HUBSPOT_DEFINED:342] []`,
		`new companies:21 -> deals:2 Other [] [HUBSPOT_DEFINED:342]`,
		`unlisted contacts:15 -> deals:2 Other [HUBSPOT_DEFINED:4] []`,
		`archived deals:4 Bin [degree 0] []`,
		`changed deals:1 Renewal [stage_id open amount 10.0000 tier empty] [stage_id won amount 20.0000 tier A]`,
		`gone deals:3 Lost [degree 0] []`,
		`merged contacts:12 -> contacts:13 [degree 1] [degree 0]`,
		`new contacts:14 [] [degree 3]`,
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
	if len(notCompared) > 0 {
		t.Errorf("not compared: %v", notCompared)
	}
}

// TestDiffOfWhatWasNotRead has two nights that did not read the same: there are no
// differences, and what was not compared is named.
func TestDiffOfWhatWasNotRead(t *testing.T) {
	lines, notCompared := differences(t, `
		INSERT INTO objects (object_type, object_id) VALUES ('deals', 1), ('contacts', 11);
		INSERT INTO associations (from_type, from_id, to_type, to_id, type_id) VALUES ('deals', 1, 'contacts', 11, 3), ('contacts', 11, 'deals', 1, 4);
	`, `
		INSERT INTO coverage (kind, from_type, to_type, complete) VALUES ('objects', 'deals', NULL, false), ('associations', 'deals', 'contacts', false), ('associations', 'contacts', 'deals', false), ('types', 'deals', 'contacts', false);
		DELETE FROM objects;
		DELETE FROM associations;
		DELETE FROM association_types WHERE from_type = 'deals' AND to_type = 'contacts';
	`)
	want := []string{"1 records gone", `gone contacts:11 [] []`}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"associations contacts deals", "associations deals contacts", "objects deals", "types deals contacts"}, notCompared); diff != "" {
		t.Error(diff)
	}
}
