package queries

import "testing"

func TestInversePairMissing(t *testing.T) {
	wantAudit(t, "inverse_pair_missing", "", healthy+unlinked("contacts:12 -> contacts:11\ndeals:1 -> contacts:11")+
		links("deals:2 -> contacts:13 H3 U41")+`
		UPDATE objects SET url = 'https://app.hubspot.com/2' WHERE object_id = 2`,
		"warn 3 of 9",
		`high contacts:11 -> contacts:12 HUBSPOT_DEFINED:449 {"types":["HUBSPOT_DEFINED:449","USER_DEFINED:31"],"labels":["Manager"],`+
			`"missing":["HUBSPOT_DEFINED:449","USER_DEFINED:32"]}`,
		`high contacts:11 -> deals:1 HUBSPOT_DEFINED:4 {"types":["HUBSPOT_DEFINED:4","USER_DEFINED:22"],"labels":["Decision maker"],`+
			`"missing":["HUBSPOT_DEFINED:3","USER_DEFINED:21"]}`,
		`high deals:2 -> contacts:13 HUBSPOT_DEFINED:3 {"types":["HUBSPOT_DEFINED:3","USER_DEFINED:41"],"labels":["Mystery"],`+
			`"missing":["HUBSPOT_DEFINED:4"],"inverse_unknown":["USER_DEFINED:41"]} https://app.hubspot.com/2`)
}

// TestInversePairNeedsTheWayBack leaves out pairs of object types whose way back
// nobody read.
func TestInversePairNeedsTheWayBack(t *testing.T) {
	wantAudit(t, "inverse_pair_missing", "", `
		INSERT INTO association_types (from_type, to_type, type_id, is_default) VALUES ('deals', 'tickets', 27, true);
		INSERT INTO coverage (kind, from_type) VALUES ('objects', 'tickets');
		INSERT INTO objects (object_type, object_id) VALUES ('deals', 1), ('tickets', 5);`+links("deals:1 -> tickets:5 H27"),
		"ok 0 of 0")
}

func TestInverseLabelMissing(t *testing.T) {
	wantAudit(t, "inverse_label_missing", "", healthy+unlinked("contacts:12 -> contacts:11 U32")+links("deals:2 -> contacts:12 U21 U41"),
		"warn 2 of 22",
		`high contacts:11 -> contacts:12 USER_DEFINED:31 {"label":"Manager","missing":"USER_DEFINED:32","missing_label":"Employee",`+
			`"inverse_source":"learned","types_back":["HUBSPOT_DEFINED:449"]}`,
		`high deals:2 -> contacts:12 USER_DEFINED:21 {"label":"Decision maker","missing":"USER_DEFINED:22","missing_label":"Decision maker",`+
			`"inverse_source":"same_text","types_back":["HUBSPOT_DEFINED:4"]}`)
}

func TestEdgeEndpointAbsent(t *testing.T) {
	wantAudit(t, "edge_endpoint_absent", healthy, `
		DELETE FROM objects WHERE object_id IN (12, 22);
		INSERT INTO objects (object_type, object_id, seen, archived) VALUES ('contacts', 12, false, NULL), ('companies', 22, false, true), ('companies', 29, false, NULL);
		UPDATE objects SET url = 'https://app.hubspot.com/2' WHERE object_id = 2;
		DELETE FROM associations WHERE from_id IN (12, 22); DELETE FROM associations WHERE to_id = 12 AND from_id <> 2;`+
		links("deals:1 -> companies:29 H341\ndeals:1 -> companies:28 H341")+`
		INSERT INTO objects (object_type, object_id, seen, archived) VALUES ('companies', 28, false, NULL);
		INSERT INTO id_alias VALUES ('companies', 28, 21)`,
		"warn 2 of 16",
		`high deals:1 -> companies:29 HUBSPOT_DEFINED:341 {"live_in_baseline":false,"from_created_at":"2026-01-02T03:04:05.5Z"}`,
		`high deals:2 -> contacts:12 HUBSPOT_DEFINED:3 {"live_in_baseline":true,"from_created_at":"2026-01-02T03:04:05.5Z"} https://app.hubspot.com/2`)
}

// TestAbsentNeedsTheList leaves out ends of a type whose list nobody read.
func TestAbsentNeedsTheList(t *testing.T) {
	wantAudit(t, "edge_endpoint_absent", "", `INSERT INTO objects (object_type, object_id, seen, archived) VALUES ('deals', 1, true, false), ('tickets', 5, false, NULL);`+
		links("deals:1 -> tickets:5 H27"), "ok 0 of 0")
}

func TestEdgeLabelChanged(t *testing.T) {
	wantAudit(t, "edge_label_changed", healthy, unlinked("deals:1 <-> contacts:11 U21/22")+links("deals:1 -> contacts:11 U41\ndeals:2 -> contacts:12 U41")+
		unlinked("deals:2 -> contacts:12 H3"),
		"warn 3 of 16",
		`medium contacts:11 -> deals:1 {"removed":["USER_DEFINED:22"],"removed_labels":["Decision maker"],"default_kept":true}`,
		`medium deals:1 -> contacts:11 {"removed":["USER_DEFINED:21"],"added":["USER_DEFINED:41"],"removed_labels":["Decision maker"],"added_labels":["Mystery"],"default_kept":true}`,
		`medium deals:2 -> contacts:12 {"added":["USER_DEFINED:41"],"added_labels":["Mystery"],"default_kept":false}`)
}

