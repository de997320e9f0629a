package draw

import (
	"bytes"
	"cmp"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"hubgraph/export/duckdb"
	"hubgraph/graphmodel"
	"hubgraph/internal/nightlytest"
	"hubgraph/internal/nights"
)

// built makes the DuckDB file of nights that no portal has.
func built(t testing.TB, all ...*nights.Night) *sql.DB {
	t.Helper()
	portal, err := nightlytest.Folder(t).Portal(7)
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range all {
		if _, err := portal.Publish(t.Context(), n.Snapshot(portal.NewID(nights.Start.AddDate(0, 0, i)))); err != nil {
			t.Fatal(err)
		}
	}
	rebuilt, err := duckdb.Of(portal, 0).Rebuild(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	db, err := duckdb.Open(rebuilt.Path, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// hub is a company with so many deals, each with a contact of its own.
func hub(deals int) *nights.Night {
	n := nights.First()
	n.Types = append(n.Types, graphmodel.ObjectType{ID: "0-1", Name: "contacts", Singular: "contact"})
	company := graphmodel.Key{Type: "companies", ID: 77}
	n.Records = append(n.Records, graphmodel.Record{Key: company, Name: "Hub"})
	for i := range deals {
		deal, contact := graphmodel.Key{Type: "deals", ID: int64(1000 + i)}, graphmodel.Key{Type: "contacts", ID: int64(1000 + i)}
		n.Records = append(n.Records, graphmodel.Record{Key: deal}, graphmodel.Record{Key: contact})
		n.Link(company, deal, nights.Plain4)
		n.Link(deal, company, nights.Plain3)
		n.Link(deal, contact, nights.Plain3)
		n.Link(contact, deal, nights.Plain4)
	}
	slices.SortStableFunc(n.Records, func(a, b graphmodel.Record) int {
		return cmp.Or(strings.Compare(a.Key.Type, b.Key.Type), cmp.Compare(a.Key.ID, b.Key.ID))
	})
	return n
}

// TestANeighbourhoodOf40000 is folded, says so, and draws in time; so is what lies two
// steps away from it.
func TestANeighbourhoodOf40000(t *testing.T) {
	db := built(t, hub(40_000))
	for hops, want := range map[int]string{
		1: "Drawn: 13 of 40,001 records, those with findings, money and links first. Folded: 39,988 deals",
		2: "Drawn: 25 of 40,013 records, those with findings, money and links first. Folded: 39,988 deals",
	} {
		p, err := Record(t.Context(), db, "companies:77", hops, 0)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Nodes) > DefaultNodes || len(p.Notes) != 1 || p.Notes[0] != want {
			t.Errorf("%d hops: %d nodes, %q, want %q", hops, len(p.Nodes), p.Notes, want)
		}
		if _, err := p.SVG(t.Context(), false); err != nil {
			t.Error(err)
		}
	}
	p, err := Record(t.Context(), db, "companies:77", 1, 10)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Nodes) != 10 {
		t.Errorf("%d nodes where 10 are allowed", len(p.Nodes))
	}
	var many *TooMany
	if _, err := Component(t.Context(), db, "deals:1000", 0); !errors.As(err, &many) || strings.Contains(err.Error(), "\n") || !strings.Contains(many.Table, "40,000") {
		t.Errorf("a component of 80,001: %v", err)
	}
	p, err = Path(t.Context(), db, "contacts:1000", "contacts:40000")
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Nodes) != 5 || p.Title != "contact 1000 and contact 40000 hang together in 4 steps" {
		t.Errorf("the path: %d nodes, %s", len(p.Nodes), p.Title)
	}
}

// TestBadInput gets a sentence each.
func TestBadInput(t *testing.T) {
	db := built(t, nights.First(), nights.Second())
	alone := built(t, nights.First())
	for want, err := range map[string]error{
		"no record: write TYPE:ID":                     second(Record(t.Context(), db, "deals", 1, 0)),
		`"deals:x" names no record`:                    second(Record(t.Context(), db, "deals:x", 1, 0)),
		`no object type "boats": there are companies,`: second(Record(t.Context(), db, "boats:1", 1, 0)),
		"deals:99 is not in the snapshot 2026":         second(Path(t.Context(), db, "deals:1", "0-3:99")),
		"--hops 9: choose 1 to 4":                      second(Record(t.Context(), db, "deals:1", 9, 0)),
		"--nodes 301: choose 10 to 300":                second(Component(t.Context(), db, "deals:1", 301)),
		`"xyz" is no fingerprint`:                      second(Finding(t.Context(), db, "xyz")),
		"the register has no finding abcdef0":          second(Finding(t.Context(), db, "abcdef0")),
		"do not hang together":                         second(Path(t.Context(), db, "deals:3", "2-7:5")),
		"compares with 2":                              second(Map(t.Context(), db, "2020-01-01")),
		"no earlier night":                             second(Map(t.Context(), alone, "baseline")),
		"can be written as":                            second((&Picture{}).Write(t.Context(), "pdf", false)),
	} {
		if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// TestMergedRecords are found under the ids that they had, and drawn under those that they
// have.
func TestMergedRecords(t *testing.T) {
	db := built(t, nights.First(), nights.Second())
	old, err := Record(t.Context(), db, "companies:10", 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	now, err := Record(t.Context(), db, "company:12", 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(old.DOT(), now.DOT()) {
		t.Error("the old id draws another picture")
	}
	var lines []string
	for _, n := range now.Nodes {
		lines = append(lines, strings.Join(n.Lines, "|"))
	}
	for _, want := range []string{"company 12", "company 11", "deal 3|100,000,000,000,000", "deal 2|0|in the recycle bin"} {
		if !strings.Contains(strings.Join(lines, "\n"), want) {
			t.Errorf("no node %q: %q", want, lines)
		}
	}
}

// TestNightsByDate: the baseline goes by its id, its date and its word.
func TestNightsByDate(t *testing.T) {
	for _, night := range []string{"", "baseline", "20261122T020000Z", "2026-11-22", "20261122"} {
		if err := compares(night, "20261122T020000Z"); err != nil {
			t.Errorf("%s: %v", night, err)
		}
	}
	if err := compares(time.Now().Format(time.DateOnly), "20261122T020000Z"); !errors.Is(err, ErrNoBaseline) {
		t.Errorf("another night: %v", err)
	}
}
