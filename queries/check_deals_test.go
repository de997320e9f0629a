package queries

import "testing"

// wantAudit compares the result and the findings of one check on two nights, with
// their evidence.
func wantAudit(t *testing.T, check, earlier, later string, want ...string) {
	t.Helper()
	for format, make := range formats {
		db := newNights(t, earlier, later)
		change(t, db, make)
		if got := lines(auditOne(t, db, check)); join(got) != join(want) {
			t.Errorf("%s finds\n%s\nwant\n%s%s format", check, join(got), join(want), format)
		}
	}
}

func TestDealFullyOrphaned(t *testing.T) {
	wantAudit(t, "deal_fully_orphaned", healthy+`
		INSERT INTO objects (object_type, object_id, is_closed, is_won) VALUES ('deals', 5, true, false), ('deals', 6, true, true);`,
		unlinked("deals:1 <-> contacts:11\ndeals:1 <-> companies:21")+`
		UPDATE objects SET owner_id = 7, pipeline_id = 'default', stage_id = 'open', close_date = '2026-12-01', url = 'https://app.hubspot.com/1' WHERE object_id = 1`,
		"warn 3 of 4",
		`critical deals:1 100.00 EUR {"pipeline_id":"default","stage_id":"open","is_closed":false,"is_won":false,`+
			`"close_date":"2026-12-01T00:00:00Z","created_at":"2026-01-02T03:04:05.5Z","owner_id":7,`+
			`"baseline_links":2,"baseline_neighbors":["companies:21","contacts:11"]} https://app.hubspot.com/1`,
		`medium deals:5 {"is_closed":true,"is_won":false,"created_at":"2026-01-02T03:04:05.5Z"}`,
		`critical deals:6 {"is_closed":true,"is_won":true,"created_at":"2026-01-02T03:04:05.5Z"}`)
}

// TestBaselineNeighborsAreFive shows five of the neighbors that a deal had, and
// counts all.
func TestBaselineNeighborsAreFive(t *testing.T) {
	many := links(`deals:1 -> contacts:12 H3
		deals:1 -> contacts:13 H3
		deals:1 -> contacts:9 H3
		deals:1 -> companies:22 H341`)
	wantAudit(t, "deal_fully_orphaned", healthy+many+"INSERT INTO objects (object_type, object_id) VALUES ('contacts', 9);", "DELETE FROM associations WHERE 1 IN (from_id, to_id)",
		"warn 1 of 2",
		`critical deals:1 100.00 EUR {"is_closed":false,"is_won":false,"created_at":"2026-01-02T03:04:05.5Z",`+
			`"baseline_links":6,"baseline_neighbors":["companies:21","companies:22","contacts:11","contacts:12","contacts:9"]}`)
}

// TestBaselineNeighborsAfterMerges names them by the ids that they have now.
func TestBaselineNeighborsAfterMerges(t *testing.T) {
	wantAudit(t, "deal_fully_orphaned", healthy, `
		UPDATE objects SET object_id = 4 WHERE (object_type, object_id) = ('deals', 1); UPDATE objects SET object_id = 14 WHERE object_id = 11;
		INSERT INTO id_alias VALUES ('deals', 1, 4), ('contacts', 11, 14); DELETE FROM associations WHERE 1 IN (from_id, to_id) OR 11 IN (from_id, to_id)`,
		"warn 1 of 2",
		`critical deals:4 100.00 EUR {"is_closed":false,"is_won":false,"created_at":"2026-01-02T03:04:05.5Z",`+
			`"baseline_links":2,"baseline_neighbors":["companies:21","contacts:14"]}`)
}

func TestDealWithoutContact(t *testing.T) {
	wantAudit(t, "deal_without_contact", healthy, unlinked("deals:1 <-> contacts:11")+
		`INSERT INTO objects (object_type, object_id, is_closed) VALUES ('deals', 5, true);`+links("deals:5 <-> companies:21 H341/342"),
		"warn 1 of 2",
		`high deals:1 100.00 EUR {"created_at":"2026-01-02T03:04:05.5Z","company_ids":[21],"candidates":2,"candidate_contact_ids":[11,12]}`)
	wantAudit(t, "deal_without_contact", healthy, `INSERT INTO objects (object_type, object_id) VALUES ('deals', 5), ('companies', 23);`+
		links("deals:5 <-> companies:23 H341/342"),
		"warn 1 of 3",
		`high deals:5 {"created_at":"2026-01-02T03:04:05.5Z","company_ids":[23],"candidates":0}`)
}

func TestDealWithoutCompany(t *testing.T) {
	wantAudit(t, "deal_without_company", healthy, unlinked("deals:1 <-> companies:21")+links("contacts:11 <-> companies:22 H279/280"),
		"warn 1 of 2",
		`medium deals:1 100.00 EUR {"created_at":"2026-01-02T03:04:05.5Z","contact_ids":[11],`+
			`"candidates":2,"candidate_company_ids":[21,22],"candidate_primary_company_ids":[21]}`)
	wantAudit(t, "deal_without_company", "", `INSERT INTO objects (object_type, object_id) VALUES ('deals', 1), ('contacts', 11);`+links("deals:1 <-> contacts:11 H3/4")+
		`INSERT INTO objects (object_type, object_id, archived) VALUES ('companies', 21, true)`,
		"skip nothing to check: the portal has no companies")
}

