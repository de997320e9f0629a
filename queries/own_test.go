package queries

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestReadOwn reads a folder of checks: a good one, one that is wrong, and what is none.
func TestReadOwn(t *testing.T) {
	dir := t.TempDir()
	good := strings.Replace(goodCheck, "-- repair: inverse\n", "-- settings: color text red, grace_hours int 24\n-- properties: deals paint\n", 1)
	for name, text := range map[string]string{"deal_without_owner.sql": good, "b.sql": "SELECT 1", "notes.txt": "none", "b.txtar": "none"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	own, err := ReadOwn(dir)
	if err != nil || len(own) != 2 {
		t.Fatalf("%d checks, %v", len(own), err)
	}
	if c := own[0]; c.ID != "b" || c.Broken != filepath.Join(dir, "b.sql")+":1: the header has no title" {
		t.Errorf("the wrong one is %s: %q", c.ID, c.Broken)
	}
	if c := own[1]; c.ID != "deal_without_owner" || c.Broken != "" || c.File != filepath.Join(dir, "deal_without_owner.sql") {
		t.Errorf("the good one is %s in %s: %q", c.ID, c.File, c.Broken)
	}
	if rows := DefaultSettings(own...); !slices.Contains(rows, Setting{"color", "red"}) || len(rows) != len(DefaultSettings())+1 {
		t.Errorf("its setting is not among the defaults: %v", rows)
	}
	if got := Properties(own...)["deals"]; !slices.Contains(got, "paint") {
		t.Errorf("its property is not asked for: %v", got)
	}
	if got, err := SelectFrom(With(own...), "deal_without_owner", "primary_missing"); err != nil || len(got) != 2 || slices.ContainsFunc(Stable(own...), func(c Check) bool { return c.ID == "deal_without_owner" }) {
		t.Errorf("%d checks are selected, and one that is experimental is stable: %v", len(got), err)
	}
	if _, err := ReadOwn(filepath.Join(dir, "none")); err == nil {
		t.Error("a folder that is not there is read")
	}
}

// TestParseOwnErrors has checks of a user that are called or set as hubgraph's own are, or
// that repair.
func TestParseOwnErrors(t *testing.T) {
	for name, want := range map[string]string{
		"Upper.sql":                "Upper.sql: \"Upper\" is no name of a check",
		"test.sql":                 "test.sql: \"test\" is a command",
		"deal_without_company.sql": "deal_without_company.sql: hubgraph itself has a check deal_without_company",
	} {
		if _, err := ParseOwn(name, goodCheck); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	for with, want := range map[string]string{
		"-- repair: inverse\n":                     "x.sql: repair: hubgraph repairs what its own checks find",
		"-- settings: grace_hours int 48\n":        "x.sql: settings: hubgraph itself has the setting grace_hours: write grace_hours int 24",
		"-- settings: required_labels text none\n": "x.sql: settings: hubgraph itself has the setting required_labels: write required_labels roles",
		"-- settings: color hue red\n":             "x.sql:11: settings: color: \"hue\" is no type",
	} {
		c, err := ParseOwn("x.sql", strings.Replace(goodCheck, "-- repair: inverse\n", with, 1))
		if err != nil || !strings.Contains(c.Broken, want) || strings.Contains(c.Broken, "\n") {
			t.Errorf("%q: %q, %v, want %s", with, c.Broken, err, want)
		}
	}
}
