package duckdb

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestQuoting has DuckDB create and select columns and texts of any name.
func TestQuoting(t *testing.T) {
	db := memory(t)
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringN(1, 40, -1).Draw(t, "text")
		clean := strings.ReplaceAll(s, "\x00", "")
		if clean == "" {
			clean, s = "x", "x"
		}
		rows, err := db.Query("SELECT " + literal(s) + " AS " + quote(s))
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		columns, err := rows.Columns()
		var value string
		if err != nil || !rows.Next() || rows.Scan(&value) != nil || columns[0] != clean || value != clean {
			t.Errorf("%q came back as %q AS %q", clean, value, columns[0])
		}
	})
}
