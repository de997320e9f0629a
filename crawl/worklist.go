package crawl

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"hubgraph/graphmodel"
)

// A crawl takes its time, and people go on working: what was read early does not
// fit what was read late. A deal is listed, and archived before its associations
// are read; of two records that were merged one is listed, and the other is
// named by those who were read before. And what HubSpot answers may be less than
// there is. So when all is read the crawl works off a list of tasks, until nothing is
// left to ask. There are two kinds: to look up a record by id, and to read again what
// a record lists. Each is done once. Tasks come from
//
//   - ends of associations that no list returned: they are looked up
//   - ids that search knows and no list returned, or the other way round
//   - records that search alone returned, and that list nothing
//   - records that a list returned and a survivor says were merged into it, or whose
//     rows lacked their properties
//   - what a record lists and was not answered: it is read again
//   - associations that one end lists and the other does not: both are read again,
//     and both records are looked up if they list something else by now
//   - records that turn out to have come or gone: what lists them is read again
//
// One thing the crawl cannot hear of before the next night: that a record was merged
// which nothing names any more, into one whose page had come before.
type worklist struct {
	*run
	graph *graphmodel.Graph       // sealed: what was read at first
	pairs map[[2]string]Pair      // that the crawl reads, by the names of their types
	fates fates                   // of the records that were looked up, or that a survivor claims
	went  map[graphmodel.Key]bool // of them, those that were listed and turned out to be gone

	unproven map[graphmodel.Key]bool // records that search alone has returned, and that are looked up for it
	untrue   map[graphmodel.Key]bool // of them, those that were not there

	lookups map[graphmodel.Key]bool                  // to be done
	rereads map[graphmodel.Listing]bool              // to be done; true: what becomes of them is counted
	reread  map[graphmodel.Listing]bool              // done
	listed  map[graphmodel.Listing][]graphmodel.Edge // what was read again
	failed  map[graphmodel.Listing]bool              // of it, what was not read to its end
}

// fate is what a look-up said of a record.
type fate uint8

const (
	live     fate = iota + 1
	archived      // in the recycle bin
	merged        // into another record, which the aliases name
	absent        // neither: deleted for good, or hidden from the token
	lost          // not answered
)

type fates map[graphmodel.Key]fate

// mostRounds is how often the list is worked off: what was asked in one round may
// have brought the tasks of the next one. A portal on which people work takes three
// or four.
const mostRounds = 30

func newWorklist(r *run) *worklist {
	w := &worklist{run: r, pairs: map[[2]string]Pair{}, fates: fates{}, went: map[graphmodel.Key]bool{}, unproven: map[graphmodel.Key]bool{}, untrue: map[graphmodel.Key]bool{}, lookups: map[graphmodel.Key]bool{},
		rereads: map[graphmodel.Listing]bool{}, reread: map[graphmodel.Listing]bool{}, listed: map[graphmodel.Listing][]graphmodel.Edge{}, failed: map[graphmodel.Listing]bool{}}
	for _, pair := range r.plan.Pairs {
		w.pairs[[2]string{pair.From.Name, pair.To.Name}] = pair
	}
	return w
}

// settle finds the tasks and does them until nothing is left to ask, and puts what
// was learnt into the graph.
func (w *worklist) settle(ctx context.Context) error {
	w.collector.reporter.enter(PhaseSettle)
	w.graph = w.collector.graph
	w.graph.Seal()
	if err := w.prove(ctx); err != nil {
		return err
	}
	w.suspectSearched()
	w.strangers()
	w.claimed()
	for _, k := range w.collector.bare {
		w.lookUp(k)
	}
	if err := w.lookUpAll(ctx); err != nil {
		return err
	}
	if err := w.proveSearched(ctx); err != nil {
		return err
	}
	w.concludeNamed()
	w.unanswered()
	w.oneSided()
	for round := 0; len(w.lookups)+len(w.rereads) > 0; round++ {
		if round == mostRounds {
			w.name()
			break
		}
		if err := w.lookUpAll(ctx); err != nil {
			return err
		}
		if err := w.readAgain(ctx); err != nil {
			return err
		}
	}
	w.breakPairs()
	w.fold()
	return nil
}

// strangers has the records looked up that only associations name.
func (w *worklist) strangers() {
	for n := range w.graph.Nodes() {
		if !n.Seen {
			w.meet(n.Key)
		}
	}
}

