package queries

import "testing"

// TestIDsAreExact has records whose ids no float64 distinguishes: what is linked with
// one of them is not linked with the other.
func TestIDsAreExact(t *testing.T) {
	const two = `
		INSERT INTO objects (object_type, object_id) VALUES ('deals', 9007199254740992), ('deals', 9007199254740993),
			('contacts', 9007199254740992), ('contacts', 9007199254740993);`
	toContact := links("deals:9007199254740993 <-> contacts:9007199254740992 H3/4")
	wantAudit(t, "deal_fully_orphaned", healthy, two+toContact, "warn 1 of 4",
		`critical deals:9007199254740992 {"created_at":"2026-01-02T03:04:05.5Z"}`)
	wantAudit(t, "deal_without_contact", healthy, two+toContact+links("deals:9007199254740992 <-> companies:21 H341/342"), "warn 1 of 4",
		`high deals:9007199254740992 {"created_at":"2026-01-02T03:04:05.5Z","company_ids":[21],"candidates":2,"candidate_contact_ids":[11,12]}`)
	wantAudit(t, "inverse_pair_missing", healthy,
		two+links("deals:9007199254740992 -> contacts:9007199254740993 H3\ncontacts:9007199254740993 -> deals:9007199254740993 H4"), "warn 2 of 10",
		`high contacts:9007199254740993 -> deals:9007199254740993 HUBSPOT_DEFINED:4 {"types":["HUBSPOT_DEFINED:4"],"missing":["HUBSPOT_DEFINED:3"]}`,
		`high deals:9007199254740992 -> contacts:9007199254740993 HUBSPOT_DEFINED:3 {"types":["HUBSPOT_DEFINED:3"],"missing":["HUBSPOT_DEFINED:4"]}`)
}
