// Package nights has small portals as a crawl hands them over: what the tests of several
// packages publish, build and draw.
package nights

import (
	"iter"
	"slices"
	"time"

	"hubgraph/graphmodel"
)

// Night is what a crawl would find, in a form that tests can change.
type Night struct {
	Records []graphmodel.Record
	Links   []graphmodel.Edge
	Defined []graphmodel.Definition
	Types   []graphmodel.ObjectType
	Stages  []graphmodel.Stage
	Owners  []graphmodel.Owner
	Cells   []graphmodel.Coverage
	Gaps    []graphmodel.Gap
	Aliases []graphmodel.Alias
}

var (
	Start   = time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)
	Plain3  = graphmodel.Type{Category: "HUBSPOT_DEFINED", ID: 341}
	Plain4  = graphmodel.Type{Category: "HUBSPOT_DEFINED", ID: 342}
	Primary = graphmodel.Type{Category: "HUBSPOT_DEFINED", ID: 5, Label: "Primary"}
	Back    = graphmodel.Type{Category: "HUBSPOT_DEFINED", ID: 6, Label: "Deal with Primary Company"}
	Partner = graphmodel.Type{Category: "USER_DEFINED", ID: 28, Label: "Partenaire décideur"}
)

func ptr[T any](v T) *T { return &v }

// Big53 is an id that a float64 cannot hold.
const Big53 = int64(1)<<53 + 1

// First is a small portal: deals 1 and 2 at company 10, whose parent is
// company 11; deal 3 alone; a link to a deal that no list returned; and a custom
// object with a hostile name.
func First() *Night {
	changed := Start.Add(-time.Hour + 123456*time.Microsecond)
	n := &Night{
		Types: []graphmodel.ObjectType{
			{ID: "0-2", Name: "companies", Singular: "company", Label: "Companies"},
			{ID: "0-3", Name: "deals", Singular: "deal"},
			{ID: "2-7", Name: "p_Bob's \"cars\"\\N", Singular: "p_Bob's \"cars\"\\N", Label: "Cars; -- DROP", Custom: true},
		},
		Owners: []graphmodel.Owner{{ID: 42, Name: "Ada Lovelace"}, {ID: 43, Archived: true}},
		Stages: []graphmodel.Stage{
			{ObjectType: "deals", PipelineID: "default", PipelineName: "Sales", StageID: "won", StageName: "Won", Position: 1, IsClosed: ptr(true), IsWon: ptr(true)},
			{ObjectType: "deals", PipelineID: "default", PipelineName: "Sales", StageID: "open", StageName: "Open", Position: 0},
		},
		Cells: []graphmodel.Coverage{
			{Kind: "objects", From: "deals", Requested: 3, Received: 3, Complete: true, StartedAt: Start, FinishedAt: Start.Add(time.Second)},
			{Kind: "associations", From: "deals", To: "companies", Requested: 3, Received: 2, Empty: 1, Complete: true},
			{Kind: "associations", From: "companies", To: "companies", Requested: 2, Received: 2, Complete: true},
			{Kind: "associations", From: "companies", To: "deals", Requested: 2, Received: 1, Empty: 1, Complete: true},
		},
		Aliases: []graphmodel.Alias{{ObjectType: "companies", OldID: 9, CurrentID: 10}},
	}
	car := n.Types[2].Name
	n.Records = []graphmodel.Record{
		{Key: graphmodel.Key{Type: "companies", ID: 10}, CreatedAt: ptr(Start), UpdatedAt: &changed, Domain: "example.com", Properties: map[string]string{"z": "1", "a": "é\"'", "m": ""}},
		{Key: graphmodel.Key{Type: "companies", ID: 11}, CreatedAt: ptr(Start)},
		{Key: graphmodel.Key{Type: "deals", ID: 1}, Amount: "1234.5", Currency: "EUR", PipelineID: "default", StageID: "won", IsClosed: ptr(true), IsWon: ptr(true), CloseDate: ptr(Start), OwnerID: ptr(Big53), URL: "https://app.hubspot.com/contacts/7/record/0-3/1"},
		{Key: graphmodel.Key{Type: "deals", ID: 2}, Amount: "-0.00005", Archived: true},
		{Key: graphmodel.Key{Type: "deals", ID: 3}, Amount: "99999999999999.9999"},
		{Key: graphmodel.Key{Type: car, ID: 5}, Name: "\x1b[31m\u202Ehostile"},
	}
	company := graphmodel.Key{Type: "companies", ID: 10}
	parent := graphmodel.Key{Type: "companies", ID: 11}
	deal := func(id int64) graphmodel.Key { return graphmodel.Key{Type: "deals", ID: id} }
	up, down := graphmodel.Type{Category: "HUBSPOT_DEFINED", ID: 14}, graphmodel.Type{Category: "HUBSPOT_DEFINED", ID: 13}
	n.Link(deal(1), company, Plain3, Primary)
	n.Link(company, deal(1), Plain4, Back)
	n.Link(deal(2), company, Plain3)
	n.Link(company, deal(Big53), Plain4)
	n.Link(company, parent, up)
	n.Link(parent, company, down)
	n.Link(graphmodel.Key{Type: car, ID: 5}, company, Partner)
	n.Defined = []graphmodel.Definition{
		{From: "deals", To: "companies", Category: "HUBSPOT_DEFINED", TypeID: 341, InverseCategory: "HUBSPOT_DEFINED", InverseTypeID: 342, InverseSource: "documented", Default: true},
		{From: "companies", To: "deals", Category: "HUBSPOT_DEFINED", TypeID: 342, InverseCategory: "HUBSPOT_DEFINED", InverseTypeID: 341, InverseSource: "documented", Default: true},
		{From: "deals", To: "companies", Category: "HUBSPOT_DEFINED", TypeID: 5, Label: "Primary", Primary: true, InverseCategory: "HUBSPOT_DEFINED", InverseTypeID: 6, InverseSource: "documented", MaxTo: ptr(int64(1))},
		{From: "companies", To: "deals", Category: "HUBSPOT_DEFINED", TypeID: 6, Label: "Deal with Primary Company", InverseCategory: "HUBSPOT_DEFINED", InverseTypeID: 5, InverseSource: "documented"},
		{From: "companies", To: "companies", Category: "HUBSPOT_DEFINED", TypeID: 14, Label: "Parent Company", InverseCategory: "HUBSPOT_DEFINED", InverseTypeID: 13, InverseSource: "documented"},
		{From: "companies", To: "companies", Category: "HUBSPOT_DEFINED", TypeID: 13, Label: "Child Company", InverseCategory: "HUBSPOT_DEFINED", InverseTypeID: 14, InverseSource: "documented"},
		{From: car, To: "companies", Category: "USER_DEFINED", TypeID: 28, Name: "decider", Label: Partner.Label},
		{From: car, To: "deals", Category: "USER_DEFINED", TypeID: 30, Label: "Never used", InverseCategory: "USER_DEFINED", InverseTypeID: 31, InverseSource: "learned", InverseSupport: 25, InverseOverlap: 0.875},
	}
	return n
}

