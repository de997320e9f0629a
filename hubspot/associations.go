package hubspot

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strconv"
)

// ReadInput asks for the associations of one record: from the first page, or
// behind the cursor of an earlier answer. One of AssociationBatch.Next is best
// sent as it is: it remembers the cursors before it.
type ReadInput struct {
	ID    int64
	After string

	way *trail // nil before the second page
}

// Link is what one answer says of an ordered pair of records.
type Link struct {
	From, To int64
	Types    []LinkType // at least one; shared between links: not to be modified
}

// LinkType is an association type as a link carries it.
type LinkType struct {
	Category string
	ID       int32
	Label    string // empty for the plain association
}

// AssociationBatch is the answer to a batch of inputs. Every id that was asked
// is in exactly one of Answered, Empty, Failed and Unanswered.
type AssociationBatch struct {
	Links      []Link
	Next       []ReadInput // of the Answered, those with more to read
	Answered   []int64
	Empty      []int64 // without associations, as HubSpot says itself
	Failed     []ItemError
	Unanswered []int64 // HubSpot says nothing about them
	// Refused is why HubSpot reads no associations of this pair of object types, of
	// whatever record: whose inputs are among Failed. nil mostly.
	Refused error
}

// noAssociations is the subCategory of the error item by which HubSpot says that
// a record has no associations. The item's category is that of a real error.
const noAssociations = "crm.associations.NO_ASSOCIATIONS_FOUND"

// ReadAssociations reads one page of the associations of each input, from one
// object type to another, by their ids, in one call for up to MaxBatchRead inputs,
// each of another record. What is no answer to an input is not taken for one: the
// input is among Failed or Unanswered. A Reader asks again.
func (c *Client) ReadAssociations(ctx context.Context, from, to string, inputs []ReadInput) (*AssociationBatch, error) {
	return c.readAssociations(ctx, from, to, inputs, 0)
}

func (b *AssociationBatch) add(part *AssociationBatch) {
	if b.Answered == nil && b.Empty == nil {
		b.Links, b.Next, b.Answered, b.Empty = part.Links, part.Next, part.Answered, part.Empty // the only part, mostly
		return
	}
	b.Links, b.Next = append(b.Links, part.Links...), append(b.Next, part.Next...)
	b.Answered, b.Empty = append(b.Answered, part.Answered...), append(b.Empty, part.Empty...)
}

// readAssociations is ReadAssociations with so many attempts; 0 means as many as
// the client makes.
func (c *Client) readAssociations(ctx context.Context, from, to string, inputs []ReadInput, attempts int) (*AssociationBatch, error) {
	if len(inputs) > MaxBatchRead {
		return nil, fmt.Errorf("read associations of %d records: HubSpot takes %d in a call", len(inputs), MaxBatchRead)
	}
	if len(inputs) == 0 {
		return &AssociationBatch{}, nil
	}
	places, err := newAsked(inputs)
	if err != nil {
		return nil, err
	}
	text, err := inputsText(inputs)
	if err != nil {
		return nil, err
	}
	var batch *AssociationBatch
	r := request{places: []string{from, to}, body: text, most: attempts}
	err = c.do(ctx, opReadLinks, r, func(data []byte) error {
		answer, err := decodeLinks(data, &c.types)
		if err == nil {
			batch, err = c.accountLinks(answer, places)
		}
		return err
	})
	return batch, err
}

// inputsText is the body of a batch read. A crawl sends thousands: it is put
// together many times as fast as encoding/json does it.
func inputsText(inputs []ReadInput) ([]byte, error) {
	text := make([]byte, 0, 32*len(inputs))
	text = append(text, `{"inputs":[`...)
	for i, in := range inputs {
		if i > 0 {
			text = append(text, ',')
		}
		text = strconv.AppendInt(append(text, `{"id":"`...), in.ID, 10)
		text = append(text, '"')
		if in.After != "" {
			after, err := json.Marshal(in.After)
			if err != nil {
				return nil, err
			}
			text = append(append(text, `,"after":`...), after...)
		}
		text = append(text, '}')
	}
	return append(text, `]}`...), nil
}

// asked finds the place of a record among the inputs of a call.
type asked struct {
	inputs []ReadInput
	next   int           // HubSpot answers in the order in which it was asked
	places map[int64]int // for an answer that does not; nil until it is needed
}

func newAsked(inputs []ReadInput) (*asked, error) {
	a := &asked{inputs: inputs}
	if slices.IsSortedFunc(inputs, func(a, b ReadInput) int { return cmp.Compare(a.ID, b.ID+1) }) {
		return a, nil // each is larger than the one before
	}
	a.index()
	if len(a.places) == len(inputs) {
		return a, nil
	}
	seen := map[int64]bool{}
	twice := slices.IndexFunc(inputs, func(in ReadInput) bool { was := seen[in.ID]; seen[in.ID] = true; return was })
	return nil, fmt.Errorf("read associations of record %d: it is asked for twice in one call", inputs[twice].ID)
}

func (a *asked) index() {
	a.places = make(map[int64]int, len(a.inputs))
	for i, in := range a.inputs {
		a.places[in.ID] = i
	}
}

