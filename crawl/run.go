package crawl

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// Options are the knobs of a crawl; the zero value but for Dir works.
type Options struct {
	// Dir is a private folder for what does not stay in memory. The snapshot
	// reads from it until Close.
	Dir string
	// Workers is the number of association calls under way at once; 0 means 8.
	// The portal's rate limit, not this number, decides the speed.
	Workers int
	// Inverses are inverse types that the user's settings name.
	Inverses []Inverse
	// Remembered are inverses that the links of earlier nights showed.
	Remembered []graphmodel.Learned
	// Progress, where set, is called after each answer by one goroutine.
	Progress func(Progress)
}

// Progress is how far a crawl has come.
type Progress struct {
	Phase   string // "records and associations", "unknown ends", "measures"
	Records int64
	Links   int64 // ordered pairs of records
}

// Result is a finished crawl. Its snapshot's Records read from Options.Dir:
// Close it when they have been written.
type Result struct {
	*graphmodel.Snapshot
	spool *spool
}

// Close lets go of what the crawl keeps on disk.
func (r *Result) Close() error { return r.spool.Close() }

// Run crawls what the plan says. An error means that there is no snapshot; a
// portal that refuses a part of the plan gives a snapshot that is not Complete.
func Run(ctx context.Context, c *hubspot.Client, p *Plan, o Options) (*Result, error) {
	if o.Workers == 0 {
		o.Workers = 8
	}
	spool, err := newSpool(o.Dir)
	if err != nil {
		return nil, err
	}
	r := &run{client: c, plan: p, options: o, collector: newCollector(p, spool, o.Progress)}
	if err := r.all(ctx); err != nil {
		return nil, errJoinClose(err, spool)
	}
	snapshot, err := r.snapshot(c)
	if err != nil {
		return nil, errJoinClose(err, spool)
	}
	return &Result{Snapshot: snapshot, spool: spool}, nil
}

// errJoinClose closes the spool of a crawl that ends with err, which matters more
// than what closing may say.
func errJoinClose(err error, s *spool) error {
	_ = s.Close()
	return err
}

// run is one crawl under way.
type run struct {
	client    *hubspot.Client
	plan      *Plan
	options   Options
	collector *collector
}

func (r *run) all(ctx context.Context) error {
	if err := r.readAll(ctx); err != nil {
		return err
	}
	return r.lookUpUnknownEnds(ctx)
}

// readAll lists every type and reads every pair. Listers and the readers of the
// pairs run in one group; the association calls themselves in another, whose
// limit holds back the listers when the portal is slower than the lists.
func (r *run) readAll(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	producers, ctx := errgroup.WithContext(ctx)
	calls, ctx := errgroup.WithContext(ctx)
	calls.SetLimit(r.options.Workers)
	answers := make(chan answer)
	for _, t := range r.plan.Types {
		var readers []*pairReader
		for _, pair := range r.plan.Pairs {
			if pair.From.ID != t.ID {
				continue
			}
			reader := newPairReader(r.client, pair, calls, answers)
			readers = append(readers, reader)
			producers.Go(func() error { return reader.read(ctx) })
		}
		l := lister{client: r.client, translator: r.plan.translator(t), readers: readers, answers: answers}
		producers.Go(func() error { return l.list(ctx) })
	}
	group.Go(func() error {
		defer close(answers)
		if err := errors.Join(producers.Wait(), calls.Wait()); err != nil {
			return context.Cause(ctx) // what went wrong first; the others only saw the context end
		}
		return nil
	})
	group.Go(func() error { return r.collector.collect(answers) })
	return group.Wait()
}

// put hands an answer to the collector, unless the crawl has ended.
func put(ctx context.Context, answers chan<- answer, a answer) error {
	select {
	case answers <- a:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

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
	listed := map[int64]struct{}{}
	batch := make([]int64, 0, hubspot.MaxBatchRead)
	query := hubspot.ObjectQuery{Properties: l.translator.properties}
	for page, err := range l.client.Objects(ctx, l.translator.typ.ID, query) {
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
			if _, again := listed[o.ID]; again {
				continue
			}
			listed[o.ID] = struct{}{}
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
	coverage.Received = int64(len(listed))
	coverage.Requested = coverage.Received + coverage.Failed
	coverage.FinishedAt = time.Now().UTC()
	return put(ctx, l.answers, answer{coverage: &coverage})
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
