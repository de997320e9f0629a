package duckdb

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"
)

// hostile is a query whose cells are what spreadsheets, Markdown and terminals take for
// something else.
const hostile = `SELECT * FROM (VALUES (1, '=1+1', 'a | b', '<b>' || chr(27) || '[31m'), (-2, '@x', repeat('long ', 40), NULL)) AS t(id, "=name", "a|b", text)`

// TestForms has the rows of a query in the formats that JSON is not.
func TestForms(t *testing.T) {
	db, err := connect(t.TempDir()+"/empty.duckdb", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	asked := func(form Form, query string) string {
		t.Helper()
		var b bytes.Buffer
		if err := Query(t.Context(), &b, db, query, form); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	rows, err := csv.NewReader(strings.NewReader(asked(Form{Format: "csv"}, hostile))).ReadAll()
	if err != nil || len(rows) != 3 || strings.Join(rows[0], ",") != "id,'=name,a|b,text" || rows[1][1] != "'=1+1" || rows[2][0] != "-2" || rows[2][3] != "" {
		t.Errorf("%v %q", err, rows)
	}
	if rows, err = csv.NewReader(strings.NewReader(asked(Form{Format: "csv", RawCSV: true}, hostile))).ReadAll(); err != nil || rows[0][1] != "=name" || rows[1][1] != "=1+1" {
		t.Errorf("%v %q", err, rows)
	}
	for line := range strings.Lines(asked(Form{Format: "markdown"}, hostile)) {
		if strings.Count(line, "|") != 5 || strings.ContainsAny(line, "<>\x1b") {
			t.Errorf("%q", line)
		}
	}
	if got := asked(Form{Format: "ndjson"}, "FROM range(2)"); got != "{\"range\":0}\n{\"range\":1}\n" {
		t.Error(got)
	}
	if got := asked(Form{Format: "ndjson"}, "FROM range(0)"); got != "" {
		t.Error(got)
	}
	for _, width := range []int{20, 80, 120} {
		got := asked(Form{Format: "text", Width: width}, hostile)
		for line := range strings.Lines(got) {
			if text.StringWidth(strings.TrimSuffix(line, "\n")) > width {
				t.Errorf("at %d: %q", width, line)
			}
		}
		if !strings.HasSuffix(got, "\n2 rows\n") || !strings.Contains(got, "…") {
			t.Errorf("at %d\n%s", width, got)
		}
	}
	if got := asked(Form{Format: "text", Width: 80}, "SELECT 1 AS a"); got != "+---+\n| a |\n+---+\n| 1 |\n+---+\n1 row\n" {
		t.Error(got)
	}
	for all, lines := range map[bool]int{false: mostRows + 5, true: 55} {
		got := asked(Form{Format: "text", All: all}, "FROM range(50)")
		if strings.Count(got, "\n") != lines || strings.Contains(got, "50 rows, of which the first 40 are shown: --all shows them all\n") == all {
			t.Errorf("all %v\n%s", all, got)
		}
	}
}
