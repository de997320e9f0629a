package export

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hubgraph/graphmodel"
	"hubgraph/internal/leaks"
	"hubgraph/queries"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares a text with a file under testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	name = filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", name, diff)
	}
}

// night is what a crawl would find, in a form that tests can change.
type night struct {
	records []graphmodel.Record
	links   []graphmodel.Edge
	defined []graphmodel.Definition
	types   []graphmodel.ObjectType
	stages  []graphmodel.Stage
	owners  []graphmodel.Owner
	cells   []graphmodel.Coverage
	gaps    []graphmodel.Gap
	aliases []graphmodel.Alias
}

var (
	start   = time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)
	plain3  = graphmodel.Type{Category: "HUBSPOT_DEFINED", ID: 341}
	plain4  = graphmodel.Type{Category: "HUBSPOT_DEFINED", ID: 342}
	primary = graphmodel.Type{Category: "HUBSPOT_DEFINED", ID: 5, Label: "Primary"}
	back    = graphmodel.Type{Category: "HUBSPOT_DEFINED", ID: 6, Label: "Deal with Primary Company"}
	partner = graphmodel.Type{Category: "USER_DEFINED", ID: 28, Label: "Partenaire décideur"}
)

func ptr[T any](v T) *T { return &v }

// big53 is an id that a float64 cannot hold.
const big53 = int64(1)<<53 + 1

// firstNight is a small portal: deals 1 and 2 at company 10, whose parent is
// company 11; deal 3 alone; a link to a deal that no list returned; and a custom
// object with a hostile name.
func firstNight() *night {
	changed := start.Add(-time.Hour + 123456*time.Microsecond)
	n := &night{
		types: []graphmodel.ObjectType{
			{ID: "0-2", Name: "companies", Singular: "company", Label: "Companies"},
			{ID: "0-3", Name: "deals", Singular: "deal"},
			{ID: "2-7", Name: "p_Bob's \"cars\"\\N", Singular: "p_Bob's \"cars\"\\N", Label: "Cars; -- DROP", Custom: true},
		},
		owners: []graphmodel.Owner{{ID: 42, Name: "Ada Lovelace"}, {ID: 43, Archived: true}},
		stages: []graphmodel.Stage{
			{ObjectType: "deals", PipelineID: "default", PipelineName: "Sales", StageID: "won", StageName: "Won", Position: 1, IsClosed: ptr(true), IsWon: ptr(true)},
			{ObjectType: "deals", PipelineID: "default", PipelineName: "Sales", StageID: "open", StageName: "Open", Position: 0},
		},
		cells: []graphmodel.Coverage{
			{Kind: "objects", From: "deals", Requested: 3, Received: 3, Complete: true, StartedAt: start, FinishedAt: start.Add(time.Second)},
			{Kind: "associations", From: "deals", To: "companies", Requested: 3, Received: 2, Empty: 1, Complete: true},
		},
		aliases: []graphmodel.Alias{{ObjectType: "companies", OldID: 9, CurrentID: 10}},
	}
	car := n.types[2].Name
	n.records = []graphmodel.Record{
		{Key: graphmodel.Key{Type: "companies", ID: 10}, CreatedAt: ptr(start), UpdatedAt: &changed, Domain: "example.com", Properties: map[string]string{"z": "1", "a": "é\"'", "m": ""}},
		{Key: graphmodel.Key{Type: "companies", ID: 11}, CreatedAt: ptr(start)},
		{Key: graphmodel.Key{Type: "deals", ID: 1}, Amount: "1234.5", Currency: "EUR", PipelineID: "default", StageID: "won", IsClosed: ptr(true), IsWon: ptr(true), CloseDate: ptr(start), OwnerID: ptr(big53), URL: "https://app.hubspot.com/contacts/7/record/0-3/1"},
		{Key: graphmodel.Key{Type: "deals", ID: 2}, Amount: "-0.00005", Archived: true},
		{Key: graphmodel.Key{Type: "deals", ID: 3}, Amount: "99999999999999.9999"},
		{Key: graphmodel.Key{Type: car, ID: 5}, Name: "\x1b[31m\u202Ehostile"},
	}
	company := graphmodel.Key{Type: "companies", ID: 10}
	parent := graphmodel.Key{Type: "companies", ID: 11}
	deal := func(id int64) graphmodel.Key { return graphmodel.Key{Type: "deals", ID: id} }
	up, down := graphmodel.Type{Category: "HUBSPOT_DEFINED", ID: 14}, graphmodel.Type{Category: "HUBSPOT_DEFINED", ID: 13}
	n.link(deal(1), company, plain3, primary)
	n.link(company, deal(1), plain4, back)
	n.link(deal(2), company, plain3)
	n.link(company, deal(big53), plain4)
	n.link(company, parent, up)
	n.link(parent, company, down)
	n.link(graphmodel.Key{Type: car, ID: 5}, company, partner)
	n.defined = []graphmodel.Definition{
		{From: "deals", To: "companies", Category: "HUBSPOT_DEFINED", TypeID: 341, InverseCategory: "HUBSPOT_DEFINED", InverseTypeID: 342, InverseSource: "documented", Default: true},
		{From: "companies", To: "deals", Category: "HUBSPOT_DEFINED", TypeID: 342, InverseCategory: "HUBSPOT_DEFINED", InverseTypeID: 341, InverseSource: "documented", Default: true},
		{From: "deals", To: "companies", Category: "HUBSPOT_DEFINED", TypeID: 5, Label: "Primary", Primary: true, InverseCategory: "HUBSPOT_DEFINED", InverseTypeID: 6, InverseSource: "documented", MaxTo: ptr(int64(1))},
		{From: "companies", To: "deals", Category: "HUBSPOT_DEFINED", TypeID: 6, Label: "Deal with Primary Company", InverseCategory: "HUBSPOT_DEFINED", InverseTypeID: 5, InverseSource: "documented"},
		{From: "companies", To: "companies", Category: "HUBSPOT_DEFINED", TypeID: 14, Label: "Parent Company", InverseCategory: "HUBSPOT_DEFINED", InverseTypeID: 13, InverseSource: "documented"},
		{From: "companies", To: "companies", Category: "HUBSPOT_DEFINED", TypeID: 13, Label: "Child Company", InverseCategory: "HUBSPOT_DEFINED", InverseTypeID: 14, InverseSource: "documented"},
		{From: car, To: "companies", Category: "USER_DEFINED", TypeID: 28, Name: "decider", Label: partner.Label},
		{From: car, To: "deals", Category: "USER_DEFINED", TypeID: 30, Label: "Never used", InverseCategory: "USER_DEFINED", InverseTypeID: 31, InverseSource: "learned", InverseSupport: 25, InverseOverlap: 0.875},
	}
	return n
}

