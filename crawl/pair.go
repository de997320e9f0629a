package crawl

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// pairReader reads the associations of one ordered pair of object types in
// passes: first every record in batches of 1,000, then the second page of all
// that have one, again in batches of 1,000, and so on. Thus as many
// continuations as possible share a call, and their number does not hang on the
// order in which answers come.
type pairReader struct {
	client  *hubspot.Client
	pair    Pair
	calls   *errgroup.Group
	answers chan<- answer
	ids     chan []int64 // from the lister; closed after the last
	listed  bool         // set before ids is closed: the list was read to its end

	// again are records that were read before: they are asked once more because
	// something changed, and are not counted once more.
	again map[int64]bool

	mu       sync.Mutex
	next     []hubspot.ReadInput // of the next pass
	twice    map[int64]bool      // went unanswered, or lost their cursor, and were put into a later pass again
	refused  error               // the portal refuses this pair: nothing more is sent
	coverage graphmodel.Coverage
}

func newPairReader(c *hubspot.Client, pair Pair, calls *errgroup.Group, answers chan<- answer) *pairReader {
	return &pairReader{client: c, pair: pair, calls: calls, answers: answers, ids: make(chan []int64), twice: map[int64]bool{},
		coverage: graphmodel.Coverage{Kind: "associations", From: pair.From.Name, To: pair.To.Name, StartedAt: time.Now().UTC()}}
}

func (r *pairReader) read(ctx context.Context) error {
	var pass sync.WaitGroup
	for batch := range r.batches(ctx) {
		r.request(batch)
		r.submit(ctx, &pass, fresh(batch))
	}
	pass.Wait()
	for ctx.Err() == nil && len(r.next) > 0 {
		inputs := r.next
		r.next = nil
		slices.SortFunc(inputs, func(a, b hubspot.ReadInput) int { return cmp.Compare(a.ID, b.ID) })
		for chunk := range slices.Chunk(inputs, hubspot.MaxBatchRead) {
			r.submit(ctx, &pass, chunk)
		}
		pass.Wait()
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return put(ctx, r.answers, answer{coverage: r.finished()})
}

func (r *pairReader) request(batch []int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, id := range batch {
		if !r.again[id] {
			r.coverage.Requested++
		}
	}
}

// batches yields what the lister hands on, until it is done or the crawl ends.
func (r *pairReader) batches(ctx context.Context) func(func([]int64) bool) {
	return func(yield func([]int64) bool) {
		for {
			select {
			case batch, ok := <-r.ids:
				if !ok || !yield(batch) {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}
}

func fresh(ids []int64) []hubspot.ReadInput {
	inputs := make([]hubspot.ReadInput, len(ids))
	for i, id := range ids {
		inputs[i].ID = id
	}
	return inputs
}

func (r *pairReader) submit(ctx context.Context, pass *sync.WaitGroup, inputs []hubspot.ReadInput) {
	pass.Add(1)
	r.calls.Go(func() error {
		defer pass.Done()
		return r.send(ctx, inputs)
	})
}

func (r *pairReader) send(ctx context.Context, inputs []hubspot.ReadInput) error {
	r.mu.Lock()
	refused := r.refused
	r.mu.Unlock()
	if refused != nil {
		r.failed(inputs, refused)
		return nil
	}
	batch, err := r.client.ReadAssociations(ctx, r.pair.From.ID, r.pair.To.ID, inputs)
	if passable(err) {
		r.failed(inputs, err)
		return nil
	}
	if err != nil {
		return fmt.Errorf("read associations from %s to %s: %w", r.pair.From.Name, r.pair.To.Name, err)
	}
	r.account(inputs, batch)
	return put(ctx, r.answers, answer{pair: &r.pair, links: batch.Links})
}

// failed counts the inputs of a call that the portal refused.
func (r *pairReader) failed(inputs []hubspot.ReadInput, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if errors.Is(err, hubspot.ErrScope) {
		r.refused = err
	}
	for _, in := range inputs {
		r.lost(in, &r.coverage.Failed, err.Error())
	}
}

// account sorts what was asked into answered, empty, failed and unread.
func (r *pairReader) account(inputs []hubspot.ReadInput, b *hubspot.AssociationBatch) {
	r.mu.Lock()
	defer r.mu.Unlock()
	later := map[int64]hubspot.ReadInput{} // those of later pages, which are few
	for _, in := range inputs {
		if in.After != "" {
			later[in.ID] = in
		}
	}
	asked := func(id int64) hubspot.ReadInput {
		if in, ok := later[id]; ok {
			return in
		}
		return hubspot.ReadInput{ID: id}
	}
	r.next = append(r.next, b.Next...)
	for _, id := range b.Answered {
		if later[id].After == "" && !r.again[id] { // later pages are not counted again
			r.coverage.Received++
		}
	}
	for _, id := range b.Empty {
		if later[id].After == "" && !r.again[id] { // else the rest of its links vanished between two pages
			r.coverage.Empty++
		}
	}
	for _, item := range b.Failed {
		if in := asked(item.ID); in.After != "" && item.Category != "" && !r.twice[in.ID] {
			r.restart(in.ID)
			continue
		}
		r.lost(asked(item.ID), &r.coverage.Failed, fmt.Sprintf("%s %d: %s", r.pair.From.Name, item.ID, item.Message))
	}
	for _, id := range b.Unanswered {
		if !r.twice[id] {
			r.twice[id] = true
			r.next = append(r.next, asked(id))
			continue
		}
		r.lost(asked(id), &r.coverage.Unread, fmt.Sprintf("%s %d: asked twice and not answered", r.pair.From.Name, id))
	}
}

// restart has a record read from its first page again, whose cursor the portal
// does not take any more.
func (r *pairReader) restart(id int64) {
	r.twice[id] = true
	r.next = append(r.next, hubspot.ReadInput{ID: id})
	if !r.again[id] {
		r.coverage.Received-- // its first page will count it
	}
}

// lost counts a record of which links are missing: all, or those of later pages.
// The first reason is kept.
func (r *pairReader) lost(in hubspot.ReadInput, count *int64, reason string) {
	*count++
	switch {
	case r.again[in.ID]:
		r.coverage.Requested++ // beside the first time, when it was answered
	case in.After != "":
		r.coverage.Received--
	}
	if r.coverage.Reason == "" {
		r.coverage.Reason = reason
	}
}

// finished says how completely the pair was read.
func (r *pairReader) finished() *graphmodel.Coverage {
	c := r.coverage
	c.FinishedAt = time.Now().UTC()
	c.Complete = r.listed && c.Failed+c.Unread == 0
	if !r.listed && c.Reason == "" {
		c.Reason = fmt.Sprintf("the list of %s could not be read to its end", c.From)
	}
	return &c
}
