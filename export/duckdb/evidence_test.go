package duckdb

import (
	"testing"

	"hubgraph/graphmodel"
)

// jane is sought, under a short id and a long one.
var jane = &Sought{
	Records: []graphmodel.Key{{Type: "contacts", ID: 101}, {Type: "contacts", ID: 20000000102}},
	Forms:   map[string]Forms{"contacts": {TypeID: "0-1", Singular: "contact"}},
	Texts:   []string{"Jane Roe", "jane@example.com"},
}

// TestEvidenceOfOthersForgets takes one person out of what findings say of other records:
// their other values stay, digit by digit and in their order.
func TestEvidenceOfOthersForgets(t *testing.T) {
	for evidence, want := range map[string]string{
		`{"candidate_contact_ids":[101,102],"count":101}`:                  `{"candidate_contact_ids":[102],"count":101}`,
		`{"contact_ids":[101],"why":"<gone>","amount":1.50}`:               `{"why":"<gone>","amount":1.50}`,
		`{"b":1,"contact_id":101,"a":2}`:                                   `{"b":1,"a":2}`,
		`{"candidate_company_ids":[101],"deals":101}`:                      `{"candidate_company_ids":[101],"deals":101}`,
		`{"lost":["contacts:101","contacts:1011","companies:101"]}`:        `{"lost":["contacts:1011","companies:101"]}`,
		`{"who":20000000102,"n":20000000103}`:                              `{"n":20000000103}`,
		`{"name":"jane roe","deal_name":"Renewal of Jane Roe, 2026"}`:      `{"deal_name":"Renewal of [erased], 2026"}`,
		`{"url":"https://app.hubspot.com/contacts/77/record/0-1/101"}`:     `{"url":"https://app.hubspot.com/contacts/77/record/[erased]"}`,
		`{"steps":[{"contact_id":101,"place":1},{"contact_id":7}],"x":[]}`: `{"steps":[{"place":1},{"contact_id":7}],"x":[]}`,
		`{"share":0.101,"big":9007199254740993}`:                           `{"share":0.101,"big":9007199254740993}`,
	} {
		if got, err := jane.cleaner().evidence(evidence); err != nil || got != want {
			t.Errorf("%s\n is %s, %v\nwant %s", evidence, got, err, want)
		}
	}
}

// TestFindingsThatSomebodyMakesWhatTheyAre go as a whole, and so do those of checks of which
// nothing is known.
func TestFindingsThatSomebodyMakesWhatTheyAre(t *testing.T) {
	companies := &Sought{Records: []graphmodel.Key{{Type: "companies", ID: 201}}, Forms: map[string]Forms{"companies": {TypeID: "0-2", Singular: "company"}}}
	for _, tt := range []struct {
		check, evidence string
		want            bool
	}{
		{"duplicate_company_split", `{"companies":["companies:201","companies:202"]}`, true},
		{"duplicate_company_split", `{"companies":["companies:202","companies:203"],"seen":["companies:201"]}`, false},
		{"deal_without_company", `{"candidate_company_ids":[201]}`, false},
		{"a_check_of_ones_own", `{"about":"companies:201"}`, true},
	} {
		if got, err := companies.cleaner().identifies(tt.check, tt.evidence); err != nil || got != tt.want {
			t.Errorf("%s %s: %v, %v", tt.check, tt.evidence, got, err)
		}
	}
}

// TestLinesThatNameSomebody are found whatever form they name them in.
func TestLinesThatNameSomebody(t *testing.T) {
	for line, want := range map[string]bool{
		`{"operations":[{"operation":{"from_type":"deals","from_id":1,"to_type":"contacts","to_id":101}}]}`: true,
		`{"operations":[{"operation":{"from_type":"deals","from_id":101,"to_type":"contacts","to_id":1}}]}`: false,
		`known_gaps: ["contacts:101"]`:  true,
		`known_gaps: ["companies:101"]`: false,
		`{"type":"0-1","id":101}`:       true,
		`mail to JANE@example.com`:      true,
		`{"rows": 101}`:                 false,
	} {
		if got := jane.InText([]byte(line)); got != want {
			t.Errorf("%s: %v", line, got)
		}
	}
}
