package crawl

import (
	"context"
	"slices"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// readRecord has everything read that a record lists; counted where it is read for
// the first time.
func (w *worklist) readRecord(k graphmodel.Key, counted bool) {
	for _, pair := range w.plan.Pairs {
		if pair.From.Name == k.Type {
			w.readListing(graphmodel.Listing{From: k, To: pair.To.Name}, counted)
		}
	}
}

// readListing has a listing read, once, that the crawl covers, of a record that is
// there.
func (w *worklist) readListing(l graphmodel.Listing, counted bool) {
	if _, ok := w.pairs[[2]string{l.From.Type, l.To}]; ok && !w.reread[l] && w.isLive(l.From) {
		w.rereads[l] = counted || w.rereads[l]
	}
}

// rereading gathers what is read again of one pair. Until its reader has ended it is
// the reader's and the collector's, each of which has a part of its own.
type rereading struct {
	pair    Pair
	ids     []int64
	counted map[int64]bool // what becomes of them is counted: they are new, or were lost

	lost  map[int64]string // by the reader
	empty map[int64]bool   // by the reader
	quiet map[int64]bool   // by the reader: of the lost, those that were not answered
	whole error            // by the reader: HubSpot refuses the pair

	listed map[int64][]graphmodel.Edge // by the collector
}

func (a *rereading) take(e graphmodel.Edge) { a.listed[e.From.ID] = append(a.listed[e.From.ID], e) }

// readAgain reads the listings that are to be, in full batches of each pair.
func (w *worklist) readAgain(ctx context.Context) error {
	all := map[[2]string]*rereading{}
	for l, counted := range w.rereads {
		if w.reread[l] = true; !w.isLive(l.From) {
			continue
		}
		key := [2]string{l.From.Type, l.To}
		if all[key] == nil {
			all[key] = &rereading{pair: w.pairs[key], counted: map[int64]bool{}, lost: map[int64]string{}, empty: map[int64]bool{}, quiet: map[int64]bool{}, listed: map[int64][]graphmodel.Edge{}}
		}
		all[key].ids = append(all[key].ids, l.From.ID)
		c := cell{l.From.Type, l.To}
		if counted {
			w.ledger.ask(c, 1)
		} else if w.ledger.reopen(c, l.From.ID) {
			counted = true
		}
		all[key].counted[l.From.ID] = counted
	}
	clear(w.rereads)
	err := w.gather(ctx, usualWorkers, func(ctx context.Context, g *gathering) {
		for _, a := range all {
			slices.Sort(a.ids)
			reader := g.read(ctx, a.pair, a)
			g.producers.Go(func() error { return reader.feed(ctx, a.ids) })
		}
	})
	if err != nil {
		return err
	}
	for _, a := range all {
		w.takeRereading(a)
	}
	for _, a := range all { // when all is taken in
		for _, id := range a.ids {
			w.compare(graphmodel.Listing{From: graphmodel.Key{Type: a.pair.From.Name, ID: id}, To: a.pair.To.Name}, a.counted[id])
		}
	}
	return nil
}

// feed hands ids to a reader in full batches, and ends it.
func (r *pairReader) feed(ctx context.Context, ids []int64) error {
	defer close(r.ids)
	for batch := range slices.Chunk(ids, hubspot.MaxBatchRead) {
		select {
		case r.ids <- batch:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// account notes what became of the inputs of a call.
func (a *rereading) account(b *hubspot.AssociationBatch) {
	if b.Refused != nil {
		a.whole = b.Refused
	}
	for _, id := range b.Empty {
		a.empty[id] = true
	}
	for _, item := range b.Failed {
		a.lost[item.ID] = reason(item)
	}
	for _, id := range b.Unanswered {
		a.lost[id], a.quiet[id] = silence, true
	}
}

// takeRereading takes in what was read again.
func (w *worklist) takeRereading(a *rereading) {
	c := cell{a.pair.From.Name, a.pair.To.Name}
	for _, id := range a.ids {
		l := graphmodel.Listing{From: graphmodel.Key{Type: c.from, ID: id}, To: c.to}
		why, failed := a.lost[id]
		w.listed[l], w.failed[l] = a.listed[id], failed
		switch {
		case failed && a.whole != nil && a.counted[id]:
			w.ledger.refuse(c, 1, why)
		case failed && a.counted[id]:
			w.ledger.lose(c, id, why, a.quiet[id])
		case failed:
			w.ledger.doubt(c, id, why, a.quiet[id])
		case a.counted[id] && a.empty[id]:
			w.ledger.answer(c, 0, 1)
		case a.counted[id]:
			w.ledger.answer(c, 1, 0)
		}
	}
}
