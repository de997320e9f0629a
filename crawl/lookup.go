package crawl

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// lookUpAll looks the records up that are to be, until no look-up brings another:
// among the live ones, then among the archived ones, all types side by side.
func (w *worklist) lookUpAll(ctx context.Context) error {
	for len(w.lookups) > 0 {
		ids := map[string][]int64{}
		for k := range w.lookups {
			if w.fates[k] == 0 {
				ids[k.Type] = append(ids[k.Type], k.ID)
			}
		}
		clear(w.lookups)
		open := maps.Clone(ids)
		for _, among := range []fate{live, archived} {
			if err := w.lookUpAmong(ctx, open, among); err != nil {
				return err
			}
		}
		for _, t := range w.plan.Types {
			for _, id := range slices.Sorted(slices.Values(ids[t.Name])) {
				w.conclude(graphmodel.Key{Type: t.Name, ID: id})
			}
		}
	}
	return nil
}

// lookUpAmong looks records up among the live or the archived ones, and leaves open
// those of which nothing is known then.
func (w *worklist) lookUpAmong(ctx context.Context, open map[string][]int64, among fate) error {
	found, translators := make([]hubspot.ObjectBatch, len(w.plan.Types)), make([]*translator, len(w.plan.Types))
	types, typesCtx := errgroup.WithContext(ctx)
	for i, t := range w.plan.Types {
		translators[i] = w.plan.translator(t)
		types.Go(func() (err error) {
			if found[i], err = w.readByID(typesCtx, translators[i], open[t.Name], among == archived); err != nil {
				err = fmt.Errorf("look up %s by id: %w", t.Name, err)
			}
			return err
		})
	}
	if err := types.Wait(); err != nil {
		return err
	}
	for i, t := range translators {
		for _, o := range found[i].Objects {
			if err := w.found(t, o, among); err != nil {
				return err
			}
		}
		for old, id := range found[i].Into {
			w.collector.aliases[graphmodel.Key{Type: t.typ.Name, ID: old}] = id
		}
		w.give(t, found[i])
		open[t.typ.Name] = slices.DeleteFunc(slices.Clone(open[t.typ.Name]), func(id int64) bool {
			k := graphmodel.Key{Type: t.typ.Name, ID: id}
			_, alias := w.collector.aliases[k]
			return alias || w.fates[k] != 0
		})
		w.collector.reporter.update()
	}
	return nil
}

// give gives up on the records that were not answered.
func (w *worklist) give(t *translator, found hubspot.ObjectBatch) {
	c := cell{from: t.typ.Name}
	why := map[int64]string{}
	for _, item := range found.Failed {
		why[item.ID] = reason(item)
	}
	for _, id := range found.Unanswered {
		why[id] = silence
	}
	for id, reason := range why {
		k := graphmodel.Key{Type: t.typ.Name, ID: id}
		if w.fates[k] = lost; w.ledger.broken(c) == "" {
			w.ledger.doubt(c, id, reason, reason == silence)
		}
	}
}

// readByID reads records by id, in calls of 100 side by side.
func (w *worklist) readByID(ctx context.Context, t *translator, ids []int64, archived bool) (hubspot.ObjectBatch, error) {
	var mu sync.Mutex
	all := hubspot.ObjectBatch{Into: map[int64]int64{}}
	calls, ctx := errgroup.WithContext(ctx)
	calls.SetLimit(usualWorkers)
	for chunk := range slices.Chunk(slices.Sorted(slices.Values(ids)), hubspot.MaxBatchObjects) {
		calls.Go(func() error {
			part, err := w.reader.Objects(ctx, t.typ.ID, hubspot.ObjectRead{IDs: chunk, Properties: t.properties, Archived: archived})
			mu.Lock()
			defer mu.Unlock()
			all.Objects = append(all.Objects, part.Objects...)
			all.Failed = append(all.Failed, part.Failed...)
			all.Unanswered = append(all.Unanswered, part.Unanswered...)
			maps.Copy(all.Into, part.Into)
			return err
		})
	}
	err := calls.Wait()
	slices.SortFunc(all.Objects, func(a, b hubspot.Object) int { return cmp.Compare(a.ID, b.ID) })
	return all, err
}

// found takes in a record that a look-up found. It may not be one that was asked
// for, but the one that this was merged into.
func (w *worklist) found(t *translator, o hubspot.Object, among fate) error {
	k := graphmodel.Key{Type: t.typ.Name, ID: o.ID}
	delete(w.collector.aliases, k) // whatever another record claims
	if w.fates[k] != 0 {
		return nil
	}
	if w.fates[k] = among; among == archived && o.ArchivedAt.Before(w.collector.began) {
		w.disprove(k)
	}
	switch {
	case among == archived && (w.wasListed(k) || !o.ArchivedAt.Before(w.collector.since)):
		w.gone(k)
	case among == live && !w.wasListed(k):
		w.ledger.ask(cell{from: k.Type}, 1)
		w.ledger.answer(cell{from: k.Type}, 1, 0)
		w.readRecord(k, true)
	}
	if len(o.Properties) == 0 {
		w.ledger.doubt(cell{from: k.Type}, k.ID, "its properties are missing", false)
	}
	return w.collector.describe(t, o)
}

// conclude gives a record its fate that was not found under its own id. When it
// was merged HubSpot does not say, but its survivor changed at that time.
func (w *worklist) conclude(k graphmodel.Key) {
	_, alias := w.collector.aliases[k]
	switch {
	case w.fates[k] != 0:
		return
	case alias:
		w.fates[k] = merged
		w.disprove(k)
		survivor := w.current(k)
		if !w.wasListed(k) && w.collector.merged[survivor].Before(w.collector.since) {
			return
		}
		w.gone(k)
		if w.isLive(survivor) {
			w.readRecord(survivor, false)
		}
		return
	}
	w.fates[k] = absent
	w.disprove(k)
	if w.wasListed(k) {
		w.gone(k)
	}
}

// gone takes in that a record went during the crawl: what lists it is read again, and
// what it listed matters no more.
func (w *worklist) gone(k graphmodel.Key) {
	w.went[k] = true
	for _, pair := range w.plan.Pairs {
		if c := (cell{pair.From.Name, pair.To.Name}); c.from == k.Type && w.ledger.reopen(c, k.ID) {
			w.ledger.answer(c, 0, 1)
		}
	}
	for e := range w.graph.Out(k) {
		w.readListing(graphmodel.Listing{From: e.To, To: k.Type}, false)
	}
	for e := range w.graph.In(k) {
		w.readListing(graphmodel.Listing{From: e.From, To: k.Type}, false)
	}
}
