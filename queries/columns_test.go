package queries

import (
	"database/sql"
	"maps"
	"slices"
	"testing"
)

// TestEveryColumnIsExplained compares the columns of each check with the words for them:
// none is without, and none is explained that the check does not have.
func TestEveryColumnIsExplained(t *testing.T) {
	db := newNights(t, healthy, "")
	for _, c := range All() {
		extra := maps.Clone(c.Columns)
		err := each(t.Context(), db, "SELECT column_name FROM (DESCRIBE "+c.SQL+")", nil, func(rows *sql.Rows) error {
			var name string
			if err := rows.Scan(&name); err != nil {
				return err
			}
			if delete(extra, name); c.ColumnComment(name) == "" {
				t.Errorf("checks/%s.sql: write `-- column %s: what it means` into the header", c.ID, name)
			}
			return nil
		})
		if err != nil {
			t.Errorf("%s: %v", c.ID, err)
		}
		for _, name := range slices.Sorted(maps.Keys(extra)) {
			t.Errorf("checks/%s.sql explains %s, which its query does not have", c.ID, name)
		}
	}
}

// TestColumnComments are of the header first, and then of findings before those of models.
func TestColumnComments(t *testing.T) {
	c := Check{Columns: map[string]string{"stage": "Of the header"}}
	for name, want := range map[string]string{
		"stage":    "Of the header",
		"url":      "The record in HubSpot",
		"pipeline": "Name of the pipeline",
		"domain":   "Web domain of a company",
		"nonsense": "",
	} {
		if got := c.ColumnComment(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
