package hubspot

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"time"
)

// inquiry is a batch of inputs on its way to an answer for each. They are known by
// their places.
type inquiry struct {
	reader    *Reader
	lane      *lane
	search    chan struct{} // holds one: whoever put it there may look for a spoiler
	typ       string        // object type of the inputs
	inputs    int
	id        func(int) int64
	continued func(int) bool // whether an input asks for a later page
	// send asks for some of the inputs in one call and one attempt, and returns those
	// that the answer does not answer.
	send func(ctx context.Context, part []int) ([]ItemError, []int64, error)

	why    map[int]ItemError // of the inputs that are open: what the last call said; no ID: nothing
	blamed map[int]bool      // of them, those that spoil each batch
	seen   int64             // calls that the portal had answered, when it last failed one
	probed int               // failures since the portal was asked whether it answers at all

	failed  []ItemError
	silent  []int64
	refused error
}

// mostAlone is how many inputs are asked for one by one, where asking for them
// together did not help.
const mostAlone = 16

// oversizedOften is how many batches have to be answered in halves alone, for want
// of a clearer word of HubSpot's, until the next ones are sent in halves at once.
const oversizedOften = 3

// settle finds an answer for each input, or gives up on it.
func (q *inquiry) settle(ctx context.Context) error {
	together, alone := q.split(q.all())
	if err := q.askAll(ctx, together); err != nil {
		return err
	}
	for _, i := range alone { // was found to spoil batches before: one look is enough
		if err := q.askKnown(ctx, i); err != nil {
			return err
		}
	}
	for idle := 0; len(q.why) > 0 && idle < 2; {
		before := len(q.why)
		if err := pause(ctx, random(grown(firstWait, lastWait, idle))); err != nil {
			return err
		}
		q.reader.client.retries.Add(1)
		if err := q.again(ctx, idle > 0); err != nil {
			return err
		}
		if idle++; len(q.why) < before && idle == 1 {
			idle = 0 // it helps
		}
	}
	q.giveUp(slices.Sorted(maps.Keys(q.why)))
	return nil
}

func (q *inquiry) all() []int {
	all := make([]int, q.inputs)
	for i := range all {
		all[i] = i
	}
	return all
}

// split takes out of a part what is known to spoil batches.
func (q *inquiry) split(part []int) (together, alone []int) {
	r := q.reader
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.spoilers) == 0 {
		return part, nil
	}
	for _, i := range part {
		if r.spoilers[record{q.typ, q.id(i)}] {
			alone = append(alone, i)
		} else {
			together = append(together, i)
		}
	}
	return together, alone
}

// askAll asks for inputs in calls of as many as HubSpot takes.
func (q *inquiry) askAll(ctx context.Context, part []int) error {
	for len(part) > 0 {
		n := min(len(part), q.most())
		if err := q.ask(ctx, part[:n]); err != nil {
			return err
		}
		part = part[n:]
	}
	return nil
}

func (q *inquiry) most() int {
	q.reader.mu.Lock()
	defer q.reader.mu.Unlock()
	return q.lane.most
}

// askKnown asks once for an input that spoils batches.
func (q *inquiry) askKnown(ctx context.Context, i int) error {
	if err := q.ask(ctx, []int{i}); err != nil {
		return err
	}
	if q.blamed[i] {
		q.giveUp([]int{i})
	}
	return nil
}

// again asks once more for what is open: together, but for those that spoil
// batches, or one by one.
func (q *inquiry) again(ctx context.Context, oneByOne bool) error {
	var together, alone []int
	for _, i := range slices.Sorted(maps.Keys(q.why)) {
		if q.blamed[i] {
			alone = append(alone, i)
		} else {
			together = append(together, i)
		}
	}
	if oneByOne && len(together) <= mostAlone {
		alone, together = append(alone, together...), nil
	}
	if err := q.askAll(ctx, together); err != nil {
		return err
	}
	for _, i := range alone {
		was := q.blamed[i]
		if err := q.ask(ctx, []int{i}); err != nil {
			return err
		}
		if was && q.blamed[i] {
			q.giveUp([]int{i})
		}
	}
	return nil
}

