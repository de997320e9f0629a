package crawl

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"hubgraph/hubspot"
)

// pairReader reads the associations of one ordered pair of object types in
// passes: first every record in batches of 1,000, then the second page of all
// that have one, again in batches of 1,000, and so on. Thus as many
// continuations as possible share a call, and their number does not hang on the
// order in which answers come.
type pairReader struct {
	reader  *hubspot.Reader
	ledger  *ledger
	pair    Pair
	calls   *errgroup.Group
	turns   chan struct{} // holds the calls of all readers that are under way
	answers chan<- answer
	ids     chan []int64 // from the lister, or from what is read again; closed after the last
	again   *rereading   // nil in the first reading

	mu   sync.Mutex
	next []hubspot.ReadInput // of the next pass
}

func (r *pairReader) cell() cell { return cell{r.pair.From.Name, r.pair.To.Name} }

func (r *pairReader) read(ctx context.Context) error {
	var pass sync.WaitGroup
	for batch := range r.batches(ctx) {
		if r.again == nil {
			r.ledger.ask(r.cell(), len(batch))
		}
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
	return context.Cause(ctx)
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
	select {
	case r.turns <- struct{}{}:
	case <-ctx.Done():
		return
	}
	pass.Add(1)
	r.calls.Go(func() error {
		defer pass.Done()
		defer func() { <-r.turns }()
		return r.send(ctx, inputs)
	})
}

func (r *pairReader) send(ctx context.Context, inputs []hubspot.ReadInput) error {
	batch, err := r.reader.Associations(ctx, r.pair.From.ID, r.pair.To.ID, inputs)
	if err != nil {
		return fmt.Errorf("read associations from %s to %s: %w", r.pair.From.Name, r.pair.To.Name, err)
	}
	r.account(batch)
	return put(ctx, r.answers, answer{pair: &r.pair, links: batch.Links, again: r.again})
}

// account notes what became of the inputs. One that has more pages is answered with
// its last one.
func (r *pairReader) account(b *hubspot.AssociationBatch) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.next = append(r.next, b.Next...)
	if r.again != nil {
		r.again.account(b)
		return
	}
	c := r.cell()
	r.ledger.answer(c, len(b.Answered)-len(b.Next), len(b.Empty))
	if b.Refused != nil {
		r.ledger.refuse(c, len(b.Failed), b.Refused.Error())
		b.Failed = nil
	}
	for _, item := range b.Failed {
		r.ledger.lose(c, item.ID, reason(item), false)
	}
	for _, id := range b.Unanswered {
		r.ledger.lose(c, id, silence, true)
	}
}

// silence is why a record is unread that HubSpot says nothing about.
const silence = "it was asked for several times and not answered"

// reason is why HubSpot does not answer for a record.
func reason(item hubspot.ItemError) string {
	return cmp.Or(item.Message, item.Category, "an error without a message")
}
