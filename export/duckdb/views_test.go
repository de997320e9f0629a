package duckdb

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/graphmodel"
	"hubgraph/internal/golden"
	"hubgraph/internal/nights"
	"hubgraph/internal/sqlrows"
	"hubgraph/queries"
)

// TestViews reads the views as another client would: with no settings of ours.
func TestViews(t *testing.T) {
	d := openData(t)
	n := nights.First()
	n.Types = append(n.Types, n.Types[2])
	n.Types[3].Name = strings.ToUpper(n.Types[2].Name) // DuckDB takes the names for one
	n.Types[3].Singular = n.Types[3].Name
	shouted := n.Defined[6]
	shouted.From = n.Types[3].Name
	n.Defined = append(n.Defined, shouted)
	deal, unknown := graphmodel.Key{Type: "deals", ID: 3}, graphmodel.Type{Category: "INTEGRATOR_DEFINED", ID: 77} // nobody defines it
	n.Link(deal, graphmodel.Key{Type: "deals", ID: 1}, unknown)
	n.Link(deal, graphmodel.Key{Type: "deals", ID: 2}, unknown)           // is archived
	n.Link(deal, graphmodel.Key{Type: "companies", ID: 9}, nights.Plain3) // is company 10 now
	n.Link(deal, graphmodel.Key{Type: "companies", ID: 10}, nights.Primary)
	n.Records[0].Name, n.Records[2].Name, n.Records[4].Name = "Acme", "Renewal", "Upsell"
	n.Types = append(n.Types, graphmodel.ObjectType{ID: "2-8", Name: "p_link", Singular: "link"}, graphmodel.ObjectType{ID: "2-9", Name: "p_types", Singular: "types"})
	n.Defined = append(n.Defined, graphmodel.Definition{From: "p_link", To: "p_types", Category: "USER_DEFINED", TypeID: 40}) // link_types is a model
	file, err := d.Build(context.Background(), Build{Snapshot: publish(t, d, n, "20261122T020000Z")})
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("duckdb", file+"?access_mode=READ_ONLY")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	got := ask(t, db, `SELECT view_name, comment FROM duckdb_views() WHERE schema_name = 'main' AND comment LIKE 'Associations from %%' ORDER BY ALL`)
	got += ask(t, db, `SELECT DISTINCT c.column_index AS place, c.comment FROM duckdb_columns() AS c JOIN duckdb_views() AS v ON v.view_name = c.table_name
		WHERE c.schema_name = 'main' AND c.table_name = 'deal_company' ORDER BY ALL`)
	for _, view := range []string{"deal_company", "company_company", "deal_deal"} {
		got += ask(t, db, "FROM %s ORDER BY ALL", view)
	}
	golden.Compare(t, "views.golden", got)
	uncommented := `SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE NOT internal AND coalesce(comment, '') = '' ORDER BY ALL LIMIT 10`
	if got := ask(t, db, "%s", uncommented); got != "[]\n" {
		t.Errorf("some columns without a comment: %s", got)
	}
	for _, c := range queries.All() {
		if _, err := db.Exec("FROM checks." + c.ID); err != nil {
			t.Errorf("view of the check %s: %v", c.ID, err)
		}
		var comment string
		if err := db.QueryRow("SELECT comment FROM duckdb_views() WHERE schema_name = 'checks' AND view_name = ?", c.ID).Scan(&comment); err != nil || !strings.Contains(comment, c.Title) {
			t.Errorf("comment of the check %s: %q, %v", c.ID, comment, err)
		}
	}
}

// TestRebuild makes the DuckDB file twice and compares every table.
func TestRebuild(t *testing.T) {
	ctx := context.Background()
	d := openData(t)
	if _, err := d.Rebuild(ctx, nil); err == nil {
		t.Error("rebuilt out of nothing")
	}
	publish(t, d, nights.First(), "20261121T020000Z")
	publish(t, d, nights.Second(), "20261122T020000Z")
	var contents []string
	for range 2 {
		r, err := d.Rebuild(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		db, err := Open(r.Path, 0)
		if err != nil {
			t.Fatal(err)
		}
		contents = append(contents, dump(t, db))
		db.Close()
	}
	if contents[0] != contents[1] {
		t.Errorf("two builds of one lake differ: %s", cmp.Diff(strings.Split(contents[0], "\n"), strings.Split(contents[1], "\n")))
	}
	if !strings.Contains(contents[0], `"snapshot_id":"20261121T020000Z"`) {
		t.Error("the baseline is missing")
	}
}

// dump is all that a DuckDB file holds. Rows are sorted, because a table has no order.
func dump(t *testing.T, db *sql.DB) string {
	t.Helper()
	var b strings.Builder
	err := sqlrows.Each(context.Background(), db, "SELECT table_name FROM duckdb_tables() ORDER BY 1", nil, func(row *sql.Rows) error {
		var name string
		if err := row.Scan(&name); err != nil {
			return err
		}
		b.WriteString(name + "\n" + ask(t, db, "FROM %s ORDER BY ALL", name))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