// ask asks for a part in one call, and looks for what spoils it where it is not
// answered.
func (q *inquiry) ask(ctx context.Context, part []int) error {
	spoilt, err := q.once(ctx, part)
	if spoilt == nil || err != nil {
		return err
	}
	// Batches of one type are mostly spoilt by the same records: one goroutine looks
	// for them, and those that wait for it find out what it has found.
	select {
	case q.search <- struct{}{}:
		defer func() { <-q.search }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return q.find(ctx, part, spoilt)
}

// find looks for all that spoils a part, until the others are answered. What may
// pass is asked for once more as it is, before it is searched.
func (q *inquiry) find(ctx context.Context, part []int, spoilt error) error {
	part, known := q.split(part)
	for _, i := range known {
		if err := q.askKnown(ctx, i); err != nil {
			return err
		}
	}
	certain := len(known) == 0 && ClassOf(spoilt) == Refused
	if len(known) == 0 && !certain {
		if err := pause(ctx, random(firstWait)); err != nil {
			return err
		}
	}
	for len(part) > 0 {
		n := min(len(part), q.most())
		if !certain {
			var err error
			if spoilt, err = q.once(ctx, part[:n]); err != nil {
				return err
			}
			if spoilt == nil {
				part = part[n:]
				continue
			}
		}
		certain = false
		left, err := q.locate(ctx, part[:n], spoilt)
		if err != nil {
			return err
		}
		part = slices.Concat(left, part[n:])
	}
	return nil
}

// locate halves a part that was not answered until one input is left, which is
// blamed if it is not answered either. It asks for one half alone, which says what
// to think of the other one, and returns what it did not ask for: that is few calls
// where one input spoils many.
func (q *inquiry) locate(ctx context.Context, part []int, spoilt error) (left []int, err error) {
	low, lives, asked := part, false, false
	for len(low) > 1 {
		half := len(low) / 2
		answered, err := q.answers(ctx, low[:half])
		if err != nil {
			return nil, err
		}
		if asked = !answered; answered {
			low, lives = low[half:], true
		} else {
			left, low = append(left, low[half:]...), low[:half]
		}
	}
	if !asked {
		answered, err := q.answers(ctx, low)
		if err != nil {
			return nil, err
		}
		if answered && q.refused == nil {
			q.oversized((len(part)+1)/2, spoilt)
		}
	}
	if !lives && len(left) > 1 { // is anything answered here at all?
		if _, err := q.once(ctx, left[:1]); err != nil {
			return nil, err
		}
		left = left[1:]
	}
	slices.Sort(left)
	return left, nil
}

// answers asks for a part in one call, and reports whether it is answered.
func (q *inquiry) answers(ctx context.Context, part []int) (bool, error) {
	spoilt, err := q.once(ctx, part)
	return spoilt == nil && !q.blamed[part[0]], err
}

// once asks for a part in one call. It returns why a part of several inputs is not
// answered; a single one is blamed for it.
func (q *inquiry) once(ctx context.Context, part []int) (spoilt, err error) {
	if refused := q.refusal(); refused != nil {
		q.refuse(part, refused)
		return nil, nil
	}
	failed, silent, err := q.send(ctx, part)
	if err != nil {
		return q.unanswered(ctx, part, err)
	}
	q.succeeded()
	open := make(map[int64]ItemError, len(failed)+len(silent))
	for _, item := range failed {
		open[item.ID] = item
	}
	for _, id := range silent {
		open[id] = ItemError{}
	}
	for _, i := range part {
		if item, ok := open[q.id(i)]; ok {
			q.why[i] = item
		} else {
			delete(q.why, i)
			delete(q.blamed, i)
		}
	}
	return nil, nil
}

// unanswered decides about a call that was not answered.
func (q *inquiry) unanswered(ctx context.Context, part []int, err error) (spoilt, ends error) {
	class := ClassOf(err)
	if ctx.Err() != nil || class == Ended || class == Limited {
		return nil, err
	}
	var refused *Error
	if errors.As(err, &refused) && class == Refused && refusesAll(refused) {
		q.remember(err)
	} else if class == Outage {
		if err := q.alive(ctx); err != nil {
			return nil, err
		}
	}
	if q.fails(err, class) {
		return nil, err
	}
	if refusal := q.refusal(); refusal != nil {
		q.refuse(part, refusal)
		return nil, nil
	}
	q.reader.client.retries.Add(1) // of what was asked, in other calls
	if len(part) > 1 {
		return err, nil
	}
	q.blame(part[0], err)
	return nil, nil
}

// alive asks whether the portal answers at all, unless it answered others since
// this batch failed last.
func (q *inquiry) alive(ctx context.Context) error {
	c := q.reader.client
	if now := c.answered.Load(); now != q.seen {
		q.seen, q.probed = now, 0
		return nil
	}
	if q.probed++; q.probed%8 != 2 {
		return nil
	}
	err := c.Reachable(ctx)
	q.seen = c.answered.Load()
	return err
}

// fails counts a call that was not answered. Of many in a row the lane is given up,
// if the portal answers in others; if not, that is an outage, and reported.
func (q *inquiry) fails(err error, class Class) (down bool) {
	r := q.reader
	r.mu.Lock()
	defer r.mu.Unlock()
	if q.lane.failures++; q.lane.failures < mostFailures || q.lane.refused != nil {
		return false
	}
	others := false
	for _, l := range r.lanes {
		others = others || l != q.lane && l.failures == 0
	}
	if class == Outage && !others {
		return true
	}
	q.lane.refused = err
	return false
}

func (q *inquiry) succeeded() {
	q.reader.mu.Lock()
	defer q.reader.mu.Unlock()
	q.lane.failures = 0
}

func (q *inquiry) refusal() error {
	q.reader.mu.Lock()
	defer q.reader.mu.Unlock()
	return q.lane.refused
}

// remember notes that a lane is refused as a whole.
func (q *inquiry) remember(err error) {
	q.reader.mu.Lock()
	defer q.reader.mu.Unlock()
	q.lane.refused = err
}

// oversized takes in that a batch of more than most inputs was not answered,
// although none of them spoils it.
func (q *inquiry) oversized(most int, err error) {
	var refused *Error
	tooLarge := errors.Is(err, errHuge) || errors.As(err, &refused) && (refused.Status == http.StatusBadRequest || refused.Status == http.StatusRequestEntityTooLarge)
	r := q.reader
	r.mu.Lock()
	defer r.mu.Unlock()
	if q.lane.oversized++; tooLarge || q.lane.oversized >= oversizedOften {
		q.lane.most = min(q.lane.most, most)
	}
}

// blame takes in that one input spoils each batch that it is in. Of a later page
// that may be its cursor, and not its record.
func (q *inquiry) blame(i int, err error) {
	q.blamed[i] = true
	q.why[i] = ItemError{ID: q.id(i), Message: err.Error()}
	var refused *Error
	if errors.As(err, &refused) && refused.class() == Refused {
		q.why[i] = ItemError{q.id(i), refused.Category, refused.SubCategory, refused.Message}
	}
	if q.continued(i) {
		return
	}
	q.reader.mu.Lock()
	defer q.reader.mu.Unlock()
	q.reader.spoilers[record{q.typ, q.id(i)}] = true
}

// refuse gives inputs up for what HubSpot says of all.
func (q *inquiry) refuse(part []int, err error) {
	q.refused = err
	for _, i := range part {
		q.why[i] = ItemError{ID: q.id(i), Message: err.Error()}
	}
	q.giveUp(part)
}

// giveUp ends the search for an answer for inputs.
func (q *inquiry) giveUp(part []int) {
	for _, i := range part {
		switch item, open := q.why[i]; {
		case !open:
		case item.ID == 0:
			q.silent = append(q.silent, q.id(i))
		default:
			q.failed = append(q.failed, item)
		}
		delete(q.why, i)
	}
}

// pause waits, unless the context ends.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
