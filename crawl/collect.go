package crawl

import (
	"cmp"
	"slices"
	"time"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// answer is one thing that a crawl learnt: records of a type, links of a pair,
// or how completely a cell was read.
type answer struct {
	translator *translator
	objects    []hubspot.Object
	pair       *Pair
	links      []hubspot.Link
	coverage   *graphmodel.Coverage
	repeated   int // records that a list returned more than once
}

// collector puts answers into the graph and onto disk. It is used by one
// goroutine at a time.
type collector struct {
	plan     *Plan
	graph    *graphmodel.Graph
	spool    *spool
	coverage []graphmodel.Coverage
	last     map[string]int64             // object type -> the largest id that its list gave
	aliases  map[graphmodel.Key]int64     // merged-away id -> the record that it went into
	merged   map[graphmodel.Key]time.Time // record that others went into -> when it last changed
	types    map[*hubspot.LinkType][]graphmodel.Type
	teller   *teller
	repeated int
}

func newCollector(p *Plan, s *spool, t *teller) *collector {
	return &collector{plan: p, graph: graphmodel.New(), spool: s, coverage: append(slices.Clone(p.coverage), p.outOfScope()...),
		last: map[string]int64{}, aliases: map[graphmodel.Key]int64{}, merged: map[graphmodel.Key]time.Time{}, types: map[*hubspot.LinkType][]graphmodel.Type{}, teller: t}
}

// collect takes answers until there are no more. After an error it goes on to
// take them, so that nobody waits for it, and passes over them.
func (c *collector) collect(answers <-chan answer) error {
	var failed error
	for a := range answers {
		if failed == nil {
			failed = c.take(a)
		}
	}
	return failed
}

func (c *collector) take(a answer) error {
	if a.coverage != nil {
		c.cover(*a.coverage)
	}
	c.repeated += a.repeated
	for _, o := range a.objects {
		if err := c.describe(a.translator, o); err != nil {
			return err
		}
		c.graph.Put(graphmodel.Node{Key: graphmodel.Key{Type: a.translator.typ.Name, ID: o.ID}, Seen: true, Archived: o.Archived})
		c.last[a.translator.typ.Name] = max(c.last[a.translator.typ.Name], o.ID)
	}
	for _, l := range a.links {
		c.graph.Link(graphmodel.Key{Type: a.pair.From.Name, ID: l.From}, graphmodel.Key{Type: a.pair.To.Name, ID: l.To}, c.typesOf(l.Types)...)
	}
	c.teller.add(len(a.objects), len(a.links))
	return nil
}

// describe keeps what a record says of itself, and of those that were merged
// into it.
func (c *collector) describe(t *translator, o hubspot.Object) error {
	r := t.record(o)
	for _, old := range mergedInto(o) {
		c.aliases[graphmodel.Key{Type: r.Type, ID: old}] = r.ID
		c.merged[r.Key] = o.UpdatedAt
	}
	return c.spool.put(r)
}

// cover takes in how completely a cell was read. What is read of it once more
// adds to what is known.
func (c *collector) cover(more graphmodel.Coverage) {
	cell := c.cell(more.Kind, more.From, more.To)
	if cell == nil {
		c.coverage = append(c.coverage, more)
		return
	}
	cell.Requested += more.Requested
	cell.Received += more.Received
	cell.Empty += more.Empty
	cell.Failed += more.Failed
	cell.Unread += more.Unread
	cell.Complete = cell.Complete && more.Complete
	cell.Reason = cmp.Or(cell.Reason, more.Reason)
	cell.FinishedAt = more.FinishedAt
}

// typesOf translates the types of a link. The client hands out one slice for
// all links with the same types, so each is translated once.
func (c *collector) typesOf(types []hubspot.LinkType) []graphmodel.Type {
	if len(types) == 0 {
		return nil
	}
	own, ok := c.types[&types[0]]
	if !ok || len(own) != len(types) {
		own = make([]graphmodel.Type, len(types))
		for i, t := range types {
			own[i] = graphmodel.Type{Category: t.Category, ID: t.ID, Label: t.Label}
		}
		c.types[&types[0]] = own
	}
	return own
}

// cell finds the coverage of one cell.
func (c *collector) cell(kind, from, to string) *graphmodel.Coverage {
	for i := range c.coverage {
		if cell := &c.coverage[i]; cell.Kind == kind && cell.From == from && cell.To == to {
			return cell
		}
	}
	return nil
}
