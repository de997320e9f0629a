package queries

import (
	"cmp"
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// linkPattern is a line of links and unlinked: two records, and association
// types. H3 is HUBSPOT_DEFINED type 3, U21 is USER_DEFINED type 21; with <->,
// 3/4 stands for type 3 on the way there and 4 on the way back.
var (
	linkPattern = regexp.MustCompile(`^(\w+):(\d+) (->|<->) (\w+):(\d+)((?: [HU]\d+(?:/\d+)?)*)$`)
	typePattern = regexp.MustCompile(`([HU])(\d+)(?:/(\d+))?`)
	categories  = map[string]string{"H": "HUBSPOT_DEFINED", "U": "USER_DEFINED"}
)

// links is the SQL that adds associations, one line for each pair of records.
func links(text string) string {
	return eachRow(text, func(r row) string {
		return fmt.Sprintf("INSERT INTO associations (from_type, from_id, to_type, to_id, category, type_id) VALUES ('%s', %s, '%s', %s, '%s', %s);\n",
			r.fromType, r.fromID, r.toType, r.toID, r.category, r.typeID)
	})
}

// unlinked is the SQL that takes associations away; a line without types takes
// all of a pair.
func unlinked(text string) string {
	return eachRow(text, func(r row) string {
		statement := fmt.Sprintf("DELETE FROM associations WHERE (from_type, from_id, to_type, to_id) = ('%s', %s, '%s', %s)", r.fromType, r.fromID, r.toType, r.toID)
		if r.typeID != "" {
			statement += fmt.Sprintf(" AND (category, type_id) = ('%s', %s)", r.category, r.typeID)
		}
		return statement + ";\n"
	})
}

// row is one row of associations; without a type it stands for all of its pair.
type row struct{ fromType, fromID, toType, toID, category, typeID string }

func eachRow(text string, f func(row) string) string {
	var statements strings.Builder
	for line := range strings.Lines(strings.TrimSpace(text)) {
		m := linkPattern.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			panic("no link: " + line)
		}
		types := typePattern.FindAllStringSubmatch(m[6], -1)
		if types == nil {
			types = [][]string{{"", "", "", ""}}
		}
		for _, t := range types {
			statements.WriteString(f(row{m[1], m[2], m[4], m[5], categories[t[1]], t[2]}))
			if m[3] == "<->" {
				statements.WriteString(f(row{m[4], m[5], m[1], m[2], categories[t[1]], cmp.Or(t[3], t[2])}))
			}
		}
	}
	return statements.String()
}

// tried are the checks that the tests here try out, on portals that hold contacts,
// companies and deals. A check that comes later needs its fixture and none of this.
var tried = []string{
	"association_definition_changed", "deal_fully_orphaned", "deal_without_company", "deal_without_contact",
	"edge_endpoint_absent", "edge_label_changed", "inverse_label_missing", "inverse_pair_missing",
}

// triedChecks are those checks.
func triedChecks(t testing.TB) []Check {
	t.Helper()
	checks, err := Select(tried...)
	if err != nil {
		t.Fatal(err)
	}
	return checks
}

// healthy is a portal in which these checks find nothing: a deal with a contact in
// a role, a company, and the contact's manager; a colleague without deals.
var healthy = `
INSERT INTO objects (object_type, object_id) VALUES ('contacts', 11), ('contacts', 12), ('contacts', 13), ('companies', 21), ('companies', 22);
INSERT INTO objects (object_type, object_id, amount, currency, is_closed, is_won) VALUES ('deals', 1, 100, 'EUR', false, false), ('deals', 2, 1250.5, 'EUR', false, false);
` + links(`
	deals:1 <-> contacts:11 H3/4 U21/22
	deals:1 <-> companies:21 H341/342
	deals:2 <-> contacts:12 H3/4
	deals:2 <-> companies:21 H341/342
	contacts:11 <-> companies:21 H279/280 H1/2
	contacts:12 <-> companies:21 H279/280
	contacts:13 <-> companies:22 H279/280
	contacts:11 <-> contacts:12 H449 U31/32
`)

// found are the findings of these checks, a line for each, without their evidence.
// Checks that could not run have a line, too.
func found(t testing.TB, db *sql.DB) []string {
	t.Helper()
	r, err := Audit(t.Context(), db, Options{AuditID: "20261122T030000Z", Checks: triedChecks(t)})
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, c := range r.Results {
		if c.SkipReason != nil {
			found = append(found, fmt.Sprintf("%s %s: %s", c.CheckID, c.Status, *c.SkipReason))
		}
	}
	for _, f := range r.Findings {
		found = append(found, f.CheckID+" "+subject(f))
	}
	slices.Sort(found)
	return found
}

// only audits two nights, healthy and then changed, and compares all that is
// found.
func only(t *testing.T, name, later string, want ...string) {
	t.Helper()
	onlyAfter(t, name, "", later, want...)
}

// onlyAfter does so with an earlier night in which the portal had more.
func onlyAfter(t *testing.T, name, more, later string, want ...string) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		slices.Sort(want)
		for format, make := range formats {
			db := newNights(t, healthy+more, later)
			change(t, db, make)
			if got := found(t, db); !slices.Equal(got, want) {
				t.Errorf("found\n%s\nwant\n%s%s format", join(got), join(want), format)
			}
		}
	})
}
