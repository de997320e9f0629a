package queries

import (
	"strings"
	"testing"
)

// TestPoliciesNameWhatThereIs has policies that name what the portal does not have: the check
// does not run, says where and what there is, and the others run.
func TestPoliciesNameWhatThereIs(t *testing.T) {
	const role = `INSERT INTO settings VALUES ('required_labels:buyer:type', 'deals'), ('required_labels:buyer:pipeline', 'Sales'), ('required_labels:buyer:from_stage', 'Offer'),
		('required_labels:buyer:to', 'contacts'), ('required_labels:buyer:labels', 'Decision maker');`
	const pipelines = `INSERT INTO pipelines (object_type, pipeline_id, pipeline_name, stage_id, stage_name, position) VALUES ('deals', 'default', 'Sales', '1', 'New', 0), ('deals', 'default', 'Sales', '2', 'Offer', 1);`
	for _, tt := range []struct{ check, settings, want string }{
		{"required_label_missing", role, ""},
		{"required_label_missing", strings.Replace(role, "'deals'", "'deal'", 1), `there is no crawled object type "deal": there are companies, contacts, deals`},
		{"required_label_missing", strings.Replace(role, "'Sales'", "'Sale'", 1), `there is no pipeline of deals "Sale": there are Sales`},
		{"required_label_missing", strings.Replace(role, "'Offer'", "'Won'", 1), `there is no stage of the pipeline Sales "Won": there are New, Offer`},
		{"required_label_missing", strings.Replace(role, "'Decision maker'", "'Payer'", 1), `hubgraph.yaml:7: there is no label from deals to contacts "Payer": there are Decision maker, Mystery`},
		{"label_conflict", "INSERT INTO settings VALUES ('exclusive_labels:1', 'Manager'), ('exclusive_labels:1', 'Employee');", ""},
		{"label_conflict", "INSERT INTO settings VALUES ('exclusive_labels:1', 'Manager'), ('exclusive_labels:1', 'Boss');",
			`there is no label "Boss": there are Contact with Primary Company, Decision maker, Employee, Manager, Mystery, Primary`},
		{"deal_without_contact", "INSERT INTO settings VALUES ('pipelines_without_contact', 'default');", ""},
		{"deal_without_contact", "INSERT INTO settings VALUES ('deal_without_contact.pipelines_without_contact', 'Shop');", `there is no pipeline of deals "Shop": there are Sales`},
	} {
		db := newNights(t, healthy, pipelines+tt.settings)
		checks, err := Select(tt.check, "self_association")
		if err != nil {
			t.Fatal(err)
		}
		r, err := Audit(t.Context(), db, Options{AuditID: "20261122T030000Z", Checks: checks, Places: map[string]string{"required_labels:buyer:labels": "hubgraph.yaml:7"}})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if c := r.Results[0]; c.SkipReason != nil {
			got = *c.SkipReason
		}
		if wrong := tt.want != ""; got != tt.want || (r.Outcome() == Misset) != wrong || r.Results[1].Status == Error {
			t.Errorf("%s with %s: %q, outcome %d, the other is %s; want %q", tt.check, tt.settings, got, r.Outcome(), r.Results[1].Status, tt.want)
		}
	}
}

// TestSettingsAreOneOverAllChecks has settings of one name be the same everywhere, and the
// history of orphans be of all checks of orphans.
func TestSettingsAreOneOverAllChecks(t *testing.T) {
	known := map[string]CheckSetting{}
	for _, c := range All() {
		for _, s := range c.Settings {
			if before, ok := known[s.Name]; ok && before != s {
				t.Errorf("%s: the setting %s is %v, and elsewhere %v", c.ID, s.Name, s, before)
			}
			known[s.Name] = s
		}
		orphans := false
		for _, tag := range c.Tags {
			orphans = orphans || tag == "orphans"
		}
		for _, m := range Models() {
			if m.Name == "orphan_rates" && strings.Contains(m.SQL, "'"+c.ID+"'") != (orphans && c.Kind == StateKind) {
				t.Errorf("%s: whether it is a check of orphans, its tags and the model orphan_rates say otherwise", c.ID)
			}
		}
	}
}

// TestCheckOfResultsRunsLast has a check of the other checks' results see those of its audit.
func TestCheckOfResultsRunsLast(t *testing.T) {
	db := newNights(t, healthy, "")
	of := check(t, "a", "subject_id", "SELECT r.violations AS subject_id, 'contacts' AS subject_type FROM check_results r WHERE r.check_id = 'b'")
	of.Needs = []Need{{Kind: "results"}}
	other := check(t, "b", "subject_id", "SELECT * FROM (VALUES (1), (2)) v(subject_id)")
	r, err := Audit(t.Context(), db, Options{AuditID: "20261122T030000Z", Checks: []Check{of, other}})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Results) != 2 || r.Results[1].CheckID != "a" || len(r.Findings) != 3 || *r.Findings[2].SubjectID != 2 {
		t.Errorf("%+v\n%+v", r.Results, r.Findings)
	}
}
