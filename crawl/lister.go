package crawl

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"time"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// lister lists the records of one object type.
type lister struct {
	client     *hubspot.Client
	translator *translator
	readers    []*pairReader
	answers    chan<- answer
}

// list reads all pages of the type and hands the ids on in full batches.
func (l *lister) list(ctx context.Context) error {
	coverage := graphmodel.Coverage{Kind: "objects", From: l.translator.typ.Name, Complete: true, StartedAt: time.Now().UTC()}
	if err := l.translator.plan.pipelines[coverage.From]; err != nil {
		coverage.Complete, coverage.Reason = false, fmt.Sprintf("pipelines: %v", err)
	}
	var listed idSet
	repeated := 0
	batch := make([]int64, 0, hubspot.MaxBatchRead)
	query := hubspot.ObjectQuery{Properties: l.translator.properties}
	for page, err := range l.pages(ctx, query) {
		if passable(err) {
			coverage.Complete, coverage.Reason, coverage.Failed = false, err.Error(), 1
			break
		}
		if err != nil {
			return fmt.Errorf("list %s: %w", coverage.From, err)
		}
		if err := put(ctx, l.answers, answer{translator: l.translator, objects: page.Objects}); err != nil {
			return err
		}
		for _, o := range page.Objects {
			if !listed.add(o.ID) {
				repeated++
				continue
			}
			if batch = append(batch, o.ID); len(batch) == cap(batch) {
				if err := l.handOn(ctx, batch); err != nil {
					return err
				}
				batch = make([]int64, 0, hubspot.MaxBatchRead)
			}
		}
	}
	if err := l.finish(ctx, batch, coverage.Complete || coverage.Failed == 0); err != nil {
		return err
	}
	coverage.Received = int64(listed.size())
	coverage.Requested = coverage.Received + coverage.Failed
	coverage.FinishedAt = time.Now().UTC()
	return put(ctx, l.answers, answer{coverage: &coverage, repeated: repeated})
}

// pages lists the type. Where the portal does not take a cursor that it gave
// before, which may be hours ago in a crawl that goes on, the list begins once
// more: what comes twice is passed over.
func (l *lister) pages(ctx context.Context, query hubspot.ObjectQuery) iter.Seq2[hubspot.ObjectPage, error] {
	return func(yield func(hubspot.ObjectPage, error) bool) {
		begun := false
		for page, err := range l.client.Objects(ctx, l.translator.typ.ID, query) {
			if begun && notTaken(err) {
				break
			}
			if begun = true; !yield(page, err) || err != nil || page.After == "" {
				return
			}
		}
		for page, err := range l.client.Objects(hubspot.Anew(ctx), l.translator.typ.ID, query) {
			if !yield(page, err) {
				return
			}
		}
	}
}

// notTaken reports whether the portal did not take what it was sent.
func notTaken(err error) bool {
	var refused *hubspot.Error
	return errors.As(err, &refused) && refused.Status == http.StatusBadRequest
}

func (l *lister) handOn(ctx context.Context, batch []int64) error {
	for _, reader := range l.readers {
		select {
		case reader.ids <- batch:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// finish hands on the last batch and lets the readers know that it is the last,
// and whether the list was read to its end.
func (l *lister) finish(ctx context.Context, batch []int64, whole bool) error {
	if len(batch) > 0 {
		if err := l.handOn(ctx, batch); err != nil {
			return err
		}
	}
	for _, reader := range l.readers {
		reader.listed = whole
		close(reader.ids)
	}
	return nil
}
