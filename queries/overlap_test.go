package queries

import "testing"

// TestOneDefectOneCheck plants a defect at a time over night and runs the checks:
// each is found, by one of them.
func TestOneDefectOneCheck(t *testing.T) {
	const manager = "contacts:11 -> contacts:12 USER_DEFINED:31"
	only(t, "none", "")
	only(t, "a deal lost all its links", unlinked("deals:1 <-> contacts:11\ndeals:1 <-> companies:21"), "deal_fully_orphaned deals:1")
	only(t, "a deal lost its contact", unlinked("deals:1 <-> contacts:11"), "deal_without_contact deals:1")
	only(t, "a deal lost its company", unlinked("deals:1 <-> companies:21"), "deal_without_company deals:1")
	only(t, "a deal lists nobody, and its contact and company list it", unlinked("deals:1 -> contacts:11\ndeals:1 -> companies:21"),
		"inverse_pair_missing contacts:11 -> deals:1 HUBSPOT_DEFINED:4", "inverse_pair_missing companies:21 -> deals:1 HUBSPOT_DEFINED:342")
	only(t, "a deal does not list its contact", unlinked("deals:1 -> contacts:11"), "inverse_pair_missing contacts:11 -> deals:1 HUBSPOT_DEFINED:4")
	only(t, "a deal does not list its company", unlinked("deals:1 -> companies:21"), "inverse_pair_missing companies:21 -> deals:1 HUBSPOT_DEFINED:342")
	only(t, "a contact does not list its deal", unlinked("contacts:11 -> deals:1"), "inverse_pair_missing deals:1 -> contacts:11 HUBSPOT_DEFINED:3")
	only(t, "a label went on one side", unlinked("contacts:12 -> contacts:11 U32"), "inverse_label_missing "+manager)
	only(t, "a label came on one side", links("contacts:12 -> contacts:11 U31"), "inverse_label_missing contacts:12 -> contacts:11 USER_DEFINED:31")
	only(t, "a label went on both sides", unlinked("contacts:11 <-> contacts:12 U31/32"),
		"edge_label_changed contacts:11 -> contacts:12", "edge_label_changed contacts:12 -> contacts:11")
	only(t, "a label came on both sides", links("deals:2 <-> contacts:12 U21/22"),
		"edge_label_changed contacts:12 -> deals:2", "edge_label_changed deals:2 -> contacts:12")
	only(t, "a label whose inverse is not known came", links("deals:2 -> contacts:12 U41"), "edge_label_changed deals:2 -> contacts:12")
	only(t, "a label was renamed", "UPDATE association_types SET label = 'Decider' WHERE type_id = 41", "association_definition_changed deals -> contacts USER_DEFINED:41")
	only(t, "a label was renamed on both sides", "UPDATE association_types SET label = 'Decider' WHERE type_id IN (21, 22)",
		"association_definition_changed deals -> contacts USER_DEFINED:21", "association_definition_changed contacts -> deals USER_DEFINED:22")
	only(t, "a label was deleted", "DELETE FROM association_types WHERE type_id IN (31, 32); DELETE FROM associations WHERE type_id IN (31, 32)",
		"association_definition_changed contacts -> contacts USER_DEFINED:31", "association_definition_changed contacts -> contacts USER_DEFINED:32")
	only(t, "a label was added and used", `INSERT INTO association_types (from_type, to_type, category, type_id, label) VALUES ('deals', 'contacts', 'USER_DEFINED', 51, 'New')`+";"+links("deals:2 -> contacts:12 U51"),
		"association_definition_changed deals -> contacts USER_DEFINED:51")
	only(t, "a contact vanished, and its deal still lists it", `DELETE FROM objects WHERE object_id = 12; DELETE FROM associations WHERE from_id = 12;
		DELETE FROM associations WHERE to_id = 12 AND from_type <> 'deals';
		INSERT INTO objects (object_type, object_id, seen, archived) VALUES ('contacts', 12, false, NULL)`, "deal_without_contact deals:2", "edge_endpoint_absent deals:2 -> contacts:12 HUBSPOT_DEFINED:3")
}

