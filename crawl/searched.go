package crawl

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// What lists return is there. What search returns is what its index holds: it may know
// records that are none any more and lack as many others, and then counts right. So of
// each record that search alone has returned the crawl needs to know from elsewhere that it
// is there: HubSpot lists associations of it, or it is looked up. Where one is not, and
// was not when the crawl began, search is wrong about its object type: the lists are read
// where search was, and their rows and ids stand.
//
// HubSpot lists no associations of archived records, as far as is known. A portal that does
// shows it at those archived records that others name: there everything that search has
// returned is looked up.

// suspectSearched has the records looked up that search alone has returned, and that list
// nothing, or that another record says were merged into it.
func (w *worklist) suspectSearched() {
	w.eachSearched(func(k graphmodel.Key) {
		if _, claimed := w.collector.aliases[k]; claimed || isEmpty(w.graph.Out(k)) {
			w.suspectOne(k)
		}
	})
}

// isEmpty reports whether a sequence has no values.
func isEmpty[T any](values iter.Seq[T]) bool {
	for range values {
		return false
	}
	return true
}

// suspectOne has a record looked up that search has returned, unless it was, or will be for
// another reason.
func (w *worklist) suspectOne(k graphmodel.Key) {
	if w.fates[k] == 0 && !w.lookups[k] {
		w.unproven[k] = true
		w.lookUp(k)
	}
}

func (w *worklist) eachSearched(visit func(graphmodel.Key)) {
	for typ, spans := range w.collector.searched {
		for _, s := range spans {
			for _, id := range s.ids {
				visit(graphmodel.Key{Type: typ, ID: id})
			}
		}
	}
}

// disprove takes in that a record that search has returned was not there.
func (w *worklist) disprove(k graphmodel.Key) {
	if !w.unproven[k] || w.untrue[k] {
		return
	}
	w.untrue[k] = true
	c := cell{from: k.Type}
	w.ledger.ask(c, -1)
	w.ledger.answer(c, -1, 0)
}

// proveSearched has all that search returned looked up where what it lists does not prove
// that it is there, and lists read where search turned out to be wrong.
func (w *worklist) proveSearched(ctx context.Context) error {
	if len(w.collector.searched) == 0 {
		return nil
	}
	kept, err := w.keepsLinks(ctx)
	if err != nil {
		return err
	}
	if kept {
		w.eachSearched(w.suspectOne)
		if err := w.lookUpAll(ctx); err != nil {
			return err
		}
	}
	wrong := map[string]bool{}
	for k := range w.untrue {
		wrong[k.Type] = true
	}
	for _, t := range w.plan.Types {
		if !wrong[t.Name] {
			continue
		}
		for _, s := range w.collector.searched[t.Name] {
			if err := w.listSpan(ctx, w.plan.translator(t), s); err != nil {
				return err
			}
		}
	}
	return w.lookUpAll(ctx)
}

// keepsLinks reports whether HubSpot lists associations of an archived record that others
// name, of a type of which search has returned records.
func (w *worklist) keepsLinks(ctx context.Context) (bool, error) {
	archivedOf := map[string][]hubspot.ReadInput{}
	for k, s := range w.fates {
		if s == archived && len(w.collector.searched[k.Type]) > 0 && len(archivedOf[k.Type]) < hubspot.MaxBatchRead {
			archivedOf[k.Type] = append(archivedOf[k.Type], hubspot.ReadInput{ID: k.ID})
		}
	}
	for _, pair := range w.plan.Pairs {
		inputs := archivedOf[pair.From.Name]
		if len(inputs) == 0 {
			continue
		}
		batch, err := w.reader.Associations(ctx, pair.From.ID, pair.To.ID, inputs)
		if err != nil {
			return false, fmt.Errorf("read associations of archived %s: %w", pair.From.Name, err)
		}
		if len(batch.Links) > 0 {
			return true, nil
		}
	}
	return false, nil
}

// listSpan lists what search has returned. The rows of the list go before those of search;
// what only one of them has is looked up.
func (w *worklist) listSpan(ctx context.Context, t *translator, s span) error {
	listed := map[int64]bool{}
	query := hubspot.ObjectQuery{Properties: t.properties, After: cursor(s.first - 1)}
	for page, err := range w.client.Objects(ctx, t.typ.ID, query) {
		if err != nil && (!dispensable(err) || ctx.Err() != nil) {
			return fmt.Errorf("list %s where search is wrong: %w", t.typ.Name, err)
		}
		if err != nil {
			w.ledger.breakOff(cell{from: t.typ.Name}, fmt.Sprintf("search returns records that are not there, and the list does not say what is: %v", err))
			return nil
		}
		for _, o := range page.Objects {
			if o.ID > s.last {
				continue
			}
			if listed[o.ID] = true; !slices.Contains(s.ids, o.ID) {
				w.lookUp(graphmodel.Key{Type: t.typ.Name, ID: o.ID})
			} else if err := w.collector.describe(t, o); err != nil {
				return err
			}
		}
		if n := len(page.Objects); n > 0 && page.Objects[n-1].ID >= s.last {
			break
		}
	}
	for _, id := range s.ids {
		if !listed[id] {
			w.suspectOne(graphmodel.Key{Type: t.typ.Name, ID: id})
		}
	}
	return nil
}
