package crawl

import (
	"context"
	"time"

	"hubgraph/graphmodel"
)

// A crawl takes its time, and people go on working: what was read early does not
// fit what was read late. A deal is listed, and archived before its associations
// are read; of two records that were merged one is listed, and the other is
// named by those who were read before. So when all is read the crawl looks for
// what does not fit, asks for just that once more, and puts what it learns in the
// place of what it knew. It looks for
//
//   - ends of associations that no list returned: they are looked up
//   - associations that one end lists and the other does not: both are read again,
//     and both records are looked up if they list something else by now
//   - records that a list returned and a survivor says were merged into it
//   - when all that fits, records that search counts and no list returned, or
//     the other way round: where nothing changed that takes one search a type
//
// and reads again what lists a record that came or went. One thing it cannot hear
// of before the next night: that a record was merged which nothing names any
// more, into one whose page had come before.

// mostRounds is how often a crawl looks: what it reads anew can show more, if the
// portal goes on changing.
const mostRounds = 4

// clockSkew is how far the clock here and HubSpot's may be apart.
const clockSkew = 10 * time.Minute

// fate is what a targeted read told of a record.
type fate uint8

const (
	live     fate = iota + 1
	archived      // in the recycle bin
	merged        // into another record, which the aliases name
	absent        // neither: deleted for good, or hidden from the token
)

// listing is what one record lists of one object type.
type listing struct {
	from graphmodel.Key
	to   string
}

// settling is the end of a crawl, in which what changed meanwhile is put right.
type settling struct {
	run    *run
	c      *collector
	since  time.Time               // what is dated later may have happened during the crawl
	pairs  map[[2]string]Pair      // that the crawl reads, by the names of their types
	twice  map[listing]bool        // was read again
	fates  map[graphmodel.Key]fate // of the records that were looked up
	change *change                 // that is to be made
	made   *change                 // that was made last
	before *graphmodel.Graph       // without made
}

// change is what is put into the place of what was read before.
type change struct {
	records  map[graphmodel.Key]bool // that came or went during the crawl; true: no list returned it
	nodes    []graphmodel.Node       // what was found
	listings map[listing]bool        // to be read; true: for the first time
}

func newSettling(r *run) *settling {
	s := &settling{run: r, change: newChange(), made: newChange(), c: r.collector, since: r.plan.source.started.Add(-clockSkew), pairs: map[[2]string]Pair{},
		fates: map[graphmodel.Key]fate{}, twice: map[listing]bool{}}
	for _, pair := range r.plan.Pairs {
		s.pairs[[2]string{pair.From.Name, pair.To.Name}] = pair
	}
	return s
}

func newChange() *change {
	return &change{records: map[graphmodel.Key]bool{}, listings: map[listing]bool{}}
}

// settle puts right what changed, and holds the result against what search
// counts.
func (s *settling) settle(ctx context.Context) error {
	s.c.teller.enter(PhaseSettle)
	if err := s.fit(ctx); err != nil {
		return err
	}
	if err := s.verify(ctx); err != nil {
		return err
	}
	return s.fit(ctx)
}

// fit looks and reads again until everything fits.
func (s *settling) fit(ctx context.Context) error {
	for range mostRounds {
		s.c.graph.Seal()
		for _, keys := range []map[graphmodel.Key]bool{s.strangers(), s.differing(), s.claimed()} {
			if err := s.lookUpAll(ctx, keys); err != nil {
				return err
			}
		}
		s.concludeNamed()
		s.readAgain()
		if len(s.change.records)+len(s.change.nodes)+len(s.change.listings) == 0 {
			return nil
		}
		if err := s.apply(ctx); err != nil {
			return err
		}
	}
	s.c.graph.Seal()
	return nil
}

// strangers are records that only associations name.
func (s *settling) strangers() map[graphmodel.Key]bool {
	keys := map[graphmodel.Key]bool{}
	for n := range s.c.graph.Nodes() {
		if _, alias := s.c.aliases[n.Key]; !n.Seen && !alias {
			keys[n.Key] = true
		}
	}
	return keys
}

// differing are both ends of the associations that came or went between two
// reads, unless one of the two was looked up, which says why.
func (s *settling) differing() map[graphmodel.Key]bool {
	keys := map[graphmodel.Key]bool{}
	for of, first := range s.made.listings {
		if first || s.fates[of.from] != 0 {
			continue
		}
		was, is := s.ends(s.before, of), s.ends(s.c.graph, of)
		for _, lists := range [][2]map[graphmodel.Key]bool{{was, is}, {is, was}} {
			for k := range lists[0] {
				if !lists[1][k] && s.fates[k] == 0 {
					keys[of.from], keys[s.current(k)] = true, true
				}
			}
		}
	}
	return keys
}

// ends are the records that a graph has in a listing.
func (s *settling) ends(g *graphmodel.Graph, of listing) map[graphmodel.Key]bool {
	keys := map[graphmodel.Key]bool{}
	for e := range g.Out(of.from) {
		if e.To.Type == of.to {
			keys[e.To] = true
		}
	}
	return keys
}

// claimed are the records that a list returned and another record says were
// merged into it.
func (s *settling) claimed() map[graphmodel.Key]bool {
	keys := map[graphmodel.Key]bool{}
	for old := range s.c.aliases {
		if n, ok := s.c.graph.Node(old); ok && n.Seen && !n.Archived {
			keys[old] = true
		}
	}
	return keys
}

// concludeNamed finds the merged-away records that associations name and no list
// returned, and that a survivor claims: they take no look-up.
func (s *settling) concludeNamed() {
	for old := range s.c.aliases {
		if n, ok := s.c.graph.Node(old); ok && !n.Seen {
			s.conclude(old)
		}
	}
}

// current is the record that a merged-away one ended in, or the record itself.
func (s *settling) current(k graphmodel.Key) graphmodel.Key {
	if _, alias := s.c.aliases[k]; alias {
		k.ID = s.c.final(k)
	}
	return k
}

// isLive reports whether a record is there as far as is known now.
func (s *settling) isLive(k graphmodel.Key) bool {
	if f, ok := s.fates[k]; ok {
		return f == live
	}
	n, ok := s.c.graph.Node(k)
	return ok && n.Seen && !n.Archived
}