// TestNoDefects changes what is nobody's fault.
func TestNoDefects(t *testing.T) {
	only(t, "the primary company moved", unlinked("contacts:11 <-> companies:21 H1/2")+links("contacts:11 <-> companies:22 H279/280 H1/2"))
	only(t, "the primary mark went", unlinked("contacts:11 <-> companies:21 H1/2"))
	only(t, "links went, and others are left", links("deals:1 <-> contacts:12 H3/4")+unlinked("deals:1 <-> contacts:11"))
	only(t, "a deal was archived with its links", "UPDATE objects SET archived = true WHERE object_id = 1;"+unlinked("deals:1 <-> contacts:11\ndeals:1 <-> companies:21"))
	only(t, "a deal was archived, and others list it", "UPDATE objects SET archived = true WHERE object_id = 1; DELETE FROM associations WHERE from_id = 1")
	only(t, "a contact was archived, and lost a label", links("deals:2 <-> contacts:13 H3/4")+"UPDATE objects SET archived = true WHERE object_id = 12;"+unlinked("contacts:11 <-> contacts:12 U31/32"))
	onlyAfter(t, "a contact came out of the bin with a label", "UPDATE objects SET archived = true WHERE object_id = 12;"+unlinked("contacts:11 <-> contacts:12 U31/32"),
		"UPDATE objects SET archived = false;"+links("contacts:11 <-> contacts:12 U31/32"))
	only(t, "records went for good with their links", "DELETE FROM objects WHERE object_id = 1; DELETE FROM associations WHERE 1 IN (from_id, to_id)")
	only(t, "a deal is an hour old", "INSERT INTO objects (object_type, object_id, created_at) VALUES ('deals', 3, '2026-11-22 01:00:00')")
	only(t, "one side of an hour-old pair", "INSERT INTO objects (object_type, object_id, created_at) VALUES ('contacts', 14, '2026-11-22 01:00:00');"+links("companies:22 -> contacts:14 H280"))
	onlyAfter(t, "a label came on the side that lacked it", links("deals:2 -> contacts:12 U21"), links("contacts:12 -> deals:2 U22"))
	only(t, "a company is only known as an end", `INSERT INTO objects (object_type, object_id, seen, archived) VALUES ('companies', 29, false, true);`+links("contacts:13 -> companies:29 H279"))
}

// TestMerges lets a night pass in which contact 12 was merged into 14, and deal 2
// into 4: what is compared are the records that are left.
func TestMerges(t *testing.T) {
	const merge = `
		UPDATE objects SET object_id = 14 WHERE (object_type, object_id) = ('contacts', 12);
		UPDATE objects SET object_id = 4 WHERE (object_type, object_id) = ('deals', 2);
		INSERT INTO id_alias VALUES ('contacts', 12, 14), ('deals', 2, 4);
		UPDATE associations SET from_id = 14 WHERE from_id = 12; UPDATE associations SET to_id = 14 WHERE to_id = 12;
		UPDATE associations SET from_id = 4 WHERE from_id = 2; UPDATE associations SET to_id = 4 WHERE to_id = 2;`
	only(t, "all links moved", merge)
	only(t, "a label went with the merge", merge+unlinked("contacts:11 <-> contacts:14 U31/32"),
		"edge_label_changed contacts:11 -> contacts:14", "edge_label_changed contacts:14 -> contacts:11")
	only(t, "others still list the ids of before", merge+`
		UPDATE associations SET to_id = 12 WHERE to_id = 14; UPDATE associations SET to_id = 2 WHERE to_id = 4;
		INSERT INTO objects (object_type, object_id, seen, archived) VALUES ('contacts', 12, false, NULL), ('deals', 2, false, NULL)`)
	only(t, "a label is listed under the id of before", merge+`
		UPDATE associations SET to_id = 12 WHERE to_id = 14 AND type_id = 31;
		INSERT INTO objects (object_type, object_id, seen, archived) VALUES ('contacts', 12, false, NULL)`)
	onlyAfter(t, "a label without an inverse is listed under the id of before", links("deals:1 -> contacts:12 H3 U41\ncontacts:12 -> deals:1 H4"), merge+`
		UPDATE associations SET to_id = 12 WHERE to_id = 14 AND type_id = 41;
		INSERT INTO objects (object_type, object_id, seen, archived) VALUES ('contacts', 12, false, NULL)`)
	only(t, "a deal's links are listed under the id of before, by the others only", merge+unlinked("deals:4 -> contacts:14\ndeals:4 -> companies:21")+`
		UPDATE associations SET to_id = 2 WHERE to_id = 4;
		INSERT INTO objects (object_type, object_id, seen, archived) VALUES ('deals', 2, false, NULL)`,
		"inverse_pair_missing contacts:14 -> deals:4 HUBSPOT_DEFINED:4", "inverse_pair_missing companies:21 -> deals:4 HUBSPOT_DEFINED:342")
	only(t, "a merged deal lost its links", merge+unlinked("deals:4 <-> contacts:14\ndeals:4 <-> companies:21"), "deal_fully_orphaned deals:4")
}
