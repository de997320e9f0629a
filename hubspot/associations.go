package hubspot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
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
}

// noAssociations is the subCategory of the error item by which HubSpot says that
// a record has no associations. The item's category is that of a real error.
const noAssociations = "crm.associations.NO_ASSOCIATIONS_FOUND"

// mostRefusals is how many calls in a row HubSpot may refuse while a batch is
// halved to find its bad inputs. Between 1,000 inputs and one there are ten.
const mostRefusals = 16

// mostHalvings is how often in a row a batch is halved because it takes HubSpot
// too long: of 1,000 inputs, down to 31 and fewer.
const mostHalvings = 5

// ReadAssociations reads one page of the associations of each input, from one
// object type to another, by their ids. It sends one call for up to MaxBatchRead
// inputs, each of another record. Where HubSpot refuses a whole batch because of
// a bad input it sends the halves, and the bad input is among Failed. So is one
// whose cursors go in a circle. It sends the halves too where a batch takes
// HubSpot too long.
func (c *Client) ReadAssociations(ctx context.Context, from, to string, inputs []ReadInput) (*AssociationBatch, error) {
	if len(inputs) > MaxBatchRead {
		return nil, fmt.Errorf("read associations of %d records: HubSpot takes %d in a call", len(inputs), MaxBatchRead)
	}
	whole := &AssociationBatch{}
	refusals, halvings := 0, 0
	for open := [][]ReadInput{inputs}; len(open) > 0; {
		last := len(open) - 1
		part := open[last]
		open = open[:last]
		if len(part) == 0 {
			continue
		}
		batch, err := c.readAssociations(ctx, from, to, part)
		var refused *Error
		switch {
		case err == nil:
			refusals, halvings = 0, 0
			whole.add(batch)
		case tooMuch(err) && len(part) > 1 && halvings < mostHalvings && c.budget.spend():
			halvings++
			open = append(open, part[len(part)/2:], part[:len(part)/2])
		case !errors.As(err, &refused) || refused.Status != http.StatusBadRequest || errors.Is(err, ErrNotFound):
			return nil, err
		case refusals == mostRefusals:
			return nil, err // it is not for the inputs
		case len(part) == 1:
			refusals++
			whole.Failed = append(whole.Failed, ItemError{part[0].ID, refused.Category, refused.SubCategory, refused.Message})
		default:
			refusals++
			open = append(open, part[len(part)/2:], part[:len(part)/2])
		}
	}
	return whole, nil
}

func (b *AssociationBatch) add(part *AssociationBatch) {
	if b.Answered == nil && b.Empty == nil && b.Failed == nil && b.Unanswered == nil {
		*b = *part // the only part, mostly
		return
	}
	b.Links, b.Next = append(b.Links, part.Links...), append(b.Next, part.Next...)
	b.Answered, b.Empty = append(b.Answered, part.Answered...), append(b.Empty, part.Empty...)
	b.Failed, b.Unanswered = append(b.Failed, part.Failed...), append(b.Unanswered, part.Unanswered...)
}

func (c *Client) readAssociations(ctx context.Context, from, to string, inputs []ReadInput) (*AssociationBatch, error) {
	places, err := newAsked(inputs)
	if err != nil {
		return nil, err
	}
	text, err := inputsText(inputs)
	if err != nil {
		return nil, err
	}
	var answer *linksAnswer
	r := request{types: []string{from, to}, body: text, large: len(inputs) > 1}
	err = c.do(ctx, opReadLinks, r, func(data []byte) error {
		var err error
		if answer, err = decodeLinks(data, &c.types); err != nil {
			return err
		}
		return places.check(answer.results)
	})
	if err != nil {
		return nil, err
	}
	return c.accountLinks(answer, inputs, places), nil
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

// check refuses results that nobody asked for.
func (a *asked) check(results []linksResult) error {
	a.next = 0
	done := make([]bool, len(a.inputs))
	for i := range results {
		r := &results[i]
		place, ok := a.place(r.from)
		if !ok || done[place] {
			return fmt.Errorf("it answers for record %d, which was not asked for, or twice", r.from)
		}
		done[place], r.place = true, place
	}
	a.next = 0 // for the error items
	return nil
}

// accountLinks holds an answer against what was asked.
func (c *Client) accountLinks(a *linksAnswer, inputs []ReadInput, places *asked) *AssociationBatch {
	b := &AssociationBatch{Links: a.links, Answered: make([]int64, 0, len(a.results))}
	done := make([]bool, len(inputs))
	for _, result := range a.results {
		i := result.place
		done[i] = true
		if result.odd != "" {
			b.Failed = append(b.Failed, ItemError{ID: result.from, Message: result.odd})
			continue
		}
		next, err := inputs[i].next(result.after, ends(a.links[result.first:result.end]))
		if err != nil {
			b.Failed = append(b.Failed, ItemError{ID: result.from, Message: err.Error()})
			continue
		}
		b.Answered = append(b.Answered, result.from)
		if result.after != "" {
			b.Next = append(b.Next, next)
		}
	}
	silent := len(inputs) - len(a.results)
	onlyEmpty := c.accountErrors(b, a.errors, places, done)
	// HubSpot has been seen to count more errors than it lists. Where the count
	// is that of the records without a result, and every error that it does list
	// says "no associations", the others say the same.
	trimmed := onlyEmpty && len(a.errors) > 0 && a.total == silent
	for i, in := range inputs {
		switch {
		case done[i]:
		case trimmed:
			b.Empty = append(b.Empty, in.ID)
		default:
			b.Unanswered = append(b.Unanswered, in.ID)
		}
	}
	return b
}

// accountErrors takes in the error items for the inputs that are not done, and
// reports whether all of them say that a record has no associations.
func (c *Client) accountErrors(b *AssociationBatch, items []errorItem, places *asked, done []bool) bool {
	onlyEmpty := true
	for _, item := range items {
		empty := item.SubCategory == noAssociations
		onlyEmpty = onlyEmpty && empty
		for _, n := range item.ids() {
			i, ok := places.place(n)
			if !ok || done[i] {
				continue
			}
			done[i] = true
			if empty {
				b.Empty = append(b.Empty, n)
			} else {
				b.Failed = append(b.Failed, c.itemError(n, item))
			}
		}
	}
	return onlyEmpty
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