// TestNeighborsHaveToLive has deals whose only contact is in the bin, or is not there at
// all, and whose company lives or does not.
func TestNeighborsHaveToLive(t *testing.T) {
	const dead = `
		INSERT INTO objects (object_type, object_id) VALUES ('deals', 5), ('deals', 6), ('deals', 7), ('deals', 8);
		INSERT INTO objects (object_type, object_id, archived) VALUES ('contacts', 14, true), ('companies', 24, true);
		INSERT INTO objects (object_type, object_id, seen, archived) VALUES ('contacts', 15, false, NULL);`
	lists := links(`deals:5 -> contacts:14 H3
		deals:6 -> contacts:15 H3
		deals:7 -> contacts:14 H3
		deals:7 -> companies:24 H341
		deals:8 -> contacts:15 H3
		deals:8 <-> companies:22 H341/342`)
	wantAudit(t, "deal_fully_orphaned", "", healthy+dead+lists, "warn 3 of 6",
		`critical deals:5 {"created_at":"2026-01-02T03:04:05.5Z"}`,
		`critical deals:6 {"created_at":"2026-01-02T03:04:05.5Z"}`,
		`critical deals:7 {"created_at":"2026-01-02T03:04:05.5Z"}`)
	wantAudit(t, "deal_without_contact", "", healthy+dead+lists+links("companies:22 -> contacts:14 H280"), "warn 1 of 6",
		`high deals:8 {"created_at":"2026-01-02T03:04:05.5Z","company_ids":[22],"candidates":1,"candidate_contact_ids":[13]}`)
}

// TestStagesAndPipelinesByLabel names the stage and the pipeline of a deal; of a stage
// that was deleted, only the pipeline.
func TestStagesAndPipelinesByLabel(t *testing.T) {
	wantAudit(t, "deal_fully_orphaned", "", healthy+`
		INSERT INTO pipelines (object_type, pipeline_id, pipeline_name, stage_id, stage_name) VALUES
			('deals', 'default', 'Sales', 'open', 'Open'), ('deals', 'default', 'Sales', 'late', 'Late'), ('tickets', 'default', 'Support', 'open', 'New');
		INSERT INTO objects (object_type, object_id, name, amount, currency, pipeline_id, stage_id) VALUES
			('deals', 5, 'Boat', 2, 'USD', 'default', 'open'), ('deals', 6, 'Barge', 3, 'EUR', 'default', 'gone')`, "warn 2 of 4",
		`critical deals:5 Boat 2.00 USD {"pipeline_id":"default","pipeline":"Sales","stage_id":"open","stage":"Open","created_at":"2026-01-02T03:04:05.5Z"}`,
		`critical deals:6 Barge 3.00 EUR {"pipeline_id":"default","pipeline":"Sales","stage_id":"gone","created_at":"2026-01-02T03:04:05.5Z"}`)
}

// TestGrace sets how old a record has to be. The audited snapshot started on
// 2026-11-22 at 02:00.
func TestGrace(t *testing.T) {
	deals := `INSERT INTO objects (object_type, object_id, created_at) VALUES ('deals', 3, '2026-11-21 02:00:00'), ('deals', 4, '2026-11-21 01:59:59'), ('deals', 5, '2026-11-22 01:00:00');`
	for setting, want := range map[string]string{
		"": "warn 1 of 3",
		"INSERT INTO settings VALUES ('grace_hours', '24')": "warn 1 of 3",
		"INSERT INTO settings VALUES ('grace_hours', '25')": "ok 0 of 2",
		"INSERT INTO settings VALUES ('grace_hours', '2')":  "warn 2 of 4",
		"INSERT INTO settings VALUES ('grace_hours', '0')":  "warn 3 of 5",
	} {
		r := auditOne(t, newNights(t, healthy, deals+setting), "deal_fully_orphaned")
		r.Findings = nil
		if got := lines(r); got[0] != want {
			t.Errorf("%s: %s, want %s", setting, got[0], want)
		}
	}
}

// TestUnknownAgeCountsAsOld has records of which HubSpot does not say when they were
// made: no check passes over them.
func TestUnknownAgeCountsAsOld(t *testing.T) {
	const ageless = `UPDATE objects SET created_at = NULL;`
	for check, later := range map[string]string{
		"deal_fully_orphaned":  unlinked("deals:1 <-> contacts:11\ndeals:1 <-> companies:21"),
		"deal_without_contact": unlinked("deals:1 <-> contacts:11"),
		"deal_without_company": unlinked("deals:1 <-> companies:21") + links("contacts:11 <-> companies:22 H279/280"),
		"inverse_pair_missing": unlinked("deals:1 -> contacts:11"),
	} {
		known, unknown := auditOne(t, newNights(t, healthy, later), check), auditOne(t, newNights(t, healthy, later+ageless), check)
		if was, is := lines(known)[0], lines(unknown)[0]; is != was || len(unknown.Findings) == 0 {
			t.Errorf("%s: of unknown age %q, else %q", check, is, was)
		}
	}
}
