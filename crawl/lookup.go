package crawl

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// errRefused is wrapped by errors about a record that HubSpot refuses to give.
var errRefused = errors.New("HubSpot refuses a record")

// lookUpAll asks for records by id that were not looked up before: among the live
// ones, then among the archived ones. Where the list of a type has a gap nothing
// is asked: a record that it lacks proves nothing.
func (s *settling) lookUpAll(ctx context.Context, keys map[graphmodel.Key]bool) error {
	ids := map[string][]int64{}
	for k := range keys {
		if s.fates[k] == 0 {
			ids[k.Type] = append(ids[k.Type], k.ID)
		}
	}
	for _, t := range s.run.plan.Types {
		of := s.c.cell("objects", t.Name, "")
		if len(ids[t.Name]) == 0 || of == nil || !of.Complete {
			continue
		}
		slices.Sort(ids[t.Name])
		err := s.lookUp(ctx, s.run.plan.translator(t), ids[t.Name])
		if passable(err) || errors.Is(err, errRefused) {
			of.Complete, of.Reason, of.Failed = false, fmt.Sprintf("look up records by id: %v", err), int64(len(ids[t.Name]))
		} else if err != nil {
			return fmt.Errorf("look up %s by id: %w", t.Name, err)
		}
		of.FinishedAt = time.Now().UTC()
		s.c.teller.update()
	}
	return nil
}

// lookUp learns the fates of records of one type.
func (s *settling) lookUp(ctx context.Context, t *translator, ids []int64) error {
	open := ids
	for _, among := range []fate{live, archived} {
		found, err := s.run.readObjects(ctx, t, open, among == archived)
		if err != nil {
			return err
		}
		for _, id := range slices.Sorted(maps.Keys(found.objects)) {
			if err := s.meet(t, found.objects[id], among); err != nil {
				return err
			}
		}
		for old, id := range found.into {
			s.c.aliases[graphmodel.Key{Type: t.typ.Name, ID: old}] = id
		}
		open = slices.DeleteFunc(slices.Clone(open), func(id int64) bool {
			k := graphmodel.Key{Type: t.typ.Name, ID: id}
			_, alias := s.c.aliases[k]
			return alias || s.fates[k] != 0
		})
	}
	for _, id := range ids {
		s.conclude(graphmodel.Key{Type: t.typ.Name, ID: id})
	}
	return nil
}

// conclude gives a record its fate that was not found under its own id. When it
// was merged HubSpot does not say, but its survivor changed at that time.
func (s *settling) conclude(k graphmodel.Key) {
	_, alias := s.c.aliases[k]
	switch {
	case s.fates[k] != 0:
	case alias:
		s.fates[k] = merged
		s.note(k, s.wasListed(k) || s.mergedLately(k))
	default:
		s.fates[k] = absent
		s.note(k, s.wasListed(k))
	}
}

// mergedLately reports whether a record may have been merged during the crawl.
func (s *settling) mergedLately(k graphmodel.Key) bool {
	return !s.c.merged[s.current(k)].Before(s.since)
}

// meet takes in a record that a look-up found. It may not be one that was asked
// for, but the one that this was merged into.
func (s *settling) meet(t *translator, o hubspot.Object, among fate) error {
	k := graphmodel.Key{Type: t.typ.Name, ID: o.ID}
	delete(s.c.aliases, k) // whatever another record claims
	if s.fates[k] != 0 {
		return nil
	}
	s.fates[k] = among
	n := graphmodel.Node{Key: k, Seen: true, Archived: among == archived}
	if known, ok := s.c.graph.Node(k); !ok || known != n {
		s.change.nodes = append(s.change.nodes, n)
	}
	if among == live {
		s.note(k, !s.wasListed(k))
	} else {
		s.note(k, s.wasListed(k) || !o.ArchivedAt.Before(s.since))
	}
	return s.c.describe(t, o)
}

// note takes in that a record came or went during the crawl, if it did.
func (s *settling) note(k graphmodel.Key, changed bool) {
	if changed {
		s.change.records[k] = !s.wasListed(k)
	}
}

// wasListed reports whether a list returned the record as a live one, or the
// crawl has found that it is one since.
func (s *settling) wasListed(k graphmodel.Key) bool {
	n, ok := s.c.graph.Node(k)
	return ok && n.Seen && !n.Archived
}

// found is the answer to look-ups.
type found struct {
	objects map[int64]hubspot.Object
	into    map[int64]int64 // merged-away id -> the survivor that was answered in its place
}

// readObjects reads records by id, in calls of 100.
func (r *run) readObjects(ctx context.Context, t *translator, ids []int64, archived bool) (found, error) {
	var mu sync.Mutex
	all := found{map[int64]hubspot.Object{}, map[int64]int64{}}
	calls, ctx := errgroup.WithContext(ctx)
	calls.SetLimit(r.options.Workers)
	for chunk := range slices.Chunk(ids, hubspot.MaxBatchObjects) {
		calls.Go(func() error {
			batch, err := r.readBatch(ctx, t, chunk, archived)
			if err != nil {
				return err
			}
			into, err := r.survivors(ctx, t, chunk, batch)
			mu.Lock()
			defer mu.Unlock()
			for _, o := range batch.Objects {
				all.objects[o.ID] = o
			}
			maps.Copy(all.into, into)
			return err
		})
	}
	return all, calls.Wait()
}

func (r *run) readBatch(ctx context.Context, t *translator, ids []int64, archived bool) (hubspot.ObjectBatch, error) {
	batch, err := r.client.ReadObjects(ctx, t.typ.ID, hubspot.ObjectRead{IDs: ids, Properties: t.properties, Archived: archived})
	if err == nil && len(batch.Failed) > 0 {
		err = fmt.Errorf("%w: record %d: %s", errRefused, batch.Failed[0].ID, batch.Failed[0].Message)
	}
	return batch, err
}

// survivors finds which ids were merged into the records that came in their
// place. A survivor lists the ids that were merged into it; one that came and
// lists none of those that were asked for took in a record that had taken one of
// them in before. To learn whose it is, takes a call for each id alone.
func (r *run) survivors(ctx context.Context, t *translator, asked []int64, batch hubspot.ObjectBatch) (map[int64]int64, error) {
	open := slices.Clone(batch.Unanswered)
	unexplained := false
	for _, o := range batch.Objects {
		claims := mergedInto(o)
		explained := slices.Contains(asked, o.ID) || slices.ContainsFunc(claims, func(id int64) bool { return slices.Contains(asked, id) })
		unexplained = unexplained || !explained
		open = slices.DeleteFunc(open, func(id int64) bool { return slices.Contains(claims, id) })
	}
	into := map[int64]int64{}
	if !unexplained {
		return into, nil
	}
	for _, id := range open {
		alone, err := r.readBatch(ctx, t, []int64{id}, false)
		if err != nil {
			return nil, err
		}
		if len(alone.Objects) == 1 && alone.Objects[0].ID != id {
			into[id] = alone.Objects[0].ID
		}
	}
	return into, nil
}
