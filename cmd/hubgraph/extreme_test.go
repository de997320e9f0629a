package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// extremes are portals with nothing, little, much, and all in one place, and what a
// crawl has to find in them: records, rows of associations, pairs of records, the
// most neighbors of a record, and the pairs whose two ends are one record.
var extremes = map[string]struct{ portal, want string }{
	"empty":                {"portal 77", "0 0 0 NULL 0"},
	"one record":           {"portal 77\ncontacts 1", "1 0 0 0 0"},
	"one archived record":  {"portal 77\ncontacts 1 archived", "0 0 0 NULL 0"},
	"no associations":      {"portal 77\ncontacts 1\ncontacts 2\ncompanies 3", "3 0 0 0 0"},
	"one association":      {"portal 77\ncontacts 1\ncompanies 3\ncontacts 1 -> companies 3", "2 2 2 1 0"},
	"a record with itself": {"portal 77\ncontacts 1\ncontacts 1 ->> contacts 1 449", "1 1 1 0 1"},
	"plain and labels": {"portal 77\nlabel contacts 21 \"Advisor\" companies 22 \"Advises\"\ncontacts 1\ncompanies 3\n" +
		"contacts 1 -> companies 3\ncontacts 1 -> companies 3 primary \"Advisor\"", "2 6 2 1 0"},
	"one way only": {"portal 77\ncontacts 1\ncompanies 3\ncontacts 1 ->> companies 3 279", "2 1 1 1 0"},
	"many associations of one record": {"portal 77\ncompanies 5\n" + repeated(10_001, func(n int) string {
		return fmt.Sprintf("contacts %d\ncontacts %d -> companies 5\n", 100+n, 100+n)
	}), "10002 20002 20002 10001 0"},
}

func repeated(times int, line func(int) string) string {
	var b strings.Builder
	for n := range times {
		b.WriteString(line(n))
	}
	return b.String()
}

// TestExtremePortals crawls, audits and draws portals that are unlike any other.
func TestExtremePortals(t *testing.T) {
	for name, tt := range extremes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, url := served(t, tt.portal)
			dir := filepath.Join(t.TempDir(), "data")
			call := func(args ...string) string {
				t.Helper()
				var stdout, stderr bytes.Buffer
				e := &env{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, getenv: func(name string) string {
					return map[string]string{"HUBSPOT_ACCESS_TOKEN": "any", "HUBSPOT_BASE_URL": url, "HUBGRAPH_DATA": dir}[name]
				}}
				if code := run(t.Context(), e, args); code != 0 {
					t.Fatalf("%q: exit code %d, %s", args, code, &stderr)
				}
				return stdout.String()
			}
			if said := call("run", "--types", "contacts,companies"); !strings.Contains(said, ", complete\n") {
				t.Errorf("the crawl says %s", said)
			}
			got := call("sql", "--format", "json", `SELECT format('{} {} {} {} {}', (SELECT count(*) FROM objects), count(*), count(DISTINCT (from_type, from_id, to_type, to_id)),
				coalesce((SELECT max(degree) FROM objects)::VARCHAR, 'NULL'), count(*) FILTER (from_type = to_type AND from_id = to_id)) AS found FROM associations`)
			if diff := cmp.Diff(tt.want, parseRows(t, got)[0]["found"]); diff != "" {
				t.Errorf("records, rows, pairs, degree, loops (-want +got):\n%s", diff)
			}
			call("draw", "map")
			if name == "empty" { // what there is none of must be no hindrance to the next night
				call("repair", "plan", "--output", filepath.Join(t.TempDir(), "plan.json"))
				call("run", "--types", "contacts,companies")
				call("snapshots", "verify")
			}
		})
	}
}
