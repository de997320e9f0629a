package crawl

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"hubgraph/hubspot"
)

// The lanes by which records come.
const (
	LanesBoth = "both" // lists, and search beside them where that saves time
	LanesList = "list" // lists alone
)

// Lanes are all ways to choose among them.
func Lanes() []string { return []string{LanesBoth, LanesList} }

// A list returns a hundred records a call, and its calls share the portal's allowance
// with those that read associations. Search returns two hundred, and has an allowance of
// its own. So of a crawl that takes minutes it reads parts of lists, too: from the back,
// while lists come from the front, until they meet. Five things keep that from bringing
// less than a list:
//
//   - Search lags behind writes. It is not asked before the crawl is older than that lag,
//     so that it returns no record in a state from before the crawl. And the last part,
//     which holds the youngest records, is listed.
//   - What search does not know it cannot return, nor miss when it counts what was returned.
//     So it is only asked where it counts as many records as the account does.
//   - A page that is not what it has to be, or that is long in coming, is passed over, and the
//     part is listed from there.
//   - When all is read, search is asked again how many records each span of ids holds, as of
//     those that were listed.
//   - That a record is there which search alone has returned, something else has to show: see
//     proveSearched.
type lane struct {
	opens time.Time // when search is asked first
	lag   time.Duration
	// patience is how long a page may take, with repeats and waits for other apps: a list has
	// returned the same meanwhile.
	patience time.Duration

	mu     sync.Mutex
	counts map[string]int64 // of the account's records, by object type id, as it said last
}

// count reports how many records of a type the account holds; -1 where it does not say.
// All types share one answer, but where one of them needs a newer one.
func (l *lane) count(ctx context.Context, c *hubspot.Client, typ string, anew bool) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.counts == nil || anew {
		counts, err := c.RecordCounts(ctx)
		if err != nil {
			return -1
		}
		l.counts = counts
	}
	if n, counted := l.counts[typ]; counted {
		return n
	}
	return -1
}

// searchLag is how long search may not know what was written: a client that waits for it
// to find a record that was changed gives it 60 s (reports of users).
const searchLag = time.Minute

// searchers is how many parts of an object type search reads at once. Its allowance, not
// this number, decides the speed.
const searchers = 2

// Beside search fewer parts are listed at once, and parts are smaller: what a list has begun
// search cannot take.
const (
	listersBeside = 3 // beside the first and the last part
	partBeside    = 5000
)

// readFromBack lists the last of the parts, and has search read those before it, the
// last ones first, until lists have taken the others.
func (l *lister) readFromBack(ctx context.Context, parts *errgroup.Group, ahead *ahead) error {
	last, ok := ahead.last()
	ahead.close()
	if !ok {
		return nil
	}
	if p := l.register(last, false); p != nil {
		parts.Go(func() error { return l.read(ctx, p) })
	}
	if !l.isIndexed(ctx, ahead) {
		return nil
	}
	for range searchers {
		parts.Go(func() error {
			for {
				behind, ok := ahead.last()
				if !ok {
					return nil
				}
				if err := l.readBehind(ctx, behind, true); err != nil {
					return err
				}
			}
		})
	}
	return nil
}

// isIndexed waits until search may be asked, and reports whether it counts as many records
// of the type as the account does: not where either is not answered, which lists will meet
// themselves. Some may be made between the two calls: they are repeated. What was answered
// stands for a crawl that goes on with this one, which has its pages.
func (l *lister) isIndexed(ctx context.Context, ahead *ahead) bool {
	typ := l.translator.typ.ID
	for i := range mostAsked {
		timer := time.NewTimer(time.Until(l.lane.opens.Add(time.Duration(i) * l.lane.lag)))
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ahead.taken:
			return false
		case <-ctx.Done():
			return false
		}
		found, err := l.client.SearchObjects(ctx, typ, hubspot.ObjectSearch{})
		if err != nil {
			return false
		}
		for _, anew := range []bool{false, true} {
			switch l.lane.count(ctx, l.client, typ, anew) {
			case found.Total:
				return true
			case -1:
				return false
			}
		}
	}
	return false
}

// search yields a part in pages of search, up to where the next part begins, unless
// nobody wants more. It returns the id up to which it came where the part has to be
// listed from there.
func (l *lister) search(ctx context.Context, p *part, yield func(hubspot.ObjectPage, error) bool) (at int64, goesOn bool) {
	defer func() { p.search = false }()
	at = p.behind
	for {
		next := l.nextBehind(at)
		if next == 0 {
			return at, true // it would come to the youngest records
		}
		query := hubspot.ObjectSearch{First: at + 1, Last: next, Limit: hubspot.MaxSearchPage, Properties: l.translator.properties}
		within, cancel := context.WithTimeout(ctx, l.lane.patience)
		found, err := l.client.SearchObjects(within, l.translator.typ.ID, query)
		cancel()
		if err != nil || !isWhole(found, at, next) {
			return at, true
		}
		if at = next; found.Total > int64(len(found.Objects)) {
			at = found.Objects[len(found.Objects)-1].ID
		}
		if !yield(hubspot.ObjectPage{Objects: found.Objects, After: cursor(at)}, nil) {
			return at, false
		}
	}
}

// isWhole reports whether an answer of search is as many records as it says or as fit
// on a page, in the order of their ids, in the range that was asked for, each with its
// properties and times, in the form in which HubSpot documents them.
func isWhole(found hubspot.ObjectsFound, behind, last int64) bool {
	if found.Unnamed > 0 || found.Odd > 0 || int64(len(found.Objects)) != min(found.Total, hubspot.MaxSearchPage) {
		return false
	}
	for _, o := range found.Objects {
		if o.ID <= behind || o.ID > last || o.Archived || len(o.Properties) == 0 || o.CreatedAt.IsZero() || o.UpdatedAt.IsZero() {
			return false
		}
		behind = o.ID
	}
	return true
}

// nextBehind is where the first part that begins behind an id begins; 0: there is none.
func (l *lister) nextBehind(id int64) (next int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.parts {
		if !p.dropped && p.behind > id && (next == 0 || p.behind < next) {
			next = p.behind
		}
	}
	return next
}

// ahead holds where parts begin that nobody reads yet, in ascending order.
type ahead struct {
	found chan struct{} // receives with each beginning; closed behind the last
	taken chan struct{} // closed when there are no more

	mu     sync.Mutex
	behind []int64
	closed bool
}

// newAhead holds so many beginnings at most.
func newAhead(most int) *ahead {
	return &ahead{found: make(chan struct{}, most), taken: make(chan struct{})}
}

func (a *ahead) add(behind int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.behind = append(a.behind, behind)
	a.found <- struct{}{}
}

// close says that no more will be added.
func (a *ahead) close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.closed = true
	close(a.found)
	if len(a.behind) == 0 {
		close(a.taken)
	}
}

// first takes the first of them.
func (a *ahead) first() (behind int64, ok bool) { return a.take(func(int) int { return 0 }) }

// last takes the last of them.
func (a *ahead) last() (behind int64, ok bool) { return a.take(func(n int) int { return n - 1 }) }

// take takes the one at a place among so many.
func (a *ahead) take(place func(n int) int) (behind int64, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.behind) == 0 {
		return 0, false
	}
	i := place(len(a.behind))
	behind = a.behind[i]
	if a.behind = slices.Delete(a.behind, i, i+1); a.closed && len(a.behind) == 0 {
		close(a.taken)
	}
	return behind, true
}
