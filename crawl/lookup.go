package crawl

import (
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// lookUpUnknownEnds asks for the records that associations name and no list
// returned: by id among the live ones, then among the archived ones. What is
// found live was created after its page was read, or merged into another
// record; what is found nowhere stays an end without a record. Ids that a
// survivor lists as merged into it need no call.
func (r *run) lookUpUnknownEnds(ctx context.Context) error {
	c := r.collector
	c.so.Phase = "unknown ends"
	unknown := map[string][]int64{}
	for n := range c.graph.Nodes() {
		if _, alias := c.aliases[n.Key]; !n.Seen && !alias {
			unknown[n.Type] = append(unknown[n.Type], n.ID)
		}
	}
	for _, t := range r.plan.Types {
		cell := c.cell("objects", t.Name, "")
		if len(unknown[t.Name]) == 0 || cell == nil || !cell.Complete {
			continue // where the list has a gap, an end that it lacks proves nothing
		}
		translator := r.plan.translator(t)
		missing := unknown[t.Name]
		for _, archived := range []bool{false, true} {
			found, err := r.readObjects(ctx, translator, missing, archived)
			if passable(err) {
				cell.Complete, cell.Reason, cell.Failed = false, fmt.Sprintf("look up unknown ends: %v", err), int64(len(missing))
				break
			}
			if err != nil {
				return fmt.Errorf("look up %s that only associations name: %w", t.Name, err)
			}
			if err := c.take(answer{translator: translator, objects: found}); err != nil {
				return err
			}
			missing = slices.DeleteFunc(missing, func(id int64) bool {
				key := graphmodel.Key{Type: t.Name, ID: id}
				node, _ := c.graph.Node(key)
				_, alias := c.aliases[key]
				return node.Seen || alias
			})
		}
		cell.FinishedAt = time.Now().UTC()
	}
	return nil
}

// readObjects reads records by id, in calls of 100. An id that was merged away
// is answered with the surviving record.
func (r *run) readObjects(ctx context.Context, t *translator, ids []int64, archived bool) ([]hubspot.Object, error) {
	chunks := slices.Collect(slices.Chunk(ids, hubspot.MaxBatchObjects))
	found := make([][]hubspot.Object, len(chunks))
	calls, ctx := errgroup.WithContext(ctx)
	calls.SetLimit(r.options.Workers)
	for i, chunk := range chunks {
		calls.Go(func() error {
			batch, err := r.client.ReadObjects(ctx, t.typ.ID, hubspot.ObjectRead{IDs: chunk, Properties: t.properties, Archived: archived})
			found[i] = batch.Objects
			return err
		})
	}
	if err := calls.Wait(); err != nil {
		return nil, err
	}
	return slices.Concat(found...), nil
}
