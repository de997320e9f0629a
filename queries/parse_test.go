package queries

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const goodCheck = `-- title: Deal without owner
-- severity: medium
-- description: Nobody works on
--   such a deal.
-- needs: objects deals, records companies
-- universe:
--   SELECT count(*)
--   FROM objects
-- identity: subject_type, subject_id
-- gate: percent > 2.5
-- repair: inverse
-- tags: deals, owners
-- maturity: experimental
-- column owner_id: Whose it
--   was

-- Why not.
WITH o AS (SELECT * FROM objects)
SELECT o.object_type AS subject_type, o.object_id AS subject_id
FROM o
`

func TestParse(t *testing.T) {
	got, err := Parse("checks/deal_without_owner.sql", goodCheck)
	if err != nil {
		t.Fatal(err)
	}
	want := Check{
		ID: "deal_without_owner", Title: "Deal without owner", Severity: Medium, Description: "Nobody works on such a deal.",
		Needs:    []Need{{"objects", "deals", ""}, {"records", "companies", ""}},
		Universe: "SELECT count(*)\nFROM objects", Identity: []string{"subject_type", "subject_id"},
		Kind: StateKind, Gate: Gate{"percent", "2.5", ""}, Repair: RepairInverse, Tags: []string{"deals", "owners"}, Maturity: "experimental",
		Columns: map[string]string{"owner_id": "Whose it was"},
		SQL:     "-- Why not.\nWITH o AS (SELECT * FROM objects)\nSELECT o.object_type AS subject_type, o.object_id AS subject_id\nFROM o",
		Source:  goodCheck, Line: 17, UniverseLine: 7,
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Check{})); diff != "" {
		t.Errorf("parsed (-want +got):\n%s", diff)
	}
	windows, err := Parse("deal_without_owner.sql", strings.ReplaceAll(goodCheck, "\n", "\r\n"))
	windows.Source, windows.SQL = want.Source, strings.ReplaceAll(windows.SQL, "\r\n", "\n")
	if diff := cmp.Diff(want, windows, cmp.AllowUnexported(Check{})); err != nil || diff != "" {
		t.Errorf("with the line ends of Windows: %v\n%s", err, diff)
	}
	without, err := Parse("a.sql", strings.Replace(goodCheck, "-- repair: inverse\n", "", 1))
	if err != nil || without.Repair != "" {
		t.Errorf("without repair: %q, %v", without.Repair, err)
	}
}

// TestParseErrors breaks a good check in one place. Errors name file and line.
func TestParseErrors(t *testing.T) {
	for _, tt := range []struct{ old, new, want string }{
		{"-- severity: medium\n", "", "x.sql:1: the header has no severity"},
		{"-- severity: medium", "-- severity:", "x.sql:2: the header has no severity"},
		{"-- severity: medium", "-- severity: awful", `x.sql:2: severity: "awful" is no severity: write critical, high, medium or low`},
		{"-- severity: medium", "-- severity: low\n-- severity: medium", "x.sql:3: severity is given twice"},
		{"-- severity: medium", "-- severty: medium", `x.sql:2: unknown key "severty"`},
		{"-- severity: medium", "-- severity medium", "x.sql:2: \"-- severity medium\" is no header line"},
		{"-- title: Deal without owner", "--  lost", "x.sql:1: \"--  lost\" is no header line"},
		{"-- title: Deal without owner\n", "\n", "x.sql:1: the header has no title"},
		{"objects deals, ", "objects deals,, ", "x.sql:5: needs: there is nothing between two commas"},
		{"objects deals,", "objects,", `x.sql:5: needs: "objects" is no need`},
		{"objects deals,", "objects deals contacts,", `x.sql:5: needs: "objects deals contacts" is no need`},
		{"records companies", "records *", `x.sql:5: needs: "records *" is no need`},
		{"objects deals,", "subjects deals,", `x.sql:5: needs: "subjects deals" is no need`},
		{"--   SELECT count(*)", "--   DELETE", "x.sql:6: universe: it must be one SELECT"},
		{"--   FROM objects", "--   FROM objects;", "x.sql:6: universe: it must be one statement without a semicolon"},
		{"subject_type, subject_id\n-- gate", "ends, subject_id\n-- gate", "x.sql:9: identity: ends stands alone"},
		{"percent > 2.5", "some", `x.sql:10: gate: "some" is no gate`},
		{"-- repair: inverse", "-- repair: magic", `x.sql:11: repair: "magic" is no repair: write inverse, default, primary, restore or rule NAME`},
		{"-- repair: inverse", "-- repair:", "x.sql:11: the header has no repair"},
		{"experimental", "beta", `x.sql:13: maturity: "beta" is neither stable nor experimental`},
		{"-- column owner_id:", "-- column owner id:", `x.sql:14: "column owner id" is no column: write `},
		{"-- column owner_id: Whose it\n--   was", "-- column owner_id:", `x.sql:14: "column owner_id" is no column: write `},
		{"WITH o", "EXPLAIN WITH o", "x.sql:16: the query: it must be one SELECT"},
		{"FROM o\n", "FROM o; DROP TABLE o\n", "x.sql:16: the query: it must be one statement"},
	} {
		if !strings.Contains(goodCheck, tt.old) {
			t.Fatalf("%q is not in the check", tt.old)
		}
		_, err := Parse("checks/x.sql", strings.Replace(goodCheck, tt.old, tt.new, 1))
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %s", tt.new, err, tt.want)
		}
	}
	for _, name := range []string{"x", "x.txt", "Upper.sql", "a-b.sql", "a__b.sql", "1.sql", ".sql"} {
		if _, err := Parse(name, goodCheck); err == nil || !strings.Contains(err.Error(), "snake_case") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Parse("x.sql", ""); err == nil {
		t.Error("an empty file is a check")
	}
	if _, err := Parse("x.sql", strings.TrimSuffix(goodCheck[:strings.Index(goodCheck, "-- Why")], "\n\n")); err == nil {
		t.Error("a header is a check")
	}
}