func (n *night) link(from, to graphmodel.Key, types ...graphmodel.Type) {
	n.links = append(n.links, graphmodel.Edge{From: from, To: to, Types: types})
}

// unlink takes away the links from one record to another.
func (n *night) unlink(from, to graphmodel.Key) {
	n.links = slices.DeleteFunc(n.links, func(e graphmodel.Edge) bool { return e.From == from && e.To == to })
}

// snapshot is the night as a crawl hands it over.
func (n *night) snapshot(id string) *graphmodel.Snapshot {
	g := graphmodel.New()
	for _, r := range n.records {
		g.Put(graphmodel.Node{Key: r.Key, Seen: true, Archived: r.Archived})
	}
	for _, e := range n.links {
		g.Link(e.From, e.To, e.Types...)
	}
	g.Seal()
	at, _ := splitID(id)
	started, err := time.Parse(IDLayout, at)
	if err != nil {
		panic(err)
	}
	complete := true
	for _, c := range n.cells {
		complete = complete && c.Complete
	}
	return &graphmodel.Snapshot{
		ID: id, PortalID: 7, TimeZone: "Europe/Berlin", Currency: "EUR", APIVersion: "2026-09", Tool: "test", StartedAt: started, FinishedAt: started.Add(time.Minute),
		Complete: complete, ScopeHash: "scope", Requests: 12,
		Types: n.types, Definitions: n.defined, Stages: n.stages, Owners: n.owners, Coverage: n.cells, Gaps: n.gaps, Aliases: n.aliases, Graph: g,
		Records: func() iter.Seq2[graphmodel.Record, error] { return all(n.records) },
	}
}

// openData makes a data folder that is locked until the test ends.
func openData(t *testing.T) *Data {
	t.Helper()
	d, err := OpenData(filepath.Join(t.TempDir(), "data"))
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := d.Lock()
	if err != nil {
		t.Fatal(err)
	}
	leaks.Folder(t, d.path(workDir))
	t.Cleanup(unlock)
	return d
}

func publish(t *testing.T, d *Data, n *night, id string) Entry {
	t.Helper()
	e, err := d.Publish(context.Background(), n.snapshot(id))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// build makes the DuckDB file of a snapshot and opens it as an analyst would.
func build(t *testing.T, d *Data, e Entry) (string, *sql.DB) {
	t.Helper()
	baseline, err := d.Baseline(e)
	if err != nil {
		t.Fatal(err)
	}
	file, err := d.Build(context.Background(), Build{Snapshot: e, Baseline: baseline, Settings: queries.DefaultSettings()})
	if err != nil {
		t.Fatal(err)
	}
	return file, open(t, file)
}

func open(t *testing.T, file string) *sql.DB {
	t.Helper()
	db, err := Open(file, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// memory is a DuckDB of nobody's settings, which reads files as another program
// would.
func memory(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// ask is the result of a query as JSON.
func ask(t *testing.T, db *sql.DB, query string, args ...any) string {
	t.Helper()
	var b strings.Builder
	if err := Query(context.Background(), &b, db, fmt.Sprintf(query, args...), "json"); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