// TestAssociationDefinitionChanged counts the links that carry a definition; a
// renamed label is one finding, however many links have it.
func TestAssociationDefinitionChanged(t *testing.T) {
	counts := `INSERT INTO association_stats (snapshot_id, from_type, to_type, category, type_id, edges) VALUES
		('20261121T020000Z', 'contacts', 'contacts', 'USER_DEFINED', 31, 4000), ('20261122T020000Z', 'contacts', 'contacts', 'USER_DEFINED', 31, 4100),
		('20261120T020000Z', 'contacts', 'contacts', 'USER_DEFINED', 31, 1), ('20261121T020000Z', 'deals', 'contacts', 'USER_DEFINED', 41, 2);`
	wantAudit(t, "association_definition_changed", counts, `
		UPDATE association_types SET label = 'Boss', max_to = 1 WHERE type_id = 31;
		UPDATE association_types SET label = NULL WHERE type_id = 32;
		UPDATE association_types SET max_to = 5, name = 'deal_to_company' WHERE type_id = 341;
		UPDATE association_types SET inverse_type_id = 99, inverse_source = 'config' WHERE type_id = 3;
		DELETE FROM association_types WHERE type_id IN (41, 449);
		INSERT INTO association_types (from_type, to_type, category, type_id, label) VALUES ('deals', 'contacts', 'USER_DEFINED', 51, 'New');`,
		"fail 6 of 15",
		`medium contacts -> contacts HUBSPOT_DEFINED:449 {"change":"deleted","edges_before":0,"edges_now":0}`,
		`medium contacts -> contacts USER_DEFINED:31 {"change":"renamed","old_label":"Manager","new_label":"Boss","new_max_to":1,"edges_before":4000,"edges_now":4100}`,
		`medium contacts -> contacts USER_DEFINED:32 {"change":"renamed","old_label":"Employee","edges_before":0,"edges_now":0}`,
		`medium deals -> companies HUBSPOT_DEFINED:341 {"change":"limit","name":"deal_to_company","new_max_to":5,"edges_before":0,"edges_now":0}`,
		`high deals -> contacts USER_DEFINED:41 {"change":"deleted","old_label":"Mystery","edges_before":2,"edges_now":0}`,
		`medium deals -> contacts USER_DEFINED:51 {"change":"added","new_label":"New","edges_before":0,"edges_now":0}`)
}

// TestGraceOfAssociations has what these checks find between records of which one is an
// hour old.
func TestGraceOfAssociations(t *testing.T) {
	for check, later := range map[string]string{
		"inverse_label_missing": unlinked("contacts:12 -> contacts:11 U32"),
		"inverse_pair_missing":  unlinked("contacts:12 -> contacts:11"),
		"edge_endpoint_absent":  links("contacts:12 -> companies:29 H279") + "INSERT INTO objects (object_type, object_id, seen, archived) VALUES ('companies', 29, false, NULL);",
	} {
		old := lines(auditOne(t, newNights(t, healthy, later), check))
		young := lines(auditOne(t, newNights(t, healthy, later+"UPDATE objects SET created_at = '2026-11-22 01:00:00' WHERE object_id = 12"), check))
		if len(old) != 2 || len(young) != 1 {
			t.Errorf("%s: of old records %q, of young ones %q", check, old, young)
		}
	}
}

// TestNewObjectType has an object type in scope since tonight: none of its association
// types was added, and no record gained one of them.
func TestNewObjectType(t *testing.T) {
	const tickets = `
		INSERT INTO association_types (from_type, to_type, type_id, is_default) VALUES ('deals', 'tickets', 27, true), ('tickets', 'deals', 28, true);
		INSERT INTO coverage (kind, from_type) VALUES ('objects', 'tickets');
		INSERT INTO objects (object_type, object_id) VALUES ('tickets', 5);`
	wantAudit(t, "association_definition_changed", healthy, tickets+links("deals:1 <-> tickets:5 H27/28"), "ok 0 of 14")
	wantAudit(t, "edge_label_changed", healthy, tickets+links("deals:1 <-> tickets:5 H27/28"), "ok 0 of 16")
}

// TestOneWayCells has a pair of object types of which one direction was not to be read,
// and one of which a direction failed: of these nothing is said, of the others all.
func TestOneWayCells(t *testing.T) {
	oneWay := unlinked("contacts:11 -> companies:21\ndeals:1 -> contacts:11")
	for lost, want := range map[string]string{
		"": "warn 2 of 8",
		"INSERT INTO coverage (kind, from_type, to_type, complete, verdict) VALUES ('associations', 'contacts', 'companies', false, 'out_of_scope');": "warn 1 of 5",
		"INSERT INTO coverage (kind, from_type, to_type, complete, verdict) VALUES ('associations', 'contacts', 'companies', false, 'incomplete');":   "warn 1 of 5",
	} {
		if lost != "" {
			lost += "DELETE FROM associations WHERE from_type = 'contacts' AND to_type = 'companies';"
		}
		for format, make := range formats {
			db := newNights(t, healthy, oneWay+lost)
			change(t, db, make)
			if got := lines(auditOne(t, db, "inverse_pair_missing")); got[0] != want {
				t.Errorf("%s%s format: %q, want %q", lost, format, got, want)
			}
		}
	}
}
