package crawl

import (
	"slices"

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
}

// collector puts answers into the graph and onto disk. It is used by one
// goroutine at a time.
type collector struct {
	plan     *Plan
	graph    *graphmodel.Graph
	spool    *spool
	coverage []graphmodel.Coverage
	aliases  map[graphmodel.Key]int64 // merged-away id -> the record that it went into
	types    map[*hubspot.LinkType][]graphmodel.Type
	progress func(Progress)
	so       Progress
}

func newCollector(p *Plan, s *spool, progress func(Progress)) *collector {
	if progress == nil {
		progress = func(Progress) {}
	}
	return &collector{plan: p, graph: graphmodel.New(), spool: s, coverage: slices.Clone(p.coverage),
		aliases: map[graphmodel.Key]int64{}, types: map[*hubspot.LinkType][]graphmodel.Type{},
		progress: progress, so: Progress{Phase: "records and associations"}}
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
		c.coverage = append(c.coverage, *a.coverage)
	}
	for _, o := range a.objects {
		if err := c.record(a.translator, o); err != nil {
			return err
		}
	}
	for _, l := range a.links {
		c.graph.Link(graphmodel.Key{Type: a.pair.From.Name, ID: l.From}, graphmodel.Key{Type: a.pair.To.Name, ID: l.To}, c.typesOf(l.Types)...)
	}
	c.so.Records += int64(len(a.objects))
	c.so.Links += int64(len(a.links))
	c.progress(c.so)
	return nil
}

func (c *collector) record(t *translator, o hubspot.Object) error {
	r := t.record(o)
	c.graph.Put(graphmodel.Node{Key: r.Key, Seen: true, Archived: r.Archived})
	for _, old := range merged(o) {
		c.aliases[graphmodel.Key{Type: r.Type, ID: old}] = r.ID
	}
	return c.spool.put(r)
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
