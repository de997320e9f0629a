package crawl

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// mostSpan is how many records are held against one count of search: as many as
// search returns to one question (documentation, "CRM search").
const mostSpan = 10_000

// mostAsked is how often search is asked for ids that it counts and does not return.
const mostAsked = 3

// prove holds the records of each type against those that search knows, in spans of
// ids. Where a span's counts are equal that is the proof; where they are not, or
// records are so young that search may not know them yet, or rows of the list were
// lost, it finds by ids what differs, and has that looked up. A list that broke off is mended so.
// The smallest types may have been counted before: see holdEarly.
func (w *worklist) prove(ctx context.Context) error {
	ids := map[string][]int64{}
	for n := range w.graph.Nodes() {
		if n.Seen && !n.Archived {
			ids[n.Type] = append(ids[n.Type], n.ID)
		}
	}
	var mu sync.Mutex
	searches, ctx := errgroup.WithContext(ctx)
	for _, t := range w.plan.Types {
		young := slices.Clone(w.collector.young[t.Name])
		slices.Sort(young)
		p := &proof{run: w.run, typ: t, young: young, lacking: w.ledger.lacks(cell{from: t.Name})}
		searches.Go(func() error {
			if err := p.hold(ctx, ids[t.Name]); err != nil {
				return fmt.Errorf("count %s: %w", t.Name, err)
			}
			mu.Lock()
			defer mu.Unlock()
			for _, id := range p.suspects {
				w.lookups[graphmodel.Key{Type: t.Name, ID: id}] = true
			}
			return nil
		})
	}
	return searches.Wait()
}

// proof is that of one object type.
type proof struct {
	*run
	typ      hubspot.ObjectType
	young    []int64 // records that search may not know yet, sorted
	lacking  bool    // the list is known to lack records, somewhere
	suspects []int64 // ids that search knows and no list returned, or the other way round
	total    int64   // records that search counts
	missing  string  // what search counts and does not return; "": nothing
}

// span is a range of ids, both ends included, with those that are known in it. A
// last of 0 is no bound.
type span struct {
	ids         []int64
	first, last int64
}

// hold compares the type's records, span by span.
func (p *proof) hold(ctx context.Context, ids []int64) error {
	c := cell{from: p.typ.Name}
	if held, err := p.holdEarly(ctx, ids); err != nil {
		return err
	} else if held {
		p.proven(c)
		return nil
	}
	for first, rest := int64(0), ids; ; {
		s := span{ids: rest[:min(len(rest), mostSpan)], first: first}
		if rest = rest[len(s.ids):]; len(rest) > 0 {
			s.last = s.ids[len(s.ids)-1]
		}
		var err error
		if s.last > 0 {
			err = p.count(ctx, s)
		} else {
			err = p.countOpen(ctx, s)
		}
		if dispensable(err) && ctx.Err() == nil {
			p.ledger.expect(c, nil, fmt.Sprintf("search does not count them: %v", err))
			return nil
		}
		if err != nil {
			return err
		}
		if s.last == 0 {
			p.proven(c)
			return nil
		}
		first = s.last + 1
	}
}

// proven notes what search counts, in place of what the list lacked as a whole.
func (p *proof) proven(c cell) {
	p.ledger.expect(c, &p.total, "")
	if p.ledger.mend(c); p.missing != "" {
		p.ledger.breakOff(c, p.missing)
	}
}

// count holds a span against what search counts in it.
func (p *proof) count(ctx context.Context, s span) error {
	found, err := p.search(ctx, s, 1)
	if err != nil {
		return err
	}
	p.total += found.Total
	return p.compare(ctx, s, found.Total)
}

// countOpen is count for the last span, in which records are made while the portal is
// crawled: one that came and one that went leave its count as it was. So search is asked
// for the largest id that it knows, and those that are larger than the list's are a span
// of their own.
func (p *proof) countOpen(ctx context.Context, s span) error {
	found, err := p.client.SearchObjects(ctx, p.typ.ID, openCount(s.first))
	if err != nil {
		return err
	}
	n := len(s.ids)
	if n == 0 || len(found.Objects) == 0 || found.Objects[0].ID <= s.ids[n-1] {
		p.total += found.Total
		return p.compare(ctx, s, found.Total)
	}
	s.last = s.ids[n-1]
	if err := p.count(ctx, s); err != nil {
		return err
	}
	return p.count(ctx, span{first: s.last + 1})
}

// openCount asks how many records there are from an id on, and for the largest id.
func openCount(first int64) hubspot.ObjectSearch {
	return hubspot.ObjectSearch{First: first, Limit: 1, Descending: true}
}

func (p *proof) search(ctx context.Context, s span, limit int) (hubspot.ObjectsFound, error) {
	return p.client.SearchObjects(ctx, p.typ.ID, hubspot.ObjectSearch{First: s.first, Last: s.last, Limit: limit})
}

// compare finds the ids by which a span differs from what search knows in it, of
// which search counts so many. It halves the span down to what search returns at
// once.
func (p *proof) compare(ctx context.Context, s span, total int64) error {
	if total == int64(len(s.ids)) && !p.isYoung(s) && !p.lacking {
		return nil
	}
	if len(s.ids) <= hubspot.MaxSearchPage {
		return p.compareIDs(ctx, s)
	}
	middle := len(s.ids) / 2
	pivot := s.ids[middle-1]
	for _, half := range []span{{s.ids[:middle], s.first, pivot}, {s.ids[middle:], pivot + 1, s.last}} {
		found, err := p.search(ctx, half, 1)
		if err == nil {
			err = p.compare(ctx, half, found.Total)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// isYoung reports whether a span holds a record that search may not know yet.
func (p *proof) isYoung(s span) bool {
	at, _ := slices.BinarySearch(p.young, s.first)
	return at < len(p.young) && (s.last == 0 || p.young[at] <= s.last)
}

// compareIDs has search return all ids of a span, and takes those that are known or
// returned, and not both. Ids that search counts and does not return are a gap.
func (p *proof) compareIDs(ctx context.Context, s span) error {
	var found []int64
	total, rest := int64(-1), s
	for asked := 0; asked < mostAsked; asked++ {
		page, err := p.search(ctx, rest, hubspot.MaxSearchPage)
		if err != nil {
			return err
		}
		if total < 0 {
			total = page.Total
		}
		for _, o := range page.Objects {
			if found = append(found, o.ID); o.ID >= rest.first {
				rest.first, asked = o.ID+1, -1 // it goes on
			}
		}
		slices.Sort(found)
		if found = slices.Compact(found); int64(len(found)) >= total && len(page.Objects) < hubspot.MaxSearchPage {
			break
		}
	}
	if missing := total - int64(len(found)); missing > 0 {
		p.missing = fmt.Sprintf("search counts %d records, with ids from %d on, and returns %d of them", total, s.first, len(found))
	}
	p.suspect(s.ids, found)
	return nil
}

// suspect takes the ids that are among one of two sorted lists only.
func (p *proof) suspect(known, found []int64) {
	for len(known) > 0 || len(found) > 0 {
		switch {
		case len(found) == 0 || len(known) > 0 && known[0] < found[0]:
			p.suspects, known = append(p.suspects, known[0]), known[1:]
		case len(known) == 0 || found[0] < known[0]:
			p.suspects, found = append(p.suspects, found[0]), found[1:]
		default:
			known, found = known[1:], found[1:]
		}
	}
}
