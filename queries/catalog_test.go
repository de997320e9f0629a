package queries

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCatalog(t *testing.T) {
	header, rows := CatalogTable(triedChecks(t))
	want := [][]string{
		{"CHECK", "SEVERITY", "FINDS", "FAILS ON", "REPAIR"},
		{"association_definition_changed", "medium", "Association label renamed, added, deleted, or given another limit", "new", "-"},
		{"deal_fully_orphaned", "critical", "Deal linked to neither contact nor company", "new", "-"},
		{"deal_without_company", "medium", "Open deal without company", "new", "rule deal_company_of_contacts"},
		{"deal_without_contact", "high", "Open deal without any contact", "new", "-"},
		{"edge_endpoint_absent", "high", "Association with a record that does not exist", "new", "-"},
		{"edge_label_changed", "medium", "Association that carries other labels than before", "new", "restore"},
		{"inverse_label_missing", "high", "Label without its counterpart on the way back", "new", "inverse"},
		{"inverse_pair_missing", "high", "Record lists another that does not list it", "new", "inverse"},
	}
	if diff := cmp.Diff(want, append([][]string{header}, rows...)); diff != "" {
		t.Errorf("the catalog (-want +got):\n%s", diff)
	}
}

func TestCatalogJSON(t *testing.T) {
	var b strings.Builder
	if err := WriteCatalogJSON(&b, All()); err != nil {
		t.Fatal(err)
	}
	var got []map[string]any
	if err := json.Unmarshal([]byte(b.String()), &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(All()) {
		t.Fatalf("%d checks", len(got))
	}
	for i, c := range All() {
		if keys(got[i]) != "advice description gate id identity kind maturity needs repair severity sql tags title universe" {
			t.Errorf("%s has the keys %s", c.ID, keys(got[i]))
		}
		if got[i]["id"] != c.ID || got[i]["sql"] != c.SQL || got[i]["gate"] != c.Gate.String() || (got[i]["repair"] == nil) != (c.Repair == "") {
			t.Errorf("%s is listed as %v", c.ID, got[i])
		}
	}
	b.Reset()
	if err := WriteCatalogJSON(&b, nil); err != nil || b.String() != "[]\n" {
		t.Errorf("no checks: %q, %v", b.String(), err)
	}
}

func TestCheckText(t *testing.T) {
	c, err := Parse("deal_without_owner.sql", strings.Replace(goodCheck, "such a deal", strings.Repeat("such a deal and ", 6)+"so on", 1))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := c.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	const want = `deal_without_owner: Deal without owner

Nobody works on such a deal and such a deal and such a deal and such a deal and
such a deal and such a deal and so on.

severity  medium (experimental)
fails on  percent > 2.5
needs     objects deals, records companies
repair    hubgraph repair plan --check deal_without_owner --output plan.json
tags      deals, owners

-- Why not.
WITH o AS (SELECT * FROM objects)
SELECT o.object_type AS subject_type, o.object_id AS subject_id
FROM o
`
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(b.String(), "\n")); diff != "" {
		t.Errorf("the check (-want +got):\n%s", diff)
	}
}

func TestSelect(t *testing.T) {
	ids := func(checks []Check) string {
		var ids []string
		for _, c := range checks {
			ids = append(ids, c.ID)
		}
		return strings.Join(ids, " ")
	}
	for _, tt := range []struct {
		ask  []string
		want string
	}{
		{nil, ids(All())},
		{[]string{"inverse_pair_missing"}, "inverse_pair_missing"},
		{[]string{"inverse_pair_missing", "deal_without_contact", "inverse_pair_missing"}, "deal_without_contact inverse_pair_missing"},
	} {
		got, err := Select(tt.ask...)
		if err != nil || ids(got) != tt.want {
			t.Errorf("%v selects %s, %v", tt.ask, ids(got), err)
		}
	}
	for _, id := range []string{"deal_whithout_contact", "", "zebra"} {
		_, err := Select("deal_without_contact", id)
		var unknown UnknownCheck
		if !errors.Is(err, ErrUnknownCheck) || !errors.As(err, &unknown) || unknown.ID != id || !strings.Contains(err.Error(), `"`+id+`"`) {
			t.Errorf("%q: %v", id, err)
		}
	}
}

// TestTitlesAndDescriptions: a title is a phrase, a description has sentences.
func TestTitlesAndDescriptions(t *testing.T) {
	for _, c := range All() {
		if c.Advice("") == "" || !strings.HasSuffix(c.Advice(""), ".") {
			t.Errorf("%s: advice %q", c.ID, c.Advice(""))
		}
		if strings.Contains(c.Description, "  ") || strings.HasSuffix(c.Title, ".") || !strings.HasSuffix(c.Description, ".") {
			t.Errorf("%s: title %q, description %q", c.ID, c.Title, c.Description)
		}
	}
}

func keys(m map[string]any) string { return strings.Join(slices.Sorted(maps.Keys(m)), " ") }
