package crawl

import (
	"slices"
	"time"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// answer is one thing that a crawl learnt: records of a type, or links of a pair.
type answer struct {
	translator *translator
	objects    []hubspot.Object
	repeated   int   // of the objects, those that came before
	searched   *span // of which search has returned them; nil: a list has
	pair       *Pair
	links      []hubspot.Link
	again      *rereading // what the links are put into; nil: into the graph
}

// collector puts answers into the graph and onto disk. It is used by one
// goroutine at a time.
type collector struct {
	plan     *Plan
	ledger   *ledger
	graph    *graphmodel.Graph
	spool    *spool
	since    time.Time                    // what is dated later may have happened during the crawl
	began    time.Time                    // by the portal's clock, when the crawl did
	young    map[string][]int64           // object type -> records that may have been made during the crawl
	bare     []graphmodel.Key             // records whose rows lacked their properties
	searched map[string][]span            // object type -> what search has returned in the place of lists
	aliases  map[graphmodel.Key]int64     // merged-away id -> the record that it went into
	merged   map[graphmodel.Key]time.Time // record that others went into -> when it last changed
	types    []graphmodel.Type            // of one link
	reporter *reporter
	repeated int
}

func newCollector(p *Plan, l *ledger, s *spool, r *reporter) *collector {
	return &collector{plan: p, ledger: l, graph: graphmodel.New(), spool: s, since: p.source.since(), began: p.source.began(), young: map[string][]int64{}, searched: map[string][]span{},
		aliases: map[graphmodel.Key]int64{}, merged: map[graphmodel.Key]time.Time{}, reporter: r}
}

// collect takes answers until there are no more, or one cannot be kept, which ends
// the crawl.
func (c *collector) collect(answers <-chan answer) error {
	for a := range answers {
		if err := c.take(a); err != nil {
			return err
		}
	}
	return nil
}

func (c *collector) take(a answer) error {
	c.repeated += a.repeated
	if a.searched != nil {
		c.searched[a.translator.typ.Name] = append(c.searched[a.translator.typ.Name], *a.searched)
	}
	for _, o := range a.objects {
		if err := c.describe(a.translator, o); err != nil {
			return err
		}
		k := graphmodel.Key{Type: a.translator.typ.Name, ID: o.ID}
		c.graph.Put(graphmodel.Node{Key: k, Seen: true, Archived: o.Archived})
		if !o.CreatedAt.Before(c.since) {
			c.young[k.Type] = append(c.young[k.Type], k.ID)
		}
		if len(o.Properties) == 0 { // each row has at least its id among them
			c.bare = append(c.bare, k)
		}
	}
	for _, l := range a.links {
		e := graphmodel.Edge{From: graphmodel.Key{Type: a.pair.From.Name, ID: l.From}, To: graphmodel.Key{Type: a.pair.To.Name, ID: l.To}, Types: c.typesOf(l.Types)}
		if a.again != nil {
			e.Types = slices.Clone(e.Types)
			a.again.take(e)
		} else {
			c.graph.Link(e.From, e.To, e.Types...)
		}
	}
	c.reporter.add(len(a.objects), len(a.links))
	return nil
}

// describe keeps what a record says of itself, and of those that were merged
// into it.
func (c *collector) describe(t *translator, o hubspot.Object) error {
	r, unreadable := t.record(o)
	if unreadable > 0 {
		c.ledger.unreadable(cell{from: r.Type}, unreadable)
	}
	for _, old := range o.MergedIDs() {
		key := graphmodel.Key{Type: r.Type, ID: old}
		c.aliases[key] = max(c.aliases[key], r.ID) // of two that say so, whichever came first
		c.merged[r.Key] = o.UpdatedAt
	}
	return c.spool.put(r)
}

// typesOf translates the types of a link. They are good until the next call.
func (c *collector) typesOf(types []hubspot.LinkType) []graphmodel.Type {
	c.types = c.types[:0]
	for _, t := range types {
		c.types = append(c.types, graphmodel.Type(t))
	}
	return c.types
}
