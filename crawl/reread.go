package crawl

import (
	"context"
	"slices"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// readAgain chooses what is to be read once more: all of the records that are
// new, of those that others were merged into, of both ends of one-sided
// associations, and what lists a record whose state changed.
func (s *settling) readAgain() {
	for k, unlisted := range s.change.records {
		switch s.fates[k] {
		case live:
			s.readRecord(k, unlisted)
		case merged:
			if survivor := s.current(k); s.isLive(survivor) {
				s.readRecord(survivor, false)
			}
		}
		if s.fates[k] != live {
			for e := range s.c.graph.Out(k) {
				s.readListing(listing{e.To, k.Type}, false)
			}
			for e := range s.c.graph.In(k) {
				s.readListing(listing{e.From, k.Type}, false)
			}
		}
	}
	for _, e := range s.oneSided() {
		to := s.current(e.To)
		s.readListing(listing{e.From, to.Type}, false)
		s.readListing(listing{to, e.From.Type}, false)
	}
}

// readRecord has everything read that a record lists.
func (s *settling) readRecord(k graphmodel.Key, first bool) {
	for _, pair := range s.run.plan.Pairs {
		if pair.From.Name == k.Type {
			s.readListing(listing{k, pair.To.Name}, first)
		}
	}
}

// readListing has a listing read that the crawl covers and that was not read again
// yet, of a record that is there.
func (s *settling) readListing(of listing, first bool) {
	if _, ok := s.pairs[[2]string{of.from.Type, of.to}]; ok && s.isLive(of.from) && !s.twice[of] {
		s.change.listings[of] = first || s.change.listings[of]
	}
}

// apply makes the change.
func (s *settling) apply(ctx context.Context) error {
	s.before, s.made = s.c.graph, s.change
	s.c.graph, s.change = s.changed(), newChange()
	return s.readListings(ctx)
}

// changed is the graph without what is known better by now: what records list
// that are no longer there, and what is about to be read again.
func (s *settling) changed() *graphmodel.Graph {
	g := graphmodel.New()
	for n := range s.before.Nodes() {
		if n.Seen && !s.went(n.Key) {
			g.Put(n)
		}
	}
	for _, n := range s.made.nodes {
		g.Put(n)
	}
	for e := range s.before.Edges() {
		if _, again := s.made.listings[listing{e.From, e.To.Type}]; !again && !s.went(e.From) {
			g.Link(e.From, e.To, e.Types...)
		}
	}
	return g
}

// went reports whether a record turned out to be gone.
func (s *settling) went(k graphmodel.Key) bool {
	_, changed := s.made.records[k]
	return changed && s.fates[k] != live
}

// readListings reads what readAgain chose, in full batches of each pair.
func (s *settling) readListings(ctx context.Context) error {
	ids := map[[2]string][]int64{}
	again := map[[2]string]map[int64]bool{}
	for of, first := range s.made.listings {
		s.twice[of] = true
		key := [2]string{of.from.Type, of.to}
		ids[key] = append(ids[key], of.from.ID)
		if again[key] == nil {
			again[key] = map[int64]bool{}
		}
		again[key][of.from.ID] = !first
	}
	return s.run.gather(ctx, func(ctx context.Context, g *gathering) {
		for key, list := range ids {
			slices.Sort(list)
			reader := g.reader(ctx, s.pairs[key], again[key])
			g.producers.Go(func() error { return reader.feed(ctx, list) })
		}
	})
}

// feed hands ids to a reader in full batches, and ends it.
func (r *pairReader) feed(ctx context.Context, ids []int64) error {
	for batch := range slices.Chunk(ids, hubspot.MaxBatchRead) {
		select {
		case r.ids <- batch:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	r.listed = true
	close(r.ids)
	return nil
}
