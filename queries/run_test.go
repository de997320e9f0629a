package queries

import (
	"database/sql"
	"strings"
	"testing"
)

// check parses a check without needs, of a SELECT and an identity.
func check(t testing.TB, id, identity, query string) Check {
	t.Helper()
	c, err := Parse(id+".sql", `-- title: t
-- severity: medium
-- description: d
-- needs: objects deals
-- universe: SELECT 10
-- identity: `+identity+`
-- gate: any
-- tags: test
-- maturity: stable
`+query)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func everywhere(place) bool { return true }

// run runs a check on an empty database.
func run(t testing.TB, db *sql.DB, c Check, portal int64) []Finding {
	t.Helper()
	findings, _, err := c.run(t.Context(), c.asking(db, nil), portal, everywhere)
	if err != nil {
		t.Fatal(err)
	}
	return findings
}

func TestRunFillsFindings(t *testing.T) {
	db := newDB(t)
	c := check(t, "x", "subject_id", `SELECT 'deals' AS subject_type, 1::BIGINT AS subject_id, 'a' AS from_type, 2::BIGINT AS from_id, 'b' AS to_type, 3 AS to_id,
		'USER_DEFINED' AS category, 4::BIGINT AS type_id, CASE WHEN true THEN 'critical' END AS severity, 5 AS other`)
	f := run(t, db, c, 7)[0]
	if f.Severity != Critical || f.CheckID != "x" || f.Evidence != `{"other":5}` || *f.SubjectType != "deals" || *f.SubjectID != 1 ||
		*f.FromType != "a" || *f.FromID != 2 || *f.ToType != "b" || *f.ToID != 3 || *f.Category != "USER_DEFINED" || *f.TypeID != 4 {
		t.Errorf("finding %+v", f)
	}
	c = check(t, "x", "subject_id", "SELECT 1 AS subject_id, NULL AS severity, NULL AS subject_type")
	if f := run(t, db, c, 7)[0]; f.Severity != Medium || f.SubjectType != nil || f.FromID != nil {
		t.Errorf("finding %+v", f)
	}
}

// TestFingerprintIsStable pins one fingerprint for ever: findings in the
// databases of users are recognized by it.
func TestFingerprintIsStable(t *testing.T) {
	db := newDB(t)
	c := check(t, "deal_without_owner", "subject_type, subject_id", "SELECT 'deals' AS subject_type, 123 AS subject_id, 1.5 AS amount, 'EUR' AS currency")
	const want = "c01d92da10684abbfb44426ac47153b20ae91cd0c2a944822ec6409a7ba71143"
	if got := run(t, db, c, 7)[0].Fingerprint; got != want {
		t.Errorf("the fingerprint is %s, want %s", got, want)
	}
}

// TestFingerprintIdentity compares the fingerprints of pairs of rows.
func TestFingerprintIdentity(t *testing.T) {
	db := newDB(t)
	const record = "'deals' AS subject_type, 1 AS subject_id"
	const edge = "'deals' AS from_type, 1 AS from_id, 'contacts' AS to_type, 2 AS to_id"
	for _, tt := range []struct {
		name, identity, a, b string
		same                 bool
	}{
		{"evidence, label and severity do not count", "subject_type, subject_id", record + ", 'low' AS severity, 'A' AS label", record + ", 'high' AS severity, 'B' AS label, 3 AS n", true},
		{"the order of columns does not count", "subject_type, subject_id", record, "1 AS subject_id, 'deals' AS subject_type", true},
		{"the width of a number does not count", "subject_type, subject_id", record, "'deals' AS subject_type, 1::BIGINT AS subject_id", true},
		{"another id", "subject_type, subject_id", record, "'deals' AS subject_type, 2 AS subject_id", false},
		{"another type", "subject_type, subject_id", record, "'tickets' AS subject_type, 1 AS subject_id", false},
		{"no id", "subject_type, subject_id", record, "'deals' AS subject_type, NULL AS subject_id", false},
		{"values do not run into each other", "subject_type, category", "'a' AS subject_type, 'b' AS category", `'a"' || chr(10) || 'category="b' AS subject_type, '' AS category`, false},
		{"the ends, turned around", "ends", edge, "'contacts' AS from_type, 2 AS from_id, 'deals' AS to_type, 1 AS to_id", true},
		{"the ends, with other types", "ends", edge + ", 'A' AS category, 1 AS type_id", edge + ", 'B' AS category, 2 AS type_id", true},
		{"the ends, ids exchanged", "ends", edge, "'deals' AS from_type, 2 AS from_id, 'contacts' AS to_type, 1 AS to_id", false},
		{"an edge, turned around", "from_type, from_id, to_type, to_id", edge, "'contacts' AS from_type, 2 AS from_id, 'deals' AS to_type, 1 AS to_id", false},
	} {
		a := run(t, db, check(t, "x", tt.identity, "SELECT "+tt.a), 7)[0].Fingerprint
		b := run(t, db, check(t, "x", tt.identity, "SELECT "+tt.b), 7)[0].Fingerprint
		if (a == b) != tt.same {
			t.Errorf("%s: same is %t, want %t", tt.name, a == b, tt.same)
		}
	}
	c := check(t, "x", "subject_id", "SELECT "+record)
	if run(t, db, c, 7)[0].Fingerprint == run(t, db, c, 8)[0].Fingerprint {
		t.Error("two portals share a fingerprint")
	}
	if run(t, db, c, 7)[0].Fingerprint == run(t, db, check(t, "y", "subject_id", "SELECT "+record), 7)[0].Fingerprint {
		t.Error("two checks share a fingerprint")
	}
}

// TestRunErrors says what is wrong with a query.
func TestRunErrors(t *testing.T) {
	db := newDB(t)
	for query, want := range map[string]string{
		"SELECT 1 AS nothing":                                         "the identity names the column subject_id",
		"SELECT 1 AS subject_id, 'x' AS fingerprint":                  "column fingerprint: hubgraph fills it itself",
		"SELECT 1 AS subject_id, 'awful' AS severity":                 "column severity: \"awful\" is no severity",
		"SELECT 'x' AS subject_id":                                    "column subject_id: it must be a whole number, and is string",
		"SELECT 1 AS subject_id, 'x' AS amount":                       "column amount: it must be a decimal",
		"SELECT 1 AS subject_id, 2 AS subject_type":                   "column subject_type: it must be text, and is int32",
		"SELECT 1 AS subject_id, 5000000000 AS type_id":               "column type_id: 5000000000 is too large",
		"SELECT 1 AS subject_id, 'inf'::DOUBLE AS x":                  "column x: +Inf is no number",
		"SELECT 1 AS subject_id, range AS place FROM range(2)":        `two findings have the same subject_id: {"place":1}`,
		"SELECT 1 AS subject_id FROM nowhere":                         "nowhere",
		"SELECT 1 AS subject_id, error('late') AS x FROM range(3000)": "late",
	} {
		c := check(t, "x", "subject_id", query)
		_, _, err := c.run(t.Context(), c.asking(db, nil), 7, everywhere)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", query, err, want)
		}
	}
	c := check(t, "x", "subject_id", "SELECT 1 AS subject_id")
	for universe, want := range map[string]string{"SELECT 'x'": "the universe: ", "SELECT 1 FROM nowhere": "the universe: ", "SELECT 1 WHERE false": "the universe: "} {
		c.Universe = universe
		if _, _, err := c.run(t.Context(), c.asking(db, nil), 7, everywhere); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", universe, err)
		}
	}
	c.Universe = "SELECT NULL"
	if _, universe, err := c.run(t.Context(), c.asking(db, nil), 7, everywhere); err != nil || universe != nil {
		t.Errorf("no universe: %v, %v", universe, err)
	}
}