// meet has a record looked up that an association names, if nothing is known of it.
func (w *worklist) meet(k graphmodel.Key) {
	n, known := w.graph.Node(k)
	if _, alias := w.collector.aliases[k]; !alias && (!known || !n.Seen) {
		w.lookUp(k)
	}
}

// lookUp has a record looked up, once.
func (w *worklist) lookUp(k graphmodel.Key) {
	if w.fates[k] == 0 {
		w.lookups[k] = true
	}
}

// claimed has the records looked up that a list returned and another record says
// were merged into it.
func (w *worklist) claimed() {
	for old := range w.collector.aliases {
		if w.wasListed(old) {
			w.lookUp(old)
		}
	}
}

// concludeNamed finds the merged-away records that associations name and no list
// returned, and that a survivor claims: they take no look-up.
func (w *worklist) concludeNamed() {
	for _, old := range slices.SortedFunc(maps.Keys(w.collector.aliases), graphmodel.Key.Compare) {
		if n, ok := w.graph.Node(old); ok && !n.Seen {
			w.conclude(old)
		}
	}
}

// unanswered has everything read again that was not answered in a cell that was.
func (w *worklist) unanswered() {
	for c, ids := range w.ledger.lost() {
		if c.to == "" || w.ledger.broken(c) != "" {
			continue
		}
		for _, id := range ids {
			w.readListing(graphmodel.Listing{From: graphmodel.Key{Type: c.from, ID: id}, To: c.to}, false)
		}
	}
}

// current is the record that a merged-away one ended in, or the record itself.
func (w *worklist) current(k graphmodel.Key) graphmodel.Key {
	if _, alias := w.collector.aliases[k]; alias {
		k.ID = w.collector.final(k)
	}
	return k
}

// isLive reports whether a record is there as far as is known now.
func (w *worklist) isLive(k graphmodel.Key) bool {
	if s := w.fates[k]; s != 0 {
		return s == live
	}
	return w.wasListed(k)
}

// wasListed reports whether a list returned the record as a live one.
func (w *worklist) wasListed(k graphmodel.Key) bool {
	n, ok := w.graph.Node(k)
	return ok && n.Seen && !n.Archived && !w.untrue[k]
}

// name names what is left to ask, of a portal that changes without end.
func (w *worklist) name() {
	const reason = "the portal changed faster than it could be read again"
	for k := range w.lookups {
		w.ledger.doubt(cell{from: k.Type}, k.ID, reason, true)
	}
	for l := range w.rereads {
		w.ledger.doubt(cell{l.From.Type, l.To}, l.From.ID, reason, true)
	}
}

// breakPairs notes what is not known for want of the records of a type: the
// associations of those that were not listed, and their stages.
func (w *worklist) breakPairs() {
	for _, pair := range w.plan.Pairs {
		if why := w.ledger.broken(cell{from: pair.From.Name}); why != "" {
			w.ledger.breakOff(cell{pair.From.Name, pair.To.Name}, fmt.Sprintf("%s were not listed to their end: %s", pair.From.Name, why))
		}
	}
	for _, t := range w.plan.Types {
		if err := w.plan.pipelines[t.Name]; err != nil {
			w.ledger.breakOff(cell{from: t.Name}, fmt.Sprintf("pipelines: %v", err))
		}
	}
}

// fold puts what was learnt into the graph, in the place of what was known before.
func (w *worklist) fold() {
	r := graphmodel.Revision{Replaced: map[graphmodel.Listing]bool{}}
	for k, s := range w.fates {
		switch n := (graphmodel.Node{Key: k, Seen: s == live || s == archived, Archived: s == archived}); {
		case s == lost: // it stays as it is
		case w.untrue[k]:
			n.Seen = n.Seen && !isEmpty(w.graph.In(k))
			fallthrough
		case w.went[k]:
			r.Nodes = append(r.Nodes, n)
			for _, t := range w.plan.Types {
				r.Replaced[graphmodel.Listing{From: k, To: t.Name}] = true
			}
		default:
			if known, ok := w.graph.Node(k); n.Seen && known != n || ok && known.Seen && !n.Seen {
				r.Nodes = append(r.Nodes, n)
			}
		}
	}
	for l, edges := range w.listed {
		if !w.isLive(l.From) {
			continue
		}
		r.Edges = append(r.Edges, edges...)
		if !w.failed[l] {
			r.Replaced[l] = true
		}
	}
	if len(r.Nodes)+len(r.Edges)+len(r.Replaced) > 0 {
		w.collector.graph = w.graph.Revised(r)
	}
}