func (n *Night) Link(from, to graphmodel.Key, types ...graphmodel.Type) {
	n.Links = append(n.Links, graphmodel.Edge{From: from, To: to, Types: types})
}

// Unlink takes away the links from one record to another.
func (n *Night) Unlink(from, to graphmodel.Key) {
	n.Links = slices.DeleteFunc(n.Links, func(e graphmodel.Edge) bool { return e.From == from && e.To == to })
}

// Snapshot is the night as a crawl hands it over.
func (n *Night) Snapshot(id string) *graphmodel.Snapshot {
	g := graphmodel.New()
	for _, r := range n.Records {
		g.Put(graphmodel.Node{Key: r.Key, Seen: true, Archived: r.Archived})
	}
	for _, e := range n.Links {
		g.Link(e.From, e.To, e.Types...)
	}
	g.Seal()
	started, err := time.Parse("20060102T150405Z", id[:16])
	if err != nil {
		panic(err)
	}
	complete := true
	for _, c := range n.Cells {
		complete = complete && c.Complete
	}
	return &graphmodel.Snapshot{
		ID: id, PortalID: 7, TimeZone: "Europe/Berlin", Currency: "EUR", APIVersion: "2026-09", Tool: "test", StartedAt: started, FinishedAt: started.Add(time.Minute),
		Complete: complete, ScopeHash: "scope", Requests: 12,
		Types: n.Types, Definitions: n.Defined, Stages: n.Stages, Owners: n.Owners, Coverage: n.Cells, Gaps: n.Gaps, Aliases: n.Aliases, Graph: g,
		Records: func() iter.Seq2[graphmodel.Record, error] { return n.read },
	}
}

// read yields the records.
func (n *Night) read(yield func(graphmodel.Record, error) bool) {
	for _, r := range n.Records {
		if !yield(r, nil) {
			return
		}
	}
}

// Full is the night with a coverage that lacks nothing that the checks need.
func (n *Night) Full() *Night {
	n.Cells = nil
	for _, from := range n.Types {
		n.Cells = append(n.Cells, graphmodel.Coverage{Kind: "objects", From: from.Name, Complete: true})
		for _, to := range n.Types {
			for _, kind := range []string{"associations", "types"} {
				n.Cells = append(n.Cells, graphmodel.Coverage{Kind: kind, From: from.Name, To: to.Name, Complete: true})
			}
		}
	}
	return n
}

// Second differs from the first: deal 1 lost its company's row, deal 3 got
// a company, company 10 was merged into 12, and the car is gone.
func Second() *Night {
	n := First()
	merged := func(k graphmodel.Key) graphmodel.Key {
		if k == (graphmodel.Key{Type: "companies", ID: 10}) {
			k.ID = 12
		}
		return k
	}
	for i := range n.Links {
		n.Links[i].From, n.Links[i].To = merged(n.Links[i].From), merged(n.Links[i].To)
	}
	company := graphmodel.Key{Type: "companies", ID: 12}
	n.Records[0], n.Records[1] = n.Records[1], n.Records[0]
	n.Records[1].Key = company
	n.Aliases = []graphmodel.Alias{{ObjectType: "companies", OldID: 9, CurrentID: 12}, {ObjectType: "companies", OldID: 10, CurrentID: 12}}
	n.Unlink(graphmodel.Key{Type: "deals", ID: 1}, company)
	n.Link(graphmodel.Key{Type: "deals", ID: 3}, company, Plain3)
	n.Link(company, graphmodel.Key{Type: "deals", ID: 3}, Plain4)
	n.Unlink(graphmodel.Key{Type: n.Types[2].Name, ID: 5}, company)
	return n
}
