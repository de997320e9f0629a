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
		found, err := lookup{s.run, t, among == archived}.all(ctx, open)
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

// lookup is how records of one type are read by id.
type lookup struct {
	run        *run
	translator *translator
	archived   bool // among the archived ones, instead of the live ones
}

// found is the answer to look-ups.
type found struct {
	objects map[int64]hubspot.Object
	into    map[int64]int64 // merged-away id -> the survivor that was answered in its place
}

// all reads records by id, in calls of 100.
func (l lookup) all(ctx context.Context, ids []int64) (found, error) {
	var mu sync.Mutex
	all := found{map[int64]hubspot.Object{}, map[int64]int64{}}
	calls, ctx := errgroup.WithContext(ctx)
	calls.SetLimit(l.run.options.Workers)
	for chunk := range slices.Chunk(ids, hubspot.MaxBatchObjects) {
		calls.Go(func() error {
			part, err := l.some(ctx, chunk)
			mu.Lock()
			defer mu.Unlock()
			maps.Copy(all.objects, part.objects)
			maps.Copy(all.into, part.into)
			return err
		})
	}
	return all, calls.Wait()
}

// some reads records by id, in one call and one for each id of which that says
// nothing. Either it was merged away, or it was passed over, which proves nothing:
// what HubSpot lacks it names. A survivor lists the ids that were merged into it;
// one that does not took in a record that had taken one of them in before.
func (l lookup) some(ctx context.Context, ids []int64) (found, error) {
	f := found{map[int64]hubspot.Object{}, map[int64]int64{}}
	batch, err := l.read(ctx, ids)
	if err != nil {
		return f, err
	}
	silent := batch.Unanswered
	for _, o := range batch.Objects {
		f.objects[o.ID] = o
		claims := mergedInto(o)
		silent = slices.DeleteFunc(silent, func(id int64) bool { return slices.Contains(claims, id) })
	}
	if len(ids) == 1 {
		if len(silent) == 1 && len(batch.Objects) == 1 {
			f.into[ids[0]] = batch.Objects[0].ID
		}
		return f, nil // the answer was about it alone: an empty one says that there is none
	}
	for _, id := range silent {
		alone, err := l.some(ctx, []int64{id})
		if err != nil {
			return f, err
		}
		maps.Copy(f.objects, alone.objects)
		maps.Copy(f.into, alone.into)
	}
	return f, nil
}

func (l lookup) read(ctx context.Context, ids []int64) (hubspot.ObjectBatch, error) {
	t := l.translator
	batch, err := l.run.client.ReadObjects(ctx, t.typ.ID, hubspot.ObjectRead{IDs: ids, Properties: t.properties, Archived: l.archived})
	if err == nil && len(batch.Failed) > 0 {
		err = fmt.Errorf("%w: record %d: %s", errRefused, batch.Failed[0].ID, batch.Failed[0].Message)
	}
	return batch, err
}
