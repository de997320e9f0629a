package repair

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"hubgraph/hubspot"
	"hubgraph/queries"
)

// missing is what a finding of one contact and company asks for.
func missing(text string) (*proposal, error) {
	contacts, companies, id := "contacts", "companies", int64(1)
	return of(queries.Finding{CheckID: "inverse_pair_missing", FromType: &contacts, FromID: &id, ToType: &companies, ToID: &id, Evidence: text}, queries.RepairInverse)
}

// TestMissing reads what a plan has to add out of the evidence of a finding.
func TestMissing(t *testing.T) {
	for evidence, want := range map[string]string{
		`{"missing":"HUBSPOT_DEFINED:2"}`:                                                    "[HUBSPOT_DEFINED:2]",
		`{"missing":["HUBSPOT_DEFINED:280","USER_DEFINED:7"]}`:                               "[HUBSPOT_DEFINED:280 USER_DEFINED:7]",
		`{"missing":["HUBSPOT_DEFINED:280"],"inverse_unknown":null}`:                         "[HUBSPOT_DEFINED:280]",
		`{"missing":["HUBSPOT_DEFINED:280"],"inverse_unknown":["USER_DEFINED:18"],"more":1}`: "[]", // writing would take the label off
		`{"missing":null}`: "[]",
		`{}`:               "[]",
	} {
		op, err := missing(evidence)
		got := "[]"
		if op != nil && op.cause == "" {
			got = fmt.Sprint(op.Types)
		}
		if err != nil || got != want {
			t.Errorf("%s: %v, %v", evidence, op, err)
		}
	}
	if op, err := missing(`{"missing":["HUBSPOT_DEFINED:280"],"inverse_unknown":["USER_DEFINED:18"]}`); err != nil || !strings.Contains(op.cause, "USER_DEFINED:18") {
		t.Errorf("what could be taken off is not said: %+v, %v", op, err)
	}
	for _, evidence := range []string{"", `{"missing":"2"}`, `{"missing":[2]}`} {
		if types, err := missing(evidence); err == nil {
			t.Errorf("%s is taken: %v", evidence, types)
		}
	}
}

// TestCustomID finds custom objects by the names that crawls give them.
func TestCustomID(t *testing.T) {
	named := func(id, name, full string) hubspot.Schema {
		return hubspot.Schema{ObjectType: hubspot.ObjectType{ID: id, Name: name}, FullName: full}
	}
	schemas := []hubspot.Schema{
		named("2-2", "p_cars", "p5_cars"), named("2-1", "p_cars", "P77_cars"), named("2-3", "p_boats", ""), named("2-4", "p_boats", ""),
		named("2-5", "p_a5_bikes", "a5_bikes"),
	}
	for name, want := range map[string]string{
		"p_cars": "2-1", "p_p5_cars": "2-2", "p_boats_2-4": "2-4", "p_boats_2-3": "2-3", "p_a5_bikes": "2-5", "p_bikes": "",
	} {
		if got := customID(schemas, 77, name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
}

// TestPairsAreCounted counts the pairs of a portal with labels on both sides and on one, records
// that do not live, and associations under merged ids, as grouping by their ids counts them.
func TestPairsAreCounted(t *testing.T) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, err = db.Exec(`
		CREATE TABLE associations AS
		SELECT of[1] AS from_type, f AS from_id, of[2] AS to_type, t AS to_id, 'HUBSPOT_DEFINED' AS category, k AS type_id,
			hash(f, t, k) % 7 > 0 AS has_inverse, hash(f, t) % 5 > 0 AS has_reverse, hash(f) % 3 > 0 AS live
		FROM (VALUES (['companies', 'contacts']), (['contacts', 'companies']), (['contacts', 'deals'])) o(of), range(90) f(f), range(90) t(t), range(3) k(k)
		WHERE hash(f, t) % 11 = 0
		ORDER BY 1, 2, 3, 4, 5, 6;
		CREATE TABLE moved_associations AS
		SELECT * EXCLUDE (live), false AS is_older FROM associations WHERE from_id < 30
		UNION ALL SELECT * EXCLUDE (live) REPLACE (to_id + 1000 AS to_id), to_id < 40 FROM associations WHERE from_id < 30;
		CREATE TABLE older_associations AS SELECT * EXCLUDE (is_older) FROM moved_associations WHERE is_older;
		CREATE VIEW current_associations AS
		SELECT * EXCLUDE (live) FROM associations WHERE live
		UNION ALL SELECT * EXCLUDE (is_older) FROM moved_associations WHERE NOT is_older UNION ALL FROM older_associations`)
	if err != nil {
		t.Fatal(err)
	}
	const grouped = `
		SELECT count(*), count(*) FILTER (WHERE lacks)
		FROM (
			SELECT bool_or(NOT has_reverse OR NOT has_inverse) AS lacks
			FROM current_associations
			GROUP BY from_type, from_id, to_type, to_id
		)`
	var got, want [2]int64
	for query, counts := range map[string]*[2]int64{pairsQuery: &got, grouped: &want} {
		if err := db.QueryRow(query).Scan(&counts[0], &counts[1]); err != nil {
			t.Fatal(err)
		}
	}
	if got != want || got[0] < 1000 || got[1] < 300 || got[1] == got[0] {
		t.Errorf("%d pairs, grouped there are %d", got, want)
	}
}
