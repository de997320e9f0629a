package crawl

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"hubgraph/hubspot"
)

// longestNames is how many characters the names of properties may take in the
// address of a list. HubSpot answers 414 to addresses of more than some 15,000.
const longestNames = 8000

// lister lists the records of one object type.
type lister struct {
	client     *hubspot.Client
	reader     *hubspot.Reader
	ledger     *ledger
	translator *translator
	readers    []*pairReader
	answers    chan<- answer
	part       int   // records of a part, as far as search says
	parted     int   // parts that lie ahead of the beginning, at most; 0: the list is read in one
	lane       *lane // search reads parts, too; nil: it does not

	mu      sync.Mutex
	listed  idSet
	parts   []*part
	started chan struct{} // closed with the first page of the list
	counted bool          // the cursor of that page is the id of its last record
}

func (l *lister) cell() cell { return cell{from: l.translator.typ.Name} }

// list reads all pages of the type and hands the ids on in full batches. What a list
// that breaks off lacks is looked for when the crawl settles.
func (l *lister) list(ctx context.Context) error {
	defer l.finish()
	l.ledger.ask(l.cell(), 0)
	l.started = make(chan struct{})
	whole := newPart(0)
	l.parts = []*part{whole}
	cursors, ctx := errgroup.WithContext(ctx)
	cursors.Go(func() error {
		defer l.start(false) // if no page came
		return l.read(ctx, whole)
	})
	if l.parted > 0 {
		cursors.Go(func() error { return l.readAhead(ctx) })
	}
	return cursors.Wait()
}

// read reads a part of the list, up to where another one begins.
func (l *lister) read(ctx context.Context, p *part) error {
	defer p.begin() // also of a part that ends before it has a page
	var own idSet
	batch, from := make([]int64, 0, hubspot.MaxBatchRead), p.behind
	for page, err := range l.pages(ctx, p) {
		if !l.fits(p, page, err) {
			l.drop(p)
			return nil
		}
		if err != nil {
			if err := l.breakOff(ctx, err); err != nil {
				return err
			}
		}
		if page.Unnamed > 0 {
			l.ledger.loseRows(l.cell(), page.Unnamed)
		}
		next, err := l.next(ctx, p, page)
		if err != nil {
			return err
		}
		repeated, fresh := 0, l.add(page.Objects)
		for _, o := range page.Objects {
			if !own.add(o.ID) {
				repeated++
			}
		}
		for _, id := range fresh {
			if batch = append(batch, id); len(batch) == cap(batch) {
				if err := l.handOn(ctx, batch); err != nil {
					return err
				}
				batch = make([]int64, 0, hubspot.MaxBatchRead)
			}
		}
		l.ledger.ask(l.cell(), len(fresh))
		l.ledger.answer(l.cell(), len(fresh), 0)
		came := answer{translator: l.translator, objects: page.Objects, repeated: repeated}
		if to, isID := number(page.After); p.search && isID {
			came.searched = &span{ids: fresh, first: from + 1, last: to}
			from = to
		}
		if err := put(ctx, l.answers, came); err != nil {
			return err
		}
		l.start(page.After != "" && page.After == cursorOf(page))
		p.begin()
		if next != nil && next.covers(page, fresh) {
			break
		}
	}
	return l.handOn(ctx, batch)
}

// add takes in the records of a page, and lists those that no page had before.
func (l *lister) add(objects []hubspot.Object) (fresh []int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, o := range objects {
		if l.listed.add(o.ID) {
			fresh = append(fresh, o.ID)
		}
	}
	return fresh
}

// breakOff decides about a list that cannot be read on. Where the portal answers
// otherwise, the crawl goes on without its end.
func (l *lister) breakOff(ctx context.Context, err error) error {
	ends := fmt.Errorf("list %s: %w", l.translator.typ.Name, err)
	if ctx.Err() != nil || !passable(err) && hubspot.ClassOf(err) != hubspot.Outage {
		return ends
	}
	if !passable(err) && l.client.Reachable(ctx) != nil {
		return ends
	}
	reason := err.Error()
	if hubspot.ClassOf(err) != hubspot.Refused {
		reason = "its list breaks off: " + reason
	}
	l.ledger.breakOff(l.cell(), reason)
	return nil
}

// pages lists a part, each page with the properties that are wanted. Where the
// portal does not take a cursor that it gave before, which may be hours ago in a
// crawl that goes on, the list begins once more: what comes twice is passed over.
func (l *lister) pages(ctx context.Context, p *part) iter.Seq2[hubspot.ObjectPage, error] {
	query := hubspot.ObjectQuery{Properties: l.translator.properties, After: p.cursor()}
	tooMany := len(strings.Join(query.Properties, ",")) > longestNames
	if tooMany {
		query.Properties = nil
	}
	return func(yield func(hubspot.ObjectPage, error) bool) {
		begun := false
		if p.search {
			at, goesOn := l.search(ctx, p, yield)
			if !goesOn {
				return
			}
			begun, query.After = at != p.behind, cursor(at)
		}
		for page, err := range l.client.Objects(ctx, l.translator.typ.ID, query) {
			if begun && notTaken(err) {
				break
			}
			if begun = true; !l.give(ctx, page, err, tooMany, yield) || err != nil || page.After == "" {
				return
			}
		}
		p.whole, query.After = true, ""
		for page, err := range l.client.Objects(hubspot.Anew(ctx), l.translator.typ.ID, query) {
			if !l.give(ctx, page, err, tooMany, yield) {
				return
			}
		}
	}
}

// give yields a page. Its records are read by id where an address cannot hold the
// properties that are wanted.
func (l *lister) give(ctx context.Context, page hubspot.ObjectPage, err error, byID bool, yield func(hubspot.ObjectPage, error) bool) bool {
	if byID && len(page.Objects) > 0 {
		objects, failed := l.readByID(ctx, page.Objects)
		if page.Objects = objects; failed != nil {
			err = failed
		}
	}
	return yield(page, err)
}

// readByID reads the records of a page again, with all properties. One that is not
// answered stays as the list has it, and is lost.
func (l *lister) readByID(ctx context.Context, listed []hubspot.Object) ([]hubspot.Object, error) {
	read := hubspot.ObjectRead{Properties: l.translator.properties}
	for _, o := range listed {
		read.IDs = append(read.IDs, o.ID)
	}
	batch, err := l.reader.Objects(ctx, l.translator.typ.ID, read)
	if err != nil {
		return nil, err
	}
	whole := map[int64]hubspot.Object{}
	for _, o := range batch.Objects {
		whole[o.ID] = o
	}
	for _, item := range batch.Failed {
		l.ledger.doubt(l.cell(), item.ID, "its properties: "+reason(item), false)
	}
	for _, id := range batch.Unanswered {
		l.ledger.doubt(l.cell(), id, "its properties: "+silence, true)
	}
	for i, o := range listed {
		if all, ok := whole[o.ID]; ok {
			listed[i] = all
		}
	}
	return listed, nil
}

// notTaken reports whether the portal did not take what it was sent.
func notTaken(err error) bool {
	var refused *hubspot.Error
	return errors.As(err, &refused) && refused.Status == http.StatusBadRequest
}

func (l *lister) handOn(ctx context.Context, batch []int64) error {
	if len(batch) == 0 {
		return nil
	}
	for _, reader := range l.readers {
		select {
		case reader.ids <- batch:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// finish lets the readers know that the list has ended.
func (l *lister) finish() {
	for _, reader := range l.readers {
		close(reader.ids)
	}
}
