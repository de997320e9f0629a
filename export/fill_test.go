package export

import (
	"fmt"
	"strings"
	"testing"

	"hubgraph/graphmodel"
	"hubgraph/internal/nights"
)

// TestWhatIsKnownOfTheWayBack has deal 1 link to company 10, which links back or
// not, and of whose list not all may have been read: what was not read is null, and
// neither there nor missing.
func TestWhatIsKnownOfTheWayBack(t *testing.T) {
	deal, company := graphmodel.Key{Type: "deals", ID: 1}, graphmodel.Key{Type: "companies", ID: 10}
	cell := graphmodel.Coverage{Kind: "associations", From: "companies", To: "deals", Requested: 5, Received: 5, Complete: true}
	broken := graphmodel.Coverage{Kind: "associations", From: "companies", To: "deals", Requested: 5, Failed: 5}
	lost := graphmodel.Gap{Kind: "associations", From: "companies", To: "deals", ID: ptr(int64(10)), Reason: "poisoned"}
	whole := graphmodel.Gap{Kind: "associations", From: "companies", To: "deals", Reason: "forbidden"}
	merge := []graphmodel.Alias{{ObjectType: "companies", OldID: 9, CurrentID: 10}}
	out := cell
	out.Complete, out.Verdict = false, graphmodel.VerdictOutOfScope
	type night struct {
		cells      []graphmodel.Coverage
		gaps       []graphmodel.Gap
		aliases    []graphmodel.Alias
		to         int64             // what the deal names; 0: company 10
		back       []graphmodel.Type // what the company links back by
		company    graphmodel.Node   // what was seen of it
		hasInverse string
		hasReverse string
		live       bool
	}
	read, seen := []graphmodel.Coverage{cell}, graphmodel.Node{Key: company, Seen: true}
	for name, n := range map[string]night{
		"both sides":                         {read, nil, nil, 0, []graphmodel.Type{nights.Plain4}, seen, "true", "true", true},
		"another type":                       {read, nil, nil, 0, []graphmodel.Type{nights.Back}, seen, "false", "true", true},
		"nothing":                            {read, nil, nil, 0, nil, seen, "false", "false", true},
		"nothing, out of scope":              {[]graphmodel.Coverage{out}, nil, nil, 0, nil, seen, "null", "null", true},
		"nothing, not asked for":             {nil, nil, nil, 0, nil, seen, "null", "null", true},
		"nothing, the cell failed":           {[]graphmodel.Coverage{broken}, []graphmodel.Gap{whole}, nil, 0, nil, seen, "null", "null", true},
		"nothing, the cell has no gap":       {[]graphmodel.Coverage{broken}, nil, nil, 0, nil, seen, "null", "null", true},
		"both sides, the cell failed":        {[]graphmodel.Coverage{broken}, []graphmodel.Gap{whole}, nil, 0, []graphmodel.Type{nights.Plain4}, seen, "true", "true", true},
		"another type, the cell failed":      {[]graphmodel.Coverage{broken}, []graphmodel.Gap{whole}, nil, 0, []graphmodel.Type{nights.Back}, seen, "null", "true", true},
		"nothing, the record failed":         {[]graphmodel.Coverage{broken}, []graphmodel.Gap{lost}, nil, 0, nil, seen, "null", "null", true},
		"nothing, another record failed":     {[]graphmodel.Coverage{broken}, []graphmodel.Gap{{Kind: "associations", From: "companies", To: "deals", ID: ptr(int64(11))}}, nil, 0, nil, seen, "false", "false", true},
		"nothing, never seen":                {read, nil, nil, 0, nil, graphmodel.Node{Key: company}, "null", "null", false},
		"nothing, archived":                  {read, nil, nil, 0, nil, graphmodel.Node{Key: company, Seen: true, Archived: true}, "null", "null", false},
		"both sides, archived":               {read, nil, nil, 0, []graphmodel.Type{nights.Plain4}, graphmodel.Node{Key: company, Seen: true, Archived: true}, "true", "true", false},
		"both sides, merged":                 {read, nil, merge, 9, []graphmodel.Type{nights.Plain4}, seen, "true", "true", false},
		"another type, merged":               {read, nil, merge, 9, []graphmodel.Type{nights.Back}, seen, "false", "true", false},
		"nothing, merged":                    {read, nil, merge, 9, nil, seen, "false", "false", false},
		"nothing, merged, the record failed": {[]graphmodel.Coverage{broken}, []graphmodel.Gap{lost}, merge, 9, nil, seen, "null", "null", false},
		"both sides, an id that is none":     {read, nil, nil, 9, []graphmodel.Type{nights.Plain4}, seen, "null", "null", false},
	} {
		t.Run(name, func(t *testing.T) {
			g := graphmodel.New()
			g.Put(graphmodel.Node{Key: deal, Seen: true})
			g.Put(n.company)
			to := company
			if n.to != 0 {
				to.ID = n.to
			}
			g.Link(deal, to, nights.Plain3)
			if n.back != nil {
				g.Link(company, deal, n.back...)
			}
			g.Seal()
			s := &graphmodel.Snapshot{Graph: g, Coverage: n.cells, Gaps: n.gaps, Aliases: n.aliases, Definitions: nights.First().Defined}
			for row, err := range associations(s, newStats(nil)) {
				if err != nil {
					t.Fatal(err)
				}
				if row.FromType != "deals" {
					continue
				}
				if got := fmt.Sprintln(known(row.HasInverse), known(row.HasReverse), *row.Live); got != fmt.Sprintln(n.hasInverse, n.hasReverse, n.live) {
					t.Errorf("inverse, reverse, live: %s, want %s %s %t", strings.TrimSpace(got), n.hasInverse, n.hasReverse, n.live)
				}
			}
		})
	}
}

func known(b *bool) string {
	if b == nil {
		return "null"
	}
	return fmt.Sprint(*b)
}
