package crawl

import (
	"context"
	"fmt"
	"slices"
	"time"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// How far what is known may be from what search counts: a thousandth, or five
// records. Search lags behind the portal by seconds.
const (
	toleratedShare   = 1000
	toleratedRecords = 5
)

// A search that looks for what differs ends after so many calls: one for so many
// records, or a few.
const (
	recordsPerSearch = 5000
	fewSearches      = 32
)

// verify holds the records of each type against how many search counts, after
// the crawl and independently of it. Where the two differ it finds by ids what
// search does not know, or what no list returned, and looks that up.
func (s *settling) verify(ctx context.Context) error {
	ids := s.liveIDs()
	for _, t := range s.run.plan.Types {
		of := s.c.cell("objects", t.Name, "")
		if of == nil || !of.Complete {
			continue
		}
		v := &verification{settling: s, typ: t, ids: ids[t.Name], left: max(fewSearches, len(ids[t.Name])/recordsPerSearch)}
		err := v.hold(ctx, of)
		if dispensable(err) {
			of.Verdict, of.Reason = graphmodel.VerdictUnverifiable, fmt.Sprintf("search does not count them: %v", err)
		} else if err != nil {
			return fmt.Errorf("count %s: %w", t.Name, err)
		}
		of.FinishedAt = time.Now().UTC()
		s.c.teller.update()
	}
	return nil
}

// liveIDs lists the records of each type that are there as far as is known, by
// id.
func (s *settling) liveIDs() map[string][]int64 {
	ids := map[string][]int64{}
	for n := range s.c.graph.Nodes() {
		if s.isLive(n.Key) {
			ids[n.Type] = append(ids[n.Type], n.ID)
		}
	}
	for _, n := range s.change.nodes { // of which the graph knows at most that there is such an id
		if _, ok := s.c.graph.Node(n.Key); !ok && s.isLive(n.Key) {
			ids[n.Type] = append(ids[n.Type], n.ID)
		}
	}
	for _, list := range ids {
		slices.Sort(list)
	}
	return ids
}

// verification is that of one object type.
type verification struct {
	*settling
	typ      hubspot.ObjectType
	ids      []int64 // of the records that are there, as far as is known
	left     int     // searches that it may still send
	suspects map[graphmodel.Key]bool
}

// hold holds what is known against what search counts.
func (v *verification) hold(ctx context.Context, of *graphmodel.Coverage) error {
	all, err := v.search(ctx, hubspot.ObjectSearch{})
	if err != nil {
		return err
	}
	of.Expected = &all.Total
	if all.Total == int64(len(v.ids)) {
		return nil
	}
	v.suspects = map[graphmodel.Key]bool{}
	last := v.c.last[v.typ.Name]
	behind := all.Total
	if known, _ := slices.BinarySearch(v.ids, last+1); known > 0 {
		upTo, err := v.search(ctx, hubspot.ObjectSearch{Last: last, Limit: hubspot.MaxSearchPage})
		if err == nil {
			err = v.compare(ctx, span{v.ids[:known], 0, last}, upTo)
		}
		if err != nil {
			return err
		}
		behind -= upTo.Total
	}
	for k := range v.suspects {
		delete(v.fates, k) // what was there may be gone by now
	}
	if err := v.lookUpAll(ctx, v.suspects); err != nil {
		return err
	}
	return v.judge(ctx, of, behind)
}

// judge decides whether what is still missing can be: a record of which search
// has not heard yet, or one behind the end of the list that is new.
func (v *verification) judge(ctx context.Context, of *graphmodel.Coverage, behind int64) error {
	last := v.c.last[v.typ.Name]
	known, unindexed := v.known(last)
	within := *of.Expected - behind - known.upTo
	behind -= known.behind
	slack := max(toleratedRecords, *of.Expected/toleratedShare)
	if within > slack || within+unindexed < -slack {
		of.Complete, of.Reason = false, fmt.Sprintf("search counts %d records with ids up to %d, and the list gave %d", within+known.upTo, last, known.upTo)
		return nil
	}
	if last == 0 {
		slack = 0 // a list without anything is no list that is nearly whole
	}
	if behind <= slack {
		return nil
	}
	more, err := v.search(ctx, hubspot.ObjectSearch{First: last + 1, Limit: hubspot.MaxSearchPage})
	if err != nil {
		return err
	}
	if at := slices.IndexFunc(more.Objects, v.isOld); at >= 0 || len(more.Objects) == 0 {
		of.Complete, of.Reason = false, fmt.Sprintf("search counts %d records, and the list ended after %d", *of.Expected, known.upTo)
	}
	return nil
}

// isOld reports whether a record that search found was there before the crawl,
// and should have been listed. One that others were merged into changed since.
func (v *verification) isOld(o hubspot.Object) bool {
	return o.CreatedAt.Before(v.since) && o.UpdatedAt.Before(v.since) && !v.isLive(graphmodel.Key{Type: v.typ.Name, ID: o.ID})
}

// count is of records that are there, as far as is known: with ids up to the last
// one of the list, and behind it.
type count struct{ upTo, behind int64 }

// known counts the records after the look-ups, and those that search does not
// know although they are there.
func (v *verification) known(last int64) (n count, unindexed int64) {
	add := func(id, by int64) {
		if id > last {
			n.behind += by
		} else {
			n.upTo += by
		}
	}
	for _, id := range v.ids {
		add(id, 1)
	}
	for k := range v.suspects {
		_, before := slices.BinarySearch(v.ids, k.ID)
		switch there := v.isLive(k); {
		case before && there:
			unindexed++
		case before:
			add(k.ID, -1)
		case there:
			add(k.ID, 1)
		}
	}
	return n, unindexed
}

// search asks for the records of a range of ids, and counts the question.
func (v *verification) search(ctx context.Context, q hubspot.ObjectSearch) (hubspot.ObjectsFound, error) {
	v.left--
	return v.run.client.SearchObjects(ctx, v.typ.ID, q)
}

// span is a range of ids with those that are known in it.
type span struct {
	ids         []int64
	first, last int64
}

// compare finds the ids by which a span differs from what search found in it. It
// halves the span until search gives all the ids of a part at once, and passes
// over the parts of which it counts as many as are known.
func (v *verification) compare(ctx context.Context, of span, found hubspot.ObjectsFound) error {
	told := found.Total <= int64(len(found.Objects)) && len(of.ids) <= 2*hubspot.MaxSearchPage
	switch {
	case told || len(of.ids) < 2:
		v.suspect(of.ids, found.Objects)
		return nil
	case found.Total == int64(len(of.ids)) || v.left <= 0:
		return nil
	}
	middle := len(of.ids) / 2
	pivot := of.ids[middle-1]
	lower, upper := span{of.ids[:middle], of.first, pivot}, span{of.ids[middle:], pivot + 1, of.last}
	below, err := v.search(ctx, lower.query())
	if err == nil {
		err = v.compare(ctx, lower, below)
	}
	above := found.Total - below.Total
	if err != nil || above == int64(len(upper.ids)) || v.left <= 0 {
		return err
	}
	rest := hubspot.ObjectsFound{Total: above}
	if above <= hubspot.MaxSearchPage { // few enough to be told one by one
		if rest, err = v.search(ctx, upper.query()); err != nil {
			return err
		}
	}
	return v.compare(ctx, upper, rest)
}

func (s span) query() hubspot.ObjectSearch {
	return hubspot.ObjectSearch{First: s.first, Last: s.last, Limit: hubspot.MaxSearchPage}
}

// suspect takes the ids that are known or found, and not both.
func (v *verification) suspect(known []int64, found []hubspot.Object) {
	differ := map[int64]bool{}
	for _, id := range known {
		differ[id] = true
	}
	for _, o := range found {
		if differ[o.ID] {
			delete(differ, o.ID)
		} else {
			differ[o.ID] = true
		}
	}
	for id := range differ {
		v.suspects[graphmodel.Key{Type: v.typ.Name, ID: id}] = true
	}
}
