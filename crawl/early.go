package crawl

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"hubgraph/hubspot"
)

// HubSpot answers five searches a second. Where a crawl reads more object types than that,
// the counts that prove its lists would have to wait when everything else is done. So its
// smallest types are counted as soon as their lists have ended, and listed once more at the
// end, ids alone: the count proves the list, and the second list shows what came and went since.
// Each takes a few calls, which wait for nothing.

// mostListedAgain is how many records a type has at most that is listed once more: ten pages
// take half of the second that a search may have to wait.
const mostListedAgain = 10 * hubspot.MaxListPage

// smallest are the object types that are counted early, by their names: as many as search cannot
// count at once.
func (r *run) smallest() map[string]bool {
	most := cmp.Or(r.options.counts, r.client.SearchesAtOnce())
	var small []string
	for _, t := range r.plan.Types {
		if n, known := r.plan.counts[t.Name]; known && n <= mostListedAgain {
			small = append(small, t.Name)
		}
	}
	slices.SortStableFunc(small, func(a, b string) int { return cmp.Compare(r.plan.counts[a], r.plan.counts[b]) })
	chosen := map[string]bool{}
	for _, name := range small[:min(len(small), max(0, len(r.plan.Types)-most))] {
		chosen[name] = true
	}
	return chosen
}

// countEarly counts a type whose list has ended. What search does not answer now it is asked for
// when all is read.
func (r *run) countEarly(ctx context.Context, l *lister) error {
	if !l.counted && l.listed.size() > hubspot.MaxListPage {
		return nil // no page of its list can be asked for by an id
	}
	t := l.translator.typ
	// From the first id on, which is all of them, and not what countOpen asks: a journal answers
	// the same question once.
	found, err := r.client.SearchObjects(ctx, t.ID, openCount(1))
	switch {
	case err == nil:
		r.early.Store(t.Name, found)
	case ctx.Err() != nil || !dispensable(err):
		return fmt.Errorf("count %s: %w", t.Name, err)
	}
	return nil
}

// holdEarly compares a type's records with what search counted early, and then with its list
// as it is now. It reports whether that proves it: the count was that of the list, and search
// knows all of its records.
func (p *proof) holdEarly(ctx context.Context, ids []int64) (bool, error) {
	counted, early := p.early.Load(p.typ.Name)
	if !early || len(p.young) > 0 || p.lacking {
		return false, nil
	}
	if found := counted.(hubspot.ObjectsFound); found.Total != int64(len(ids)) || len(ids) > 0 && !endsWith(found, ids[len(ids)-1]) {
		return false, nil
	}
	again, err := p.listAgain(ctx, ids)
	if err != nil {
		if dispensable(err) && ctx.Err() == nil {
			err = nil
		}
		return false, err
	}
	p.suspect(ids, again)
	p.total = int64(len(again))
	return true, nil
}

// endsWith reports whether an id is the largest that search knows.
func endsWith(found hubspot.ObjectsFound, id int64) bool {
	return len(found.Objects) > 0 && found.Objects[0].ID == id
}

// listAgain lists the ids of a type of which some are known, the pages between them side by side.
func (p *proof) listAgain(ctx context.Context, known []int64) ([]int64, error) {
	var mu sync.Mutex
	var all []int64
	pages, ctx := errgroup.WithContext(ctx)
	behind := []int64{0} // the ids behind which pages begin
	for n := hubspot.MaxListPage; n < len(known); n += hubspot.MaxListPage {
		behind = append(behind, known[n-1])
	}
	for i, from := range behind {
		last := int64(math.MaxInt64) // the last page goes on to the end of the list
		if i+1 < len(behind) {
			last = behind[i+1]
		}
		pages.Go(func() error {
			for page, err := range p.client.Objects(ctx, p.typ.ID, hubspot.ObjectQuery{Properties: []string{idProperty}, After: cursor(from)}) {
				if err != nil {
					return err
				}
				mu.Lock()
				for _, o := range page.Objects {
					all = append(all, o.ID)
				}
				mu.Unlock()
				if n := len(page.Objects); n > 0 && page.Objects[n-1].ID >= last {
					return nil
				}
			}
			return nil
		})
	}
	if err := pages.Wait(); err != nil {
		return nil, err
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}