// place finds a record, at first behind the one that was found before.
func (a *asked) place(id int64) (int, bool) {
	if a.places == nil {
		for i := a.next; i < len(a.inputs); i++ {
			if a.inputs[i].ID == id {
				a.next = i + 1
				return i, true
			}
		}
		a.index()
	}
	i, ok := a.places[id]
	return i, ok
}

// The marks of an input while an answer is held against what was asked.
const (
	silent   = iota // nothing is said of it yet
	answered        // by a result
	empty           // by an error item that says so
	doubtful        // by what cannot all be true, or cannot be read
)

// accountLinks holds an answer against what was asked. A result that nobody asked
// for is passed over. An input of which there are two different results, or a result
// and an error, is not answered. Where more errors or results do not say which record
// they are about than records are without an answer, they may be about any: the whole
// answer is then none.
func (c *Client) accountLinks(a *linksAnswer, asked *asked) (*AssociationBatch, error) {
	b := &AssociationBatch{Answered: make([]int64, 0, len(a.results))}
	marks := make([]uint8, len(asked.inputs))
	fail := func(i int, item ItemError) {
		if marks[i] != doubtful {
			marks[i] = doubtful
			b.Failed = append(b.Failed, item)
		}
	}
	places, first := make([]int, len(a.results)), make([]int, len(asked.inputs))
	asked.next = 0
	for n := range a.results {
		r := &a.results[n]
		i, ok := asked.place(r.from)
		places[n] = i
		switch {
		case !ok:
			places[n] = -1
		case r.odd != "":
			fail(i, ItemError{ID: r.from, Message: "its answer cannot be read: " + r.odd})
		case marks[i] == answered:
			if places[n] = -1; !a.same(a.results[first[i]], *r) {
				fail(i, ItemError{ID: r.from, Message: "it is answered twice, and not alike"})
			}
		case marks[i] == silent:
			marks[i], first[i] = answered, n
		}
	}
	asked.next = 0
	for _, item := range a.errors {
		c.accountItem(item, asked, marks, fail)
	}
	left := 0
	for i, mark := range marks {
		switch id := asked.inputs[i].ID; mark {
		case silent:
			left++
			b.Unanswered = append(b.Unanswered, id)
		case empty:
			b.Empty = append(b.Empty, id)
		}
	}
	if n := max(a.unnamed, nameless(a.errors)); n > left {
		return nil, fmt.Errorf("of %d errors or results it does not say which record they are about, and %d records are without an answer", n, left)
	}
	c.takeLinks(b, a, asked, places, marks)
	return b, nil
}

// accountItem takes in an error item. That a record has no associations can only
// be said of its first page.
func (c *Client) accountItem(item errorItem, asked *asked, marks []uint8, fail func(int, ItemError)) {
	for _, id := range item.ids() {
		i, ok := asked.place(id)
		switch {
		case !ok:
		case marks[i] == answered:
			fail(i, ItemError{ID: id, Message: "it has both an answer and an error"})
		case item.SubCategory != noAssociations:
			fail(i, c.itemError(id, item))
		case asked.inputs[i].After != "":
			fail(i, ItemError{ID: id, Message: "it is said to have no associations, behind its first page of them"})
		case marks[i] == silent:
			marks[i] = empty
		}
	}
}

// nameless counts the error items that name no record.
func nameless(list []errorItem) (n int) {
	for _, item := range list {
		if len(item.ids()) == 0 {
			n++
		}
	}
	return n
}

// same reports whether two results say the same.
func (a *linksAnswer) same(r, s linksResult) bool {
	return r.after == s.after && slices.EqualFunc(a.links[r.first:r.end], a.links[s.first:s.end], func(l, m Link) bool {
		return l.To == m.To && slices.Equal(l.Types, m.Types)
	})
}

// takeLinks takes the results of the inputs that are answered. Mostly that is all
// of them.
func (c *Client) takeLinks(b *AssociationBatch, a *linksAnswer, asked *asked, places []int, marks []uint8) {
	kept := 0
	for n, r := range a.results {
		i := places[n]
		if i < 0 || marks[i] != answered {
			continue
		}
		next, err := asked.inputs[i].next(r.after, ends(a.links[r.first:r.end]))
		if err != nil {
			b.Failed = append(b.Failed, ItemError{ID: r.from, Message: err.Error()})
			continue
		}
		b.Answered = append(b.Answered, r.from)
		if r.after != "" {
			b.Next = append(b.Next, next)
		}
		if kept == r.first {
			kept = r.end
		} else {
			kept += copy(a.links[kept:], a.links[r.first:r.end])
		}
	}
	b.Links = a.links[:kept]
}

// next is the input for the page behind this one, which brought these records.
func (in ReadInput) next(after string, records iter.Seq[int64]) (ReadInput, error) {
	if after == "" {
		return ReadInput{}, nil
	}
	way := in.way
	if way == nil {
		way = newTrail(in.After)
	}
	way = way.clone() // the caller may send this input again
	return ReadInput{ID: in.ID, After: after, way: way}, way.step(after, records)
}

func ends(links []Link) iter.Seq[int64] {
	return func(yield func(int64) bool) {
		for _, l := range links {
			if !yield(l.To) {
				return
			}
		}
	}
}
