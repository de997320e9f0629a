package crawl

import (
	"context"
	"strconv"
	"sync"

	"golang.org/x/sync/errgroup"

	"hubgraph/hubspot"
)

// A list is one cursor behind the other: of a portal that takes long to answer, a
// hundred pages take a hundred times as long. HubSpot's cursor happens to be the id of
// the last record of a page, which it does not promise. So while the list is read from
// its beginning, parts of it that lie ahead are read too, each from the cursor that the
// list itself is expected to come to: search knows which record is the thousandth. What
// is expected is never relied on. A part is only begun where the cursors were seen to
// be ids; its first page has to lie behind its cursor; and the part before it ends only
// where it comes to this very cursor, or to records that were all read by the part. Else
// it reads on, as if there were no other.
type part struct {
	behind int64         // the id behind which it begins; 0: it is the beginning
	begun  chan struct{} // closed when its first page was taken in, or it was dropped
	once   sync.Once

	// For its reader alone.
	search bool // search reads it, so far: see lane
	whole  bool // it reads all of the list: it had to begin once more

	// Under the lister's lock.
	at      int64 // the largest id that it has come to
	ended   bool
	dropped bool
}

// mostParts is how many parts of a list are read at once.
const mostParts = 16

func newPart(behind int64) *part {
	return &part{behind: behind, at: behind, begun: make(chan struct{})}
}

// cursor is where the part begins.
func (p *part) cursor() string { return cursor(p.behind) }

// cursor is the cursor behind an id, if cursors are ids.
func cursor(behind int64) string {
	if behind == 0 {
		return ""
	}
	return strconv.FormatInt(behind, 10)
}

// cursorOf is the cursor behind a page if cursors are ids.
func cursorOf(page hubspot.ObjectPage) string {
	if len(page.Objects) == 0 {
		return ""
	}
	return cursor(page.Objects[len(page.Objects)-1].ID)
}

// begin says that the first page was taken in, or that there will be none.
func (p *part) begin() { p.once.Do(func() { close(p.begun) }) }

// covers reports whether a part that lies ahead has what follows a page, of whose
// records some were new when it came: it begins right behind it, or it has read all
// that the page has of it.
func (p *part) covers(page hubspot.ObjectPage, fresh []int64) bool {
	if page.After == p.cursor() {
		return true
	}
	shared := 0
	for _, o := range page.Objects {
		if o.ID > p.behind {
			shared++
		}
	}
	for _, id := range fresh {
		if id > p.behind {
			return false
		}
	}
	return shared > 0
}

// readAhead reads the parts that lie ahead: those that lists read from the front, and
// those that search reads, if it does, from the back.
func (l *lister) readAhead(ctx context.Context) error {
	parts, ctx := errgroup.WithContext(ctx)
	ahead := newAhead(l.parted)
	listers := mostParts - 1 // and the one from the beginning
	if l.lane != nil {
		listers = listersBeside
	}
	for range listers {
		parts.Go(func() error {
			for range ahead.found {
				if behind, ok := ahead.first(); ok {
					if err := l.readBehind(ctx, behind, false); err != nil {
						return err
					}
				}
			}
			return nil
		})
	}
	parts.Go(func() error {
		l.scout(ctx, ahead)
		if l.lane == nil {
			ahead.close()
			return nil
		}
		return l.readFromBack(ctx, parts, ahead)
	})
	return parts.Wait()
}

// scout finds where parts of the list begin. Where search does not say, for whatever
// reason, the list is read in one: what ends a crawl, the list meets itself. And it is
// asked for as many as there can be, whatever it says.
func (l *lister) scout(ctx context.Context, ahead *ahead) {
	behind := int64(0)
	for range l.parted {
		found, err := l.client.SearchObjects(ctx, l.translator.typ.ID, hubspot.ObjectSearch{First: behind + 1, Skip: l.part - 1})
		if err != nil || len(found.Objects) == 0 || found.Objects[0].ID <= behind || found.Total <= int64(l.part) {
			return
		}
		behind = found.Objects[0].ID
		select {
		case <-l.started:
		case <-ctx.Done():
			return
		}
		if !l.counted {
			return
		}
		ahead.add(behind)
	}
}

// readBehind reads the part behind an id, unless the one before it has come so far.
func (l *lister) readBehind(ctx context.Context, behind int64, search bool) error {
	p := l.register(behind, search)
	if p == nil {
		return nil
	}
	return l.read(ctx, p)
}

// start notes that the first page came, and whether its cursor is an id.
func (l *lister) start(counted bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-l.started:
	default:
		l.counted = counted
		close(l.started)
	}
}

// register begins a part, unless the one before it has come so far already.
func (l *lister) register(behind int64, search bool) *part {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := l.parts[0]
	for _, p := range l.parts {
		if !p.dropped && p.behind < behind && p.behind >= before.behind {
			before = p
		}
	}
	if before.ended || before.at >= behind {
		return nil
	}
	p := newPart(behind)
	p.search = search
	l.parts = append(l.parts, p)
	return p
}

// fits reports whether the first page of a part lies where it was expected. What the
// portal refuses there, the part before asks for itself.
func (l *lister) fits(p *part, page hubspot.ObjectPage, err error) bool {
	select {
	case <-p.begun:
		return true
	default:
	}
	if p.behind == 0 {
		return true
	}
	for _, o := range page.Objects {
		if o.ID <= p.behind {
			return false
		}
	}
	return !dispensable(err)
}

// drop gives a part up that did not begin.
func (l *lister) drop(p *part) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p.dropped = true
}

// next notes how far a part has come, and finds the part into which it has come, if
// any, once that has begun.
func (l *lister) next(ctx context.Context, p *part, page hubspot.ObjectPage) (*part, error) {
	l.mu.Lock()
	for _, o := range page.Objects {
		p.at = max(p.at, o.ID)
	}
	if to, isID := number(page.After); p.search && isID { // all up to there, whether it holds records or not
		p.at = max(p.at, to)
	}
	p.ended = p.ended || page.After == ""
	at := p.at
	l.mu.Unlock()
	for !p.whole {
		next := l.within(p, at)
		if next == nil {
			return nil, nil
		}
		select {
		case <-next.begun:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		if l.stands(next) {
			return next, nil
		}
	}
	return nil, nil
}

// within finds the last part that begins behind another one and not behind an id.
func (l *lister) within(p *part, at int64) (next *part) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, other := range l.parts {
		if !other.dropped && other.behind > p.behind && other.behind <= at && (next == nil || other.behind > next.behind) {
			next = other
		}
	}
	return next
}

// stands reports whether a part was not given up.
func (l *lister) stands(p *part) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !p.dropped
}
