package crawl

import (
	"cmp"
	"context"
	"sync"
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
	// Part is how many records of a type are listed behind one cursor, while others
	// list those behind them; 0 means as many as the portal's latency asks for. It is
	// best a multiple of 1,000, or of 100 at least.
	Part int
	// Lanes is one of Lanes(); "" means LanesBoth.
	Lanes string
	// SearchLag is how long search may not know what was written; 0 means a minute.
	SearchLag time.Duration
	// Inverses are inverse types that the user's settings name.
	Inverses []Inverse
	// Remembered are inverses that the links of earlier nights showed.
	Remembered []graphmodel.Learned
	// Progress, where set, is called when the crawl begins and after each answer,
	// never by two goroutines at once.
	Progress func(Progress)

	counts int // types that search counts at once; 0: as many as HubSpot allows
}

// Result is a finished crawl. Its snapshot's Records read from Options.Dir:
// Close it when they have been written.
type Result struct {
	*graphmodel.Snapshot
	// Repeated counts the rows of lists whose record they had returned before. The
	// version that was changed last is kept.
	Repeated int
	spool    *spool
}

// Close lets go of what the crawl keeps on disk.
func (r *Result) Close() error { return r.spool.Close() }

// Run crawls what the plan says. An error means no snapshot; a
// portal that refuses a part of the plan gives a snapshot that is not Complete.
// A crawl whose source has a journal is answered by it as far as it goes.
func Run(ctx context.Context, c *hubspot.Client, p *Plan, o Options) (*Result, error) {
	ctx = p.source.remembering(ctx)
	spool, err := newSpool(o.Dir)
	if err != nil {
		return nil, err
	}
	r := &run{client: c, reader: c.NewReader(), plan: p, options: o, ledger: newLedger()}
	r.collector = newCollector(p, r.ledger, spool, newReporter(c, p, o))
	if err := r.all(ctx); err != nil {
		return nil, errJoinClose(err, spool)
	}
	snapshot, err := r.snapshot()
	if err != nil {
		return nil, errJoinClose(err, spool)
	}
	return &Result{Snapshot: snapshot, Repeated: r.collector.repeated, spool: spool}, nil
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
	reader    *hubspot.Reader
	plan      *Plan
	options   Options
	ledger    *ledger
	collector *collector
	early     sync.Map // hubspot.ObjectsFound by the name of the type: see smallest
}

func (r *run) all(ctx context.Context) error {
	if err := r.readAll(ctx); err != nil {
		return err
	}
	return newWorklist(r).settle(ctx)
}

// readAll lists every type and reads every pair.
func (r *run) readAll(ctx context.Context) error {
	lag := cmp.Or(r.options.SearchLag, searchLag)
	long := r.options.Lanes != LanesList && r.plan.Estimate(r.client.Allowance(), LanesList).paced() > manyLags*lag
	return r.gather(ctx, mostWorkers, func(ctx context.Context, g *gathering) {
		var lists sync.WaitGroup
		small := map[string]bool{}
		lists.Add(len(r.plan.Types))
		if !long {
			g.holdBack(mostWorkers-usualWorkers, &lists)
			small = r.smallest()
		}
		beside := &lane{opens: r.plan.source.started.Add(lag), lag: lag, patience: max(lag/4, 5*time.Second)}
		for _, t := range r.plan.Types {
			part, parted := r.parts(t, long)
			l := lister{client: r.client, reader: r.reader, ledger: r.ledger, translator: r.plan.translator(t), answers: g.answers, part: part, parted: parted}
			if long {
				l.lane = beside
			}
			for _, pair := range r.plan.Pairs {
				if pair.From.ID == t.ID {
					r.ledger.ask(cell{pair.From.Name, pair.To.Name}, 0)
					l.readers = append(l.readers, g.read(ctx, pair, nil))
				}
			}
			g.producers.Go(func() error {
				err := l.list(ctx)
				if lists.Done(); err != nil || !small[t.Name] {
					return err
				}
				return r.countEarly(ctx, &l)
			})
		}
	})
}

// So many calls that read associations are under way at once: the usual number while lists are
// read, which wait for the same turns and are the longer chain, and afterwards as many as a
// portal far away needs to use its rate. Beside search there are more from the beginning: where
// lists take most turns, search, which needs none, waits for associations to be read of what it
// returned.
const (
	usualWorkers = 8
	mostWorkers  = 24
)

// slow is the latency from which on lists are read in parts. A portal that answers
// faster is held back by its rate limit, and the parts cost some searches.
const slow = 50 * time.Millisecond

// manyLags is how many times as long as search lags behind a crawl takes of which search
// reads a part: of a shorter one it would read little.
const manyLags = 3

// parts says how many records of a type are listed behind one cursor, and how many
// such parts there are at most behind the first one.
func (r *run) parts(t hubspot.ObjectType, long bool) (size, n int) {
	count := r.plan.counts[t.Name]
	if size = r.options.Part; size == 0 {
		size = partSize(count, r.client.Latency(), long)
	}
	if size == 0 {
		return 0, 0
	}
	return size, int(count) / size
}

// partSize is how many of so many records are listed behind one cursor; 0: all. Parts are of
// full batches of reads of associations. A long crawl has them however fast the portal
// answers.
func partSize(count int64, latency time.Duration, long bool) int {
	if latency < slow && !long || count <= hubspot.MaxBatchRead {
		return 0
	}
	most := hubspot.MaxSearchSkip
	if long {
		most = partBeside
	}
	return min(int(calls(count, mostParts*hubspot.MaxBatchRead))*hubspot.MaxBatchRead, most)
}

// gathering is a part of a crawl whose answers go into the graph.
type gathering struct {
	run       *run
	producers *errgroup.Group // listers, and what reads pairs
	calls     *errgroup.Group // the association calls themselves
	turns     chan struct{}   // holds those that are under way
	answers   chan answer
}

// holdBack keeps some of the association calls from being made until lists have ended.
func (g *gathering) holdBack(calls int, lists *sync.WaitGroup) {
	for range calls {
		g.turns <- struct{}{}
	}
	g.producers.Go(func() error {
		lists.Wait()
		for range calls {
			<-g.turns
		}
		return nil
	})
}

// read starts to read a pair.
func (g *gathering) read(ctx context.Context, pair Pair, again *rereading) *pairReader {
	r := &pairReader{reader: g.run.reader, ledger: g.run.ledger, pair: pair, calls: g.calls, turns: g.turns, answers: g.answers, ids: make(chan []int64), again: again}
	g.producers.Go(func() error { return r.read(ctx) })
	return r
}

// gather runs what start starts until all of it has ended. The producers run in
// one group and the association calls in another, whose turns hold back the
// producers when the portal is slower than they are.
func (r *run) gather(ctx context.Context, workers int, start func(context.Context, *gathering)) error {
	group, ctx := errgroup.WithContext(ctx)
	producers, ctx := errgroup.WithContext(ctx)
	calls, ctx := errgroup.WithContext(ctx)
	g := &gathering{r, producers, calls, make(chan struct{}, workers), make(chan answer)}
	start(ctx, g)
	group.Go(func() error {
		defer close(g.answers)
		produced, called := producers.Wait(), calls.Wait()
		if produced == nil { // their end has ended the context, maybe before a call could say why it failed
			return called
		}
		return context.Cause(ctx) // what went wrong first; the others only saw the context end
	})
	group.Go(func() error { return r.collector.collect(g.answers) })
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
