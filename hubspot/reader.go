package hubspot

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
)

// Reader reads many records in a call, and decides what becomes of each: it alone
// asks again, in halves where a batch is not answered, and gives up. What spoils a
// batch is found once, and asked for alone from then on; what HubSpot refuses as a
// whole, or how many inputs it takes, is remembered. It may be used by many
// goroutines.
type Reader struct {
	client *Client

	mu       sync.Mutex
	spoilers map[record]bool
	lanes    map[string]*lane
	searches map[string]chan struct{} // by object type: holds one, of whoever looks for a spoiler
}

// record is a record by the id of its type and its own.
type record struct {
	typ string
	id  int64
}

// lane is what a Reader knows of the calls that ask one thing: an operation, of one
// object type or ordered pair of them.
type lane struct {
	refused   error // nothing of it is answered
	most      int   // inputs that HubSpot takes in a call
	failures  int   // calls in a row that were not answered
	oversized int   // batches that were answered in halves alone
}

// mostFailures is after how many calls in a row that were not answered a Reader gives
// a lane up. Between 1,000 inputs and one there are ten.
const mostFailures = 16

// NewReader makes a Reader that knows of no spoilers yet.
func (c *Client) NewReader() *Reader {
	return &Reader{client: c, spoilers: map[record]bool{}, lanes: map[string]*lane{}, searches: map[string]chan struct{}{}}
}

// Associations reads one page of the associations of each input, as
// Client.ReadAssociations does, and asks again for those that are not answered. Who
// is still Failed or Unanswered then was asked several times, at last alone. An
// error ends everything: the token, the host, the day or an outage.
func (r *Reader) Associations(ctx context.Context, from, to string, inputs []ReadInput) (*AssociationBatch, error) {
	b := &AssociationBatch{}
	q := r.inquiry("associations "+from+" "+to, from, MaxBatchRead, len(inputs))
	q.id = func(i int) int64 { return inputs[i].ID }
	q.continued = func(i int) bool { return inputs[i].After != "" }
	q.send = func(ctx context.Context, part []int) ([]ItemError, []int64, error) {
		asked := inputs
		if len(part) < len(inputs) {
			asked = make([]ReadInput, len(part))
			for n, i := range part {
				asked[n] = inputs[i]
			}
		}
		got, err := r.client.readAssociations(ctx, from, to, asked, 1)
		if err != nil {
			return nil, nil, err
		}
		b.add(got)
		return got.Failed, got.Unanswered, nil
	}
	err := q.settle(ctx)
	b.Failed, b.Unanswered, b.Refused = q.failed, q.silent, q.refused
	return b, err
}

// Objects reads records by id, as Client.ReadObjects does, in as many calls as it
// takes, and asks again for those that are not answered.
func (r *Reader) Objects(ctx context.Context, typ string, read ObjectRead) (ObjectBatch, error) {
	ids := slices.Compact(slices.Sorted(slices.Values(read.IDs)))
	b := ObjectBatch{Into: map[int64]int64{}}
	q := r.inquiry(fmt.Sprintf("objects %s %t", typ, read.Archived), typ, MaxBatchObjects, len(ids))
	q.id = func(i int) int64 { return ids[i] }
	q.continued = func(int) bool { return false }
	q.send = func(ctx context.Context, part []int) ([]ItemError, []int64, error) {
		some := read
		some.IDs = make([]int64, len(part))
		for n, i := range part {
			some.IDs[n] = ids[i]
		}
		got, err := r.client.readObjects(ctx, typ, some, 1)
		if err != nil {
			return nil, nil, err
		}
		b.Objects, b.Absent = append(b.Objects, got.Objects...), append(b.Absent, got.Absent...)
		for old, id := range got.Into {
			b.Into[old] = id
		}
		return got.Failed, got.Unanswered, nil
	}
	err := q.settle(ctx)
	slices.SortStableFunc(b.Objects, func(a, b Object) int { return cmp.Compare(a.ID, b.ID) })
	b.Objects = slices.CompactFunc(b.Objects, func(a, b Object) bool { return a.ID == b.ID })
	b.Failed, b.Unanswered, b.Refused = q.failed, q.silent, q.refused
	return b, err
}

func (r *Reader) inquiry(name, typ string, most, inputs int) *inquiry {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.lanes[name] == nil {
		r.lanes[name] = &lane{most: most}
	}
	if r.searches[typ] == nil {
		r.searches[typ] = make(chan struct{}, 1)
	}
	return &inquiry{reader: r, lane: r.lanes[name], search: r.searches[typ], typ: typ, inputs: inputs,
		why: map[int]ItemError{}, blamed: map[int]bool{}, seen: r.client.answered.Load()}
}

// refusesAll reports whether a refusal is of the object types that were named,
// whatever the records.
func refusesAll(e *Error) bool {
	return e.Status == http.StatusForbidden || e.Is(ErrNotFound)
}
